/**
 * For whom a commit waits on a disk whose syncs take long. Callers that ask again as soon as they are answered would make two
 * groups that take turns, those whose sync has ended and those who came meanwhile, and each call would take two syncs. So the
 * later group waits for the earlier one to come back: at most half a sync, and no longer than until as many have come.
 */
import type { Timers } from '../platform/ports.ts';

/** Shorter waits are below what a timer can measure. */
const MIN_WAIT_MS = 1;
/**
 * A disk counts as slow only when several syncs in a row were: a fast one has a slow sync now and then, and who waited after
 * each would double the time of the slowest calls.
 */
const GROWTH = 1.5;
const MIN_SYNC_MS = 0.1;
/** How many groups at most go without, where nobody has come back. */
const MAX_UNWAITED = 64;

export class Gathering {
  readonly #timers: Timers;
  readonly #nowMs: () => number;
  /** How long syncs take: what the last took, or less where those before it took less. */
  #syncMs = MIN_SYNC_MS;
  /** How many belong together. */
  #expected = 0;
  #endWait: (() => void) | undefined;
  /** How many groups go without after a wait in vain, and how many still do. */
  #penalty = 1;
  #unwaited = 0;

  /** @param timers must hold up the process, since what waits for them is to be committed */
  constructor(timers: Timers, nowMs: () => number) {
    this.#timers = timers;
    this.#nowMs = nowMs;
  }

  /** Notes how long the sync takes. */
  async timed(sync: () => Promise<void>): Promise<void> {
    const beganMs = this.#nowMs();
    await sync();
    this.#syncMs = Math.max(MIN_SYNC_MS, Math.min(this.#nowMs() - beganMs, GROWTH * this.#syncMs));
  }

  /** So many are answered now, while so many have come for the next group. */
  answered(count: number, waiting: number): void {
    this.#expected = count + waiting;
  }

  /** The group has so many members now. */
  joined(count: number): void {
    if (count >= this.#expected) this.#endWait?.();
  }

  /** Resolves when those who are likely to come to a group of so many have come, or the time is over. */
  async complete(count: number): Promise<void> {
    const waitMs = this.#syncMs / 2;
    if (count >= this.#expected || waitMs < MIN_WAIT_MS) return;
    if (this.#unwaited > 0) {
      this.#unwaited--;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = this.#timers.after(waitMs, () => resolve(false));
    this.#endWait = () => resolve(true);
    const isComplete = await promise;
    timer.cancel();
    this.#penalty = isComplete ? 1 : Math.min(2 * this.#penalty, MAX_UNWAITED);
    this.#unwaited = isComplete ? 0 : this.#penalty;
  }
}
