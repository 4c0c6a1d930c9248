/**
 * Filters of the Describe operations: values of one filter are alternatives, filters add up; `*` stands for any characters, `?`
 * for one or none, and a backslash makes the next character plain
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html).
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

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html: of a request, its values all together. */
const MAX_FILTERS = 50;
const MAX_VALUES = 200;
const MAX_LENGTH = 255;

const limitExceeded = (what: string, most: number) =>
  new AwsError('FilterLimitExceeded', `The maximum number of ${what} specified on a single call is ${most}.`);

/** The test of all filters together. `tag:<key>` and `tag-key` are known for records with tags. */
export function filtersTest<R extends object>(
  filters: readonly Filter[] = [],
  fields: FilterFields<R>,
): (record: R) => boolean {
  if (filters.length > MAX_FILTERS) throw limitExceeded('filters', MAX_FILTERS);
  const values = filters.flatMap(({ Values = [] }) => Values);
  if (values.length > MAX_VALUES) throw limitExceeded('filter values', MAX_VALUES);
  if (values.some(({ length }) => length > MAX_LENGTH))
    throw new AwsError('InvalidParameterValue', `A filter value has at most ${MAX_LENGTH} characters.`);
  const tests = filters.map((filter) => filterTest(filter, fields));
  return (record) => tests.every((test) => test(record));
}

function filterTest<R extends object>(
  { Name: name, Values: values = [] }: Filter,
  fields: FilterFields<R>,
): (record: R) => boolean {
  if (!name) throw new AwsError('InvalidParameterValue', 'The filter name is missing.');
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
const MAYBE = Symbol('?');
type Token = string | typeof ANY | typeof MAYBE;

function compilePattern(pattern: string): (text: string, value: Scalar) => boolean {
  // Clients that read 100 as a floating-point number ask for 100.0.
  const number = /^\d+\.\d+$/.test(pattern) ? Number(pattern) : undefined;
  if (!/[*?\\]/.test(pattern)) return (text, value) => text === pattern || value === number;
  const tokens: Token[] = [];
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index] as string;
    if (character === '\\' && index + 1 < pattern.length) tokens.push(pattern[++index] as string);
    else tokens.push(character === '*' ? ANY : character === '?' ? MAYBE : character);
  }
  return (text) => matchTokens(tokens, text);
}

/** Which tokens the text has got to, character by character: no pattern takes longer than its length times the text's. */
function matchTokens(tokens: readonly Token[], text: string): boolean {
  let reached = passed(tokens, [true]);
  for (const character of text) {
    const next: boolean[] = [];
    for (let at = 0; at < tokens.length; at++) {
      if (!reached[at]) continue;
      if (tokens[at] === ANY) next[at] = true;
      else if (tokens[at] === MAYBE || tokens[at] === character) next[at + 1] = true;
    }
    reached = passed(tokens, next);
  }
  return reached[tokens.length] === true;
}

/** With what a wildcard that stands for nothing lets by. */
function passed(tokens: readonly Token[], reached: boolean[]): boolean[] {
  for (let at = 0; at < tokens.length; at++) {
    if (reached[at] && (tokens[at] === ANY || tokens[at] === MAYBE)) reached[at + 1] = true;
  }
  return reached;
}
