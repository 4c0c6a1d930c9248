/**
 * Lets a rule catch events, or its schedule run, again.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_EnableRule.html
 */
import { requireOwnRead } from '../encryption/rule-configuration.ts';
import { events } from '../events.ts';
import { startSchedule } from '../schedule/scheduled-event.ts';
import { rules } from './rule.ts';
import { existingRuleCheck, requireOwn } from './rule-check.ts';

export default events.operation('EnableRule', {
  async checks(context, { Name: name, EventBusName: bus }) {
    return { rule: await existingRuleCheck(context, 'EnableRule', { name, bus }) };
  },
  preconditions: (context, _input, { rule }) => requireOwn(context, rule.record, undefined),
  calls: (ctx, { EventBusName }) => requireOwnRead(ctx, EventBusName),
  execute(context, _input, { rule: { record } }) {
    const { scheduleRevision } = record;
    const rule = { ...record, state: 'ENABLED' as const, scheduleRevision: scheduleRevision + 1 };
    context.tx.put(rules, rule);
    startSchedule(context, rule);
    return {};
  },
});
