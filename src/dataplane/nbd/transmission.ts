/** The transmission phase of NBD: reads requests, has the device carry them out, and writes replies. */
import { nextTurn } from '../../platform/next-turn.ts';
import type { Turns } from '../../platform/ports.ts';
import { type BlockDevice, isHole, stretchesOf, type Transfer } from '../device/device.ts';
import type { Agreement } from './handshake.ts';
import {
  COMMAND,
  COMMAND_FLAG,
  MAX_PAYLOAD_BYTES,
  NBD_ERROR,
  type NbdRequest,
  nbdErrorOf,
  REPLY_TYPE,
  REQUEST_BYTES,
  REQUEST_MAGIC,
  SIMPLE_REPLY_BYTES,
  STRUCTURED_REPLY_BYTES,
} from './protocol.ts';
import {
  blockStatusBytes,
  HOLE_REPLY_BYTES,
  replyWithoutData,
  writeBlockStatus,
  writeChunkHeader,
  writeHole,
  writeSimpleReply,
  writeUint64,
} from './reply.ts';
import { ReplyBuffer, type ReplyChannel } from './reply-buffer.ts';
import { WritePayload } from './write-payload.ts';

interface PendingRead {
  request: NbdRequest;
  transfer: Transfer;
  /** The reply's place in the reply buffer, header included. */
  start: number;
  end: number;
  /** Whether the request is answered with it. */
  isLast: boolean;
}

/** The data of one chunk of a structured reply. */
const PIECE_BYTES = 128 * 1024;

const MAX_DESCRIPTORS = 4096;
/** How far one block status looks; the client asks on from there. */
const MAX_STATUS_BYTES = 256 * 1024 * 1024;
const ZEROES = new Uint8Array(1024 * 1024);
const EMPTY = Buffer.alloc(0);

/** Other connections have their turn in between. */
async function writeZeroes(device: BlockDevice, { offset, length }: NbdRequest, turns: Turns): Promise<void> {
  for (let done = 0; done < length; done += ZEROES.length) {
    const bytes = ZEROES.subarray(0, Math.min(ZEROES.length, length - done));
    const transfer: Transfer = { offset: offset + done, bytes };
    device.write([transfer]);
    if (transfer.error !== undefined) throw transfer.error;
    await nextTurn(turns);
  }
}

/**
 * The transmission phase of one connection. Requests that arrive together are carried out together: their reads are one
 * batch of the device, their writes another, and their replies leave in one write.
 */
export class Transmission {
  readonly #device: BlockDevice;
  readonly #agreement: Agreement;
  readonly #channel: ReplyChannel;
  readonly #turns: Turns;
  readonly #replies: ReplyBuffer;
  #partialHeader: Buffer = EMPTY;
  #payload: WritePayload | undefined;
  #reads: PendingRead[] = [];
  #writes: { transfer: Transfer; payload: WritePayload }[] = [];
  #finished: WritePayload[] = [];
  #closing = false;
  /** Requests answered later: flushes, and zeroes that are really written. */
  readonly #background = new Set<Promise<void>>();

  constructor(device: BlockDevice, agreement: Agreement, channel: ReplyChannel, turns: Turns) {
    this.#device = device;
    this.#turns = turns;
    this.#agreement = agreement;
    this.#channel = channel;
    this.#replies = new ReplyBuffer(channel);
  }

  /** Whether the client has said goodbye, or has to be cut off. */
  get isClosing(): boolean {
    return this.#closing;
  }

  /**
   * Carries out the requests in `bytes`, which may begin and end anywhere in one. Returns what is left over when the
   * client is too slow for the replies: a few bytes of requests can ask for gigabytes.
   */
  receive(bytes: Buffer): Buffer {
    let at = 0;
    while (at < bytes.length && !this.#closing && !this.#channel.isCongested) {
      if (this.#payload !== undefined) {
        at += this.#receivePayload(this.#payload, bytes.subarray(at));
        continue;
      }
      if (this.#partialHeader.length > 0 || bytes.length - at < REQUEST_BYTES) {
        const missing = REQUEST_BYTES - this.#partialHeader.length;
        this.#partialHeader = Buffer.concat([this.#partialHeader, bytes.subarray(at, at + missing)]);
        at += missing;
        if (this.#partialHeader.length < REQUEST_BYTES) continue;
        const header = this.#partialHeader;
        this.#partialHeader = EMPTY;
        this.#receiveHeader(header, 0);
        continue;
      }
      this.#receiveHeader(bytes, at);
      at += REQUEST_BYTES;
    }
    this.#carryOut();
    this.#replies.send();
    return bytes.subarray(at);
  }

  /** Resolves when every request so far is answered. */
  async drained(): Promise<void> {
    await Promise.all(this.#background);
  }

  wipe(): void {
    this.#replies.wipe();
  }

  #receiveHeader(bytes: Buffer, at: number): void {
    if (bytes.readUInt32BE(at) !== REQUEST_MAGIC) {
      this.#closing = true;
      return;
    }
    this.#start({
      flags: bytes.readUInt16BE(at + 4),
      command: bytes.readUInt16BE(at + 6),
      cookie: bytes.subarray(at + 8, at + 16),
      // Beyond 2^53 the sum is not exact, but far outside of any volume.
      offset: bytes.readUInt32BE(at + 16) * 2 ** 32 + bytes.readUInt32BE(at + 20),
      length: bytes.readUInt32BE(at + 24),
    });
  }

  readonly #commands: Readonly<Record<number, (request: NbdRequest) => void>> = {
    [COMMAND.read]: (request) => this.#read(request),
    [COMMAND.disconnect]: () => {
      this.#closing = true;
    },
    [COMMAND.flush]: (request) => this.#inBackground(request, () => this.#device.flush()),
    [COMMAND.trim]: (request) => {
      this.#change(request, () => this.#device.trim(request.offset, request.length));
    },
    [COMMAND.writeZeroes]: (request) => {
      if ((request.flags & COMMAND_FLAG.noHole) !== 0) this.#fillWithZeroes(request);
      else this.#change(request, () => this.#device.writeZeroes(request.offset, request.length));
    },
    [COMMAND.blockStatus]: (request) => this.#blockStatus(request),
  };

  #start(request: NbdRequest): void {
    const refusal = this.#refusal(request);
    // The payload of a write comes in any case, and is skipped if the request is refused.
    if (request.command === COMMAND.write) {
      this.#payload = new WritePayload(request, this.#device.unitBytes, refusal);
    } else if (refusal !== NBD_ERROR.none) {
      this.#answer(request, refusal);
    } else {
      // Reads and writes are gathered; whatever else is asked comes after those that came before it.
      if (request.command !== COMMAND.read) this.#carryOut();
      this.#commands[request.command]?.(request);
    }
  }

  /** The error of a request that cannot be carried out as it stands. */
  #refusal({ command, offset, length }: NbdRequest): number {
    if (command === COMMAND.flush || command === COMMAND.disconnect) return NBD_ERROR.none;
    const isWrite = command === COMMAND.write;
    if (!isWrite && this.#commands[command] === undefined) return NBD_ERROR.invalid;
    if (command === COMMAND.blockStatus && !this.#agreement.allocationContext) return NBD_ERROR.invalid;
    if (length === 0) return NBD_ERROR.invalid;
    const hasPayload = isWrite || command === COMMAND.read;
    if (hasPayload && length > MAX_PAYLOAD_BYTES) return NBD_ERROR.overflow;
    if (offset + length <= this.#device.sizeBytes) return NBD_ERROR.none;
    return isWrite || command === COMMAND.writeZeroes ? NBD_ERROR.noSpace : NBD_ERROR.invalid;
  }

  /**
   * With structured replies a large read goes out in pieces, each on its way while the next one is decrypted, and none so
   * large that it falls out of the cache before the socket has taken it.
   */
  #read(request: NbdRequest): void {
    const { offset, length, flags } = request;
    const { structuredReplies } = this.#agreement;
    if (structuredReplies && isHole(this.#device, offset, length)) {
      this.#answerHole(request);
      return;
    }
    const isWhole = !structuredReplies || (flags & COMMAND_FLAG.dontFragment) !== 0;
    const pieceBytes = isWhole ? length : PIECE_BYTES;
    for (let done = 0; done < length; done += pieceBytes) {
      const bytes = Math.min(pieceBytes, length - done);
      this.#readPiece(request, offset + done, bytes, done + bytes === length);
    }
  }

  #readPiece(request: NbdRequest, offset: number, length: number, isLast: boolean): void {
    const { structuredReplies } = this.#agreement;
    const headerBytes = structuredReplies ? STRUCTURED_REPLY_BYTES + 8 : SIMPLE_REPLY_BYTES;
    const { buffer, start } = this.#take(headerBytes + length);
    const end = start + headerBytes + length;
    if (structuredReplies) {
      writeChunkHeader(buffer, start, request, REPLY_TYPE.offsetData, 8 + length, isLast);
      writeUint64(buffer, start + STRUCTURED_REPLY_BYTES, offset);
    } else {
      writeSimpleReply(buffer, start, request, NBD_ERROR.none);
    }
    const transfer: Transfer = { offset, bytes: buffer.subarray(start + headerBytes, end) };
    this.#reads.push({ request, transfer, start, end, isLast });
  }

  #answerHole(request: NbdRequest): void {
    const { buffer, start } = this.#take(HOLE_REPLY_BYTES);
    writeHole(buffer, start, request);
  }

  #receivePayload(payload: WritePayload, bytes: Buffer): number {
    const taken = Math.min(payload.remaining, bytes.length);
    for (const transfer of payload.receive(bytes.subarray(0, taken)))
      this.#writes.push({ transfer, payload });
    if (payload.remaining === 0) {
      this.#finished.push(payload);
      this.#payload = undefined;
    }
    return taken;
  }

  #change(request: NbdRequest, change: () => void): void {
    try {
      change();
      this.#answerChange(request);
    } catch (error) {
      this.#answer(request, nbdErrorOf(error));
    }
  }

  #answerChange(request: NbdRequest): void {
    if ((request.flags & COMMAND_FLAG.fua) !== 0) this.#inBackground(request, () => this.#device.flush());
    else this.#answer(request, NBD_ERROR.none);
  }

  #fillWithZeroes(request: NbdRequest): void {
    this.#inBackground(request, async () => {
      await writeZeroes(this.#device, request, this.#turns);
      if ((request.flags & COMMAND_FLAG.fua) !== 0) await this.#device.flush();
    });
  }

  #blockStatus(request: NbdRequest): void {
    const limit = (request.flags & COMMAND_FLAG.oneExtent) !== 0 ? 1 : MAX_DESCRIPTORS;
    const length = Math.min(request.length, MAX_STATUS_BYTES);
    const descriptors = stretchesOf(this.#device, request.offset, length).slice(0, limit);
    const { buffer, start } = this.#take(blockStatusBytes(descriptors));
    writeBlockStatus(buffer, start, request, descriptors);
  }

  /** Does `work`, and answers when it is done; other requests go on meanwhile. */
  #inBackground(request: NbdRequest, work: () => Promise<void>): void {
    const kept = { ...request, cookie: Buffer.from(request.cookie) };
    const done = work()
      .then(
        () => NBD_ERROR.none,
        (error) => nbdErrorOf(error),
      )
      .then((error) => {
        this.#background.delete(done);
        this.#answer(kept, error);
        this.#replies.send();
      });
    this.#background.add(done);
  }

  #carryOut(): void {
    const writes = this.#writes;
    const finished = this.#finished;
    this.#writes = [];
    this.#finished = [];
    if (writes.length > 0) this.#device.write(writes.map(({ transfer }) => transfer));
    for (const { transfer, payload } of writes) {
      if (transfer.error !== undefined) payload.refuse(nbdErrorOf(transfer.error));
    }
    this.#finishReads();
    for (const { request, error } of finished) {
      if (error === NBD_ERROR.none) this.#answerChange(request);
      else this.#answer(request, error);
    }
  }

  #finishReads(): void {
    if (this.#reads.length === 0) return;
    const reads = this.#reads;
    this.#reads = [];
    this.#device.read(reads.map(({ transfer }) => transfer));
    for (const { request, transfer, start, end, isLast } of reads) {
      if (transfer.error === undefined) continue;
      const reply = replyWithoutData(request, nbdErrorOf(transfer.error), this.#agreement, isLast);
      this.#replies.replace(start, end, reply);
    }
  }

  /** A reply without data: simple, except where a read or a status must be answered in structure. */
  #answer(request: NbdRequest, error: number): void {
    const reply = replyWithoutData(request, error, this.#agreement);
    const { buffer, start } = this.#take(reply.length);
    reply.copy(buffer, start);
  }

  #take(bytes: number): { buffer: Buffer; start: number } {
    if (!this.#replies.hasRoom(bytes)) {
      this.#finishReads();
      this.#replies.send();
    }
    return this.#replies.take(bytes);
  }
}
