/**
 * Lists the rules of a bus, by name.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { readPage } from '../../../service-kit/page.ts';
import { busPlace, findBus } from '../bus/bus.ts';
import { requireOwnRead } from '../encryption/rule-configuration.ts';
import { invalidToken, noBus } from '../errors.ts';
import { events } from '../events.ts';
import { ruleEntry, rules } from './rule.ts';

const DEFAULT_LIMIT = 100;

export default events.operation('ListRules', {
  readOnly: true,
  checks: (context) => ({ rules: accountCheck(context, 'events:ListRules') }),
  calls: (ctx, { EventBusName }) => requireOwnRead(ctx, EventBusName),
  async execute(context, { EventBusName, NamePrefix = '', Limit = DEFAULT_LIMIT, NextToken }) {
    const { tx } = context;
    const { account, region, name } = busPlace(context, EventBusName);
    const bus = account === context.account && (await findBus(tx, { account, region, name }));
    if (!bus) throw noBus(name);
    const { items, token } = await readPage(
      { token: NextToken, limit: Limit, invalidToken },
      async ({ after, limit }) => {
        const found = await tx.list(rules, { prefix: [account, region, name], after });
        return found.filter((rule) => rule.name.startsWith(NamePrefix)).slice(0, limit);
      },
      rules.key,
    );
    return { Rules: items.map(ruleEntry), NextToken: token };
  },
});
