/**
 * The tests that a pattern puts to a single value of an event: an exact value, or an object with one operator
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html).
 */
import { compileGlob } from '../../../policy/glob.ts';
import { networkContains, parseAddress } from '../../../policy/ip.ts';
import { parseCidr } from './cidr.ts';
import { JsonFault, type JsonMember, type JsonNode } from './json-text.ts';
import { numericTest, requireComparable } from './numeric.ts';
import type { Scalar, ValueTest } from './test.ts';
import { wildcardParts } from './wildcard.ts';

/** `exists: false` speaks of the event, not of a value. */
export const ABSENT = Symbol('absent');

type NodeOf<K extends JsonNode['kind']> = Extract<JsonNode, { kind: K }>;

const ONE_KEY = 'Only one key allowed in match expression';

export function valueTest(node: JsonNode): ValueTest | typeof ABSENT {
  if (node.kind === 'object') return expressionTest(node);
  if (node.kind === 'array') {
    throw new JsonFault('Match value must be String, number, true, false, or null', node.at);
  }
  const wanted = node.value;
  return (value) => value === wanted;
}

function expressionTest(node: NodeOf<'object'>): ValueTest | typeof ABSENT {
  const operator = onlyMember(node, 'Match expression name not found');
  if (operator.name === 'exists') return existsTest(operator.value);
  const make = Object.hasOwn(OPERATORS, operator.name) ? OPERATORS[operator.name] : undefined;
  if (!make) throw new JsonFault(`Unrecognized match type ${operator.name}`, operator.value.at);
  return make(operator.value);
}

/** The member of an object that may have but one. The operator's own faults are reported before one too many. */
function onlyMember(node: NodeOf<'object'>, none: string): JsonMember {
  const [member, extra] = node.members;
  if (!member) throw new JsonFault(none, node.end);
  if (extra) throw new JsonFault(ONE_KEY, extra.value.at);
  return member;
}

function existsTest({ kind, at, ...node }: JsonNode): ValueTest | typeof ABSENT {
  const value = 'value' in node ? node.value : undefined;
  if (kind !== 'literal' || value === null) {
    throw new JsonFault('exists match pattern must be either true or false.', at);
  }
  return value === true ? () => true : ABSENT;
}

const OPERATORS: Readonly<Record<string, (operand: JsonNode) => ValueTest>> = {
  exactly: (operand) => equals(text(operand, 'exact')),
  prefix: (operand) => affix(operand, 'prefix', startsWith),
  suffix: (operand) => affix(operand, 'suffix', endsWith),
  'equals-ignore-case': (operand) => equalsIgnoringCase(text(operand, 'equals-ignore-case')),
  wildcard: (operand) => wildcard(operand),
  numeric: (operand) => numericTest(operand),
  cidr: (operand) => cidr(operand),
  'anything-but': (operand) => anythingBut(operand),
};

/** A test of strings, which no other value passes. */
const ofString =
  (test: (value: string) => boolean): ValueTest =>
  (value) =>
    typeof value === 'string' && test(value);

type StringTest = (wanted: string) => ValueTest;

const equals: StringTest = (wanted) => (value) => value === wanted;
const startsWith: StringTest = (wanted) => ofString((value) => value.startsWith(wanted));
const endsWith: StringTest = (wanted) => ofString((value) => value.endsWith(wanted));
const equalsIgnoringCase: StringTest = (wanted) => {
  const folded = wanted.toLowerCase();
  return ofString((value) => value.toLowerCase() === folded);
};

function text(
  operand: JsonNode,
  operator: string,
  message = `${operator} match pattern must be a string`,
): string {
  if (operand.kind !== 'string') throw new JsonFault(message, operand.at);
  return operand.value;
}

/** `{"prefix": "a"}`, or `{"prefix": {"equals-ignore-case": "a"}}`. */
function affix(operand: JsonNode, operator: 'prefix' | 'suffix', make: StringTest): ValueTest {
  if (operand.kind !== 'object') return make(text(operand, operator));
  const { name, value } = onlyMember(operand, `${operator} expression name not found`);
  if (name !== 'equals-ignore-case') {
    throw new JsonFault(`Unsupported ${operator} pattern: ${name}`, value.at);
  }
  const test = make(text(value, 'equals-ignore-case').toLowerCase());
  return ofString((each) => test(each.toLowerCase()));
}

function wildcard(operand: JsonNode): ValueTest {
  const matches = compileGlob(wildcardParts(text(operand, 'wildcard'), operand.end));
  return ofString(matches);
}

function cidr(operand: JsonNode): ValueTest {
  const network = parseCidr(text(operand, 'prefix'));
  return ofString((value) => {
    const address = parseAddress(value);
    return address !== undefined && networkContains(network, address);
  });
}

const NOT_SCALAR = 'Value of anything-but must be an array or single string/number value.';

/** Whatever the operand does not match, of any type; a value must be there. */
function anythingBut(operand: JsonNode): ValueTest {
  const tests = operand.kind === 'object' ? exceptedByOperator(operand) : exceptedValues(operand);
  return (value) => !tests.some((test) => test(value));
}

function exceptedValues(operand: JsonNode): readonly ValueTest[] {
  const items = operand.kind === 'array' ? operand.items : [operand];
  if (operand.kind === 'literal') throw new JsonFault(NOT_SCALAR, operand.at);
  const wanted = new Set<Scalar>();
  for (const item of items) {
    if (item.kind !== 'string' && item.kind !== 'number') {
      throw new JsonFault('Inside anything but list, start|null|boolean is not supported.', item.at, 2);
    }
    if (item.kind === 'number') requireComparable(item);
    wanted.add(item.value);
  }
  if (new Set(items.map(({ kind }) => kind)).size !== 1) {
    throw new JsonFault(
      'Inside anything but list, either all values are number or string, mixed type is not supported',
      operand.end,
    );
  }
  return [(value) => wanted.has(value)];
}

/** What may stand within anything-but, and what is said of an operand that is no string. */
const EXCEPTIONS: Readonly<Record<string, { make(operand: JsonNode): ValueTest; readonly fault: string }>> = {
  prefix: { make: nonEmpty(startsWith), fault: 'prefix/suffix match pattern must be a string' },
  suffix: { make: nonEmpty(endsWith), fault: 'prefix/suffix match pattern must be a string' },
  wildcard: { make: wildcard, fault: 'wildcard match pattern must be a string' },
  'equals-ignore-case': {
    make: (operand) => equalsIgnoringCase(text(operand, 'equals-ignore-case')),
    fault: 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
  },
};

function exceptedByOperator(operand: NodeOf<'object'>): readonly ValueTest[] {
  const { name, value } = onlyMember(operand, 'Anything-But expression name not found');
  const exception = Object.hasOwn(EXCEPTIONS, name) ? EXCEPTIONS[name] : undefined;
  if (!exception) throw new JsonFault(`Unsupported anything-but pattern: ${name}`, value.at);
  if (value.kind === 'object' || value.kind === 'literal') throw new JsonFault(NOT_SCALAR, value.at);
  const listed = value.kind === 'array';
  return (listed ? value.items : [value]).map((item) => {
    if (item.kind !== 'string') throw new JsonFault(exception.fault, item.at, listed ? 2 : 1);
    return exception.make(item);
  });
}

function nonEmpty(make: StringTest): (operand: JsonNode) => ValueTest {
  return (operand) => {
    const wanted = text(operand, 'prefix/suffix');
    if (wanted === '') throw new JsonFault('Null prefix/suffix not allowed', operand.end);
    return make(wanted);
  };
}
