/** Resources of every type as stacks have them before a change and after it, with all the properties that are served. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates have placeholders of their own
import { requireResourceType } from '../../src/services/cloudformation/resource-type/resource-types.ts';
import { ACCOUNT, allow, policy, rootOf, statement, ZONE } from '../worlds/account.ts';
import { TAGGING_POLICY } from '../worlds/spot-fleets.ts';

/** As templates find the newest image. */
const IMAGE = '{{resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64}}';
const ref = (Ref: string) => ({ Ref });
export const att = (...path: string[]) => ({ 'Fn::GetAtt': path });
const tags = (...values: string[]) => values.map((Value, index) => ({ Key: `k${index}`, Value }));
const bus = (account: string, sid: string) =>
  JSON.parse(
    policy(
      statement('events:PutEvents', {
        Sid: sid,
        Principal: { AWS: rootOf(account) },
        Resource: att('Bus', 'Arn'),
      }),
    ),
  );
const balancer = (name: string) =>
  `arn:aws:elasticloadbalancing:us-east-1:${ACCOUNT}:loadbalancer/net/${name}/0123456789abcdef`;
const reading = (...actions: string[]) => JSON.parse(allow(actions));
const addresses = (...all: readonly [primary: string, ...string[]]) =>
  all.map((PrivateIpAddress, at) => ({ PrivateIpAddress, Primary: at === 0 }));
const block6 = (index: number) => ({
  'Fn::Select': [index, { 'Fn::Cidr': [{ 'Fn::Select': [0, att('Vpc', 'Ipv6CidrBlocks')] }, 4, 64] }],
});
const statementOf = (Sid: string, Action: string, account: string) => ({
  Sid,
  Action,
  Effect: 'Allow',
  Principal: { AWS: rootOf(account) },
  Resource: att('Open', 'Arn'),
});
const logArn = (id: string) => ({ 'Fn::Select': [0, { 'Fn::Split': [':*', att(id, 'Arn')] }] });
const logPolicy = (action: string) =>
  policy(statement(action, { Principal: { Service: 'events.amazonaws.com' } }));
const dataProtection = (name: string) => {
  const DataIdentifier = ['arn:aws:dataprotection::aws:data-identifier/EmailAddress'];
  return JSON.stringify({
    Name: name,
    Version: '2021-06-01',
    Statement: [
      { Sid: 'audit', DataIdentifier, Operation: { Audit: { FindingsDestination: {} } } },
      { Sid: 'redact', DataIdentifier, Operation: { Deidentify: { MaskConfig: {} } } },
    ],
  });
};
const TOPIC = `arn:aws:sns:us-east-1:${ACCOUNT}:topic`;
const LAUNCH_NOTICE = 'autoscaling:EC2_INSTANCE_LAUNCH';
const launchHook = (LifecycleHookName: string, more: object = {}) => ({
  LifecycleHookName,
  LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
  ...more,
});
const keyPolicy = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:root' } },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
};

/** Properties that are the same, those before the change, and those after it. */
export type Changed = readonly [type: string, same: object, from: object, to: object, more?: object];
export type Which = 'from' | 'to' | 'bare';

/** What a resource is not without although its schema does not require it, and what there is no way back from. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  // Context is reserved, and nothing says how it is taken back; two switches are shown, off, from when they were said.
  'AutoScaling::AutoScalingGroup': [
    'AvailabilityZoneImpairmentPolicy',
    'CapacityRebalance',
    'Context',
    'VPCZoneIdentifier',
  ],
  // PutLifecycleHook takes no empty text.
  'AutoScaling::LifecycleHook': ['NotificationMetadata'],
  'AutoScaling::ScalingPolicy': ['AdjustmentType', 'ScalingAdjustment', 'StepAdjustments'],
  'AutoScaling::ScheduledAction': ['MinSize', 'Recurrence'],
  'CloudWatch::Alarm': ['Threshold', 'Period'],
  'EC2::CapacityReservation': ['InstanceCount'],
  'EC2::Instance': ['InstanceType'],
  'EC2::NetworkAclEntry': ['PortRange', 'Icmp', 'CidrBlock'],
  'EC2::Route': ['NatGatewayId', 'NetworkInterfaceId', 'VpcPeeringConnectionId'],
  'EC2::Volume': ['Size'],
  // The service's owner pays for good.
  'EC2::VPCEndpointService': ['NetworkLoadBalancerArns', 'PayerResponsibility'],
  // UpdateArchive takes no empty pattern.
  'Events::Archive': ['EventPattern'],
  'Events::Connection': ['AuthorizationType', 'AuthParameters'],
  'Events::EventBusPolicy': ['Action', 'Principal', 'Statement'],
  'Events::Rule': ['EventPattern'],
  'IAM::GroupPolicy': ['PolicyDocument'],
  'IAM::OIDCProvider': ['ThumbprintList'],
  'IAM::Policy': ['Groups'],
  'IAM::RolePolicy': ['PolicyDocument'],
  'IAM::UserPolicy': ['PolicyDocument'],
  // UpdateLogAnomalyDetector takes no name, and the frequency by default is not documented.
  'Logs::LogAnomalyDetector': ['DetectorName', 'EvaluationFrequency'],
};
/** Those whose change would replace the resource. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  Addressed: ['PrivateIpAddresses'],
  Second: ['BlockDeviceMappings'],
};

/** `bare` are those without which the resource cannot be. */
export function propertiesOf(id: string, [type, same, from, to]: Changed, which: Which): object {
  if (which !== 'bare') return { ...same, ...(which === 'from' ? from : to) };
  const { properties } = requireResourceType(`AWS::${type}`);
  const isNeeded = (name: string) =>
    properties[name]?.required || NEEDED[type]?.includes(name) || KEPT[id]?.includes(name);
  return { ...same, ...Object.fromEntries(Object.entries(to).filter(([name]) => isNeeded(name))) };
}

export const RESOURCES: Readonly<Record<string, Changed>> = {
  Vpc: [
    'EC2::VPC',
    { CidrBlock: '10.0.0.0/16' },
    { EnableDnsHostnames: false, Tags: tags('a', 'b') },
    { EnableDnsHostnames: true, Tags: tags('c') },
  ],
  Subnet: [
    'EC2::Subnet',
    { VpcId: ref('Vpc'), CidrBlock: '10.0.1.0/24', AvailabilityZone: ZONE },
    { MapPublicIpOnLaunch: true, Tags: tags('a') },
    {
      MapPublicIpOnLaunch: false,
      Tags: tags('a', 'b'),
      PrivateDnsNameOptionsOnLaunch: { HostnameType: 'resource-name', EnableResourceNameDnsARecord: true },
    },
  ],
  Quiet: ['EC2::Subnet', { VpcId: ref('Vpc'), CidrBlock: '10.0.2.0/24', AvailabilityZone: ZONE }, {}, {}],
  /** Of what gets any address: none of these is named by another resource. */
  Roomy: ['EC2::Subnet', { VpcId: ref('Vpc'), CidrBlock: '10.0.7.0/24', AvailabilityZone: ZONE }, {}, {}],
  Crowded: ['EC2::Subnet', { VpcId: ref('Vpc'), CidrBlock: '10.0.8.0/24', AvailabilityZone: ZONE }, {}, {}],
  Group: [
    'EC2::SecurityGroup',
    { VpcId: ref('Vpc'), GroupDescription: 'g', GroupName: 'g' },
    { SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 1, ToPort: 2, CidrIp: '10.0.0.0/8' }] },
    {
      SecurityGroupIngress: [
        { IpProtocol: 'udp', FromPort: 3, ToPort: 4, CidrIp: '10.0.0.0/8', Description: 'd' },
      ],
      SecurityGroupEgress: [{ IpProtocol: '-1', CidrIp: '10.0.0.0/16' }],
    },
  ],
  Other: [
    'EC2::SecurityGroup',
    { VpcId: ref('Vpc'), GroupDescription: 'o', GroupName: 'o' },
    { Tags: tags('a') },
    {},
  ],
  Interface: [
    'EC2::NetworkInterface',
    { SubnetId: ref('Subnet'), PrivateIpAddress: '10.0.1.210' },
    { Description: 'one', GroupSet: [ref('Group')], SourceDestCheck: true },
    { Description: 'two', GroupSet: [ref('Other')], SourceDestCheck: false, Tags: tags('a') },
  ],
  Table: ['EC2::RouteTable', { VpcId: ref('Vpc') }, { Tags: tags('a') }, { Tags: tags('b', 'c') }],
  Gateway: ['EC2::InternetGateway', {}, { Tags: tags('a', 'b') }, { Tags: tags('b') }],
  Endpoint: [
    'EC2::VPCEndpoint',
    {
      VpcId: ref('Vpc'),
      ServiceName: 'com.amazonaws.us-east-1.kms',
      VpcEndpointType: 'Interface',
      SubnetIds: [ref('Subnet')],
    },
    { PrivateDnsEnabled: false, SecurityGroupIds: [ref('Group')] },
    {
      PrivateDnsEnabled: true,
      SecurityGroupIds: [ref('Other')],
      PolicyDocument: policy(statement('kms:Encrypt', { Principal: '*' })),
    },
    { DependsOn: ['Vpc'] },
  ],
  Offer: [
    'EC2::VPCEndpointService',
    {},
    {
      NetworkLoadBalancerArns: [balancer('one'), balancer('two')],
      AcceptanceRequired: false,
      PrivateDnsName: 'one.example.com',
      SupportedIpAddressTypes: ['ipv6'],
    },
    {
      NetworkLoadBalancerArns: [balancer('two'), balancer('three')],
      PayerResponsibility: 'ServiceOwner',
      SupportedRegions: ['us-west-2'],
      Tags: tags('a'),
    },
  ],
  Consumers: [
    'EC2::VPCEndpointServicePermissions',
    { ServiceId: ref('Offer') },
    { AllowedPrincipals: ['*', `arn:aws:iam::${ACCOUNT}:root`] },
    { AllowedPrincipals: [`arn:aws:iam::${ACCOUNT}:user/ada`, `arn:aws:iam::${ACCOUNT}:root`] },
  ],
  Prefixes: [
    'EC2::PrefixList',
    { AddressFamily: 'IPv4', MaxEntries: 3 },
    { PrefixListName: 'one', Entries: [{ Cidr: '10.0.0.0/24' }, { Cidr: '10.0.1.0/24', Description: 'd' }] },
    {
      PrefixListName: 'two',
      Entries: [{ Cidr: '10.0.2.0/24' }, { Cidr: '10.0.1.0/24', Description: 'e' }],
      Tags: tags('a'),
    },
  ],
  Disk: [
    'EC2::Volume',
    { AvailabilityZone: ZONE },
    { Size: 7, VolumeType: 'gp3' },
    { Size: 8, VolumeType: 'gp3', Iops: 3001, Throughput: 150, AutoEnableIO: true, Tags: tags('a') },
  ],
  Address: ['EC2::EIP', { Domain: 'vpc' }, { Tags: tags('a') }, { Tags: tags('b') }],
  Host: [
    'EC2::Instance',
    { ImageId: IMAGE, SubnetId: ref('Quiet'), PrivateIpAddress: '10.0.2.20' },
    { InstanceType: 't3.micro', SourceDestCheck: true, Tags: tags('a') },
    {
      ...{ InstanceType: 't3.small', SourceDestCheck: false, Monitoring: true },
      // Changed once its address has gone to the second: what it gives would have that, or not.
      Tags: [...tags('b'), { Key: 'former', Value: ref('Moved') }],
    },
  ],
  Second: [
    'EC2::Instance',
    { ImageId: IMAGE, SubnetId: ref('Quiet'), PrivateIpAddress: '10.0.2.21', InstanceType: 't3.micro' },
    { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: false } }] },
    {
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: true } }],
      SecurityGroupIds: [att('Group', 'GroupId')],
    },
  ],
  Named: [
    'EC2::Instance',
    { ImageId: IMAGE, SubnetId: ref('Quiet'), PrivateIpAddress: '10.0.2.22', InstanceType: 't3.micro' },
    { PrivateDnsNameOptions: { HostnameType: 'ip-name' } },
    {
      PrivateDnsNameOptions: { HostnameType: 'resource-name', EnableResourceNameDnsARecord: true },
      IamInstanceProfile: ref('Profile'),
      EbsOptimized: true,
      InstanceInitiatedShutdownBehavior: 'terminate',
      CreditSpecification: { CPUCredits: 'standard' },
      UserData: 'YQ==',
    },
  ],
  Moved: [
    'EC2::EIP',
    { Domain: 'vpc' },
    { InstanceId: ref('Host') },
    { InstanceId: ref('Second') },
    { DependsOn: ['Attached'] },
  ],
  Attached: ['EC2::VPCGatewayAttachment', { VpcId: ref('Vpc'), InternetGatewayId: ref('Gateway') }, {}, {}],
  Plugged: [
    'EC2::NetworkInterfaceAttachment',
    { DeviceIndex: '1', InstanceId: ref('Named'), NetworkInterfaceId: ref('Interface') },
    { DeleteOnTermination: true },
    { DeleteOnTermination: false },
  ],
  Key: [
    'KMS::Key',
    {},
    { Description: 'one', EnableKeyRotation: true, RotationPeriodInDays: 90 },
    { Description: 'two', EnableKeyRotation: true, RotationPeriodInDays: 180, Tags: tags('a') },
  ],
  Idle: ['KMS::Key', {}, { Enabled: true, EnableKeyRotation: true }, { Enabled: false }],
  Alias: ['KMS::Alias', { AliasName: 'alias/a' }, { TargetKeyId: ref('Key') }, { TargetKeyId: ref('Idle') }],
  Log: [
    'Logs::LogGroup',
    { LogGroupName: 'log' },
    { RetentionInDays: 1, FieldIndexPolicies: [{ Fields: ['one'] }], Tags: tags('a') },
    { RetentionInDays: 3, FieldIndexPolicies: [{ Fields: ['two'] }], Tags: tags('b') },
  ],
  Endless: [
    'Logs::LogGroup',
    { LogGroupName: 'endless' },
    { RetentionInDays: 1, FieldIndexPolicies: [{ Fields: ['one'] }] },
    {},
  ],
  Filter: [
    'Logs::MetricFilter',
    { LogGroupName: ref('Log'), FilterName: 'f' },
    {
      FilterPattern: 'a',
      MetricTransformations: [{ MetricName: 'm', MetricNamespace: 'n', MetricValue: '1' }],
    },
    {
      FilterPattern: 'b',
      MetricTransformations: [{ MetricName: 'm', MetricNamespace: 'n', MetricValue: '2', DefaultValue: 3 }],
    },
  ],
  Parameter: [
    'SSM::Parameter',
    { Name: 'p', Type: 'String' },
    { Value: 'one', Description: 'd', Tags: { a: 'b' } },
    { Value: 'two', AllowedPattern: '[a-z]+', Tags: { c: 'd' } },
  ],
  Bus: ['Events::EventBus', { Name: 'bus' }, { Description: 'one', Tags: tags('a') }, { Description: 'two' }],
  Policied: [
    'Events::EventBus',
    { Name: 'policied' },
    { Policy: bus('111111111111', 'one') },
    { Policy: bus('222222222222', 'two') },
  ],
  Rule: [
    'Events::Rule',
    { Name: 'rule' },
    { EventPattern: { source: ['one'] }, State: 'ENABLED', Targets: [{ Id: 'a', Arn: att('Log', 'Arn') }] },
    {
      EventPattern: { source: ['two'] },
      State: 'DISABLED',
      Description: 'd',
      Tags: tags('a'),
      Targets: [{ Id: 'b', Arn: att('Endless', 'Arn') }],
    },
  ],
  Archive: [
    'Events::Archive',
    { ArchiveName: 'archive', SourceArn: att('Bus', 'Arn') },
    { RetentionDays: 1, EventPattern: { source: ['one'] } },
    { RetentionDays: 2, Description: 'd', EventPattern: { source: ['two'] } },
  ],
  Alarm: [
    'CloudWatch::Alarm',
    {
      AlarmName: 'alarm',
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: 1,
      MetricName: 'm',
      Namespace: 'n',
      Statistic: 'Sum',
    },
    { Threshold: 1, Period: 60, Tags: tags('a', 'b'), ActionsEnabled: true },
    { Threshold: 2, Period: 300, Tags: tags('c'), ActionsEnabled: false, AlarmDescription: 'd' },
  ],
  Board: [
    'CloudWatch::Dashboard',
    { DashboardName: 'board' },
    { DashboardBody: '{}', Tags: tags('gone', 'kept') },
    { DashboardBody: '{"widgets":[]}', Tags: tags('kept', 'new') },
  ],
  Role: [
    'IAM::Role',
    {
      RoleName: 'role',
      AssumeRolePolicyDocument: reading() && {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
    },
    {
      Description: 'one',
      MaxSessionDuration: 3600,
      Policies: [{ PolicyName: 'a', PolicyDocument: reading('kms:Get*') }],
      Tags: tags('a'),
    },
    {
      Description: 'two',
      MaxSessionDuration: 7200,
      Policies: [{ PolicyName: 'b', PolicyDocument: reading('kms:List*') }],
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/IAMReadOnlyAccess'],
      PermissionsBoundary: 'arn:aws:iam::aws:policy/AdministratorAccess',
    },
  ],
  People: [
    'IAM::Group',
    { GroupName: 'people' },
    { ManagedPolicyArns: ['arn:aws:iam::aws:policy/IAMReadOnlyAccess'] },
    { Path: '/p/', Policies: [{ PolicyName: 'b', PolicyDocument: reading('kms:List*') }] },
  ],
  User: [
    'IAM::User',
    { UserName: 'user' },
    { Groups: [ref('People')], Tags: tags('a') },
    { Path: '/new/', Tags: tags('b') },
  ],
  Managed: [
    'IAM::ManagedPolicy',
    { ManagedPolicyName: 'managed' },
    { PolicyDocument: reading('kms:Get*'), Roles: [ref('Role')] },
    { PolicyDocument: reading('kms:List*'), Groups: [ref('People')] },
  ],
  Profile: [
    'IAM::InstanceProfile',
    { InstanceProfileName: 'profile' },
    { Roles: [ref('Role')] },
    { Roles: [ref('Role')] },
  ],
  Wide: ['EC2::VPCCidrBlock', { VpcId: ref('Vpc'), CidrBlock: '10.1.0.0/16' }, {}, {}],
  Wide6: ['EC2::VPCCidrBlock', { VpcId: ref('Vpc'), AmazonProvidedIpv6CidrBlock: true }, {}, {}],
  Subnet6: [
    'EC2::Subnet',
    { VpcId: ref('Vpc'), CidrBlock: '10.0.6.0/24', AvailabilityZone: ZONE, Ipv6CidrBlock: block6(0) },
    { AssignIpv6AddressOnCreation: true, EnableDns64: false },
    {
      EnableDns64: true,
      PrivateDnsNameOptionsOnLaunch: { HostnameType: 'ip-name', EnableResourceNameDnsAAAARecord: true },
    },
    { DependsOn: ['Wide6'] },
  ],
  Subnet6Later: [
    'EC2::SubnetCidrBlock',
    { SubnetId: ref('Quiet'), Ipv6CidrBlock: block6(1) },
    {},
    {},
    { DependsOn: ['Wide6'] },
  ],
  Outward: [
    'EC2::EgressOnlyInternetGateway',
    { VpcId: ref('Vpc') },
    { Tags: tags('a') },
    { Tags: tags('b') },
  ],
  Dhcp: [
    'EC2::DHCPOptions',
    {
      DomainName: 'example.com',
      DomainNameServers: ['10.0.0.2'],
      NtpServers: ['10.0.0.3'],
      NetbiosNameServers: ['10.0.0.4'],
      NetbiosNodeType: 2,
      Ipv6AddressPreferredLeaseTime: 300,
    },
    { Tags: tags('a') },
    { Tags: tags('b') },
  ],
  DhcpOfVpc: ['EC2::VPCDHCPOptionsAssociation', { VpcId: ref('Vpc'), DhcpOptionsId: ref('Dhcp') }, {}, {}],
  Acl: ['EC2::NetworkAcl', { VpcId: ref('Vpc') }, { Tags: tags('a') }, { Tags: tags('b') }],
  AclIn: [
    'EC2::NetworkAclEntry',
    { NetworkAclId: ref('Acl'), RuleNumber: 100 },
    { Protocol: 6, PortRange: { From: 80, To: 81 }, CidrBlock: '10.0.0.0/8', RuleAction: 'allow' },
    { Protocol: 1, Icmp: { Code: -1, Type: 8 }, CidrBlock: '10.1.0.0/16', RuleAction: 'deny' },
  ],
  AclOut: [
    'EC2::NetworkAclEntry',
    { NetworkAclId: ref('Acl'), RuleNumber: 100, Egress: true, Ipv6CidrBlock: '::/0' },
    { Protocol: -1, RuleAction: 'deny' },
    { Protocol: 17, PortRange: { From: 1, To: 9 }, RuleAction: 'allow' },
  ],
  AclOfSubnet: [
    'EC2::SubnetNetworkAclAssociation',
    { SubnetId: ref('Quiet'), NetworkAclId: ref('Acl') },
    {},
    {},
  ],
  TableOfSubnet: [
    'EC2::SubnetRouteTableAssociation',
    { SubnetId: ref('Quiet'), RouteTableId: ref('Table') },
    {},
    {},
  ],
  Table2: ['EC2::RouteTable', { VpcId: ref('Vpc') }, {}, {}],
  TableOfGateway: [
    'EC2::GatewayRouteTableAssociation',
    { GatewayId: ref('Gateway') },
    { RouteTableId: ref('Table2') },
    { RouteTableId: ref('Empty') },
    { DependsOn: ['Attached'] },
  ],
  Empty: ['EC2::RouteTable', { VpcId: ref('Vpc') }, {}, {}],
  Nat: [
    'EC2::NatGateway',
    { SubnetId: ref('Quiet'), ConnectivityType: 'private', PrivateIpAddress: '10.0.2.30' },
    { SecondaryPrivateIpAddresses: ['10.0.2.32', '10.0.2.33'], Tags: tags('a') },
    { SecondaryPrivateIpAddresses: ['10.0.2.33', '10.0.2.34'], Tags: tags('b') },
  ],
  NatOutward: [
    'EC2::NatGateway',
    { SubnetId: ref('Quiet'), AllocationId: att('Address', 'AllocationId'), PrivateIpAddress: '10.0.2.31' },
    {
      SecondaryAllocationIds: [att('NatSecond', 'AllocationId')],
      SecondaryPrivateIpAddresses: ['10.0.2.35'],
    },
    {
      SecondaryAllocationIds: [att('NatThird', 'AllocationId')],
      SecondaryPrivateIpAddresses: ['10.0.2.36'],
    },
    { DependsOn: ['Attached'] },
  ],
  VpnLink: [
    'EC2::VPNConnection',
    {
      Type: 'ipsec.1',
      CustomerGatewayId: ref('VpnDevice'),
      VpnGatewayId: ref('VpnSide'),
      StaticRoutesOnly: true,
      VpnTunnelOptionsSpecifications: [
        { TunnelInsideCidr: '169.254.20.0/30', PreSharedKey: 'first.key', IKEVersions: [{ Value: 'ikev2' }] },
        {
          TunnelInsideCidr: '169.254.21.0/30',
          PreSharedKey: 'second.key',
          LogOptions: { CloudwatchLogOptions: { LogEnabled: false } },
        },
      ],
    },
    { Tags: tags('a') },
    { TunnelBandwidth: 'large', Tags: tags('b') },
  ],
  VpnDevice: ['EC2::CustomerGateway', { Type: 'ipsec.1', IpAddress: '203.0.113.9' }, {}, {}],
  VpnSide: ['EC2::VPNGateway', { Type: 'ipsec.1' }, {}, {}],
  VpnRoute: [
    'EC2::VPNConnectionRoute',
    { VpnConnectionId: ref('VpnLink') },
    { DestinationCidrBlock: '192.168.1.0/24' },
    { DestinationCidrBlock: '192.168.2.0/24' },
  ],
  Reserved: [
    'EC2::SubnetCidrReservation',
    { SubnetId: ref('Quiet'), ReservationType: 'explicit', Description: 'd' },
    { Cidr: '10.0.2.64/28', Tags: tags('a') },
    { Cidr: '10.0.2.64/28', Tags: tags('b') },
  ],
  NatSecond: ['EC2::EIP', { Domain: 'vpc' }, {}, {}],
  NatThird: ['EC2::EIP', { Domain: 'vpc' }, {}, {}],
  Route: [
    'EC2::Route',
    { RouteTableId: ref('Table'), DestinationCidrBlock: '0.0.0.0/0' },
    { GatewayId: ref('Gateway') },
    { NatGatewayId: ref('Nat') },
    { DependsOn: ['Attached'] },
  ],
  Route6: [
    'EC2::Route',
    { RouteTableId: ref('Table'), DestinationIpv6CidrBlock: '::/0' },
    { EgressOnlyInternetGatewayId: ref('Outward') },
    { NetworkInterfaceId: ref('Interface') },
  ],
  RouteOfPrefixes: [
    'EC2::Route',
    { RouteTableId: ref('Table'), DestinationPrefixListId: ref('Prefixes') },
    { NetworkInterfaceId: ref('Interface') },
    { VpcPeeringConnectionId: ref('Peering') },
  ],
  GroupElsewhere: [
    'EC2::SecurityGroupVpcAssociation',
    { GroupId: { 'Fn::GetAtt': ['Group', 'GroupId'] } },
    { VpcId: ref('Neighbour') },
    { VpcId: ref('Tenant') },
  ],
  Neighbour: ['EC2::VPC', { CidrBlock: '10.9.0.0/16' }, {}, {}],
  Peering: [
    'EC2::VPCPeeringConnection',
    {
      VpcId: ref('Vpc'),
      PeerVpcId: ref('Neighbour'),
      PeerOwnerId: ref('AWS::AccountId'),
      PeerRegion: 'us-east-1',
    },
    { Tags: tags('a') },
    { Tags: tags('b') },
  ],
  Vpn: [
    'EC2::VPNGateway',
    { Type: 'ipsec.1', AmazonSideAsn: 65001 },
    { Tags: tags('a') },
    { Tags: tags('b') },
  ],
  VpnAttached: ['EC2::VPCGatewayAttachment', { VpcId: ref('Neighbour'), VpnGatewayId: ref('Vpn') }, {}, {}],
  Customer: [
    'EC2::CustomerGateway',
    { Type: 'ipsec.1', IpAddress: '203.0.113.1', BgpAsn: 65000, DeviceName: 'd' },
    { Tags: tags('a') },
    { Tags: tags('b') },
  ],
  NeighbourTable: ['EC2::RouteTable', { VpcId: ref('Neighbour') }, {}, {}],
  NeighbourTable2: ['EC2::RouteTable', { VpcId: ref('Neighbour') }, {}, {}],
  Propagation: [
    'EC2::VPNGatewayRoutePropagation',
    { VpnGatewayId: ref('Vpn') },
    { RouteTableIds: [ref('NeighbourTable')] },
    { RouteTableIds: [ref('NeighbourTable2')] },
    { DependsOn: ['VpnAttached'] },
  ],
  In: [
    'EC2::SecurityGroupIngress',
    {
      GroupId: ref('Other'),
      IpProtocol: 'tcp',
      FromPort: 5,
      ToPort: 6,
      CidrIp: '10.0.0.0/8',
      Description: 'in',
    },
    {},
    {},
  ],
  InOfGroup: [
    'EC2::SecurityGroupIngress',
    {
      GroupId: ref('Other'),
      IpProtocol: 'tcp',
      FromPort: 7,
      ToPort: 8,
      SourceSecurityGroupId: ref('Group'),
      SourceSecurityGroupOwnerId: ref('AWS::AccountId'),
    },
    {},
    {},
  ],
  InOfPrefixes: [
    'EC2::SecurityGroupIngress',
    { GroupId: ref('Other'), IpProtocol: '-1', SourcePrefixListId: ref('Prefixes') },
    {},
    {},
  ],
  Out: [
    'EC2::SecurityGroupEgress',
    {
      GroupId: ref('Other'),
      IpProtocol: 'udp',
      FromPort: 5,
      ToPort: 6,
      CidrIpv6: '::/0',
      Description: 'out',
    },
    {},
    {},
  ],
  OutOfGroup: [
    'EC2::SecurityGroupEgress',
    {
      GroupId: ref('Other'),
      IpProtocol: 'udp',
      FromPort: 7,
      ToPort: 8,
      DestinationSecurityGroupId: ref('Group'),
    },
    {},
    {},
  ],
  OutOfPrefixes: [
    'EC2::SecurityGroupEgress',
    {
      GroupId: ref('Other'),
      IpProtocol: 'icmp',
      FromPort: 8,
      ToPort: -1,
      DestinationPrefixListId: ref('Prefixes'),
    },
    {},
    {},
  ],
  SharedSnapshots: [
    'EC2::SnapshotBlockPublicAccess',
    {},
    { State: 'block-new-sharing' },
    { State: 'block-all-sharing' },
  ],
  PublicAccess: [
    'EC2::VPCBlockPublicAccessOptions',
    {},
    { InternetGatewayBlockMode: 'block-ingress' },
    { InternetGatewayBlockMode: 'block-bidirectional' },
  ],
  PublicAccessOfVpc: [
    'EC2::VPCBlockPublicAccessExclusion',
    { VpcId: ref('Vpc') },
    { InternetGatewayExclusionMode: 'allow-egress', Tags: tags('a') },
    { InternetGatewayExclusionMode: 'allow-bidirectional', Tags: tags('b') },
  ],
  DiskOfHost: [
    'EC2::VolumeAttachment',
    { Device: '/dev/sdf', InstanceId: ref('Second'), VolumeId: ref('Disk') },
    {},
    {},
  ],
  Flow: [
    'EC2::FlowLog',
    {
      ResourceId: ref('Vpc'),
      ResourceType: 'VPC',
      TrafficType: 'ALL',
      LogGroupName: ref('Log'),
      DeliverLogsPermissionArn: att('Role', 'Arn'),
      MaxAggregationInterval: 60,
      LogFormat: '${version} ${srcaddr}',
    },
    { Tags: tags('a') },
    { Tags: tags('b') },
  ],
  Connect: [
    'EC2::InstanceConnectEndpoint',
    { SubnetId: ref('Roomy'), PreserveClientIp: false, SecurityGroupIds: [ref('Group')] },
    { Tags: tags('a') },
    { Tags: tags('b') },
  ],
  Pair: ['EC2::KeyPair', { KeyName: 'pair', KeyType: 'ed25519', KeyFormat: 'pem', Tags: tags('a') }, {}, {}],
  Template: [
    'EC2::LaunchTemplate',
    {
      LaunchTemplateName: 'template',
      TagSpecifications: [{ ResourceType: 'launch-template', Tags: tags('a') }],
    },
    { LaunchTemplateData: { ImageId: IMAGE, InstanceType: 't3.micro' } },
    { LaunchTemplateData: { ImageId: IMAGE, InstanceType: 't3.small' }, VersionDescription: 'd' },
  ],
  Partitions: ['EC2::PlacementGroup', { Strategy: 'partition', PartitionCount: 3, Tags: tags('a') }, {}, {}],
  Racks: ['EC2::PlacementGroup', { Strategy: 'spread', SpreadLevel: 'rack' }, {}, {}],
  Reservation: [
    'EC2::CapacityReservation',
    {
      AvailabilityZone: ZONE,
      InstancePlatform: 'Linux/UNIX',
      InstanceType: 'm5.large',
      EbsOptimized: true,
      Tenancy: 'dedicated',
      TagSpecifications: [{ ResourceType: 'capacity-reservation', Tags: tags('a') }],
    },
    { InstanceCount: 1, EndDateType: 'unlimited' },
    {
      InstanceCount: 2,
      InstanceMatchCriteria: 'targeted',
      EndDateType: 'limited',
      EndDate: '2099-01-01T00:00:00Z',
    },
  ],
  AddressOfInterface: [
    'EC2::EIPAssociation',
    { AllocationId: att('Address2', 'AllocationId'), NetworkInterfaceId: ref('Interface') },
    {},
    {},
    { DependsOn: ['Attached'] },
  ],
  Address2: ['EC2::EIP', { Domain: 'vpc' }, {}, {}],
  Fleet: [
    'EC2::EC2Fleet',
    {
      Type: 'maintain',
      LaunchTemplateConfigs: [
        {
          LaunchTemplateSpecification: { LaunchTemplateId: ref('Template'), Version: '1' },
          Overrides: [{ InstanceType: 't3.nano', SubnetId: ref('Roomy') }],
        },
      ],
      TagSpecifications: [{ ResourceType: 'fleet', Tags: tags('a') }],
    },
    {
      ExcessCapacityTerminationPolicy: 'termination',
      TargetCapacitySpecification: { TotalTargetCapacity: 0, DefaultTargetCapacityType: 'on-demand' },
    },
    {
      ExcessCapacityTerminationPolicy: 'no-termination',
      TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'on-demand' },
    },
  ],
  SpotFleetRole: [
    'IAM::Role',
    {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'spotfleet.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
      ManagedPolicyArns: [TAGGING_POLICY],
    },
    {},
    {},
  ],
  Notifying: [
    'IAM::Role',
    {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'autoscaling.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
    },
    {},
    {},
  ],
  SpotFleet: [
    'EC2::SpotFleet',
    {},
    {
      SpotFleetRequestConfigData: {
        IamFleetRole: att('SpotFleetRole', 'Arn'),
        TargetCapacity: 0,
        LaunchTemplateConfigs: [
          { LaunchTemplateSpecification: { LaunchTemplateId: ref('Template'), Version: '1' } },
        ],
      },
      Tags: tags('a'),
    },
    {
      SpotFleetRequestConfigData: {
        IamFleetRole: att('SpotFleetRole', 'Arn'),
        TargetCapacity: '1',
        Context: 'c',
        ExcessCapacityTerminationPolicy: 'NoTermination',
        LaunchTemplateConfigs: [
          {
            LaunchTemplateSpecification: { LaunchTemplateId: ref('Template'), Version: '1' },
            Overrides: [{ InstanceType: 't3.nano', SubnetId: ref('Roomy') }],
          },
        ],
      },
      Tags: tags('b'),
    },
  ],
  SpotFleet2: [
    'EC2::SpotFleet',
    {},
    {
      SpotFleetRequestConfigData: {
        IamFleetRole: att('SpotFleetRole', 'Arn'),
        TargetCapacity: 0,
        ExcessCapacityTerminationPolicy: 'NoTermination',
        LaunchTemplateConfigs: [
          { LaunchTemplateSpecification: { LaunchTemplateId: ref('Template'), Version: '1' } },
        ],
      },
    },
    {
      SpotFleetRequestConfigData: {
        IamFleetRole: att('SpotFleetRole', 'Arn'),
        TargetCapacity: 0,
        LaunchTemplateConfigs: [
          { LaunchTemplateSpecification: { LaunchTemplateId: ref('Template'), Version: '1' } },
        ],
      },
    },
  ],
  Link: [
    'Events::Connection',
    { Name: 'link' },
    {
      AuthorizationType: 'API_KEY',
      AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'k', ApiKeyValue: 'v' } },
    },
    {
      Description: 'd',
      AuthorizationType: 'BASIC',
      AuthParameters: { BasicAuthParameters: { Username: 'u', Password: 'p' } },
    },
  ],
  Destination: [
    'Events::ApiDestination',
    { Name: 'destination', ConnectionArn: att('Link', 'Arn') },
    { HttpMethod: 'GET', InvocationEndpoint: 'https://one.example.com', InvocationRateLimitPerSecond: 1 },
    {
      HttpMethod: 'POST',
      InvocationEndpoint: 'https://two.example.com',
      InvocationRateLimitPerSecond: 2,
      Description: 'd',
    },
  ],
  Open: ['Events::EventBus', { Name: 'open' }, {}, {}],
  Opened: [
    'Events::EventBusPolicy',
    { EventBusName: ref('Open'), StatementId: 's' },
    {
      Action: 'events:PutEvents',
      Principal: '*',
      Condition: { Type: 'StringEquals', Key: 'aws:PrincipalOrgID', Value: 'o-0123456789' },
    },
    { Action: 'events:PutEvents', Principal: '222222222222' },
  ],
  Opened2: [
    'Events::EventBusPolicy',
    { EventBusName: ref('Open'), StatementId: 't' },
    { Statement: statementOf('t', 'events:PutEvents', '111111111111') },
    { Statement: statementOf('t', 'events:PutRule', '222222222222') },
  ],
  Access: [
    'IAM::AccessKey',
    { UserName: ref('User'), Serial: 1 },
    { Status: 'Active' },
    { Status: 'Inactive' },
  ],
  Oidc: [
    'IAM::OIDCProvider',
    { Url: 'https://oidc.example.com' },
    { ClientIdList: ['a', 'b'], ThumbprintList: ['a'.repeat(40)], Tags: tags('a') },
    { ClientIdList: ['b', 'c'], ThumbprintList: ['b'.repeat(40)], Tags: tags('b') },
  ],
  Inline: [
    'IAM::Policy',
    { PolicyName: 'inline' },
    { PolicyDocument: reading('kms:Get*'), Roles: [ref('Role')], Users: [ref('User')] },
    { PolicyDocument: reading('kms:List*'), Groups: [ref('People')], Users: [ref('User')] },
  ],
  OfGroup: [
    'IAM::GroupPolicy',
    { GroupName: ref('People'), PolicyName: 'of-group' },
    { PolicyDocument: reading('kms:Get*') },
    { PolicyDocument: reading('kms:List*') },
  ],
  OfRole: [
    'IAM::RolePolicy',
    { RoleName: ref('Role'), PolicyName: 'of-role' },
    { PolicyDocument: reading('kms:Get*') },
    { PolicyDocument: reading('kms:List*') },
  ],
  OfUser: [
    'IAM::UserPolicy',
    { UserName: ref('User'), PolicyName: 'of-user' },
    { PolicyDocument: reading('kms:Get*') },
    { PolicyDocument: reading('kms:List*') },
  ],
  Linked: [
    'IAM::ServiceLinkedRole',
    { AWSServiceName: 'autoscaling.amazonaws.com', CustomSuffix: 'mine' },
    { Description: 'one' },
    { Description: 'two' },
  ],
  Member: [
    'IAM::UserToGroupAddition',
    { GroupName: ref('Third') },
    { Users: [ref('User')] },
    { Users: [ref('User2')] },
  ],
  Others: ['IAM::Group', { GroupName: 'others', Path: '/o/' }, {}, {}],
  User2: [
    'IAM::User',
    { UserName: 'user2' },
    {
      LoginProfile: { Password: 'One-password-1', PasswordResetRequired: true },
      PermissionsBoundary: 'arn:aws:iam::aws:policy/AdministratorAccess',
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/IAMReadOnlyAccess'],
    },
    {
      LoginProfile: { Password: 'One-password-2' },
      PermissionsBoundary: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess',
      Policies: [{ PolicyName: 'b', PolicyDocument: reading('kms:List*') }],
    },
  ],
  Data: [
    'Logs::AccountPolicy',
    { PolicyName: 'data', PolicyType: 'DATA_PROTECTION_POLICY', Scope: 'ALL' },
    { PolicyDocument: dataProtection('one') },
    { PolicyDocument: dataProtection('two') },
  ],
  Anomalies: [
    'Logs::LogAnomalyDetector',
    { LogGroupArnList: [logArn('Log')] },
    { DetectorName: 'd', FilterPattern: 'a', EvaluationFrequency: 'ONE_HOUR', AnomalyVisibilityTime: 7 },
    { DetectorName: 'd', FilterPattern: 'b', EvaluationFrequency: 'TEN_MIN', AnomalyVisibilityTime: 8 },
  ],
  Stream: ['Logs::LogStream', { LogGroupName: ref('Log'), LogStreamName: 'stream' }, {}, {}],
  Query: [
    'Logs::QueryDefinition',
    {},
    { Name: 'one', QueryString: 'fields a', LogGroupNames: [ref('Log')] },
    { Name: 'two', QueryString: 'fields b', LogGroupNames: [ref('Endless')], QueryLanguage: 'CWLI' },
  ],
  LogPolicy: [
    'Logs::ResourcePolicy',
    { PolicyName: 'log-policy' },
    { PolicyDocument: logPolicy('logs:PutLogEvents') },
    { PolicyDocument: logPolicy('logs:CreateLogStream') },
  ],
  Composite: [
    'CloudWatch::CompositeAlarm',
    { AlarmName: 'composite' },
    { AlarmRule: 'ALARM(alarm)', ActionsEnabled: true, Tags: tags('a') },
    {
      AlarmRule: 'OK(alarm)',
      ActionsEnabled: false,
      AlarmDescription: 'd',
      ActionsSuppressor: 'alarm',
      ActionsSuppressorWaitPeriod: 60,
      ActionsSuppressorExtensionPeriod: 120,
      Tags: tags('b'),
    },
    { DependsOn: ['Alarm'] },
  ],
  Handle: ['CloudFormation::WaitConditionHandle', {}, {}, {}],
  Waited: ['CloudFormation::WaitCondition', { Handle: ref('Handle'), Timeout: 10, Count: 0 }, {}, {}],
  Metadata: ['CDK::Metadata', {}, { Analytics: 'a' }, { Analytics: 'b' }],
  Copy: [
    'KMS::ReplicaKey',
    { PrimaryKeyArn: ref('Primary') },
    { KeyPolicy: keyPolicy, Description: 'one', Enabled: true, Tags: tags('a') },
    { KeyPolicy: keyPolicy, Description: 'two', Enabled: false, Tags: tags('b') },
  ],
  Fleeting: [
    'AutoScaling::LaunchConfiguration',
    {
      LaunchConfigurationName: 'configuration',
      ImageId: IMAGE,
      InstanceType: 't3.micro',
      AssociatePublicIpAddress: true,
      BlockDeviceMappings: [{ DeviceName: '/dev/sdb', Ebs: { VolumeSize: 2, VolumeType: 'gp3' } }],
      EbsOptimized: true,
      IamInstanceProfile: ref('Profile'),
      InstanceMonitoring: false,
      KeyName: ref('Pair'),
      MetadataOptions: { HttpTokens: 'required' },
      PlacementTenancy: 'default',
      SecurityGroups: [ref('Group')],
      UserData: 'YQ==',
    },
    {},
    {},
  ],
  Scaled: [
    'AutoScaling::AutoScalingGroup',
    {
      AutoScalingGroupName: 'scaled',
      LaunchConfigurationName: ref('Fleeting'),
    },
    {
      LifecycleHookSpecificationList: [launchHook('h', { HeartbeatTimeout: 60 }), launchHook('i')],
      MinSize: 0,
      MaxSize: 1,
      Cooldown: 10,
      HealthCheckGracePeriod: 20,
      HealthCheckType: 'EC2',
      VPCZoneIdentifier: [ref('Roomy')],
      Tags: [
        { Key: 'k0', Value: 'a', PropagateAtLaunch: true },
        { Key: 'k1', Value: 'same', PropagateAtLaunch: true },
        { Key: 'k2', Value: 'goes', PropagateAtLaunch: true },
      ],
      TerminationPolicies: ['OldestInstance'],
      MetricsCollection: [{ Granularity: '1Minute', Metrics: ['GroupMinSize'] }],
    },
    {
      LifecycleHookSpecificationList: [launchHook('h', { DefaultResult: 'CONTINUE' }), launchHook('j')],
      MinSize: 0,
      MaxSize: 2,
      DesiredCapacity: 0,
      Cooldown: 11,
      DefaultInstanceWarmup: 12,
      HealthCheckGracePeriod: 21,
      HealthCheckType: 'ELB',
      MaxInstanceLifetime: 86400,
      CapacityRebalance: true,
      AvailabilityZoneDistribution: { CapacityDistributionStrategy: 'balanced-only' },
      AvailabilityZoneImpairmentPolicy: {
        ZonalShiftEnabled: true,
        ImpairedZoneHealthCheckBehavior: 'IgnoreUnhealthy',
      },
      CapacityReservationSpecification: { CapacityReservationPreference: 'none' },
      NotificationConfigurations: [{ TopicARN: TOPIC, NotificationTypes: [LAUNCH_NOTICE] }],
      PlacementGroup: ref('Racks'),
      Context: 'c',
      InstanceMaintenancePolicy: { MinHealthyPercentage: 90, MaxHealthyPercentage: 110 },
      NewInstancesProtectedFromScaleIn: true,
      VPCZoneIdentifier: [ref('Subnet')],
      Tags: [
        { Key: 'k0', Value: 'b', PropagateAtLaunch: false },
        { Key: 'k1', Value: 'same', PropagateAtLaunch: true },
      ],
      TerminationPolicies: ['NewestInstance', 'Default'],
      MetricsCollection: [{ Granularity: '1Minute', Metrics: ['GroupMaxSize'] }],
    },
  ],
  Hook: [
    'AutoScaling::LifecycleHook',
    {
      AutoScalingGroupName: ref('Scaled'),
      LifecycleHookName: 'hook',
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
    },
    {
      DefaultResult: 'ABANDON',
      HeartbeatTimeout: 60,
      NotificationTargetARN: TOPIC,
      RoleARN: att('Notifying', 'Arn'),
    },
    {
      DefaultResult: 'CONTINUE',
      HeartbeatTimeout: 61,
      NotificationMetadata: 'm',
      NotificationTargetARN: `${TOPIC}-other`,
      RoleARN: att('Notifying', 'Arn'),
    },
  ],
  Steps: [
    'AutoScaling::ScalingPolicy',
    { AutoScalingGroupName: ref('Scaled'), PolicyType: 'StepScaling' },
    {
      AdjustmentType: 'ChangeInCapacity',
      MetricAggregationType: 'Average',
      StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
    },
    {
      AdjustmentType: 'PercentChangeInCapacity',
      MetricAggregationType: 'Maximum',
      MinAdjustmentMagnitude: 2,
      EstimatedInstanceWarmup: 30,
      StepAdjustments: [{ MetricIntervalLowerBound: 1, ScalingAdjustment: 2 }],
    },
  ],
  Simple: [
    'AutoScaling::ScalingPolicy',
    { AutoScalingGroupName: ref('Scaled') },
    { AdjustmentType: 'ChangeInCapacity', ScalingAdjustment: 1, Cooldown: 5 },
    { AdjustmentType: 'ExactCapacity', ScalingAdjustment: 2, Cooldown: 6 },
  ],
  Scheduled: [
    'AutoScaling::ScheduledAction',
    { AutoScalingGroupName: ref('Scaled') },
    { MinSize: 0, MaxSize: 1, Recurrence: '0 0 * * *' },
    {
      MinSize: 1,
      MaxSize: 2,
      DesiredCapacity: 1,
      Recurrence: '0 1 * * *',
      TimeZone: 'Europe/Berlin',
      StartTime: '2098-01-01T00:00:00Z',
      EndTime: '2099-01-01T00:00:00Z',
    },
  ],
  Allowed: [
    'EC2::SecurityGroupIngress',
    { GroupId: att('Other', 'GroupId'), IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '10.0.0.0/8' },
    { Description: 'one' },
    { Description: 'two' },
  ],
  Let: [
    'EC2::SecurityGroupEgress',
    { GroupId: att('Other', 'GroupId'), IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '10.0.0.0/8' },
    { Description: 'one' },
    {},
  ],
  Tenant: ['EC2::VPC', { CidrBlock: '10.9.0.0/16' }, { InstanceTenancy: 'dedicated' }, {}],
  Fewer: [
    'EC2::NetworkInterface',
    { SubnetId: ref('Subnet6'), PrivateIpAddress: '10.0.6.10' },
    { Ipv6AddressCount: 3 },
    { Ipv6AddressCount: 1 },
  ],
  More: [
    'EC2::NetworkInterface',
    { SubnetId: ref('Subnet6'), PrivateIpAddress: '10.0.6.11' },
    {},
    { Ipv6AddressCount: 2 },
  ],
  Launch: [
    'EC2::LaunchTemplate',
    { LaunchTemplateName: 'launch', LaunchTemplateData: { InstanceType: 't3.micro' } },
    { TagSpecifications: [{ ResourceType: 'launch-template', Tags: tags('a', 'b') }] },
    { TagSpecifications: [{ ResourceType: 'launch-template', Tags: tags('c') }] },
  ],
  Third: ['IAM::Group', { GroupName: 'third' }, {}, {}],
  Members: [
    'IAM::UserToGroupAddition',
    { Users: [ref('User')] },
    { GroupName: ref('Others') },
    { GroupName: ref('People') },
  ],
  Renamed: [
    'IAM::Policy',
    { Groups: [ref('Others')], PolicyDocument: reading('kms:Get*') },
    { PolicyName: 'one' },
    { PolicyName: 'two' },
  ],
  Addressed: [
    'EC2::NetworkInterface',
    { SubnetId: ref('Subnet') },
    { PrivateIpAddresses: addresses('10.0.1.30', '10.0.1.31', '10.0.1.32') },
    { PrivateIpAddresses: addresses('10.0.1.30', '10.0.1.32', '10.0.1.33') },
  ],
  Counted: [
    'EC2::NetworkInterface',
    { SubnetId: ref('Crowded'), PrivateIpAddress: '10.0.8.10' },
    { SecondaryPrivateIpAddressCount: 3 },
    { SecondaryPrivateIpAddressCount: 1 },
  ],
  Undescribed: [
    'EC2::NetworkInterface',
    { SubnetId: ref('Subnet'), PrivateIpAddress: '10.0.1.211' },
    { Description: 'one' },
    {},
  ],
  Storage: [
    'EC2::VPCEndpoint',
    { VpcId: ref('Vpc'), ServiceName: 'com.amazonaws.us-east-1.s3', VpcEndpointType: 'Gateway' },
    { RouteTableIds: [ref('Table')], Tags: tags('a') },
    { RouteTableIds: [ref('Table2')], Tags: tags('b') },
  ],
  OpenedDefault: [
    'Events::EventBusPolicy',
    { StatementId: 's' },
    { Action: 'events:PutEvents', Principal: '111111111111' },
    { Action: 'events:PutEvents', Principal: '222222222222' },
  ],
};
