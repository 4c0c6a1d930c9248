/** What a route may lead to: how requests name it, where it is looked up, and which VPC it serves. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { Scope } from '../../../../aws/scope.ts';
import type { ReadTransaction, Transaction } from '../../../../store/store.ts';
import { instanceKind } from '../../instance/instance.ts';
import { unfitStateError } from '../../instance/instance-state.ts';
import {
  findResource,
  type ResourceKind,
  type ResourceRecord,
  requireId,
  requireResource,
} from '../../resource/kind.ts';
import { egressOnlyGatewayKind } from '../egress-only-gateway/egress-only-gateway.ts';
import { internetGatewayKind } from '../internet-gateway/internet-gateway.ts';
import { natGatewayKind } from '../nat-gateway/nat-gateway.ts';
import { networkInterfaceKind } from '../network-interface/network-interface.ts';
import { onlyInterface } from '../network-interface/source-dest-check.ts';
import type { RouteRecord, RouteTarget } from '../network-records.ts';
import { routeTables } from '../networked.ts';
import { ownVpcs, vpcPeeringKind } from '../vpc-peering/vpc-peering.ts';
import { attachedVpcId, vpnGatewayKind } from '../vpn-gateway/vpn-gateway.ts';

interface Found {
  readonly target: RouteTarget;
  /** The VPCs whose tables may have a route to it. */
  readonly vpcIds: readonly (string | undefined)[];
  /** Whether nobody is behind it yet. */
  readonly isBlackhole?: boolean;
}

type Lookup = (tx: ReadTransaction, scope: Scope, id: string) => Promise<Found>;

async function requireNamed<R extends ResourceRecord>(
  tx: ReadTransaction,
  kind: ResourceKind<R>,
  scope: Scope,
  id: string,
): Promise<R> {
  requireId(kind, id);
  return requireResource(tx, kind, scope, id);
}

const natGateway: Lookup = async (tx, scope, id) => {
  requireId(natGatewayKind, id);
  const nat = await natGatewayKind.records.find(tx, scope, id);
  if (!nat || nat.state === 'deleted') {
    throw new AwsError('InvalidNatGatewayID.NotFound', `The natGateway ID '${id}' does not exist`);
  }
  return { target: { natGatewayId: id }, vpcIds: [nat.vpcId] };
};

const networkInterface: Lookup = async (tx, scope, id) => {
  const { vpcId } = await requireNamed(tx, networkInterfaceKind, scope, id);
  return { target: { networkInterfaceId: id }, vpcIds: [vpcId] };
};

/** By the member that names it in a request. */
const LOOKUPS = {
  GatewayId: async (tx, scope, id) => {
    // A NAT gateway may be named in either of two ways.
    if (id.startsWith('nat-')) return natGateway(tx, scope, id);
    if (id.startsWith('vgw-')) {
      const gateway = await requireNamed(tx, vpnGatewayKind, scope, id);
      return { target: { gatewayId: id }, vpcIds: [attachedVpcId(gateway)] };
    }
    const gateway = await findResource(tx, internetGatewayKind, scope, id);
    if (gateway) return { target: { gatewayId: id }, vpcIds: [gateway.vpcId] };
    throw new AwsError('InvalidGatewayID.NotFound', `The gateway ID '${id}' does not exist`);
  },
  EgressOnlyInternetGatewayId: async (tx, scope, id) => {
    const { vpcId } = await requireNamed(tx, egressOnlyGatewayKind, scope, id);
    return { target: { egressOnlyGatewayId: id }, vpcIds: [vpcId] };
  },
  /** Of an instance it is the one interface that it has. */
  InstanceId: async (tx, scope, id) => {
    const instance = await requireNamed(tx, instanceKind, scope, id);
    const only = await onlyInterface(tx, instance);
    if (!only) throw unfitStateError(instance);
    return networkInterface(tx, scope, only.id);
  },
  NatGatewayId: natGateway,
  NetworkInterfaceId: networkInterface,
  VpcPeeringConnectionId: async (tx, scope, id) => {
    const peering = await requireNamed(tx, vpcPeeringKind, scope, id);
    const isBlackhole = peering.status.code !== 'active';
    return { target: { peeringId: id }, vpcIds: ownVpcs(peering), isBlackhole };
  },
} satisfies Record<string, Lookup>;

export type TargetMember = keyof typeof LOOKUPS;
export const TARGET_MEMBERS = Object.keys(LOOKUPS) as readonly TargetMember[];

/** Throws where it is not there, or serves another VPC. */
export async function requireTarget(
  tx: ReadTransaction,
  table: Scope & { readonly id: string; readonly vpcId: string },
  member: TargetMember,
  id: string,
): Promise<Pick<Found, 'target' | 'isBlackhole'>> {
  const found = await LOOKUPS[member](tx, table, id);
  if (found.vpcIds.includes(table.vpcId)) return found;
  throw new AwsError(
    'InvalidParameterValue',
    `route table ${table.id} and network gateway ${id} belong to different networks`,
  );
}

const leadsTo = (route: RouteRecord, id: string): boolean =>
  [
    route.gatewayId,
    route.natGatewayId,
    route.egressOnlyGatewayId,
    route.networkInterfaceId,
    route.peeringId,
  ].includes(id);

async function markRoutesTo(
  tx: Transaction,
  { vpcId, ...scope }: Scope & { readonly vpcId?: string },
  id: string,
  isBlackhole: boolean,
): Promise<void> {
  for (const table of await routeTables.list(tx, scope)) {
    if (vpcId !== undefined && table.vpcId !== vpcId) continue;
    if (!table.routes.some((route) => leadsTo(route, id))) continue;
    const routes = table.routes.map((route) => (leadsTo(route, id) ? { ...route, isBlackhole } : route));
    await routeTables.put(tx, { ...table, routes });
  }
}

/** What they lead to has gone, or serves nobody. */
export const closeRoutesTo = (tx: Transaction, { account, region }: Scope, id: string): Promise<void> =>
  markRoutesTo(tx, { account, region }, id, true);

interface Served extends Scope {
  readonly vpcId: string;
}

/** What they lead to serves the VPC, perhaps anew: those of other VPCs lead nowhere still. */
export const openRoutesTo = (
  tx: Transaction,
  { account, region, vpcId }: Served,
  id: string,
): Promise<void> => markRoutesTo(tx, { account, region, vpcId }, id, false);
