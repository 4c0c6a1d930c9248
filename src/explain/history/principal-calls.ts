/** Whom a name may mean as a caller, what such callers were denied, and what failed for them. */
import { parseArn } from '../../aws/arn.ts';
import { isDenialCode } from '../../aws/denial-code.ts';
import type { Scope } from '../../aws/scope.ts';
import { auditLog } from '../../invoke/audit/audit.ts';
import type { UserIdentity } from '../../invoke/audit/user-identity.ts';
import { rootArn } from '../../policy/root-user.ts';
import type { ReadTransaction } from '../../store/store.ts';
import type { Reading } from '../question/reading.ts';
import { lastSegment } from '../words/names.ts';
import { shortName } from '../words/principal-names.ts';
import {
  byLabel,
  causeOf,
  isDenied,
  isFailed,
  isLook,
  type Recorded,
  type Refusals,
  refusals,
} from './recorded-calls.ts';

export interface NamedCaller {
  /** `user john`, `session nightly of role app` */
  readonly who: string;
  /** Of a user, a role or a root user that exists. */
  readonly arn?: string;
  /** By which its calls are found; without one they are sought among the latest of all. */
  readonly label?: { readonly name: string; readonly value: string };
  made(call: Recorded): boolean;
}

const identityOf = ({ body }: Recorded): UserIdentity => body.event.userIdentity ?? {};

const ACCESS_KEY = /^A(?:KIA|SIA)[A-Z0-9]{12,}$/;
const UNIQUE_ID = /^(A(?:IDA|ROA)[A-Z0-9]{10,})(?::(.+))?$/;
const ROOT = /^arn:[^:]+:iam::(\d{12}):root$/;
const ACCOUNT = /^\d{12}$/;

/**
 * By ARN (of a session, too), unique id, `user/john`, `role/app`, `root`, access key id or account id; a bare name may be that of a
 * user, of a role and of sessions at once. Whoever was deleted, or never was but as a session, is known by records alone.
 */
export async function callersNamed(from: Reading, text: string, scope: Scope): Promise<NamedCaller[]> {
  const [, ofRoot = text === 'root' ? scope.account : undefined] = ROOT.exec(text) ?? [];
  if (ofRoot) return [rootOf(ofRoot)];
  if (ACCESS_KEY.test(text)) return [holderOf(text)];
  if (ACCOUNT.test(text)) return [anybodyOf(text)];
  if (text.length === 0) return [];
  const known = await knownBy(from, text, scope);
  if (isBare(text)) return [...known, byRecords(text, scope)];
  if (known.length > 0) return known;
  return isOfPrincipals(text) ? [byRecords(text, scope)] : [];
}

const isBare = (text: string): boolean => !/[/:]/.test(text) && !UNIQUE_ID.test(text);

const isOfPrincipals = (text: string): boolean =>
  UNIQUE_ID.test(text) ||
  /^(?:user|role)\//.test(text) ||
  /^arn:[^:]+:(?:iam::\d{12}:(?:user|role)|sts::\d{12}:(?:assumed-role|federated-user))\//.test(text);

const rootOf = (account: string): NamedCaller => ({
  who: `the root user of account ${account}`,
  arn: rootArn(account),
  made: (call) => identityOf(call).type === 'Root' && identityOf(call).accountId === account,
});

const holderOf = (accessKeyId: string): NamedCaller => ({
  who: `whoever holds access key ${accessKeyId}`,
  label: { name: 'AccessKeyId', value: accessKeyId },
  made: (call) => identityOf(call).accessKeyId === accessKeyId,
});

const anybodyOf = (account: string): NamedCaller => ({
  who: `account ${account}`,
  made: (call) => identityOf(call).accountId === account,
});

async function knownBy(from: Reading, text: string, { account }: Scope): Promise<NamedCaller[]> {
  const { tx, ports } = from;
  const [, uniqueId, session] = UNIQUE_ID.exec(text) ?? [];
  const ids = uniqueId ? [uniqueId] : await idsOf(from, text, account);
  const ofSession = parseArn(text)?.resource.startsWith('assumed-role/') ? lastSegment(text) : session;
  const arns = await Promise.all(ids.map((id) => ports.principals.arn(tx, id)));
  return arns.flatMap((arn) => (arn === undefined ? [] : [existing(arn, ofSession)]));
}

async function idsOf({ tx, ports }: Reading, text: string, account: string): Promise<string[]> {
  const byName = (noun: 'user' | 'role', name: string) =>
    ports.principals.uniqueIdByName(tx, account, noun, name);
  const [, noun, name = ''] = /^(user|role)\/(.+)$/.exec(text) ?? [];
  const found = noun
    ? [
        (await ports.principals.uniqueId(tx, `arn:aws:iam::${account}:${text}`)) ??
          (await byName(noun as 'user' | 'role', name)),
      ]
    : isBare(text)
      ? [await byName('user', text), await byName('role', text)]
      : isOfPrincipals(text)
        ? [await ports.principals.uniqueId(tx, text)]
        : [];
  return found.filter((id) => id !== undefined);
}

function existing(arn: string, session: string | undefined): NamedCaller {
  const name = arn.includes(':user/') ? lastSegment(arn) : session;
  return {
    who: session === undefined ? shortName(arn) : `session ${session} of ${shortName(arn)}`,
    arn,
    ...(name !== undefined && { label: { name: 'Username', value: name } }),
    made: (call) => callerArn(call) === arn && (session === undefined || sessionOf(call) === session),
  };
}

/** Roles that were deleted are sought among the latest calls: records are labelled with the names of their sessions. */
function byRecords(text: string, { account }: Scope): NamedCaller {
  const isOfRole = UNIQUE_ID.test(text) || /^role\/|:role\//.test(text);
  return {
    who: isBare(text)
      ? `the user or session ${text}`
      : shortName(text).replace(/^(user|role)\/(?:.*\/)?/, '$1 '),
    ...(!isOfRole && { label: { name: 'Username', value: lastSegment(text) } }),
    made: (call) => namesOfCaller(call, account).includes(text),
  };
}

/** The short ones are those of callers of the account. */
function namesOfCaller(call: Recorded, account: string): (string | undefined)[] {
  const { arn, accountId, userName, principalId, sessionContext } = identityOf(call);
  const { arn: roleArn, userName: roleName } = sessionContext?.sessionIssuer ?? {};
  const unique = [arn, roleArn, principalId, principalId?.split(':')[0]];
  if (accountId !== account) return unique;
  return [
    ...unique,
    ...(userName ? [userName, `user/${userName}`] : []),
    ...(roleName ? [sessionOf(call), `role/${roleName}`] : []),
  ];
}

/** Calls of all principals that are searched for a role's: its sessions have names of their own. */
const REACH = 3000;

export interface CallsOfCallers {
  /** Of the latest call of any kind. */
  readonly latestBy: NamedCaller | undefined;
  /** What they were denied, and what services were denied in the course of their calls, the latest call first. */
  readonly denied: readonly Recorded[];
  /** To whom: `user web and role web`. */
  readonly deniedTo: string;
  /** What failed for another reason. */
  readonly failed: readonly Recorded[];
}

export async function callsOf(tx: ReadTransaction, callers: readonly NamedCaller[]): Promise<CallsOfCallers> {
  const calls = await callsBy(tx, callers);
  const refused: Refusals = calls.length > 0 ? await refusals(tx) : new Map();
  const makerOf = (call: Recorded) => callers.find(({ made }) => made(call));
  // The same record may be found both as a call of his and as the cause of another.
  const denied = new Map<number, Recorded>();
  const whom = new Set<NamedCaller | undefined>();
  const failed: Recorded[] = [];
  for (const call of calls) {
    // A service's own words for what KMS refused it are no other denial.
    const cause = (await causeOf(tx, call, refused)) ?? call;
    if (isRefused(cause)) {
      if (!denied.has(cause.sequence)) denied.set(cause.sequence, cause);
      whom.add(makerOf(call));
    } else if (isFailed(call) && !isLook(call)) failed.push(call);
  }
  return {
    latestBy: calls[0] && makerOf(calls[0]),
    denied: [...denied.values()],
    deniedTo: [...whom].map((caller) => caller?.who).join(' and '),
    failed,
  };
}

/** Of what is denied on a key of another account, a real account's record has no decision. */
const isRefused = (call: Recorded): boolean =>
  isDenied(call) || isDenialCode(String(call.body.event.errorCode ?? ''));

async function callsBy(tx: ReadTransaction, callers: readonly NamedCaller[]): Promise<Recorded[]> {
  const found = new Map<number, Recorded>();
  for (const { label, made } of callers) {
    const calls = label
      ? await byLabel(tx, label.name, label.value)
      : await tx.scan(auditLog, { limit: REACH });
    for (const call of calls) if (made(call)) found.set(call.sequence, call);
  }
  const all = [...found.values()];
  return callers.length > 1 ? all.sort((one, other) => other.sequence - one.sequence) : all;
}

/** The ARN of the user, or of the role of the session. */
function callerArn(call: Recorded): string | undefined {
  const { arn, sessionContext } = identityOf(call);
  return sessionContext?.sessionIssuer?.arn ?? arn;
}

const sessionOf = (call: Recorded): string | undefined => {
  const { arn } = identityOf(call);
  return arn?.includes(':assumed-role/') ? lastSegment(arn) : undefined;
};
