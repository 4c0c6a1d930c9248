/** The calls on record by pages, the newest first, and as they happen; and the uses of one key over time. */
import type { Scope } from '../aws/scope.ts';
import { isCallersOwn, isDenied } from '../explain/history/recorded-calls.ts';
import { keyNamed } from '../explain/question/key-question.ts';
import { auditLog } from '../invoke/audit/audit.ts';
import type { Runtime } from '../invoke/runtime.ts';
import { callsSince, type LoggedCall, latestSequence, loggedCall } from './call-log.ts';
import {
  type Body,
  ControlError,
  countOf,
  type Questions,
  type ScopeOf,
  type Stream,
  stringOf,
} from './control-api.ts';

const MAX_PAGE = 200;
/** Records that are looked at for one page: a filter that fits nothing must not hold up the server. */
const MAX_SEARCHED = 5000;
const STREAM_POLL_MS = 200;
/** A comment is sent so often, by which a proxy sees that the stream lives. */
const HEARTBEAT_MS = 15_000;

/** What LookupEvents looks up by; the store finds these by an index. */
const LABELS = ['EventId', 'EventName', 'EventSource', 'RequestId', 'ResourceName', 'Username'] as const;

export function activity(runtime: Runtime, placeOf: ScopeOf): Questions {
  const { store } = runtime;
  return {
    /**
     * `before`: the `next` of the page before. One of `lookup`'s attributes is found by an index; `outcome`, `principal`,
     * `action` and `resource` (what each contains) are looked for in so many records, after which `next` goes on.
     */
    async activity(body) {
      const limit = Math.min(MAX_PAGE, countOf(body, 'limit') ?? MAX_PAGE);
      const isWanted = filterOf(body);
      const label = labelOf(body);
      const calls: LoggedCall[] = [];
      let [before, searched] = [countOf(body, 'before'), 0];
      while (calls.length < limit && searched < MAX_SEARCHED) {
        const range = { before, limit: MAX_PAGE, label, ...timesOf(body) };
        const page = await store.read((tx) => tx.scan(auditLog, range));
        for (const entry of page) {
          before = entry.sequence;
          searched++;
          const call = isCallersOwn(entry) ? loggedCall(entry) : undefined;
          if (call && isWanted(call)) calls.push(call);
          if (calls.length === limit) break;
        }
        if (page.length < MAX_PAGE && calls.length < limit)
          return { calls, latest: await latestSequence(store) };
      }
      return { calls, next: before, latest: await latestSequence(store) };
    },

    /** How often a key was used, in so many stretches of equal length, and by whom. */
    async 'key-uses'(body) {
      const key = stringOf(body, 'key') ?? '';
      const place = placeOf(body);
      return store.read((tx) => usesOf(tx, key, place));
    },
  };
}

/** `call-stream`: the calls after `after`, and each that is recorded from then on. */
export function activityStreams({ store, timers }: Runtime): Record<string, Stream> {
  return {
    'call-stream'(body) {
      const after = countOf(body, 'after');
      return async (write, left) => {
        let sequence = after ?? (await latestSequence(store));
        let silentMs = 0;
        write(': calls\n\n');
        while (!left.aborted) {
          const calls = await callsSince(store, sequence).catch(() => undefined);
          // The store was closed, as by a reset: who asks again is answered from the new one.
          if (!calls) return;
          sequence = calls.at(-1)?.sequence ?? sequence;
          if (calls.length > 0) write(`id: ${sequence}\ndata: ${JSON.stringify({ calls, sequence })}\n\n`);
          silentMs = calls.length > 0 ? 0 : silentMs + STREAM_POLL_MS;
          if (silentMs >= HEARTBEAT_MS) {
            write(':\n\n');
            silentMs = 0;
          }
          await new Promise<void>((resolve) => {
            const timer = timers.after(STREAM_POLL_MS, resolve);
            left.addEventListener(
              'abort',
              () => {
                timer.cancel();
                resolve();
              },
              { once: true },
            );
          });
        }
      };
    },
  };
}

function timesOf(body: Body): { fromMs?: number; toMs?: number } {
  return { fromMs: countOf(body, 'fromMs'), toMs: countOf(body, 'toMs') };
}

function labelOf(body: Body): { name: string; value: string } | undefined {
  const given = LABELS.filter((name) => stringOf(body, name) !== undefined);
  if (given.length > 1) throw new ControlError('one attribute is looked up at a time');
  const [name] = given;
  return name && { name, value: stringOf(body, name) as string };
}

/** Case does not matter, as people type. */
function filterOf(body: Body): (call: LoggedCall) => boolean {
  const wanted = (['principal', 'action', 'resource', 'outcome', 'account', 'region'] as const).flatMap(
    (name) => {
      const text = stringOf(body, name)?.toLowerCase();
      return text ? [[name, text] as const] : [];
    },
  );
  return (call) => wanted.every(([name, text]) => (call[name] ?? '').toLowerCase().includes(text));
}

const STRETCHES = 48;
const MAX_USES = 50_000;
const MAX_USERS = 50;

async function usesOf(tx: Parameters<Parameters<Runtime['store']['read']>[0]>[0], key: string, place: Scope) {
  const arn = await keyNamed({ tx, ...place }, key);
  if (!arn) throw new ControlError(`there is no key ${key}`);
  const all = await tx.scan(auditLog, { label: { name: 'About', value: arn }, limit: MAX_USES });
  const uses = all.filter(isCallersOwn).reverse();
  const fromMs = uses[0]?.atMs ?? 0;
  const lengthMs = Math.max(1, Math.ceil(((uses.at(-1)?.atMs ?? 0) - fromMs + 1) / STRETCHES));
  const stretches = Array.from({ length: uses.length > 0 ? STRETCHES : 0 }, (_, i) => ({
    atMs: fromMs + i * lengthMs,
    allowed: 0,
    denied: 0,
  }));
  const users = new Map<
    string,
    { principal: string; action: string; count: number; denied: number; last: string }
  >();
  for (const entry of uses) {
    const { principal, action, time } = loggedCall(entry);
    const stretch = stretches[Math.floor((entry.atMs - fromMs) / lengthMs)];
    if (stretch) stretch[isDenied(entry) ? 'denied' : 'allowed']++;
    const name = `${principal} ${action}`;
    const user = users.get(name) ?? { principal, action, count: 0, denied: 0, last: time };
    users.set(name, {
      ...user,
      count: user.count + 1,
      denied: user.denied + (isDenied(entry) ? 1 : 0),
      last: time,
    });
  }
  const byCount = [...users.values()].sort((one, other) => other.count - one.count);
  return { key: arn, total: uses.length, stretches, users: byCount.slice(0, MAX_USERS) };
}
