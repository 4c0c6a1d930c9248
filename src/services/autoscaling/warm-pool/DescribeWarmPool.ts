/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeWarmPool.html */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { autoscaling } from '../autoscaling.ts';
import { findGroup, groupName, groupNotFound } from '../group/group.ts';
import { showInstance } from '../instance/instance.ts';
import { pageOf } from '../page.ts';
import { showPool, warmInstancesOf } from './warm-pool.ts';

const MAX_RECORDS = 50;

export default autoscaling.operation('DescribeWarmPool', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'autoscaling:DescribeWarmPool') }),
  async execute(context, input) {
    const name = groupName(input.AutoScalingGroupName);
    const group = await findGroup(context.tx, context, name);
    if (!group) throw groupNotFound(name);
    const warm = await warmInstancesOf(context.tx, group);
    const { items, NextToken } = pageOf(warm, ({ instanceId }) => [instanceId], input, { max: MAX_RECORDS });
    return {
      WarmPoolConfiguration: group.warmPool && showPool(group.warmPool),
      Instances: items.map(showInstance),
      NextToken,
    };
  },
});
