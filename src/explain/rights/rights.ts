/**
 * What a principal may do with a key, and under which conditions: solved, not sampled. Keys that the caller or the
 * circumstances decide are left open; what is left of the policies' conditions is the answer, and each right comes with
 * values under which the evaluator allows it.
 */
import { parseArn } from '../../aws/arn.ts';
import { guardrailsOver, policyInputs } from '../../invoke/authorize.ts';
import { conditionLookup } from '../../invoke/condition-lookup.ts';
import {
  principalConditionKeys,
  principalTagKeys,
  serviceNameKeys,
} from '../../invoke/global-condition-keys.ts';
import { organizationKeys } from '../../invoke/organization-keys.ts';
import type { Check, ConditionValues } from '../../invoke/verdict.ts';
import { whatSpeaksOf } from '../../policy/alike.ts';
import type { AccessRequest, ConditionLookup, PolicyInputs } from '../../policy/decision.ts';
import { decide } from '../../policy/evaluate.ts';
import { hasEncryptionContext } from '../../policy/grants.ts';
import type { Missing } from '../../policy/policy.ts';
import { type AllowedBy, possibilities } from '../../policy/possibilities.ts';
import { granteeNames } from '../../policy/principals.ts';
import type { IsOpen, Requirement, ValuesOf } from '../../policy/requirement.ts';
import { rootArn } from '../../policy/root-user.ts';
import { assumingBest } from '../../policy/unknown.ts';
import { UnknownReached } from '../../policy/unknown-reached.ts';
import { TriedValues, witnessOf } from '../../policy/witness.ts';
import type { KeyAction, KeyFacts } from '../../services/kms/index.ts';
import { type AskedPrincipal, assumedPolicies } from '../question/asked-principals.ts';
import type { Reading } from '../question/reading.ts';
import { formOf, noneMeets } from '../statements/possible-values.ts';
import type { ConditionFact } from '../words/condition-words.ts';
import { conditionsOf } from '../words/requirement-conditions.ts';
import { servicesNamed, type Way, waysTo } from './ways.ts';

/** One thing that gives a right. */
export interface Ground {
  /** The statement or grant that allows it. */
  readonly by: AllowedBy;
  /** Conditions that the request must meet. */
  readonly where: readonly ConditionFact[];
  /** Denials that the request must avoid: of none of these lists may every condition hold. */
  readonly unless: readonly (readonly ConditionFact[])[];
  /** What could not be read of a real account, and has to allow it too. */
  readonly provided?: readonly Missing[];
}

export interface Right {
  /** `kms:Decrypt` */
  readonly action: string;
  /** `directly`, `through EC2`, … */
  readonly way: string;
  /** The least demanding first. */
  readonly grounds: readonly Ground[];
}

/** Answers for one key, one principal after the other. */
export class KeyRights {
  readonly #from: Reading;
  readonly #key: KeyFacts;
  readonly #knownAccounts: ReadonlySet<string>;
  readonly #ways: ReturnType<typeof waysTo>;
  readonly #organizations = new Map<string, Promise<ConditionValues>>();
  readonly #byWay = new Map<Way, WayFacts>();

  constructor(
    from: Reading,
    key: KeyFacts,
    knownAccounts: ReadonlySet<string>,
    services: Iterable<string> = servicesNamed([key.policy]),
  ) {
    this.#from = from;
    this.#key = key;
    this.#knownAccounts = knownAccounts;
    this.#ways = waysTo(key, services);
  }

  async of(asked: AskedPrincipal, actions: readonly KeyAction[]): Promise<Right[]> {
    const { principal, isKnown } = asked;
    const key = this.#key;
    const account = asked.account || key.account;
    const own = isKnown
      ? await this.#from.ports.policies.identityPolicies(this.#from.tx, principal)
      : assumedPolicies();
    const guardrails = await guardrailsOver(this.#from, account, key.account);
    const names = new Set(granteeNames(principal));
    const values = { ...(await this.#facts(asked, account)), ...principalTagKeys(own) };
    const facts = conditionLookup(() => values);
    const isForeign = asked.isEverybody || (principal.kind !== 'service' && account !== key.account);
    const rights: Right[] = [];
    const alike = new Map<string, Ground[]>();
    for (const { action, reachesAccounts } of actions) {
      if (isForeign && !reachesAccounts) continue;
      const check: Check<undefined> = {
        action,
        resource: key.arn,
        account: key.account,
        record: undefined,
        resourceRule: 'kms',
        resourcePolicy: key.policy,
        grants: key.grants.filter(({ grantee }) => names.has(grantee)),
        beyondResourceControl: key.manager === 'AWS',
      };
      const inputs = policyInputs(check, { principal, own, guardrails });
      const speaking = whatSpeaksOf(inputs, action);
      for (const way of this.#ways(asked)) {
        const name = `${way.name} ${this.#settledBy(way, action).text} ${hasEncryptionContext(action)} ${speaking}`;
        const grounds = alike.get(name) ?? this.#grounds(asked, way, action, inputs, facts);
        alike.set(name, grounds);
        if (grounds.length > 0) rights.push({ action, way: way.name, grounds });
      }
    }
    return rights;
  }

  async #facts({ principal, isEverybody }: AskedPrincipal, account: string): Promise<ConditionValues> {
    const { arn: _, ...key } = this.#key;
    const shared = {
      ...key.conditions,
      'aws:ResourceAccount': key.account,
      'aws:RequestedRegion': key.region,
      ...(await this.#organization(key.account, 'Resource')),
    };
    if (isEverybody) return shared;
    if (principal.kind === 'service') return { ...shared, ...serviceNameKeys(principal.service, key.region) };
    return {
      ...shared,
      ...principalConditionKeys(principal),
      'kms:CallerAccount': account,
      ...(await this.#organization(account, 'Principal')),
    };
  }

  #organization(account: string, whose: 'Principal' | 'Resource'): Promise<ConditionValues> {
    const name = `${whose} ${account}`;
    const known = this.#organizations.get(name) ?? this.#readOrganization(account, whose);
    this.#organizations.set(name, known);
    return known;
  }

  async #readOrganization(account: string, whose: 'Principal' | 'Resource'): Promise<ConditionValues> {
    const guardrails = await this.#from.ports.guardrails.over(this.#from.tx, account);
    return organizationKeys(whose, guardrails?.membership);
  }

  #grounds(
    { principal, isEverybody, isKnown }: AskedPrincipal,
    way: Way,
    action: string,
    known: PolicyInputs,
    facts: ConditionLookup,
  ): Ground[] {
    const ofWay = this.#settledBy(way, action).lookup;
    const settled: ConditionLookup = (key) => ofWay(key) ?? facts(key);
    // What is not known of a real account is as open as what the caller chooses.
    const isOpen = remembered((key) => {
      const value = settledValue(settled, key);
      return (
        value === 'unknown' ||
        (value === undefined && (way.isOpen(key, action) || (!isKnown && isOfPrincipal(key))))
      );
    });
    const request: AccessRequest = {
      principal,
      action,
      resource: this.#key.arn,
      resourceAccount: this.#key.account,
      condition: settled,
      childGrant: action === 'kms:CreateGrant' ? way.childGrant : undefined,
    };
    const beside = isEverybody ? notOneOf([...this.#knownAccounts]) : [];
    const valuesOf: ValuesOf = (key) => way.valuesOf(key, principal);
    return groundsFor(known, request, isOpen, { beside, tried: this.#factsOfWay(way).tried, valuesOf });
  }

  #factsOfWay(way: Way): WayFacts {
    const facts = this.#byWay.get(way) ?? { tried: new TriedValues(), settled: new Map() };
    this.#byWay.set(way, facts);
    return facts;
  }

  #settledBy(way: Way, action: string): Settled {
    const { settled } = this.#factsOfWay(way);
    const known = settled.get(action);
    if (known) return known;
    const values = way.conditions(action);
    const made = { text: JSON.stringify(values), lookup: conditionLookup(() => values) };
    settled.set(action, made);
    return made;
  }
}

interface Settled {
  readonly text: string;
  readonly lookup: ConditionLookup;
}

/** What is the same for all principals. */
interface WayFacts {
  readonly tried: TriedValues;
  readonly settled: Map<string, Settled>;
}

/** Asked of each condition of each statement. */
function remembered(isOpen: IsOpen): IsOpen {
  const answers = new Map<string, boolean>();
  return (key) => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = isOpen(key);
    answers.set(key, answer);
    return answer;
  };
}

interface GroundOptions {
  /** Further denials. */
  readonly beside?: readonly Requirement[];
  readonly tried?: TriedValues;
  readonly valuesOf?: ValuesOf;
}

/** What gives the right, until something gives it without condition; none where nothing can. */
export function groundsFor(
  known: PolicyInputs,
  request: AccessRequest,
  isOpen: IsOpen,
  { beside = [], tried, valuesOf }: GroundOptions = {},
): Ground[] {
  const { inputs, provided } = assumingBest(known);
  const grounds: Ground[] = [];
  for (const { by, requires, unless } of possibilities(inputs, request, isOpen, valuesOf)) {
    const where = requires.flatMap(conditionsOf);
    if (noneMeets(where)) continue;
    const possibility = { by, requires, unless: [...unless, ...beside] };
    const witness = witnessOf(possibility, request, isOpen, { tried, formOf, valuesOf });
    if (!witness || !decide(inputs, { ...request, condition: witness }).allowed) continue;
    const ground = { by, where: distinct(where), unless: unless.map(conditionsOf) };
    grounds.push(provided.length > 0 ? { ...ground, provided } : ground);
    if (where.length === 0) break;
  }
  return grounds;
}

/** Whether nobody knows the key's value: what a lookup has of it is no answer. */
export const isUnknownTo = (settled: ConditionLookup, key: string): boolean =>
  settledValue(settled, key) === 'unknown';

function settledValue(settled: ConditionLookup, key: string): readonly string[] | 'unknown' | undefined {
  try {
    return settled(key);
  } catch (error) {
    if (error instanceof UnknownReached) return 'unknown';
    throw error;
  }
}

/** Of a principal that is not known, these are not either. */
export const isOfPrincipal = (key: string): boolean =>
  key.startsWith('aws:principal') || key === 'kms:calleraccount' || key.startsWith('aws:user');

/** Those accounts are asked about by their own principals. */
function notOneOf(accounts: readonly string[]): Requirement[] {
  const named: readonly (readonly [key: string, values: readonly string[]])[] = [
    ['kms:CallerAccount', accounts],
    ['aws:PrincipalAccount', accounts],
    ['aws:PrincipalArn', accounts.map(rootArn)],
  ];
  return named.map(([key, values]) => {
    const holds = ({ condition }: AccessRequest) => {
      const [value = ''] = condition(key.toLowerCase()) ?? [];
      return accounts.includes(parseArn(value)?.account ?? value);
    };
    return {
      conditions: [{ operator: 'StringEquals', ifExists: false, key, values }],
      tests: [holds],
      holds,
    };
  });
}

function distinct(facts: readonly ConditionFact[]): ConditionFact[] {
  return [...new Map(facts.map((fact) => [JSON.stringify(fact), fact])).values()];
}
