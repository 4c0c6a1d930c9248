/**
 * What a denied decision was made of, kept with its audit record: enough to trace it later, and to try what would
 * mend it. Policy documents are kept once each, by their hash.
 */
import { hash } from 'node:crypto';
import type {
  AccessRequest,
  NamedPolicy,
  PolicyGrant,
  PolicyInputs,
  PolicyPrincipal,
  ResourceRule,
} from '../policy/decision.ts';
import { internPolicy } from '../policy/intern.ts';
import type { PolicyKind } from '../policy/parse.ts';
import { type ReadTransaction, type Transaction, table } from '../store/store.ts';
import type { Ruling } from './authorize.ts';

interface StoredDocument {
  readonly sha256: string;
  readonly source: string;
}

const documents = table<StoredDocument>()({ name: 'invoke.documents', key: ({ sha256 }) => [sha256] });

interface PolicyEvidence {
  readonly name: string;
  readonly kind: PolicyKind;
  readonly sha256: string;
}

export interface Evidence {
  readonly principal: PolicyPrincipal;
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount: string;
  /** Condition keys by their documented names. */
  readonly conditions: Readonly<Record<string, readonly string[]>>;
  readonly identity: readonly PolicyEvidence[];
  readonly boundary?: PolicyEvidence;
  readonly session?: readonly PolicyEvidence[];
  readonly serviceControl?: readonly (readonly PolicyEvidence[])[];
  readonly resourceControl?: readonly (readonly PolicyEvidence[])[];
  readonly resourceRule: ResourceRule;
  readonly resourcePolicy?: PolicyEvidence;
  readonly grants?: readonly PolicyGrant[];
  readonly childGrant?: AccessRequest['childGrant'];
}

export function recordEvidence(tx: Transaction, { inputs, request, conditions }: Ruling): Evidence {
  const keep = ({ name, policy }: NamedPolicy, kind: PolicyKind): PolicyEvidence => {
    const sha256 = hash('sha256', policy.source);
    tx.put(documents, { sha256, source: policy.source });
    return { name, kind, sha256 };
  };
  const keepAll = (policies: readonly NamedPolicy[], kind: PolicyKind) =>
    policies.map((policy) => keep(policy, kind));
  const { boundary, session, serviceControl, resourceControl, resourcePolicy, resourceRule, grants } = inputs;
  const { principal, action, resource, resourceAccount, childGrant } = request;
  return {
    principal,
    action,
    resource,
    resourceAccount,
    conditions: Object.fromEntries(
      Object.entries(conditions()).flatMap(([key, value]) =>
        value === undefined ? [] : [[key, typeof value === 'object' ? value : [String(value)]]],
      ),
    ),
    identity: keepAll(inputs.identity, 'managed'),
    boundary: boundary && keep(boundary, 'managed'),
    session: session && keepAll(session, 'session'),
    serviceControl: serviceControl?.map((level) => keepAll(level, 'service-control')),
    resourceControl: resourceControl?.map((level) => keepAll(level, 'resource-control')),
    resourceRule,
    resourcePolicy: resourcePolicy && keep(resourcePolicy, resourceRule === 'trust' ? 'trust' : 'key'),
    grants,
    childGrant,
  };
}

/** The decision's inputs and request as they were. */
export async function reviveEvidence(
  tx: ReadTransaction,
  evidence: Evidence,
): Promise<Pick<Ruling, 'inputs' | 'request'>> {
  const revive = async ({ name, kind, sha256 }: PolicyEvidence): Promise<NamedPolicy> => {
    const document = await tx.get(documents, [sha256]);
    if (!document) throw new Error(`policy document ${sha256} is not kept`);
    const parsed = internPolicy(document.source, kind);
    if (!parsed.ok) throw new Error(`${name} was stored, and cannot be read: ${parsed.message}`);
    return { name, policy: parsed.policy };
  };
  const reviveAll = (policies: readonly PolicyEvidence[]) => Promise.all(policies.map(revive));
  const { boundary, session, serviceControl, resourceControl, resourcePolicy } = evidence;
  const conditions = new Map(
    Object.entries(evidence.conditions).map(([key, values]) => [key.toLowerCase(), values]),
  );
  const inputs: PolicyInputs = {
    identity: await reviveAll(evidence.identity),
    boundary: boundary && (await revive(boundary)),
    session: session && (await reviveAll(session)),
    serviceControl: serviceControl && (await Promise.all(serviceControl.map(reviveAll))),
    resourceControl: resourceControl && (await Promise.all(resourceControl.map(reviveAll))),
    resourceRule: evidence.resourceRule,
    resourcePolicy: resourcePolicy && (await revive(resourcePolicy)),
    grants: evidence.grants,
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
      condition: (name) => conditions.get(name),
    },
  };
}
