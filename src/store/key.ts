/**
 * Keys as text whose order, character by character, is the order of the keys.
 *
 * Every character stands for one byte (U+0001 to U+00FF), so JavaScript's comparison by UTF-16 unit and SQLite's by
 * UTF-8 byte agree. A part starts with its kind (numbers sort before strings) and ends where no longer part can be
 * mistaken for it: numbers have a fixed width, strings end in U+0001. U+0000 never appears, which SQLite's C strings
 * would end at.
 */
import type { IndexRange, Key, KeyPart, Range } from './store.ts';

const NUMBER = 'n';
const STRING = 's';
/** Sorts after both kinds: what follows a prefix is below `prefix + ABOVE`. */
const ABOVE = '\x7f';
/** Sorts before both kinds: nothing lies between a key and `key + END`. */
export const END = '\x01';
/** Stands between an index key and the record's own, before both kinds: a shorter index key sorts first. */
const OWN_KEY = '!';

/** A stretch of encoded keys: from `from` (inclusive) up to `to` (exclusive). */
export interface Span {
  readonly from: string;
  readonly to: string;
  readonly reverse: boolean;
  /** At most this many; Infinity for all. */
  readonly limit: number;
}

export function encodeKey(key: Key): string {
  let text = '';
  for (const part of key) text += encodePart(part);
  return text;
}

/** Where an index has a record: unique, and in the order of the index key, then of the record's own (encoded) key. */
export function indexPosition(indexKey: Key, key: string): string {
  return encodeKey(indexKey) + OWN_KEY + key;
}

export function spanOf(range: Range = {}): Span {
  return span(range, range.after && encodeKey(range.after));
}

export function indexSpanOf(range: IndexRange = {}): Span {
  return span(range, range.after && indexPosition(range.after.indexKey, encodeKey(range.after.key)));
}

function span(range: Omit<Range, 'after'>, after: string | undefined): Span {
  const { reverse = false, limit = Number.POSITIVE_INFINITY } = range;
  let from = encodeKey(range.prefix ?? []);
  let to = from + ABOVE;
  if (after !== undefined && reverse && after < to) to = after;
  if (after !== undefined && !reverse && after + END > from) from = after + END;
  return { from, to, reverse, limit };
}

function encodePart(part: KeyPart): string {
  return typeof part === 'number' ? NUMBER + encodeNumber(part) : STRING + encodeString(part) + END;
}

const float = new DataView(new ArrayBuffer(8));

/** Hexadecimal of the IEEE 754 bits, turned so that they count upwards through negative numbers too. */
function encodeNumber(value: number): string {
  if (Number.isNaN(value)) throw new TypeError('a key part cannot be NaN');
  float.setFloat64(0, value === 0 ? 0 : value);
  const high = float.getInt32(0);
  const low = float.getInt32(4);
  return high < 0 ? word(~high) + word(~low) : word(high ^ 0x8000_0000) + word(low);
}

function word(bits: number): string {
  return (bits >>> 0).toString(16).padStart(8, '0');
}

const PLAIN = /^[ -~]*$/;

function encodeString(value: string): string {
  if (PLAIN.test(value)) return value;
  let text = '';
  for (const character of value) text += encodeCodePoint(character.codePointAt(0) as number);
  return text;
}

/** The bytes of UTF-8 as characters; a lone surrogate takes three, so that no two strings encode alike. */
function encodeCodePoint(code: number): string {
  // U+0000 to U+0002 are escaped below every other character, since U+0001 ends a string.
  if (code <= 0x02) return String.fromCharCode(0x02, code + 1);
  if (code < 0x80) return String.fromCharCode(code);
  if (code < 0x800) return String.fromCharCode(0xc0 | (code >> 6), continuation(code));
  if (code < 0x1_0000) {
    return String.fromCharCode(0xe0 | (code >> 12), continuation(code >> 6), continuation(code));
  }
  return String.fromCharCode(
    0xf0 | (code >> 18),
    continuation(code >> 12),
    continuation(code >> 6),
    continuation(code),
  );
}

function continuation(bits: number): number {
  return 0x80 | (bits & 0x3f);
}
