/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFleetHistory.html */
import { ec2 } from '../ec2.ts';
import { resourceCheck } from '../resource/kind.ts';
import { fleetKind } from './fleet.ts';
import { historyPage } from './fleet-history.ts';
import { notForInstant } from './instant.ts';

export default ec2.operation('DescribeFleetHistory', {
  readOnly: true,
  async checks(context, input) {
    return { fleet: await resourceCheck(context, fleetKind, 'ec2:DescribeFleetHistory', input.FleetId) };
  },
  preconditions(_context, _input, { fleet: { record } }) {
    notForInstant(record, 'Describe fleet history');
  },
  async execute({ tx, nowMs }, input, { fleet: { record: fleet } }) {
    return { FleetId: fleet.id, ...(await historyPage(tx, fleet, input, nowMs)) };
  },
});
