/**
 * EC2's whole answers of gateways, endpoints, capacity and what else is made beside instances and volumes: with each member that
 * a request may have, changed member by member, and refused at each edge; and the condition keys of a resource of each kind.
 */
import { test } from 'node:test';
import type { CallDecisions, DocumentedDecision } from '../../../src/explain/what-if/decisions.ts';
import { DAY_MS, lookupEvents, newUser, ZONE } from '../../worlds/account.ts';
import type { Credentials } from '../../worlds/server.ts';
import { TAGGING_POLICY } from '../../worlds/spot-fleets.ts';
import { transcripts } from '../../worlds/transcript.ts';

const { server, transcript } = await transcripts(import.meta.url);
const IMAGE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
const NOBODY = '0123456789abcdef0';
const TEAM = [{ Key: 'team', Value: 'core' }];
const TWO_CPUS = { VCpuCount: { Min: 2, Max: 2 }, MemoryMiB: { Min: 8192, Max: 8192 } };
const tagged = (ResourceType: string) => ({ TagSpecifications: [{ ResourceType, Tags: TEAM }] });

function account(id: string, name: string) {
  const t = transcript(id, name);
  const silent = (operation: string, input: object = {}) => t.silent(`ec2:${operation}`, input);
  /** What it starts is done before the next call. */
  const call = async (operation: string, input: object = {}) => {
    const answer = await t.call(`ec2:${operation}`, input);
    await server.settled();
    return answer;
  };
  return {
    t,
    call,
    silent,
    newVpc: async (CidrBlock: string, more: object = {}) => {
      const VpcId = (await silent('CreateVpc', { CidrBlock, ...more })).at('Vpc', 'VpcId');
      const subnet = await silent('CreateSubnet', { VpcId, CidrBlock, AvailabilityZone: ZONE });
      return { VpcId, SubnetId: subnet.at('Subnet', 'SubnetId') };
    },
    /** One after the other, each with the same input but for what it says. */
    async each(operation: string, input: object, ...changes: readonly object[]) {
      for (const change of changes) await call(operation, { ...input, ...change });
    },
  };
}

test('gateways out of a VPC, and what they lead to', async () => {
  const { t, call, silent, newVpc, each } = account('100000000001', 'gateways');
  const { VpcId, SubnetId } = await newVpc('172.31.40.0/24');
  const other = await newVpc('10.1.0.0/24');
  const customer = { Type: 'ipsec.1', IpAddress: '12.1.2.3', BgpAsn: 65_010, DeviceName: 'left' };
  const first = await call('CreateCustomerGateway', { ...customer, ...tagged('customer-gateway') });
  const CustomerGatewayId = first.at('CustomerGateway', 'CustomerGatewayId');
  await each(
    'CreateCustomerGateway',
    customer,
    {},
    { DeviceName: 'right' },
    { IpAddress: '12.1.2.4' },
    { BgpAsn: 65_011 },
    { BgpAsn: undefined },
    { BgpAsn: undefined, BgpAsnExtended: 4_294_967_295 },
    { BgpAsnExtended: 65_010 },
    { BgpAsn: 0 },
    { BgpAsn: 4_294_967_295 },
    { IpAddress: 'x' },
    { IpAddress: undefined },
    { IpAddress: undefined, PublicIp: '12.1.2.5' },
    { Type: 'none' },
    { DeviceName: 'x'.repeat(256) },
    { CertificateArn: 'arn:aws:acm:us-east-1:100000000001:certificate/00000000-0000-0000-0000-000000000001' },
  );
  await call('DescribeCustomerGateways', { CustomerGatewayIds: [CustomerGatewayId] });
  await each('DescribeCustomerGateways', {}, { CustomerGatewayIds: [`cgw-${NOBODY}`] });

  const vpn = await call('CreateVpnGateway', {
    Type: 'ipsec.1',
    AmazonSideAsn: 65_001,
    AvailabilityZone: ZONE,
    ...tagged('vpn-gateway'),
  });
  const VpnGatewayId = vpn.at('VpnGateway', 'VpnGatewayId');
  await each(
    'CreateVpnGateway',
    { Type: 'ipsec.1' },
    { AmazonSideAsn: 1 },
    { AvailabilityZone: 'none' },
    { Type: 'x' },
  );
  await each('AttachVpnGateway', { VpnGatewayId }, { VpcId }, { VpcId }, { VpcId: other.VpcId });
  await call('DescribeVpnGateways', { VpnGatewayIds: [VpnGatewayId] });
  const connection = await call('CreateVpnConnection', {
    Type: 'ipsec.1',
    CustomerGatewayId,
    VpnGatewayId,
    Options: {
      StaticRoutesOnly: true,
      LocalIpv4NetworkCidr: '10.0.0.0/8',
      RemoteIpv4NetworkCidr: '10.9.0.0/16',
    },
    ...tagged('vpn-connection'),
  });
  const VpnConnectionId = connection.at('VpnConnection', 'VpnConnectionId');
  await each(
    'CreateVpnConnection',
    { Type: 'ipsec.1', CustomerGatewayId, VpnGatewayId },
    { CustomerGatewayId: `cgw-${NOBODY}` },
    { VpnGatewayId: `vgw-${NOBODY}` },
    { Type: 'none' },
  );
  const DestinationCidrBlock = '192.168.0.0/16';
  await each(
    'CreateVpnConnectionRoute',
    { VpnConnectionId, DestinationCidrBlock },
    {},
    {},
    { DestinationCidrBlock: 'x' },
  );
  await call('DeleteVpnConnectionRoute', { VpnConnectionId, DestinationCidrBlock });
  for (const operation of ['DeleteVpnGateway', 'DetachVpnGateway'])
    await call(operation, { VpnGatewayId, VpcId });
  await call('DeleteCustomerGateway', { CustomerGatewayId });
  await each('DeleteVpnConnection', { VpnConnectionId }, {}, {});
  await each('DeleteVpnGateway', { VpnGatewayId }, {}, {}, { VpnGatewayId: `vgw-${NOBODY}` });
  await each('DeleteCustomerGateway', { CustomerGatewayId }, {}, {}, { CustomerGatewayId: `cgw-${NOBODY}` });
  await call('DescribeCustomerGateways', { CustomerGatewayIds: [CustomerGatewayId] });

  const address = async () => (await silent('AllocateAddress')).at('AllocationId');
  const AllocationId = await address();
  const nat = await call('CreateNatGateway', { SubnetId, AllocationId, ...tagged('natgateway') });
  const NatGatewayId = nat.at('NatGateway', 'NatGatewayId');
  const inner = await call('CreateNatGateway', {
    SubnetId,
    ConnectivityType: 'private',
    PrivateIpAddress: '172.31.40.20',
    SecondaryPrivateIpAddresses: ['172.31.40.21'],
  });
  await each(
    'CreateNatGateway',
    { SubnetId },
    { AllocationId },
    {},
    { AllocationId: `eipalloc-${NOBODY}` },
    { ConnectivityType: 'private', AllocationId: await address() },
    { ConnectivityType: 'private', PrivateIpAddress: '10.9.0.1' },
    { ConnectivityType: 'private', PrivateIpAddress: '172.31.40.20' },
  );
  const PrivateNatGatewayId = inner.at('NatGateway', 'NatGatewayId');
  await call('AssignPrivateNatGatewayAddress', {
    NatGatewayId: PrivateNatGatewayId,
    PrivateIpAddresses: ['172.31.40.22'],
  });
  await call('DescribeNatGateways', { NatGatewayIds: [NatGatewayId, PrivateNatGatewayId] });
  const { output } = await silent('DescribeNatGateways', { MaxResults: 5 });
  t.step('NAT gateways on a page', (output.NatGateways as object[]).length);
  await each('DeleteNatGateway', {}, { NatGatewayId }, { NatGatewayId }, { NatGatewayId: `nat-${NOBODY}` });

  const peering = await call('CreateVpcPeeringConnection', {
    VpcId,
    PeerVpcId: other.VpcId,
    ...tagged('vpc-peering-connection'),
  });
  const VpcPeeringConnectionId = peering.at('VpcPeeringConnection', 'VpcPeeringConnectionId');
  await each(
    'CreateVpcPeeringConnection',
    { VpcId },
    { PeerVpcId: VpcId },
    { PeerVpcId: other.VpcId },
    { PeerRegion: 'none' },
    {},
  );
  await each(
    'AcceptVpcPeeringConnection',
    { VpcPeeringConnectionId },
    {},
    {},
    { VpcPeeringConnectionId: `pcx-${NOBODY}` },
  );
  await call('RejectVpcPeeringConnection', { VpcPeeringConnectionId });
  const RequesterPeeringConnectionOptions = { AllowDnsResolutionFromRemoteVpc: true };
  await call('ModifyVpcPeeringConnectionOptions', {
    VpcPeeringConnectionId,
    RequesterPeeringConnectionOptions,
  });
  await call('DescribeVpcPeeringConnections', { VpcPeeringConnectionIds: [VpcPeeringConnectionId] });
  await each('DeleteVpcPeeringConnection', { VpcPeeringConnectionId }, {}, {});

  const table = await silent('CreateRouteTable', { VpcId });
  const RouteTableId = table.at('RouteTable', 'RouteTableId');
  const gateway = await silent('CreateInternetGateway');
  const GatewayId = gateway.at('InternetGateway', 'InternetGatewayId');
  await each(
    'AssociateRouteTable',
    { RouteTableId },
    { SubnetId: other.SubnetId },
    { GatewayId },
    { SubnetId, GatewayId },
    {},
  );
  const association = await call('AssociateRouteTable', { RouteTableId, SubnetId });
  const AssociationId = association.at('AssociationId');
  const strange = (await silent('CreateRouteTable', { VpcId: other.VpcId })).at('RouteTable', 'RouteTableId');
  await call('ReplaceRouteTableAssociation', { AssociationId, RouteTableId: strange });
  await each('DisassociateRouteTable', { AssociationId }, {}, {});
  await each(
    'CreateEgressOnlyInternetGateway',
    { VpcId, ...tagged('egress-only-internet-gateway') },
    {},
    { VpcId: `vpc-${NOBODY}` },
  );
  await call('DescribeEgressOnlyInternetGateways');
  await t.recorded();
  t.compare();
});

test('subnets with IPv6, their interfaces, endpoints to instances, and lists', async () => {
  const { t, call, silent, newVpc, each } = account('100000000002', 'endpoints');
  const ipv4 = await newVpc('172.31.40.0/24');
  const made = await silent('CreateVpc', { CidrBlock: '172.31.0.0/16', AmazonProvidedIpv6CidrBlock: true });
  const VpcId = made.at('Vpc', 'VpcId');
  await server.settled();
  const vpc = await silent('DescribeVpcs', { VpcIds: [VpcId] });
  const block = vpc.at('Vpcs', 0, 'Ipv6CidrBlockAssociationSet', 0, 'Ipv6CidrBlock');
  t.hide(block.replace(/::\/56$/, ''), 'prefix');
  t.hide(block.replace(/00::\/56$/, ''), 'prefix');
  const subnet = { VpcId, CidrBlock: '172.31.1.0/24' };
  await each(
    'CreateSubnet',
    subnet,
    ...[40, 43, 46, 57, 62, 65, 68].map((bits) => ({
      Ipv6CidrBlock: block.replace(/56$/, `${bits}`),
    })),
    { Ipv6CidrBlock: 'x' },
    { Ipv6CidrBlock: '2001:db8::/64' },
  );
  const both = await call('CreateSubnet', {
    VpcId,
    CidrBlock: '172.31.2.0/24',
    Ipv6CidrBlock: block.replace(/00::\/56$/, '01::/64'),
    AvailabilityZone: ZONE,
  });
  const native = await call('CreateSubnet', {
    VpcId,
    Ipv6Native: true,
    Ipv6CidrBlock: block.replace(/00::\/56$/, '02::/64'),
    AvailabilityZone: ZONE,
  });
  const [dual, only6] = [both, native].map((each) => each.at('Subnet', 'SubnetId'));

  for (const SubnetId of [ipv4.SubnetId, dual, only6]) {
    for (const IpAddressType of ['ipv4', 'dualstack', 'ipv6', undefined]) {
      const answer = await call('CreateInstanceConnectEndpoint', { SubnetId, IpAddressType });
      const InstanceConnectEndpointId = answer.at('InstanceConnectEndpoint', 'InstanceConnectEndpointId');
      if (InstanceConnectEndpointId !== 'undefined')
        await silent('DeleteInstanceConnectEndpoint', { InstanceConnectEndpointId });
      await server.settled();
    }
  }
  const endpoint = await call('CreateInstanceConnectEndpoint', {
    SubnetId: dual,
    IpAddressType: 'ipv4',
    PreserveClientIp: true,
    ...tagged('instance-connect-endpoint'),
  });
  const InstanceConnectEndpointId = endpoint.at('InstanceConnectEndpoint', 'InstanceConnectEndpointId');
  await each(
    'ModifyInstanceConnectEndpoint',
    { InstanceConnectEndpointId },
    { IpAddressType: 'ipv6' },
    { PreserveClientIp: false },
  );
  await call('DescribeInstanceConnectEndpoints', { InstanceConnectEndpointIds: [InstanceConnectEndpointId] });

  const card = async (more: object = {}) =>
    (await silent('CreateNetworkInterface', { SubnetId: dual, ...more })).at(
      'NetworkInterface',
      'NetworkInterfaceId',
    );
  const started = await silent('RunInstances', {
    ...{ ImageId: IMAGE, InstanceType: 'c5.large', MinCount: 1, MaxCount: 1, SubnetId: dual },
  });
  const InstanceId = started.at('Instances', 0, 'InstanceId');
  await server.settled();
  const cards = [await card(), await card(), await card()];
  for (const [index, DeviceIndex] of [1, 1, 2].entries())
    await call('AttachNetworkInterface', { InstanceId, DeviceIndex, NetworkInterfaceId: cards[index] });
  await call('AttachNetworkInterface', { InstanceId, DeviceIndex: 3, NetworkInterfaceId: cards[0] });
  await call('AttachNetworkInterface', {
    InstanceId,
    DeviceIndex: 1,
    NetworkInterfaceId: await card({ SubnetId: ipv4.SubnetId }),
  });
  await call('DescribeNetworkInterfaces', { NetworkInterfaceIds: cards });

  const list = await call('CreateManagedPrefixList', {
    PrefixListName: 'partners',
    AddressFamily: 'IPv4',
    MaxEntries: 2,
    Entries: [{ Cidr: '192.0.2.0/24', Description: 'one' }],
    ...tagged('prefix-list'),
  });
  const PrefixListId = list.at('PrefixList', 'PrefixListId');
  await each(
    'ModifyManagedPrefixList',
    { PrefixListId, CurrentVersion: 1 },
    { CurrentVersion: 2, PrefixListName: 'others' },
    { AddEntries: [{ Cidr: '198.51.100.0/24' }, { Cidr: '203.0.113.0/24' }] },
    { AddEntries: [{ Cidr: '198.51.100.0/24', Description: 'two' }] },
    { CurrentVersion: 2, RemoveEntries: [{ Cidr: '192.0.2.0/24' }] },
    { CurrentVersion: undefined, PrefixListName: 'others', MaxEntries: 3 },
    { CurrentVersion: undefined, MaxEntries: 3 },
  );
  for (const TargetVersion of [undefined, 1, 3, 9])
    await call('GetManagedPrefixListEntries', { PrefixListId, TargetVersion });
  await call('DescribeManagedPrefixLists', { PrefixListIds: [PrefixListId] });

  const logs = { ResourceIds: [VpcId], ResourceType: 'VPC', TrafficType: 'REJECT' };
  await each(
    'CreateFlowLogs',
    logs,
    {
      LogDestinationType: 's3',
      LogDestination: 'arn:aws:s3:::logs/x/',
      MaxAggregationInterval: 60,
      LogFormat: ['$', '{srcaddr}'].join(''),
      DestinationOptions: { FileFormat: 'parquet', PerHourPartition: true },
      ...tagged('vpc-flow-log'),
    },
    { LogDestinationType: 's3', LogDestination: 'arn:aws:s3:::logs/x/' },
    { LogDestinationType: 's3', LogDestination: 'x' },
    { LogDestinationType: 's3' },
    { LogGroupName: '/flows' },
    { MaxAggregationInterval: 61, LogDestinationType: 's3', LogDestination: 'arn:aws:s3:::logs' },
    { TrafficType: 'NONE' },
    { ResourceIds: [`vpc-${NOBODY}`], LogDestinationType: 's3', LogDestination: 'arn:aws:s3:::logs' },
  );
  await call('DescribeFlowLogs');
  t.compare();
});

test('spot-fleets: by launch specifications and by templates', async () => {
  const { t, call, silent, each } = account('100000000005', 'spot-fleets');
  const trust = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'spotfleet.amazonaws.com' },
      Action: 'sts:AssumeRole',
    },
  };
  const role = await t.silent('iam:CreateRole', {
    RoleName: 'fleet',
    AssumeRolePolicyDocument: JSON.stringify(trust),
  });
  await t.silent('iam:AttachRolePolicy', { RoleName: 'fleet', PolicyArn: TAGGING_POLICY });
  const Filters = [
    { Name: 'architecture', Values: ['x86_64'] },
    { Name: 'name', Values: ['al2023-*'] },
  ];
  const images = await silent('DescribeImages', { Owners: ['amazon'], Filters });
  const specification = { ImageId: images.at('Images', 0, 'ImageId'), InstanceType: 't3.micro' };
  const LaunchTemplateData = specification;
  await silent('CreateLaunchTemplate', { LaunchTemplateName: 'fleet', LaunchTemplateData });
  const later = (days: number) => new Date(Date.now() + days * DAY_MS);
  const config = { IamFleetRole: role.at('Role', 'Arn'), TargetCapacity: 2 };
  const asked = (change: object) => ({ SpotFleetRequestConfig: { ...config, ...change } });
  const whole = await call(
    'RequestSpotFleet',
    asked({
      AllocationStrategy: 'diversified',
      ClientToken: 'once',
      ExcessCapacityTerminationPolicy: 'noTermination',
      LaunchSpecifications: [
        {
          ...specification,
          BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 9, VolumeType: 'gp3' } }],
          EbsOptimized: true,
          Monitoring: { Enabled: true },
          Placement: { AvailabilityZone: `${ZONE}, us-east-1b`, Tenancy: 'default' },
          SpotPrice: '0.5',
          TagSpecifications: [{ ResourceType: 'instance', Tags: TEAM }],
          UserData: 'IyEvYmluL3NoCg==',
          WeightedCapacity: 2,
        },
        { ...specification, InstanceType: undefined, InstanceRequirements: TWO_CPUS },
      ],
      SpotPrice: '1',
      TerminateInstancesWithExpiration: true,
      ValidUntil: later(10),
      ...tagged('spot-fleet-request'),
    }),
  );
  const SpotFleetRequestId = whole.at('SpotFleetRequestId');
  const overrides = [{ InstanceType: 't3.small', Priority: 1, SpotPrice: '0.9', WeightedCapacity: 1.5 }];
  const LaunchTemplateConfigs = [
    {
      LaunchTemplateSpecification: { LaunchTemplateName: 'fleet', Version: '$Default' },
      Overrides: overrides,
    },
  ];
  const mixed = await call(
    'RequestSpotFleet',
    asked({
      AllocationStrategy: 'capacityOptimizedPrioritized',
      LaunchTemplateConfigs,
      OnDemandAllocationStrategy: 'prioritized',
      OnDemandMaxTotalPrice: '3',
      OnDemandTargetCapacity: 1,
      SpotMaintenanceStrategies: { CapacityRebalance: { ReplacementStrategy: 'launch' } },
      SpotMaxTotalPrice: '2',
      TargetCapacityUnitType: 'units',
    }),
  );
  const specified = (change: object) => ({ LaunchSpecifications: [{ ...specification, ...change }] });
  const refused = [
    {},
    { ...specified({}), LaunchTemplateConfigs },
    specified({ ImageId: undefined }),
    specified({ InstanceRequirements: TWO_CPUS }),
    specified({ InstanceType: undefined }),
    specified({ NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId: `eni-${NOBODY}` }] }),
    specified({ SpotPrice: '0' }),
    specified({ TagSpecifications: [{ ResourceType: 'volume', Tags: TEAM }] }),
    specified({ WeightedCapacity: 0 }),
    specified({ WeightedCapacity: 1000 }),
    specified({ Placement: { Tenancy: 'host' } }),
    specified({ SubnetId: `subnet-${NOBODY}` }),
    specified({ ImageId: `ami-${NOBODY}` }),
    { ...specified({}), TargetCapacity: -1 },
    { ...specified({}), OnDemandTargetCapacity: 1 },
    { LaunchTemplateConfigs, OnDemandTargetCapacity: 3 },
    { ...specified({}), TargetCapacity: 0, Type: 'request' },
    { ...specified({}), ValidFrom: later(2), ValidUntil: later(2) },
    { ...specified({}), ValidUntil: later(-1) },
    { ...specified({}), InstancePoolsToUseCount: 0 },
    { ...specified({}), AllocationStrategy: 'capacityOptimized', InstancePoolsToUseCount: 2 },
    { ...specified({}), AllocationStrategy: 'capacityOptimizedPrioritized' },
    { ...specified({}), Type: 'request', ExcessCapacityTerminationPolicy: 'NoTermination' },
    { ...specified({}), Type: 'instant' },
    { ...specified({}), OnDemandMaxTotalPrice: '-1' },
    { ...specified({}), IamFleetRole: 'fleet' },
    { ...specified({}), ...tagged('instance') },
  ];
  for (const change of refused) await call('RequestSpotFleet', asked(change));
  await call('RequestSpotFleet', asked({ ...specified({}), ClientToken: 'once' }));
  const Both = [SpotFleetRequestId, mixed.at('SpotFleetRequestId')];
  await call('DescribeSpotFleetRequests', { SpotFleetRequestIds: Both });
  await call('DescribeSpotFleetInstances', { SpotFleetRequestId });
  await each(
    'ModifySpotFleetRequest',
    { SpotFleetRequestId },
    { TargetCapacity: 3 },
    { TargetCapacity: 1, ExcessCapacityTerminationPolicy: 'Default', Context: 'c' },
    { OnDemandTargetCapacity: 1 },
    { LaunchTemplateConfigs },
    { TargetCapacity: -1 },
    { SpotFleetRequestId: 'sfr-x' },
  );
  await call('DescribeSpotFleetRequests', { SpotFleetRequestIds: [SpotFleetRequestId] });
  const StartTime = new Date(0);
  await each(
    'DescribeSpotFleetRequestHistory',
    { SpotFleetRequestId, StartTime },
    {},
    { EventType: 'instanceChange', MaxResults: 1 },
    { StartTime: later(1) },
  );
  const SpotFleetRequestIds = [...Both, 'sfr-11111111-2222-3333-4444-555555555555', 'sfr-x'];
  const ended = { SpotFleetRequestIds, TerminateInstances: true };
  await each(
    'CancelSpotFleetRequests',
    ended,
    { SpotFleetRequestIds: Array.from({ length: 101 }, () => SpotFleetRequestId) },
    {},
    {},
  );
  await call('DescribeSpotFleetRequests');
  await call('DescribeSpotFleetRequests', { SpotFleetRequestIds: SpotFleetRequestIds.slice(2, 3) });
  t.compare();
});

test('capacity: fleets, Spot requests, reservations, placement groups and root volumes', async () => {
  const { t, call, silent, each } = account('100000000003', 'capacity');
  const data = { ImageId: IMAGE, InstanceType: 't3.micro' };
  await silent('CreateLaunchTemplate', { LaunchTemplateName: 'web', LaunchTemplateData: data });
  const LaunchTemplateSpecification = { LaunchTemplateName: 'web', Version: '$Latest' };
  const LaunchTemplateConfigs = [{ LaunchTemplateSpecification }];
  const TargetCapacitySpecification = { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'on-demand' };
  const fleet = { LaunchTemplateConfigs, TargetCapacitySpecification };
  const later = (days: number) => new Date(Date.now() + days * DAY_MS);
  const whole = await call('CreateFleet', {
    ...fleet,
    Type: 'maintain',
    ExcessCapacityTerminationPolicy: 'no-termination',
    OnDemandOptions: { AllocationStrategy: 'prioritized' },
    SpotOptions: { AllocationStrategy: 'diversified', InstanceInterruptionBehavior: 'terminate' },
    ReplaceUnhealthyInstances: true,
    TerminateInstancesWithExpiration: true,
    ValidUntil: later(10),
    ...tagged('fleet'),
  });
  const FleetId = whole.at('FleetId');
  await each(
    'CreateFleet',
    { ...fleet, TargetCapacitySpecification: { ...TargetCapacitySpecification, TotalTargetCapacity: 0 } },
    { ValidFrom: later(1), ValidUntil: later(1) },
    { ValidFrom: later(2), ValidUntil: later(1) },
    { Type: 'none' },
    { Type: 'instant', ReplaceUnhealthyInstances: true },
    { TargetCapacitySpecification: { TotalTargetCapacity: -1 } },
    {
      TargetCapacitySpecification: {
        TotalTargetCapacity: 1,
        OnDemandTargetCapacity: 1,
        SpotTargetCapacity: 1,
      },
    },
    { TargetCapacitySpecification: { TotalTargetCapacity: 0, DefaultTargetCapacityType: 'capacity-block' } },
    { SpotOptions: { InstancePoolsToUseCount: 2 } },
    { SpotOptions: { MinTargetCapacity: 1 } },
    {
      LaunchTemplateConfigs: [{ LaunchTemplateSpecification: { LaunchTemplateName: 'none', Version: '1' } }],
    },
  );
  await call('DescribeFleets', { FleetIds: [FleetId] });
  await call('DescribeFleetInstances', { FleetId });
  const target = (TotalTargetCapacity: number) => ({ TargetCapacitySpecification: { TotalTargetCapacity } });
  await each(
    'ModifyFleet',
    { FleetId },
    target(2),
    target(1),
    { ExcessCapacityTerminationPolicy: 'termination' },
    target(0),
  );
  for (const EventType of [undefined, 'instance-change', 'fleet-change', 'service-error'])
    await call('DescribeFleetHistory', { FleetId, StartTime: new Date(0), EventType });
  await each(
    'DeleteFleets',
    { TerminateInstances: true },
    { FleetIds: [FleetId, `fleet-${NOBODY}`, 'fleet-x', FleetId] },
    { FleetIds: [FleetId] },
  );
  await call('DescribeFleets', { FleetIds: [FleetId] });
  await call('CreateFleet', { ...fleet, Type: 'instant' });

  const spot = { LaunchSpecification: { ...data, Placement: { AvailabilityZone: ZONE } } };
  const requested = await call('RequestSpotInstances', {
    ...spot,
    SpotPrice: '0.02',
    Type: 'persistent',
    InstanceInterruptionBehavior: 'stop',
    ValidUntil: later(5),
    ...tagged('spot-instances-request'),
  });
  await each(
    'RequestSpotInstances',
    spot,
    { SpotPrice: 'x' },
    { InstanceCount: 0 },
    { Type: 'one-time', InstanceInterruptionBehavior: 'stop' },
    { ValidFrom: later(3), ValidUntil: later(2) },
    { ValidFrom: later(3), AvailabilityZoneGroup: 'g' },
    { BlockDurationMinutes: 60 },
  );
  const SpotInstanceRequestIds = [requested.at('SpotInstanceRequests', 0, 'SpotInstanceRequestId')];
  await call('DescribeSpotInstanceRequests', { SpotInstanceRequestIds });
  await each(
    'CancelSpotInstanceRequests',
    { SpotInstanceRequestIds },
    {},
    {},
    { SpotInstanceRequestIds: ['sir-00000000'] },
  );

  const reservation = {
    InstanceType: 't3.micro',
    InstancePlatform: 'Linux/UNIX',
    InstanceCount: 2,
    AvailabilityZone: ZONE,
  };
  const reserved = await call('CreateCapacityReservation', {
    ...reservation,
    EbsOptimized: true,
    EndDateType: 'limited',
    EndDate: later(9),
    InstanceMatchCriteria: 'targeted',
    Tenancy: 'default',
    ...tagged('capacity-reservation'),
  });
  await each(
    'CreateCapacityReservation',
    reservation,
    { InstanceCount: 0 },
    { InstanceCount: 1001 },
    { InstanceType: 'none' },
    { AvailabilityZone: 'none' },
    { AvailabilityZone: undefined },
    { InstancePlatform: 'none' },
    { EndDateType: 'limited' },
    { EndDate: later(1) },
    { EndDateType: 'limited', EndDate: later(-1) },
    { AvailabilityZone: undefined, AvailabilityZoneId: 'use1-az1' },
  );
  const CapacityReservationId = reserved.at('CapacityReservation', 'CapacityReservationId');
  await each(
    'ModifyCapacityReservation',
    { CapacityReservationId },
    { InstanceCount: 3 },
    { EndDate: later(20) },
    { EndDateType: 'unlimited' },
    { InstanceMatchCriteria: 'open' },
    { EndDate: later(20) },
  );
  await call('DescribeCapacityReservations', { CapacityReservationIds: [CapacityReservationId] });
  await each('CancelCapacityReservation', { CapacityReservationId }, {}, {});

  await each(
    'CreatePlacementGroup',
    { GroupName: 'g' },
    { Strategy: 'partition', PartitionCount: 7, ...tagged('placement-group') },
    { GroupName: 'p', Strategy: 'partition', PartitionCount: 8 },
    { GroupName: 'p', Strategy: 'partition' },
    { GroupName: 's', Strategy: 'spread', SpreadLevel: 'rack' },
    { GroupName: 'h', Strategy: 'spread', SpreadLevel: 'host' },
    { GroupName: 'c', PartitionCount: 2 },
    { GroupName: 'c', SpreadLevel: 'rack' },
    {},
  );
  await call('DescribePlacementGroups');
  await each('DeletePlacementGroup', { GroupName: 'g' }, {}, {});

  const started = await silent('RunInstances', { ...data, MinCount: 1, MaxCount: 1 });
  const InstanceId = started.at('Instances', 0, 'InstanceId');
  await server.settled();
  const root = await silent('DescribeVolumes', {
    Filters: [{ Name: 'attachment.instance-id', Values: [InstanceId] }],
  });
  const snapshot = await silent('CreateSnapshot', { VolumeId: root.at('Volumes', 0, 'VolumeId') });
  await server.settled();
  const SnapshotId = snapshot.at('SnapshotId');
  await each(
    'CreateReplaceRootVolumeTask',
    { InstanceId },
    {
      SnapshotId,
      DeleteReplacedRootVolume: true,
      VolumeInitializationRate: 200,
      ...tagged('replace-root-volume-task'),
    },
    {},
    { SnapshotId: `snap-${NOBODY}` },
    { SnapshotId, ImageId: IMAGE },
    { InstanceId: `i-${NOBODY}` },
  );
  await call('DescribeReplaceRootVolumeTasks');

  const DeviceName = '/dev/xvda';
  const Ebs = { SnapshotId, VolumeType: 'gp3', Iops: 3100, Throughput: 130, DeleteOnTermination: false };
  const registered = {
    Name: 'own',
    RootDeviceName: DeviceName,
    VirtualizationType: 'hvm',
    BlockDeviceMappings: [
      { DeviceName, Ebs },
      { DeviceName: '/dev/sdb', Ebs: { VolumeSize: 3, Encrypted: true } },
      { DeviceName: '/dev/sdc', VirtualName: 'ephemeral0' },
    ],
  };
  const image = await call('RegisterImage', {
    ...registered,
    Description: 'd',
    Architecture: 'arm64',
    BootMode: 'uefi',
    EnaSupport: true,
    ImdsSupport: 'v2.0',
    TpmSupport: 'v2.0',
    ...tagged('image'),
  });
  await each(
    'RegisterImage',
    { ...registered, Name: 'other' },
    { Name: 'own' },
    { RootDeviceName: undefined },
    { RootDeviceName: '/dev/sdz' },
    { ImageLocation: 's3' },
    { BlockDeviceMappings: [] },
    { VirtualizationType: undefined, BlockDeviceMappings: registered.BlockDeviceMappings.slice(0, 1) },
    { Name: 'x' },
  );
  await call('DescribeImages', { ImageIds: [image.at('ImageId')] });
  await call('DescribeImages', { Owners: ['self'], Filters: [{ Name: 'name', Values: ['other'] }] });
  const NoDevice = '';
  for (const mappings of [
    [{ DeviceName, NoDevice }],
    [{ DeviceName: '/dev/sdb', NoDevice }],
    [
      { DeviceName, Ebs: { VolumeSize: 40, DeleteOnTermination: false } },
      { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 2 } },
    ],
  ]) {
    const Name = `of-instance-${mappings.length}-${mappings[0]?.DeviceName.at(-1)}`;
    const ImageId = (await call('CreateImage', { InstanceId, Name, BlockDeviceMappings: mappings })).at(
      'ImageId',
    );
    await call('DescribeImages', { ImageIds: [ImageId] });
  }
  await t.recorded();
  t.compare();
});

test('condition keys of a resource of each kind', async () => {
  const id = '100000000004';
  const { t, silent, newVpc } = account(id, 'condition-keys');
  const { VpcId, SubnetId } = await newVpc('10.0.0.0/24');
  const other = await newVpc('10.1.0.0/24');
  const made: [kind: string, id: string][] = [];
  const make = async (operation: string, input: object, ...path: (string | number)[]) => {
    const answer = await silent(operation, input);
    await server.settled();
    made.push([operation, answer.at(...path)]);
    return answer.at(...path);
  };
  const plain = await make(
    'CreateVolume',
    { AvailabilityZone: ZONE, Size: 8, ...tagged('volume') },
    'VolumeId',
  );
  const SnapshotId = await make('CreateSnapshot', { VolumeId: plain }, 'SnapshotId');
  const fast = { VolumeType: 'gp3', Iops: 3100, Throughput: 150, Encrypted: true };
  await make('CreateVolume', { AvailabilityZone: ZONE, SnapshotId, ...fast }, 'VolumeId');
  await make('CreateKeyPair', { KeyName: 'k', KeyType: 'ed25519' }, 'KeyPairId');
  await make('CreatePlacementGroup', { GroupName: 'near' }, 'PlacementGroup', 'GroupId');
  await t.silent('iam:CreateInstanceProfile', { InstanceProfileName: 'p' });
  const instance = { ImageId: IMAGE, InstanceType: 'c5.large', MinCount: 1, MaxCount: 1, SubnetId };
  const options = {
    EbsOptimized: true,
    IamInstanceProfile: { Name: 'p' },
    MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'optional', HttpPutResponseHopLimit: 3 },
    Placement: { GroupName: 'near' },
    CpuOptions: { CoreCount: 1, ThreadsPerCore: 1 },
  };
  await make('RunInstances', { ...instance, ...options }, 'Instances', 0, 'InstanceId');
  const plainInstance = await make('RunInstances', instance, 'Instances', 0, 'InstanceId');
  await make('CreateImage', { InstanceId: plainInstance, Name: 'own' }, 'ImageId');
  made.push(['CreateVpc', VpcId], ['CreateSubnet', SubnetId]);
  await make('CreateSecurityGroup', { VpcId, GroupName: 'g', Description: 'd' }, 'GroupId');
  await make('CreateNetworkInterface', { SubnetId }, 'NetworkInterface', 'NetworkInterfaceId');
  await make('CreateNetworkAcl', { VpcId }, 'NetworkAcl', 'NetworkAclId');
  await make('CreateRouteTable', { VpcId }, 'RouteTable', 'RouteTableId');
  await make('CreateInternetGateway', {}, 'InternetGateway', 'InternetGatewayId');
  await make(
    'CreateDhcpOptions',
    { DhcpConfigurations: [{ Key: 'domain-name', Values: ['d'] }] },
    'DhcpOptions',
    'DhcpOptionsId',
  );
  await make('AllocateAddress', {}, 'AllocationId');
  await make(
    'CreateVpcPeeringConnection',
    { VpcId, PeerVpcId: other.VpcId },
    'VpcPeeringConnection',
    'VpcPeeringConnectionId',
  );
  await make(
    'CreateVpcEndpoint',
    { VpcId, ServiceName: 'com.amazonaws.us-east-1.s3' },
    'VpcEndpoint',
    'VpcEndpointId',
  );
  const NetworkLoadBalancerArns = [
    `arn:aws:elasticloadbalancing:us-east-1:${id}:loadbalancer/net/n/0123456789abcdef`,
  ];
  for (const rest of [
    {},
    { PrivateDnsName: 'a.example.com' },
    { SupportedRegions: ['us-east-1', 'eu-west-1'] },
  ])
    await make(
      'CreateVpcEndpointServiceConfiguration',
      { NetworkLoadBalancerArns, ...rest },
      'ServiceConfiguration',
      'ServiceId',
    );
  await make(
    'CreateInstanceConnectEndpoint',
    { SubnetId },
    'InstanceConnectEndpoint',
    'InstanceConnectEndpointId',
  );
  const reservation = {
    InstanceType: 't3.micro',
    InstancePlatform: 'Linux/UNIX',
    InstanceCount: 2,
    AvailabilityZone: ZONE,
    InstanceMatchCriteria: 'targeted',
  };
  await make('CreateCapacityReservation', reservation, 'CapacityReservation', 'CapacityReservationId');
  const gateways = {
    VpnGatewayId: await make('CreateVpnGateway', { Type: 'ipsec.1' }, 'VpnGateway', 'VpnGatewayId'),
    CustomerGatewayId: await make(
      'CreateCustomerGateway',
      { Type: 'ipsec.1', IpAddress: '12.1.2.3' },
      'CustomerGateway',
      'CustomerGatewayId',
    ),
  };
  await make('CreateVpnConnection', { Type: 'ipsec.1', ...gateways }, 'VpnConnection', 'VpnConnectionId');
  const template = {
    LaunchTemplateName: 'web',
    LaunchTemplateData: { ImageId: IMAGE, InstanceType: 't3.micro' },
  };
  await make('CreateLaunchTemplate', template, 'LaunchTemplate', 'LaunchTemplateId');

  const mary = await newUser(server, 'mary', { account: id });
  for (const [operation, ResourceId] of made)
    t.step(
      `a resource of ${operation}`,
      await keysOf(mary.credentials, 'CreateTags', { Resources: [ResourceId], Tags: TEAM }),
    );
  for (const [operation, input] of [
    ['CreateVolume', { AvailabilityZone: ZONE, SnapshotId, ...fast, ...tagged('volume') }],
    ['CreateVolume', { AvailabilityZoneId: 'use1-az1', Size: 9, VolumeType: 'io1', Iops: 100 }],
    ['RunInstances', { ...instance, ...options, ...tagged('instance') }],
    [
      'RunInstances',
      {
        MinCount: 1,
        MaxCount: 1,
        LaunchTemplate: { LaunchTemplateName: 'web' },
        InstanceMarketOptions: { MarketType: 'spot' },
      },
    ],
    ['CreateCapacityReservation', { ...reservation, ...tagged('capacity-reservation') }],
    [
      'CreateVpcEndpoint',
      {
        VpcId,
        ServiceName: 'com.amazonaws.us-east-1.kms',
        VpcEndpointType: 'Interface',
        SubnetIds: [SubnetId],
      },
    ],
    [
      'CreateVpcEndpointServiceConfiguration',
      { NetworkLoadBalancerArns, PrivateDnsName: 'b.example.com', SupportedRegions: ['eu-west-1'] },
    ],
    [
      'CreateVpnConnection',
      {
        Type: 'ipsec.1',
        ...gateways,
        Options: {
          StaticRoutesOnly: true,
          TunnelOptions: [
            {
              TunnelInsideCidr: '169.254.10.0/30',
              Phase1LifetimeSeconds: 900,
              IKEVersions: [{ Value: 'ikev2' }],
              DPDTimeoutSeconds: 40,
            },
          ],
        },
      },
    ],
    ['CreateSubnet', { VpcId, CidrBlock: '10.0.0.0/25', AvailabilityZone: ZONE }],
    ['CreateSnapshot', { VolumeId: plain }],
    ['CopySnapshot', { SourceSnapshotId: SnapshotId, SourceRegion: 'us-east-1' }],
    ['ModifyVolume', { VolumeId: plain, Size: 3 }],
    [
      'ModifySnapshotAttribute',
      { SnapshotId, Attribute: 'createVolumePermission', OperationType: 'add', UserIds: ['111111111111'] },
    ],
    ['ModifyInstanceAttribute', { InstanceId: plainInstance, InstanceType: { Value: 'c5.xlarge' } }],
    ['CreatePlacementGroup', { GroupName: 'far', Strategy: 'spread' }],
    ['CreateKeyPair', { KeyName: 'l' }],
  ] as const)
    t.step(operation, { input, checks: await keysOf(mary.credentials, operation, input) });
  t.compare();

  /** Those that say something of the call and its resources, and not of the caller or the time. */
  async function keysOf(as: Credentials, operation: string, input: object) {
    await t.silent(`ec2:${operation}`, input, { as });
    const [event] = await lookupEvents(server, { AttributeKey: 'Username', AttributeValue: 'mary' }, id);
    const asked = { accountId: id, eventId: event?.eventID };
    const { decisions } = await server.ask<CallDecisions>('decision', asked);
    return decisions.map(({ action, resource, decision }) => {
      const { conditions } = decision as DocumentedDecision;
      const own = Object.entries(conditions).filter(([key]) =>
        /^ec2:|^aws:(?:RequestTag|ResourceTag|TagKeys)/.test(key),
      );
      return [`${action} on ${resource}`, Object.fromEntries(own)];
    });
  }
});
