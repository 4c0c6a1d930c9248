/** Work on one thing, one after the other as it comes: steps of two workflows may be under way at one time. */
import type { Ports } from '../invoke/port.ts';

/** What is worked on, per server: tests run several. */
const turns = new WeakMap<Ports, Map<string, Promise<unknown>>>();

export async function inTurn<T>(ports: Ports, thing: string, work: () => Promise<T>): Promise<T> {
  const queue = turns.get(ports) ?? new Map<string, Promise<unknown>>();
  turns.set(ports, queue);
  const mine = (queue.get(thing) ?? Promise.resolve()).then(work);
  const done = mine.catch(() => undefined);
  queue.set(thing, done);
  await done;
  if (queue.get(thing) === done) queue.delete(thing);
  return mine;
}
