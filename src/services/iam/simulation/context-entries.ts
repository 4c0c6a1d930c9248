/** The condition keys that a simulation assumes. */
import type { ConditionLookup } from '../../../policy/decision.ts';
import { parseAddress } from '../../../policy/ip.ts';
import { parseBinary, parseDate } from '../../../policy/literals.ts';
import type { ContextEntry } from '../../../shapes/generated/iam.ts';
import { invalidInput } from '../errors.ts';

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** How values of a type must read, and what IAM calls that. Strings and booleans may be anything. */
const FORMATS: Readonly<Record<string, readonly [expected: string, reads: (text: string) => boolean]>> = {
  numeric: ['numeric format', (text) => NUMBER.test(text)],
  date: ['DateTime format', (text) => parseDate(text) !== undefined],
  ip: ['IP address', (text) => parseAddress(text) !== undefined],
  binary: ['base-64 encoded binary format', (text) => parseBinary(text) !== undefined],
};

const LIST = 'List';

/** Values by lower-case key: the defaults, and over them the entries; or IAM's error for an entry that is invalid. */
export function contextOf(
  entries: readonly ContextEntry[] = [],
  defaults: Readonly<Record<string, string>>,
): ConditionLookup {
  const given = new Map<string, readonly string[]>();
  for (const entry of entries) {
    const { ContextKeyName: name, ContextKeyType: type, ContextKeyValues: values } = entry;
    if (name === undefined && type === undefined && values === undefined) continue;
    if (!name) throw invalidInput('ContextKeyName cannot be null or empty.');
    if (type === undefined) throw invalidInput(`Context key ${name} has invalid type null.`);
    if (!values?.length)
      throw invalidInput(`Context values for context key ${name} cannot be null or empty.`);
    const key = name.toLowerCase();
    if (given.has(key)) throw invalidInput(`Duplicate context key: ${name}.`);
    requireValues(name, type, values);
    given.set(key, values);
  }
  const assumed = new Map(Object.entries(defaults).map(([key, value]) => [key.toLowerCase(), [value]]));
  return (key) => given.get(key) ?? assumed.get(key);
}

function requireValues(name: string, type: string, values: readonly string[]): void {
  const isList = type.endsWith(LIST);
  if (!isList && values.length > 1) {
    throw invalidInput(`Context key ${type} expected a single value, but received ${values.length}.`);
  }
  const [expected, reads] = FORMATS[isList ? type.slice(0, -LIST.length) : type] ?? [];
  if (reads && !values.every(reads)) {
    throw invalidInput(`Invalid context value for key ${name}: expected ${expected}.`);
  }
}
