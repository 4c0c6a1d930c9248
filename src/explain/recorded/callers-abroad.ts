/**
 * Callers of other accounts, as the owner of a key has them in its trail: by account and unique id. Who they are by name, and what
 * their own policies say, nobody here knows.
 */
import { parseArn } from '../../aws/arn.ts';
import type { Use } from '../../import/cloudtrail/use.ts';
import type { IdentityPolicies } from '../../invoke/ports/ports.ts';
import type { PolicyPrincipal } from '../../policy/decision.ts';
import { unknownPolicy } from '../../policy/unknown.ts';
import type { KeyFacts } from '../../services/kms/index.ts';
import type { Reading } from '../question/reading.ts';
import { lastSegment, principalName } from '../words/names.ts';

/** Whether the account of the caller is among those whose identities are known. */
export async function isAmongRead({ tx, ports }: Reading, principal: PolicyPrincipal): Promise<boolean> {
  if (!('id' in principal)) return false;
  const [id = ''] = principal.id.split(':');
  return (await ports.principals.arn(tx, id)) !== undefined;
}

/** Of another account, nobody here knows the policies. */
export function identityAbroad({ account, id }: Use): IdentityPolicies {
  const why = `account ${account} was not read`;
  const missing = { kind: 'condition key', name: 'aws:PrincipalTag', why } as const;
  return {
    identity: [unknownPolicy(`policies of ${id || 'the caller'} in account ${account}`, why)],
    tags: {},
    unknownTags: missing,
  };
}

/** Who it was in words: of another account's callers, the unique id. */
export const callerName = ({ identity, account, id }: Use, principal: PolicyPrincipal): string =>
  identity === 'AWSAccount' ? `${id || 'somebody'} of account ${account}` : principalName(principal);

/** Whom the key's policy and grants name of the caller's account: the caller may be one of them. */
export function namedOn(key: KeyFacts | undefined, principal: PolicyPrincipal): PolicyPrincipal[] {
  const listed = [
    ...(key?.policy.policy.statements ?? []).flatMap(({ principals }) => principals?.patterns ?? []),
    ...(key?.grants ?? []).map(({ grantee }) => ({ value: grantee })),
  ];
  const account = 'account' in principal ? principal.account : '';
  const arns = new Set(listed.map(({ value }) => value).filter((arn) => parseArn(arn)?.account === account));
  return [...arns].flatMap((arn) => namedAs(principal, arn) ?? []);
}

/** The same caller, were it the user, role or session that a policy names. */
function namedAs(principal: PolicyPrincipal, arn: string): PolicyPrincipal | undefined {
  const name = lastSegment(arn);
  if (principal.kind === 'user') return arn.includes(':user/') ? { ...principal, arn } : undefined;
  if (principal.kind !== 'role-session') return undefined;
  const session = lastSegment(principal.arn);
  const { account } = principal;
  if (arn.includes(':role/'))
    return { ...principal, roleArn: arn, arn: `arn:aws:sts::${account}:assumed-role/${name}/${session}` };
  const [, role] = /:assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (role === undefined) return undefined;
  return { ...principal, roleArn: `arn:aws:iam::${account}:role/${role}`, arn };
}
