/** For `explain`: what has begun, and has neither come about nor failed. */
import type { Scope } from '../../aws/scope.ts';
import { unreadOf } from '../../invoke/imported/unread.ts';
import type { UnderWay } from '../../invoke/ports/failure-source.ts';
import type { Key, ReadTransaction } from '../../store/store.ts';
import { images } from './image/image.ts';
import { instances } from './instance/instance.ts';
import { rootVolumeTasks } from './root-volume/replace-root-volume-task.ts';
import { snapshots } from './snapshot/snapshot.ts';
import { isMoving } from './snapshot/storage-tier.ts';
import { type SpotRequestRecord, spotRequests } from './spot/spot-request.ts';
import { volumes } from './volume/volume.ts';

export async function underWay(
  tx: ReadTransaction,
  { account, region }: Scope,
  id: string,
): Promise<UnderWay | undefined> {
  const key = [account, region, id];
  const instance = await tx.get(instances, key);
  if (instance?.state === 'pending' && !instance.failure) {
    return { what: `The start of ${id}`, sinceMs: instance.launchedAtMs };
  }
  const volume = await tx.get(volumes, key);
  if (volume && !volume.failure) {
    const attaching = volume.attachments.find(({ state }) => state === 'attaching');
    if (volume.state === 'creating') return { what: `The creation of ${id}`, sinceMs: volume.createdAtMs };
    if (attaching) {
      const { instanceId, attachedAtMs: sinceMs } = attaching;
      const waitsFor = [{ name: instanceId, subject: instanceId, sinceMs }];
      return { what: `The attachment of ${id} to ${instanceId}`, sinceMs, waitsFor };
    }
  }
  const snapshot = await tx.get(snapshots, key);
  if (snapshot?.state === 'pending' && !snapshot.failure) {
    return { what: `The creation of ${id}`, sinceMs: snapshot.startedAtMs };
  }
  if (snapshot && isMoving(snapshot) && !snapshot.failure) {
    const { kind, startedAtMs } = snapshot.tiering!.move!;
    return { what: `The ${kind === 'archival' ? 'archival' : 'restore'} of ${id}`, sinceMs: startedAtMs };
  }
  const task = await tx.get(rootVolumeTasks, key);
  if (task && task.endedAtMs === undefined)
    return { what: `The replacement of the root volume of ${task.instanceId}`, sinceMs: task.startedAtMs };
  const request = await tx.get(spotRequests, key);
  if (request) return await requestUnderWay(tx, request);
  const image = await tx.get(images, key);
  return image?.state === 'pending'
    ? { what: `The creation of ${id}`, sinceMs: image.createdAtMs }
    : undefined;
}

/** It is active from the launch on, and fulfilled once its instance runs. */
async function requestUnderWay(
  tx: ReadTransaction,
  { account, region, id, state, failure, instanceId, createdAtMs: sinceMs }: SpotRequestRecord,
): Promise<UnderWay | undefined> {
  const instance = instanceId && (await tx.get(instances, [account, region, instanceId]));
  const isLaunching = instance && instance.state === 'pending';
  if (failure || (state !== 'open' && !isLaunching)) return undefined;
  const waitsFor = isLaunching ? [{ name: instance.id, subject: instance.id, sinceMs }] : [];
  return { what: `Spot Instance request ${id}`, sinceMs, waitsFor };
}

type Find = (tx: ReadTransaction, key: Key) => Promise<object | undefined>;

const LISTINGS: readonly (readonly [prefix: string, operation: string, find: Find])[] = [
  ['i-', 'ec2:DescribeInstances', (tx, key) => tx.get(instances, key)],
  ['vol-', 'ec2:DescribeVolumes', (tx, key) => tx.get(volumes, key)],
  ['snap-', 'ec2:DescribeSnapshots', (tx, key) => tx.get(snapshots, key)],
  ['ami-', 'ec2:DescribeImages', (tx, key) => tx.get(images, key)],
];

/** What failed is gone soon after: what is not in the listing may have been there. */
export async function unread(
  tx: ReadTransaction,
  scope: Scope,
  id: string,
): Promise<readonly string[] | undefined> {
  for (const [prefix, operation, find] of LISTINGS) {
    if (!id.startsWith(prefix)) continue;
    if (await find(tx, [scope.account, scope.region, id])) return [];
    const why = (await unreadOf(tx, operation, scope)) ?? `${operation} did not have it when it was read`;
    return [`what became of ${id}: ${why}`];
  }
  return undefined;
}
