/**
 * Rules that run on a schedule: a step waits for the next time, and is committed with the rule. Times that pass while
 * the server is not there, or that the clock leaps over, are not made up for.
 */
import type { EffectContext } from '../../../invoke/context.ts';
import type { EventEnvelope } from '../../../invoke/event.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { uuid } from '../../../platform/identifiers.ts';
import { readsRules } from '../encryption/data-key.ts';
import { deliverTo } from '../event/delivery.ts';
import { utcSeconds } from '../event/envelope.ts';
import { events } from '../events.ts';
import { type RuleName, type RuleRecord, ruleArn, rules } from '../rule/rule.ts';
import { nextTime } from './schedule.ts';

interface Tick {
  readonly rule: RuleName;
  readonly revision: number;
}

export function startSchedule({ schedule, nowMs }: EffectContext, rule: RuleRecord): void {
  if (rule.schedule === undefined || rule.state === 'DISABLED') return;
  const dueAtMs = nextTime(rule.schedule, nowMs);
  if (dueAtMs === undefined) return;
  const { account, region, bus, name } = rule;
  const tick: Tick = { rule: { account, region, bus, name }, revision: rule.scheduleRevision };
  schedule(fireScheduleStep, tick, { delayMs: dueAtMs - nowMs, scope: rule });
}

const fireScheduleStep = workflowRef<Tick>('events.schedule.fire');

export const fireScheduleWorkflow = workflow(
  fireScheduleStep,
  events,
  async (ctx, { rule: { account, region, bus, name }, revision }) => {
    const readable = await readsRules(ctx, { account, region, name: bus });
    return async (context) => {
      const rule = await context.tx.get(rules, [account, region, bus, name]);
      if (rule?.scheduleRevision !== revision || rule.state === 'DISABLED') return;
      if (readable) deliverTo(context, rule, scheduledEvent(context, rule));
      startSchedule(context, rule);
    };
  },
);

const scheduledEvent = ({ entropy, nowMs }: EffectContext, rule: RuleRecord): EventEnvelope => ({
  version: '0',
  id: uuid(entropy),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: rule.account,
  time: utcSeconds(nowMs),
  region: rule.region,
  resources: [ruleArn(rule)],
  detail: {},
});
