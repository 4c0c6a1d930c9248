/** What a request wants of a route: its destination, and what it leads to. */
import { AwsError } from '../../../../aws/aws-error.ts';
import { formatIpv6Block, isWithinIpv6, parseIpv6Block } from '../../../../aws/ipv6.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { requireId, requireResource } from '../../resource/kind.ts';
import { requireAtMost } from '../../resource/quota.ts';
import { formatBlock, isWithinBlock, parseBlock } from '../address.ts';
import { isLocal, type RouteRecord, type RouteTableRecord, type RouteTarget } from '../network-records.ts';
import { subnets } from '../networked.ts';
import { prefixListKind } from '../prefix-list/prefix-list.ts';
import { quotaShare } from '../prefix-list/quota-share.ts';
import { requireTarget, TARGET_MEMBERS, type TargetMember } from './route-target.ts';

/** Targets that Latchkey does not serve. */
export const UNSERVED_TARGETS = [
  'CarrierGatewayId',
  'CoreNetworkArn',
  'LocalGatewayId',
  'OdbNetworkArn',
  'TransitGatewayId',
  'VpcEndpointId',
] as const;

interface RouteName {
  readonly DestinationCidrBlock?: string;
  readonly DestinationIpv6CidrBlock?: string;
  readonly DestinationPrefixListId?: string;
}

type RouteRequest = RouteName & { readonly [M in TargetMember]?: string };

/** The destination in the one form in which it is kept; what is asked for in several ways, or in none, is refused. */
export function requestedDestination(input: RouteName): string {
  const { DestinationCidrBlock: ipv4, DestinationIpv6CidrBlock: ipv6, DestinationPrefixListId: list } = input;
  const named = [ipv4, ipv6, list].filter((each) => each !== undefined && each !== '');
  if (named.length > 1) {
    throw new AwsError(
      'InvalidParameterCombination',
      'The parameters of a destination may not be used together.',
    );
  }
  if (list) {
    requireId(prefixListKind, list);
    return list;
  }
  if (ipv6) {
    const block = parseIpv6Block(ipv6);
    if (block) return formatIpv6Block(block);
    throw invalidBlock(ipv6, 'destinationIpv6CidrBlock');
  }
  if (!ipv4) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter destinationCidrBlock');
  }
  const block = parseBlock(ipv4);
  if (block) return formatBlock(block);
  throw invalidBlock(ipv4, 'destinationCidrBlock');
}

const invalidBlock = (cidr: string, parameter: string) =>
  new AwsError(
    'InvalidParameterValue',
    `Value (${cidr}) for parameter ${parameter} is invalid. This is not a valid CIDR block.`,
  );

/** Throws where a request names no destination or target, or several. */
export function requestedTarget(input: RouteRequest): { readonly member: TargetMember; readonly id: string } {
  const members = TARGET_MEMBERS.filter((member) => input[member]);
  const [member, further] = members;
  if (member && !further) return { member, id: input[member]! };
  throw notOneTarget(further ? 'InvalidParameterCombination' : 'MissingParameter');
}

/** Throws where a request names a target beside the VPC itself. */
export function requireNoTarget(input: RouteRequest): void {
  if (TARGET_MEMBERS.some((member) => input[member])) throw notOneTarget('InvalidParameterCombination');
}

const notOneTarget = (code: string) =>
  new AwsError(code, 'The request must contain exactly one of the parameters of a target');

/** The route, once what it names is there. */
export async function requestedRoute(
  tx: ReadTransaction,
  table: RouteTableRecord,
  input: RouteRequest,
): Promise<RouteRecord> {
  const destination = requestedDestination(input);
  if (destination.startsWith('pl-')) await requireResource(tx, prefixListKind, table, destination);
  const { member, id } = requestedTarget(input);
  const { target, isBlackhole } = await requireTarget(tx, table, member, id);
  if (target.egressOnlyGatewayId && !destination.includes(':')) {
    throw new AwsError(
      'InvalidParameterValue',
      `route table ${table.id} cannot lead ${destination} to ${id}: egress-only internet gateways are for IPv6`,
    );
  }
  await requireFitsVpc(tx, table, destination, target);
  return { ...target, destination, isBlackhole: isBlackhole || undefined, origin: 'CreateRoute' };
}

/**
 * Within the VPC a route leads to an interface or a NAT gateway, and is for a whole subnet.
 * https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html#route-table-routes
 */
async function requireFitsVpc(
  tx: ReadTransaction,
  table: RouteTableRecord,
  destination: string,
  target: RouteTarget,
): Promise<void> {
  const outer = table.routes.find((route) => isLocal(route) && isWithin(route.destination, destination));
  if (!outer) return;
  if (!target.networkInterfaceId && !target.natGatewayId) {
    throw new AwsError(
      'InvalidParameterValue',
      `The destination CIDR block ${destination} is equal to or more specific than one of this VPC's CIDR blocks. ` +
        'This route can target only an interface or an instance.',
    );
  }
  if (outer.destination === destination) return;
  const inVpc = (await subnets.list(tx, table)).filter(({ vpcId }) => vpcId === table.vpcId);
  const isSubnet = inVpc.some(
    ({ cidrBlock, ipv6Cidrs = [] }) =>
      cidrBlock === destination || ipv6Cidrs.some((block) => block.cidrBlock === destination),
  );
  if (isSubnet) return;
  throw new AwsError('InvalidParameterValue', "Route destination doesn't match any subnet CIDR blocks.");
}

function isWithin(outer: string, inner: string): boolean {
  const [outer6, inner6] = [parseIpv6Block(outer), parseIpv6Block(inner)];
  if (outer6 && inner6) return isWithinIpv6(outer6, inner6);
  return parseBlock(outer) !== undefined && parseBlock(inner) !== undefined && isWithinBlock(outer, inner);
}

/** AWS's quota for each family of the routes of a table; local routes and those that gateways propagate do not count. */
const MAX_ROUTES = 500;

export async function requireRoomForRoute(
  tx: ReadTransaction,
  table: RouteTableRecord,
  route: RouteRecord,
): Promise<void> {
  const added = table.routes.filter(({ origin }) => origin === 'CreateRoute');
  const share = await quotaShare(tx, table, [...added, route].map(countedDestination));
  requireAtMost(MAX_ROUTES, Math.max(share.ipv4, share.ipv6), 'RouteLimitExceeded', 'routes');
}

const countedDestination = ({ destination }: RouteRecord) =>
  destination.startsWith('pl-')
    ? { prefixListId: destination }
    : destination.includes(':')
      ? { ipv6: destination }
      : { ipv4: destination };
