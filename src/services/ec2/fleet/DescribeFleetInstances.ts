/** The running instances of a fleet (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFleetInstances.html). */
import { filtersTest } from '../describe/filter.ts';
import { ec2 } from '../ec2.ts';
import { resourceCheck } from '../resource/kind.ts';
import { activeInstances } from './active-instances.ts';
import { type FleetMemberRecord, fleetKind, membersOf } from './fleet.ts';
import { notForInstant } from './instant.ts';

export default ec2.operation('DescribeFleetInstances', {
  readOnly: true,
  async checks(context, input) {
    return { fleet: await resourceCheck(context, fleetKind, 'ec2:DescribeFleetInstances', input.FleetId) };
  },
  preconditions(_context, _input, { fleet: { record } }) {
    notForInstant(record, 'Describe fleet instances');
  },
  async execute(context, input, { fleet: { record: fleet } }) {
    const matches = filtersTest<FleetMemberRecord>(input.Filters, {
      'instance-type': ({ instanceType }) => instanceType,
    });
    const members = (await membersOf(context.tx, fleet)).filter(matches);
    return { FleetId: fleet.id, ...activeInstances(context, members, input) };
  },
});
