/** The running instances of a fleet (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFleetInstances.html). */
import { filtersTest } from '../describe/filter.ts';
import { pageOf } from '../describe/page.ts';
import { ec2 } from '../ec2.ts';
import { resourceCheck } from '../resource/kind.ts';
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
  async execute({ tx, ports }, input, { fleet: { record: fleet } }) {
    const matches = filtersTest<FleetMemberRecord>(input.Filters, {
      'instance-type': ({ instanceType }) => instanceType,
    });
    const members = (await membersOf(tx, fleet)).filter((member) => !member.isLeaving && matches(member));
    const page = pageOf(members, ({ instanceId }) => instanceId, input, { min: 1, lenient: true });
    const ActiveInstances = page.items.map(({ instanceId, instanceType, spotRequestId }) => ({
      InstanceId: instanceId,
      InstanceType: instanceType,
      SpotInstanceRequestId: spotRequestId,
      // What has not been seen to be impaired is healthy, while it starts and once it is stopped too.
      InstanceHealth: ports.instances.health(instanceId) === 'impaired' ? 'unhealthy' : 'healthy',
    }));
    return { FleetId: fleet.id, ActiveInstances, NextToken: page.nextToken };
  },
});
