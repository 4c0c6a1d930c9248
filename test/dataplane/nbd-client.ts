import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  COMMAND,
  NBD_MAGIC,
  OPTION,
  OPTION_MAGIC,
  REPLY_FLAG,
  REPLY_TYPE,
  REQUEST_MAGIC,
  SIMPLE_REPLY_MAGIC,
  STRUCTURED_REPLY_MAGIC,
} from '../../src/dataplane/nbd/protocol.ts';

export interface Reply {
  error: number;
  /** The data of a read, the payload of any other structured reply. */
  data: Buffer;
  type?: number;
  /** How many chunks a structured reply had. */
  chunks?: number;
}

interface Chunk {
  type: number;
  payload: Buffer;
}

interface Waiting {
  offset: number;
  length: number;
  command: number;
  chunks: Chunk[];
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

/** The path of the socket in an NBD URI. */
export const socketOf = (nbdUri: string): string => new URL(nbdUri).searchParams.get('socket') as string;

/** A small NBD client that pipelines requests, and can also say things that no client should. */
export class NbdClient {
  readonly socket: Socket;
  sizeBytes = 0;
  flags = 0;
  #input: Buffer = Buffer.alloc(0);
  #wanted: { bytes: number; resolve(bytes: Buffer): void; reject(error: Error): void } | undefined;
  #closed: Error | undefined;
  readonly #waiting = new Map<bigint, Waiting>();
  #cookie = 1n;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => {
      this.#input = this.#input.length === 0 ? bytes : Buffer.concat([this.#input, bytes]);
      this.#deliver();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#closed = new Error('the server closed the connection');
      this.#wanted?.reject(this.#closed);
      for (const { reject } of this.#waiting.values()) reject(this.#closed);
    });
  }

  /** Connects, agrees on structured replies unless told otherwise, and opens the volume. */
  static async open(nbdUri: string, { structured = true } = {}): Promise<NbdClient> {
    const client = new NbdClient(connect(socketOf(nbdUri)));
    await client.greet();
    if (structured) {
      await client.option(OPTION.structuredReply);
      await client.option(OPTION.setMetaContext, metaContextQuery('', 'base:allocation'));
    }
    await client.go();
    return client;
  }

  async greet(): Promise<void> {
    const greeting = await this.receive(18);
    if (greeting.readBigUInt64BE(0) !== NBD_MAGIC) throw new Error('not an NBD server');
    this.socket.write(Buffer.from([0, 0, 0, 3]));
  }

  /** Sends an option; gives the types and data of all its replies. */
  async option(option: number, data: Buffer = Buffer.alloc(0)): Promise<{ type: number; data: Buffer }[]> {
    const header = Buffer.alloc(16);
    header.writeBigUInt64BE(OPTION_MAGIC, 0);
    header.writeUInt32BE(option, 8);
    header.writeUInt32BE(data.length, 12);
    this.socket.write(Buffer.concat([header, data]));
    const replies: { type: number; data: Buffer }[] = [];
    for (;;) {
      const reply = await this.receive(20);
      const type = reply.readUInt32BE(12);
      replies.push({ type, data: await this.receive(reply.readUInt32BE(16)) });
      if (type === 1 || type >= 0x8000_0000) return replies;
    }
  }

  async go(name = ''): Promise<void> {
    const replies = await this.option(OPTION.go, goData(name));
    const info = replies.find(({ type, data }) => type === 3 && data.readUInt16BE(0) === 0);
    if (info === undefined) throw new Error(`GO was refused: ${replies[0]?.type.toString(16)}`);
    this.sizeBytes = Number(info.data.readBigUInt64BE(2));
    this.flags = info.data.readUInt16BE(10);
    this.#serve().catch(() => {});
  }

  request(
    command: number,
    { offset = 0, length = 0, flags = 0 }: { offset?: number; length?: number; flags?: number },
    payload?: Uint8Array,
  ): Promise<Reply> {
    const header = Buffer.alloc(28);
    const cookie = this.#cookie++;
    header.writeUInt32BE(REQUEST_MAGIC, 0);
    header.writeUInt16BE(flags, 4);
    header.writeUInt16BE(command, 6);
    header.writeBigUInt64BE(cookie, 8);
    header.writeBigUInt64BE(BigInt(offset), 16);
    header.writeUInt32BE(length, 24);
    return new Promise((resolve, reject) => {
      if (this.#closed !== undefined) reject(this.#closed);
      this.#waiting.set(cookie, { command, offset, length, chunks: [], resolve, reject });
      this.socket.cork();
      this.socket.write(header);
      if (payload !== undefined) this.socket.write(payload);
      this.socket.uncork();
    });
  }

  async read(offset: number, length: number): Promise<Buffer> {
    const { error, data } = await this.request(COMMAND.read, { offset, length });
    if (error !== 0) throw new Error(`read failed: ${error}`);
    return data;
  }

  async write(offset: number, bytes: Uint8Array, flags = 0): Promise<void> {
    const { error } = await this.request(COMMAND.write, { offset, length: bytes.length, flags }, bytes);
    if (error !== 0) throw new Error(`write failed: ${error}`);
  }

  async flush(): Promise<void> {
    const { error } = await this.request(COMMAND.flush, {});
    if (error !== 0) throw new Error(`flush failed: ${error}`);
  }

  /** Says goodbye, and waits until the server has closed. */
  async close(): Promise<void> {
    const closed = this.socket.destroyed ? undefined : once(this.socket, 'close');
    this.request(COMMAND.disconnect, {}).catch(() => {});
    await closed;
  }

  async receive(bytes: number): Promise<Buffer> {
    if (this.#closed !== undefined && this.#input.length < bytes) throw this.#closed;
    return new Promise((resolve, reject) => {
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

  async #serve(): Promise<void> {
    for (;;) {
      const magic = (await this.receive(4)).readUInt32BE();
      const replied =
        magic === SIMPLE_REPLY_MAGIC
          ? await this.#simpleReply()
          : await this.#structuredReply(magic === STRUCTURED_REPLY_MAGIC);
      if (replied === undefined) continue;
      const [cookie, reply] = replied;
      this.#waiting.get(cookie)?.resolve(reply);
      this.#waiting.delete(cookie);
    }
  }

  async #simpleReply(): Promise<[bigint, Reply]> {
    const rest = await this.receive(12);
    const error = rest.readUInt32BE(0);
    const cookie = rest.readBigUInt64BE(4);
    const waiting = this.#waiting.get(cookie);
    const hasData = waiting?.command === COMMAND.read && error === 0;
    return [cookie, { error, data: await this.receive(hasData ? waiting.length : 0) }];
  }

  /** Undefined if more chunks follow. */
  async #structuredReply(isStructured: boolean): Promise<[bigint, Reply] | undefined> {
    if (!isStructured) throw new Error('not a reply');
    const rest = await this.receive(16);
    const type = rest.readUInt16BE(2);
    const cookie = rest.readBigUInt64BE(4);
    const payload = await this.receive(rest.readUInt32BE(12));
    const isLast = (rest.readUInt16BE(0) & REPLY_FLAG.done) !== 0;
    const waiting = this.#waiting.get(cookie) as Waiting;
    waiting.chunks.push({ type, payload });
    return isLast ? [cookie, assemble(waiting)] : undefined;
  }
}

/** One reply of all chunks: the data in its place, or the error. */
function assemble({ command, chunks, offset, length }: Waiting): Reply {
  const { type, payload } = chunks.at(-1) as Chunk;
  const failed = chunks.find((chunk) => chunk.type === REPLY_TYPE.error);
  if (failed !== undefined) return { error: failed.payload.readUInt32BE(0), data: failed.payload, type };
  if (command !== COMMAND.read) return { error: 0, data: payload, type };
  const data = Buffer.alloc(length, 0xee);
  for (const chunk of chunks) {
    const at = Number(chunk.payload.readBigUInt64BE(0)) - offset;
    if (chunk.type === REPLY_TYPE.offsetData) chunk.payload.copy(data, at, 8);
    else data.fill(0, at, at + chunk.payload.readUInt32BE(8));
  }
  return { error: 0, data, type, chunks: chunks.length };
}

function sized(text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, Buffer.from(text)]);
}

/** The data of INFO and GO: a name, and no wishes. */
export const goData = (name: string): Buffer => Buffer.concat([sized(name), Buffer.alloc(2)]);

/** The data of LIST_META_CONTEXT and SET_META_CONTEXT. */
export function metaContextQuery(name: string, ...queries: string[]): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(queries.length);
  return Buffer.concat([sized(name), count, ...queries.map(sized)]);
}
