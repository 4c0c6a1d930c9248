/** Newest first. https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeInstanceRefreshes.html */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { autoscaling } from '../autoscaling.ts';
import { findGroup, groupNotFound } from '../group/group.ts';
import { pageOf } from '../page.ts';
import { refreshes, refreshesOf, showRefresh } from './instance-refresh.ts';

export default autoscaling.operation('DescribeInstanceRefreshes', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'autoscaling:DescribeInstanceRefreshes') }),
  async execute(context, input) {
    const { AutoScalingGroupName: name, InstanceRefreshIds: ids } = input;
    const group = await findGroup(context.tx, context, name);
    if (!group) throw groupNotFound(name);
    const found = (await refreshesOf(context.tx, group)).filter(({ id }) => !ids?.length || ids.includes(id));
    const { items, NextToken } = pageOf(found, refreshes.key, input, { reverse: true });
    return { InstanceRefreshes: items.map(showRefresh), NextToken };
  },
});
