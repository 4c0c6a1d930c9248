/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateSubnetCidrBlock.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { networkInterfaces } from '../network-interface/network-interface.ts';
import { subnets } from '../networked.ts';
import { associationCheck } from '../resource-association.ts';
import { subnetKind } from './subnet.ts';
import { showSubnetBlock } from './subnet-ipv6.ts';

export default ec2.operation('DisassociateSubnetCidrBlock', {
  async checks(context, { AssociationId: id }) {
    const all = await subnets.list(context.tx, context);
    const subnet = all.find(({ ipv6Cidrs }) => ipv6Cidrs?.some((each) => each.id === id));
    const missing = new AwsError(
      'InvalidSubnetCidrBlockAssociationID.NotFound',
      `The subnet CIDR block with association ID '${id}' does not exist`,
    );
    const action = 'ec2:DisassociateSubnetCidrBlock';
    return { subnet: await associationCheck(context, subnetKind, action, subnet?.id, missing) };
  },
  async preconditions({ tx }, { AssociationId: id }, { subnet: { record: subnet } }) {
    if (subnet.cidrBlock === undefined) {
      throw new AwsError(
        'OperationNotPermitted',
        `The IPv6 CIDR block of the IPv6-only subnet ${subnet.id} cannot be disassociated`,
      );
    }
    const prefix = [subnet.account, subnet.region, subnet.id];
    const interfaces = await tx.find(networkInterfaces, 'subnet', { prefix });
    if (!interfaces.some(({ ipv6Addresses }) => ipv6Addresses?.length)) return;
    const { cidrBlock } = subnet.ipv6Cidrs!.find((each) => each.id === id)!;
    throw new AwsError(
      'InvalidCidrBlock.InUse',
      `The subnet ${subnet.id} currently has a network interface with an address within CIDR block ${cidrBlock}`,
    );
  },
  async execute({ tx }, { AssociationId: id }, { subnet: { record: subnet } }) {
    const gone = subnet.ipv6Cidrs!.find((each) => each.id === id)!;
    const ipv6Cidrs = subnet.ipv6Cidrs!.filter((each) => each !== gone);
    // Without a block there is nothing to give new interfaces.
    await subnets.put(tx, { ...subnet, ipv6Cidrs, assignsIpv6: undefined });
    return { SubnetId: subnet.id, Ipv6CidrBlockAssociation: showSubnetBlock(gone, 'disassociating') };
  },
});
