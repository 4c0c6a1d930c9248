/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html */
import { autoscaling } from '../autoscaling.ts';
import { groupCheck } from '../group/group.ts';
import { passHookRoleCheck, requestedTarget, requireTarget } from './hook-target.ts';
import { findHook, hooks, hooksOf, requestedHook, requireHookLimit } from './lifecycle-hook.ts';

export default autoscaling.operation('PutLifecycleHook', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'PutLifecycleHook', input.AutoScalingGroupName),
    passRole: passHookRoleCheck(input),
  }),
  async preconditions({ tx }, input, { group: { record: group } }) {
    const before = await findHook(tx, group, input.LifecycleHookName);
    if (!before) requireHookLimit((await hooksOf(tx, group)).length + 1);
    requestedHook(group, input, before);
  },
  async calls(ctx, input, { group: { record: group } }) {
    const { NotificationTargetARN: target, RoleARN: role } = input;
    if (target === undefined && role === undefined) return;
    const before = await ctx.read((tx) => findHook(tx, group, input.LifecycleHookName));
    await requireTarget(ctx, requestedTarget(group, input, before?.target));
  },
  async execute({ tx }, input, { group: { record: group } }) {
    const before = await findHook(tx, group, input.LifecycleHookName);
    tx.put(hooks, requestedHook(group, input, before));
    return {};
  },
});
