/** A virtual private cloud: the record, and how AWS shows it. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { Scope } from '../../../../aws/scope.ts';
import type { Vpc } from '../../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { ec2Arn } from '../../resource/arn.ts';
import { notFoundError, type ResourceKind } from '../../resource/kind.ts';
import { ipv4BlocksOf, ipv6BlocksOf, type VpcRecord } from '../network-records.ts';
import { vpcs } from '../networked.ts';
import { showBlock, showIpv6Block } from './vpc-cidr.ts';

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

/** The border group of a Region's own zones is the Region; those of Local Zones are not served. */
export function requireBorderGroup(region: string, group: string | undefined): void {
  if (group === undefined || group === region) return;
  throw new AwsError(
    'InvalidParameterValue',
    `Value (${group}) for parameter ipv6CidrBlockNetworkBorderGroup is invalid.`,
  );
}

export function showVpc(vpc: VpcRecord, blocks: Vpc['BlockPublicAccessStates']): Vpc {
  return {
    VpcId: vpc.id,
    OwnerId: vpc.account,
    State: 'available',
    CidrBlock: vpc.cidrBlock,
    CidrBlockAssociationSet: ipv4BlocksOf(vpc).map((block) => showBlock(block)),
    Ipv6CidrBlockAssociationSet: ipv6BlocksOf(vpc).map((block) => showIpv6Block(vpc, block)),
    DhcpOptionsId: vpc.dhcpOptionsId,
    InstanceTenancy: vpc.tenancy,
    IsDefault: vpc.isDefault,
    BlockPublicAccessStates: blocks,
    Tags: vpc.tags.length > 0 ? [...vpc.tags] : undefined,
  };
}

export const vpcFilters: FilterFields<VpcRecord> = {
  cidr: ({ cidrBlock }) => cidrBlock,
  'cidr-block-association.association-id': (vpc) => ipv4BlocksOf(vpc).map(({ id }) => id),
  'cidr-block-association.cidr-block': (vpc) => ipv4BlocksOf(vpc).map(({ cidrBlock }) => cidrBlock),
  'cidr-block-association.state': () => 'associated',
  'dhcp-options-id': ({ dhcpOptionsId }) => dhcpOptionsId,
  'ipv6-cidr-block-association.association-id': (vpc) => ipv6BlocksOf(vpc).map(({ id }) => id),
  'ipv6-cidr-block-association.ipv6-cidr-block': (vpc) => ipv6BlocksOf(vpc).map(({ cidrBlock }) => cidrBlock),
  'ipv6-cidr-block-association.ipv6-pool': (vpc) => ipv6BlocksOf(vpc).map(() => 'Amazon'),
  'ipv6-cidr-block-association.state': (vpc) => ipv6BlocksOf(vpc).map(() => 'associated'),
  'is-default': ({ isDefault }) => isDefault,
  'owner-id': ({ account }) => account,
  state: () => 'available',
  'vpc-id': ({ id }) => id,
  // The older names, which clients still send.
  'cidr-block': ({ cidrBlock }) => cidrBlock,
  cidrBlock: ({ cidrBlock }) => cidrBlock,
  isDefault: ({ isDefault }) => isDefault,
};
