/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingInstances.html */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { autoscaling } from '../autoscaling.ts';
import { pageOf } from '../page.ts';
import { instances, showInstance } from './instance.ts';

/** Spelled in capitals here, and in DescribeAutoScalingGroups as `Healthy`. */
const HEALTH = { Healthy: 'HEALTHY', Unhealthy: 'UNHEALTHY' } as const;

const MAX_RECORDS = 50;

export default autoscaling.operation('DescribeAutoScalingInstances', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'autoscaling:DescribeAutoScalingInstances') }),
  async execute({ tx, account, region }, input) {
    const { InstanceIds: ids } = input;
    const all = await tx.list(instances, { prefix: [account, region] });
    const found = ids?.length ? all.filter(({ instanceId }) => ids.includes(instanceId)) : all;
    const { items, NextToken } = pageOf(found, ({ instanceId }) => [instanceId], input, { max: MAX_RECORDS });
    return {
      AutoScalingInstances: items.map((instance) => ({
        ...showInstance(instance),
        AutoScalingGroupName: instance.groupName,
        HealthStatus: HEALTH[instance.health],
      })),
      NextToken,
    };
  },
});
