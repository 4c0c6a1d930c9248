/**
 * Values of open condition keys under which a possibility comes out as an allow. They are made from what the
 * conditions themselves say: so there is an example to show, and a possibility that no values can meet is none.
 */
import type { AccessRequest, ConditionLookup } from './decision.ts';
import type { Condition } from './policy.ts';
import type { Possibility } from './possibilities.ts';
import type { IsOpen, Requirement, Test, ValuesOf } from './requirement.ts';
import { openVariables, valuesInResource } from './resource-variables.ts';
import { candidateValues, type ValueForm, type Values } from './witness-values.ts';

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

/** What served before, the latest first: policies are much alike, and to try values costs less than to find some. */
export class TriedValues {
  readonly #latest: ReadonlyMap<string, Values>[] = [];

  /** The lookup of the latest values that serve here, too, where the same keys are open. */
  serving(
    request: AccessRequest,
    isOpen: IsOpen,
    isGoal: (asked: AccessRequest) => boolean,
  ): ConditionLookup | undefined {
    for (const values of this.#latest) {
      if (!values.keys().every(isOpen)) continue;
      const condition = lookupOf(values, request, isOpen);
      if (isGoal({ ...request, condition })) return condition;
    }
    return undefined;
  }

  add(values: ReadonlyMap<string, Values>): void {
    if (this.#latest.length >= MAX_TRIED_VALUES) this.#latest.pop();
    this.#latest.unshift(values);
  }
}

const MAX_TRIED_VALUES = 16;

/** An open key that has no value is absent, whatever the request would say of it. */
const lookupOf =
  (values: ReadonlyMap<string, Values>, request: AccessRequest, isOpen: IsOpen): ConditionLookup =>
  (key) =>
    values.has(key) || isOpen(key) ? values.get(key) : request.condition(key);

/** Undefined for a key that may have any value. */
type FormOf = (lowerCaseKey: string) => ValueForm | undefined;

/** Undefined where no values are found: then there are none, but for patterns that interlock in unusual ways. */
export function witnessOf(
  possibility: Possibility,
  request: AccessRequest,
  isOpen: IsOpen,
  {
    tried = new TriedValues(),
    formOf,
    valuesOf = () => undefined,
  }: { readonly tried?: TriedValues; readonly formOf?: FormOf; readonly valuesOf?: ValuesOf } = {},
): ConditionLookup | undefined {
  const { requires, unless } = possibility;
  const limited = limitedKeys(possibility, isOpen, valuesOf);
  const isGoal = (asked: AccessRequest): boolean =>
    limited.every(([key, all]) => isAmong(all, asked.condition(key))) &&
    requires.every(({ holds }) => holds(asked)) &&
    !unless.some(({ holds }) => holds(asked));
  const known = tried.serving(request, isOpen, isGoal);
  if (known) return known;
  const candidates = new Candidates(possibility, request, isOpen, formOf);
  for (const [key, all] of limited) candidates.only(key, all);
  let trials = 0;

  /** Of the denials, only those that hold for the values at hand have to be escaped: most miss by what is there already. */
  const search = (wishes: readonly Wish[]): ReadonlyMap<string, Values> | undefined => {
    if (++trials > MAX_TRIALS) return undefined;
    const values = meeting(wishes, candidates, request, isOpen);
    if (!values) return undefined;
    const asked = { ...request, condition: lookupOf(values, request, isOpen) };
    const denial = unless.find(({ holds }) => holds(asked));
    if (!denial) return requires.every(({ holds }) => holds(asked)) ? values : undefined;
    for (const way of escapesOf(denial, isOpen)) {
      const found = search([...wishes, ...way]);
      if (found) return found;
    }
    return undefined;
  };
  const found = search(
    requires.flatMap((requirement) => [
      ...wishesOf(requirement, true),
      ...resourceWishes(requirement, isOpen),
    ]),
  );
  if (!found) return undefined;
  tried.add(found);
  return lookupOf(found, request, isOpen);
}

type Limited = readonly [key: string, all: readonly Values[]];

/** Open keys of which the possibility speaks and all values are known. */
function limitedKeys({ requires, unless }: Possibility, isOpen: IsOpen, valuesOf: ValuesOf): Limited[] {
  const keys = [...requires, ...unless].flatMap(({ conditions }) =>
    conditions.map(({ key }) => key.toLowerCase()),
  );
  return [...new Set(keys)].filter(isOpen).flatMap((key): Limited[] => {
    const all = valuesOf(key);
    return all ? [[key, all]] : [];
  });
}

const isAmong = (all: readonly Values[], values: Values): boolean =>
  all.some((each) => each === values || (each?.length === values?.length && each?.join() === values?.join()));

/** Ways in which a denial does not hold: each of its conditions may fail, or its resource be another. */
function escapesOf(denial: Requirement, isOpen: IsOpen): Wish[][] {
  const escapes = wishesOf(denial, false).map((wish) => [wish]);
  if (!denial.resource) return escapes;
  const { test, patterns } = denial.resource;
  return [...escapes, openVariables(patterns, isOpen).map((key): Wish => ({ key, test, holds: false }))];
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

/** Values of open keys that are worth a try, made when a wish first asks for them. */
class Candidates {
  /** What a resource's variables or a grant's constraint ask for: these keys have a value in any case. */
  readonly preferred = new Map<string, readonly Values[]>();
  readonly #conditions: readonly Condition[];
  readonly #request: AccessRequest;
  readonly #formOf: FormOf;
  readonly #made = new Map<string, readonly Values[]>();

  constructor(
    { requires, unless }: Possibility,
    request: AccessRequest,
    isOpen: IsOpen,
    formOf: FormOf = () => undefined,
  ) {
    this.#request = request;
    this.#formOf = formOf;
    this.#conditions = [...requires, ...unless]
      .flatMap(({ conditions }) => conditions)
      .filter(({ key }) => isOpen(key.toLowerCase()));
    const prefer = (key: string, ...values: Values[]) => {
      if (isOpen(key)) this.preferred.set(key, [...values, ...(this.preferred.get(key) ?? [])]);
    };
    for (const key of unless.flatMap(({ resource }) => openVariables(resource?.patterns ?? [], isOpen)))
      prefer(key, undefined);
    for (const requirement of requires) {
      for (const [key, values] of valuesInResource(requirement, request, isOpen)) prefer(key, values);
      const { encryptionContextSubset, encryptionContextEquals, sourceArn } = requirement.grant ?? {};
      if (sourceArn !== undefined) prefer('aws:sourcearn', [sourceArn]);
      const pairs = Object.entries({ ...encryptionContextSubset, ...encryptionContextEquals });
      if (pairs.length > 0)
        prefer(
          CONTEXT_KEYS,
          pairs.map(([name]) => name),
        );
      for (const [name, value] of pairs) prefer(`${CONTEXT}${name.toLowerCase()}`, [value]);
    }
  }

  /** It has one of these in any case. */
  only(key: string, all: readonly Values[]): void {
    this.preferred.set(key, all);
    this.#made.set(key, all);
  }

  of(key: string): readonly Values[] {
    const known = this.#made.get(key);
    if (known) return known;
    const conditions = this.#conditions.filter((condition) => condition.key.toLowerCase() === key);
    const form = this.#formOf(key);
    const values = [
      ...(this.preferred.get(key) ?? []),
      ...candidateValues(conditions, this.#request, form),
      ...(form ? [] : [['another-value']]),
    ];
    this.#made.set(key, values);
    return values;
  }
}

/** The first values of each open key that meet all wishes about it. A key that nothing asks for is absent. */
function meeting(
  wishes: readonly Wish[],
  candidates: Candidates,
  request: AccessRequest,
  isOpen: IsOpen,
): ReadonlyMap<string, Values> | undefined {
  const chosen = new Map<string, Values>();
  const asked: AccessRequest = { ...request, condition: lookupOf(chosen, request, isOpen) };
  const isMet = ({ test, holds }: Wish) => test(asked) === holds;
  const byKey = Map.groupBy(wishes, ({ key }) => key);
  for (const key of new Set([...candidates.preferred.keys(), ...byKey.keys()].filter(isOpen))) {
    const about = byKey.get(key) ?? [];
    const found = candidates.of(key).some((value) => {
      chosen.set(key, value);
      return about.every(isMet);
    });
    if (!found) return undefined;
  }
  return wishes.every(isMet) ? chosen : undefined;
}
