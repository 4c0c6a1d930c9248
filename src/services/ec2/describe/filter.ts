/**
 * Filters of the Describe operations: values of one filter are alternatives, filters add up; `*` and `?` are wildcards,
 * a backslash makes the next character plain (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Filter } from '../../../shapes/generated/ec2.ts';
import type { Tag } from '../resource/tag.ts';

type Scalar = string | number | boolean | undefined;
export type FilterValue = Scalar | readonly Scalar[];
/** By filter name: the values of a record that a filter is held against. */
export type FilterFields<R> = Readonly<Record<string, (record: R) => FilterValue>>;

/** Filters that AWS knows, of what no record here has: they match nothing. */
export const matchingNothing = (...names: readonly string[]): FilterFields<object> =>
  Object.fromEntries(names.map((name) => [name, () => undefined]));

const MAX_VALUES = 200;

/** The test of all filters together. `tag:<key>` and `tag-key` are known for records with tags. */
export function filtersTest<R extends object>(
  filters: readonly Filter[] | undefined,
  fields: FilterFields<R>,
): (record: R) => boolean {
  const tests = (filters ?? []).map((filter) => filterTest(filter, fields));
  return (record) => tests.every((test) => test(record));
}

function filterTest<R extends object>(
  { Name: name, Values: values = [] }: Filter,
  fields: FilterFields<R>,
): (record: R) => boolean {
  if (!name) throw new AwsError('InvalidParameterValue', 'The filter name is missing.');
  if (values.length > MAX_VALUES) {
    throw new AwsError(
      'FilterLimitExceeded',
      `The maximum number of filter values specified on a single call is ${MAX_VALUES}.`,
    );
  }
  const field = fieldOf(name, fields);
  if (!field) throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
  // A filter without values lets nothing through.
  const patterns = values.map(compilePattern);
  return (record) => {
    const found = field(record);
    const candidates = (Array.isArray(found) ? found : [found]) as readonly Scalar[];
    return candidates.some(
      (value) => value !== undefined && patterns.some((matches) => matches(String(value), value)),
    );
  };
}

function fieldOf<R extends object>(
  name: string,
  fields: FilterFields<R>,
): ((record: R) => FilterValue) | undefined {
  if (Object.hasOwn(fields, name)) return fields[name];
  if (name === 'tag-key') return (record) => tagsOf(record).map(({ Key }) => Key);
  if (name === 'tag-value') return (record) => tagsOf(record).map(({ Value }) => Value);
  if (!name.startsWith('tag:')) return undefined;
  const key = name.slice('tag:'.length);
  return (record) => tagsOf(record).find((tag) => tag.Key === key)?.Value;
}

const tagsOf = (record: object) => ('tags' in record ? (record.tags as readonly Tag[]) : []);

const ANY = Symbol('*');
const ONE = Symbol('?');
type Token = string | typeof ANY | typeof ONE;

function compilePattern(pattern: string): (text: string, value: Scalar) => boolean {
  // Clients that read 100 as a floating-point number ask for 100.0.
  const number = /^\d+\.\d+$/.test(pattern) ? Number(pattern) : undefined;
  if (!/[*?\\]/.test(pattern)) return (text, value) => text === pattern || value === number;
  const tokens: Token[] = [];
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index] as string;
    if (character === '\\' && index + 1 < pattern.length) tokens.push(pattern[++index] as string);
    else tokens.push(character === '*' ? ANY : character === '?' ? ONE : character);
  }
  return (text) => matchTokens(tokens, text);
}

/** Linear in practice, quadratic at worst: on a mismatch only the last `*` takes in more. */
function matchTokens(tokens: readonly Token[], text: string): boolean {
  let token = 0;
  let at = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    const expected = tokens[token];
    if (expected === ANY) {
      star = token++;
      resume = at;
    } else if (expected === ONE || expected === text[at]) {
      token++;
      at++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  while (tokens[token] === ANY) token++;
  return token === tokens.length;
}
