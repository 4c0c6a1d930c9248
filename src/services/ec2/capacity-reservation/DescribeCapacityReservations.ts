/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeCapacityReservations.html */
import { describeResources } from '../describe/describe.ts';
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import {
  capacityReservationFilters,
  capacityReservationKind,
  showReservations,
} from './capacity-reservation.ts';

export default ec2.operation('DescribeCapacityReservations', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeCapacityReservations') }),
  async execute(context, input) {
    const page = await describeResources(context.tx, context, {
      kind: capacityReservationKind,
      ids: input.CapacityReservationIds,
      idsName: 'capacityReservationIds',
      filters: input.Filters,
      fields: capacityReservationFilters,
      page: input,
      limits: { min: 1 },
    });
    return {
      CapacityReservations: await showReservations(context.tx, page.items),
      NextToken: page.nextToken,
    };
  },
});
