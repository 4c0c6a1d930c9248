/** With a block of its VPC's: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateSubnetCidrBlock.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck, requireResource } from '../../resource/kind.ts';
import { subnets } from '../networked.ts';
import { vpcKind } from '../vpc/vpc.ts';
import { subnetKind } from './subnet.ts';
import { newSubnetBlock, requireFitsIpv6, showSubnetBlock, subnetBlock } from './subnet-ipv6.ts';

export default ec2.operation('AssociateSubnetCidrBlock', {
  unserved: ['Ipv6IpamPoolId', 'Ipv6NetmaskLength'],
  async checks(context, { Ipv6CidrBlock: cidr, SubnetId: id }) {
    if (!cidr) {
      throw new AwsError('MissingParameter', 'The request must contain the parameter ipv6CidrBlock');
    }
    subnetBlock(cidr);
    return { subnet: await ownResourceCheck(context, subnetKind, 'ec2:AssociateSubnetCidrBlock', id) };
  },
  async preconditions({ tx }, { Ipv6CidrBlock: cidr = '' }, { subnet: { record: subnet } }) {
    if (subnet.ipv6Cidrs?.length) {
      throw new AwsError(
        'CidrLimitExceeded',
        `The subnet '${subnet.id}' has met its maximum number of allowed IPv6 CIDRs: 1`,
      );
    }
    await requireFitsIpv6(tx, await requireResource(tx, vpcKind, subnet, subnet.vpcId), subnetBlock(cidr));
  },
  async execute({ tx, entropy }, { Ipv6CidrBlock: cidr = '' }, { subnet: { record: subnet } }) {
    const made = newSubnetBlock(entropy, subnetBlock(cidr));
    await subnets.put(tx, { ...subnet, ipv6Cidrs: [made] });
    return { SubnetId: subnet.id, Ipv6CidrBlockAssociation: showSubnetBlock(made, 'associating') };
  },
});
