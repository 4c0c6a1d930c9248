/** Node's clock, timers and entropy behind the ports. */
import { randomFillSync } from 'node:crypto';
import { availableParallelism, constants } from 'node:os';
import type { Clock, Entropy, Timers, Turns } from '../ports.ts';

/**
 * The time of the server: the machine's, moved on by an offset that `latchkey clock advance` grows. It never goes back:
 * where the machine's clock steps back, the offset grows by as much, so that nothing that waits for its time waits longer.
 */
export interface AdjustableClock extends Clock {
  advance(byMs: number): void;
  readonly offsetMs: number;
}

/** The machine's own clock, which may step. */
export const machineClock: Clock = { nowMs: () => Date.now() };

export function steadyClock(offsetMs = 0, machine: Clock = machineClock): AdjustableClock {
  let offset = offsetMs;
  let latestMs = machine.nowMs();
  return {
    get offsetMs() {
      return offset;
    },
    nowMs() {
      const machineMs = machine.nowMs();
      if (machineMs < latestMs) offset += latestMs - machineMs;
      latestMs = machineMs;
      return machineMs + offset;
    },
    advance(byMs) {
      offset += byMs;
    },
  };
}

/** Milliseconds of a clock that never steps, for short spans. */
export const monotonicMs = (): number => performance.now();

// setTimeout fires at once for delays over 2^31-1 ms, so a longer wait is made of several.
const MAX_TIMEOUT_MS = 0x7fff_ffff;

const timers = (holdProcess: boolean): Timers => ({
  after(delayMs, callback) {
    let handle: NodeJS.Timeout;
    const wait = (leftMs: number) => {
      handle = setTimeout(
        () => (leftMs > MAX_TIMEOUT_MS ? wait(leftMs - MAX_TIMEOUT_MS) : callback()),
        Math.min(leftMs, MAX_TIMEOUT_MS),
      );
      if (!holdProcess) handle.unref();
    };
    wait(Math.max(0, delayMs));
    return { cancel: () => clearTimeout(handle) };
  },
});

export const systemTimers: Timers = timers(false);

/** For short waits at whose end something is to be done before the process ends. */
export const holdingTimers: Timers = timers(true);

/** Timers hold up no process; a command that waits for some, and has no socket that would, holds itself up by this. */
export function holdProcess(): { release(): void } {
  const handle = setInterval(() => undefined, MAX_TIMEOUT_MS);
  return { release: () => clearInterval(handle) };
}

export const systemTurns: Turns = {
  next(callback) {
    const immediate = setImmediate(callback);
    return { cancel: () => clearImmediate(immediate) };
  },
};

export const signalNumber = (signal: NodeJS.Signals): number => constants.signals[signal];

/** How many threads can work at once. */
export const cores = availableParallelism;

/** Random bytes handed out of one large block at a time: small draws cost a copy, not a system call. */
export function systemEntropy(): Entropy {
  const pool = Buffer.allocUnsafeSlow(16_384);
  let used = pool.length;
  return {
    bytes(length) {
      if (length > 1024) return randomFillSync(Buffer.allocUnsafeSlow(length));
      if (used + length > pool.length) {
        randomFillSync(pool);
        used = 0;
      }
      const bytes = Buffer.from(pool.subarray(used, used + length));
      // What was handed out may become a key: the pool keeps no copy of it.
      pool.fill(0, used, used + length);
      used += length;
      return bytes;
    },
  };
}
