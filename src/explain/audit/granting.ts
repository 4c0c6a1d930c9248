/** Statements that let their bearers make any grant, be it for whomever. */
import { compilePolicy } from '../../policy/compile.ts';
import type { NamedPolicy } from '../../policy/decision.ts';
import type { Statement } from '../../policy/policy.ts';
import { noneMeets } from '../statements/possible-values.ts';
import { conditionFact } from '../words/condition-words.ts';

const NARROWING = [
  'kms:grantisforawsresource',
  'kms:viaservice',
  'kms:granteeprincipal',
  'kms:grantoperations',
];

/** None of a policy that could not be read: of that the audit says so. What no request meets lets nobody make any. */
export function unrestrictedGranting({ policy }: NamedPolicy): Statement[] {
  if (policy.missing) return [];
  return compilePolicy(policy)
    .forAction('kms:CreateGrant')
    .allow.map(({ statement }) => statement)
    .filter(
      ({ conditions }) =>
        !conditions.some(({ key }) => NARROWING.includes(key.toLowerCase())) &&
        !noneMeets(conditions.map(conditionFact)),
    );
}
