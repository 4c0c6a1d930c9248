/** What is read of an account's networks, and of what instances take from them. */
import { listing, type ReadRow } from './read-row.ts';

/** Of listings that have no pages. */
const whole = (operation: string, member: string, gives: string): ReadRow => ({
  operation,
  scope: 'region',
  lists: [member],
  gives,
});

export const NETWORK_READS: readonly ReadRow[] = [
  listing('ec2:DescribeVpcEndpoints', 'VpcEndpoints', 'VPC endpoints and their policies'),
  listing('ec2:DescribeVpcEndpointServiceConfigurations', 'ServiceConfigurations', 'VPC endpoint services'),
  {
    ...listing(
      'ec2:DescribeVpcEndpointServicePermissions',
      'AllowedPrincipals',
      'who may use endpoint services',
    ),
    each: [
      {
        operation: 'ec2:DescribeVpcEndpointServiceConfigurations',
        path: 'ServiceConfigurations[].ServiceId',
        as: 'ServiceId',
      },
    ],
  },
  listing('ec2:DescribeVpcs', 'Vpcs', 'VPCs'),
  ...['enableDnsSupport', 'enableDnsHostnames'].map(
    (Attribute): ReadRow => ({
      operation: 'ec2:DescribeVpcAttribute',
      scope: 'region',
      input: { Attribute },
      each: [{ operation: 'ec2:DescribeVpcs', path: 'Vpcs[].VpcId', as: 'VpcId' }],
      gives: 'names in VPCs',
    }),
  ),
  listing('ec2:DescribeSubnets', 'Subnets', 'subnets'),
  listing('ec2:DescribeSecurityGroups', 'SecurityGroups', 'security groups'),
  listing('ec2:DescribeSecurityGroupRules', 'SecurityGroupRules', 'security groups'),
  listing(
    'ec2:DescribeSecurityGroupVpcAssociations',
    'SecurityGroupVpcAssociations',
    'security groups associated with further VPCs',
  ),
  listing('ec2:DescribeRouteTables', 'RouteTables', 'route tables'),
  listing('ec2:DescribeNetworkAcls', 'NetworkAcls', 'network ACLs'),
  listing('ec2:DescribeDhcpOptions', 'DhcpOptions', 'DHCP options'),
  listing('ec2:DescribeInternetGateways', 'InternetGateways', 'internet gateways'),
  listing(
    'ec2:DescribeEgressOnlyInternetGateways',
    'EgressOnlyInternetGateways',
    'egress-only internet gateways',
  ),
  listing('ec2:DescribeNatGateways', 'NatGateways', 'NAT gateways'),
  whole('ec2:DescribeVpnGateways', 'VpnGateways', 'virtual private gateways'),
  {
    ...whole('ec2:DescribeVpnConnections', 'VpnConnections', 'VPN connections'),
    // The configuration of the customer's device holds the keys, too.
    omit: ['CustomerGatewayConfiguration', 'PreSharedKey'],
  },
  whole('ec2:DescribeCustomerGateways', 'CustomerGateways', 'customer gateways'),
  whole('ec2:DescribeAddresses', 'Addresses', 'elastic addresses'),
  listing(
    'ec2:DescribeInstanceConnectEndpoints',
    'InstanceConnectEndpoints',
    'EC2 Instance Connect Endpoints',
  ),
  listing('ec2:DescribeNetworkInterfaces', 'NetworkInterfaces', 'network interfaces'),
  listing('ec2:DescribeVpcPeeringConnections', 'VpcPeeringConnections', 'VPC peering connections'),
  listing('ec2:DescribeManagedPrefixLists', 'PrefixLists', 'prefix lists'),
  listing('ec2:DescribeFlowLogs', 'FlowLogs', 'flow logs'),
  whole('ec2:DescribeKeyPairs', 'KeyPairs', 'names of key pairs'),
  whole('ec2:DescribePlacementGroups', 'PlacementGroups', 'placement groups'),
  listing('ec2:DescribeCapacityReservations', 'CapacityReservations', 'capacity reservations'),
  listing(
    'ec2:DescribeInstanceCreditSpecifications',
    'InstanceCreditSpecifications',
    'CPU credits of instances',
  ),
  listing(
    'ec2:DescribeIamInstanceProfileAssociations',
    'IamInstanceProfileAssociations',
    'instance profiles of instances',
  ),
];
