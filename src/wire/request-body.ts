/** Collects the body of a request up to a limit, and all bodies together up to another. */
import type { IncomingMessage } from 'node:http';

export type RequestBody =
  | { readonly outcome: 'complete'; readonly bytes: Buffer }
  /** Longer than the limit; what came was thrown away. */
  | { readonly outcome: 'too-large' }
  /** All bodies that are held together left no room for this one; what came was thrown away. */
  | { readonly outcome: 'no-room' }
  /** The client went away before its end. */
  | { readonly outcome: 'aborted' };

/**
 * How much of a refused body is read on before answering. A client that writes its whole request before it
 * reads would meet a reset connection instead of the answer.
 */
const DISCARD_BYTES = 64 * 1024 * 1024;

/** Of each body, what is held without asking: whoever fills the room with large bodies shuts out no ordinary call. */
const FREE_BYTES = 64 * 1024;

/** The memory that the bodies of all requests at hand may take together: their senders are not yet known. */
export class BodyRoom {
  readonly #bytes: number;
  #taken = 0;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** False where there is no room for so much more. */
  take(bytes: number): boolean {
    if (this.#taken + bytes > this.#bytes) return false;
    this.#taken += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#taken -= bytes;
  }
}

/** A body as it comes in; its place in the room is held until `release`. */
export class BodyCollector {
  readonly #request: IncomingMessage;
  readonly #maxBytes: number;
  readonly #room: BodyRoom;
  #chunks: Buffer[] = [];
  #length = 0;
  #taken = 0;
  #refusal: 'too-large' | 'no-room' | undefined;

  constructor(request: IncomingMessage, maxBytes: number, room: BodyRoom) {
    this.#request = request;
    this.#maxBytes = maxBytes;
    this.#room = room;
  }

  /** A body that came in one piece is not copied. */
  collect(): Promise<RequestBody> {
    const request = this.#request;
    return new Promise((resolve) => {
      request.on('data', (chunk: Buffer) => {
        this.#receive(chunk);
        if (this.#refusal !== undefined && this.#length > this.#maxBytes + DISCARD_BYTES) {
          request.pause();
          resolve({ outcome: this.#refusal });
        }
      });
      request.on('end', () => {
        if (this.#refusal !== undefined) resolve({ outcome: this.#refusal });
        else resolve({ outcome: 'complete', bytes: joined(this.#chunks, this.#length) });
        this.#chunks = [];
      });
      request.on('error', () => resolve({ outcome: 'aborted' }));
    });
  }

  release(): void {
    this.#chunks = [];
    this.#room.giveBack(this.#taken);
    this.#taken = 0;
  }

  #receive(chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#refusal !== undefined) return;
    if (this.#length > this.#maxBytes) this.#refuse('too-large');
    else if (!this.#reserve()) this.#refuse('no-room');
    else this.#chunks.push(chunk);
  }

  #reserve(): boolean {
    const wanted = Math.max(0, this.#length - FREE_BYTES) - this.#taken;
    if (!this.#room.take(wanted)) return false;
    this.#taken += wanted;
    return true;
  }

  #refuse(refusal: 'too-large' | 'no-room'): void {
    this.#refusal = refusal;
    this.release();
  }
}

function joined(chunks: readonly Buffer[], length: number): Buffer {
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length);
}
