/**
 * Keeps a rule, which catches nothing until it is enabled.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html
 */
import { requireOwnRead } from '../encryption/rule-configuration.ts';
import { events } from '../events.ts';

import { rules } from './rule.ts';
import { existingRuleCheck, requireOwn } from './rule-check.ts';

export default events.operation('DisableRule', {
  async checks(context, { Name: name, EventBusName: bus }) {
    return { rule: await existingRuleCheck(context, 'DisableRule', { name, bus }) };
  },
  preconditions: (context, _input, { rule }) => requireOwn(context, rule.record, undefined),
  calls: (ctx, { EventBusName }) => requireOwnRead(ctx, EventBusName),
  execute({ tx }, _input, { rule: { record } }) {
    tx.put(rules, { ...record, state: 'DISABLED' });

    return {};
  },
});
