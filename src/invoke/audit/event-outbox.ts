/** EventBridge events on their way out, committed with the state that they report. The EventBridge service delivers them. */
import { uuid } from '../../platform/identifiers.ts';
import { type LogEntry, log, type Transaction } from '../../store/store.ts';
import type { WorkContext } from '../context.ts';
import type { EventEnvelope, OutgoingEvent } from '../event.ts';
import { recordedSeconds } from './recorded-time.ts';

export const eventLog = log<LogEntry & { body: EventEnvelope }>('eventbridge.outbox');

/** Returns the event as it goes out. */
export function appendEvent(tx: Transaction, work: WorkContext, event: OutgoingEvent): EventEnvelope {
  const account = event.account ?? work.account;
  const region = event.region ?? work.region;
  const envelope: EventEnvelope = {
    version: '0',
    id: uuid(work.entropy),
    'detail-type': event.detailType,
    source: event.source,
    account,
    time: recordedSeconds(work.nowMs),
    region,
    resources: event.resources,
    detail: event.detail,
  };
  tx.append(eventLog, {
    stream: `${account}/${region}`,
    atMs: work.nowMs,
    labels: { source: event.source, detailType: event.detailType },
    body: envelope,
  });
  return envelope;
}
