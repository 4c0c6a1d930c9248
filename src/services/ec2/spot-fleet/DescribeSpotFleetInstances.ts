/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotFleetInstances.html */
import { ec2 } from '../ec2.ts';
import { activeInstances } from '../fleet/active-instances.ts';
import { membersOf } from '../fleet/fleet.ts';
import { resourceCheck } from '../resource/kind.ts';
import { spotFleetKind } from './spot-fleet.ts';

const ACTION = 'ec2:DescribeSpotFleetInstances';

export default ec2.operation('DescribeSpotFleetInstances', {
  readOnly: true,
  async checks(context, input) {
    return { fleet: await resourceCheck(context, spotFleetKind, ACTION, input.SpotFleetRequestId) };
  },
  async execute(context, input, { fleet: { record: fleet } }) {
    const members = await membersOf(context.tx, fleet);
    return { SpotFleetRequestId: fleet.id, ...activeInstances(context, members, input) };
  },
});
