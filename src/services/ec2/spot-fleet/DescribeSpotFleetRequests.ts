/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotFleetRequests.html */
import { describeResources } from '../describe/describe.ts';
import { ec2 } from '../ec2.ts';
import { type FleetRecord, fleetMembers } from '../fleet/fleet.ts';
import { accountCheck } from '../resource/kind.ts';
import { showSpotFleet } from './show-spot-fleet.ts';
import { spotFleetKind } from './spot-fleet.ts';

export default ec2.operation('DescribeSpotFleetRequests', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeSpotFleetRequests') }),
  async execute(context, input) {
    const { tx, account, region } = context;
    const members = await tx.list(fleetMembers, { prefix: [account, region] });
    const membersOfFleet = ({ id }: FleetRecord) => members.filter(({ fleetId }) => fleetId === id);
    const page = await describeResources(tx, context, {
      kind: spotFleetKind,
      ids: input.SpotFleetRequestIds,
      idsName: 'spotFleetRequestIds',
      filters: undefined,
      fields: {},
      page: input,
      limits: { min: 1, lenient: true },
    });
    return {
      SpotFleetRequestConfigs: page.items.map((fleet) => showSpotFleet(fleet, membersOfFleet(fleet))),
      NextToken: page.nextToken,
    };
  },
});
