/** Arbitrary inputs and outputs for a shape, for the tests of the codecs. */
import fc from 'fast-check';
import type { Member, Shape, StructureShape } from '../../src/shapes/shape.ts';

interface Options {
  /** Characters of strings that travel in bodies. */
  readonly text: fc.Arbitrary<string>;
  readonly shortestList: number;
  /** Whole numbers and seconds only. */
  readonly whole?: boolean;
}

const DEEPEST = 9;
const LATEST_MS = Date.UTC(2040, 0);

/** Model unions: exactly one member may be set. */
const UNIONS = new Set(['PolicyIdentifier']);

/** All members are present down to a depth at which only a recursive shape goes on. */
export function arbitraryValue(shape: Shape, options: Options, depth = 0): fc.Arbitrary<unknown> {
  switch (shape.type) {
    case 'structure':
      return arbitraryStructure(shape, options, depth);
    case 'list': {
      const member = arbitraryValue(shape.member, options, depth + 1);
      return fc.array(member, { minLength: options.shortestList, maxLength: 2 });
    }
    case 'map': {
      const entry = fc.tuple(
        arbitraryValue(shape.key, options, depth + 1),
        arbitraryValue(shape.value, options, depth + 1),
      );
      const entries = fc.uniqueArray(entry, { selector: ([key]) => key, minLength: 1, maxLength: 2 });
      return entries.map((pairs) => Object.fromEntries(pairs));
    }
    case 'string':
      return shape.enum ? fc.constantFrom(...shape.enum) : options.text;
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'long':
      return fc.integer({ min: -1_000_000, max: 1_000_000_000 });
    case 'float':
    case 'double':
      return fc.integer({ min: -1000, max: 1_000_000 }).map((n) => (options.whole ? n : n / 4));
    case 'timestamp':
      return fc.integer({ min: 0, max: LATEST_MS }).map((ms) => (options.whole ? ms - (ms % 1000) : ms));
    case 'blob':
      return fc.uint8Array({ minLength: 1, maxLength: 40 });
    case 'document':
      return fc.constant({});
  }
}

function arbitraryStructure(shape: StructureShape, options: Options, depth: number): fc.Arbitrary<object> {
  const members = shape.members.filter((member) => depth < DEEPEST || isFlat(member.shape));
  if (UNIONS.has(shape.name)) {
    return fc.oneof(...members.map((member) => arbitraryRecord([member], options, depth)));
  }
  return arbitraryRecord(members, options, depth);
}

function arbitraryRecord(members: readonly Member[], options: Options, depth: number): fc.Arbitrary<object> {
  return fc.record(
    Object.fromEntries(
      members.map(({ name, shape, location }) => {
        const text = location === undefined || location === 'payload' ? options.text : TOKEN;
        return [name, arbitraryValue(shape, { ...options, text }, depth + 1)];
      }),
    ),
  );
}

function isFlat(shape: Shape): boolean {
  return shape.type !== 'structure' && shape.type !== 'list' && shape.type !== 'map';
}

/** Fit for headers and paths. */
const TOKEN = fc.stringMatching(/^[A-Za-z0-9+=_-]{1,12}$/);
