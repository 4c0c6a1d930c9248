/** Running instances that join or leave a group: the tag that names their group is AWS's own, so Auto Scaling sets it. */
import { workflow } from '../../../invoke/workflow.ts';
import { endActivity } from '../activity/activity.ts';
import { autoscaling } from '../autoscaling.ts';
import { requestReconcile } from '../group/request-reconcile.ts';
import { asServiceRole } from '../service-role/service-role.ts';
import { instances } from './instance.ts';
import { GROUP_TAG } from './launch-request.ts';
import { findMember } from './member.ts';
import { refusalOf } from './refusal.ts';
import { joinStep, leaveStep, standByStep, watchStep } from './steps.ts';

export const joinWorkflow = workflow(joinStep, autoscaling, async (ctx, { instanceId }) => {
  const member = await ctx.read((tx) => findMember(tx, ctx, instanceId));
  if (!member) return undefined;
  const call = await asServiceRole(ctx, member.group.serviceRoleArn);
  const Tags = [{ Key: GROUP_TAG, Value: member.group.name }];
  // An instance that is gone by now is found out by watching it.
  await refusalOf(call('ec2', 'CreateTags', { Resources: [instanceId], Tags }));
  return async (context) => context.schedule(watchStep, { instanceId });
});

export const leaveWorkflow = workflow(leaveStep, autoscaling, async (ctx, { instanceId }) => {
  const member = await ctx.read((tx) => findMember(tx, ctx, instanceId));
  if (member?.instance.state !== 'Detaching') return undefined;
  const call = await asServiceRole(ctx, member.group.serviceRoleArn);
  await refusalOf(call('ec2', 'DeleteTags', { Resources: [instanceId], Tags: [{ Key: GROUP_TAG }] }));
  return async (context) => {
    const current = await findMember(context.tx, context, instanceId);
    if (current?.instance.state !== 'Detaching') return;
    context.tx.delete(instances, [context.account, context.region, instanceId]);
    await endActivity(context, current.instance.activityId, { status: 'Successful' });
    requestReconcile(context, current.group);
  };
});

export const standByWorkflow = workflow(standByStep, autoscaling, async (_ctx, { instanceId }) => {
  return async (context) => {
    const member = await findMember(context.tx, context, instanceId);
    if (member?.instance.state !== 'EnteringStandby') return;
    const { group, instance } = member;
    context.tx.put(instances, { ...instance, state: 'Standby', activityId: undefined });
    await endActivity(context, instance.activityId, { status: 'Successful' });
    requestReconcile(context, group);
  };
});
