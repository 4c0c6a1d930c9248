/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateVpcCidrBlock.html. Of address pools, only Amazon's. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { AssociateVpcCidrBlockRequest } from '../../../../shapes/generated/ec2.ts';
import { ec2 } from '../../ec2.ts';
import { newId, ownResourceCheck } from '../../resource/kind.ts';
import { canonicalBlock } from '../address.ts';
import { newAmazonBlock } from '../ipv6.ts';
import { ipv6BlocksOf } from '../network-records.ts';
import { failOverlapping } from '../vpc-peering/overlap.ts';
import { requireBorderGroup, vpcKind } from './vpc.ts';
import {
  putVpcBlocks,
  requireFurtherBlock,
  requireRoomForBlock,
  showBlock,
  showIpv6Block,
  UNSERVED_BLOCKS,
} from './vpc-cidr.ts';

const ACTION = 'ec2:AssociateVpcCidrBlock';

export default ec2.operation('AssociateVpcCidrBlock', {
  unserved: UNSERVED_BLOCKS,
  async checks(context, input) {
    askedBlock(input);
    requireBorderGroup(context.region, input.Ipv6CidrBlockNetworkBorderGroup);
    return { vpc: await ownResourceCheck(context, vpcKind, ACTION, input.VpcId) };
  },
  preconditions(_context, input, { vpc: { record: vpc } }) {
    const cidrBlock = askedBlock(input);
    if (cidrBlock) requireFurtherBlock(vpc, cidrBlock);
    else requireRoomForBlock(vpc, ipv6BlocksOf(vpc));
  },
  async execute(context, input, { vpc: { record: vpc } }) {
    const { tx, entropy } = context;
    const cidrBlock = askedBlock(input);
    const made = { id: newId(entropy, 'vpc-cidr-assoc'), cidrBlock: cidrBlock ?? newAmazonBlock(entropy) };
    if (cidrBlock) {
      const grown = { ...vpc, secondaryCidrs: [...(vpc.secondaryCidrs ?? []), made] };
      await putVpcBlocks(tx, grown);
      await failOverlapping(context, grown);
      return { VpcId: vpc.id, CidrBlockAssociation: showBlock(made, 'associating') };
    }
    await putVpcBlocks(tx, { ...vpc, ipv6Cidrs: [...ipv6BlocksOf(vpc), made] });
    return { VpcId: vpc.id, Ipv6CidrBlockAssociation: showIpv6Block(vpc, made, 'associating') };
  },
});

/** Undefined where one of Amazon's is asked for. */
function askedBlock(input: AssociateVpcCidrBlockRequest): string | undefined {
  const { CidrBlock: cidr, AmazonProvidedIpv6CidrBlock: isAmazons } = input;
  if (cidr && isAmazons) {
    throw new AwsError(
      'InvalidParameterCombination',
      'Only one of the parameters cidrBlock and amazonProvidedIpv6CidrBlock may be specified',
    );
  }
  if (cidr) return canonicalBlock(cidr, 'InvalidVpc.Range');
  if (isAmazons) return undefined;
  throw new AwsError(
    'MissingParameter',
    'The request must contain the parameter cidrBlock or amazonProvidedIpv6CidrBlock',
  );
}
