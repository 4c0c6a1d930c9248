/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeLifecycleHooks.html */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { autoscaling } from '../autoscaling.ts';
import { findGroup, groupNotFound } from '../group/group.ts';
import { hooksOf, showHook } from './lifecycle-hook.ts';

export default autoscaling.operation('DescribeLifecycleHooks', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'autoscaling:DescribeLifecycleHooks') }),
  async execute(context, { AutoScalingGroupName: groupName, LifecycleHookNames: names }) {
    const group = await findGroup(context.tx, context, groupName);
    if (!group) throw groupNotFound(groupName);
    const found = (await hooksOf(context.tx, group)).filter(
      ({ name }) => !names || names.length === 0 || names.includes(name),
    );
    return { LifecycleHooks: found.map(showHook) };
  },
});
