/** The IPv6 block of a subnet (https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html#subnet-sizing-ipv6). */
import { AwsError } from '../../../../aws/aws-error.ts';
import { formatIpv6Block, isWithinIpv6, overlapsIpv6, parseIpv6Block } from '../../../../aws/ipv6.ts';
import type { Entropy } from '../../../../platform/ports.ts';
import type { SubnetIpv6CidrBlockAssociation } from '../../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { newId } from '../../resource/kind.ts';
import { type CidrAssociation, ipv6BlocksOf, type VpcRecord } from '../network-records.ts';
import { subnets } from '../networked.ts';

/** Of prefixes: the largest block and the smallest, in steps of four bits. */
const MIN_BITS = 44;
const MAX_BITS = 64;
const STEP_BITS = 4;

/** The block that a request names, in the one form in which blocks are kept. */
export function subnetBlock(cidr: string): string {
  const block = parseIpv6Block(cidr);
  if (!block) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${cidr}) for parameter ipv6CidrBlock is invalid. This is not a valid IPv6 CIDR block.`,
    );
  }
  if (block.bits < MIN_BITS || block.bits > MAX_BITS || block.bits % STEP_BITS !== 0) {
    throw new AwsError('InvalidSubnet.Range', `The CIDR '${cidr}' is invalid.`);
  }
  return formatIpv6Block(block);
}

export async function requireFitsIpv6(tx: ReadTransaction, vpc: VpcRecord, cidr: string): Promise<void> {
  const block = parseIpv6Block(cidr)!;
  if (!ipv6BlocksOf(vpc).some((outer) => isWithinIpv6(parseIpv6Block(outer.cidrBlock)!, block))) {
    throw new AwsError('InvalidSubnet.Range', `The CIDR '${cidr}' is invalid.`);
  }
  const taken = (await subnets.list(tx, vpc)).flatMap(({ vpcId, ipv6Cidrs }) =>
    vpcId === vpc.id ? (ipv6Cidrs ?? []) : [],
  );
  if (taken.some(({ cidrBlock }) => overlapsIpv6(parseIpv6Block(cidrBlock)!, block))) {
    throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${cidr}' conflicts with another subnet`);
  }
}

export const newSubnetBlock = (entropy: Entropy, cidrBlock: string): CidrAssociation => ({
  id: newId(entropy, 'subnet-cidr-assoc'),
  cidrBlock,
});

export const showSubnetBlock = (
  { id, cidrBlock }: CidrAssociation,
  state: 'associating' | 'associated' | 'disassociating' = 'associated',
): SubnetIpv6CidrBlockAssociation => ({
  AssociationId: id,
  Ipv6CidrBlock: cidrBlock,
  Ipv6CidrBlockState: { State: state },
  Ipv6AddressAttribute: 'public',
  IpSource: 'amazon',
});
