/**
 * All but the primary one. Nothing drains, so MaxDrainDurationSeconds is taken and waits for nothing.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateNatGatewayAddress.html
 */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { natGatewayKind, showNatAddress } from './nat-gateway.ts';
import { letGo, requireAvailable } from './nat-gateway-addresses.ts';

export default ec2.operation('DisassociateNatGatewayAddress', {
  checks: async (context, { NatGatewayId }) => ({
    nat: await ownResourceCheck(context, natGatewayKind, 'ec2:DisassociateNatGatewayAddress', NatGatewayId),
  }),
  preconditions(_context, { AssociationIds: ids }, { nat: { record: nat } }) {
    requireAvailable(nat);
    if (nat.associationId && ids.includes(nat.associationId)) {
      throw new AwsError('InvalidParameterValue', 'The primary elastic IP address cannot be disassociated.');
    }
    const known = (nat.secondary ?? []).map(({ associationId }) => associationId);
    const foreign = ids.find((id) => !known.includes(id));
    if (foreign === undefined) return;
    throw new AwsError('InvalidAssociationID.NotFound', `The association ID '${foreign}' does not exist`);
  },
  async execute(context, { AssociationIds: ids }, { nat: { record } }) {
    const isGoing = ({ associationId }: { readonly associationId?: string }) =>
      associationId !== undefined && ids.includes(associationId);
    const { nat, going } = letGo(context, record, 'disassociating', isGoing);
    await natGatewayKind.records.put(context.tx, nat);
    return { NatGatewayId: nat.id, NatGatewayAddresses: going.map((each) => showNatAddress(nat, each)) };
  },
});
