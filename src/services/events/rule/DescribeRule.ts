/**
 * Shows a rule, without its targets.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html
 */
import { requireOwnRead } from '../encryption/rule-configuration.ts';
import { events } from '../events.ts';
import { ruleEntry } from './rule.ts';
import { existingRuleCheck } from './rule-check.ts';

export default events.operation('DescribeRule', {
  readOnly: true,
  async checks(context, { Name: name, EventBusName: bus }) {
    return { rule: await existingRuleCheck(context, 'DescribeRule', { name, bus }) };
  },
  calls: (ctx, { EventBusName }) => requireOwnRead(ctx, EventBusName),
  execute: (_context, _input, { rule }) => ({
    ...ruleEntry(rule.record),
    CreatedBy: rule.record.createdBy,
  }),
});
