/** Ends an instance that its group has given up: ec2:TerminateInstances as the group's service-linked role. */
import type { AwsError } from '../../../aws/aws-error.ts';
import type { Call } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { changeActivity } from '../activity/activity.ts';
import { autoscaling } from '../autoscaling.ts';
import { findGroup } from '../group/group.ts';
import { asServiceRole } from '../service-role/service-role.ts';
import { findInstance } from './instance.ts';
import { refusalOf } from './refusal.ts';
import { type InstanceStep, TERMINATE, WATCH } from './steps.ts';
import { failTermination } from './transition.ts';

export const terminateInstance = workflow<InstanceStep>(
  autoscaling,
  TERMINATE,
  async (ctx, { instanceId }) => {
    const instance = await ctx.read((tx) => findInstance(tx, ctx, instanceId));
    const group = instance && (await ctx.read((tx) => findGroup(tx, ctx, instance.groupName)));
    if (!group || !instance.state.startsWith('Terminating')) return undefined;
    const refusal = await terminate(await asServiceRole(ctx, group.serviceRoleArn), instanceId);
    return async (context) => {
      const current = await findInstance(context.tx, context, instanceId);
      const owner = current && (await findGroup(context.tx, context, current.groupName));
      if (!owner) return;
      if (refusal) {
        const { message: statusMessage, eventId: refusedEventId } = refusal;
        return failTermination(context, owner, current, { statusMessage, refusedEventId });
      }
      await changeActivity(context, current.activityId, { progress: 60 });
      // It may be gone already, and EC2 would tell no more of it.
      context.schedule(WATCH, 0, { instanceId });
    };
  },
);

/**
 * A group's instances are ended whatever `disableApiTermination` says
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html).
 */
async function terminate(call: Call, instanceId: string): Promise<AwsError | undefined> {
  const end = () => refusalOf(call('ec2', 'TerminateInstances', { InstanceIds: [instanceId] }));
  const refusal = await end();
  if (refusal?.code === 'InvalidInstanceID.NotFound') return undefined;
  if (refusal?.code !== 'OperationNotPermitted') return refusal;
  const attribute = { InstanceId: instanceId, DisableApiTermination: { Value: false } };
  return (await refusalOf(call('ec2', 'ModifyInstanceAttribute', attribute))) ?? end();
}
