/**
 * Shows the index policy of a log group.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeIndexPolicies.html
 */
import { invalidToken } from '../errors.ts';
import { namedGroup } from '../group/group.ts';
import { anyResourceGroupCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';
import { indexPoliciesOf } from './index-policy.ts';

export default logs.operation('DescribeIndexPolicies', {
  readOnly: true,
  async checks(context, { logGroupIdentifiers: [logGroupIdentifier] }) {
    const name = namedGroup(context, { logGroupIdentifier });
    return { group: await anyResourceGroupCheck(context, 'DescribeIndexPolicies', name) };
  },
  execute(_context, { nextToken }, { group }) {
    // A group has one policy at most, so no answer gives a token.
    if (nextToken !== undefined) throw invalidToken();
    return { indexPolicies: [...indexPoliciesOf(group.record)] };
  },
});
