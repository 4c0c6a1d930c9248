/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnetCidrReservation.html */
import { ec2 } from '../../ec2.ts';
import { accountCheck, requireResource } from '../../resource/kind.ts';
import { showReservation, subnetCidrReservationKind } from './subnet-cidr-reservation.ts';

export default ec2.operation('DeleteSubnetCidrReservation', {
  checks: (context) => ({ account: accountCheck(context, 'ec2:DeleteSubnetCidrReservation') }),
  async preconditions(context, { SubnetCidrReservationId: id }) {
    await requireResource(context.tx, subnetCidrReservationKind, context, id);
  },
  async execute(context, { SubnetCidrReservationId: id }) {
    const record = await requireResource(context.tx, subnetCidrReservationKind, context, id);
    await subnetCidrReservationKind.records.remove(context.tx, record);
    return { DeletedSubnetCidrReservation: showReservation(record) };
  },
});
