/** What an endpoint has in its VPC: interfaces in subnets, or routes in route tables. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { EffectContext } from '../../../../invoke/context.ts';
import type { Found } from '../../../../invoke/verdict.ts';
import type { SubnetConfiguration } from '../../../../shapes/generated/ec2.ts';
import type { ReadTransaction, Transaction } from '../../../../store/store.ts';
import { networkInterfaces } from '../network-interface/network-interface.ts';
import { putNewInterface } from '../network-interface/new-network-interface.ts';
import { requireFreeAddresses } from '../network-interface/private-addresses.ts';
import {
  type RouteTableRecord,
  type SecurityGroupRecord,
  type SubnetRecord,
  vpcsOfGroup,
} from '../network-records.ts';
import { routeTables, subnets } from '../networked.ts';
import { awsPrefixList } from '../prefix-list/aws-prefix-lists.ts';
import type { VpcEndpointRecord } from './vpc-endpoint.ts';

/** The addresses that a request names for the interfaces in its subnets. */
export type AddressesBySubnet = ReadonlyMap<string, string>;

export const namedIn = (configurations: readonly SubnetConfiguration[] = []): AddressesBySubnet =>
  new Map(configurations.flatMap(({ SubnetId: id, Ipv4: ip }) => (id && ip ? [[id, ip] as const] : [])));

/** Throws where an address is named for none of the subnets, or cannot be had there. */
export async function requireAddresses(
  tx: ReadTransaction,
  named: AddressesBySubnet,
  served: readonly SubnetRecord[],
): Promise<void> {
  for (const [subnetId, ip] of named) {
    const subnet = served.find(({ id }) => id === subnetId);
    if (!subnet) {
      throw new AwsError('InvalidParameter', `The endpoint has no interface in the subnet ${subnetId}.`);
    }
    await requireFreeAddresses(tx, subnet, [ip]);
  }
}

/** Throws where one of them is not of the endpoint's VPC. */
export function requirePartsIn(
  vpcId: string,
  parts: readonly Pick<Found<RouteTableRecord | SubnetRecord>, 'record'>[],
  groups: readonly Pick<Found<SecurityGroupRecord>, 'record'>[],
): void {
  const [foreign] = [
    ...parts.filter(({ record }) => record.vpcId !== vpcId),
    ...groups.filter(({ record }) => !vpcsOfGroup(record).includes(vpcId)),
  ];
  if (foreign) throw new AwsError('InvalidParameter', `${foreign.record.id} does not belong to VPC ${vpcId}`);
}

/** The endpoint with parts in these subnets and route tables, and in no others. */
export async function withParts(
  context: EffectContext,
  endpoint: VpcEndpointRecord,
  subnetIds: readonly string[],
  routeTableIds: readonly string[],
  addresses: AddressesBySubnet = new Map(),
): Promise<VpcEndpointRecord> {
  const { tx } = context;
  await putRoutes(tx, endpoint, routeTableIds);
  const kept: string[] = [];
  const found = await Promise.all(
    endpoint.networkInterfaceIds.map((id) =>
      tx.get(networkInterfaces, [endpoint.account, endpoint.region, id]),
    ),
  );
  for (const eni of found) {
    if (eni && subnetIds.includes(eni.subnetId) && !addresses.has(eni.subnetId)) {
      kept.push(eni.id);
      tx.put(networkInterfaces, { ...eni, groupIds: endpoint.groupIds });
    } else if (eni) tx.delete(networkInterfaces, [eni.account, eni.region, eni.id]);
  }
  const served = new Set(found.map((eni) => (eni && kept.includes(eni.id) ? eni.subnetId : undefined)));
  for (const subnetId of subnetIds) {
    const subnet = served.has(subnetId) ? undefined : await subnets.find(tx, endpoint, subnetId);
    if (!subnet) continue;
    const { id } = await putNewInterface(context, subnet, {
      tags: [],
      description: `VPC Endpoint Interface ${endpoint.id}`,
      groupIds: endpoint.groupIds,
      interfaceType: 'vpc_endpoint',
      requesterManaged: true,
      requesterId: endpoint.account,
      ipv4: { primary: addresses.get(subnetId), secondary: [], secondaryCount: 0 },
    });
    kept.push(id);
  }
  return { ...endpoint, subnetIds, routeTableIds, networkInterfaceIds: kept };
}

/** A gateway has a route for its service's prefix list in each table. */
async function putRoutes(
  tx: Transaction,
  endpoint: VpcEndpointRecord,
  routeTableIds: readonly string[],
): Promise<void> {
  const { id, region, serviceName } = endpoint;
  const destination = awsPrefixList(region, serviceName)?.id;
  if (destination === undefined || endpoint.type !== 'Gateway') return;
  for (const table of await routeTables.list(tx, endpoint)) {
    const others = table.routes.filter(({ gatewayId }) => gatewayId !== id);
    const routes = routeTableIds.includes(table.id)
      ? [...others, { destination, gatewayId: id, origin: 'CreateRoute' as const }]
      : others;
    if (routes.length !== table.routes.length) await routeTables.put(tx, { ...table, routes });
  }
}
