/** A virtual private cloud: the record, and how AWS shows it. */

import { AwsError } from '../../../aws/aws-error.ts';
import { table } from '../../../store/store.ts';
import { ec2Arn } from '../resource/arn.ts';
import { notFoundError, type ResourceKind, type ResourceRecord } from '../resource/kind.ts';
import { findNetworked } from './default-network.ts';

export interface VpcRecord extends ResourceRecord {
  readonly cidrBlock: string;
  readonly cidrAssociationId: string;
  readonly isDefault: boolean;
  readonly dhcpOptionsId: string;
  readonly tenancy: 'default' | 'dedicated';
  readonly dnsSupport: boolean;
  readonly dnsHostnames: boolean;
}

export const vpcs = table<VpcRecord>()({
  name: 'ec2.vpcs',
  key: ({ account, region, id }) => [account, region, id],
});

export const vpcKind: ResourceKind<VpcRecord> = {
  type: 'vpc',
  prefix: 'vpc',
  table: vpcs,
  notFound: (ids) => notFoundError('InvalidVpcID.NotFound', 'vpc ID', ids),
  malformed: (id) => new AwsError('InvalidVpcID.Malformed', `Invalid id: "${id}" (expecting "vpc-...")`),
  conditions: (vpc) => ({
    'ec2:VpcID': vpc.id,
    'ec2:Tenancy': vpc.tenancy,
    'ec2:Vpc': ec2Arn(vpc, 'vpc', vpc.id),
  }),
  find: (tx, home, id) => findNetworked(tx, vpcs, home, id, ({ vpc }) => [vpc]),
};
