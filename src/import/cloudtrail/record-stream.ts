/**
 * CloudTrail records out of a stream of bytes, one at a time, whatever the size of the file: log files
 * (`{"Records":[…]}`), outputs of LookupEvents (`{"Events":[…]}`) and of FilterLogEvents (`{"events":[…]}`), a plain list,
 * one record or one event of EventBridge a line. Only brackets and strings are looked at here; a record is parsed once its
 * bytes are whole. What is held at a time is bounded.
 */
import { SnapshotError } from '../snapshot/snapshot.ts';

/** CloudTrail's own limit is 256 KB a record; LookupEvents holds it a second time, escaped. */
const MAX_RECORD_BYTES = 2 * 1024 * 1024;
const MAX_GAP_BYTES = 64 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Of whole records or what has them within; a list may come after the token by which there is more. */
const LISTS = /^\{\s*(?:"[A-Za-z]+"\s*:\s*"[^"]*"\s*,\s*)?"(?:Records|Events|events)"\s*:\s*\[/;

/** How deep in the file's brackets a record begins; undefined where the beginning is not a known one. */
export function recordDepth(beginning: string): number | undefined {
  const text = beginning.trimStart();
  if (LISTS.test(text)) return 2;
  if (/^\[\s*\{[^}]{0,4000}"event(?:Version|Time|Source|Name|Id)"/i.test(text)) return 1;
  if (/^\{[^}]{0,4000}"event(?:Version|Source)"\s*:/.test(text)) return 0;
  return undefined;
}

export class RecordSplitter {
  readonly #depthOfRecord: number;
  readonly #name: string;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Bytes of a record that began in an earlier chunk. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  #gap = 0;

  constructor(depthOfRecord: number, name: string) {
    this.#depthOfRecord = depthOfRecord;
    this.#name = name;
  }

  /** Hands each record that ends in the chunk to `take`. */
  write(chunk: Buffer, take: (record: Buffer) => void): void {
    const depthOfRecord = this.#depthOfRecord;
    let depth = this.#depth;
    let inString = this.#inString;
    let at = 0;
    let start = this.#heldBytes > 0 ? 0 : -1;
    const length = chunk.length;
    if (this.#escaped && length > 0) {
      this.#escaped = false;
      at = 1;
    }
    while (at < length) {
      if (inString) {
        // Most bytes stand in strings, and the next quote is found by native code.
        const quote = chunk.indexOf(QUOTE, at);
        if (start < 0) this.#pass((quote < 0 ? length : quote + 1) - at);
        if (quote < 0) {
          if (endsEscaped(chunk, at, length)) this.#escaped = true;
          at = length;
          break;
        }
        inString = endsEscaped(chunk, at, quote);
        at = quote + 1;
        continue;
      }
      const byte = chunk[at++] as number;
      if (byte === QUOTE) inString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (depth === depthOfRecord && byte === OPEN_BRACE && start < 0) {
          start = at - 1;
          this.#gap = 0;
        }
        depth++;
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        depth--;
        if (depth < 0) throw this.#damaged('it closes more brackets than it opens');
        if (depth === depthOfRecord && start >= 0) {
          take(this.#whole(chunk.subarray(start, at)));
          start = -1;
        }
      } else if (start < 0) this.#pass(1);
    }
    this.#depth = depth;
    this.#inString = inString;
    if (start >= 0) this.#hold(chunk.subarray(start));
  }

  end(): void {
    if (this.#depth !== 0 || this.#inString) throw this.#damaged('it is cut off');
  }

  /** Of no record. */
  #pass(bytes: number): void {
    this.#gap += bytes;
    if (this.#gap > MAX_GAP_BYTES) throw this.#damaged('no record follows for more than 64 KB');
  }

  #hold(part: Buffer): void {
    this.#heldBytes += part.length;
    if (this.#heldBytes > MAX_RECORD_BYTES)
      throw this.#damaged('a record is larger than CloudTrail makes any');
    // The chunk's memory is used again by the stream.
    this.#held.push(Buffer.from(part));
  }

  #whole(last: Buffer): Buffer {
    if (this.#heldBytes === 0) return last;
    const whole = Buffer.concat([...this.#held, last]);
    this.#held = [];
    this.#heldBytes = 0;
    return whole;
  }

  #damaged(why: string): SnapshotError {
    return new SnapshotError(`${this.#name} is damaged: ${why}`);
  }
}

/** Whether an odd number of backslashes stands before `end`, counted no further back than `from`. */
function endsEscaped(chunk: Buffer, from: number, end: number): boolean {
  let at = end - 1;
  while (at >= from && chunk[at] === BACKSLASH) at--;
  return (end - 1 - at) % 2 === 1;
}
