/** Condition keys as a request has them, and as policies look them up. */
import type { ConditionLookup } from '../policy/decision.ts';
import type { Missing } from '../policy/policy.ts';
import { UnknownReached } from '../policy/unknown-reached.ts';
import type { ConditionValue, ConditionValues } from './verdict.ts';

export const isUnknown = (value: ConditionValue): value is Missing =>
  typeof value === 'object' && !Array.isArray(value);

/** The keys that are present, by their documented names, each with its values as text. */
export function presentConditions(values: ConditionValues): Record<string, readonly string[]> {
  const present: Record<string, readonly string[]> = {};
  for (const key in values) {
    const value = values[key];
    if (value === undefined || isUnknown(value)) continue;
    present[key] = typeof value === 'object' ? value : [String(value)];
  }
  return present;
}

/** All but those of which that is not known. */
export const knownConditions = (values: ConditionValues): ConditionValues =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => !isUnknown(value)));

/** The keys of which it is not known whether they are present, or with what value. */
export function unknownConditions(values: ConditionValues): Record<string, Missing> | undefined {
  let unknown: Record<string, Missing> | undefined;
  for (const key in values) {
    const value = values[key];
    if (isUnknown(value)) unknown = { ...unknown, [key]: value };
  }
  return unknown;
}

export const absentConditions = (values: ConditionValues): string[] =>
  Object.entries(values).flatMap(([key, value]) => (value === undefined ? [key] : []));

/** Computes the values when a policy first asks for one: most decisions ask for none. */
export function conditionLookup(compute: () => ConditionValues): ConditionLookup {
  let values: Map<string, readonly string[]> | undefined;
  let gaps: Gaps | undefined;
  return (name) => {
    if (values === undefined) {
      const computed = compute();
      values = new Map(
        Object.entries(presentConditions(computed)).map(([key, present]) => [key.toLowerCase(), present]),
      );
      const unknown = unknownConditions(computed);
      gaps = unknown && new Gaps(computed, unknown);
    }
    const found = values.get(name);
    if (found === undefined) gaps?.requireKnown(name);
    return found;
  };
}

/** What is not known, between what is: a key by its name, else by the beginnings that end with `*`, as they are listed. */
class Gaps {
  readonly #unknown: ReadonlyMap<string, Missing>;
  /** Known to be absent. */
  readonly #absent: readonly string[];

  constructor(values: ConditionValues, unknown: Readonly<Record<string, Missing>>) {
    this.#unknown = new Map(Object.entries(unknown).map(([key, missing]) => [key.toLowerCase(), missing]));
    this.#absent = absentConditions(values).map((key) => key.toLowerCase());
  }

  requireKnown(name: string): void {
    const missing = this.#unknown.get(name);
    if (missing) throw new UnknownReached(missing);
    const covers = (key: string) => (key.endsWith('*') ? name.startsWith(key.slice(0, -1)) : name === key);
    if (this.#absent.some(covers)) return;
    for (const [key, prefix] of this.#unknown) {
      // What covers all keys has no name of its own: the one that was asked for is what is missing.
      if (key.endsWith('*') && covers(key))
        throw new UnknownReached(key === '*' ? { ...prefix, name } : prefix);
    }
  }
}
