/**
 * Who is asked about a key: every principal that is known, and whoever else the key's policy and grants name: sessions,
 * services, principals and whole accounts that are not known here, and everybody.
 */
import { parseArn } from '../../aws/arn.ts';
import { accountIds } from '../../invoke/identity/account.ts';
import type { IdentityPolicies } from '../../invoke/ports/ports.ts';
import { compareText } from '../../platform/compare-text.ts';
import type { NamedPolicy, PolicyPrincipal } from '../../policy/decision.ts';
import { internPolicy } from '../../policy/intern.ts';
import { everyone, serviceLinkedRoleArn } from '../../services/iam/index.ts';
import type { KeyFacts } from '../../services/kms/index.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { isSameName, lastSegment, principalName } from '../words/names.ts';

export interface AskedPrincipal {
  readonly principal: PolicyPrincipal;
  /** `user john`, `every AWS account` */
  readonly who: string;
  /** ARN, service name, account id, or `*`. */
  readonly name: string;
  readonly account: string;
  /** Whether its own policies are known; of the others it is assumed that they allow everything. */
  readonly isKnown: boolean;
  /** It stands for principals of whom nothing is known. */
  readonly isEverybody?: true;
}

export interface KnownPrincipals {
  readonly asked: readonly AskedPrincipal[];
  readonly accounts: ReadonlySet<string>;
  readonly byId: ReadonlyMap<string, PolicyPrincipal>;
}

export async function knownPrincipals(tx: ReadTransaction): Promise<KnownPrincipals> {
  const all = await everyone(tx);
  const byId = new Map<string, PolicyPrincipal>();
  for (const principal of all) {
    if (principal.kind === 'user') byId.set(principal.id, principal);
    else if (principal.kind === 'role-session') byId.set(principal.roleId, principal);
  }
  return { asked: all.map(known).sort(byName), accounts: new Set(await accountIds(tx)), byId };
}

/** They are kept by ids that are drawn at random: an answer that lists them is the same each time. */
const byName = (one: AskedPrincipal, other: AskedPrincipal): number => compareText(one.name, other.name);

function known(principal: PolicyPrincipal): AskedPrincipal {
  const account = 'account' in principal ? principal.account : '';
  const name =
    principal.kind === 'role-session' ? principal.roleArn : 'arn' in principal ? principal.arn : '';
  return { principal, who: principalName(principal), name, account, isKnown: true };
}

/** Those that the key's policy and grants name, and that are not among the known. */
export function namedByKey(key: KeyFacts, { asked, accounts, byId }: KnownPrincipals): AskedPrincipal[] {
  const found = new Map<string, AskedPrincipal>();
  const add = (asked: AskedPrincipal | undefined) => {
    if (asked && !found.has(asked.name)) found.set(asked.name, asked);
  };
  for (const { effect, principals } of key.policy.policy.statements) {
    if (effect !== 'Allow' || !principals) continue;
    if (principals.not) add(everybody());
    else for (const { type, value } of principals.patterns) add(named(type, value));
  }
  for (const { grantee } of key.grants) add(named(isService(grantee) ? 'Service' : 'AWS', grantee));
  return [...found.values()];

  function named(type: string, value: string): AskedPrincipal | undefined {
    if (type === 'Service') return service(value);
    if (type !== 'AWS') return undefined;
    if (value === '*') return everybody();
    const [id = '', session] = value.split(':', 2);
    const role = byId.get(id);
    if (role?.kind === 'role-session' && session !== undefined) return sessionOf(role, session);
    const isHere = asked.some(({ name }) => name === value);
    return ofUnknownAccount(value, accounts) ?? (isHere ? undefined : serviceLinkedRole(value, ''));
  }
}

/** A service, or somebody of an account of which nothing is known here, whether or not a key names it. */
export const outsider = (name: string, { accounts }: KnownPrincipals): AskedPrincipal | undefined =>
  isService(name) ? service(name) : ofUnknownAccount(name, accounts);

function ofUnknownAccount(name: string, known: ReadonlySet<string>): AskedPrincipal | undefined {
  const account = /^\d{12}$/.test(name) ? name : parseArn(name)?.account;
  if (!account || known.has(account)) return undefined;
  if (name.endsWith(':root') || name === account) return wholeAccount(account);
  return serviceLinkedRole(name, account) ?? stranger(name, account);
}

const isService = (name: string): boolean => /^[a-z0-9.-]+\.amazonaws\.com$/.test(name);

function service(name: string): AskedPrincipal {
  return {
    principal: { kind: 'service', service: name },
    who: name === '*' ? 'every AWS service' : `the service ${name}`,
    name: name === '*' ? 'every service' : name,
    account: '',
    isKnown: true,
  };
}

type RoleSession = Extract<PolicyPrincipal, { readonly kind: 'role-session' }>;

function sessionOf(role: RoleSession, session: string): AskedPrincipal {
  const roleName = lastSegment(role.roleArn);
  const arn = `arn:aws:sts::${role.account}:assumed-role/${roleName}/${session}`;
  return {
    principal: { ...role, arn, id: `${role.roleId}:${session}` },
    who: `session ${session} of role ${roleName}`,
    name: arn,
    account: role.account,
    isKnown: true,
  };
}

/**
 * A role that a service has in each account which uses it, by its ARN, that of a session, `role/NAME` or its bare name: it is there by
 * the name that AWS gave it, though nobody has read it, and what it has is known.
 */
export function serviceLinkedRole(text: string, account: string): AskedPrincipal | undefined {
  const [, , ofSession, session] = SESSION_ARN.exec(text) ?? [];
  const owner = parseArn(text)?.account || account;
  const roleName = ofSession ?? lastSegment(text);
  const roleArn = serviceLinkedRoleArn(owner, roleName);
  if (roleArn === undefined || (ROLE_ARN.test(text) && text !== roleArn)) return undefined;
  const role: RoleSession = {
    kind: 'role-session',
    account: owner,
    arn: `arn:aws:sts::${owner}:assumed-role/${roleName}/any-session`,
    id: 'AROALINKED:any-session',
    roleArn,
    roleId: 'AROALINKED',
    serviceLinked: true,
  };
  if (session !== undefined) return sessionOf(role, session);
  return { principal: role, who: `role ${roleName}`, name: roleArn, account: owner, isKnown: true };
}

const ROLE_ARN = /^arn:[a-z-]+:iam::\d{12}:role\//;
const SESSION_ARN = /^arn:[a-z-]+:sts::(\d{12}):assumed-role\/([^/]+)\/([^/]+)$/;

/** The session of a role that is known, by its ARN, which leaves out the role's path. */
export function sessionNamed(known: readonly AskedPrincipal[], arn: string): AskedPrincipal | undefined {
  const [, account, roleName = '', session] = SESSION_ARN.exec(arn) ?? [];
  for (const { principal } of session === undefined ? [] : known) {
    if (principal.kind !== 'role-session' || principal.account !== account) continue;
    if (isSameName(lastSegment(principal.roleArn), roleName)) return sessionOf(principal, session as string);
  }
  return undefined;
}

/** Somebody of the account, allowed everything by its own policies. */
const somebodyOf = (account: string): PolicyPrincipal => ({
  kind: 'user',
  account,
  arn: `arn:aws:iam::${account}:user/somebody`,
  id: 'AIDASOMEBODY',
});

function wholeAccount(account: string): AskedPrincipal {
  const who = `account ${account}: whoever its own policies allow`;
  return { principal: somebodyOf(account), who, name: account, account, isKnown: false };
}

function stranger(arn: string, account: string): AskedPrincipal {
  const who = `${arn}, if its own account allows`;
  const [, , roleName, session = 'any-session'] = SESSION_ARN.exec(arn) ?? [];
  const isRole = roleName !== undefined || /:role\//.test(arn);
  const principal: PolicyPrincipal = isRole
    ? {
        kind: 'role-session',
        account,
        arn: `arn:aws:sts::${account}:assumed-role/${roleName ?? lastSegment(arn)}/${session}`,
        id: `AROASTRANGER:${session}`,
        roleArn: roleName === undefined ? arn : `arn:aws:iam::${account}:role/${roleName}`,
        roleId: 'AROASTRANGER',
        serviceLinked: false,
      }
    : { kind: 'user', account, arn, id: 'AIDASTRANGER' };
  return { principal, who, name: arn, account, isKnown: false };
}

const NO_ACCOUNT = '000000000000';

export function everybody(): AskedPrincipal {
  return {
    principal: somebodyOf(NO_ACCOUNT),
    who: 'every AWS account: whoever its own policies allow',
    name: '*',
    account: '',
    isKnown: false,
    isEverybody: true,
  };
}

const EVERYTHING = internPolicy(
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
  'identity',
);

/** Of a principal that is not known: it is asked what the key's side lets in. */
export function assumedPolicies(): IdentityPolicies {
  if (!EVERYTHING.ok) throw new Error('the policy that allows everything is malformed');
  const everything: NamedPolicy = { name: 'its own policies', policy: EVERYTHING.policy };
  return { identity: [everything], tags: {} };
}
