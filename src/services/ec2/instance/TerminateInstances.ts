/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import { resourceChecks } from '../resource/kind.ts';
import { changeState, instanceKind } from './instance.ts';
import { showState, userInitiated } from './instance-state.ts';
import { scheduleTermination } from './power-off-workflows.ts';

export default ec2.operation('TerminateInstances', {
  async checks(context, input) {
    return {
      instances: await resourceChecks(context, instanceKind, 'ec2:TerminateInstances', input.InstanceIds),
    };
  },
  preconditions(_context, _input, { instances }) {
    for (const { record } of instances) {
      if (!record.disableApiTermination || record.state === 'terminated') continue;
      throw new AwsError(
        'OperationNotPermitted',
        `The instance '${record.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
      );
    }
  },
  execute(context, _input, { instances }) {
    const delayMs = context.ports.delays.scaled(3000);
    return {
      TerminatingInstances: instances.map(({ record }) => {
        const isGoing = record.state === 'terminated' || record.state === 'shutting-down';
        // There is nothing to shut down of one that is stopped.
        const isStopped = record.state === 'stopped';
        const state = isGoing ? record.state : isStopped ? 'terminated' : 'shutting-down';
        if (!isGoing) {
          const going = changeState(context, record, { state, ...userInitiated(context.nowMs) });
          scheduleTermination(context, going, isStopped ? 0 : delayMs);
        }
        return {
          InstanceId: record.id,
          CurrentState: showState(state),
          PreviousState: showState(record.state),
        };
      }),
    };
  },
});
