/** How long work is cut into pieces: by count, whatever the machine. */
import { systemTurns } from '../../src/platform/node/index.ts';

/** How often somebody asked for a turn of the event loop, so that others have theirs, while `work` was under way. */
export async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  const { next } = systemTurns;
  let turns = 0;
  systemTurns.next = (callback) => {
    turns++;
    return next(callback);
  };
  try {
    await work();
  } finally {
    systemTurns.next = next;
  }
  return turns;
}
