/** What goes by a route table: subnets, and gateways for what comes in through them. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { Scope } from '../../../../aws/scope.ts';
import type { ResolveContext } from '../../../../invoke/context.ts';
import type { Check } from '../../../../invoke/verdict.ts';
import type { ReadTransaction, Transaction } from '../../../../store/store.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { internetGatewayKind } from '../internet-gateway/internet-gateway.ts';
import type { InternetGatewayRecord, RouteTableRecord, SubnetRecord } from '../network-records.ts';
import { routeTables } from '../networked.ts';
import { subnetKind } from '../subnet/subnet.ts';
import { attachedVpcId, type VpnGatewayRecord, vpnGatewayKind } from '../vpn-gateway/vpn-gateway.ts';

export type Association = RouteTableRecord['associations'][number];
export type Associated = Pick<Association, 'isMain' | 'subnetId' | 'gatewayId'>;

/** The checks for what an association is about. The main one is about none but its table. */
export async function associatedChecks(
  context: ResolveContext,
  action: string,
  { subnetId, gatewayId }: Partial<Associated>,
): Promise<{ readonly subnet?: Check<SubnetRecord>; readonly gateway?: Check<GatewayRecord> }> {
  return {
    subnet: subnetId ? await ownResourceCheck(context, subnetKind, action, subnetId) : undefined,
    gateway: gatewayId ? await gatewayCheck(context, action, gatewayId) : undefined,
  };
}

type GatewayRecord = InternetGatewayRecord | VpnGatewayRecord;

const gatewayCheck = (context: ResolveContext, action: string, id: string): Promise<Check<GatewayRecord>> =>
  id.startsWith('vgw-')
    ? ownResourceCheck(context, vpnGatewayKind, action, id)
    : ownResourceCheck(context, internetGatewayKind, action, id);

export const vpcIdOf = (gateway: GatewayRecord): string | undefined =>
  'amazonSideAsn' in gateway ? attachedVpcId(gateway) : gateway.vpcId;

/** Throws where the table and what is to go by it are of different VPCs. */
export function requireSameVpc(
  table: RouteTableRecord,
  [noun, id, vpcId]: readonly [string, string, string?],
): void {
  if (vpcId === table.vpcId) return;
  throw new AwsError(
    'InvalidParameterValue',
    `Route table ${table.id} and ${noun} ${id} belong to different networks`,
  );
}

export async function findAssociation(
  tx: ReadTransaction,
  scope: Scope,
  matches: (association: Association) => boolean,
): Promise<{ readonly table: RouteTableRecord; readonly association: Association } | undefined> {
  for (const table of await routeTables.list(tx, scope)) {
    const association = table.associations.find(matches);
    if (association) return { table, association };
  }
  return undefined;
}

export const associationNotFound = (id: string) =>
  new AwsError('InvalidAssociationID.NotFound', `The association ID '${id}' does not exist`);

/** Takes associations out of whichever tables have them. */
export async function dropAssociations(
  tx: Transaction,
  scope: Scope,
  matches: (association: Association) => boolean,
): Promise<void> {
  for (const table of await routeTables.list(tx, scope)) {
    const associations = table.associations.filter((association) => !matches(association));
    if (associations.length < table.associations.length)
      await routeTables.put(tx, { ...table, associations });
  }
}
