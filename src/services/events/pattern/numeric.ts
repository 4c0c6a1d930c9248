/** `{"numeric": [">", 0, "<=", 5]}`: one comparison, or a range from below. */
import { JsonFault, type JsonNode } from './json-text.ts';
import type { ValueTest } from './test.ts';

type NumberTest = (value: number, wanted: number) => boolean;

const COMPARISONS: Readonly<Record<string, NumberTest>> = {
  '=': (value, wanted) => value === wanted,
  '<': (value, wanted) => value < wanted,
  '<=': (value, wanted) => value <= wanted,
  '>': (value, wanted) => value > wanted,
  '>=': (value, wanted) => value >= wanted,
};

export function numericTest(operand: JsonNode): ValueTest {
  if (operand.kind !== 'array') throw new JsonFault('Value of numeric must be an array.', operand.at);
  const { items, end } = operand;
  const [first, wanted, second, top, extra] = items;
  if (first?.kind !== 'string') {
    const shown = first && 'value' in first ? String(first.value) : ']';
    throw new JsonFault(`Invalid member in numeric match: ${shown}`, first?.at ?? end);
  }
  const compare = Object.hasOwn(COMPARISONS, first.value) ? COMPARISONS[first.value] : undefined;
  if (!compare) {
    throw new JsonFault(`Unrecognized numeric range operator: ${first.value}`, wanted?.at ?? end);
  }
  const bound = number(wanted, first.value === '=' ? 'equals' : first.value, end);
  const test: ValueTest = (value) => typeof value === 'number' && compare(value, bound);
  if (!second) return test;
  if (!first.value.startsWith('>')) throw new JsonFault('Too many elements in numeric expression', second.at);

  if (second.kind !== 'string') throw new JsonFault('Bad value in numeric range: ', second.at);
  const { value: operator } = second;
  const below = operator === '<' || operator === '<=' ? COMPARISONS[operator] : undefined;
  if (!below) throw new JsonFault(`Bad numeric range operator: ${operator}`, second.end);
  const limit = number(top, operator, end);
  if (extra) throw new JsonFault('Too many terms in numeric range expression', extra.at);
  if (limit <= bound) throw new JsonFault('Bottom must be less than top', end);
  return (value) => test(value) && below(value as number, limit);
}

function number(node: JsonNode | undefined, operator: string, end: number): number {
  if (node?.kind !== 'number') throw new JsonFault(`Value of ${operator} must be numeric`, node?.at ?? end);
  requireComparable(node);
  return node.value;
}

const LARGEST = 5_000_000_000;

/** EventBridge compares numbers within five billion of zero only. */
export function requireComparable({ value, end }: { readonly value: number; readonly end: number }): void {
  if (Math.abs(value) > LARGEST) {
    throw new JsonFault('Value must be between -5.0E9 and 5.0E9, inclusive', end);
  }
}
