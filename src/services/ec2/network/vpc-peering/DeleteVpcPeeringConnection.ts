/**
 * By either owner once it is active, before that by the requester's.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcPeeringConnection.html
 */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { endPeering } from './end-peering.ts';
import { isSideOf, requireTransition, vpcPeeringKind } from './vpc-peering.ts';

export default ec2.operation('DeleteVpcPeeringConnection', {
  async checks(context, { VpcPeeringConnectionId: id }) {
    const action = 'ec2:DeleteVpcPeeringConnection';
    return { peering: await ownResourceCheck(context, vpcPeeringKind, action, id) };
  },
  preconditions(context, _input, { peering: { record: peering } }) {
    requireTransition(peering, 'deleted', ['active', 'pending-acceptance']);
    if (peering.status.code === 'active' || isSideOf(context, peering.requester)) return;
    throw new AwsError(
      'OperationNotPermitted',
      `User ${context.account} cannot delete peering ${peering.id} before it is active`,
    );
  },
  async execute(context, _input, { peering: { record: peering } }) {
    await endPeering(context, peering);
    return { Return: true };
  },
});
