/** Statements that no request meets, of every policy but keys' (key-findings.ts). */
import type { KnownPrincipals } from '../question/asked-principals.ts';
import type { Reading } from '../question/reading.ts';
import { idleStatements } from '../statements/idle-statements.ts';
import { type Finding, finding } from './finding.ts';
import { listed } from './key-findings.ts';
import { policiesInForce } from './policies-in-force.ts';

export async function idleFindings(from: Reading, known: KnownPrincipals): Promise<Finding[]> {
  const policies = await policiesInForce(from, known);
  return policies.flatMap(({ subject, name, policy: { policy, name: policyName }, bearers }) =>
    idleStatements(policy).map(({ index, sid, what, fix }) => {
      const { line = 1 } = policy.statements[index] ?? {};
      const isShared = bearers.length > 0 && policyName.startsWith('arn:');
      return finding('statement-without-effect', {
        subject,
        name,
        statement: { policyName, index, line, ...(sid === undefined ? {} : { sid }) },
        what: isShared
          ? `${what} ${listed(bearers)} ${bearers.length > 1 ? 'have' : 'has'} the policy.`
          : what,
        fix,
      });
    }),
  );
}
