/**
 * Makes a rule, or sets an existing one anew: what the request leaves out is gone, but for targets and tags.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
 */
import { requestTagConditions } from '../../../service-kit/tag-conditions.ts';
import { tagRecord } from '../../../service-kit/tag-rules.ts';
import type { PutRuleRequest } from '../../../shapes/generated/events.ts';
import { busPlace, DEFAULT_BUS } from '../bus/bus.ts';
import { requireOwnRead } from '../encryption/rule-configuration.ts';
import { limitExceeded, validation } from '../errors.ts';
import { events } from '../events.ts';
import { requireSchedule } from '../schedule/schedule.ts';
import { startSchedule } from '../schedule/scheduled-event.ts';
import { withTags } from '../tag/tag.ts';
import { passRuleRoleCheck } from './pass-role.ts';
import { patternConditions, requirePattern } from './pattern-conditions.ts';
import { type RuleRecord, ruleArn, ruleNameOn, rules } from './rule.ts';
import { requireOwn, ruleCheck } from './rule-check.ts';

const MAX_RULES = 300;

export default events.operation('PutRule', {
  async checks(context, input) {
    const { Name, EventBusName, RoleArn, Tags = [] } = input;
    const named = ruleNameOn(busPlace(context, EventBusName), Name);
    const tagged = () => requestTagConditions(tagRecord(Tags));
    const rule = await ruleCheck(context, 'PutRule', named, () => ({
      ...patternConditions(triggers(input).pattern),
      ...tagged(),
    }));
    return {
      rule,
      tagging: Tags.length > 0 ? await ruleCheck(context, 'TagResource', named, tagged) : undefined,
      role: RoleArn ? passRuleRoleCheck(RoleArn) : undefined,
    };
  },
  async preconditions(context, input, { rule }) {
    requireOwn(context, rule.record, undefined);
    const place = busPlace(context, input.EventBusName);
    requireTrigger(input, place.name);
    const onBus = await context.tx.list(rules, { prefix: [place.account, place.region, place.name] });
    if (!rule.record && onBus.length >= MAX_RULES) throw limitExceeded();
  },
  calls: (ctx, { EventBusName }) => requireOwnRead(ctx, EventBusName),
  execute(context, input, { rule: { record: existing } }) {
    const { tx, account, caller } = context;
    const { Name, Tags = [] } = input;
    const rule: RuleRecord = {
      ...ruleNameOn(busPlace(context, input.EventBusName), Name),
      ...triggers(input),
      state: input.State ?? 'ENABLED',
      description: input.Description,
      roleArn: input.RoleArn,
      managedBy: caller.kind === 'service' ? caller.principal.service : existing?.managedBy,
      createdBy: existing?.createdBy ?? account,
      tags: existing?.tags ?? withTags({}, Tags, caller),
      targets: existing?.targets ?? [],
      scheduleRevision: (existing?.scheduleRevision ?? 0) + 1,
    };
    tx.put(rules, rule);
    startSchedule(context, rule);
    return { RuleArn: ruleArn(rule) };
  },
});

/** What is empty is absent. */
const triggers = ({ EventPattern, ScheduleExpression }: PutRuleRequest) => ({
  pattern: EventPattern || undefined,
  schedule: ScheduleExpression || undefined,
});

function requireTrigger(input: PutRuleRequest, bus: string): void {
  const { pattern, schedule } = triggers(input);
  if (pattern === undefined && schedule === undefined) {
    throw validation('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  }
  if (schedule !== undefined && bus !== DEFAULT_BUS) {
    throw validation('ScheduleExpression is supported only on the default event bus.');
  }
  if (pattern !== undefined) requirePattern(pattern);
  if (schedule !== undefined) requireSchedule(schedule);
}
