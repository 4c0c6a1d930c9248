/** Work at the block host on one resource, one after the other: steps of two workflows may be under way at one time. */
import type { Ports } from '../../../invoke/port.ts';

/** Resources that are worked on, per server: tests run several. */
const turns = new WeakMap<Ports, Map<string, Promise<unknown>>>();

export async function inTurn<T>(ports: Ports, resourceId: string, work: () => Promise<T>): Promise<T> {
  const queue = turns.get(ports) ?? new Map<string, Promise<unknown>>();
  turns.set(ports, queue);
  const mine = (queue.get(resourceId) ?? Promise.resolve()).then(work);
  const done = mine.catch(() => undefined);
  queue.set(resourceId, done);
  await done;
  if (queue.get(resourceId) === done) queue.delete(resourceId);
  return mine;
}
