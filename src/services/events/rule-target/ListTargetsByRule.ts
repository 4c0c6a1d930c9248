/**
 * Lists the targets of a rule.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTargetsByRule.html
 */
import { pageOf } from '../../../service-kit/page.ts';
import { requireOwnRead } from '../encryption/rule-configuration.ts';
import { invalidToken } from '../errors.ts';
import { events } from '../events.ts';
import { existingRuleCheck } from '../rule/rule-check.ts';

const DEFAULT_LIMIT = 100;

export default events.operation('ListTargetsByRule', {
  readOnly: true,
  async checks(context, { Rule: name, EventBusName: bus }) {
    return { rule: await existingRuleCheck(context, 'ListTargetsByRule', { name, bus }) };
  },
  calls: (ctx, { EventBusName }) => requireOwnRead(ctx, EventBusName),
  async execute(_context, { Limit = DEFAULT_LIMIT, NextToken }, { rule: { record } }) {
    const request = { token: NextToken, limit: Limit, invalidToken };
    const { items, token } = pageOf(request, record.targets, ({ Id }) => [Id]);
    return { Targets: [...items], NextToken: token };
  },
});
