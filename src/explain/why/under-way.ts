/** What has begun and not ended: since when, what it waits for, and whether a failure of that keeps it waiting. */
import type { Scope } from '../../aws/scope.ts';
import { auditLog } from '../../invoke/audit/audit.ts';
import { isImportedWorld } from '../../invoke/imported/imported-world.ts';
import type { AwaitedResource, UnderWay } from '../../invoke/ports/failure-source.ts';
import { isDenied } from '../history/recorded-calls.ts';
import type { Reading } from '../question/reading.ts';
import { callOfFailure, type Finding, findCall } from './find.ts';

export interface StillUnderWay {
  /** The call for which it waits, where there is one; its symptom says how far it is. */
  readonly finding: Finding;
  readonly hasFailed: boolean;
  /** Where nothing was seen to fail: what may have failed and nobody has read, each with why. */
  readonly unread: readonly string[];
}

export async function stillUnderWay(
  from: Reading,
  subject: string,
  scope: Scope,
): Promise<StillUnderWay | undefined> {
  const begun = await begunBySubject(from, subject, scope);
  if (!begun) return undefined;
  const { waitsFor = [] } = begun;
  const failed: { readonly name: string; readonly finding: Finding }[] = [];
  const unread = await unreadOf(from, subject, scope);
  for (const awaited of waitsFor) {
    const seen = await seenOfAwaited(from, awaited, scope);
    if (seen.finding) failed.push({ name: awaited.name, finding: seen.finding });
    unread.push(...seen.unread);
  }
  const [first, ...others] = failed;
  if (!first) {
    unread.push(...(await unrecorded(from, begun, scope)));
    const symptom = `${inWords(begun, waitsFor)}; ${nothingFailed(unread)}`;
    return { finding: { symptom }, hasFailed: false, unread };
  }
  const symptom = `${inWords(begun, failed)}: ${first.finding.symptom}`;
  const denials = others.flatMap(({ finding }) => finding.entry ?? []);
  return { finding: { ...first.finding, symptom, others: denials }, hasFailed: true, unread: [] };
}

const nothingFailed = (unread: readonly string[]): string =>
  unread.length === 0
    ? 'nothing has failed yet.'
    : `nothing that was read has failed. Not known: ${[...new Set(unread)].join('; ')}.`;

async function begunBySubject(
  { tx, ports }: Reading,
  subject: string,
  scope: Scope,
): Promise<UnderWay | undefined> {
  for (const source of ports.failures) {
    const begun = await source.underWay?.(tx, scope, subject);
    if (begun) return begun;
  }
  return undefined;
}

interface Seen {
  readonly finding?: Finding;
  readonly unread: readonly string[];
}

/** It may be under way itself, and wait for another. */
async function seenOfAwaited(
  from: Reading,
  { name, subject, sinceMs }: AwaitedResource,
  scope: Scope,
): Promise<Seen> {
  const itself = await stillUnderWay(from, subject, scope);
  if (itself) return itself.hasFailed ? itself : { unread: itself.unread };
  for (const source of from.ports.failures) {
    const failure = await source.failureOf(from.tx, scope, subject);
    if (!failure || failure.isOver || (failure.atMs ?? sinceMs) < sinceMs) continue;
    const finding = (await callOfFailure(from, failure, scope)) ?? { symptom: failure.symptom };
    return { finding, unread: [] };
  }
  if (!(await isImportedWorld(from.tx))) return { unread: [] };
  const finding = await refusedFor(from, subject, sinceMs, scope);
  return finding ? { finding, unread: [] } : { unread: await unreadOf(from, subject, scope, name) };
}

/** What a service was refused when it was made, of what was gone when the account was read. */
async function refusedFor(
  from: Reading,
  subject: string,
  sinceMs: number,
  scope: Scope,
): Promise<Finding | undefined> {
  const finding = await findCall(from, subject, scope);
  const { entry, outer, symptom } = finding ?? {};
  if (!finding || !entry || !outer || !isDenied(entry) || entry.atMs < wholeSecond(sinceMs)) return undefined;
  const { eventName } = entry.body.event;
  return { ...finding, symptom: symptom ?? `${eventName} was refused for ${subject}` };
}

/** As CloudTrail has times. */
const wholeSecond = (ms: number): number => Math.floor(ms / 1000) * 1000;

/** `name`: of what is awaited, of which something is to be known. */
async function unreadOf(
  { tx, ports }: Reading,
  subject: string,
  scope: Scope,
  name?: string,
): Promise<string[]> {
  if (!(await isImportedWorld(tx))) return [];
  for (const source of ports.failures) {
    const unread = await source.unread?.(tx, scope, subject);
    if (unread) return [...unread];
  }
  return name === undefined ? [] : [`what became of ${name} (${subject}): nothing that was read shows it`];
}

/** What services were refused for it shows in records alone, until it has failed. */
async function unrecorded(
  { tx }: Reading,
  { sinceMs = 0 }: UnderWay,
  { account, region }: Scope,
): Promise<string[]> {
  if (!(await isImportedWorld(tx))) return [];
  const [newest] = await tx.scan(auditLog, { stream: `${account}/${region}`, limit: 1 });
  const isKnown = newest !== undefined && newest.atMs >= wholeSecond(sinceMs);
  return isKnown ? [] : ['what was refused for it: no CloudTrail record is recent enough'];
}

/** So many are named. */
const MAX_NAMED = 3;

function inWords({ what, sinceMs }: UnderWay, awaited: readonly { readonly name: string }[]): string {
  const names = awaited.slice(0, MAX_NAMED).map(({ name }) => name);
  const rest = awaited.length - names.length;
  return [
    `${what} is under way`,
    ...(sinceMs === undefined ? [] : [`since ${new Date(sinceMs).toISOString()}`]),
    ...(names.length > 0 ? [`and waits for ${names.join(', ')}`] : []),
    ...(rest > 0 ? [`and ${rest} more`] : []),
  ].join(' ');
}
