/** For `explain`: what has begun, and has neither come about nor failed. */
import type { Scope } from '../../aws/scope.ts';
import type { UnderWay } from '../../invoke/ports/failure-source.ts';
import type { ReadTransaction } from '../../store/store.ts';
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
