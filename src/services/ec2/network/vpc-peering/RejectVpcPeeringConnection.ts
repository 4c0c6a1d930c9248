/** By the owner of the accepter VPC: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RejectVpcPeeringConnection.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { changePeering, isSideOf, requireTransition, vpcPeeringKind } from './vpc-peering.ts';
import { scheduleForgetting, shorterFor } from './vpc-peering-steps.ts';

export default ec2.operation('RejectVpcPeeringConnection', {
  async checks(context, { VpcPeeringConnectionId: id }) {
    const action = 'ec2:RejectVpcPeeringConnection';
    return { peering: await ownResourceCheck(context, vpcPeeringKind, action, id) };
  },
  preconditions(context, _input, { peering: { record: peering } }) {
    requireTransition(peering, 'rejected', ['pending-acceptance']);
    if (isSideOf(context, peering.accepter)) return;
    throw new AwsError(
      'OperationNotPermitted',
      `User ${context.account} cannot reject peering ${peering.id}`,
    );
  },
  async execute(context, _input, { peering: { record: peering } }) {
    const status = { code: 'rejected', message: `Rejected by ${context.account}` } as const;
    await changePeering(context.tx, peering, { status, expiresAtMs: undefined });
    scheduleForgetting(context, peering, shorterFor(context));
    return { Return: true };
  },
});
