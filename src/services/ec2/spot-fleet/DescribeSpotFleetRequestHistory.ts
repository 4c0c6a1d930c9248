/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotFleetRequestHistory.html */
import { ec2 } from '../ec2.ts';
import { historyPage } from '../fleet/fleet-history.ts';
import { resourceCheck } from '../resource/kind.ts';
import { spotFleetKind } from './spot-fleet.ts';

const ACTION = 'ec2:DescribeSpotFleetRequestHistory';

export default ec2.operation('DescribeSpotFleetRequestHistory', {
  readOnly: true,
  async checks(context, input) {
    return { fleet: await resourceCheck(context, spotFleetKind, ACTION, input.SpotFleetRequestId) };
  },
  async execute({ tx, nowMs }, input, { fleet: { record: fleet } }) {
    return { SpotFleetRequestId: fleet.id, ...(await historyPage(tx, fleet, input, nowMs)) };
  },
});
