/**
 * Values of open condition keys under which a possibility comes out as an allow. They are made from what the
 * conditions themselves say: so there is an example to show, and a possibility that no values can meet is none.
 */
import { compileCondition } from './conditions.ts';
import type { AccessRequest, ConditionLookup } from './decision.ts';
import type { Condition } from './policy.ts';
import type { IsOpen, Possibility, Requirement } from './possibilities.ts';
import { candidateValues, type Values } from './witness-values.ts';

/** A condition that is to hold, or not to hold. */
interface Wish {
  readonly condition: Condition;
  readonly holds: boolean;
}

/** Ways to fail the denials that are tried before giving up. */
const MAX_TRIALS = 512;

/** Undefined where no values are found: then there are none, but for patterns that interlock in unusual ways. */
export function witnessOf(
  { requires, unless }: Possibility,
  request: AccessRequest,
  isOpen: IsOpen,
): ConditionLookup | undefined {
  const all = [...requires, ...unless];
  const candidates = candidatesByKey(all, request, isOpen);
  const isGoal = (lookup: ConditionLookup): boolean => {
    const asked = { ...request, condition: lookup };
    return requires.every(({ holds }) => holds(asked)) && !unless.some(({ holds }) => holds(asked));
  };
  const required = requires.flatMap(({ conditions }) =>
    conditions.map((condition) => ({ condition, holds: true })),
  );
  let trials = 0;

  /** Chooses, denial by denial, the condition that is not to hold. */
  const choose = (at: number, wishes: readonly Wish[]): ConditionLookup | undefined => {
    if (++trials > MAX_TRIALS) return undefined;
    const lookup = meeting(wishes, candidates, request);
    if (!lookup) return undefined;
    const denial = unless[at];
    if (!denial) return isGoal(lookup) ? lookup : undefined;
    for (const condition of denial.conditions) {
      const found = choose(at + 1, [...wishes, { condition, holds: false }]);
      if (found) return found;
    }
    // What fails for its resource, or for values that are there already.
    return denial.resource ? choose(at + 1, wishes) : undefined;
  };
  return choose(0, required);
}

const CONTEXT = 'kms:encryptioncontext:';
const CONTEXT_KEYS = 'kms:encryptioncontextkeys';

function candidatesByKey(
  all: readonly Requirement[],
  request: AccessRequest,
  isOpen: IsOpen,
): ReadonlyMap<string, readonly Values[]> {
  const byKey = new Map<string, Condition[]>();
  for (const condition of all.flatMap(({ conditions }) => conditions)) {
    const key = condition.key.toLowerCase();
    if (isOpen(key)) byKey.set(key, [...(byKey.get(key) ?? []), condition]);
  }
  const candidates = new Map<string, Values[]>();
  for (const [key, conditions] of byKey) candidates.set(key, candidateValues(conditions, request));
  // What a grant's constraint asks for comes first.
  for (const { grant } of all) {
    const pairs = Object.entries({ ...grant?.encryptionContextSubset, ...grant?.encryptionContextEquals });
    if (pairs.length === 0) continue;
    const prefer = (key: string, values: Values) => {
      if (isOpen(key)) candidates.set(key, [values, ...(candidates.get(key) ?? [undefined])]);
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
  const tests = wishes.map(({ condition, holds }) => ({
    key: condition.key.toLowerCase(),
    isMet: () => testOf(condition)(asked) === holds,
  }));
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

const tests = new WeakMap<Condition, ReturnType<typeof compileCondition>>();

/** Conditions with variables are of policies that have them; the effect matters for malformed operands only. */
function testOf(condition: Condition): ReturnType<typeof compileCondition> {
  const known = tests.get(condition) ?? compileCondition(condition, { variables: true, effect: 'Allow' });
  tests.set(condition, known);
  return known;
}
