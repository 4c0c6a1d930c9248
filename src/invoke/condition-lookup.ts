/** Condition keys as a request has them, and as policies look them up. */
import type { ConditionLookup } from '../policy/decision.ts';
import type { ConditionValues } from './verdict.ts';

/** The keys that are present, by their documented names, each with its values as text. */
export function presentConditions(values: ConditionValues): Record<string, readonly string[]> {
  const present: Record<string, readonly string[]> = {};
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined) present[key] = typeof value === 'object' ? value : [String(value)];
  }
  return present;
}

/** Computes the values when a policy first asks for one: most decisions ask for none. */
export function conditionLookup(compute: () => ConditionValues): ConditionLookup {
  let values: Map<string, readonly string[]> | undefined;
  return (name) => {
    values ??= new Map(
      Object.entries(presentConditions(compute())).map(([key, present]) => [key.toLowerCase(), present]),
    );
    return values.get(name);
  };
}
