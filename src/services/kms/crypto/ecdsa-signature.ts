/** ECDSA signatures as DER: SEQUENCE { INTEGER r, INTEGER s } (RFC 3279, 2.2.3), read strictly. */
import type { Signature } from './elliptic-curve.ts';

const SEQUENCE = 0x30;
const INTEGER = 0x02;

export function encodeSignature({ r, s }: Signature): Buffer {
  const body = Buffer.concat([integer(r), integer(s)]);
  return Buffer.concat([header(SEQUENCE, body.length), body]);
}

/** Undefined for anything but the one encoding of two positive integers. */
export function decodeSignature(bytes: Uint8Array): Signature | undefined {
  const reader = new Reader(Buffer.from(bytes));
  const body = reader.element(SEQUENCE);
  if (!body || !reader.isAtEnd) return undefined;
  const inner = new Reader(body);
  const [r, s] = [inner.positive(), inner.positive()];
  return r !== undefined && s !== undefined && inner.isAtEnd ? { r, s } : undefined;
}

function integer(value: bigint): Buffer {
  const digits = value.toString(16);
  const bytes = Buffer.from(digits.length % 2 ? `0${digits}` : digits, 'hex');
  const isNegative = ((bytes[0] as number) & 0x80) !== 0;
  const content = isNegative ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
  return Buffer.concat([header(INTEGER, content.length), content]);
}

const header = (tag: number, length: number) =>
  length < 0x80 ? Buffer.of(tag, length) : Buffer.of(tag, 0x81, length);

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  element(tag: number): Buffer | undefined {
    if (this.#bytes[this.#at] !== tag) return undefined;
    let length = this.#bytes[this.#at + 1] ?? 0;
    let start = this.#at + 2;
    if (length === 0x81) {
      length = this.#bytes[start] ?? 0;
      start += 1;
      if (length < 0x80) return undefined;
    } else if (length > 0x7f) return undefined;
    const end = start + length;
    if (end > this.#bytes.length) return undefined;
    this.#at = end;
    return this.#bytes.subarray(start, end);
  }

  positive(): bigint | undefined {
    const content = this.element(INTEGER);
    if (!content || content.length === 0) return undefined;
    const [first, second] = content as unknown as [number, number | undefined];
    if (first & 0x80) return undefined;
    if (first === 0 && second !== undefined && !(second & 0x80)) return undefined;
    return BigInt(`0x${content.toString('hex')}`);
  }
}
