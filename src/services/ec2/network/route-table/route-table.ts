/** A route table: its routes, and the subnets it serves. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { RouteTable } from '../../../../shapes/generated/ec2.ts';
import { type FilterFields, matchingNothing } from '../../describe/filter.ts';
import { ec2Arn } from '../../resource/arn.ts';
import { notFoundError, type ResourceKind } from '../../resource/kind.ts';
import type { RouteTableRecord } from '../network-records.ts';
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

export function showRouteTable(routeTable: RouteTableRecord): RouteTable {
  return {
    RouteTableId: routeTable.id,
    VpcId: routeTable.vpcId,
    OwnerId: routeTable.account,
    Associations: routeTable.associations.map(({ id, isMain, subnetId }) => ({
      Main: isMain,
      RouteTableAssociationId: id,
      RouteTableId: routeTable.id,
      SubnetId: subnetId,
      AssociationState: { State: 'associated' },
    })),
    PropagatingVgws: [],
    Routes: routeTable.routes.map(({ destination, gatewayId, natGatewayId, isBlackhole, origin }) => ({
      ...shownDestination(destination),
      GatewayId: gatewayId,
      NatGatewayId: natGatewayId,
      Origin: origin,
      State: isBlackhole ? 'blackhole' : 'active',
    })),
    Tags: [...routeTable.tags],
  };
}

export const routeTableFilters: FilterFields<RouteTableRecord> = {
  ...matchingNothing(
    'route.carrier-gateway-id',
    'route.egress-only-internet-gateway-id',
    'route.instance-id',
    'route.transit-gateway-id',
    'route.vpc-peering-connection-id',
  ),
  'association.gateway-id': () => undefined,
  'association.main': ({ associations }) => associations.map(({ isMain }) => isMain),
  'association.route-table-association-id': ({ associations }) => associations.map(({ id }) => id),
  'association.route-table-id': ({ id, associations }) => (associations.length > 0 ? id : undefined),
  'association.subnet-id': ({ associations }) => associations.map(({ subnetId }) => subnetId),
  'owner-id': ({ account }) => account,
  'route.nat-gateway-id': ({ routes }) => routes.map(({ natGatewayId }) => natGatewayId),
  'route.destination-cidr-block': ({ routes }) => routes.map(({ destination }) => destination),
  'route.destination-ipv6-cidr-block': ({ routes }) =>
    routes.map(({ destination }) => destination).filter((each) => each.includes(':')),
  'route.destination-prefix-list-id': ({ routes }) =>
    routes.map(({ destination }) => destination).filter((each) => each.startsWith('pl-')),
  'route.gateway-id': ({ routes }) => routes.map(({ gatewayId }) => gatewayId),
  'route.origin': ({ routes }) => routes.map(({ origin }) => origin),
  'route.state': ({ routes }) => routes.map(({ isBlackhole }) => (isBlackhole ? 'blackhole' : 'active')),
  'route-table-id': ({ id }) => id,
  'vpc-id': ({ vpcId }) => vpcId,
};
