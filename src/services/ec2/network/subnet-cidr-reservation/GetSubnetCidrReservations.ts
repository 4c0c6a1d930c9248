/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetSubnetCidrReservations.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck, requireResource } from '../../resource/kind.ts';
import { subnetKind } from '../subnet/subnet.ts';
import {
  isIpv4,
  reservationFilters,
  showReservation,
  subnetCidrReservationKind,
} from './subnet-cidr-reservation.ts';

export default ec2.operation('GetSubnetCidrReservations', {
  readOnly: true,
  checks: (context) => ({ get: accountCheck(context, 'ec2:GetSubnetCidrReservations') }),
  async preconditions(context, { SubnetId }) {
    await requireResource(context.tx, subnetKind, context, SubnetId);
  },
  async execute(context, input) {
    const page = await describeResources(context.tx, context, {
      kind: subnetCidrReservationKind,
      ids: undefined,
      idsName: 'subnetCidrReservationIds',
      filters: input.Filters,
      fields: reservationFilters,
      page: input,
      also: ({ subnetId }) => subnetId === input.SubnetId,
    });
    return {
      SubnetIpv4CidrReservations: page.items.filter(isIpv4).map(showReservation),
      SubnetIpv6CidrReservations: page.items.filter((each) => !isIpv4(each)).map(showReservation),
      NextToken: page.nextToken,
    };
  },
});
