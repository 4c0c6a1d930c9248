/** Identity policies that let their bearers make any grant on keys. */
import type { NamedPolicy } from '../../policy/decision.ts';
import type { KnownPrincipals } from '../question/asked-principals.ts';
import type { Reading } from '../question/reading.ts';
import { type Finding, finding } from './finding.ts';
import { unrestrictedGranting } from './granting.ts';
import { listed } from './key-findings.ts';

/** Each statement once, with all who have it. AWS's own policies cannot be changed, and administrators may do everything. */
export async function identityFindings(from: Reading, known: KnownPrincipals): Promise<Finding[]> {
  const found = new Map<string, { policy: NamedPolicy; index: number; who: string[]; subject: string }>();
  for (const { principal, who, name, account } of known.asked) {
    const { identity } = await from.ports.policies.identityPolicies(from.tx, principal);
    for (const policy of identity) {
      if (policy.name.includes('::aws:policy/')) continue;
      for (const { index, actions } of unrestrictedGranting(policy)) {
        if (!actions.not && actions.patterns.includes('*')) continue;
        const key = `${account} ${policy.name} ${index}`;
        const subject = policy.name.startsWith('arn:') ? policy.name : name;
        const entry = found.get(key) ?? { policy, index, who: [], subject };
        entry.who.push(who);
        found.set(key, entry);
      }
    }
  }
  return [...found.values()].map(({ policy, index, who, subject }) => {
    const { sid, line } = policy.policy.statements[index] ?? { line: 1 };
    return finding('unrestricted-create-grant', {
      subject,
      name: policy.name,
      statement: { policyName: policy.name, index, line, ...(sid === undefined ? {} : { sid }) },
      what: `${listed(who)} may make any grant on the keys that leave it to identity-based policies.`,
      fix: 'Put kms:CreateGrant into a statement of its own with "Condition": { "Bool": { "kms:GrantIsForAWSResource": "true" } }.',
    });
  });
}
