/** Values of a condition key that meet, or miss, the conditions on it: made from the operands, and from their neighbours. */
import type { AccessRequest } from './decision.ts';
import { parseNetwork } from './ip.ts';
import { parseDate } from './literals.ts';
import { OPERATORS, type OperatorFamily } from './operators.ts';
import type { Condition } from './policy.ts';
import { ANY, ONE, parseTemplate } from './template.ts';

/** Undefined: the key is absent. */
export type Values = readonly string[] | undefined;

/** Which values requests can have of a key, where those are not any text. */
export interface ValueForm {
  readonly is: (value: string) => boolean;
  /** What stands for the wildcards of a pattern, so that the whole is such a value. */
  readonly fillings: readonly string[];
  /** Values that no policy is likely to name. */
  readonly others: readonly string[];
}

/** Beside the values, each alone, those of one condition together, and absence: of a key with a form, what has it. */
export function candidateValues(
  conditions: readonly Condition[],
  request: AccessRequest,
  form?: ValueForm,
): Values[] {
  const all = anyValues(conditions, request);
  if (!form) return all;
  const wild = conditions.flatMap(({ values }) => values).filter((value) => /[*?]/.test(value));
  const fitting = wild.flatMap((value) => form.fillings.map((any) => filled(value, request, any)));
  return [...[...fitting, ...form.others].map((value) => [value]), ...all].filter(
    (values) => values === undefined || values.every(form.is),
  );
}

function anyValues(conditions: readonly Condition[], request: AccessRequest): Values[] {
  const single = new Set<string>();
  const families = new Set<OperatorFamily>();
  const lists: string[][] = [];
  for (const condition of conditions) {
    const { values, set } = condition;
    families.add(familyOf(condition));
    const own = valuesFrom(condition, request);
    for (const value of own) single.add(value);
    if (set !== undefined) lists.push([...new Set(own)].slice(0, values.length));
  }
  for (const family of families) for (const value of OTHERS[family]) single.add(value);
  const texts = conditions.flatMap(({ values }) => values).slice(0, 8);
  // One without an asterisk has no end that another could take the place of.
  for (const one of texts.filter((text) => text.includes('*')))
    for (const other of texts) single.add(joined(one, other, request));
  const together = lists.length > 1 ? [lists.flat()] : [];
  return [...[...single].map((value) => [value]), ...lists, ...together, undefined];
}

const familyOf = ({ operator }: Condition): OperatorFamily => OPERATORS.get(operator)?.family ?? 'string';

const made = new WeakMap<Condition, readonly string[]>();

/** Each statement is looked at for every principal: what does not hang on the request is made once. */
function valuesFrom(condition: Condition, request: AccessRequest): readonly string[] {
  const known = made.get(condition);
  if (known) return known;
  const make = MAKERS[familyOf(condition)];
  const own = condition.values.flatMap((value) => make(value, request));
  if (!condition.values.some((value) => value.includes('${'))) made.set(condition, own);
  return own;
}

type Maker = (operand: string, request: AccessRequest) => string[];

/** The text of a pattern with each `*` and `?` filled; a variable takes the request's value. */
function filled(operand: string, request: AccessRequest, any: string): string {
  const parts = parseTemplate(operand, { variables: true, wildcards: true }) ?? [operand];
  return parts
    .map((part) => {
      if (part === ANY) return any;
      if (part === ONE) return any.charAt(0) || 'x';
      return typeof part === 'object' ? (request.condition(part.key)?.[0] ?? part.fallback ?? '') : part;
    })
    .join('');
}

/** Text that matches both, where one begins and the other ends it. */
function joined(one: string, other: string, request: AccessRequest): string {
  const at = one.indexOf('*');
  return at < 0 ? filled(one, request, '') : filled(`${one.slice(0, at)}${other}`, request, '');
}

const text: Maker = (operand, request) => {
  const plain = filled(operand, request, '');
  return [operand, plain, filled(operand, request, 'x'), plain.toUpperCase(), plain.toLowerCase()];
};

const number: Maker = (operand) => {
  const value = Number(operand);
  return Number.isFinite(value) ? [operand, String(value - 1), String(value + 1)] : [operand];
};

const date: Maker = (operand) => {
  const atMs = parseDate(operand);
  if (atMs === undefined) return [operand];
  return [atMs, atMs - 1000, atMs + 1000].map((ms) => new Date(ms).toISOString());
};

const address: Maker = (operand) => {
  const network = parseNetwork(operand);
  if (!network) return [];
  const { bytes, prefixLength } = network;
  const last = bytes.map((byte, at) => byte | (0xff >> Math.min(8, Math.max(0, prefixLength - at * 8))));
  return [bytes, last].map(addressText);
};

function addressText(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, at) => ((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0));
  return groups.map((group) => group.toString(16)).join(':');
}

const MAKERS: Readonly<Record<OperatorFamily, Maker>> = {
  string: text,
  arn: text,
  numeric: number,
  date,
  bool: () => [],
  binary: (operand) => [operand],
  ip: address,
  null: () => [],
};

/** Values that no operand is likely to match. */
const OTHERS: Readonly<Record<OperatorFamily, readonly string[]>> = {
  string: ['another-value', ''],
  arn: ['arn:aws:other:us-east-1:000000000000:other/other', 'another-value'],
  numeric: ['0', 'not-a-number'],
  date: ['1990-01-01T00:00:00Z', '2090-01-01T00:00:00Z'],
  bool: ['true', 'false'],
  binary: ['AAAA'],
  ip: ['198.51.100.7', '2001:db8:5::7'],
  null: ['present'],
};
