/**
 * Principals of a stored policy as unique ids (aws-facts G1.6): a user or role that is deleted and made again under
 * its old name is somebody else.
 */
import type { Policy, PrincipalPattern } from './policy.ts';

/** Every principal that the policy names, in order, for the check that they exist. */
export function principalsOf(policy: Policy): readonly PrincipalPattern[] {
  return policy.statements.flatMap(({ principals }) => principals?.patterns ?? []);
}

/**
 * The policy with every AWS principal for which `idOf` knows a unique id (of an IAM user or role, by ARN) replaced
 * by that id; others, such as accounts and sessions, stay. Keep the bindings and bind again after parsing: the
 * document itself stays as it was written.
 */
export function bindPrincipals(policy: Policy, idOf: (arn: string) => string | undefined): Policy {
  const bind = (pattern: PrincipalPattern): PrincipalPattern =>
    pattern.type === 'AWS' ? { type: 'AWS', value: idOf(pattern.value) ?? pattern.value } : pattern;
  return {
    ...policy,
    statements: policy.statements.map((statement) =>
      statement.principals === undefined
        ? statement
        : {
            ...statement,
            principals: { ...statement.principals, patterns: statement.principals.patterns.map(bind) },
          },
    ),
  };
}
