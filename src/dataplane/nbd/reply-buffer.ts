/** Takes bytes to the client, and says when they may be overwritten. */
export interface ReplyChannel {
  /** The client does not take its replies: its requests should wait. */
  readonly isCongested: boolean;
  send(parts: readonly Uint8Array[], sent: () => void): void;
}

const BUFFER_BYTES = 256 * 1024 + 4096;
const KEPT_BUFFERS = 8;

/**
 * Where the replies of one turn are laid out behind each other, so that they leave in a single write. Its buffers are
 * used again once the socket is done with them.
 */
export class ReplyBuffer {
  readonly #channel: ReplyChannel;
  readonly #spare: Buffer[] = [];
  #buffer: Buffer = Buffer.alloc(0);
  #used = 0;
  #cuts: { start: number; end: number }[] = [];

  constructor(channel: ReplyChannel) {
    this.#channel = channel;
  }

  /** Whether `bytes` more fit; if not, `send` first. A buffer with nothing in it has room for anything. */
  hasRoom(bytes: number): boolean {
    return this.#used === 0 || this.#used + bytes <= this.#buffer.length;
  }

  /** The next `bytes` of the reply, to be filled before `send`; they hold what was there before. */
  take(bytes: number): { buffer: Buffer; start: number } {
    if (this.#used === 0 && this.#buffer.length < bytes) this.#buffer = this.#bufferFor(bytes);
    const start = this.#used;
    this.#used += bytes;
    return { buffer: this.#buffer, start };
  }

  /** Puts a shorter reply where a longer one was laid out: in its place, since the chunk that ends a reply comes last. */
  replace(start: number, end: number, reply: Buffer): void {
    reply.copy(this.#buffer, start);
    this.#cuts.push({ start: start + reply.length, end });
  }

  send(): void {
    if (this.#used === 0) return;
    const buffer = this.#buffer;
    const parts: Buffer[] = [];
    let from = 0;
    for (const { start, end } of this.#cuts) {
      if (start > from) parts.push(buffer.subarray(from, start));
      from = end;
    }
    if (this.#used > from) parts.push(buffer.subarray(from, this.#used));
    this.#cuts = [];
    this.#used = 0;
    this.#buffer = this.#spare.pop() ?? Buffer.alloc(0);
    this.#channel.send(parts, () => {
      const isStandard = buffer.length === BUFFER_BYTES;
      if (isStandard && this.#spare.length < KEPT_BUFFERS) this.#spare.push(buffer);
    });
  }

  /** Clears what passed through; for the end of the connection. */
  wipe(): void {
    for (const buffer of [this.#buffer, ...this.#spare]) buffer.fill(0);
  }

  #bufferFor(bytes: number): Buffer {
    return Buffer.allocUnsafeSlow(Math.max(bytes, BUFFER_BYTES));
  }
}
