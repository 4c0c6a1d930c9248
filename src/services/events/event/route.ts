/**
 * Routes events: each that arrives on a bus is held against the rules of the bus, in a step that is committed with the
 * event, and handed to the targets of those that catch it.
 */
import type { EffectContext, WorkflowContext } from '../../../invoke/context.ts';
import type { EventEnvelope } from '../../../invoke/event.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { archiveEvent, type SealedForArchives, sealedForArchives } from '../archive/archiving.ts';
import { type BusPlace, DEFAULT_BUS } from '../bus/bus.ts';
import { readsRules, unlessRefused } from '../encryption/data-key.ts';
import { type CarriedEvent, openEvent } from '../encryption/sealed-event.ts';
import { events } from '../events.ts';
import { catches, type RuleRecord, ruleArn, rules } from '../rule/rule.ts';
import { targetKind } from '../rule-target/target-kind.ts';
import { deliverTo } from './delivery.ts';

interface Arrival {
  readonly bus: string;
  readonly event: CarriedEvent;
  /** It came from another bus, and goes to no third. */
  readonly forwarded?: boolean;
  /** A service sent it: nobody put it. */
  readonly emitted?: boolean;
  /** ARNs of the rules that a replay is for; absent for all. */
  readonly only?: readonly string[];
}

export function arrive({ schedule }: EffectContext, place: BusPlace, arrival: Omit<Arrival, 'bus'>): void {
  schedule(routeEventStep, { ...arrival, bus: place.name }, { scope: place });
}

export const routeEventStep = workflowRef<Arrival>('events.event.route');

export const routeEventWorkflow = workflow(
  routeEventStep,
  events,
  async (ctx, { bus, event: carried, forwarded, emitted, only }) => {
    // In a rehearsal nobody listens: what rules do with what services tell is no part of the call that is rehearsed.
    if (emitted && !ctx.ports.audience) return undefined;
    const read = await readOnBus(ctx, bus, carried);
    if (!read) return undefined;
    const { event, sealed, matchesRules } = read;
    return async (context) => {
      const { tx, account, region, ports } = context;
      await archiveEvent(context, bus, event, sealed);
      if (!matchesRules) return;
      for (const rule of await tx.list(rules, { prefix: [account, region, bus] })) {
        if (only && !only.includes(ruleArn(rule))) continue;
        if (catches(rule, event, ports.reportFault))
          deliverTo(context, forwarded ? withoutBuses(rule) : rule, carried);
      }
    };
  },
  // What AWS's services emit goes to the default bus.
  (_event, envelope) => ({ bus: DEFAULT_BUS, event: envelope, emitted: true }),
);

interface Readable {
  readonly event: EventEnvelope;
  readonly sealed: SealedForArchives;
  readonly matchesRules: boolean;
}

/**
 * The event and the rules of the bus as EventBridge may read them. An event that it may not read is lost, as on AWS where
 * the bus has no dead-letter queue: nothing but KMS's record says so.
 */
async function readOnBus(
  ctx: WorkflowContext,
  name: string,
  carried: CarriedEvent,
): Promise<Readable | undefined> {
  const place = { account: ctx.account, region: ctx.region, name };
  const event = await unlessRefused(openEvent(ctx, carried));
  if (!event) return undefined;
  return {
    event,
    sealed: await sealedForArchives(ctx, place, event),
    matchesRules: await readsRules(ctx, place),
  };
}

const withoutBuses = (rule: RuleRecord): RuleRecord => ({
  ...rule,
  targets: rule.targets.filter(({ Arn }) => targetKind(Arn) !== 'event-bus'),
});
