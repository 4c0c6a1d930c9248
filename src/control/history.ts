/** What a server has on record: the events that it sent out, and its calls with the decisions made of them. */
import { asNumber } from '../aws/as-text.ts';
import { auditLog, type DecisionRecord } from '../invoke/audit/audit.ts';
import { eventLog } from '../invoke/audit/event-outbox.ts';
import type { Evidence } from '../invoke/audit/evidence.ts';
import { presentConditions } from '../invoke/condition-lookup.ts';
import type { Store } from '../store/store.ts';
import { callsSince, latestSequence } from './call-log.ts';
import { type Body, ControlError, type Questions, stringOf } from './control-api.ts';

const MAX_ENTRIES = 1000;

export function history(store: Store): Questions {
  /** Of every account and Region unless both are given. */
  const streamOf = (body: Body) => {
    const accountId = stringOf(body, 'accountId');
    const region = stringOf(body, 'region');
    return accountId && region ? `${accountId}/${region}` : undefined;
  };
  return {
    /** The latest events that services emitted, oldest first, whether or not a rule matches them. */
    async events(body) {
      const range = { stream: streamOf(body), limit: MAX_ENTRIES };
      const entries = await store.read((tx) => tx.scan(eventLog, range));
      return { events: entries.map((entry) => entry.body).reverse() };
    },

    /** The calls recorded after `after`, oldest first, and where to go on; without it, where the log ends now. */
    async 'call-log'(body) {
      if (body.after === undefined) return { calls: [], sequence: await latestSequence(store) };
      const after = asNumber(body.after);
      if (!Number.isSafeInteger(after)) throw new ControlError('after is a sequence number');
      const calls = await callsSince(store, after);
      return { calls, sequence: calls.at(-1)?.sequence ?? after };
    },

    /** The latest calls, newest first: the CloudTrail event of each, and every decision with its evidence. */
    async records(body) {
      const requestId = stringOf(body, 'requestId');
      const label = requestId === undefined ? undefined : { name: 'RequestId', value: requestId };
      const range = { stream: streamOf(body), label, limit: MAX_ENTRIES };
      const entries = await store.read((tx) => tx.scan(auditLog, range));
      return { records: entries.map(({ body }) => ({ ...body, decisions: body.decisions.map(listed) })) };
    },
  };
}

export type ListedDecision = Omit<DecisionRecord, 'evidence'> & {
  readonly evidence?: Omit<Evidence, 'conditions'> & {
    readonly conditions: Readonly<Record<string, readonly string[]>>;
  };
};

/** As policies see it: each condition key that is present with the list of its values. */
const listed = ({ evidence, ...decision }: DecisionRecord): ListedDecision =>
  evidence
    ? { ...decision, evidence: { ...evidence, conditions: presentConditions(evidence.conditions) } }
    : decision;
