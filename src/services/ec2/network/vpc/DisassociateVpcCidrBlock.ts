/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateVpcCidrBlock.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { isWithinIpv6, parseIpv6Block } from '../../../../aws/ipv6.ts';
import { ec2 } from '../../ec2.ts';
import { isWithinBlock } from '../address.ts';
import { ipv4BlocksOf, ipv6BlocksOf } from '../network-records.ts';
import { subnets, vpcs } from '../networked.ts';
import { associationCheck } from '../resource-association.ts';
import { vpcKind } from './vpc.ts';
import { putVpcBlocks, showBlock, showIpv6Block } from './vpc-cidr.ts';

export default ec2.operation('DisassociateVpcCidrBlock', {
  async checks(context, { AssociationId: id }) {
    const all = await vpcs.list(context.tx, context);
    const vpc = all.find((each) =>
      [...ipv4BlocksOf(each), ...ipv6BlocksOf(each)].some((one) => one.id === id),
    );
    const missing = new AwsError(
      'InvalidVpcCidrBlockAssociationID.NotFound',
      `The vpc CIDR block association ID '${id}' does not exist`,
    );
    return {
      vpc: await associationCheck(context, vpcKind, 'ec2:DisassociateVpcCidrBlock', vpc?.id, missing),
    };
  },
  async preconditions({ tx }, { AssociationId: id }, { vpc: { record: vpc } }) {
    if (id === vpc.cidrAssociationId) {
      throw new AwsError(
        'OperationNotPermitted',
        `The vpc CIDR block with association ID ${id} may not be disassociated. It is the primary IPv4 CIDR block of the VPC`,
      );
    }
    const inVpc = (await subnets.list(tx, vpc)).filter(({ vpcId }) => vpcId === vpc.id);
    const further = vpc.secondaryCidrs?.find((each) => each.id === id);
    const ipv6 = vpc.ipv6Cidrs?.find((each) => each.id === id);
    const isUsed = further
      ? inVpc.some(({ cidrBlock }) => cidrBlock && isWithinBlock(further.cidrBlock, cidrBlock))
      : inVpc.some(({ ipv6Cidrs = [] }) =>
          ipv6Cidrs.some(({ cidrBlock }) =>
            isWithinIpv6(parseIpv6Block(ipv6!.cidrBlock)!, parseIpv6Block(cidrBlock)!),
          ),
        );
    if (!isUsed) return;
    throw new AwsError(
      'InvalidCidrBlock.InUse',
      `The vpc ${vpc.id} currently has a subnet within CIDR block ${(further ?? ipv6)!.cidrBlock}`,
    );
  },
  async execute({ tx }, { AssociationId: id }, { vpc: { record: vpc } }) {
    const further = vpc.secondaryCidrs?.find((each) => each.id === id);
    const ipv6 = vpc.ipv6Cidrs?.find((each) => each.id === id);
    await putVpcBlocks(tx, {
      ...vpc,
      secondaryCidrs: vpc.secondaryCidrs?.filter((each) => each !== further),
      ipv6Cidrs: vpc.ipv6Cidrs?.filter((each) => each !== ipv6),
    });
    return {
      VpcId: vpc.id,
      CidrBlockAssociation: further && showBlock(further, 'disassociating'),
      Ipv6CidrBlockAssociation: ipv6 && showIpv6Block(vpc, ipv6, 'disassociating'),
    };
  },
});
