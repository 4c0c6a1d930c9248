/** An internet gateway, and the VPC that it is attached to. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { InternetGateway } from '../../../../shapes/generated/ec2.ts';
import { type ReadTransaction, table } from '../../../../store/store.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { type Home, notFoundError, type ResourceKind, type ResourceRecord } from '../../resource/kind.ts';
import { findNetworked, listNetworked } from '../default-network.ts';

export interface InternetGatewayRecord extends ResourceRecord {
  readonly vpcId?: string;
}

export const internetGateways = table<InternetGatewayRecord>()({
  name: 'ec2.internetGateways',
  key: ({ account, region, id }) => [account, region, id],
});

export const internetGatewayKind: ResourceKind<InternetGatewayRecord> = {
  type: 'internet-gateway',
  prefix: 'igw',
  table: internetGateways,
  notFound: (ids) => notFoundError('InvalidInternetGatewayID.NotFound', 'internetGateway ID', ids),
  malformed: (id) =>
    new AwsError('InvalidInternetGatewayId.Malformed', `Invalid id: "${id}" (expecting "igw-...")`),
  conditions: ({ id }) => ({ 'ec2:InternetGatewayID': id }),
  find: (tx, home, id) =>
    findNetworked(tx, internetGateways, home, id, ({ internetGateway }) => [internetGateway]),
};

export function listInternetGateways(tx: ReadTransaction, home: Home): Promise<InternetGatewayRecord[]> {
  return listNetworked(tx, internetGateways, home, ({ internetGateway }) => [internetGateway]);
}

export function showInternetGateway({ id, account, vpcId, tags }: InternetGatewayRecord): InternetGateway {
  return {
    InternetGatewayId: id,
    OwnerId: account,
    // An attached gateway's state is `available`, not `attached`: the API tells it so.
    Attachments: vpcId ? [{ State: 'available', VpcId: vpcId }] : [],
    Tags: [...tags],
  };
}

export const internetGatewayFilters: FilterFields<InternetGatewayRecord> = {
  'attachment.state': ({ vpcId }) => vpcId && 'available',
  'attachment.vpc-id': ({ vpcId }) => vpcId,
  'internet-gateway-id': ({ id }) => id,
  'owner-id': ({ account }) => account,
};
