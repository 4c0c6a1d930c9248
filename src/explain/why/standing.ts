/** What is wrong now: what failed and was not put right since, and what people were denied last. */
import type { Scope } from '../../aws/scope.ts';
import { auditLog } from '../../invoke/audit/audit.ts';
import type { Ports } from '../../invoke/port.ts';
import type { StandingFailure } from '../../invoke/ports/failure-source.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { namedResource } from '../denial/explained-check.ts';
import { isDenied, isFailed, type Recorded } from '../history/recorded-calls.ts';
import type { Reading } from '../question/reading.ts';
import { callerOf } from './explain.ts';
import { callOfFailure } from './find.ts';

export interface StandingProblem extends Scope {
  readonly kind: StandingFailure['kind'] | 'call';
  /** What to explain: an id, a name, or of a call its event. */
  readonly subject: string;
  readonly at: string;
  /** What became of it, or what was denied. */
  readonly symptom: string;
  /** The call that was refused. */
  readonly who?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly eventId?: string;
  /** Of the refused call's record: of what happened within one second, the higher is the later. */
  readonly sequence: number;
  /** Of calls: how often of late. */
  readonly count?: number;
}

/** Of each kind. */
const MAX_OF_A_KIND = 200;
/** The latest calls in which denials are looked for. */
const REACH = 1000;

/** The newest first. */
export async function standingProblems(from: Reading): Promise<StandingProblem[]> {
  const problems: StandingProblem[] = [];
  for (const source of from.ports.failures) {
    for (const failure of (await source.standing?.(from.tx, MAX_OF_A_KIND)) ?? []) {
      const problem = await problemOf(from, source, failure);
      if (problem) problems.push(problem);
    }
  }
  const explained = new Set(problems.map(({ eventId }) => eventId));
  const denied = (await deniedCalls(from.tx)).filter(({ eventId }) => !explained.has(eventId));
  return [...problems, ...denied].sort(
    (one, other) => other.at.localeCompare(one.at) || other.sequence - one.sequence,
  );
}

async function problemOf(
  from: Reading,
  source: Ports['failures'][number],
  { kind, account, region, subject, atMs }: StandingFailure,
): Promise<StandingProblem | undefined> {
  const failure = await source.failureOf(from.tx, { account, region }, subject);
  if (!failure) return undefined;
  const { symptom } = failure;
  const entry = (await callOfFailure(from, failure, { account, region }))?.entry;
  const at =
    atMs === undefined ? entry?.body.event.eventTime : `${new Date(atMs).toISOString().slice(0, 19)}Z`;
  const about = { kind, account, region, subject, symptom, at: at ?? '', sequence: entry?.sequence ?? 0 };
  return { ...about, ...(entry && refusedCall(entry)) };
}

/** Undefined where nothing was asked (sts:GetCallerIdentity). */
function refusedCall({ body: { event, decisions } }: Recorded) {
  const asked = decisions.find(({ decision }) => !decision.allowed) ?? decisions[0];
  return (
    asked && { who: callerOf(event), action: asked.action, resource: asked.resource, eventId: event.eventID }
  );
}

/** KMS refuses to use a key in the wrong state, whatever policies say. */
const isAboutKeyState = ({ body: { event } }: Recorded) =>
  event.eventSource.startsWith('kms.') && /Disabled|InvalidState|Unavailable/.test(event.errorCode ?? '');

/** What callers themselves were denied and have not been allowed since, each kind once. */
async function deniedCalls(tx: ReadTransaction): Promise<StandingProblem[]> {
  const entries = await tx.scan(auditLog, { limit: REACH });
  const settled = new Set<string>();
  const found = new Map<string, StandingProblem & { count: number }>();
  for (const entry of entries) {
    const { event } = entry.body;
    const { invokedBy, type } = event.userIdentity ?? {};
    if (invokedBy !== undefined || type === 'AWSService') continue;
    const isRefused = isDenied(entry) || (isFailed(entry) && isAboutKeyState(entry));
    const refused = refusedCall(entry);
    if (!refused) continue;
    const { who, action, resource, eventId } = refused;
    const name = JSON.stringify([who, action, resource]);
    const known = found.get(name);
    if (!isRefused) settled.add(name);
    else if (known) known.count++;
    else if (!settled.has(name) && found.size < MAX_OF_A_KIND) {
      const [account = '', region = ''] = entry.stream.split('/');
      const on = resource && resource !== '*' ? ` on ${namedResource(resource, undefined)}` : '';
      const symptom = isDenied(entry)
        ? `${who} was denied ${action}${on}`
        : `${action}${on} failed: ${event.errorCode}`;
      const about = {
        kind: 'call' as const,
        account,
        region,
        subject: eventId,
        eventId,
        sequence: entry.sequence,
      };
      found.set(name, { ...about, at: event.eventTime, symptom, who, action, resource, count: 1 });
    }
  }
  return [...found.values()];
}
