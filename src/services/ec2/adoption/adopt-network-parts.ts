/** What stands in the VPCs of real accounts beside their subnets: gateways, addresses, connections, lists of rules. */
import { type AdoptKind, adoptedKind } from '../../../invoke/imported/adopted-kind.ts';
import { timeOf } from '../../../invoke/imported/described.ts';
import type {
  Address,
  CustomerGateway,
  DhcpOptions,
  Ec2InstanceConnectEndpoint,
  EgressOnlyInternetGateway,
  FlowLog,
  InternetGateway,
  ManagedPrefixList,
  NatGateway,
  NetworkAcl,
  NetworkAclEntry,
  VpcPeeringConnection,
  VpcPeeringConnectionVpcInfo,
  VpnGateway,
} from '../../../shapes/generated/ec2.ts';
import {
  type CustomerGatewayRecord,
  customerGatewayKind,
} from '../network/customer-gateway/customer-gateway.ts';
import { dhcpOptionsKind } from '../network/dhcp-options/dhcp-options.ts';
import { egressOnlyGatewayKind } from '../network/egress-only-gateway/egress-only-gateway.ts';
import { elasticAddressKind } from '../network/elastic-address/elastic-address.ts';
import { type FlowLogRecord, flowLogKind } from '../network/flow-log/flow-log.ts';
import {
  type EndpointAddressType,
  type InstanceConnectEndpointRecord,
  instanceConnectEndpointKind,
} from '../network/instance-connect-endpoint/instance-connect-endpoint.ts';
import { type NatGatewayRecord, natGatewayKind } from '../network/nat-gateway/nat-gateway.ts';
import { isLastEntry } from '../network/network-acl/network-acl.ts';
import type { NetworkAclEntryRecord, NetworkAclRecord } from '../network/network-records.ts';
import { internetGateways, networkAcls } from '../network/networked.ts';
import { type PrefixListRecord, prefixListKind } from '../network/prefix-list/prefix-list.ts';
import {
  type PeeringSide,
  type VpcPeeringRecord,
  vpcPeeringKind,
} from '../network/vpc-peering/vpc-peering.ts';
import { type VpnGatewayRecord, vpnGatewayKind } from '../network/vpn-gateway/vpn-gateway.ts';
import { ENDPOINT_SERVICES } from './adopt-endpoint-services.ts';
import { VPN_CONNECTIONS } from './adopt-vpn-connections.ts';
import { owned } from './owned.ts';

export const NETWORK_PARTS: readonly AdoptKind[] = [
  ENDPOINT_SERVICES,
  VPN_CONNECTIONS,
  adoptedKind<InternetGateway, { vpcId?: string } & ReturnType<typeof owned>>(
    'ec2:DescribeInternetGateways',
    'InternetGateways',
    internetGateways,
    ({ InternetGatewayId, Tags, Attachments: [attachment] = [] }, scope) => ({
      ...owned(scope, InternetGatewayId, Tags),
      vpcId: attachment?.VpcId,
    }),
  ),
  adoptedKind<EgressOnlyInternetGateway, { vpcId: string } & ReturnType<typeof owned>>(
    'ec2:DescribeEgressOnlyInternetGateways',
    'EgressOnlyInternetGateways',
    egressOnlyGatewayKind.records,
    ({ EgressOnlyInternetGatewayId, Tags, Attachments: [attachment] = [] }, scope) => ({
      ...owned(scope, EgressOnlyInternetGatewayId, Tags),
      vpcId: attachment?.VpcId ?? '',
    }),
  ),
  adoptedKind<NetworkAcl, NetworkAclRecord>(
    'ec2:DescribeNetworkAcls',
    'NetworkAcls',
    networkAcls,
    ({ NetworkAclId, Tags, VpcId: vpcId = '', IsDefault, Entries = [] }, scope) => ({
      ...owned(scope, NetworkAclId, Tags),
      vpcId,
      isDefault: IsDefault ?? false,
      entries: Entries.filter((entry) => !isLastEntry(entry)).map(aclEntryOf),
    }),
  ),
  adoptedKind<DhcpOptions, { options: { key: string; values: string[] }[] } & ReturnType<typeof owned>>(
    'ec2:DescribeDhcpOptions',
    'DhcpOptions',
    dhcpOptionsKind.records,
    ({ DhcpOptionsId, Tags, DhcpConfigurations = [] }, scope) => ({
      ...owned(scope, DhcpOptionsId, Tags),
      options: DhcpConfigurations.map(({ Key = '', Values = [] }) => ({
        key: Key,
        values: Values.flatMap(({ Value }) => Value ?? []),
      })),
    }),
  ),
  adoptedKind<Address, { publicIp: string } & ReturnType<typeof owned>>(
    'ec2:DescribeAddresses',
    'Addresses',
    elasticAddressKind.records,
    ({ AllocationId, Tags, PublicIp: publicIp = '' }, scope) => ({
      ...owned(scope, AllocationId, Tags),
      publicIp,
    }),
  ),
  adoptedKind<NatGateway, NatGatewayRecord>(
    'ec2:DescribeNatGateways',
    'NatGateways',
    natGatewayKind.records,
    natGatewayOf,
  ),
  adoptedKind<VpnGateway, VpnGatewayRecord>(
    'ec2:DescribeVpnGateways',
    'VpnGateways',
    vpnGatewayKind.records,
    ({ VpnGatewayId, Tags, State, AmazonSideAsn, AvailabilityZone: zone, VpcAttachments = [] }, scope) => {
      const [attachment] = VpcAttachments;
      return {
        ...owned(scope, VpnGatewayId, Tags),
        state: settledGateway(State),
        amazonSideAsn: Number(AmazonSideAsn ?? 0),
        ...(zone && { zone }),
        ...(attachment && {
          attachment: {
            vpcId: attachment.VpcId ?? '',
            state: attachment.State?.startsWith('detach') ? 'detached' : 'attached',
          },
        }),
      };
    },
  ),
  adoptedKind<CustomerGateway, CustomerGatewayRecord>(
    'ec2:DescribeCustomerGateways',
    'CustomerGateways',
    customerGatewayKind.records,
    ({ CustomerGatewayId, Tags, State, BgpAsn, BgpAsnExtended, ...device }, scope) => ({
      ...owned(scope, CustomerGatewayId, Tags),
      state: settledGateway(State),
      bgpAsn: Number(BgpAsnExtended ?? BgpAsn ?? 0),
      ipAddress: device.IpAddress,
      certificateArn: device.CertificateArn,
      deviceName: device.DeviceName,
    }),
  ),
  adoptedKind<VpcPeeringConnection, VpcPeeringRecord>(
    'ec2:DescribeVpcPeeringConnections',
    'VpcPeeringConnections',
    vpcPeeringKind.records,
    (peering, scope) => ({
      ...owned(scope, peering.VpcPeeringConnectionId, peering.Tags),
      requester: sideOf(peering.RequesterVpcInfo),
      accepter: sideOf(peering.AccepterVpcInfo),
      status: { code: peering.Status?.Code ?? 'active', message: peering.Status?.Message ?? '' },
      ...(peering.ExpirationTime !== undefined && { expiresAtMs: timeOf(peering.ExpirationTime) }),
    }),
  ),
  adoptedKind<Ec2InstanceConnectEndpoint, InstanceConnectEndpointRecord>(
    'ec2:DescribeInstanceConnectEndpoints',
    'InstanceConnectEndpoints',
    instanceConnectEndpointKind.records,
    (endpoint, scope) => ({
      ...owned(scope, endpoint.InstanceConnectEndpointId, endpoint.Tags),
      state: settledGateway(endpoint.State),
      isModified: endpoint.State?.startsWith('update'),
      subnetId: endpoint.SubnetId ?? '',
      vpcId: endpoint.VpcId ?? '',
      zone: endpoint.AvailabilityZone ?? '',
      zoneId: endpoint.AvailabilityZoneId ?? '',
      groupIds: [...(endpoint.SecurityGroupIds ?? [])],
      networkInterfaceId: endpoint.NetworkInterfaceIds?.[0] ?? '',
      preservesClientIp: endpoint.PreserveClientIp ?? false,
      addressType: (endpoint.IpAddressType ?? 'ipv4') as EndpointAddressType,
      createdAtMs: timeOf(endpoint.CreatedAt),
      suffix: endpoint.DnsName?.split('.')[1] ?? '',
    }),
  ),
  adoptedKind<ManagedPrefixList, PrefixListRecord>(
    'ec2:DescribeManagedPrefixLists',
    'PrefixLists',
    prefixListKind.records,
    prefixListOf,
  ),
  adoptedKind<FlowLog, FlowLogRecord>(
    'ec2:DescribeFlowLogs',
    'FlowLogs',
    flowLogKind.records,
    (log, scope) => ({
      ...owned(scope, log.FlowLogId, log.Tags),
      resourceId: log.ResourceId ?? '',
      trafficType: log.TrafficType as FlowLogRecord['trafficType'],
      destinationType: (log.LogDestinationType ?? 'cloud-watch-logs') as FlowLogRecord['destinationType'],
      logGroupName: log.LogGroupName,
      destination: log.LogDestination,
      roleArn: log.DeliverLogsPermissionArn,
      format: log.LogFormat ?? '',
      aggregationSeconds: log.MaxAggregationInterval ?? 600,
      options: log.DestinationOptions,
      createdAtMs: timeOf(log.CreationTime),
    }),
  ),
];

const aclEntryOf = (entry: NetworkAclEntry): NetworkAclEntryRecord => ({
  isEgress: entry.Egress ?? false,
  ruleNumber: entry.RuleNumber ?? 0,
  action: entry.RuleAction === 'deny' ? 'deny' : 'allow',
  protocol: entry.Protocol ?? '-1',
  cidrIpv4: entry.CidrBlock,
  cidrIpv6: entry.Ipv6CidrBlock,
  ...(entry.PortRange && { ports: { from: entry.PortRange.From ?? 0, to: entry.PortRange.To ?? 0 } }),
  ...(entry.IcmpTypeCode && {
    icmp: { type: entry.IcmpTypeCode.Type ?? -1, code: entry.IcmpTypeCode.Code ?? -1 },
  }),
});

function natGatewayOf(nat: NatGateway, scope: Parameters<AdoptKind>[1]): NatGatewayRecord {
  const { NatGatewayAddresses: all = [] } = nat;
  const address = all.find(({ IsPrimary }) => IsPrimary) ?? all[0];
  const secondary = all.filter((each) => each !== address);
  return {
    ...owned(scope, nat.NatGatewayId, nat.Tags),
    subnetId: nat.SubnetId ?? '',
    vpcId: nat.VpcId ?? '',
    connectivity: nat.ConnectivityType === 'private' ? 'private' : 'public',
    state: settledState(nat.State),
    ...(nat.FailureCode !== undefined && {
      failure: { code: nat.FailureCode, message: nat.FailureMessage ?? '' },
    }),
    createdAtMs: timeOf(nat.CreateTime),
    ...(nat.DeleteTime !== undefined && { deletedAtMs: timeOf(nat.DeleteTime) }),
    networkInterfaceId: address?.NetworkInterfaceId ?? '',
    privateIp: address?.PrivateIp ?? '',
    allocationId: address?.AllocationId,
    associationId: address?.AssociationId,
    publicIp: address?.PublicIp,
    ...(secondary.length > 0 && {
      secondary: secondary.map(({ PrivateIp = '', AllocationId, AssociationId, PublicIp }) => ({
        privateIp: PrivateIp,
        allocationId: AllocationId,
        associationId: AssociationId,
        publicIp: PublicIp,
        status: 'succeeded' as const,
      })),
    }),
  };
}

/** What was on its way when the account was read has arrived by now. */
function settledState(state: string | undefined): NatGatewayRecord['state'] {
  if (state === 'deleting' || state === 'deleted') return 'deleted';
  return state === 'failed' ? 'failed' : 'available';
}

const settledGateway = (state: string | undefined) => (state?.startsWith('delet') ? 'deleted' : 'available');

const sideOf = (vpc: VpcPeeringConnectionVpcInfo = {}): PeeringSide => ({
  account: vpc.OwnerId ?? '',
  region: vpc.Region ?? '',
  vpcId: vpc.VpcId ?? '',
  cidrBlocks: (vpc.CidrBlockSet ?? []).flatMap(({ CidrBlock }) => CidrBlock ?? []),
  ipv6CidrBlocks: (vpc.Ipv6CidrBlockSet ?? []).flatMap(({ Ipv6CidrBlock }) => Ipv6CidrBlock ?? []),
  allowsDnsResolution: vpc.PeeringOptions?.AllowDnsResolutionFromRemoteVpc ?? false,
});

/** Undefined for those that AWS keeps: they are here. What is in a list is not read, and so empty. */
function prefixListOf(
  list: ManagedPrefixList,
  scope: Parameters<AdoptKind>[1],
): PrefixListRecord | undefined {
  const { PrefixListId, Version = 1, OwnerId } = list;
  if (OwnerId !== undefined && OwnerId !== scope.account) return undefined;
  return {
    ...owned(scope, PrefixListId, list.Tags),
    name: list.PrefixListName ?? '',
    family: list.AddressFamily === 'IPv6' ? 'IPv6' : 'IPv4',
    maxEntries: list.MaxEntries,
    versions: [[]],
    olderVersions: Math.max(0, Number(Version) - 1),
    isModified: list.State?.startsWith('modify'),
  };
}
