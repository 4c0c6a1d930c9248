/** A subnet: the record, and the addresses in it. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { Subnet } from '../../../../shapes/generated/ec2.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { ec2Arn } from '../../resource/arn.ts';
import { notFoundError, type ResourceKind } from '../../resource/kind.ts';
import { availableAddresses } from '../address.ts';
import type { SubnetRecord } from '../network-records.ts';
import { subnets } from '../networked.ts';
import { showSubnetBlock } from './subnet-ipv6.ts';

export const subnetKind: ResourceKind<SubnetRecord> = {
  type: 'subnet',
  prefix: 'subnet',
  records: subnets,
  notFound: (ids) => notFoundError('InvalidSubnetID.NotFound', 'subnet ID', ids),
  malformed: (id) =>
    new AwsError('InvalidSubnetID.Malformed', `Invalid id: "${id}" (expecting "subnet-...")`),
  conditions: (subnet) => ({
    'ec2:AvailabilityZone': subnet.zone,
    'ec2:AvailabilityZoneId': subnet.zoneId,
    'ec2:SubnetID': subnet.id,
    'ec2:Vpc': ec2Arn(subnet, 'vpc', subnet.vpcId),
  }),
};

/** Throws for a subnet of IPv6 alone. */
export function requireIpv4({ id, cidrBlock }: SubnetRecord): void {
  if (cidrBlock !== undefined) return;
  throw new AwsError(
    'InvalidParameterValue',
    `The subnet '${id}' does not have an IPv4 CIDR block associated with it.`,
  );
}

/** How many addresses of a subnet are taken. */
export type TakenAddresses = (subnetId: string) => number;

export function showSubnet(
  subnet: SubnetRecord,
  taken: TakenAddresses,
  blocks: Subnet['BlockPublicAccessStates'],
): Subnet {
  const { dnsNames } = subnet;
  return {
    SubnetId: subnet.id,
    SubnetArn: ec2Arn(subnet, subnetKind.type, subnet.id),
    OwnerId: subnet.account,
    VpcId: subnet.vpcId,
    State: 'available',
    CidrBlock: subnet.cidrBlock,
    AvailableIpAddressCount: availableAddresses(subnet.cidrBlock, taken(subnet.id)),
    AvailabilityZone: subnet.zone,
    AvailabilityZoneId: subnet.zoneId,
    DefaultForAz: subnet.defaultForZone,
    MapPublicIpOnLaunch: subnet.mapPublicIpOnLaunch,
    MapCustomerOwnedIpOnLaunch: false,
    AssignIpv6AddressOnCreation: subnet.assignsIpv6 ?? false,
    Ipv6CidrBlockAssociationSet: (subnet.ipv6Cidrs ?? []).map((each) => showSubnetBlock(each)),
    EnableDns64: subnet.dns64 ?? false,
    Ipv6Native: subnet.cidrBlock === undefined,
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: dnsNames?.hostnameType ?? 'ip-name',
      EnableResourceNameDnsARecord: dnsNames?.aRecord ?? false,
      EnableResourceNameDnsAAAARecord: dnsNames?.aaaaRecord ?? false,
    },
    BlockPublicAccessStates: blocks,
    Tags: subnet.tags.length > 0 ? [...subnet.tags] : undefined,
  };
}

export function subnetFilters(taken: TakenAddresses): FilterFields<SubnetRecord> {
  return {
    'availability-zone': ({ zone }) => zone,
    'availability-zone-id': ({ zoneId }) => zoneId,
    'available-ip-address-count': ({ id, cidrBlock }) => availableAddresses(cidrBlock, taken(id)),
    'cidr-block': ({ cidrBlock }) => cidrBlock,
    'customer-owned-ipv4-pool': () => undefined,
    'default-for-az': ({ defaultForZone }) => defaultForZone,
    'enable-dns64': ({ dns64 }) => dns64 ?? false,
    'enable-lni-at-device-index': () => undefined,
    'ipv6-cidr-block-association.association-id': ({ ipv6Cidrs }) => ipv6Cidrs?.map(({ id }) => id),
    'ipv6-cidr-block-association.ipv6-cidr-block': ({ ipv6Cidrs }) =>
      ipv6Cidrs?.map(({ cidrBlock }) => cidrBlock),
    'ipv6-cidr-block-association.state': ({ ipv6Cidrs }) => ipv6Cidrs?.map(() => 'associated'),
    'ipv6-native': ({ cidrBlock }) => cidrBlock === undefined,
    'map-customer-owned-ip-on-launch': () => false,
    'map-public-ip-on-launch': ({ mapPublicIpOnLaunch }) => mapPublicIpOnLaunch,
    'outpost-arn': () => undefined,
    'owner-id': ({ account }) => account,
    'private-dns-name-options-on-launch.hostname-type': ({ dnsNames }) => dnsNames?.hostnameType ?? 'ip-name',
    'private-dns-name-options-on-launch.enable-resource-name-dns-a-record': ({ dnsNames }) =>
      dnsNames?.aRecord ?? false,
    'private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record': ({ dnsNames }) =>
      dnsNames?.aaaaRecord ?? false,
    state: () => 'available',
    'subnet-arn': (subnet) => ec2Arn(subnet, subnetKind.type, subnet.id),
    'subnet-id': ({ id }) => id,
    'vpc-id': ({ vpcId }) => vpcId,
    // The older names, which clients still send.
    availabilityZone: ({ zone }) => zone,
    cidr: ({ cidrBlock }) => cidrBlock,
    cidrBlock: ({ cidrBlock }) => cidrBlock,
    defaultForAz: ({ defaultForZone }) => defaultForZone,
  };
}
