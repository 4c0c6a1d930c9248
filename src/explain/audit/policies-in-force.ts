/** Every policy that takes part in decisions, but for key policies: identities', boundaries', guardrails', and those of resources. */
import { parseArn } from '../../aws/arn.ts';
import type { NamedPolicy } from '../../policy/decision.ts';
import { endpointPolicies } from '../../services/ec2/index.ts';
import { busPolicies } from '../../services/events/index.ts';
import { logsPolicies } from '../../services/logs/index.ts';
import { guardrailNames } from '../../services/organizations/index.ts';
import type { KnownPrincipals } from '../question/asked-principals.ts';
import type { Reading } from '../question/reading.ts';
import { lastSegment } from '../words/names.ts';

export interface PolicyInForce {
  /** ARN of the policy, or of what has it. */
  readonly subject: string;
  /** `user john, inline policy own`, `policy of VPC endpoint vpce-…` */
  readonly name: string;
  readonly policy: NamedPolicy;
  /** Users and roles that have it attached, or as their boundary. */
  readonly bearers: string[];
}

/** Each once. AWS's own policies cannot be changed. */
export async function policiesInForce(from: Reading, known: KnownPrincipals): Promise<PolicyInForce[]> {
  const { tx } = from;
  const named = (all: readonly NamedPolicy[], what: string) =>
    all.map((policy) => inForce(policy.name, `${what} ${lastSegment(policy.name)}`, policy));
  return [
    ...(await ofIdentities(from, known)),
    ...(await ofOrganizations(from, known)),
    ...named(await endpointPolicies(tx), 'policy of VPC endpoint'),
    ...named(await busPolicies(tx), 'policy of event bus'),
    ...(await logsPolicies(tx)).map((policy) =>
      inForce(policy.name, `resource policy ${policy.name.split(':').at(-1)} of CloudWatch Logs`, policy),
    ),
  ];
}

const inForce = (subject: string, name: string, policy: NamedPolicy): PolicyInForce => ({
  ...{ subject, name, policy },
  bearers: [],
});

async function ofIdentities({ tx, ports }: Reading, { asked }: KnownPrincipals): Promise<PolicyInForce[]> {
  const found = new Map<string, PolicyInForce>();
  for (const { principal, who, name: arn, account } of asked) {
    const { identity, boundary } = await ports.policies.identityPolicies(tx, principal);
    for (const policy of boundary ? [...identity, boundary] : identity) {
      if (policy.name.includes('::aws:policy/')) continue;
      const key = `${account} ${policy.name}`;
      const subject = policy.name.startsWith('arn:') ? policy.name : bearerArn(policy.name, arn);
      const entry = found.get(key) ?? inForce(subject, policy.name, policy);
      found.set(key, entry);
      if (!entry.bearers.includes(who)) entry.bearers.push(who);
    }
    const role = principal.kind === 'role-session' && (await ports.principals.role(tx, arn));
    if (role) found.set(`trust ${arn}`, inForce(arn, role.trustPolicy.name, role.trustPolicy));
  }
  return [...found.values()];
}

/** A group's inline policy is its group's: `group devs, inline policy own`. */
function bearerArn(policyName: string, arn: string): string {
  const [, group] = /^group (.+), inline policy /.exec(policyName) ?? [];
  return group === undefined ? arn : `arn:aws:iam::${parseArn(arn)?.account}:group/${group}`;
}

async function ofOrganizations(
  { tx, ports: { guardrails } }: Reading,
  { accounts }: KnownPrincipals,
): Promise<PolicyInForce[]> {
  const found = new Map<string, PolicyInForce>();
  for (const account of accounts) {
    const names = (await guardrailNames(tx, account))?.policies ?? {};
    const over = await guardrails.over(tx, account);
    for (const [what, levels] of [
      ['service control policy', over?.serviceControl()],
      ['resource control policy', over?.resourceControl('kms:Decrypt')],
    ] as const) {
      for (const policy of (levels ?? []).flat()) {
        const name = `${what} ${names[policy.name] ?? lastSegment(policy.name)}`;
        found.set(policy.name, inForce(policy.name, name, policy));
      }
    }
  }
  return [...found.values()];
}
