/**
 * What an instance runs in from its next start on; a running one changes at once.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceCapacityReservationAttributes.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import { instanceKind, instances } from '../instance/instance.ts';
import { ownResourceCheck } from '../resource/kind.ts';
import { reservationChoice, reservationFor, wantedOf } from './launch-reservation.ts';

const ACTION = 'ec2:ModifyInstanceCapacityReservationAttributes';

export default ec2.operation('ModifyInstanceCapacityReservationAttributes', {
  unserved: [
    'CapacityReservationSpecification.CapacityReservationTarget.CapacityReservationResourceGroupArn',
  ],
  async checks(context, input) {
    reservationChoice(input.CapacityReservationSpecification);
    return { instance: await ownResourceCheck(context, instanceKind, ACTION, input.InstanceId) };
  },
  preconditions(_context, _input, { instance: { record } }) {
    if (record.state === 'running' || record.state === 'stopped') return;
    throw new AwsError(
      'IncorrectInstanceState',
      `The instance '${record.id}' is not in the 'running' or 'stopped' state.`,
    );
  },
  async execute({ tx }, input, { instance: { record } }) {
    const choice = reservationChoice(input.CapacityReservationSpecification);
    // It leaves the one that it is in first, which may be the one that it wants.
    const changed = { ...record, reservationChoice: choice, capacityReservationId: undefined };
    tx.put(instances, changed);
    if (record.state === 'running') {
      tx.put(instances, {
        ...changed,
        capacityReservationId: await reservationFor(tx, wantedOf(record), choice),
      });
    }
    return { Return: true };
  },
});
