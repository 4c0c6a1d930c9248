/** Instances that come and go alive: the tag that tells their group is AWS's own, and so is the work of setting it. */
import { workflow } from '../../../invoke/workflow.ts';
import { endActivity } from '../activity/activity.ts';
import { autoscaling } from '../autoscaling.ts';
import { findGroup } from '../group/group.ts';
import { wake } from '../group/wake.ts';
import { asServiceRole } from '../service-role/service-role.ts';
import { findInstance, instances } from './instance.ts';
import { GROUP_TAG } from './launch-request.ts';
import { refusalOf } from './refusal.ts';
import { type InstanceStep, JOIN, LEAVE, STAND_BY, WATCH } from './steps.ts';

export const joinGroup = workflow<InstanceStep>(autoscaling, JOIN, async (ctx, { instanceId }) => {
  const instance = await ctx.read((tx) => findInstance(tx, ctx, instanceId));
  const group = instance && (await ctx.read((tx) => findGroup(tx, ctx, instance.groupName)));
  if (!group) return undefined;
  const call = await asServiceRole(ctx, group.serviceRoleArn);
  const Tags = [{ Key: GROUP_TAG, Value: group.name }];
  // An instance that is gone by now is found out by watching it.
  await refusalOf(call('ec2', 'CreateTags', { Resources: [instanceId], Tags }));
  return async (context) => context.schedule(WATCH, 0, { instanceId });
});

export const leaveGroup = workflow<InstanceStep>(autoscaling, LEAVE, async (ctx, { instanceId }) => {
  const instance = await ctx.read((tx) => findInstance(tx, ctx, instanceId));
  const group = instance && (await ctx.read((tx) => findGroup(tx, ctx, instance.groupName)));
  if (!group || instance.state !== 'Detaching') return undefined;
  const call = await asServiceRole(ctx, group.serviceRoleArn);
  await refusalOf(call('ec2', 'DeleteTags', { Resources: [instanceId], Tags: [{ Key: GROUP_TAG }] }));
  return async (context) => {
    context.tx.delete(instances, [context.account, context.region, instanceId]);
    await endActivity(context, instance.activityId, { status: 'Successful' });
    const owner = await findGroup(context.tx, context, instance.groupName);
    if (owner) wake(context, owner);
  };
});

export const standBy = workflow<InstanceStep>(autoscaling, STAND_BY, async (_ctx, { instanceId }) => {
  return async (context) => {
    const instance = await findInstance(context.tx, context, instanceId);
    if (instance?.state !== 'EnteringStandby') return;
    context.tx.put(instances, { ...instance, state: 'Standby', activityId: undefined });
    await endActivity(context, instance.activityId, { status: 'Successful' });
    const group = await findGroup(context.tx, context, instance.groupName);
    if (group) wake(context, group);
  };
});
