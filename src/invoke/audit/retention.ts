/** How long the history of calls and events is kept, as CloudTrail's event history: 90 days. */
import { nextTurn } from '../../platform/next-turn.ts';
import type { Clock, Timers, Turns } from '../../platform/ports.ts';
import type { Store } from '../../store/store.ts';
import { StoreFailure } from '../../store/store-failure.ts';
import { auditLog } from './audit.ts';
import { deliveryLog } from './delivery-log.ts';
import { eventLog } from './event-outbox.ts';
import { keptPolicies } from './evidence.ts';
import { keptCalls } from './recorded-call.ts';
import { forgetUnreferred, LAG_MS } from './referred.ts';

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html */
export const RETENTION_MS = 90 * 86_400_000;

const INTERVAL_MS = 3_600_000;
/** How long it is put off where the store has made room: it does so many times a second, and each time for a few entries. */
const SOON_MS = 1_000;

/**
 * Forgets what is older, now and every hour, and soon after the store has let go of entries for want of room, since others
 * keep company with those; ends when the returned function is called.
 */
export function keepHistoryBounded(
  world: { store: Store; clock: Clock; timers: Timers; turns: Turns },
  onError: (error: unknown) => void,
): () => void {
  const { store, clock, timers, turns } = world;
  let isOver = false;
  let isTidying = false;
  let isSoon = false;
  const tidy = () => {
    isTidying = true;
    isSoon = false;
    forgetOld(store, clock.nowMs(), turns, () => isOver)
      // The store has reported its own failure.
      .catch((error) => isOver || error instanceof StoreFailure || onError(error))
      .finally(() => {
        isTidying = false;
        if (!isOver) timer = timers.after(isSoon ? SOON_MS : INTERVAL_MS, tidy);
      });
  };
  let timer = timers.after(0, tidy);
  store.onFull(() => {
    if (isOver || isSoon) return;
    isSoon = true;
    if (isTidying) return;
    timer.cancel();
    timer = timers.after(SOON_MS, tidy);
  });
  return () => {
    isOver = true;
    timer.cancel();
  };
}

async function forgetOld(store: Store, nowMs: number, turns: Turns, isOver: () => boolean): Promise<void> {
  const forgetters = [
    ...[auditLog, deliveryLog, eventLog].map((log) => () => store.trim(log, nowMs - RETENTION_MS)),
    // One entry refers to a call, many to a policy.
    () => forgetUnreferred(store, auditLog, keptCalls, { nowMs, lagMs: 0 }),
    () => forgetUnreferred(store, auditLog, keptPolicies, { nowMs, lagMs: LAG_MS }),
  ];
  for (const forget of forgetters) {
    while (!isOver() && (await forget()) > 0) {
      // Calls have their turn in between.
      await nextTurn(turns);
    }
  }
}
