/**
 * Lists the account's policies of a kind.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeAccountPolicies.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { pageOf } from '../../../service-kit/page.ts';
import { invalidToken, notServed } from '../errors.ts';
import { logs } from '../logs.ts';
import { accountPolicies, showAccountPolicy } from './account-policy.ts';

const PAGE_SIZE = 50;

export default logs.operation('DescribeAccountPolicies', {
  readOnly: true,
  checks: (context) => ({ policies: accountCheck(context, 'logs:DescribeAccountPolicies') }),
  async execute({ tx, account, region }, input) {
    if (input.accountIdentifiers?.some((each) => each !== account)) throw notServed('linked accounts');
    const all = await tx.list(accountPolicies, { prefix: [account, region, input.policyType] });
    const found = all.filter(({ name }) => (input.policyName ?? name) === name);
    const request = { token: input.nextToken, limit: PAGE_SIZE, invalidToken };
    const { items, token } = pageOf(request, found, ({ name }) => [name]);
    return { accountPolicies: items.map(showAccountPolicy), nextToken: token };
  },
});
