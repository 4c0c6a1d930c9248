/** Keeps a worker thread awake for a moment after a request, as the next one is likely to follow. */
import { cores, monotonicMs, systemTurns } from '../../platform/node/index.ts';

/** How long the thread stays awake for the next request. */
const AWAKE_MS = 0.2;

/** Requests that follow each other this closely come from a client that waits for each reply. */
const CLOSE_MS = 0.5;

/** A turn of a loop that only looks takes microseconds: after as long as this, a different principal had the core meanwhile. */
const PREEMPTED_MS = 1;

/** How long the thread then sleeps between requests: whoever does not gets the core late when there is something to do. */
const RESTING_MS = 500;

/** What polling needs of the thread. */
interface EventLoop {
  readonly cores: number;
  nowMs(): number;
  /** While something is to be called in the next turn, the loop looks for what has come, and does not wait for it. */
  nextTurn(callback: () => void): void;
}

const threadLoop: EventLoop = {
  cores: cores(),
  nowMs: monotonicMs,
  nextTurn: (callback) => void systemTurns.next(callback),
};

/**
 * Keeps the thread awake for a moment after a request that came soon after the one before. To fall asleep and be woken,
 * on either side, takes longer than to serve 4 KiB, so a client that sends one request at a time gets twice the rate.
 * QEMU's I/O threads poll for the same reason (`poll-max-ns`, https://www.qemu.org/docs/master/devel/multiple-iothreads.html).
 * Where others want the core, it sleeps.
 */
export class BusyPolling {
  readonly #loop: EventLoop;
  #servedMs = Number.NEGATIVE_INFINITY;
  /** When the last turn ended. */
  #seenMs = 0;
  #awakeUntilMs = 0;
  #restingUntilMs = Number.NEGATIVE_INFINITY;
  #isAwake = false;

  constructor(loop: EventLoop = threadLoop) {
    this.#loop = loop;
  }

  /** Calls `serve`, for requests that have just come. */
  around(serve: () => void): void {
    const isClose = this.#loop.nowMs() - this.#servedMs < CLOSE_MS;
    serve();
    this.#servedMs = this.#loop.nowMs();
    this.#seenMs = this.#servedMs;
    // On a single core, the client could not work while we are awake.
    if (!isClose || this.#loop.cores === 1 || this.#servedMs < this.#restingUntilMs) return;
    this.#awakeUntilMs = this.#servedMs + AWAKE_MS;
    if (this.#isAwake) return;
    this.#isAwake = true;
    this.#loop.nextTurn(this.#turn);
  }

  readonly #turn = (): void => {
    const nowMs = this.#loop.nowMs();
    if (nowMs - this.#seenMs > PREEMPTED_MS) this.#restingUntilMs = nowMs + RESTING_MS;
    this.#seenMs = nowMs;
    this.#isAwake = nowMs < this.#awakeUntilMs;
    if (this.#isAwake) this.#loop.nextTurn(this.#turn);
  };
}
