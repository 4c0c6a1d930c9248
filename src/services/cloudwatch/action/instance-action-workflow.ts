/**
 * Stops, terminates, reboots or recovers the instance of an alarm, as the service-linked role that is there for it
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/UsingAlarmActions.html). There is no other hardware to
 * recover an instance on: it is rebooted.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Call, WorkflowContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { findAlarm } from '../alarm/alarm.ts';
import { cloudwatch } from '../cloudwatch.ts';
import { INSTANCE_ACTION_SERVICE, type InstanceVerb, instanceActionRole } from './alarm-action.ts';
import { instanceActionStep } from './instance-action-step.ts';
import { recordAction } from './perform-actions.ts';

const SESSION_NAME = 'CloudWatchAlarms';

const VERBS: Readonly<Record<InstanceVerb, (call: Call, ids: string[]) => Promise<unknown>>> = {
  stop: (call, InstanceIds) => call('ec2', 'StopInstances', { InstanceIds }),
  terminate: (call, InstanceIds) => call('ec2', 'TerminateInstances', { InstanceIds }),
  reboot: (call, InstanceIds) => call('ec2', 'RebootInstances', { InstanceIds }),
  recover: (call, InstanceIds) => call('ec2', 'RebootInstances', { InstanceIds }),
};

export const instanceActionWorkflow = workflow(instanceActionStep, cloudwatch, async (ctx, step) => {
  const failure = await act(ctx, step.verb, step.instanceId);
  return async (context) => {
    const alarm = await findAlarm(context.tx, ctx, step.alarmName);
    if (alarm) await recordAction(context, alarm, step.arn, failure);
  };
});

/** Why it was refused; undefined where it was not. */
async function act(
  ctx: WorkflowContext,
  verb: InstanceVerb,
  instanceId: string,
): Promise<string | undefined> {
  try {
    const { call } = await ctx.asRole({
      roleArn: instanceActionRole(ctx.account),
      sessionName: SESSION_NAME,
      service: INSTANCE_ACTION_SERVICE,
    });
    await VERBS[verb](call, [instanceId]);
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error.message;
    throw error;
  }
}
