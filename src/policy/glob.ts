/**
 * Wildcard matching in time linear in the text, whatever the pattern: policies are written by the people that
 * they restrict, so a pattern may be hostile. `*` is any run of UTF-16 units, `?` exactly one.
 */
import { ANY, type GlobPart, ONE } from './template.ts';

export type TextMatcher = (text: string) => boolean;

/** A run of the pattern between two stars. */
interface Segment {
  readonly length: number;
  /** Where there is room for it. */
  matchesAt(text: string, at: number): boolean;
  /** First position >= `from` where the segment fits, or -1. */
  find(text: string, from: number): number;
}

const always: TextMatcher = () => true;

/** Compiles parts (see template.ts) to a matcher of whole texts. */
export function compileGlob(given: readonly GlobPart[]): TextMatcher {
  const parts = joinLiterals(given);
  if (parts.length === 0) return (text) => text === '';
  if (parts.length === 1) {
    const [only] = parts as [GlobPart];
    if (only === ANY) return always;
    if (typeof only === 'string') return (text) => text === only;
  }
  if (parts.length === 2 && parts[1] === ANY && typeof parts[0] === 'string') {
    const prefix = parts[0];
    return (text) => text.startsWith(prefix);
  }
  return matchSegments(splitAtStars(parts));
}

function joinLiterals(parts: readonly GlobPart[]): GlobPart[] {
  const joined: GlobPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (typeof part === 'string' && typeof last === 'string') joined[joined.length - 1] = last + part;
    else if (part !== '') joined.push(part);
  }
  return joined;
}

function splitAtStars(parts: readonly GlobPart[]): Segment[] {
  const segments: Segment[] = [];
  let run: GlobPart[] = [];
  for (const part of parts) {
    if (part === ANY) {
      segments.push(segment(run));
      run = [];
    } else run.push(part);
  }
  segments.push(segment(run));
  return segments;
}

/** The first segment stands at the start, the last at the end, those between wherever they fit first. */
function matchSegments(segments: readonly Segment[]): TextMatcher {
  const first = segments[0] as Segment;
  if (segments.length === 1) return (text) => text.length === first.length && first.matchesAt(text, 0);
  const last = segments[segments.length - 1] as Segment;
  const middle = segments.slice(1, -1).filter(({ length }) => length > 0);
  const minLength = segments.reduce((sum, { length }) => sum + length, 0);
  return (text) => {
    const end = text.length - last.length;
    if (text.length < minLength || !first.matchesAt(text, 0) || !last.matchesAt(text, end)) return false;
    let at = first.length;
    for (const part of middle) {
      const found = part.find(text, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}

function segment(run: readonly GlobPart[]): Segment {
  if (run.includes(ONE)) return new GappedSegment(run);
  const literal = run.join('');
  return {
    length: literal.length,
    matchesAt: (text, at) => text.startsWith(literal, at),
    find: (text, from) => text.indexOf(literal, from),
  };
}

/** Up to so many units a segment is tried at each position; the work is then still linear in the text. */
const SHORT = 32;

/** A segment with `?` in it (units of -1). */
class GappedSegment implements Segment {
  readonly length: number;
  readonly #units: readonly number[];
  #search: ShiftAnd | undefined;

  constructor(run: readonly GlobPart[]) {
    this.#units = run.flatMap((part) =>
      typeof part === 'string' ? Array.from({ length: part.length }, (_, i) => part.charCodeAt(i)) : [-1],
    );
    this.length = this.#units.length;
  }

  matchesAt(text: string, at: number): boolean {
    const units = this.#units;
    for (let i = 0; i < units.length; i++) {
      const unit = units[i] as number;
      if (unit >= 0 && unit !== text.charCodeAt(at + i)) return false;
    }
    return true;
  }

  find(text: string, from: number): number {
    if (this.length > SHORT) {
      this.#search ??= new ShiftAnd(this.#units);
      return this.#search.find(text, from);
    }
    for (let at = from; at + this.length <= text.length; at++) if (this.matchesAt(text, at)) return at;
    return -1;
  }
}

/** The Shift-And algorithm (Baeza-Yates and Gonnet): one step a unit of text, 32 units of the pattern a word. */
class ShiftAnd {
  readonly #length: number;
  readonly #masks = new Map<number, Uint32Array>();
  readonly #gaps: Uint32Array;
  readonly #state: Uint32Array;

  constructor(units: readonly number[]) {
    this.#length = units.length;
    const words = Math.ceil(units.length / 32);
    this.#gaps = new Uint32Array(words);
    this.#state = new Uint32Array(words);
    units.forEach((unit, i) => {
      if (unit < 0) setBit(this.#gaps, i);
    });
    units.forEach((unit, i) => {
      if (unit < 0) return;
      const mask = this.#masks.get(unit) ?? Uint32Array.from(this.#gaps);
      setBit(mask, i);
      this.#masks.set(unit, mask);
    });
  }

  find(text: string, from: number): number {
    const state = this.#state.fill(0);
    const top = this.#length - 1;
    for (let at = from; at < text.length; at++) {
      const mask = this.#masks.get(text.charCodeAt(at)) ?? this.#gaps;
      let carry = 1;
      for (let word = 0; word < state.length; word++) {
        const before = state[word] as number;
        state[word] = ((before << 1) | carry) & (mask[word] as number);
        carry = before >>> 31;
      }
      if (((state[top >>> 5] as number) >>> (top & 31)) & 1) return at - top;
    }
    return -1;
  }
}

function setBit(words: Uint32Array, bit: number): void {
  words[bit >>> 5] = (words[bit >>> 5] as number) | (1 << (bit & 31));
}
