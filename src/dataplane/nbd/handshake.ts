/** The fixed newstyle handshake of NBD, up to the choice of an export. */
import {
  ALLOCATION_CONTEXT,
  HANDSHAKE_FLAG,
  INFO,
  MAX_PAYLOAD_BYTES,
  NBD_MAGIC,
  OPTION,
  OPTION_BYTES,
  OPTION_MAGIC,
  OPTION_REPLY,
  OPTION_REPLY_MAGIC,
  TRANSMISSION_FLAG,
} from './protocol.ts';

/** What a client may learn of the volume before it opens it. */
export interface NbdExport {
  readonly name: string;
  readonly sizeBytes: number;
  readonly unitBytes: number;
}

/** What was agreed when the handshake ended. */
export interface Agreement {
  structuredReplies: boolean;
  allocationContext: boolean;
}

/** What comes after the bytes that were handed in. */
export type HandshakeStep =
  | { next: 'more' }
  | { next: 'closed' }
  | { next: 'tls' }
  | { next: 'transmission'; agreement: Agreement; rest: Buffer };

const MAX_OPTION_BYTES = 8192;
const MORE: HandshakeStep = { next: 'more' };
const CLOSED: HandshakeStep = { next: 'closed' };

const ALL_TRANSMISSION_FLAGS = Object.values(TRANSMISSION_FLAG).reduce((all, flag) => all | flag, 0);

class MalformedOption extends Error {}

/** Reads the fields of an option; throws MalformedOption when they do not fit its data. */
class OptionData {
  #rest: Buffer;

  constructor(data: Buffer) {
    this.#rest = data;
  }

  take(bytes: number): Buffer {
    if (bytes > this.#rest.length) throw new MalformedOption();
    const taken = this.#rest.subarray(0, bytes);
    this.#rest = this.#rest.subarray(bytes);
    return taken;
  }

  uint16(): number {
    return this.take(2).readUInt16BE();
  }

  uint32(): number {
    return this.take(4).readUInt32BE();
  }

  text(): string {
    return this.take(this.uint32()).toString();
  }

  end(): void {
    if (this.#rest.length > 0) throw new MalformedOption();
  }
}

/**
 * The option haggling of fixed newstyle, for one connection. The export answers to its name and to the empty one.
 * With `tls` `required`, nothing but STARTTLS is served until the connection is secure.
 */
export class Handshake {
  readonly #export: NbdExport;
  readonly #send: (bytes: Buffer) => void;
  readonly #startTls: 'absent' | 'required';
  #input: Buffer = Buffer.alloc(0);
  #clientFlags: number | undefined;
  #structuredReplies = false;
  #allocationContext = false;

  constructor(
    nbdExport: NbdExport,
    send: (bytes: Buffer) => void,
    startTls: 'absent' | 'required' = 'absent',
  ) {
    this.#export = nbdExport;
    this.#send = send;
    this.#startTls = startTls;
  }

  greet(): void {
    const greeting = Buffer.alloc(18);
    greeting.writeBigUInt64BE(NBD_MAGIC, 0);
    greeting.writeBigUInt64BE(OPTION_MAGIC, 8);
    greeting.writeUInt16BE(HANDSHAKE_FLAG.fixedNewstyle | HANDSHAKE_FLAG.noZeroes, 16);
    this.#send(greeting);
  }

  /** The part of a handshake after STARTTLS: the client starts over with its options, and sends no flags again. */
  afterTls(send: (bytes: Buffer) => void): Handshake {
    const secured = new Handshake(this.#export, send);
    secured.#clientFlags = this.#clientFlags;
    return secured;
  }

  receive(bytes: Buffer): HandshakeStep {
    this.#input = this.#input.length === 0 ? bytes : Buffer.concat([this.#input, bytes]);
    if (this.#clientFlags === undefined) {
      if (this.#input.length < 4) return MORE;
      this.#clientFlags = this.#input.readUInt32BE();
      this.#input = this.#input.subarray(4);
      const known = HANDSHAKE_FLAG.fixedNewstyle | HANDSHAKE_FLAG.noZeroes;
      if ((this.#clientFlags & ~known) !== 0) return CLOSED;
    }
    for (;;) {
      const step = this.#nextOption();
      if (step !== undefined) return step;
    }
  }

  /** Undefined if the option is answered and the haggling goes on. */
  #nextOption(): HandshakeStep | undefined {
    if (this.#input.length < OPTION_BYTES) return MORE;
    if (this.#input.readBigUInt64BE(0) !== OPTION_MAGIC) return CLOSED;
    const option = this.#input.readUInt32BE(8);
    const length = this.#input.readUInt32BE(12);
    if (length > MAX_OPTION_BYTES) {
      this.#reply(option, OPTION_REPLY.tooBig);
      return CLOSED;
    }
    if (this.#input.length < OPTION_BYTES + length) return MORE;
    const data = this.#input.subarray(OPTION_BYTES, OPTION_BYTES + length);
    this.#input = this.#input.subarray(OPTION_BYTES + length);
    try {
      return this.#answer(option, data);
    } catch (error) {
      if (!(error instanceof MalformedOption)) throw error;
      this.#reply(option, OPTION_REPLY.invalid);
      return undefined;
    }
  }

  #answer(option: number, data: Buffer): HandshakeStep | undefined {
    if (option === OPTION.abort) {
      this.#reply(option, OPTION_REPLY.ack);
      return CLOSED;
    }
    if (this.#startTls === 'required') return this.#answerBeforeTls(option, data);
    switch (option) {
      case OPTION.exportName:
        return this.#exportName(data.toString());
      case OPTION.list:
        return this.#list(data);
      case OPTION.info:
      case OPTION.go:
        return this.#infoOrGo(option, new OptionData(data));
      case OPTION.structuredReply:
        new OptionData(data).end();
        this.#structuredReplies = true;
        return this.#reply(option, OPTION_REPLY.ack);
      case OPTION.listMetaContext:
      case OPTION.setMetaContext:
        return this.#metaContext(option, new OptionData(data));
      default:
        return this.#reply(option, OPTION_REPLY.unsupported);
    }
  }

  #answerBeforeTls(option: number, data: Buffer): HandshakeStep | undefined {
    // EXPORT_NAME has no way to be refused but to close.
    if (option === OPTION.exportName) return CLOSED;
    if (option !== OPTION.startTls) return this.#reply(option, OPTION_REPLY.tlsRequired);
    new OptionData(data).end();
    // Plaintext that is already here would be taken for the secure client's (compare CVE-2021-3716 in nbdkit).
    if (this.#input.length > 0) return CLOSED;
    this.#reply(option, OPTION_REPLY.ack);
    return { next: 'tls' };
  }

  #isExport(name: string): boolean {
    return name === '' || name === this.#export.name;
  }

  #exportName(name: string): HandshakeStep {
    if (!this.#isExport(name)) return CLOSED;
    const withoutZeroes = ((this.#clientFlags ?? 0) & HANDSHAKE_FLAG.noZeroes) !== 0;
    const reply = Buffer.alloc(withoutZeroes ? 10 : 134);
    reply.writeBigUInt64BE(BigInt(this.#export.sizeBytes), 0);
    reply.writeUInt16BE(this.#transmissionFlags, 8);
    this.#send(reply);
    return this.#transmission();
  }

  #list(data: Buffer): undefined {
    new OptionData(data).end();
    const name = Buffer.from(this.#export.name);
    const entry = Buffer.alloc(4 + name.length);
    entry.writeUInt32BE(name.length);
    name.copy(entry, 4);
    this.#reply(OPTION.list, OPTION_REPLY.server, entry);
    this.#reply(OPTION.list, OPTION_REPLY.ack);
  }

  #infoOrGo(option: number, data: OptionData): HandshakeStep | undefined {
    const name = data.text();
    // What the client asks for is ignored: it gets all the information there is.
    data.take(2 * data.uint16());
    data.end();
    if (!this.#isExport(name)) return this.#reply(option, OPTION_REPLY.unknown);
    const size = Buffer.alloc(12);
    size.writeUInt16BE(INFO.export, 0);
    size.writeBigUInt64BE(BigInt(this.#export.sizeBytes), 2);
    size.writeUInt16BE(this.#transmissionFlags, 10);
    this.#reply(option, OPTION_REPLY.info, size);
    const blockSize = Buffer.alloc(14);
    blockSize.writeUInt16BE(INFO.blockSize, 0);
    blockSize.writeUInt32BE(1, 2);
    blockSize.writeUInt32BE(Math.max(4096, this.#export.unitBytes), 6);
    blockSize.writeUInt32BE(MAX_PAYLOAD_BYTES, 10);
    this.#reply(option, OPTION_REPLY.info, blockSize);
    this.#reply(option, OPTION_REPLY.ack);
    return option === OPTION.go ? this.#transmission() : undefined;
  }

  #metaContext(option: number, data: OptionData): undefined {
    const name = data.text();
    const count = data.uint32();
    if (count > MAX_OPTION_BYTES / 4) throw new MalformedOption();
    const queries = Array.from({ length: count }, () => data.text());
    data.end();
    const isSet = option === OPTION.setMetaContext;
    if (isSet) this.#allocationContext = false;
    if (isSet && !this.#structuredReplies) return this.#reply(option, OPTION_REPLY.invalid);
    if (!this.#isExport(name)) return this.#reply(option, OPTION_REPLY.unknown);
    const isAsked =
      queries.includes(ALLOCATION_CONTEXT.name) || (!isSet && (count === 0 || queries.includes('base:')));
    if (isAsked) {
      const context = Buffer.alloc(4 + ALLOCATION_CONTEXT.name.length);
      context.writeUInt32BE(isSet ? ALLOCATION_CONTEXT.id : 0);
      context.write(ALLOCATION_CONTEXT.name, 4);
      this.#reply(option, OPTION_REPLY.metaContext, context);
      if (isSet) this.#allocationContext = true;
    }
    this.#reply(option, OPTION_REPLY.ack);
  }

  /** DF belongs to structured replies, and may not be offered without them. */
  get #transmissionFlags(): number {
    return this.#structuredReplies
      ? ALL_TRANSMISSION_FLAGS
      : ALL_TRANSMISSION_FLAGS & ~TRANSMISSION_FLAG.sendDf;
  }

  #transmission(): HandshakeStep {
    return {
      next: 'transmission',
      agreement: { structuredReplies: this.#structuredReplies, allocationContext: this.#allocationContext },
      rest: this.#input,
    };
  }

  #reply(option: number, type: number, data: Buffer = Buffer.alloc(0)): undefined {
    const reply = Buffer.alloc(20 + data.length);
    reply.writeBigUInt64BE(OPTION_REPLY_MAGIC, 0);
    reply.writeUInt32BE(option, 8);
    reply.writeUInt32BE(type, 12);
    reply.writeUInt32BE(data.length, 16);
    data.copy(reply, 20);
    this.#send(reply);
  }
}
