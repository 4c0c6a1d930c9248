/**
 * Lists the rules of a bus that have a target.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRuleNamesByTarget.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { pageOf } from '../../../service-kit/page.ts';
import { busPlace } from '../bus/bus.ts';
import { invalidToken } from '../errors.ts';
import { events } from '../events.ts';
import { rules } from './rule.ts';

const DEFAULT_LIMIT = 100;

export default events.operation('ListRuleNamesByTarget', {
  readOnly: true,
  checks: (context) => ({ rules: accountCheck(context, 'events:ListRuleNamesByTarget') }),
  async execute(context, { TargetArn, EventBusName, Limit = DEFAULT_LIMIT, NextToken }) {
    const { account, region } = context;
    const { name: bus } = busPlace(context, EventBusName);
    const found = await context.tx.find(rules, 'target', { prefix: [account, region, bus, TargetArn] });
    const { items, token } = pageOf({ token: NextToken, limit: Limit, invalidToken }, found, rules.key);
    return { RuleNames: items.map(({ name }) => name), NextToken: token };
  },
});
