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

/** A share of the whole. Of doubles that fast-check chooses, nearly all are so small that they mean the beginning. */
const at = fc.nat(2 ** 30 - 1).map((n) => n / 2 ** 30);
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

/** Of all kinds that JSON has, where another is expected. */
const STRANGERS: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, '', 'x', '\u0000', '*', '2026-01-01T00:00:00Z', '9'.repeat(400)],
  ...[[], [null], [[]], ['x'], [0], {}, { x: null }, { Data: 0 }, { __proto__: null, constructor: 'x' }],
  { toString: 1, valueOf: 1 },
];

/** JSON in which a few values, at any depth, have become others of any kind, or are gone. */
export function jsonLike(...good: readonly string[]): fc.Arbitrary<string> {
  const swap = fc.record({ at, value: fc.option(fc.constantFrom(...STRANGERS), { nil: undefined }) });
  return fc
    .tuple(fc.constantFrom(...good), fc.array(swap, { minLength: 1, maxLength: 3 }))
    .map(([text, swaps]) => JSON.stringify(swaps.reduce(swapped, JSON.parse(text))) ?? '');
}

function swapped(json: unknown, one: { readonly at: number; readonly value: unknown }): unknown {
  const chosen = Math.floor(one.at * nodesIn(json));
  let seen = 0;
  const copy = (node: unknown): unknown => {
    if (seen++ === chosen) return one.value;
    if (Array.isArray(node)) return node.map(copy);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([name, each]) => [name, copy(each)]));
  };
  return copy(json);
}

function nodesIn(json: unknown): number {
  if (typeof json !== 'object' || json === null) return 1;
  return Object.values(json).reduce((sum: number, each) => sum + nodesIn(each), 1);
}

export const textsAndJsonLike = (...good: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(textsLike(...good), jsonLike(...good));
