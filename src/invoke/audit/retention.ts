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
import { forgetUnreferred } from './referred.ts';

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html */
export const RETENTION_MS = 90 * 86_400_000;

const INTERVAL_MS = 3_600_000;

/** Forgets what is older, now and every hour; ends when the returned function is called. */
export function keepHistoryBounded(
  world: { store: Store; clock: Clock; timers: Timers; turns: Turns },
  onError: (error: unknown) => void,
): () => void {
  const { store, clock, timers, turns } = world;
  let isOver = false;
  let timer = timers.after(0, function tidy() {
    forgetOld(store, clock.nowMs(), turns, () => isOver)
      // The store has reported its own failure.
      .catch((error) => isOver || error instanceof StoreFailure || onError(error))
      .finally(() => {
        if (!isOver) timer = timers.after(INTERVAL_MS, tidy);
      });
  });
  return () => {
    isOver = true;
    timer.cancel();
  };
}

async function forgetOld(store: Store, nowMs: number, turns: Turns, isOver: () => boolean): Promise<void> {
  const forgetters = [
    ...[auditLog, deliveryLog, eventLog].map((log) => () => store.trim(log, nowMs - RETENTION_MS)),
    () => forgetUnreferred(store, auditLog, keptCalls, nowMs),
    () => forgetUnreferred(store, auditLog, keptPolicies, nowMs),
  ];
  for (const forget of forgetters) {
    while (!isOver() && (await forget()) > 0) {
      // Calls have their turn in between.
      await nextTurn(turns);
    }
  }
}
