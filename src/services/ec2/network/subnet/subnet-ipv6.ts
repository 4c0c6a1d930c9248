/** The IPv6 block of a subnet (https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html#subnet-sizing-ipv6). */
import { AwsError } from '../../../../aws/aws-error.ts';
import {
  formatIpv6Block,
  ipv6Size,
  isWithinIpv6,
  overlapsIpv6,
  parseIpv6Block,
} from '../../../../aws/ipv6.ts';
import type { Entropy } from '../../../../platform/ports.ts';
import type { SubnetIpv6CidrBlockAssociation } from '../../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { newId } from '../../resource/kind.ts';
import { type CidrAssociation, ipv6BlocksOf, type VpcRecord } from '../network-records.ts';
import { subnets } from '../networked.ts';

/** What instances in a subnet without IPv4 are named by, and given (aws-facts F42). */
export const IPV6_ALONE = {
  assignsIpv6: true,
  dnsNames: { hostnameType: 'resource-name', aRecord: false, aaaaRecord: false },
} as const;

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
  if ((await takenBlocks(tx, vpc)).some((each) => overlapsIpv6(each, block))) {
    throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${cidr}' conflicts with another subnet`);
  }
}

const takenBlocks = async (tx: ReadTransaction, vpc: VpcRecord) =>
  (await subnets.list(tx, vpc)).flatMap(({ vpcId, ipv6Cidrs = [] }) =>
    vpcId === vpc.id ? ipv6Cidrs.map(({ cidrBlock }) => parseIpv6Block(cidrBlock)!) : [],
  );

/** The first /64 of the VPC's blocks that no subnet has; undefined where there is none. */
export async function freeIpv6Block(tx: ReadTransaction, vpc: VpcRecord): Promise<string | undefined> {
  const taken = await takenBlocks(tx, vpc);
  for (const { cidrBlock } of ipv6BlocksOf(vpc)) {
    const { first, bits } = parseIpv6Block(cidrBlock)!;
    for (let at = first; at < first + ipv6Size(bits); at += ipv6Size(MAX_BITS)) {
      const block = { first: at, bits: MAX_BITS };
      if (!taken.some((each) => overlapsIpv6(each, block))) return formatIpv6Block(block);
    }
  }
  return undefined;
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
