/** Plays situations one after another on shared servers: their accounts keep them apart. */
import { startServerFor, type TestServer } from '../worlds/server.ts';
import { type Played, play } from './play.ts';
import type { Situation } from './situation.ts';

export class Stage {
  /** By how long simulated work takes. */
  readonly #servers = new Map<number, Promise<TestServer>>();

  async play(situation: Situation): Promise<Played> {
    const delays = situation.waitedSeconds === undefined ? 0 : 1;
    const server = this.#servers.get(delays) ?? startServerFor(undefined, { delays });
    this.#servers.set(delays, server);
    try {
      return await play(await server, situation);
    } catch (error) {
      return { situation, result: 'wrong', faults: [`it could not be played: ${error}`] };
    }
  }

  async close(): Promise<void> {
    for (const server of this.#servers.values()) await (await server).close();
  }
}
