/** A virtual private cloud: the record, and how AWS shows it. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { Scope } from '../../../../aws/scope.ts';
import type { Vpc } from '../../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { ec2Arn } from '../../resource/arn.ts';
import { notFoundError, type ResourceKind } from '../../resource/kind.ts';
import type { VpcRecord } from '../network-records.ts';
import { vpcs } from '../networked.ts';

export const vpcKind: ResourceKind<VpcRecord> = {
  type: 'vpc',
  prefix: 'vpc',
  records: vpcs,
  notFound: (ids) => notFoundError('InvalidVpcID.NotFound', 'vpc ID', ids),
  malformed: (id) => new AwsError('InvalidVpcID.Malformed', `Invalid id: "${id}" (expecting "vpc-...")`),
  conditions: (vpc) => ({
    'ec2:VpcID': vpc.id,
    'ec2:Tenancy': vpc.tenancy,
    'ec2:Vpc': ec2Arn(vpc, 'vpc', vpc.id),
  }),
};

export async function findDefaultVpc(tx: ReadTransaction, scope: Scope): Promise<VpcRecord | undefined> {
  return (await vpcs.list(tx, scope)).find(({ isDefault }) => isDefault);
}

/** For calls that fall back on the default VPC. Throws where the account has deleted it. */
export async function requireDefaultVpc(tx: ReadTransaction, scope: Scope): Promise<VpcRecord> {
  const vpc = await findDefaultVpc(tx, scope);
  if (!vpc) throw new AwsError('VPCIdNotSpecified', 'No default VPC for this user');
  return vpc;
}

export function showVpc(vpc: VpcRecord): Vpc {
  return {
    VpcId: vpc.id,
    OwnerId: vpc.account,
    State: 'available',
    CidrBlock: vpc.cidrBlock,
    CidrBlockAssociationSet: [
      {
        AssociationId: vpc.cidrAssociationId,
        CidrBlock: vpc.cidrBlock,
        CidrBlockState: { State: 'associated' },
      },
    ],
    Ipv6CidrBlockAssociationSet: [],
    DhcpOptionsId: vpc.dhcpOptionsId,
    InstanceTenancy: vpc.tenancy,
    IsDefault: vpc.isDefault,
    BlockPublicAccessStates: { InternetGatewayBlockMode: 'off' },
    Tags: vpc.tags.length > 0 ? [...vpc.tags] : undefined,
  };
}

export const vpcFilters: FilterFields<VpcRecord> = {
  cidr: ({ cidrBlock }) => cidrBlock,
  'cidr-block-association.association-id': ({ cidrAssociationId }) => cidrAssociationId,
  'cidr-block-association.cidr-block': ({ cidrBlock }) => cidrBlock,
  'cidr-block-association.state': () => 'associated',
  'dhcp-options-id': ({ dhcpOptionsId }) => dhcpOptionsId,
  'ipv6-cidr-block-association.association-id': () => undefined,
  'ipv6-cidr-block-association.ipv6-cidr-block': () => undefined,
  'ipv6-cidr-block-association.ipv6-pool': () => undefined,
  'ipv6-cidr-block-association.state': () => undefined,
  'is-default': ({ isDefault }) => isDefault,
  'owner-id': ({ account }) => account,
  state: () => 'available',
  'vpc-id': ({ id }) => id,
  // The older names, which clients still send.
  cidrBlock: ({ cidrBlock }) => cidrBlock,
  isDefault: ({ isDefault }) => isDefault,
};
