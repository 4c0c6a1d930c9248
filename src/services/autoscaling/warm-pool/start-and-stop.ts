/**
 * Instances of a warm pool are stopped as they enter it and started as they leave it, by EC2 as the group's service-linked
 * role: so KMS is asked again, as that role, each time one of them comes into service.
 */
import { workflow } from '../../../invoke/workflow.ts';
import { autoscaling } from '../autoscaling.ts';
import { instances } from '../instance/instance.ts';
import { loseLaunch } from '../instance/lifecycle.ts';
import { findMember } from '../instance/member.ts';
import { refusalOf } from '../instance/refusal.ts';
import { startStep, stopStep, watchStep } from '../instance/steps.ts';
import { asServiceRole } from '../service-role/service-role.ts';

export const startWorkflow = workflow(startStep, autoscaling, async (ctx, { instanceId }) => {
  const member = await ctx.read((tx) => findMember(tx, ctx, instanceId));
  if (!member?.instance.isStarting) return undefined;
  const call = await asServiceRole(ctx, member.group.serviceRoleArn);
  const refusal = await refusalOf(call('ec2', 'StartInstances', { InstanceIds: [instanceId] }));
  return async (context) => {
    const current = await findMember(context.tx, context, instanceId);
    if (!current?.instance.isStarting) return;
    const started = { ...current.instance, isStarting: undefined };
    context.tx.put(instances, started);
    if (refusal) {
      const { message, eventId: refusedEventId } = refusal;
      return loseLaunch(context, current.group, started, message, { refusedEventId });
    }
    context.schedule(watchStep, { instanceId });
  };
});

export const stopWorkflow = workflow(stopStep, autoscaling, async (ctx, { instanceId }) => {
  const member = await ctx.read((tx) => findMember(tx, ctx, instanceId));
  if (member?.instance.state !== 'Warmed:Pending:Proceed') return undefined;
  const call = await asServiceRole(ctx, member.group.serviceRoleArn);
  const refusal = await refusalOf(call('ec2', 'StopInstances', { InstanceIds: [instanceId] }));
  return async (context) => {
    const current = await findMember(context.tx, context, instanceId);
    if (current?.instance.state !== 'Warmed:Pending:Proceed') return;
    if (refusal) {
      const { message, eventId: refusedEventId } = refusal;
      return loseLaunch(context, current.group, current.instance, message, { refusedEventId });
    }
    context.schedule(watchStep, { instanceId });
  };
});
