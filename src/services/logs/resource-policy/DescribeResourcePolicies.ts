/**
 * Lists the resource policies of the account, or those of log groups.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeResourcePolicies.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { pageOf } from '../../../service-kit/page.ts';
import { invalidToken } from '../errors.ts';
import { logs } from '../logs.ts';
import { requireGroup } from './policy-request.ts';
import { policyEntry, resourcePolicies } from './resource-policy.ts';

const DEFAULT_LIMIT = 50;

export default logs.operation('DescribeResourcePolicies', {
  readOnly: true,
  checks: (context) => ({ policies: accountCheck(context, 'logs:DescribeResourcePolicies') }),
  async execute(context, input) {
    const { tx, account, region } = context;
    const { resourceArn, policyScope = resourceArn === undefined ? 'ACCOUNT' : 'RESOURCE' } = input;
    const groupName = resourceArn === undefined ? undefined : requireGroup(context, resourceArn);
    const all = await tx.list(resourcePolicies, { prefix: [account, region] });
    const found = all.filter(
      (policy) =>
        !policy.missing &&
        (policy.groupName === '') === (policyScope === 'ACCOUNT') &&
        (groupName === undefined || policy.groupName === groupName),
    );
    const request = { token: input.nextToken, limit: input.limit ?? DEFAULT_LIMIT, invalidToken };
    const { items, token } = pageOf(request, found, resourcePolicies.key);
    return { resourcePolicies: items.map(policyEntry), nextToken: token };
  },
});
