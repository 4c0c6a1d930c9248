/** The least of an NBD client that writes, flushes and reads: over a connection of the simulation. */
import {
  COMMAND,
  OPTION,
  OPTION_MAGIC,
  REQUEST_BYTES,
  REQUEST_MAGIC,
  SIMPLE_REPLY_BYTES,
} from '../src/dataplane/nbd/protocol.ts';
import type { Connection } from '../src/platform/sockets.ts';

const GREETING_BYTES = 18;
const EXPORT_BYTES = 10;
const NO_ZEROES = 3;

export class SimulatedNbdClient {
  readonly #connection: Connection;
  #input: Buffer = Buffer.alloc(0);
  #wanted: { bytes: number; resolve(bytes: Buffer): void; reject(error: Error): void } | undefined;
  #isClosed = false;

  private constructor(connection: Connection) {
    this.#connection = connection;
    connection.on('data', (bytes) => {
      this.#input = Buffer.concat([this.#input, bytes]);
      this.#deliver();
    });
    connection.on('close', () => {
      this.#isClosed = true;
      this.#wanted?.reject(new Error('the server hung up'));
    });
  }

  static async open(connection: Connection): Promise<SimulatedNbdClient> {
    const client = new SimulatedNbdClient(connection);
    await client.#take(GREETING_BYTES);
    const hello = Buffer.alloc(4 + 16);
    hello.writeUInt32BE(NO_ZEROES, 0);
    hello.writeBigUInt64BE(OPTION_MAGIC, 4);
    hello.writeUInt32BE(OPTION.exportName, 12);
    connection.write(hello);
    await client.#take(EXPORT_BYTES);
    return client;
  }

  async write(offset: number, bytes: Buffer): Promise<void> {
    await this.#request(COMMAND.write, offset, bytes.length, bytes);
  }

  async flush(): Promise<void> {
    await this.#request(COMMAND.flush, 0, 0);
  }

  async read(offset: number, length: number): Promise<Buffer> {
    await this.#request(COMMAND.read, offset, length);
    return this.#take(length);
  }

  close(): void {
    this.#connection.destroy();
  }

  async #request(command: number, offset: number, length: number, payload?: Buffer): Promise<void> {
    const request = Buffer.alloc(REQUEST_BYTES);
    request.writeUInt32BE(REQUEST_MAGIC, 0);
    request.writeUInt16BE(command, 6);
    request.writeUInt32BE(offset, 20);
    request.writeUInt32BE(length, 24);
    this.#connection.write(payload ? Buffer.concat([request, payload]) : request);
    const reply = await this.#take(SIMPLE_REPLY_BYTES);
    const error = reply.readUInt32BE(4);
    if (error !== 0) throw new Error(`NBD error ${error}`);
  }

  #take(bytes: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(new Error('the server hung up'));
      this.#wanted = { bytes, resolve, reject };
      this.#deliver();
    });
  }

  #deliver(): void {
    const wanted = this.#wanted;
    if (wanted === undefined || this.#input.length < wanted.bytes) return;
    this.#wanted = undefined;
    const bytes = this.#input.subarray(0, wanted.bytes);
    this.#input = this.#input.subarray(wanted.bytes);
    wanted.resolve(bytes);
  }
}
