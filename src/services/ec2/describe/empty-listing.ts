/**
 * What may be asked of EC2's empty listings: filters that AWS documents, and no page beyond the first
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations.html).
 */
import type { ListingInput } from '../../../service-kit/empty-listings.ts';
import type { Filter } from '../../../shapes/generated/ec2.ts';
import { type FilterFields, filtersTest, matchingNothing } from './filter.ts';
import { pageOf } from './page.ts';

/** By operation. Those that are not here document no filters, and may have any. */
const ROWS = `
  DescribeBundleTasks bundle-id error-code error-message instance-id progress s3-bucket s3-prefix start-time state
    update-time
  DescribeCapacityBlockExtensionHistory availability-zone availability-zone-id capacity-block-extension-offering-id
    capacity-block-extension-status capacity-reservation-id instance-type
  DescribeCapacityBlockStatus interconnect-status
  DescribeCapacityBlocks availability-zone capacity-block-id create-date end-date start-date state tags
    ultraserver-type
  DescribeCapacityReservationBillingRequests requested-by status unused-reservation-billing-owner
  DescribeCapacityReservationFleets allocation-strategy instance-match-criteria state tenancy
  DescribeCapacityReservationTopology availability-zone instance-type
  DescribeCarrierGateways carrier-gateway-id owner-id state vpc-id
  DescribeClassicLinkInstances group-id instance-id vpc-id
  DescribeClientVpnAuthorizationRules description destination-cidr group-id
  DescribeClientVpnConnections connection-id username
  DescribeClientVpnEndpoints endpoint-id transport-protocol
  DescribeClientVpnRoutes destination-cidr origin target-subnet
  DescribeClientVpnTargetNetworks association-id target-network-id vpc-id
  DescribeCoipPools coip-pool.local-gateway-route-table-id coip-pool.pool-id
  DescribeElasticGpus availability-zone elastic-gpu-health elastic-gpu-state elastic-gpu-type instance-id
  DescribeFastLaunchImages owner-id resource-type state
  DescribeHostReservations instance-family payment-option state
  DescribeHosts auto-placement availability-zone client-token host-reservation-id instance-type state
  DescribeImageUsageReportEntries account-id creation-time resource-type
  DescribeImageUsageReports creation-time state
  DescribeInstanceEventWindows dedicated-host-id event-window-name instance-id instance-tag instance-tag-key
    instance-tag-value
  DescribeInstanceSqlHaStates haStatus sqlServerLicenseUsage
  DescribeIpamExternalResourceVerificationTokens ipam-arn ipam-external-resource-verification-token-arn
    ipam-external-resource-verification-token-id ipam-id ipam-region state status token-name token-value
  DescribeLocalGatewayRouteTableVirtualInterfaceGroupAssociations local-gateway-id local-gateway-route-table-arn
    local-gateway-route-table-id local-gateway-route-table-virtual-interface-group-association-id
    local-gateway-route-table-virtual-interface-group-id owner-id state
  DescribeLocalGatewayRouteTableVpcAssociations local-gateway-id local-gateway-route-table-arn
    local-gateway-route-table-id local-gateway-route-table-vpc-association-id owner-id state vpc-id
  DescribeLocalGatewayRouteTables local-gateway-id local-gateway-route-table-arn local-gateway-route-table-id
    outpost-arn owner-id state
  DescribeLocalGatewayVirtualInterfaceGroups local-gateway-id local-gateway-virtual-interface-group-id
    local-gateway-virtual-interface-id owner-id
  DescribeLocalGatewayVirtualInterfaces local-address local-bgp-asn local-gateway-id
    local-gateway-virtual-interface-id owner-id peer-address peer-bgp-asn vlan
  DescribeLocalGateways local-gateway-id outpost-arn owner-id state
  DescribeMacHosts availability-zone instance-type
  DescribeMacModificationTasks instance-id mac-system-integrity-protection-configuration.sip-status start-time
    task-state task-type
  DescribeMovingAddresses moving-status
  DescribeNetworkInterfacePermissions network-interface-permission.aws-account-id
    network-interface-permission.aws-service network-interface-permission.network-interface-id
    network-interface-permission.network-interface-permission-id network-interface-permission.permission
  DescribeOutpostLags configuration-state local-address outpost-arn outpost-id outpost-lag-id owner-id peer-address
    peer-bgp-asn service-link-virtual-interface-arn service-link-virtual-interface-id vlan
  DescribeReservedInstances availability-zone availability-zone-id duration end fixed-price instance-type
    product-description reserved-instances-id scope start state usage-price
  DescribeReservedInstancesListings reserved-instances-id reserved-instances-listing-id status status-message
  DescribeReservedInstancesModifications client-token create-date effective-date
    modification-result.reserved-instances-id modification-result.target-configuration.availability-zone
    modification-result.target-configuration.availability-zone-id
    modification-result.target-configuration.instance-type reserved-instances-id reserved-instances-modification-id
    status status-message update-date
  DescribeScheduledInstances availability-zone instance-type platform
  DescribeSecondaryInterfaces attachment.attachment-id attachment.instance-id attachment.instance-owner-id
    attachment.status owner-id private-ipv4-addresses.private-ip-address secondary-interface-arn
    secondary-interface-id secondary-interface-type secondary-network-id secondary-network-type secondary-subnet-id
    status
  DescribeSecondaryNetworks ipv4-cidr-block-association.association-id ipv4-cidr-block-association.cidr-block
    ipv4-cidr-block-association.state owner-id secondary-network-arn secondary-network-id state type
  DescribeSecondarySubnets ipv4-cidr-block-association.association-id ipv4-cidr-block-association.cidr-block
    ipv4-cidr-block-association.state owner-id secondary-network-id secondary-network-type secondary-subnet-arn
    secondary-subnet-id state
  DescribeServiceLinkVirtualInterfaces local-gateway-virtual-interface-id outpost-arn outpost-lag-id owner-id
    service-link-virtual-interface-id state vlan
  DescribeStoreImageTasks bucket task-state
  DescribeTrafficMirrorFilterRules description destination-cidr-block protocol rule-action rule-number
    source-cidr-block traffic-direction traffic-mirror-filter-id traffic-mirror-filter-rule-id
  DescribeTrafficMirrorFilters description traffic-mirror-filter-id
  DescribeTrafficMirrorSessions description network-interface-id owner-id packet-length session-number
    traffic-mirror-filter-id traffic-mirror-session-id traffic-mirror-target-id virtual-network-id
  DescribeTrafficMirrorTargets description network-interface-id network-load-balancer-arn owner-id
    traffic-mirror-target-id
  DescribeTransitGatewayAttachments association.state association.transit-gateway-route-table-id resource-id
    resource-owner-id resource-type state transit-gateway-attachment-id transit-gateway-id transit-gateway-owner-id
  DescribeTransitGatewayConnectPeers state transit-gateway-attachment-id transit-gateway-connect-peer-id
  DescribeTransitGatewayConnects options.protocol state transit-gateway-attachment-id transit-gateway-id
    transport-transit-gateway-attachment-id
  DescribeTransitGatewayMulticastDomains state transit-gateway-id transit-gateway-multicast-domain-id
  DescribeTransitGatewayPeeringAttachments local-owner-id remote-owner-id state transit-gateway-attachment-id
    transit-gateway-id
  DescribeTransitGatewayRouteTables default-association-route-table default-propagation-route-table state
    transit-gateway-id transit-gateway-route-table-id
  DescribeTransitGatewayVpcAttachments state transit-gateway-attachment-id transit-gateway-id vpc-id
  DescribeTransitGateways options.amazon-side-asn options.association-default-route-table-id
    options.auto-accept-shared-attachments options.default-route-table-association
    options.default-route-table-propagation options.dns-support options.propagation-default-route-table-id
    options.vpn-ecmp-support owner-id state transit-gateway-id
  DescribeTrunkInterfaceAssociations gre-key interface-protocol
  DescribeVpcEndpointAssociations associated-resource-accessibility associated-resource-id association-id
    resource-configuration-group-arn service-network-arn vpc-endpoint-id
  DescribeVpcEndpointConnectionNotifications connection-notification-arn connection-notification-id
    connection-notification-state connection-notification-type service-id vpc-endpoint-id
  DescribeVpcEndpointConnections ip-address-type service-id vpc-endpoint-id vpc-endpoint-owner vpc-endpoint-region
    vpc-endpoint-state
`;

const FIELDS: ReadonlyMap<string, FilterFields<object>> = new Map(
  ROWS.trim()
    .split(/\n {2}(?! )/)
    .map((row) => {
      const [operation = '', ...names] = row.trim().split(/\s+/);
      return [operation, matchingNothing(...names)];
    }),
);

export function requireFirstPage(input: ListingInput, operation: string): void {
  const filters = (input.Filters ?? input.Filter) as readonly Filter[] | undefined;
  const fields = FIELDS.get(operation);
  if (fields) filtersTest(filters, fields);
  pageOf([], String, input, { min: 1, lenient: true });
}
