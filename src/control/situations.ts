/** The questions about what went wrong: what is wrong now, how it went, what decided it, and what would change it. */
import { asNumber } from '../aws/as-text.ts';
import { pathsOf } from '../explain/paths/paths.ts';
import { tried } from '../explain/rehearsed/trying.ts';
import { decidedAgain, decisionsOf } from '../explain/what-if/decisions.ts';
import { standingProblems } from '../explain/why/standing.ts';
import { timelineOf } from '../explain/why/timeline.ts';
import type { Runtime } from '../invoke/runtime.ts';
import {
  apiCallOf,
  ControlError,
  countOf,
  isText,
  isTextList,
  objectOf,
  type Questions,
  refusal,
  requiredString,
  type ScopeOf,
  stringOf,
  timeLimit,
} from './control-api.ts';

const MAX_CHANGES = 50;
/** No answer holds up the others for much longer. */
const MAX_PATHS_MS = 80;

export function situations(runtime: Runtime, placeOf: ScopeOf): Questions {
  const { store, ports } = runtime;
  return {
    async problems() {
      return { problems: await store.read((tx) => standingProblems({ tx, ports })) };
    },

    /** Who reaches what by which key: of one `key`, `principal` or `instance`, or of all in a place; `next` goes on. */
    async paths(body) {
      const [key, principal, instance] = ['key', 'principal', 'instance'].map(
        (name) => stringOf(body, name) || undefined,
      );
      const question = { key, principal, instance, after: countOf(body, 'after'), ...placeOf(body) };
      const isTimeUp = timeLimit(runtime, MAX_PATHS_MS);
      return store.read((tx) => pathsOf({ tx, ports }, question, isTimeUp)).catch(refusal);
    },

    async timeline(body) {
      const subject = requiredString(body, 'subject');
      const found = await store.read((tx) => timelineOf({ tx, ports }, subject, placeOf(body)));
      return found ?? { subject, steps: [] };
    },

    /** Every decision of the call with this `eventId`. */
    async decision(body) {
      const eventId = requiredString(body, 'eventId');
      return store.read((tx) => decisionsOf({ tx, ports }, eventId)).catch(refusal);
    },

    /** The decision at `at` made again, with other `documents` (by place among its policies) and `conditions`. */
    async decide(body) {
      const eventId = requiredString(body, 'eventId');
      const edit = {
        documents: valuesOf(objectOf(body.documents ?? {}, 'documents'), isText, 'a document is a string'),
        conditions: valuesOf(
          objectOf(body.conditions ?? {}, 'conditions'),
          isTextList,
          'values are a list of strings',
        ),
      };
      const at = asNumber(body.at ?? 0);
      const place = placeOf(body);
      return store.read((tx) => decidedAgain({ tx, ports }, { eventId, at }, edit, place)).catch(refusal);
    },

    /** `changes` rehearsed, and after them the call with this `eventId`: nothing is changed. */
    async try(body) {
      const eventId = requiredString(body, 'eventId');
      const { changes } = body;
      if (!Array.isArray(changes) || changes.length > MAX_CHANGES)
        throw new ControlError(`changes is a list of ${MAX_CHANGES} calls at most`);
      const place = placeOf(body);
      return tried(
        runtime,
        eventId,
        changes.map((change) => apiCallOf(change, place)),
      ).catch(refusal);
    },
  };
}

function valuesOf<T>(
  given: Readonly<Record<string, unknown>>,
  isValue: (value: unknown) => value is T,
  otherwise: string,
): Record<string, T> {
  const values: Record<string, T> = Object.create(null);
  for (const [name, value] of Object.entries(given)) {
    if (!isValue(value)) throw new ControlError(otherwise);
    values[name] = value;
  }
  return values;
}
