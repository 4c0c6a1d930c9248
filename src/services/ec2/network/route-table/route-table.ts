/** A route table: its routes, and the subnets it serves. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { Scope } from '../../../../aws/scope.ts';
import type { Route, RouteTable } from '../../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { type FilterFields, matchingNothing } from '../../describe/filter.ts';
import { ec2Arn } from '../../resource/arn.ts';
import { notFoundError, type ResourceKind } from '../../resource/kind.ts';
import { networkInterfaces } from '../network-interface/network-interface.ts';
import type { RouteRecord, RouteTableRecord } from '../network-records.ts';
import { routeTables } from '../networked.ts';

export const routeTableKind: ResourceKind<RouteTableRecord> = {
  type: 'route-table',
  prefix: 'rtb',
  records: routeTables,
  notFound: (ids) => notFoundError('InvalidRouteTableID.NotFound', 'routeTable ID', ids),
  malformed: (id) =>
    new AwsError('InvalidRouteTableId.Malformed', `Invalid id: "${id}" (expecting "rtb-...")`),
  conditions: (routeTable) => ({
    'ec2:RouteTableID': routeTable.id,
    'ec2:Vpc': ec2Arn(routeTable, 'vpc', routeTable.vpcId),
  }),
};

export const isMainTable = ({ associations }: RouteTableRecord) => associations.some(({ isMain }) => isMain);

/** A block of either family, or a prefix list. */
const shownDestination = (destination: string) => ({
  [destination.startsWith('pl-')
    ? 'DestinationPrefixListId'
    : destination.includes(':')
      ? 'DestinationIpv6CidrBlock'
      : 'DestinationCidrBlock']: destination,
});

/** The instances that the interfaces in route tables are attached to, which only the interfaces know. */
export async function interfaceHolders(tx: ReadTransaction, scope: Scope): Promise<InterfaceHolders> {
  const holders = new Map<string, InstanceOfInterface>();
  for (const { account, region, routes } of await routeTables.list(tx, scope)) {
    for (const { networkInterfaceId: id } of routes) {
      const eni = id && !holders.has(id) ? await tx.get(networkInterfaces, [account, region, id]) : undefined;
      if (eni) holders.set(eni.id, { id: eni.attachment?.instanceId, owner: account });
    }
  }
  return holders;
}

/** By interface. */
type InterfaceHolders = ReadonlyMap<string, InstanceOfInterface>;

interface InstanceOfInterface {
  readonly id: string | undefined;
  readonly owner: string;
}

export function showRouteTable(
  routeTable: RouteTableRecord,
  holders: InterfaceHolders = new Map(),
): RouteTable {
  return {
    RouteTableId: routeTable.id,
    VpcId: routeTable.vpcId,
    OwnerId: routeTable.account,
    Associations: routeTable.associations.map(({ id, isMain, subnetId, gatewayId }) => ({
      Main: isMain,
      RouteTableAssociationId: id,
      RouteTableId: routeTable.id,
      SubnetId: subnetId,
      GatewayId: gatewayId,
      AssociationState: { State: 'associated' },
    })),
    PropagatingVgws: (routeTable.propagatingGatewayIds ?? []).map((GatewayId) => ({ GatewayId })),
    Routes: routeTable.routes.map((route) => showRoute(route, holders.get(route.networkInterfaceId ?? ''))),
    Tags: [...routeTable.tags],
  };
}

const showRoute = (route: RouteRecord, holder: InstanceOfInterface | undefined): Route => ({
  ...shownDestination(route.destination),
  EgressOnlyInternetGatewayId: route.egressOnlyGatewayId,
  GatewayId: route.gatewayId,
  InstanceId: holder?.id,
  InstanceOwnerId: holder?.id && holder.owner,
  NatGatewayId: route.natGatewayId,
  NetworkInterfaceId: route.networkInterfaceId,
  VpcPeeringConnectionId: route.peeringId,
  Origin: route.origin,
  State: stateOf(route, holder),
});

/** Packets for an interface go nowhere once it is detached or gone. */
function stateOf(
  { networkInterfaceId, isBlackhole = false }: RouteRecord,
  holder: InstanceOfInterface | undefined,
): 'active' | 'blackhole' {
  const leadsNowhere = networkInterfaceId ? holder?.id === undefined : isBlackhole;
  return leadsNowhere ? 'blackhole' : 'active';
}

const ipv4Destination = ({ destination }: RouteRecord) =>
  destination.startsWith('pl-') || destination.includes(':') ? undefined : destination;

export const routeTableFilters = (holders: InterfaceHolders): FilterFields<RouteTableRecord> => ({
  ...matchingNothing('route.carrier-gateway-id', 'route.transit-gateway-id'),
  'association.gateway-id': ({ associations }) => associations.map(({ gatewayId }) => gatewayId),
  'association.main': ({ associations }) => associations.map(({ isMain }) => isMain),
  'association.route-table-association-id': ({ associations }) => associations.map(({ id }) => id),
  'association.route-table-id': ({ id, associations }) => (associations.length > 0 ? id : undefined),
  'association.subnet-id': ({ associations }) => associations.map(({ subnetId }) => subnetId),
  'owner-id': ({ account }) => account,
  'route.egress-only-internet-gateway-id': ({ routes }) =>
    routes.map(({ egressOnlyGatewayId }) => egressOnlyGatewayId),
  'route.vpc-peering-connection-id': ({ routes }) => routes.map(({ peeringId }) => peeringId),
  'route.nat-gateway-id': ({ routes }) => routes.map(({ natGatewayId }) => natGatewayId),
  'route.destination-cidr-block': ({ routes }) => routes.map(ipv4Destination),
  'route.destination-ipv6-cidr-block': ({ routes }) =>
    routes.map(({ destination }) => destination).filter((each) => each.includes(':')),
  'route.destination-prefix-list-id': ({ routes }) =>
    routes.map(({ destination }) => destination).filter((each) => each.startsWith('pl-')),
  'route.instance-id': ({ routes }) => routes.map(({ networkInterfaceId: id = '' }) => holders.get(id)?.id),
  'route.gateway-id': ({ routes }) => routes.map(({ gatewayId }) => gatewayId),
  'route.origin': ({ routes }) => routes.map(({ origin }) => origin),
  'route.state': ({ routes }) =>
    routes.map((route) => stateOf(route, holders.get(route.networkInterfaceId ?? ''))),
  'route-table-id': ({ id }) => id,
  'vpc-id': ({ vpcId }) => vpcId,
});
