/** The condition keys that a policy speaks of, in conditions and as variables. */
import { internPolicy } from '../../../policy/intern.ts';
import type { Policy } from '../../../policy/policy.ts';
import { invalidInput } from '../errors.ts';

/** Not the escapes of `*`, `?` and `$`. */
const VARIABLE = /\$\{(?![*?$]\})([^},]+)/g;

const known = new WeakMap<Policy, readonly string[]>();

/** Each key once, spelled as the document spells it. */
export function contextKeysOf(policy: Policy): readonly string[] {
  const keys = known.get(policy) ?? keysIn(policy);
  known.set(policy, keys);
  return keys;
}

function keysIn({ version, statements }: Policy): string[] {
  const keys = new Set<string>();
  const addVariables = (text: string) => {
    // Version 2008-10-17 knows no variables.
    if (version !== '2012-10-17') return;
    for (const [, key] of text.matchAll(VARIABLE)) keys.add((key as string).trim());
  };
  for (const { resources, conditions } of statements) {
    for (const pattern of resources?.patterns ?? []) addVariables(pattern);
    for (const { key, values } of conditions) {
      keys.add(key);
      for (const value of values) addVariables(value);
    }
  }
  return [...keys];
}

/** Those of the policies and the documents, each once. Resource policies are taken as well as identity policies. */
export function distinctContextKeys(policies: readonly Policy[], documents: readonly string[]): string[] {
  const given = documents.map((document, index) => {
    const [asIdentity, asResource] = [internPolicy(document, 'identity'), internPolicy(document, 'resource')];
    const parsed = asIdentity.ok ? asIdentity : asResource;
    if (!parsed.ok) throw invalidInput(`Policy input list item ${index + 1} has invalid content`);
    return parsed.policy;
  });
  return [...new Set([...policies, ...given].flatMap(contextKeysOf))];
}
