/** Texts to be read: good ones, and what a few hostile changes make of them. */
import fc from 'fast-check';

/** What a reader stumbles over: nesting, escapes, repetition, numbers, controls. */
const SPLINTERS = [
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\',
  ':',
  ',',
  '*',
  '?',
  '${',
  '}',
  '%',
  '&',
  '=',
  '.',
  '\n',
  '\r\n',
  '\t',
  '\0',
  '\u2028',
  '\ud800',
  '<',
  '>',
  '&amp;',
  '#',
  '!Sub ',
  '!GetAtt ',
  '- ',
  '&a ',
  '*a',
  '__proto__',
  'constructor',
  '1e999',
  '-0',
  '9007199254740993',
  '0x10',
  'null',
  'true',
  '\\u0000',
  '%00',
  '%zz',
  '+',
  ' ',
  '/',
  '..',
] as const;

type Change =
  | { readonly kind: 'insert'; readonly at: number; readonly text: string; readonly times: number }
  | { readonly kind: 'cut'; readonly at: number; readonly length: number }
  | { readonly kind: 'repeat'; readonly at: number; readonly length: number; readonly times: number };

const at = fc.double({ min: 0, max: 1, noNaN: true });
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constant('insert' as const),
    at,
    text: fc.constantFrom(...SPLINTERS),
    times: fc.oneof(fc.constant(1), fc.nat(20), fc.constant(5_000), fc.constant(60_000)),
  }),
  fc.record({ kind: fc.constant('cut' as const), at, length: fc.nat(40) }),
  fc.record({
    kind: fc.constant('repeat' as const),
    at,
    length: fc.nat(60),
    times: fc.oneof(fc.nat(8), fc.constant(2_000)),
  }),
);

const MAX_CHARS = 600_000;

function changed(text: string, one: Change): string {
  const from = Math.floor(one.at * text.length);
  if (one.kind === 'cut') return text.slice(0, from) + text.slice(from + one.length);
  const piece = one.kind === 'insert' ? one.text : text.slice(from, from + one.length);
  const times = Math.min(one.times, Math.floor(MAX_CHARS / Math.max(1, piece.length)));
  return text.slice(0, from) + piece.repeat(times) + text.slice(from);
}

export function textsLike(...good: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...good), fc.array(change, { maxLength: 5 }))
    .map(([text, changes]) => changes.reduce(changed, text).slice(0, MAX_CHARS));
}
