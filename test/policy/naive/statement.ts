/**
 * The executable specification of one statement: does it speak of this request? Written to be read beside the IAM
 * reference, sharing only the readers of literals (numbers, dates, networks) with the serving evaluator. It may take
 * quadratic time, so nothing serves requests with it.
 */
import type { AccessRequest, PolicyPrincipal } from '../../../src/policy/decision.ts';
import type { Effect, Policy, PrincipalPattern, Statement } from '../../../src/policy/policy.ts';
import { UnknownReached } from '../../../src/policy/unknown-reached.ts';
import { matchesCondition } from './condition.ts';
import { matchesArnFields, matchesTokens, splitTokens, templateTokens, wildcardTokens } from './pattern.ts';

/** How strongly a resource policy names a caller; 0 is not at all, then account, role, and exactly. */
export type NaiveStrength = 0 | 1 | 2 | 3;

/** The statement's match: its principal strength, 3 where it has no Principal element, 0 where it does not match. */
export function matchStatement(
  statement: Statement,
  policy: Policy,
  request: AccessRequest,
  favour?: Effect,
): NaiveStrength {
  const { effect } = statement;
  const matches =
    matchesAction(statement, request.action) &&
    orFavoured(() => matchesResource(statement, policy, request), effect, favour) &&
    statement.conditions.every((condition) =>
      orFavoured(() => matchesCondition(condition, effect, policy, request), effect, favour),
    );
  if (!matches) return 0;
  return statement.principals === undefined ? 3 : matchPrincipals(statement, request);
}

/** Whether the test holds; one that asks for what is not known does where its statement's effect is favoured. */
export function orFavoured(test: () => boolean, effect: Effect, favour: Effect | undefined): boolean {
  try {
    return test();
  } catch (error) {
    if (error instanceof UnknownReached && favour) return effect === favour;
    throw error;
  }
}

function matchesAction({ actions }: Statement, action: string): boolean {
  const listed = actions.patterns.some((pattern) =>
    matchesTokens(wildcardTokens(pattern.toLowerCase()), action.toLowerCase()),
  );
  return listed !== actions.not;
}

function matchesResource(
  { resources, effect, principals }: Statement,
  policy: Policy,
  request: AccessRequest,
): boolean {
  if (resources === undefined) return true;
  const isResourcePolicy = principals !== undefined;
  let unknown: unknown;
  const answers = resources.patterns.map((pattern) => {
    try {
      return matchesResourcePattern(pattern, policy, request, isResourcePolicy);
    } catch (error) {
      unknown = error;
      return 'unknown';
    }
  });
  // A variable without value must not widen what a NotResource allows.
  if (resources.not && answers.includes('unresolved') && effect === 'Allow') return false;
  // One pattern that matches is enough, whatever the others are.
  if (unknown && !answers.includes(true)) throw unknown;
  if (!resources.not) return answers.includes(true);
  return !answers.includes(true);
}

function matchesResourcePattern(
  pattern: string,
  policy: Policy,
  request: AccessRequest,
  isResourcePolicy: boolean,
): boolean | 'unresolved' {
  if (pattern === '*') return true;
  const tokens = templateTokens(pattern, policy, request, true);
  if (tokens === undefined) return 'unresolved';
  // An incomplete ARN has * in all missing fields, but not in a resource's policy.
  if (pattern.startsWith('arn:') && !isResourcePolicy) {
    for (let length = splitTokens(tokens).length; length < 6; length++) tokens.push({ char: ':' }, 'run');
  }
  if (!tokens.some((token) => token === 'run' || token === 'one'))
    return matchesTokens(tokens, request.resource);
  const fields = splitTokens(tokens);
  const reachesOverColons = fields.slice(0, 5).some((field) => field.at(-1) === 'run');
  if (reachesOverColons && matchesTokens(tokens, request.resource)) return true;
  return matchesArnFields(fields, request.resource);
}

/** The caller's own names of each strength, weakest first. (The root user may issue a federated session: no role.) */
function namesOf(principal: PolicyPrincipal): {
  type: PrincipalPattern['type'];
  levels: [NaiveStrength, string[]][];
} {
  const account = (id: string, arn: string): string[] => [id, `arn:${arn.split(':')[1]}:iam::${id}:root`];
  switch (principal.kind) {
    case 'anonymous':
      return { type: 'AWS', levels: [] };
    case 'service':
      return { type: 'Service', levels: [[3, [principal.service]]] };
    case 'web-identity':
      return { type: 'Federated', levels: [[3, [principal.provider]]] };
    case 'root':
      return { type: 'AWS', levels: [[3, account(principal.account, principal.arn)]] };
    case 'user':
      return {
        type: 'AWS',
        levels: [
          [1, account(principal.account, principal.arn)],
          [3, [principal.arn, principal.id]],
        ],
      };
    case 'role-session':
    case 'federated-user': {
      const behind =
        principal.kind === 'role-session'
          ? [principal.roleArn, principal.roleId]
          : [principal.issuerArn, principal.issuerId];
      return {
        type: 'AWS',
        levels: [
          [1, account(principal.account, principal.arn)],
          [2, behind.filter((name) => !account(principal.account, principal.arn).includes(name))],
          [3, [principal.arn, principal.id]],
        ],
      };
    }
  }
}

function matchPrincipals(
  { principals, effect }: Statement,
  { principal, isBounded }: AccessRequest,
): NaiveStrength {
  if (principals === undefined) return 0;
  const { type, levels } = namesOf(principal);
  const lists = (name: string): boolean =>
    principals.patterns.some((pattern) => pattern.type === type && pattern.value === name);
  const everybody = principals.patterns.some(
    ({ type: listed, value }) => value === '*' && (listed === 'AWS' || listed === type),
  );
  let strength: NaiveStrength = everybody ? 3 : 0;
  for (const [level, names] of levels) if (level > strength && names.some(lists)) strength = level;
  if (!principals.not) return strength;
  if (effect === 'Allow') return strength === 0 ? 3 : 0;
  // A denial spares only whom it lists in full: the account, the role, and the session or user.
  if (isBounded) return 3;
  const spared = everybody || (levels.length > 0 && levels.every(([, names]) => names.some(lists)));
  return spared ? 0 : 3;
}

/** The strength with which a KMS grantee's name stands for the caller. */
export function matchGrantee(grantee: string, principal: PolicyPrincipal): NaiveStrength {
  if (principal.kind === 'web-identity') return 0;
  return namesOf(principal).levels.findLast(([, names]) => names.includes(grantee))?.[0] ?? 0;
}
