/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFleets.html */
import { describeResources } from '../describe/describe.ts';
import { ec2 } from '../ec2.ts';
import { accountCheck, listResources } from '../resource/kind.ts';
import { type FleetRecord, fleetFilters, fleetKind, fleetMembers, showFleet } from './fleet.ts';

export default ec2.operation('DescribeFleets', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeFleets') }),
  async execute(context, input) {
    const { tx, account, region } = context;
    const members = await tx.list(fleetMembers, { prefix: [account, region] });
    const membersOfFleet = ({ id }: FleetRecord) => members.filter(({ fleetId }) => fleetId === id);
    const page = await describeResources(tx, context, {
      kind: fleetKind,
      ids: input.FleetIds,
      idsName: 'fleetIds',
      filters: input.Filters,
      fields: fleetFilters(membersOfFleet),
      // Instant fleets are shown only to whoever names them (aws-facts I20).
      list: async () =>
        (await listResources(tx, fleetKind, context)).filter(({ type }) => type !== 'instant'),
      page: input,
      limits: { min: 1, lenient: true },
    });
    const Fleets = page.items.map((fleet) => showFleet(fleet, membersOfFleet(fleet)));
    return { Fleets, NextToken: page.nextToken };
  },
});
