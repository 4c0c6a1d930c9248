/**
 * What a stack's resources are changed into in place is what they would have been made as: one stack is made of the first
 * properties and changed to the second, in another account one is made of the second at once, and what their services describe
 * is the same.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ACCOUNT, allow, policy, rootOf, statement, ZONE } from '../worlds/account.ts';
import { anyCall } from '../worlds/any-call.ts';
import { type Credentials, startServerFor, type TestServer } from '../worlds/server.ts';
import { stacksOf } from '../worlds/stacks.ts';

let server: TestServer;
before(async () => {
  server = await startServerFor(undefined);
});
after(() => server.close());

/** As templates find the newest image. */
const IMAGE = '{{resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64}}';
const ref = (Ref: string) => ({ Ref });
const att = (...path: string[]) => ({ 'Fn::GetAtt': path });
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

const first = (list: object) => ({ 'Fn::Select': [0, list] });
const SIXTY_FOUR = first({ 'Fn::Cidr': [first(att('Vpc', 'Ipv6CidrBlocks')), 1, '64'] });

/** Properties that are the same, those before the change, and those after it. */
type Changed = readonly [type: string, same: object, from: object, to: object, more?: object];

const RESOURCES: Readonly<Record<string, Changed>> = {
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
  Six: ['EC2::VPCCidrBlock', { VpcId: ref('Vpc'), AmazonProvidedIpv6CidrBlock: true }, {}, {}],
  SixNet: [
    'EC2::Subnet',
    { VpcId: ref('Vpc'), CidrBlock: '10.0.3.0/24', Ipv6CidrBlock: SIXTY_FOUR },
    {},
    {},
    { DependsOn: ['Six'] },
  ],
  Fewer: [
    'EC2::NetworkInterface',
    { SubnetId: ref('SixNet'), PrivateIpAddress: '10.0.3.10' },
    { Ipv6AddressCount: 3 },
    { Ipv6AddressCount: 1 },
  ],
  More: [
    'EC2::NetworkInterface',
    { SubnetId: ref('SixNet'), PrivateIpAddress: '10.0.3.11' },
    {},
    { Ipv6AddressCount: 2 },
  ],
  Launch: [
    'EC2::LaunchTemplate',
    { LaunchTemplateName: 'launch', LaunchTemplateData: { InstanceType: 't3.micro' } },
    { TagSpecifications: [{ ResourceType: 'launch-template', Tags: tags('a', 'b') }] },
    { TagSpecifications: [{ ResourceType: 'launch-template', Tags: tags('c') }] },
  ],
  Interface: [
    'EC2::NetworkInterface',
    { SubnetId: ref('Subnet'), PrivateIpAddress: '10.0.1.10' },
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
    { PrefixListName: 'two', Entries: [{ Cidr: '10.0.2.0/24' }, { Cidr: '10.0.1.0/24', Description: 'e' }] },
  ],
  Disk: [
    'EC2::Volume',
    { AvailabilityZone: ZONE },
    { Size: 7, VolumeType: 'gp3' },
    { Size: 8, VolumeType: 'gp3', Iops: 3001, Tags: tags('a') },
  ],
  Address: ['EC2::EIP', { Domain: 'vpc' }, { Tags: tags('a') }, { Tags: tags('b') }],
  Host: [
    'EC2::Instance',
    { ImageId: IMAGE, SubnetId: ref('Quiet'), PrivateIpAddress: '10.0.2.20' },
    { InstanceType: 't3.micro', SourceDestCheck: true, Tags: tags('a') },
    { InstanceType: 't3.small', SourceDestCheck: false, Monitoring: true, Tags: tags('b') },
  ],
  Second: [
    'EC2::Instance',
    { ImageId: IMAGE, SubnetId: ref('Quiet'), PrivateIpAddress: '10.0.2.21', InstanceType: 't3.micro' },
    {},
    {},
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
    { DeviceIndex: '1', InstanceId: ref('Host'), NetworkInterfaceId: ref('Interface') },
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
    { RetentionInDays: 1, Tags: tags('a') },
    { RetentionInDays: 3, Tags: tags('b') },
  ],
  Endless: ['Logs::LogGroup', { LogGroupName: 'endless' }, { RetentionInDays: 1 }, {}],
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
    { DashboardBody: '{}' },
    { DashboardBody: '{"widgets":[]}' },
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
    { Policies: [{ PolicyName: 'b', PolicyDocument: reading('kms:List*') }] },
  ],
  Others: ['IAM::Group', { GroupName: 'others' }, {}, {}],
  Members: [
    'IAM::UserToGroupAddition',
    { Users: [ref('User')] },
    { GroupName: ref('Others') },
    { GroupName: ref('People') },
  ],
  Inline: [
    'IAM::Policy',
    { Groups: [ref('Others')], PolicyDocument: reading('kms:Get*') },
    { PolicyName: 'one' },
    { PolicyName: 'two' },
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
};

const templateOf = (which: 'from' | 'to') => ({
  Resources: Object.fromEntries(
    Object.entries(RESOURCES).map(([id, [type, same, from, to, more]]) => [
      id,
      { Type: `AWS::${type}`, Properties: { ...same, ...(which === 'from' ? from : to) }, ...more },
    ]),
  ),
});

const ofStack = { Filters: [{ Name: 'tag:aws:cloudformation:stack-name', Values: ['changed'] }] };
const QUESTIONS: readonly (readonly [string, object?])[] = [
  ['ec2:DescribeVpcs', ofStack],
  ['ec2:DescribeSubnets', ofStack],
  ['ec2:DescribeSecurityGroups', ofStack],
  ['ec2:DescribeNetworkInterfaces', ofStack],
  ['ec2:DescribeRouteTables', ofStack],
  ['ec2:DescribeInternetGateways', ofStack],
  ['ec2:DescribeVpcEndpoints', ofStack],
  ['ec2:DescribeLaunchTemplates', ofStack],
  ['ec2:DescribeManagedPrefixLists', ofStack],
  ['ec2:DescribeVpcEndpointServiceConfigurations', ofStack],
  ['ec2:DescribeVolumes', ofStack],
  ['ec2:DescribeAddresses', ofStack],
  ['ec2:DescribeInstances', ofStack],
  ['kms:ListAliases', { Limit: 1 }],
  ['logs:DescribeLogGroups'],
  ['logs:DescribeMetricFilters'],
  ['ssm:GetParameter', { Name: 'p' }],
  ['ssm:DescribeParameters'],
  ['ssm:ListTagsForResource', { ResourceType: 'Parameter', ResourceId: 'p' }],
  ['events:DescribeEventBus', { Name: 'bus' }],
  ['events:DescribeEventBus', { Name: 'policied' }],
  ['events:DescribeRule', { Name: 'rule' }],
  ['events:ListTargetsByRule', { Rule: 'rule' }],
  ['events:DescribeArchive', { ArchiveName: 'archive' }],
  ['cloudwatch:DescribeAlarms'],
  ['cloudwatch:GetDashboard', { DashboardName: 'board' }],
  ['iam:GetAccountAuthorizationDetails', { Filter: ['User', 'Role', 'Group', 'LocalManagedPolicy'] }],
];

/** What the services say, without what differs from one making to the next: ids, times, numbers of versions and accounts. */
async function described(as: Credentials, account: string): Promise<unknown[]> {
  const call = async (name: string, input: object = {}) => {
    const [service = '', operation = ''] = name.split(':');
    const { $metadata: _, ...output } = (await anyCall(server, as, { service, operation, input })) as Record<
      string,
      unknown
    >;
    return output;
  };
  const answers: [string, unknown][] = [];
  for (const [name, input] of QUESTIONS)
    answers.push([`${name} ${JSON.stringify(input)}`, await call(name, input)]);
  const ofAll = async (list: string, of: string, id: string, operations: readonly string[]) => {
    const found = (await call(list, list === 'kms:ListKeys' ? {} : ofStack))[of] as Record<string, string>[];
    const asked = found.map(({ [id]: value }) =>
      Promise.all(operations.map((operation) => call(operation, { [id]: value }))),
    );
    answers.push([list, await Promise.all(asked)]);
  };
  const ofKey = ['kms:DescribeKey', 'kms:GetKeyRotationStatus', 'kms:ListResourceTags'];
  await ofAll('kms:ListKeys', 'Keys', 'KeyId', ofKey);
  const entries = ['ec2:GetManagedPrefixListEntries'];
  await ofAll('ec2:DescribeManagedPrefixLists', 'PrefixLists', 'PrefixListId', entries);
  const services = 'ec2:DescribeVpcEndpointServiceConfigurations';
  const principals = ['ec2:DescribeVpcEndpointServicePermissions'];
  await ofAll(services, 'ServiceConfigurations', 'ServiceId', principals);
  return answers.map((answer) => plain(answer, account));
}

const VARYING =
  /^(?:Version|LatestVersion|DefaultVersionId|VersionId|UpdateDate|LastModified\w*|PolicyVersionList|Monitoring|NextMarker|NextToken|\w*(?:Date|Time|Timestamp|Token|Updated\w*))$/;

/** Without what varies; lists in the order of what is left. */
function plain(value: unknown, account: string): unknown {
  if (typeof value === 'string') return plainText(value, account);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) {
    return value
      .map((each) => plain(each, account))
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, each]) => !VARYING.test(name) && each !== undefined)
      .map(([name, each]) => [name, plain(each, account)]),
  );
}

const plainText = (text: string, account: string) =>
  text
    .replaceAll(account, '<account>')
    // A prefix list says which of the two it was.
    .replace(/^(?:create|modify)-complete$/, 'complete')
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[a-z]+-[0-9a-f]{17}\b|[0-9a-f]{64}/g, '<id>')
    .replace(/(?<=<id>)-[0-9a-f]{8}(?=\.)/g, '')
    .replace(/\bA(?:ROA|IDA|GPA|NPA|IPA)[A-Z0-9]{16,17}/g, '<id>')
    .replace(/\b2600(?::[0-9a-f]{0,4}){2,7}/g, '<address>')
    .replace(/\b(?:02(?::[0-9a-f]{2}){5}|198[.-]1[89][.-]\d+[.-]\d+)\b/g, '<address>');

test('a stack that is changed is as one that was made so', async () => {
  const [changed, made] = await Promise.all(
    ['100000000001', '100000000002'].map(async (account) => {
      const root = await server.root(account);
      return { account, root, stacks: stacksOf(server, root) };
    }),
  );
  assert.ok(changed && made);
  const Capabilities: 'CAPABILITY_NAMED_IAM'[] = ['CAPABILITY_NAMED_IAM'];
  const settle = async (
    { root }: typeof changed,
    operation: 'CreateStack' | 'UpdateStack',
    template: object,
    status: string,
  ) => {
    const input = { StackName: 'changed', TemplateBody: JSON.stringify(template), Capabilities };
    await anyCall(server, root, { service: 'cloudformation', operation, input });
    for (;;) {
      await server.settled();
      const asked = {
        service: 'cloudformation',
        operation: 'DescribeStacks',
        input: { StackName: 'changed' },
      };
      const { Stacks: [stack] = [] } = (await anyCall(server, root, asked)) as {
        Stacks?: { StackStatus: string }[];
      };
      if (/_IN_PROGRESS$/.test(stack?.StackStatus ?? '')) continue;
      if (stack?.StackStatus === status) return;
      const events = {
        service: 'cloudformation',
        operation: 'DescribeStackEvents',
        input: { StackName: 'changed' },
      };
      const { StackEvents } = (await anyCall(server, root, events)) as {
        StackEvents: { ResourceStatusReason?: string; LogicalResourceId: string; ResourceStatus: string }[];
      };
      const failed = StackEvents.filter(({ ResourceStatus }) => /_FAILED$/.test(ResourceStatus));
      throw new Error(
        failed.map((event) => `${event.LogicalResourceId}: ${event.ResourceStatusReason}`).join('\n'),
      );
    }
  };
  await settle(changed, 'CreateStack', templateOf('from'), 'CREATE_COMPLETE');
  await settle(changed, 'UpdateStack', templateOf('to'), 'UPDATE_COMPLETE');
  await settle(made, 'CreateStack', templateOf('to'), 'CREATE_COMPLETE');
  const [found, expected] = await Promise.all(
    [changed, made].map(({ root, account }) => described(root, account)),
  );
  for (const [index, answer] of (found ?? []).entries()) assert.deepEqual(answer, expected?.[index]);
});
