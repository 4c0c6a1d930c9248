/** For `explain`: what has begun, and has neither come about nor failed. */
import type { Scope } from '../../aws/scope.ts';
import { unreadOf } from '../../invoke/imported/unread.ts';
import type { UnderWay } from '../../invoke/ports/failure-source.ts';
import type { Key, ReadTransaction } from '../../store/store.ts';
import { images } from './image/image.ts';
import { instances } from './instance/instance.ts';
import { rootVolumeTasks } from './root-volume/replace-root-volume-task.ts';
import { snapshots } from './snapshot/snapshot.ts';
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
  const task = await tx.get(rootVolumeTasks, key);
  if (task && task.endedAtMs === undefined)
    return { what: `The replacement of the root volume of ${task.instanceId}`, sinceMs: task.startedAtMs };
  const image = await tx.get(images, key);
  return image?.state === 'pending'
    ? { what: `The creation of ${id}`, sinceMs: image.createdAtMs }
    : undefined;
}

type Find = (tx: ReadTransaction, key: Key) => Promise<object | undefined>;

const LISTINGS: readonly (readonly [prefix: string, operation: string, find: Find])[] = [
  ['i-', 'ec2:DescribeInstances', (tx, key) => tx.get(instances, key)],
  ['vol-', 'ec2:DescribeVolumes', (tx, key) => tx.get(volumes, key)],
  ['snap-', 'ec2:DescribeSnapshots', (tx, key) => tx.get(snapshots, key)],
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
