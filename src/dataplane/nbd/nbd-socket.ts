/** The sockets on which NBD is served: a unix socket for each volume, and TLS. */
import type { Turns } from '../../platform/ports.ts';
import type {
  Connection,
  ListenAddress,
  Listener,
  Secure,
  Sockets,
  TlsIdentity,
} from '../../platform/sockets.ts';
import type { BlockDevice } from '../device/device.ts';
import type { BusyPolling } from './busy-polling.ts';
import { Handshake } from './handshake.ts';
import type { ReplyChannel } from './reply-buffer.ts';
import { Transmission } from './transmission.ts';

/** Beside the unix sockets: TCP for clients elsewhere, where nothing is said before the connection is secure. */
export interface NbdTcpOptions extends TlsIdentity {
  /** The address to listen on; every attachment gets a port of its own. */
  readonly host: string;
}

/** What an NBD server stands on. */
export interface NbdPlatform {
  readonly sockets: Sockets;
  readonly turns: Turns;
  /** The thread's. */
  readonly polling: BusyPolling;
}

/**
 * Replies that a client has not taken yet; beyond that, its requests wait. As little as may be: what is decrypted ahead of the
 * socket is out of the cache when that takes it, and while it is decrypted the socket, of which a read frees a part at a time, gets
 * nothing. No less, since Node says `drain` only of what has come to this (`getDefaultHighWaterMark`).
 */
const MAX_UNSENT_BYTES = 64 * 1024;

/** One client. Ends by itself on garbage, goodbye, or a broken connection. */
class NbdConnection implements ReplyChannel {
  readonly #device: BlockDevice;
  readonly #platform: NbdPlatform;
  /** For a connection on which nothing is said before it is secure. */
  readonly #secure: Secure | undefined;
  #socket: Connection;
  #handshake: Handshake;
  #transmission: Transmission | undefined;

  constructor(
    socket: Connection,
    { device, name }: { device: BlockDevice; name: string },
    platform: NbdPlatform,
    secure: Secure | undefined,
  ) {
    this.#device = device;
    this.#platform = platform;
    this.#secure = secure;
    this.#socket = socket;
    const nbdExport = { name, sizeBytes: device.sizeBytes, unitBytes: device.unitBytes };
    const tls = secure === undefined ? 'absent' : 'required';
    this.#handshake = new Handshake(nbdExport, (bytes) => this.#socket.write(bytes), tls);
    socket.on('data', this.#onData);
    // A client that goes away is no failure of ours, and 'close' follows.
    socket.on('error', () => {});
    // Not before: what is still to be sent is in the buffers.
    socket.on('close', () => this.#transmission?.wipe());
    this.#handshake.greet();
  }

  get isCongested(): boolean {
    return this.#socket.writableLength > MAX_UNSENT_BYTES;
  }

  send(parts: readonly Uint8Array[], sent: () => void): void {
    parts.forEach((part, index) => {
      this.#socket.write(part, index === parts.length - 1 ? sent : undefined);
    });
  }

  /** Carries out what has been asked, then hangs up; replies that the client has not taken are not waited for. */
  async close(): Promise<void> {
    this.#socket.pause();
    await this.#transmission?.drained();
    this.#socket.destroy();
  }

  readonly #onData = (bytes: Buffer): void => {
    const transmission = this.#transmission;
    if (transmission === undefined) this.#continueHandshake(Buffer.from(bytes));
    else this.#platform.polling.around(() => this.#serve(transmission, bytes));
  };

  #continueHandshake(bytes: Buffer): void {
    const step = this.#handshake.receive(bytes);
    if (step.next === 'closed') this.#socket.destroySoon();
    if (step.next === 'tls') this.#startTls();
    if (step.next === 'transmission') {
      this.#transmission = new Transmission(this.#device, step.agreement, this, this.#platform.turns);
      this.#serve(this.#transmission, step.rest);
    }
  }

  #startTls(): void {
    const plain = this.#socket;
    plain.off('data', this.#onData);
    const secure = (this.#secure as Secure)(plain);
    secure.on('error', () => plain.destroy());
    secure.on('data', this.#onData);
    this.#socket = secure;
    this.#handshake = this.#handshake.afterTls((bytes) => secure.write(bytes));
  }

  #serve(transmission: Transmission, bytes: Buffer): void {
    const rest = transmission.receive(bytes);
    if (transmission.isClosing) {
      this.#socket.pause();
      // Nobody reads any more, so that the client's own end would never be seen.
      transmission.drained().then(() => this.#socket.destroySoon());
    } else if (this.isCongested) {
      const kept = Buffer.from(rest);
      this.#socket.pause();
      this.#socket.once('drain', () => {
        this.#socket.resume();
        this.#serve(transmission, kept);
      });
    }
  }
}

/** Serves one volume over NBD, at a unix socket and perhaps at a TCP port. */
export class NbdServer {
  readonly #device: BlockDevice;
  readonly #name: string;
  readonly #platform: NbdPlatform;
  readonly #listeners: Listener[] = [];
  readonly #connections = new Set<NbdConnection>();

  constructor(device: BlockDevice, name: string, platform: NbdPlatform) {
    this.#device = device;
    this.#name = name;
    this.#platform = platform;
  }

  /** Returns the NBD URI. */
  async listenUnix(path: string): Promise<string> {
    await this.#listen(undefined, { path });
    return `nbd+unix:///${this.#name}?socket=${encodeURI(path)}`;
  }

  async listenTcp(tcp: NbdTcpOptions): Promise<string> {
    const { port } = await this.#listen(this.#platform.sockets.tls(tcp), { host: tcp.host, port: 0 });
    const host = tcp.host.includes(':') ? `[${tcp.host}]` : tcp.host;
    return `nbds://${host}:${port}/${this.#name}`;
  }

  /** Takes no new client, answers what the present ones have asked, and hangs up. The socket file is removed. */
  async close(): Promise<void> {
    for (const listener of this.#listeners) listener.close();
    await Promise.all([...this.#connections].map((connection) => connection.close()));
  }

  async #listen(secure: Secure | undefined, address: ListenAddress): Promise<Listener> {
    const listener = await this.#platform.sockets.listen(address, (socket) => {
      const served = { device: this.#device, name: this.#name };
      const connection = new NbdConnection(socket, served, this.#platform, secure);
      this.#connections.add(connection);
      socket.on('close', () => this.#connections.delete(connection));
    });
    this.#listeners.push(listener);
    return listener;
  }
}
