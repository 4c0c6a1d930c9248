/**
 * What a decision was made of, kept with its audit record: enough to trace it later, to try what would mend a denial,
 * and to say what another policy would have decided. Policy documents are kept once each, by their hash.
 */
import { hash } from 'node:crypto';
import type {
  AccessRequest,
  NamedPolicy,
  PolicyGrant,
  PolicyInputs,
  PolicyPrincipal,
  ResourceRule,
} from '../../policy/decision.ts';
import type { Missing, Policy } from '../../policy/policy.ts';
import { type ReadTransaction, type Transaction, table } from '../../store/store.ts';
import type { Ruling } from '../authorize.ts';
import {
  absentConditions,
  conditionLookup,
  isUnknown,
  knownConditions,
  unknownConditions,
} from '../condition-lookup.ts';
import type { ConditionValues } from '../verdict.ts';
import { byTime, isToBeNoted, type Referred } from './referred.ts';

/** In normal form: the source alone would not say which user or role, of several in time, a principal's ARN meant. */
interface KeptPolicy extends Referred {
  readonly sha256: string;
  readonly policy: Policy;
}

export const keptPolicies = table<KeptPolicy>()({
  name: 'invoke.policies',
  key: ({ sha256 }) => [sha256],
  indexes: { byTime },
});

interface PolicyEvidence {
  readonly name: string;
  readonly sha256: string;
}

export interface Evidence {
  readonly principal: PolicyPrincipal;
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount: string;
  /** Condition keys by their documented names, those that are known; earlier versions wrote each value in a list. */
  readonly conditions: ConditionValues;
  /** Those of which it is not known whether they were present. */
  readonly unknownConditions?: Readonly<Record<string, Missing>>;
  /** Where some are not known: those that are known to have been absent. */
  readonly absentConditions?: readonly string[];
  readonly identity: readonly PolicyEvidence[];
  readonly boundary?: PolicyEvidence;
  readonly session?: readonly PolicyEvidence[];
  readonly serviceControl?: readonly (readonly PolicyEvidence[])[];
  readonly resourceControl?: readonly (readonly PolicyEvidence[])[];
  readonly vpcEndpoint?: PolicyEvidence;
  readonly resourceRule: ResourceRule;
  readonly resourcePolicy?: PolicyEvidence;
  readonly grants?: readonly PolicyGrant[];
  readonly unknownGrants?: Missing;
  readonly childGrant?: AccessRequest['childGrant'];
}

/** Policies are shared by all decisions that they take part in, so each is hashed once. */
const hashes = new WeakMap<Policy, string>();

function hashOf(policy: Policy): string {
  const sha256 = hashes.get(policy) ?? hash('sha256', JSON.stringify(policy));
  hashes.set(policy, sha256);
  return sha256;
}

/** Of the values of condition keys, which the caller may have sent: beyond this, a decision is kept without its evidence. */
const MAX_CONDITION_CHARS = 100 * 1024;

/** Whether they are short enough to be kept, and all known. */
function surveyed(values: ConditionValues): { readonly isShort: boolean; readonly isKnown: boolean } {
  let chars = 0;
  let isKnown = true;
  for (const name in values) {
    const value = values[name];
    if (typeof value === 'string') chars += name.length + value.length;
    else if (typeof value !== 'object') continue;
    else if (isUnknown(value)) isKnown = false;
    else for (const text of value) chars += name.length + text.length;
  }
  return { isShort: chars <= MAX_CONDITION_CHARS, isKnown };
}

export async function recordEvidence(
  tx: Transaction,
  { inputs, request, conditions }: Ruling,
  atMs: number,
): Promise<Evidence | undefined> {
  const values = conditions();
  const { isShort, isKnown } = surveyed(values);
  if (!isShort) return undefined;
  const used = new Map<string, Policy>();
  const keep = ({ name, policy }: NamedPolicy): PolicyEvidence => {
    const sha256 = hashOf(policy);
    used.set(sha256, policy);
    return { name, sha256 };
  };
  const keepAll = (policies: readonly NamedPolicy[]) => policies.map(keep);
  const { boundary, session, serviceControl, resourceControl, resourcePolicy, resourceRule, grants } = inputs;
  const { vpcEndpoint } = inputs;
  const { principal, action, resource, resourceAccount, childGrant } = request;
  const evidence: Evidence = {
    principal,
    action,
    resource,
    resourceAccount,
    // Absent keys are undefined, which JSON leaves out.
    conditions: isKnown ? values : knownConditions(values),
    unknownConditions: isKnown ? undefined : unknownConditions(values),
    absentConditions: isKnown ? undefined : absentConditions(values),
    identity: keepAll(inputs.identity),
    boundary: boundary && keep(boundary),
    session: session && keepAll(session),
    serviceControl: serviceControl?.map(keepAll),
    resourceControl: resourceControl?.map(keepAll),
    vpcEndpoint: vpcEndpoint && keep(vpcEndpoint),
    resourceRule,
    resourcePolicy: resourcePolicy && keep(resourcePolicy),
    grants,
    unknownGrants: inputs.unknownGrants,
    childGrant,
  };
  for (const [sha256, policy] of used) {
    const kept = await tx.get(keptPolicies, [sha256]);
    if (!kept || isToBeNoted(kept, atMs)) tx.put(keptPolicies, { sha256, policy, referredMs: atMs });
  }
  return evidence;
}

/** A copy, since what the evaluator compiles it to is kept with it, and records are frozen; one for each record. */
const copies = new WeakMap<Policy, Policy>();

function thawed(policy: Policy): Policy {
  const copy = copies.get(policy) ?? { ...policy };
  copies.set(policy, copy);
  return copy;
}

/** The decision's inputs and request as they were. */
export async function reviveEvidence(
  tx: ReadTransaction,
  evidence: Evidence,
): Promise<Pick<Ruling, 'inputs' | 'request'>> {
  const revive = async ({ name, sha256 }: PolicyEvidence): Promise<NamedPolicy> => {
    const kept = await tx.get(keptPolicies, [sha256]);
    if (!kept) throw new Error(`the policy ${name} of a recorded call was not kept`);
    return { name, policy: thawed(kept.policy) };
  };
  const reviveAll = (policies: readonly PolicyEvidence[]) => Promise.all(policies.map(revive));
  const { boundary, session, serviceControl, resourceControl, vpcEndpoint, resourcePolicy } = evidence;
  const inputs: PolicyInputs = {
    identity: await reviveAll(evidence.identity),
    boundary: boundary && (await revive(boundary)),
    session: session && (await reviveAll(session)),
    serviceControl: serviceControl && (await Promise.all(serviceControl.map(reviveAll))),
    resourceControl: resourceControl && (await Promise.all(resourceControl.map(reviveAll))),
    vpcEndpoint: vpcEndpoint && (await revive(vpcEndpoint)),
    resourceRule: evidence.resourceRule,
    resourcePolicy: resourcePolicy && (await revive(resourcePolicy)),
    grants: evidence.grants,
    unknownGrants: evidence.unknownGrants,
  };
  const { principal, action, resource, resourceAccount, childGrant } = evidence;
  return {
    inputs,
    request: {
      principal,
      action,
      resource,
      resourceAccount,
      childGrant,
      condition: conditionLookup(() => ({
        ...evidence.conditions,
        ...evidence.unknownConditions,
        ...Object.fromEntries((evidence.absentConditions ?? []).map((name) => [name, undefined])),
      })),
    },
  };
}
