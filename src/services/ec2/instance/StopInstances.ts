/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import { resourceChecks } from '../resource/kind.ts';
import { requireStoppable } from '../spot/spot-instance.ts';
import { changeState, instanceKind } from './instance.ts';
import { requireState, showState, userHibernated, userInitiated } from './instance-state.ts';
import { stopInstanceStep } from './power-off-workflows.ts';

export default ec2.operation('StopInstances', {
  async checks(context, input) {
    return { instances: await resourceChecks(context, instanceKind, 'ec2:StopInstances', input.InstanceIds) };
  },
  async preconditions(context, input, { instances }) {
    for (const { record } of instances) {
      requireState(record, ['running', 'stopping', 'stopped'], 'stopped');
      await requireStoppable(context.tx, context, record);
      if (input.Hibernate && !record.options?.hibernation) {
        throw new AwsError(
          'UnsupportedHibernationConfiguration',
          `The instance '${record.id}' is not configured for hibernation.`,
        );
      }
      if (!record.disableApiStop) continue;
      throw new AwsError(
        'OperationNotPermitted',
        `The instance '${record.id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.`,
      );
    }
  },
  execute(context, { Hibernate: hibernates }, { instances }) {
    const delayMs = context.ports.delays.scaled(3000);
    return {
      StoppingInstances: instances.map(({ record }) => {
        const isStopping = record.state === 'running';
        if (isStopping) {
          const why = hibernates ? userHibernated(context.nowMs) : userInitiated(context.nowMs);
          changeState(context, record, { state: 'stopping', ...why });
          context.schedule(stopInstanceStep, { instanceId: record.id }, { delayMs });
        }
        return {
          InstanceId: record.id,
          CurrentState: showState(isStopping ? 'stopping' : record.state),
          PreviousState: showState(record.state),
        };
      }),
    };
  },
});
