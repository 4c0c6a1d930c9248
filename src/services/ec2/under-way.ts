/** For `explain`: what has begun, and has neither come about nor failed. */
import type { Scope } from '../../aws/scope.ts';
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
): Promise<string | undefined> {
  const key = [account, region, id];
  const sentence = (what: string, sinceMs: number) =>
    `${what} is under way since ${new Date(sinceMs).toISOString()}; nothing has failed yet.`;
  const instance = await tx.get(instances, key);
  if (instance?.state === 'pending' && !instance.failure) {
    return sentence(`The start of ${id}`, instance.launchedAtMs);
  }
  const volume = await tx.get(volumes, key);
  if (volume && !volume.failure) {
    const attaching = volume.attachments.find(({ state }) => state === 'attaching');
    if (volume.state === 'creating') return sentence(`The creation of ${id}`, volume.createdAtMs);
    if (attaching)
      return sentence(`The attachment of ${id} to ${attaching.instanceId}`, attaching.attachedAtMs);
  }
  const snapshot = await tx.get(snapshots, key);
  if (snapshot?.state === 'pending' && !snapshot.failure) {
    return sentence(`The creation of ${id}`, snapshot.startedAtMs);
  }
  const task = await tx.get(rootVolumeTasks, key);
  if (task && task.endedAtMs === undefined)
    return sentence(`The replacement of the root volume of ${task.instanceId}`, task.startedAtMs);
  const image = await tx.get(images, key);
  return image?.state === 'pending' ? sentence(`The creation of ${id}`, image.createdAtMs) : undefined;
}
