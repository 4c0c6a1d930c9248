/** Taking the point in time: what CreateSnapshot, CreateSnapshots and CreateImage have in common. KMS is not asked (aws-facts B7). */
import { AwsError } from '../../../aws/aws-error.ts';
import type { CallContext, EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { ec2 } from '../ec2.ts';
import { resumeFastRestores } from '../fast-restore/fast-restore-states.ts';
import { settleImagesOf } from '../image/image-state.ts';
import { findResource, newId } from '../resource/kind.ts';
import type { Tag } from '../resource/tag.ts';
import { announceBlocks, claimBlocks, giveUpBlocks } from '../volume/announced-blocks.ts';
import type { VolumeRecord } from '../volume/volume.ts';
import { fullSizeOf } from '../volume/volume-blocks.ts';
import { GIB } from '../volume/volume-type.ts';
import { snapshotKind, snapshots } from './snapshot.ts';
import { emitMultiVolumeEvent, emitSnapshotEvent } from './snapshot-event.ts';
import { startLock } from './snapshot-lock.ts';
import type { SnapshotRecord } from './snapshot-record.ts';

/** Where a snapshot is kept: in the region, as there are no Local Zones here. */
export function requireRegional(location: string | undefined): void {
  if (location === undefined || location === 'regional') return;
  throw new AwsError('UnsupportedOperation', `Latchkey does not serve snapshots in '${location}'.`);
}

export function requireCanSnapshot(volume: VolumeRecord): void {
  if (volume.state === 'available' || (volume.state === 'in-use' && !volume.creation)) return;
  throw new AwsError(
    'IncorrectState',
    `Snapshot could not be created. The volume '${volume.id}' is '${volume.state}'.`,
  );
}

/**
 * https://docs.aws.amazon.com/general/latest/gr/ebs-service.html#limits_ebs; that failed snapshots count, too:
 * https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html (ConcurrentSnapshotLimitExceeded).
 */
const MAX_CONCURRENT = 5;
const MAX_CONCURRENT_OF_HDD = 1;

/** Throws where a volume has as many unfinished snapshots as it may. */
export async function requireRoomForSnapshot(tx: ReadTransaction, volume: VolumeRecord): Promise<void> {
  const { account, region, id, type } = volume;
  const most = type === 'st1' || type === 'sc1' ? MAX_CONCURRENT_OF_HDD : MAX_CONCURRENT;
  const prefix = [account, region, id];
  if ((await tx.find(snapshots, 'unfinished', { prefix, limit: most })).length < most) return;
  throw new AwsError(
    'ConcurrentSnapshotLimitExceeded',
    'Maximum allowed in-progress snapshots for a single volume exceeded.',
  );
}

/** Blocks that were frozen under a new snapshot's id, and the size that the volume had then. */
export interface Frozen {
  readonly id: string;
  readonly sizeGiB: number;
}

/** Freezes all the volumes' blocks as they are now, or none, in `calls`, in the volumes' order. */
export async function freezeBlocks(ctx: CallContext, volumes: readonly VolumeRecord[]): Promise<Frozen[]> {
  const ids = volumes.map(() => newId(ctx.entropy, snapshotKind.prefix));
  const { blocks } = ctx.ports;
  await announceBlocks(ctx, ids);
  const frozen = await Promise.allSettled(
    volumes.map(({ id: volumeId }, index) => blocks.createSnapshot({ volumeId, snapshotId: ids[index]! })),
  );
  const failed = frozen.find((each) => each.status === 'rejected');
  if (!failed) {
    return frozen.map((each, index) => ({
      id: ids[index]!,
      sizeGiB: each.status === 'fulfilled' && each.value ? each.value / GIB : volumes[index]!.sizeGiB,
    }));
  }
  await ctx.transact(async (context) => giveUpBlocks(context, ids));
  throw failed.reason;
}

/** The record of frozen blocks. The blocks stay under the volume's data key, and the context under its id. */
export function putSnapshot(
  context: EffectContext,
  { id, sizeGiB }: Frozen,
  volume: VolumeRecord,
  { description, tags }: { readonly description: string; readonly tags: readonly Tag[] },
): SnapshotRecord {
  const snapshot: SnapshotRecord = {
    account: context.account,
    region: context.region,
    id,
    tags,
    volumeId: volume.id,
    volumeSizeGiB: sizeGiB,
    description,
    state: 'pending',
    progressPercent: 0,
    startedAtMs: context.nowMs,
    encrypted: volume.encrypted,
    kmsKeyId: volume.kmsKeyId,
    dataKey: volume.dataKey,
    hasBlocks: true,
    createVolumePermissions: [],
  };
  context.tx.put(snapshotKind.table, snapshot);
  claimBlocks(context, [id]);
  return snapshot;
}

export function scheduleCompletion(
  context: EffectContext,
  snapshotIds: readonly string[],
  areOneSet: boolean,
): void {
  const delayMs = context.ports.delays.scaled(3000);
  context.schedule(completeSnapshotsStep, { snapshotIds, areOneSet }, { delayMs });
}

/** `pending` ends. The blocks were there from the start. */
const completeSnapshotsStep = workflowRef<{ snapshotIds: readonly string[]; areOneSet: boolean }>(
  'ec2.snapshot.complete',
);

export const completeSnapshotsWorkflow = workflow(
  completeSnapshotsStep,
  ec2,
  async (ctx, { snapshotIds, areOneSet }) => {
    const sizes = await Promise.all(snapshotIds.map((id) => fullSizeOf(ctx.ports, id)));
    return async (context) => {
      const completed: SnapshotRecord[] = [];
      for (const [index, id] of snapshotIds.entries()) {
        const snapshot = await findResource(context.tx, snapshotKind, context, id);
        if (snapshot?.state !== 'pending') continue;
        completed.push(completeSnapshot(context, { ...snapshot, fullSizeBytes: sizes[index] }));
      }
      for (const snapshot of completed) {
        emitSnapshotEvent(context, snapshot, { event: 'createSnapshot', result: 'succeeded' });
        await settleWaiting(context, snapshot);
      }
      if (areOneSet && completed.length > 0) emitMultiVolumeEvent(context, completed);
    };
  },
);

/** What waited for a snapshot to be complete goes on, or fails with it. */
export async function settleWaiting(context: EffectContext, snapshot: SnapshotRecord): Promise<void> {
  await settleImagesOf(context, snapshot);
  await resumeFastRestores(context, snapshot);
}

export function completeSnapshot(context: EffectContext, snapshot: SnapshotRecord): SnapshotRecord {
  const completed = startLock(context, {
    ...snapshot,
    state: 'completed',
    progressPercent: 100,
    completedAtMs: context.nowMs,
  });
  context.tx.put(snapshotKind.table, completed);
  return completed;
}
