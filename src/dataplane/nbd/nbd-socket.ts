/** The sockets on which NBD is served: a unix socket for each volume, and TLS. */
import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import type { BlockDevice } from '../volume/block-device.ts';
import type { BusyPolling } from './busy-polling.ts';
import { Handshake } from './handshake.ts';
import type { ReplyChannel } from './reply-buffer.ts';
import { Transmission } from './transmission.ts';

/** Beside the unix sockets: TCP for clients elsewhere, where nothing is said before the connection is secure. */
export interface NbdTcpOptions {
  /** The address to listen on; every attachment gets a port of its own. */
  host: string;
  /** PEM. */
  certificate: string;
  /** PEM. */
  privateKey: string;
  /** PEM; if given, clients must show a certificate that it has signed. */
  clientAuthority?: string;
}

/**
 * Replies that a client has not taken yet; beyond that, its requests wait. Enough to keep the socket full, and no more:
 * what is decrypted far ahead is out of the cache when the socket takes it.
 */
const MAX_UNSENT_BYTES = 512 * 1024;

/** One client. Ends by itself on garbage, goodbye, or a broken connection. */
class NbdConnection implements ReplyChannel {
  readonly #device: BlockDevice;
  readonly #polling: BusyPolling;
  readonly #secureContext: SecureContext | undefined;
  #socket: Socket;
  #handshake: Handshake;
  #transmission: Transmission | undefined;

  constructor(
    socket: Socket,
    device: BlockDevice,
    name: string,
    polling: BusyPolling,
    secureContext: SecureContext | undefined,
  ) {
    this.#device = device;
    this.#polling = polling;
    this.#secureContext = secureContext;
    this.#socket = socket;
    const nbdExport = { name, sizeBytes: device.sizeBytes, unitBytes: device.unitBytes };
    const tls = secureContext === undefined ? 'absent' : 'required';
    this.#handshake = new Handshake(nbdExport, (bytes) => this.#socket.write(bytes), tls);
    socket.on('data', this.#onData);
    // A client that goes away is no failure of ours, and 'close' follows.
    socket.on('error', () => {});
    this.#handshake.greet();
  }

  get isCongested(): boolean {
    return this.#socket.writableLength > MAX_UNSENT_BYTES;
  }

  send(parts: readonly Uint8Array[], sent: () => void): void {
    if (parts.length > 1) this.#socket.cork();
    parts.forEach((part, index) => {
      this.#socket.write(part, index === parts.length - 1 ? sent : undefined);
    });
    if (parts.length > 1) this.#socket.uncork();
  }

  /** Carries out what has been asked, then hangs up; replies that the client has not taken are not waited for. */
  async close(): Promise<void> {
    this.#socket.pause();
    await this.#transmission?.drained();
    this.#socket.destroy();
    this.#transmission?.wipe();
  }

  readonly #onData = (bytes: Buffer): void => {
    const transmission = this.#transmission;
    if (transmission === undefined) this.#continueHandshake(bytes);
    else this.#polling.around(() => this.#serve(transmission, bytes));
  };

  #continueHandshake(bytes: Buffer): void {
    const step = this.#handshake.receive(bytes);
    if (step.next === 'closed') this.#socket.end();
    if (step.next === 'tls') this.#startTls();
    if (step.next === 'transmission') {
      this.#transmission = new Transmission(this.#device, step.agreement, this);
      this.#serve(this.#transmission, step.rest);
    }
  }

  #startTls(): void {
    const plain = this.#socket;
    plain.off('data', this.#onData);
    const secure = new TLSSocket(plain, {
      isServer: true,
      secureContext: this.#secureContext as SecureContext,
      requestCert: this.#secureContext !== undefined && CLIENT_CHECKED.has(this.#secureContext),
      rejectUnauthorized: true,
    });
    secure.on('error', () => plain.destroy());
    secure.on('data', this.#onData);
    this.#socket = secure;
    this.#handshake = this.#handshake.afterTls((bytes) => secure.write(bytes));
  }

  #serve(transmission: Transmission, bytes: Buffer): void {
    const rest = transmission.receive(bytes);
    if (transmission.isClosing) {
      this.#socket.pause();
      transmission.drained().then(() => this.#socket.end());
    } else if (this.isCongested) {
      this.#socket.pause();
      this.#socket.once('drain', () => {
        this.#socket.resume();
        this.#serve(transmission, rest);
      });
    }
    if (rest.length === 0) giveBack(bytes);
  }
}

/** Below this the garbage collector is cheaper. */
const GIVE_BACK_BYTES = 16 * 1024;

/**
 * Gives the memory of what came from a socket back at once, if it is alone in it, so that the next read finds it still in
 * the cache; the garbage collector would let tens of megabytes pile up first.
 */
function giveBack({ buffer, length }: Buffer): void {
  if (length >= GIVE_BACK_BYTES && length === buffer.byteLength) (buffer as ArrayBuffer).transfer(0);
}

/** Contexts whose clients must show a certificate. */
const CLIENT_CHECKED = new WeakSet<SecureContext>();

function secureContextOf(tcp: NbdTcpOptions): SecureContext {
  const context = createSecureContext({
    cert: tcp.certificate,
    key: tcp.privateKey,
    ca: tcp.clientAuthority,
    minVersion: 'TLSv1.2',
  });
  if (tcp.clientAuthority !== undefined) CLIENT_CHECKED.add(context);
  return context;
}

/** Serves one volume over NBD, at a unix socket and perhaps at a TCP port. */
export class NbdServer {
  readonly #device: BlockDevice;
  readonly #name: string;
  readonly #polling: BusyPolling;
  readonly #listeners: Server[] = [];
  readonly #connections = new Set<NbdConnection>();

  /** `polling` is the thread's. */
  constructor(device: BlockDevice, name: string, polling: BusyPolling) {
    this.#device = device;
    this.#name = name;
    this.#polling = polling;
  }

  /** Returns the NBD URI. A socket left by a server that was killed is replaced. */
  async listenUnix(path: string): Promise<string> {
    rmSync(path, { force: true });
    await this.#listen(undefined, { path });
    return `nbd+unix:///${this.#name}?socket=${encodeURI(path)}`;
  }

  async listenTcp(tcp: NbdTcpOptions): Promise<string> {
    const server = await this.#listen(secureContextOf(tcp), { host: tcp.host, port: 0 });
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const host = tcp.host.includes(':') ? `[${tcp.host}]` : tcp.host;
    return `nbds://${host}:${port}/${this.#name}`;
  }

  /** Takes no new client, answers what the present ones have asked, and hangs up. The socket file is removed. */
  async close(): Promise<void> {
    for (const listener of this.#listeners) listener.close();
    await Promise.all([...this.#connections].map((connection) => connection.close()));
  }

  #listen(
    secureContext: SecureContext | undefined,
    address: { path: string } | { host: string; port: number },
  ): Promise<Server> {
    const server = createServer({ noDelay: true }, (socket) => {
      const connection = new NbdConnection(socket, this.#device, this.#name, this.#polling, secureContext);
      this.#connections.add(connection);
      socket.on('close', () => this.#connections.delete(connection));
    });
    this.#listeners.push(server);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(address, () => resolve(server));
    });
  }
}
