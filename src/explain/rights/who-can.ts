/**
 * Who may use a key: everybody who is known, and whoever else its policy and grants name, with the policies and grants
 * of now, for each action and each way in which a call reaches the key.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Scope } from '../../aws/scope.ts';
import { areIdentitiesKnown } from '../../invoke/imported/imported-world.ts';
import type { PolicyGrant } from '../../policy/decision.ts';
import { compileGlob } from '../../policy/glob.ts';
import type { Missing } from '../../policy/policy.ts';
import { granteeNames } from '../../policy/principals.ts';
import { type GlobPart, parseTemplate } from '../../policy/template.ts';
import type { KeyAction, KeyFacts } from '../../services/kms/index.ts';
import type { ReadTransaction } from '../../store/store.ts';
import type { ChangedSinceRead } from '../history/changed-since-read.ts';
import type { RecordedKeyUse } from '../history/key-uses.ts';
import { type KnownPrincipals, knownPrincipals, namedByKey } from '../question/asked-principals.ts';
import { factsOf, NoAnswer } from '../question/key-question.ts';
import type { Reading } from '../question/reading.ts';
import { type IdleStatement, idleStatements } from '../statements/idle-statements.ts';
import { type FormerPrincipal, formerPrincipal, uniqueIdOf } from '../words/former-principals.ts';
import { KeyRights, type Right } from './rights.ts';
import { servicesNamed } from './ways.ts';

export interface KeyUser {
  /** `user john` */
  readonly who: string;
  /** ARN, service name, account id, or `*`. */
  readonly principal: string;
  /** Empty for a service, and for everybody. */
  readonly account: string;
  /** Whether its own policies were looked at; of the others it is assumed that they allow everything. */
  readonly isKnown: boolean;
  readonly rights: readonly Right[];
}

export interface WhoCan {
  readonly key: string;
  readonly alias?: string;
  /** Only an enabled key can be used. */
  readonly state: KeyFacts['state'];
  readonly deletionAt?: string;
  readonly actions: readonly string[];
  readonly users: readonly KeyUser[];
  /** Grants whose grantee is nobody of those: sessions of EC2 for one instance, and principals that are gone. */
  readonly otherGrants: readonly PolicyGrant[];
  /** Users and roles that the key policy or a grant names, and that were deleted. */
  readonly former: readonly FormerPrincipal[];
  /** Statements of the key policy that no request meets: whom they were written for has no rights by them. */
  readonly idle: readonly IdleStatement[];
  /** Of an imported account: what of the key and its account could not be read. */
  readonly unknown: readonly Missing[];
  /** How many known principals were asked about, and in which accounts. */
  readonly asked: number;
  readonly accounts: readonly string[];
  /** Of an imported account: who did use it, as trails have it. */
  readonly recordedUses?: readonly RecordedKeyUse[];
  /** Of an imported account: what of the key was changed after it was read. */
  readonly changedSince?: readonly ChangedSinceRead[];
}

export async function whoCan(
  from: Reading,
  question: Scope & {
    readonly key: string;
    readonly action?: string;
    /** Through which it is asked beside those that the key policy speaks of. */
    readonly services?: Iterable<string>;
  },
): Promise<WhoCan> {
  const { account, region, services = [] } = question;
  const key = await factsOf({ tx: from.tx, account, region }, question.key);
  const actions = actionsAsked(key, question.action);
  return rightsOnKey(from, key, actions, await knownPrincipals(from.tx), [
    ...servicesNamed([key.policy]),
    ...services,
  ]);
}

/** The answer for a key whose facts are at hand, be they those of now or proposed ones. */
export async function rightsOnKey(
  from: Reading,
  key: KeyFacts,
  actions: readonly KeyAction[],
  known: KnownPrincipals,
  services?: Iterable<string>,
): Promise<WhoCan> {
  const asked = [...known.asked, ...namedByKey(key, known)];
  const solver = new KeyRights(from, key, known.accounts, services);
  const users: KeyUser[] = [];
  for (const each of asked) {
    const rights = await solver.of(each, actions);
    const { who, name, account, isKnown } = each;
    if (rights.length > 0) users.push({ who, principal: name, account, isKnown, rights });
  }
  const names = new Set(asked.flatMap(({ principal }) => [...granteeNames(principal)]));
  return {
    key: key.arn,
    alias: key.alias,
    state: key.state,
    deletionAt: key.deletionAtMs === undefined ? undefined : new Date(key.deletionAtMs).toISOString(),
    actions: actions.map(({ action }) => action),
    users: withoutRepeatedSessions(users).sort(inOrder),
    otherGrants: key.grants.filter(({ grantee }) => !names.has(grantee)),
    former: await formerPrincipals(from.tx, key, known),
    idle: idleStatements(key.policy.policy, key.arn),
    unknown: await unknownOf(from.tx, key),
    asked: known.asked.length,
    accounts: [...known.accounts],
  };
}

/** What of the key could not be read, and whether there may be users and roles of its account that nobody has seen. */
async function unknownOf(
  tx: ReadTransaction,
  { account, policy, unknownGrants }: KeyFacts,
): Promise<Missing[]> {
  const identities: Missing | undefined = (await areIdentitiesKnown(tx, account))
    ? undefined
    : {
        kind: 'policy',
        name: `users and roles of account ${account}`,
        why: 'nobody has read them all (iam:GetAccountAuthorizationDetails)',
      };
  return [policy.policy.missing, unknownGrants, identities].filter((missing) => missing !== undefined);
}

/** By account, the root user first. */
function inOrder(one: KeyUser, other: KeyUser): number {
  const rank = ({ isKnown, account, who }: KeyUser) =>
    `${isKnown ? 0 : 1}${account || '~'}${who.startsWith('the root') ? 0 : 1}`;
  return rank(one).localeCompare(rank(other)) || one.who.localeCompare(other.who, 'en', { numeric: true });
}

/** A session that may no more than any session of its role is told with the role. */
function withoutRepeatedSessions(users: readonly KeyUser[]): KeyUser[] {
  const byName = new Map(users.map((user) => [user.who, user]));
  return users.filter((user) => {
    const role = byName.get(/^session .* of (role .*)$/.exec(user.who)?.[1] ?? '');
    return role === undefined || !isDeepStrictEqual(role.rights, user.rights);
  });
}

async function formerPrincipals(
  tx: ReadTransaction,
  { policy, grants, writtenNames }: KeyFacts,
  { byId }: KnownPrincipals,
): Promise<FormerPrincipal[]> {
  const named = policy.policy.statements.flatMap(({ principals }) => principals?.patterns ?? []);
  const stored = [...named.map(({ value }) => value), ...grants.map(({ grantee }) => grantee)];
  const ids = new Set(stored.map(uniqueIdOf).filter((id) => id !== undefined && !byId.has(id)));
  return Promise.all([...ids].map((id) => formerPrincipal(tx, id as string, writtenNames[id as string])));
}

/** `Decrypt`, `kms:Decrypt` or a pattern such as `Generate*`; all by which the key is used and controlled by default. */
function actionsAsked({ actions, allActions }: KeyFacts, asked: string | undefined): readonly KeyAction[] {
  if (asked === undefined) return actions;
  const wanted = asked.toLowerCase().replace(/^kms:/, '');
  const matches = compileGlob(parseTemplate(wanted, { variables: false, wildcards: true }) as GlobPart[]);
  const found = allActions.filter(({ action }) => matches(action.slice('kms:'.length).toLowerCase()));
  if (found.length > 0) return found;
  const names = allActions.map(({ action }) => action).join(', ');
  throw new NoAnswer(`${asked} is not an action on a key. There are: ${names}.`);
}
