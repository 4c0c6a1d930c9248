/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeregisterImage.html. Its snapshots stay unless they are to go too. */
import type { ResolveContext } from '../../../invoke/context.ts';
import { ec2 } from '../ec2.ts';
import { removeForeignTags } from '../resource/foreign-tags.ts';
import { ownResourceCheck } from '../resource/kind.ts';
import { removeSnapshot } from '../snapshot/remove-snapshot.ts';
import { snapshotKind } from '../snapshot/snapshot.ts';
import { standingLock } from '../snapshot/snapshot-lock.ts';
import { FORGET_MS, forgetImageStep } from './forget-image.ts';
import { imageKind, images, snapshotIds } from './image.ts';
import { requireDeregistrable } from './image-life.ts';
import type { ImageRecord } from './image-record.ts';
import { changeState } from './image-state.ts';

export default ec2.operation('DeregisterImage', {
  async checks(context, input) {
    const image = await ownResourceCheck(context, imageKind, 'ec2:DeregisterImage', input.ImageId);
    const ids = image.missing || !input.DeleteAssociatedSnapshots ? [] : snapshotIds(image.record);
    const snapshots = ids.map((id) => ownResourceCheck(context, snapshotKind, 'ec2:DeleteSnapshot', id));
    return { image, snapshots: await Promise.all(snapshots) };
  },
  preconditions({ nowMs }, _input, { image: { record } }) {
    requireDeregistrable(record, nowMs);
  },
  async execute(context, input, { image: { record }, snapshots }) {
    const kept = await neededByOthers(context, record);
    await removeForeignTags(context.tx, record);
    changeState(context, { ...record, tags: [], state: 'deregistered' });
    context.schedule(forgetImageStep, { imageId: record.id }, { delayMs: FORGET_MS });
    const results: { SnapshotId: string; ReturnCode: string }[] = [];
    for (const { record: snapshot } of snapshots) {
      const isLocked = standingLock(snapshot, context.nowMs) !== undefined;
      const ReturnCode = kept.has(snapshot.id) ? 'skipped' : isLocked ? 'client-error' : 'success';
      if (ReturnCode === 'success') await removeSnapshot(context, snapshot);
      results.push({ SnapshotId: snapshot.id, ReturnCode });
    }
    return { Return: true, DeleteSnapshotResults: input.DeleteAssociatedSnapshots ? results : undefined };
  },
});

/** Snapshots that another image of the account is made of. */
async function neededByOthers(
  { tx, account, region }: Pick<ResolveContext, 'tx' | 'account' | 'region'>,
  image: ImageRecord,
) {
  const needed = new Set<string>();
  for (const snapshotId of snapshotIds(image)) {
    const range = { prefix: [account, region, snapshotId], limit: 2 };
    const users = await tx.find(images, 'snapshot', range);
    if (users.some(({ id }) => id !== image.id)) needed.add(snapshotId);
  }
  return needed;
}
