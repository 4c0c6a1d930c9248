/** What a user or role was denied, found by any of its names. */
import { parseArn } from '../aws/arn.ts';
import type { Scope } from '../aws/scope.ts';
import { auditLog } from '../invoke/audit/audit.ts';
import type { Ports } from '../invoke/port.ts';
import type { ReadTransaction } from '../store/store.ts';
import { lastSegment } from './names.ts';
import { shortName } from './principal-names.ts';
import { byLabel, causeOf, isDenied, type Recorded, refusals } from './recorded-calls.ts';

export interface NamedPrincipal {
  /** `user john` */
  readonly who: string;
  /** Of the user or role. */
  readonly arn: string;
  /** Where only one session of the role is meant. */
  readonly session?: string;
}

interface Directory {
  readonly tx: ReadTransaction;
  readonly ports: Pick<Ports, 'principals'>;
}

/** By ARN (of a session too), `user/john`, `role/app` or unique id; undefined for what is no user or role that exists. */
export async function principalNamed(
  { tx, ports }: Directory,
  text: string,
  { account }: Scope,
): Promise<NamedPrincipal | undefined> {
  if (/^(?:AIDA|AROA)[A-Z0-9]{10,}$/.test(text)) {
    const arn = await ports.principals.arn(tx, text);
    return arn === undefined ? undefined : { who: shortName(arn), arn };
  }
  const short = /^(user|role)\/(.+)$/.exec(text);
  const [, kind, name = ''] = short ?? [];
  const arn = short ? `arn:aws:iam::${account}:${text}` : text;
  const parsed = parseArn(arn);
  const noun = parsed?.resource.split('/')[0] ?? '';
  const isPrincipal =
    (parsed?.service === 'iam' && (noun === 'user' || noun === 'role')) ||
    (parsed?.service === 'sts' && noun === 'assumed-role');
  const byArn = isPrincipal ? await ports.principals.uniqueId(tx, arn) : undefined;
  const byName = (noun: 'user' | 'role') => ports.principals.uniqueIdByName(tx, account, noun, name);
  const id = byArn ?? (kind && (await byName(kind as 'user' | 'role')));
  const own = id && (await ports.principals.arn(tx, id));
  if (!own) return undefined;
  return { who: shortName(own), arn: own, ...(noun === 'assumed-role' && { session: lastSegment(arn) }) };
}

/** Calls of all principals that are searched for a role's: its sessions have names of their own. */
const REACH = 3000;

/** What it was denied, and what services were denied in the course of its calls, the latest call first. */
export async function denialsOf(tx: ReadTransaction, { arn, session }: NamedPrincipal): Promise<Recorded[]> {
  const isUser = arn.includes(':user/');
  const calls = isUser
    ? await byLabel(tx, 'Username', lastSegment(arn))
    : session !== undefined
      ? await byLabel(tx, 'Username', session)
      : await tx.scan(auditLog, { limit: REACH });
  const refused = await refusals(tx);
  const denials = new Set<Recorded>();
  for (const call of calls) {
    if (callerArn(call) !== arn) continue;
    const denied = isDenied(call) ? call : await causeOf(tx, call, refused);
    if (denied && isDenied(denied)) denials.add(denied);
  }
  return [...denials];
}

/** The ARN of the user, or of the role of the session. */
function callerArn({ body: { event } }: Recorded): string | undefined {
  const { arn, sessionContext } = event.userIdentity as {
    arn?: string;
    sessionContext?: { sessionIssuer?: { arn?: string } };
  };
  return sessionContext?.sessionIssuer?.arn ?? arn;
}
