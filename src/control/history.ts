/** What a server has on record: the events that it sent out, and its calls with the decisions made of them. */
import { auditLog } from '../invoke/audit/audit.ts';
import { eventLog } from '../invoke/audit/event-outbox.ts';
import type { Store } from '../store/store.ts';
import { type Question, stringOf } from './control-api.ts';

const MAX_ENTRIES = 1000;

export function history(store: Store): Record<string, Question> {
  /** Of every account and Region unless both are given. */
  const streamOf = (body: Parameters<Question>[0]) => {
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

    /** The latest calls, newest first: the CloudTrail event of each, and every decision with its evidence. */
    async records(body) {
      const requestId = stringOf(body, 'requestId');
      const label = requestId === undefined ? undefined : { name: 'RequestId', value: requestId };
      const range = { stream: streamOf(body), label, limit: MAX_ENTRIES };
      const entries = await store.read((tx) => tx.scan(auditLog, range));
      return { records: entries.map((entry) => entry.body) };
    },
  };
}
