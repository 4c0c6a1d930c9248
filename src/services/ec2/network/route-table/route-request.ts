/** What a request wants of a route: its destination, and the gateway that it leads to. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { findResource, requireId } from '../../resource/kind.ts';
import { formatBlock, parseBlock } from '../address.ts';
import { internetGatewayKind } from '../internet-gateway/internet-gateway.ts';
import { natGatewayKind } from '../nat-gateway/nat-gateway.ts';
import type { RouteRecord, RouteTableRecord } from '../network-records.ts';

/** Destinations and targets that Latchkey does not serve. */
export const UNSERVED_ROUTES = [
  'DestinationIpv6CidrBlock',
  'DestinationPrefixListId',
  'CarrierGatewayId',
  'CoreNetworkArn',
  'EgressOnlyInternetGatewayId',
  'InstanceId',
  'LocalGatewayId',
  'NetworkInterfaceId',
  'OdbNetworkArn',
  'TransitGatewayId',
  'VpcEndpointId',
  'VpcPeeringConnectionId',
] as const;

interface RouteRequest {
  readonly DestinationCidrBlock?: string;
  readonly GatewayId?: string;
  readonly NatGatewayId?: string;
}

export function requestedRoute(input: RouteRequest): RouteRecord {
  const { GatewayId: gatewayId, NatGatewayId: natGatewayId } = input;
  if ((gatewayId === undefined) === (natGatewayId === undefined)) {
    throw new AwsError(
      gatewayId === undefined ? 'MissingParameter' : 'InvalidParameterCombination',
      'The request must contain exactly one of the parameters of a target',
    );
  }
  // A NAT gateway may be named in either of two ways.
  const nat = natGatewayId ?? (gatewayId?.startsWith('nat-') ? gatewayId : undefined);
  return {
    destination: destinationOf(input.DestinationCidrBlock),
    ...(nat ? { natGatewayId: nat } : { gatewayId }),
    origin: 'CreateRoute',
  };
}

function destinationOf(cidr: string | undefined): string {
  if (!cidr)
    throw new AwsError('MissingParameter', 'The request must contain the parameter destinationCidrBlock');
  const block = parseBlock(cidr);
  if (block) return formatBlock(block);
  throw new AwsError(
    'InvalidParameterValue',
    `Value (${cidr}) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.`,
  );
}

/** Throws where what the route leads to is not there, or is another VPC's. */
export async function requireTarget(
  tx: ReadTransaction,
  table: RouteTableRecord,
  { gatewayId, natGatewayId }: RouteRecord,
): Promise<void> {
  const id = natGatewayId ?? gatewayId ?? '';
  const vpcId = natGatewayId ? await natVpc(tx, table, id) : await gatewayVpc(tx, table, id);
  if (vpcId === table.vpcId) return;
  throw new AwsError(
    'InvalidParameterValue',
    `route table ${table.id} and network gateway ${id} belong to different networks`,
  );
}

async function natVpc(tx: ReadTransaction, table: RouteTableRecord, id: string): Promise<string> {
  requireId(natGatewayKind, id);
  const nat = await findResource(tx, natGatewayKind, table, id);
  if (nat && nat.state !== 'deleted') return nat.vpcId;
  throw new AwsError('InvalidNatGatewayID.NotFound', `The natGateway ID '${id}' does not exist`);
}

async function gatewayVpc(
  tx: ReadTransaction,
  table: RouteTableRecord,
  id: string,
): Promise<string | undefined> {
  requireId(internetGatewayKind, id);
  const gateway = await findResource(tx, internetGatewayKind, table, id);
  if (!gateway) throw internetGatewayKind.notFound([id]);
  return gateway.vpcId;
}
