/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RebootInstances.html. The volumes stay open, and KMS is not
 * asked (aws-facts B6.3).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { ec2 } from '../ec2.ts';
import { resourceChecks } from '../resource/kind.ts';
import { instanceKind } from './instance.ts';

export default ec2.operation('RebootInstances', {
  async checks(context, input) {
    return {
      instances: await resourceChecks(context, instanceKind, 'ec2:RebootInstances', input.InstanceIds),
    };
  },
  preconditions(_context, _input, { instances }) {
    for (const { record } of instances) {
      if (record.state === 'running' || record.state === 'pending') continue;
      throw new AwsError(
        'IncorrectInstanceState',
        `The instance '${record.id}' is not in a state from which it can be rebooted.`,
      );
    }
  },
  execute(context, _input, { instances }) {
    for (const { record } of instances) {
      context.schedule(rebootInstanceStep, { instanceId: record.id });
    }
    return {};
  },
});

const rebootInstanceStep = workflowRef<{ instanceId: string }>('ec2.instance.reboot');

export const rebootInstanceWorkflow = workflow(rebootInstanceStep, ec2, async (ctx, { instanceId }) => {
  await ctx.ports.instances.reboot(instanceId);
  return undefined;
});
