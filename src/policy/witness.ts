/**
 * Values of open condition keys under which a possibility comes out as an allow. They are made from what the
 * conditions themselves say: so there is an example to show, and a possibility that no values can meet is none.
 */
import type { AccessRequest, ConditionLookup } from './decision.ts';
import type { Condition } from './policy.ts';
import type { IsOpen, Possibility, Requirement, Test } from './possibilities.ts';
import { openVariables, valuesInResource } from './resource-variables.ts';
import { candidateValues, type Values } from './witness-values.ts';

/** A condition that is to hold, or not to hold. */
interface Wish {
  readonly key: string;
  readonly test: Test;
  readonly holds: boolean;
}

const wishesOf = ({ conditions, tests }: Requirement, holds: boolean): Wish[] =>
  conditions.flatMap(({ key }, at) => {
    const test = tests[at];
    return test ? [{ key: key.toLowerCase(), test, holds }] : [];
  });

/** Ways to fail the denials that are tried before giving up. */
const MAX_TRIALS = 512;

/** Undefined where no values are found: then there are none, but for patterns that interlock in unusual ways. */
export function witnessOf(
  possibility: Possibility,
  request: AccessRequest,
  isOpen: IsOpen,
): ConditionLookup | undefined {
  const { requires, unless } = possibility;
  const candidates = candidatesByKey(possibility, request, isOpen);
  const isGoal = (lookup: ConditionLookup): boolean => {
    const asked = { ...request, condition: lookup };
    return requires.every(({ holds }) => holds(asked)) && !unless.some(({ holds }) => holds(asked));
  };
  const required = requires.flatMap((requirement) => [
    ...wishesOf(requirement, true),
    ...resourceWishes(requirement, isOpen),
  ]);
  let trials = 0;

  /** Chooses, denial by denial, the condition that is not to hold. */
  const choose = (at: number, wishes: readonly Wish[]): ConditionLookup | undefined => {
    if (++trials > MAX_TRIALS) return undefined;
    const lookup = meeting(wishes, candidates, request);
    if (!lookup) return undefined;
    const denial = unless[at];
    if (!denial) return isGoal(lookup) ? lookup : undefined;
    for (const wish of wishesOf(denial, false)) {
      const found = choose(at + 1, [...wishes, wish]);
      if (found) return found;
    }
    if (!denial.resource) return undefined;
    // What fails for its resource, or for values that are there already.
    const { test, patterns } = denial.resource;
    const spared = openVariables(patterns, isOpen).map((key): Wish => ({ key, test, holds: false }));
    return choose(at + 1, [...wishes, ...spared]) ?? choose(at + 1, wishes);
  };
  return choose(0, required);
}

/** A resource with one open variable decides that key's value; with more, the goal decides. */
function resourceWishes({ resource }: Requirement, isOpen: IsOpen): Wish[] {
  const open = openVariables(resource?.patterns ?? [], isOpen);
  const [key] = open;
  return resource && key !== undefined && open.length === 1
    ? [{ key, test: resource.test, holds: true }]
    : [];
}

const CONTEXT = 'kms:encryptioncontext:';
const CONTEXT_KEYS = 'kms:encryptioncontextkeys';

function candidatesByKey(
  { requires, unless }: Possibility,
  request: AccessRequest,
  isOpen: IsOpen,
): ReadonlyMap<string, readonly Values[]> {
  const all = [...requires, ...unless];
  const byKey = new Map<string, Condition[]>();
  for (const condition of all.flatMap(({ conditions }) => conditions)) {
    const key = condition.key.toLowerCase();
    if (isOpen(key)) byKey.set(key, [...(byKey.get(key) ?? []), condition]);
  }
  const candidates = new Map<string, Values[]>();
  for (const [key, conditions] of byKey) candidates.set(key, candidateValues(conditions, request));
  // What a resource's variables or a grant's constraint ask for comes first.
  for (const requirement of requires) {
    for (const [key, values] of valuesInResource(requirement, request, isOpen)) {
      candidates.set(key, [values, ...(candidates.get(key) ?? []), ['another-value'], undefined]);
    }
  }
  for (const key of unless.flatMap(({ resource }) => openVariables(resource?.patterns ?? [], isOpen))) {
    candidates.set(key, [...(candidates.get(key) ?? []), ['another-value'], undefined]);
  }
  for (const { grant } of all) {
    const pairs = Object.entries({ ...grant?.encryptionContextSubset, ...grant?.encryptionContextEquals });
    if (pairs.length === 0) continue;
    const prefer = (key: string, values: Values) => {
      if (isOpen(key))
        candidates.set(key, [values, ...(candidates.get(key) ?? []), ['another-value'], undefined]);
    };
    prefer(
      CONTEXT_KEYS,
      pairs.map(([name]) => name),
    );
    for (const [name, value] of pairs) prefer(`${CONTEXT}${name.toLowerCase()}`, [value]);
  }
  return candidates;
}

/** The first values of each key that meet all wishes about it. */
function meeting(
  wishes: readonly Wish[],
  candidates: ReadonlyMap<string, readonly Values[]>,
  request: AccessRequest,
): ConditionLookup | undefined {
  const chosen = new Map<string, Values>();
  const lookup: ConditionLookup = (key) => (chosen.has(key) ? chosen.get(key) : request.condition(key));
  const asked: AccessRequest = { ...request, condition: lookup };
  const tests = wishes.map(({ key, test, holds }) => ({ key, isMet: () => test(asked) === holds }));
  for (const [key, values] of candidates) {
    const about = tests.filter((test) => test.key === key);
    const found = values.some((value) => {
      chosen.set(key, value);
      return about.every(({ isMet }) => isMet());
    });
    if (!found) return undefined;
  }
  return tests.every(({ isMet }) => isMet()) ? lookup : undefined;
}
