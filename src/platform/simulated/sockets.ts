/** Sockets within a simulation: a path, and pairs of ends between which bytes travel turn by turn. */
import { EventEmitter } from 'node:events';
import type { Turns } from '../ports.ts';
import type { Connection, Listener, Sockets } from '../sockets.ts';

class End extends EventEmitter implements Connection {
  peer: End | undefined;
  readonly writableLength = 0;
  readonly #turns: Turns;
  #incoming: Buffer[] = [];
  #isPaused = false;
  #isScheduled = false;
  #isClosed = false;

  constructor(turns: Turns) {
    super();
    this.#turns = turns;
  }

  write(bytes: Uint8Array, sent?: () => void): boolean {
    this.peer?.receive(Buffer.from(bytes));
    if (sent) this.#turns.next(sent);
    return true;
  }

  receive(bytes: Buffer): void {
    if (this.#isClosed) return;
    this.#incoming.push(bytes);
    this.#schedule();
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#schedule();
  }

  destroySoon(): void {
    this.destroy();
  }

  destroy(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#turns.next(() => this.emit('close'));
    this.peer?.destroy();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isPaused || this.#incoming.length === 0) return;
    this.#isScheduled = true;
    this.#turns.next(() => {
      this.#isScheduled = false;
      const bytes = this.#isPaused ? undefined : this.#incoming.shift();
      if (bytes !== undefined) this.emit('data', bytes);
      // Whoever kept them sees it.
      bytes?.fill(0xff);
      this.#schedule();
    });
  }
}

export class SimulatedSockets implements Sockets {
  readonly #turns: Turns;
  readonly #listening = new Map<string, (connection: Connection) => void>();

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  async listen(
    address: { path: string } | { host: string; port: number },
    accept: (connection: Connection) => void,
  ): Promise<Listener> {
    if (!('path' in address)) throw new Error('only socket files are simulated');
    this.#listening.set(address.path, accept);
    return { port: 0, close: () => void this.#listening.delete(address.path) };
  }

  tls(): never {
    throw new Error('TLS is not simulated');
  }

  connect(path: string): Connection {
    const accept = this.#listening.get(path);
    if (!accept) throw Object.assign(new Error(`nobody listens at ${path}`), { code: 'ENOENT' });
    const [client, server] = [new End(this.#turns), new End(this.#turns)];
    client.peer = server;
    server.peer = client;
    this.#turns.next(() => accept(server));
    return client;
  }

  forgetAll(): void {
    this.#listening.clear();
  }
}
