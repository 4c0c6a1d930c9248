/**
 * A change that somebody is about to make, as what-if takes it: put into the inputs of recorded decisions, and into the
 * sources that new decisions read.
 */
import type { Scope } from '../../aws/scope.ts';
import type { Ports } from '../../invoke/port.ts';
import type { IdentityPolicies } from '../../invoke/ports/ports.ts';
import type { AccessRequest, NamedPolicy, PolicyInputs, PolicyPrincipal } from '../../policy/decision.ts';
import { type KeyFacts, proposedKeyPolicy } from '../../services/kms/index.ts';
import { knownPrincipals } from '../question/asked-principals.ts';
import { policiesOf, withPolicies } from '../question/guardrails.ts';
import { factsOf, inWordsOfKms, NoAnswer } from '../question/key-question.ts';
import { proposedPolicy, requireJson } from '../question/proposed-policy.ts';
import type { Reading } from '../question/reading.ts';
import { findPrincipal } from '../rights/what-can.ts';
import { lastSegment, resourceName } from '../words/names.ts';

/** What the user says; one of the members beside `target` and `policy` says what is to be done with it. */
export interface ProposedChange {
  /** A key, a managed policy's ARN, an organization's policy (`p-…`), a user or a role. */
  readonly target: string;
  /** The new document. */
  readonly policy?: string;
  readonly state?: 'disabled' | 'pending-deletion';
  readonly revokeGrant?: string;
  readonly inline?: string;
  readonly removeInline?: string;
  readonly attach?: string;
  readonly detach?: string;
  readonly boundary?: true;
}

export interface PolicyChange {
  /** `If this were the policy of key … (alias/app)` */
  readonly title: string;
  /** The key, where the change is one key's. */
  readonly key?: KeyFacts;
  /** No use of the key would work any more, whatever policies say. */
  readonly stopsUse?: string;
  /** Where the change takes policies away from everybody but those named: the account itself. */
  readonly proposedKeyPolicy?: NamedPolicy;
  inputs(inputs: PolicyInputs, request: AccessRequest): PolicyInputs;
  facts(key: KeyFacts): KeyFacts;
  identity(principal: PolicyPrincipal, own: IdentityPolicies): IdentityPolicies;
  guardrail(policy: NamedPolicy): NamedPolicy;
}

const NOTHING = {
  inputs: (inputs: PolicyInputs) => inputs,
  facts: (key: KeyFacts) => key,
  identity: (_principal: PolicyPrincipal, own: IdentityPolicies) => own,
  guardrail: (policy: NamedPolicy) => policy,
};

export async function readChange(from: Reading, change: ProposedChange, scope: Scope): Promise<PolicyChange> {
  const { target } = change;
  if (/^p-[a-zA-Z0-9]+$/.test(target) || target.includes(':organizations:'))
    return guardrailChange(from, change, scope);
  if (/^arn:[^:]+:iam::[^:]*:policy\//.test(target)) return managedPolicyChange(change);
  const isPrincipal = /^(?:user|role)\/|:(?:user|role)\//.test(target);
  return isPrincipal ? principalChange(from, change, scope) : keyChange(from, change, scope);
}

function documentOf({ policy }: ProposedChange): string {
  if (policy === undefined || policy.trim() === '')
    throw new NoAnswer('The new policy is missing: give it on the input, as in < policy.json');
  return policy;
}

async function keyChange(from: Reading, change: ProposedChange, scope: Scope): Promise<PolicyChange> {
  const key = await factsOf({ tx: from.tx, ...scope }, change.target);
  const name = `${resourceName(key.arn)}${key.alias ? ` (${key.alias})` : ''}`;
  const about = (request: AccessRequest) => request.resource === key.arn;
  if (change.state) {
    const what = change.state === 'disabled' ? 'disabled' : 'scheduled for deletion';
    return {
      ...NOTHING,
      title: `If ${name} were ${what}`,
      key,
      stopsUse: `because the key would be ${what}`,
    };
  }
  if (change.revokeGrant !== undefined) {
    const wanted = change.revokeGrant;
    const grant = key.grants.find(
      ({ grantId, name: called }) => grantId.startsWith(wanted) || called === wanted,
    );
    if (!grant) throw new NoAnswer(`${name} has no grant ${wanted}.`);
    const others = <G extends { grantId: string }>(grants: readonly G[] = []) =>
      grants.filter(({ grantId }) => grantId !== grant.grantId);
    return {
      ...NOTHING,
      title: `If grant ${grant.grantId.slice(0, 12)}… of ${name} were revoked`,
      key,
      inputs: (inputs, request) => (about(request) ? { ...inputs, grants: others(inputs.grants) } : inputs),
      facts: (facts) => (facts.arn === key.arn ? { ...facts, grants: others(facts.grants) } : facts),
    };
  }
  const source = documentOf(change);
  requireJson(source);
  // In place before the words of KMS, which name none.
  proposedPolicy(source, 'key');
  const policy = await proposedKeyPolicy({ ...from, ...scope }, source).catch(inWordsOfKms);
  return {
    ...NOTHING,
    title: `If this were the policy of ${name}`,
    key,
    proposedKeyPolicy: policy,
    inputs: (inputs, request) => (about(request) ? { ...inputs, resourcePolicy: policy } : inputs),
    facts: (facts) => (facts.arn === key.arn ? { ...facts, policy } : facts),
  };
}

/** The document in place of every policy of that name, among identity policies, boundaries and session policies. */
function managedPolicyChange(change: ProposedChange): PolicyChange {
  const { target } = change;
  const proposed: NamedPolicy = { name: target, policy: proposedPolicy(documentOf(change), 'identity') };
  const renewed = (policy: NamedPolicy) => (policy.name === target ? proposed : policy);
  return {
    ...NOTHING,
    title: `If this were managed policy ${lastSegment(target)}`,
    inputs: (inputs) =>
      isAmong(target, [...inputs.identity, inputs.boundary, ...(inputs.session ?? [])])
        ? {
            ...inputs,
            identity: inputs.identity.map(renewed),
            boundary: inputs.boundary && renewed(inputs.boundary),
            session: inputs.session?.map(renewed),
          }
        : inputs,
    identity: (_principal, own) =>
      isAmong(target, [...own.identity, own.boundary])
        ? { ...own, identity: own.identity.map(renewed), boundary: own.boundary && renewed(own.boundary) }
        : own,
  };
}

const isAmong = (name: string, policies: readonly (NamedPolicy | undefined)[]): boolean =>
  policies.some((policy) => policy?.name === name);

async function guardrailChange(from: Reading, change: ProposedChange, scope: Scope): Promise<PolicyChange> {
  const id = lastSegment(change.target);
  const guardrails = await from.ports.guardrails.over(from.tx, scope.account);
  const name = policiesOf(guardrails).find((policy) => lastSegment(policy.name) === id)?.name;
  if (name === undefined) {
    throw new NoAnswer(
      `No policy ${id} of an organization holds account ${scope.account}. Ask with --account of an account that it holds.`,
    );
  }
  const isResourceControl = name.includes('/resource_control_policy/');
  const kind = isResourceControl ? 'resource-control' : 'service-control';
  const proposed: NamedPolicy = { name, policy: proposedPolicy(documentOf(change), kind) };
  const renewed = (policy: NamedPolicy) => (policy.name === name ? proposed : policy);
  const all = (list: PolicyInputs['serviceControl']) => list?.map((level) => level.map(renewed));
  return {
    ...NOTHING,
    title: `If this were ${isResourceControl ? 'resource' : 'service'} control policy ${id}`,
    inputs: (inputs) =>
      isAmong(name, [...(inputs.serviceControl ?? []), ...(inputs.resourceControl ?? [])].flat())
        ? {
            ...inputs,
            serviceControl: all(inputs.serviceControl),
            resourceControl: all(inputs.resourceControl),
          }
        : inputs,
    guardrail: renewed,
  };
}

/** What one user's or role's own policies become. */
async function principalChange(from: Reading, change: ProposedChange, scope: Scope): Promise<PolicyChange> {
  const known = await knownPrincipals(from.tx);
  const { name, who } = await findPrincipal(from.tx, known.asked, change.target, scope.account);
  const own = (principal: PolicyPrincipal) =>
    (principal.kind === 'role-session' ? principal.roleArn : 'arn' in principal ? principal.arn : '') ===
    name;
  const { title, identity, boundary } = await ownChange(from, change, who);
  return {
    ...NOTHING,
    title,
    inputs: (inputs, { principal }) =>
      own(principal)
        ? { ...inputs, identity: identity(inputs.identity), boundary: boundary(inputs.boundary) }
        : inputs,
    identity: (principal, policies) =>
      own(principal)
        ? { ...policies, identity: identity(policies.identity), boundary: boundary(policies.boundary) }
        : policies,
  };
}

interface OwnChange {
  readonly title: string;
  identity(policies: readonly NamedPolicy[]): readonly NamedPolicy[];
  boundary(policy: NamedPolicy | undefined): NamedPolicy | undefined;
}

async function ownChange({ tx, ports }: Reading, change: ProposedChange, who: string): Promise<OwnChange> {
  const same = {
    identity: (policies: readonly NamedPolicy[]) => policies,
    boundary: (policy: NamedPolicy | undefined) => policy,
  };
  const without = (name: string) => (policies: readonly NamedPolicy[]) =>
    policies.filter((policy) => policy.name !== name);
  const managed = async (arn: string): Promise<NamedPolicy> => {
    const [policy] = await ports.policies.managedPolicies(tx, [arn]);
    if (!policy) throw new NoAnswer(`There is no managed policy ${arn}.`);
    return policy;
  };
  if (change.attach !== undefined) {
    const policy = await managed(change.attach);
    const identity = (policies: readonly NamedPolicy[]) => [...without(policy.name)(policies), policy];
    return { ...same, title: `If ${lastSegment(change.attach)} were attached to ${who}`, identity };
  }
  if (change.detach !== undefined) {
    return {
      ...same,
      title: `If ${lastSegment(change.detach)} were detached from ${who}`,
      identity: without(change.detach),
    };
  }
  if (change.removeInline !== undefined) {
    const identity = without(`${who}, inline policy ${change.removeInline}`);
    return { ...same, title: `If ${who} had no inline policy ${change.removeInline}`, identity };
  }
  const policy = proposedPolicy(documentOf(change), 'identity');
  if (change.boundary) {
    const boundary = () => ({ name: `permissions boundary of ${who}`, policy });
    return { ...same, title: `If this were the permissions boundary of ${who}`, boundary };
  }
  const name = `${who}, inline policy ${change.inline ?? 'proposed'}`;
  const identity = (policies: readonly NamedPolicy[]) => [...without(name)(policies), { name, policy }];
  return {
    ...same,
    title: `If ${who} had this inline policy${change.inline ? ` ${change.inline}` : ''}`,
    identity,
  };
}

/** What needs an enabled key: cryptographic operations, and grants. */
const USES =
  /^kms:(?:Encrypt|Decrypt|ReEncrypt|Generate|Sign|Verify|DeriveSharedSecret|GetPublicKey|CreateGrant)/;
export const isUse = (action: string): boolean => USES.test(action);

/** The ports as they would be. */
export function changedPorts(ports: Ports, change: PolicyChange): Ports {
  const { policies, guardrails } = ports;
  return {
    ...ports,
    policies: {
      ...policies,
      identityPolicies: async (tx, principal) =>
        change.identity(principal, await policies.identityPolicies(tx, principal)),
    },
    guardrails: withPolicies(guardrails, change.guardrail),
  };
}
