/**
 * The blocks of addresses of a VPC: the one it was made with, further ones, and Amazon's of IPv6. Every route table has
 * a local route for each (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html).
 */
import { AwsError } from '../../../../aws/aws-error.ts';
import type {
  VpcCidrBlockAssociation,
  VpcIpv6CidrBlockAssociation,
} from '../../../../shapes/generated/ec2.ts';
import type { Transaction } from '../../../../store/store.ts';
import { overlaps } from '../address.ts';
import {
  type CidrAssociation,
  ipv4BlocksOf,
  isLocal,
  localRoutes,
  type VpcRecord,
} from '../network-records.ts';
import { routeTables, vpcs } from '../networked.ts';
import { recordBlocksInPeerings } from '../vpc-peering/vpc-peering.ts';

/** IPAM's pools, and addresses that somebody brings to AWS. */
export const UNSERVED_BLOCKS = [
  'Ipv6CidrBlock',
  ['Ipv6Pool', 'Amazon'],
  'Ipv4IpamPoolId',
  'Ipv4NetmaskLength',
  'Ipv6IpamPoolId',
  'Ipv6NetmaskLength',
] as const;

/** Of each family; a quota that AWS raises on request. */
const MAX_BLOCKS = 5;

/** Which blocks a VPC of these addresses cannot be given, by the range of its first block. */
const RESTRICTED: readonly { readonly of: string; readonly never: readonly string[] }[] = [
  { of: '10.0.0.0/8', never: ['172.16.0.0/12', '192.168.0.0/16', '198.19.0.0/16'] },
  { of: '172.16.0.0/12', never: ['10.0.0.0/8', '192.168.0.0/16', '172.31.0.0/16', '198.19.0.0/16'] },
  { of: '192.168.0.0/16', never: ['10.0.0.0/8', '172.16.0.0/12', '198.19.0.0/16'] },
  { of: '0.0.0.0/0', never: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '198.19.0.0/16'] },
];

/** AWS keeps the lower half of this range of a VPC that lies in it. */
const TENTH = { of: '10.0.0.0/15', never: '10.0.0.0/16' };

export function requireRoomForBlock(vpc: VpcRecord, family: readonly CidrAssociation[]): void {
  if (family.length < MAX_BLOCKS) return;
  throw new AwsError(
    'CidrLimitExceeded',
    `This network '${vpc.id}' has met its maximum number of allowed CIDRs: ${MAX_BLOCKS}`,
  );
}

/** Throws where a VPC cannot be given a further block of IPv4 (aws-facts F36). */
export function requireFurtherBlock(vpc: VpcRecord, cidrBlock: string): void {
  const present = ipv4BlocksOf(vpc).map((block) => block.cidrBlock);
  if (present.some((block) => overlaps(block, cidrBlock))) {
    throw new AwsError(
      'CidrConflict',
      `The CIDR '${cidrBlock}' conflicts with another CIDR block of the VPC`,
    );
  }
  const { never } = RESTRICTED.find(({ of }) => overlaps(of, vpc.cidrBlock))!;
  const kept = present.some((block) => overlaps(TENTH.of, block)) ? [TENTH.never] : [];
  if ([...never, ...kept].some((range) => overlaps(range, cidrBlock))) {
    throw new AwsError(
      'InvalidVpc.Range',
      `The CIDR '${cidrBlock}' is restricted. Use a CIDR from the same private address range as the current VPC CIDR, ` +
        'or use a publicly-routable CIDR. For additional restrictions, see ' +
        'https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Subnets.html',
    );
  }
  requireRoomForBlock(vpc, ipv4BlocksOf(vpc));
}

/** The VPC as it is from now on, the local routes of its route tables, and its sides of peerings. */
export async function putVpcBlocks(tx: Transaction, vpc: VpcRecord): Promise<void> {
  await vpcs.put(tx, vpc);
  for (const table of await routeTables.list(tx, vpc)) {
    if (table.vpcId !== vpc.id) continue;
    // Those that lead elsewhere by now go on doing so.
    const present = new Map(table.routes.filter(isLocal).map((route) => [route.destination, route]));
    const local = localRoutes(vpc).map((route) => present.get(route.destination) ?? route);
    const others = table.routes.filter((route) => !isLocal(route));
    await routeTables.put(tx, { ...table, routes: [...local, ...others] });
  }
  await recordBlocksInPeerings(tx, vpc);
}

export const showBlock = (
  { id, cidrBlock }: CidrAssociation,
  state: 'associating' | 'associated' | 'disassociating' = 'associated',
): VpcCidrBlockAssociation => ({
  AssociationId: id,
  CidrBlock: cidrBlock,
  CidrBlockState: { State: state },
});

export const showIpv6Block = (
  { region }: VpcRecord,
  { id, cidrBlock }: CidrAssociation,
  state: 'associating' | 'associated' | 'disassociating' = 'associated',
): VpcIpv6CidrBlockAssociation => ({
  AssociationId: id,
  // Which block it is AWS says once it is associated.
  Ipv6CidrBlock: state === 'associating' ? '' : cidrBlock,
  Ipv6CidrBlockState: { State: state },
  NetworkBorderGroup: region,
  Ipv6Pool: 'Amazon',
  Ipv6AddressAttribute: 'public',
  IpSource: 'amazon',
});
