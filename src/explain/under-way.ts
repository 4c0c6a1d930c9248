/** What has begun and not ended: since when, what it waits for, and whether a failure of that keeps it waiting. */
import type { Scope } from '../aws/scope.ts';
import type { AwaitedResource, UnderWay } from '../invoke/ports/failure-source.ts';
import { callOfFailure, type Finding, type FindingWorld } from './find.ts';

export interface StillUnderWay {
  /** The call for which it waits, where there is one; its symptom says how far it is. */
  readonly finding: Finding;
  readonly hasFailed: boolean;
}

export async function stillUnderWay(
  from: FindingWorld,
  subject: string,
  scope: Scope,
): Promise<StillUnderWay | undefined> {
  const begun = await begunBySubject(from, subject, scope);
  if (!begun) return undefined;
  const { waitsFor = [] } = begun;
  const failed: { readonly name: string; readonly finding: Finding }[] = [];
  for (const { name, ...awaited } of waitsFor) {
    const finding = await failureOfAwaited(from, awaited, scope);
    if (finding) failed.push({ name, finding });
  }
  const [first, ...others] = failed;
  if (!first)
    return { finding: { symptom: `${inWords(begun, waitsFor)}; nothing has failed yet.` }, hasFailed: false };
  const symptom = `${inWords(begun, failed)}: ${first.finding.symptom}`;
  const denials = others.flatMap(({ finding }) => finding.entry ?? []);
  return { finding: { ...first.finding, symptom, others: denials }, hasFailed: true };
}

async function begunBySubject(
  { tx, ports }: FindingWorld,
  subject: string,
  scope: Scope,
): Promise<UnderWay | undefined> {
  for (const source of ports.failures) {
    const begun = await source.underWay?.(tx, scope, subject);
    if (begun) return begun;
  }
  return undefined;
}

/** It may be under way itself, and wait for another. */
async function failureOfAwaited(
  from: FindingWorld,
  { subject, sinceMs }: Omit<AwaitedResource, 'name'>,
  scope: Scope,
): Promise<Finding | undefined> {
  const itself = await stillUnderWay(from, subject, scope);
  if (itself) return itself.hasFailed ? itself.finding : undefined;
  for (const source of from.ports.failures) {
    const failure = await source.failureOf(from.tx, scope, subject);
    if (!failure || failure.isOver || (failure.atMs ?? sinceMs) < sinceMs) continue;
    return (await callOfFailure(from, failure, scope)) ?? { symptom: failure.symptom };
  }
  return undefined;
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
