/** Ends an instance that its group has given up: ec2:TerminateInstances as the group's service-linked role. */
import type { AwsError } from '../../../aws/aws-error.ts';
import type { Call } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { changeActivity } from '../activity/activity.ts';
import { autoscaling } from '../autoscaling.ts';
import { asServiceRole } from '../service-role/service-role.ts';
import { isLeaving } from './instance.ts';
import { failTermination } from './lifecycle.ts';
import { findMember, type Member } from './member.ts';
import { refusalOf } from './refusal.ts';
import { terminateStep, watchStep } from './steps.ts';

export const terminateWorkflow = workflow(terminateStep, autoscaling, async (ctx, { instanceId }) => {
  const member = await ctx.read((tx) => findMember(tx, ctx, instanceId));
  if (!isGoing(member)) return undefined;
  const refusal = await terminate(await asServiceRole(ctx, member.group.serviceRoleArn), instanceId);
  return async (context) => {
    const current = await findMember(context.tx, context, instanceId);
    if (!isGoing(current)) return;
    const { group, instance } = current;
    if (refusal) {
      const { message: statusMessage, eventId: refusedEventId } = refusal;
      return failTermination(context, group, instance, { statusMessage, refusedEventId });
    }
    await changeActivity(context, instance.activityId, { progress: 60 });
    // It may be gone already, and EC2 would emit no further event.
    context.schedule(watchStep, { instanceId });
  };
});

const isGoing = (member: Member | undefined): member is Member =>
  member !== undefined && isLeaving(member.instance);

/**
 * A group's instances are ended whatever their protection from termination and from being stopped says
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html).
 */
async function terminate(call: Call, instanceId: string): Promise<AwsError | undefined> {
  const end = () => refusalOf(call('ec2', 'TerminateInstances', { InstanceIds: [instanceId] }));
  const refusal = await end();
  if (refusal?.code === 'InvalidInstanceID.NotFound') return undefined;
  if (refusal?.code !== 'OperationNotPermitted') return refusal;
  for (const attribute of ['DisableApiTermination', 'DisableApiStop'] as const) {
    const unprotected = { InstanceId: instanceId, [attribute]: { Value: false } };
    const refused = await refusalOf(call('ec2', 'ModifyInstanceAttribute', unprotected));
    if (refused) return refused;
  }
  return end();
}
