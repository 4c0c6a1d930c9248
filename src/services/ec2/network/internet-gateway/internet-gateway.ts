/** An internet gateway, and the VPC that it is attached to. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { InternetGateway } from '../../../../shapes/generated/ec2.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { notFoundError, type ResourceKind } from '../../resource/kind.ts';
import type { InternetGatewayRecord } from '../network-records.ts';
import { internetGateways } from '../networked.ts';

export const internetGatewayKind: ResourceKind<InternetGatewayRecord> = {
  type: 'internet-gateway',
  prefix: 'igw',
  records: internetGateways,
  notFound: (ids) => notFoundError('InvalidInternetGatewayID.NotFound', 'internetGateway ID', ids),
  malformed: (id) =>
    new AwsError('InvalidInternetGatewayId.Malformed', `Invalid id: "${id}" (expecting "igw-...")`),
  conditions: ({ id }) => ({ 'ec2:InternetGatewayID': id }),
};

export function showInternetGateway({ id, account, vpcId, tags }: InternetGatewayRecord): InternetGateway {
  return {
    InternetGatewayId: id,
    OwnerId: account,
    // An attached gateway's state is `available`, not `attached`: the API shows it so.
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
