/** A pending image becomes available once its snapshots are complete, and fails with the first that cannot be. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import { ec2Arn } from '../resource/arn.ts';
import { snapshots } from '../snapshot/snapshot.ts';
import type { SnapshotRecord } from '../snapshot/snapshot-record.ts';
import { images } from './image.ts';
import type { ImageRecord } from './image-record.ts';

/** To be called in the effect in which a snapshot leaves `pending`. */
export async function settleImagesOf(
  context: EffectContext,
  { account, region, id }: SnapshotRecord,
): Promise<void> {
  for (const image of await context.tx.find(images, 'awaiting', { prefix: [account, region, id] })) {
    await settleImage(context, image);
  }
}

async function settleImage(context: EffectContext, image: ImageRecord): Promise<void> {
  const { account, region } = image;
  const ids = image.blockDevices.flatMap(({ snapshotId }) => snapshotId ?? []);
  const states = await Promise.all(
    ids.map(async (id) => (await context.tx.get(snapshots, [account, region, id]))?.state ?? 'error'),
  );
  if (states.includes('error'))
    return changeState(context, { ...image, state: 'failed', stateReason: FAILED });
  if (states.includes('pending')) return;
  changeState(context, { ...image, state: 'available' });
}

/** What users of AWS report for copies under a key that they may not use (https://github.com/hashicorp/packer/issues/6737). */
const FAILED = {
  Code: 'Server.InternalError',
  Message: 'Server.InternalError: Copy image failed with an internal error.',
};

/** Throws for one that is not made yet, or has come to nothing. */
export function requireEither({ id, state }: ImageRecord): void {
  if (state === 'available' || state === 'disabled') return;
  throw new AwsError('InvalidAMIID.Unavailable', `The image id '[${id}]' is no longer available`);
}

export function changeState(context: EffectContext, image: ImageRecord): void {
  context.tx.put(images, image);
  emitImageState(context, image);
}

/** `EC2 AMI State Change` (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitor-ami-events.html). */
export function emitImageState(context: EffectContext, image: ImageRecord): void {
  context.emit({
    source: 'aws.ec2',
    detailType: 'EC2 AMI State Change',
    resources: [ec2Arn(image, 'image', image.id)],
    detail: {
      RequestId: context.requestId,
      ImageId: image.id,
      State: image.state,
      ErrorMessage: image.stateReason?.Message ?? '',
    },
  });
}
