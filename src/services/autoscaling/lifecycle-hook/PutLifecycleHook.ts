/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html */
import { autoscaling } from '../autoscaling.ts';
import { groupCheck } from '../group/group.ts';
import { findHook, hooks, hooksOf, requestedHook, requireHookLimit } from './lifecycle-hook.ts';

export default autoscaling.operation('PutLifecycleHook', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'PutLifecycleHook', input.AutoScalingGroupName),
  }),
  async execute({ tx }, input, { group: { record: group } }) {
    const before = await findHook(tx, group, input.LifecycleHookName);
    if (!before) requireHookLimit((await hooksOf(tx, group)).length + 1);
    tx.put(hooks, requestedHook(group, input, before));
    return {};
  },
});
