/** ARNs of EC2's resources (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html). */
import { formatArn, parseArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';

/** Images and snapshots may be shared: their ARNs name no account (aws-facts F2). */
const WITHOUT_ACCOUNT: ReadonlySet<string> = new Set(['image', 'snapshot']);

export function ec2Arn(scope: Scope, type: string, id: string): string {
  return formatArn({
    service: 'ec2',
    region: scope.region,
    account: WITHOUT_ACCOUNT.has(type) ? '' : scope.account,
    resource: `${type}/${id}`,
  });
}

const CLOUDFORMATION_TYPES: Readonly<Record<string, string>> = {
  'capacity-reservation': 'AWS::EC2::CapacityReservation',
  'customer-gateway': 'AWS::EC2::CustomerGateway',
  'dhcp-options': 'AWS::EC2::DHCPOptions',
  'egress-only-internet-gateway': 'AWS::EC2::EgressOnlyInternetGateway',
  'elastic-ip': 'AWS::EC2::EIP',
  fleet: 'AWS::EC2::EC2Fleet',
  image: 'AWS::EC2::Ami',
  instance: 'AWS::EC2::Instance',
  'instance-connect-endpoint': 'AWS::EC2::InstanceConnectEndpoint',
  'internet-gateway': 'AWS::EC2::InternetGateway',
  'key-pair': 'AWS::EC2::KeyPair',
  'launch-template': 'AWS::EC2::LaunchTemplate',
  natgateway: 'AWS::EC2::NatGateway',
  'network-acl': 'AWS::EC2::NetworkAcl',
  'network-interface': 'AWS::EC2::NetworkInterface',
  'placement-group': 'AWS::EC2::PlacementGroup',
  'prefix-list': 'AWS::EC2::PrefixList',
  'route-table': 'AWS::EC2::RouteTable',
  'security-group': 'AWS::EC2::SecurityGroup',
  snapshot: 'AWS::EC2::Snapshot',
  'spot-fleet-request': 'AWS::EC2::SpotFleet',
  subnet: 'AWS::EC2::Subnet',
  'subnet-cidr-reservation': 'AWS::EC2::SubnetCidrReservation',
  volume: 'AWS::EC2::Volume',
  vpc: 'AWS::EC2::VPC',
  'vpc-block-public-access-exclusion': 'AWS::EC2::VPCBlockPublicAccessExclusion',
  'vpc-endpoint': 'AWS::EC2::VPCEndpoint',
  'vpc-endpoint-service': 'AWS::EC2::VPCEndpointService',
  'vpc-flow-log': 'AWS::EC2::FlowLog',
  'vpc-peering-connection': 'AWS::EC2::VPCPeeringConnection',
  'vpn-connection': 'AWS::EC2::VPNConnection',
  'vpn-gateway': 'AWS::EC2::VPNGateway',
};

/** What CloudTrail calls the type of a resource; undefined for patterns (`instance/*`) and what it does not list. */
export function cloudFormationType(arn: string): string | undefined {
  const [type, id] = parseArn(arn)?.resource.split('/') ?? [];
  return type && id !== '*' ? CLOUDFORMATION_TYPES[type] : undefined;
}

/** What a call made, for CloudTrail's `resources`: the checks of a creation name only `volume/*`. */
export function createdResources(
  scope: Scope,
  type: string,
  ids: readonly (string | undefined)[],
): { type: string; arn: string; account: string }[] {
  return ids.flatMap((id) =>
    id ? [{ type: CLOUDFORMATION_TYPES[type]!, arn: ec2Arn(scope, type, id), account: scope.account }] : [],
  );
}
