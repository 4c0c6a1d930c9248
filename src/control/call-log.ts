/** Every call as it happens: one record each, those that a service made for a caller under the call that caused them. */
import { actionOf, isCallersOwn } from '../explain/history/recorded-calls.ts';
import { type AuditEntry, auditLog, type DecisionRecord } from '../invoke/audit/audit.ts';
import type { Timers } from '../platform/ports.ts';
import type { StatementReference } from '../policy/decision.ts';
import type { Sequenced, Store } from '../store/store.ts';

/** A call in the log; the JSON form of `start --log json` and `watch --json`, a line each. */
export interface LoggedCall {
  readonly sequence: number;
  /** As CloudTrail has it, whole seconds in UTC. */
  readonly time: string;
  readonly account: string;
  readonly region: string;
  /** Who called: an ARN, or a service's name. */
  readonly principal: string;
  /** The service that called in the principal's name, where one did. */
  readonly invokedBy?: string;
  /** `kms:CreateGrant` */
  readonly action: string;
  readonly resource?: string;
  readonly outcome: 'allowed' | 'denied' | 'failed';
  /** What allowed or denied it: a policy's statement, a grant, root; or what a call that failed was told. */
  readonly reason?: string;
  readonly errorCode?: string;
  readonly requestId: string;
  readonly eventId: string;
}

const POLL_MS = 100;
const PAGE = 200;

/** The calls recorded after `sequence`, oldest first. */
export async function callsSince(store: Store, sequence: number): Promise<LoggedCall[]> {
  const found: Sequenced<AuditEntry>[] = [];
  // Mostly there is nothing new: one entry says so.
  for (let limit = 1, before: number | undefined; ; limit = PAGE) {
    const range = { limit, before };
    const page = await store.read((tx) => tx.scan(auditLog, range));
    // After a reset the log begins anew.
    const newest = found.length === 0 ? page[0]?.sequence : undefined;
    if (newest !== undefined && newest < sequence) return callsSince(store, 0);
    const fresh = page.filter((entry) => entry.sequence > sequence);
    found.push(...fresh);
    if (fresh.length < limit) break;
    before = fresh.at(-1)?.sequence;
  }
  return found.reverse().filter(isCallersOwn).map(loggedCall);
}

export async function latestSequence(store: Store): Promise<number> {
  const [latest] = await store.read((tx) => tx.scan(auditLog, { limit: 1 }));
  return latest?.sequence ?? 0;
}

/** Hands over each call that is recorded from now on, until the returned function is called, which hands over the rest. */
export async function followCalls(
  { store, timers }: { readonly store: () => Store; readonly timers: Timers },
  onCalls: (calls: readonly LoggedCall[]) => void,
): Promise<() => Promise<void>> {
  let sequence = await latestSequence(store());
  let timer: { cancel(): void } | undefined;
  let running = Promise.resolve();
  const look = async () => {
    const calls = await callsSince(store(), sequence);
    sequence = calls.at(-1)?.sequence ?? sequence;
    if (calls.length > 0) onCalls(calls);
  };
  const rearm = () => {
    timer = timers.after(POLL_MS, () => {
      running = look().catch(() => undefined);
      void running.then(rearm);
    });
  };
  rearm();
  return async () => {
    timer?.cancel();
    await running;
    timer?.cancel();
    await look();
  };
}

export function loggedCall({
  sequence,
  stream,
  body: { event, decisions },
}: Sequenced<AuditEntry>): LoggedCall {
  const { userIdentity: identity = {} } = event;
  const [account = '', region = ''] = stream.split('/');
  const denied = decisions.find(({ decision }) => !decision.allowed);
  const deciding = denied ?? decisions[0];
  return {
    sequence,
    time: event.eventTime,
    account,
    region,
    principal: identity.arn ?? identity.invokedBy ?? identity.type ?? 'unknown',
    invokedBy: identity.arn === undefined ? undefined : identity.invokedBy,
    action: actionOf(event),
    resource: deciding && deciding.resource !== '*' ? deciding.resource : undefined,
    outcome: denied ? 'denied' : event.errorCode === undefined ? 'allowed' : 'failed',
    reason: denied
      ? reasonOf(denied)
      : event.errorCode === undefined
        ? reasonOf(deciding)
        : event.errorMessage,
    errorCode: event.errorCode,
    requestId: String(event.requestID ?? ''),
    eventId: event.eventID,
  };
}

function reasonOf(record: DecisionRecord | undefined): string | undefined {
  const decision = record?.decision;
  if (!decision) return undefined;
  if (decision.allowed) return allowedBy(decision.by);
  if (decision.explicit) return `explicit deny in ${statementName(decision.by)}`;
  return `no ${decision.policyType} allows ${record.action}`;
}

function allowedBy(by: StatementReference | { readonly grantId: string } | 'root'): string {
  if (by === 'root') return 'root';
  return 'grantId' in by ? `grant ${by.grantId}` : statementName(by);
}

function statementName({ policyName, sid, index }: StatementReference): string {
  return `${policyName}, ${sid === undefined ? `statement ${index + 1}` : `statement "${sid}"`}`;
}
