/** What became of the events that a rule caught, target by target. */
import { type DeliveryAttempt, deliveryLog } from '../invoke/audit/delivery-log.ts';
import type { Runtime } from '../invoke/runtime.ts';
import { ruleArnIn } from '../services/events/index.ts';
import { countOf, type Questions, requiredString, type ScopeOf } from './control-api.ts';

const MAX_PAGE = 100;

/** One event for one target, as its latest try left it. */
export interface ShownDelivery extends DeliveryAttempt {
  readonly at: string;
}

export interface Deliveries {
  readonly rule: string;
  /** The newest first. */
  readonly deliveries: readonly ShownDelivery[];
  /** The `before` of the next page. */
  readonly next?: number;
}

export function deliveries({ store }: Runtime, placeOf: ScopeOf): Questions {
  return {
    /** Of a `rule`, by its ARN, or its name where it is on the default bus. */
    async deliveries(body): Promise<Deliveries> {
      const rule = ruleArnIn(placeOf(body), requiredString(body, 'rule'));
      const limit = Math.min(MAX_PAGE, countOf(body, 'limit') ?? MAX_PAGE);
      const range = { label: { name: 'rule', value: rule }, before: countOf(body, 'before'), limit };
      const attempts = await store.read((tx) => tx.scan(deliveryLog, range));
      const latest = new Map<string, ShownDelivery>();
      for (const { body: attempt, atMs } of attempts) {
        const { deliveryId } = attempt;
        if (!latest.has(deliveryId)) latest.set(deliveryId, { ...attempt, at: new Date(atMs).toISOString() });
      }
      const next = attempts.length === limit ? attempts.at(-1)?.sequence : undefined;
      return { rule, deliveries: [...latest.values()], ...(next !== undefined && { next }) };
    },
  };
}
