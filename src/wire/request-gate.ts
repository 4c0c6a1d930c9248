/** Lets requests through, and holds new ones back while something must happen that no request may see half-way. */
import type { Timers } from '../platform/ports.ts';
import type { HttpReply, HttpRequest } from './http.ts';

/** How long requests at hand are waited for. */
const GRACE_MS = 5_000;

export class RequestGate {
  readonly #serve: (request: HttpRequest) => Promise<HttpReply>;
  readonly #timers: Timers;
  #atHand = 0;
  #closed: PromiseWithResolvers<void> | undefined;
  #left: (() => void) | undefined;

  constructor(serve: (request: HttpRequest) => Promise<HttpReply>, timers: Timers) {
    this.#serve = serve;
    this.#timers = timers;
  }

  async handle(request: HttpRequest): Promise<HttpReply> {
    while (this.#closed) await this.#closed.promise;
    this.#atHand++;
    try {
      return await this.#serve(request);
    } finally {
      this.#atHand--;
      this.#left?.();
    }
  }

  /** Runs `work` on behalf of a request once it is the only one at hand; those that come meanwhile wait. */
  async alone(work: () => Promise<void>): Promise<void> {
    if (this.#closed) return this.#closed.promise;
    const closed = Promise.withResolvers<void>();
    this.#closed = closed;
    try {
      await this.#lastAtHand();
      await work();
    } finally {
      this.#closed = undefined;
      closed.resolve();
    }
  }

  async #lastAtHand(): Promise<void> {
    if (this.#atHand <= 1) return;
    const gone = Promise.withResolvers<void>();
    const grace = this.#timers.after(GRACE_MS, gone.resolve);
    this.#left = () => {
      if (this.#atHand <= 1) gone.resolve();
    };
    await gone.promise;
    grace.cancel();
  }
}
