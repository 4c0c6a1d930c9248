/** A subnet: the record, and the addresses in it. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { Subnet } from '../../../../shapes/generated/ec2.ts';
import { type ReadTransaction, table } from '../../../../store/store.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { ec2Arn } from '../../resource/arn.ts';
import { type Home, notFoundError, type ResourceKind, type ResourceRecord } from '../../resource/kind.ts';
import { availableAddresses } from '../address.ts';
import { findNetworked, listNetworked } from '../default-network.ts';

export interface SubnetRecord extends ResourceRecord {
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly zone: string;
  readonly zoneId: string;
  readonly defaultForZone: boolean;
  readonly mapPublicIpOnLaunch: boolean;
  /** How instances in it are named; by their address where absent. */
  readonly dnsNames?: SubnetDnsNames;
}

export interface SubnetDnsNames {
  readonly hostnameType: 'ip-name' | 'resource-name';
  readonly aRecord: boolean;
  readonly aaaaRecord: boolean;
}

export const subnets = table<SubnetRecord>()({
  name: 'ec2.subnets',
  key: ({ account, region, id }) => [account, region, id],
});

export const subnetKind: ResourceKind<SubnetRecord> = {
  type: 'subnet',
  prefix: 'subnet',
  table: subnets,
  notFound: (ids) => notFoundError('InvalidSubnetID.NotFound', 'subnet ID', ids),
  malformed: (id) =>
    new AwsError('InvalidSubnetID.Malformed', `Invalid id: "${id}" (expecting "subnet-...")`),
  conditions: (subnet) => ({
    'ec2:AvailabilityZone': subnet.zone,
    'ec2:AvailabilityZoneId': subnet.zoneId,
    'ec2:SubnetID': subnet.id,
    'ec2:Vpc': ec2Arn(subnet, 'vpc', subnet.vpcId),
  }),
  find: (tx, home, id) => findNetworked(tx, subnets, home, id, (network) => network.subnets),
};

export function listSubnets(tx: ReadTransaction, home: Home): Promise<SubnetRecord[]> {
  return listNetworked(tx, subnets, home, (network) => network.subnets);
}

/** How many addresses of a subnet are taken. */
export type TakenAddresses = (subnetId: string) => number;

export function showSubnet(subnet: SubnetRecord, taken: TakenAddresses): Subnet {
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
    AssignIpv6AddressOnCreation: false,
    Ipv6CidrBlockAssociationSet: [],
    EnableDns64: false,
    Ipv6Native: false,
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: dnsNames?.hostnameType ?? 'ip-name',
      EnableResourceNameDnsARecord: dnsNames?.aRecord ?? false,
      EnableResourceNameDnsAAAARecord: dnsNames?.aaaaRecord ?? false,
    },
    BlockPublicAccessStates: { InternetGatewayBlockMode: 'off' },
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
    'enable-dns64': () => false,
    'enable-lni-at-device-index': () => undefined,
    'ipv6-cidr-block-association.association-id': () => undefined,
    'ipv6-cidr-block-association.ipv6-cidr-block': () => undefined,
    'ipv6-cidr-block-association.state': () => undefined,
    'ipv6-native': () => false,
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
