/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CancelCapacityReservation.html */
import { ec2 } from '../ec2.ts';
import { ownResourceCheck } from '../resource/kind.ts';
import { capacityReservationKind, requireActive } from './capacity-reservation.ts';
import { endReservation } from './end-reservation.ts';

export default ec2.operation('CancelCapacityReservation', {
  unserved: ['ApplyCancellationCharges', 'QuoteId'],
  async checks(context, { CapacityReservationId: id }) {
    const action = 'ec2:CancelCapacityReservation';
    return { reservation: await ownResourceCheck(context, capacityReservationKind, action, id) };
  },
  preconditions: (_context, _input, { reservation }) => requireActive(reservation.record),
  async execute(context, _input, { reservation: { record } }) {
    await endReservation(context, record, 'cancelled');
    return { Return: true };
  },
});
