/** An account with something of everything, so that inputs made from it are about what is there. */
import * as autoscaling from '@aws-sdk/client-auto-scaling';
import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as ec2 from '@aws-sdk/client-ec2';
import * as events from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import { ACCOUNT } from '../../worlds/account.ts';
import type { Credentials, TestServer } from '../../worlds/server.ts';
import { newFleetRole } from '../../worlds/spot-fleets.ts';

export interface Pool {
  /** A user without any permissions. */
  readonly nobody: Credentials;
  /** Values for members of this name, in any operation: what is there, most plausible first. */
  readonly values: Readonly<Record<string, readonly unknown[]>>;
  /** Members that the SDK itself demands, whatever is served. */
  readonly labels: object;
}

const ZONE = 'us-east-1a';
const NOTHING = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'health:DescribeEvents', Resource: '*' }],
});
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const KEY_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' },
  ],
});

export async function furnish(server: TestServer): Promise<Pool> {
  const [keys, people, machines] = await Promise.all([
    furnishKms(server),
    furnishIam(server),
    furnishEc2(server),
  ]);
  const fleet = await furnishAutoScaling(server, machines);
  const watch = await furnishEvents(server);
  const stacks = await furnishCloudFormation(server);
  return {
    nobody: people.nobody,
    values: {
      ...keys,
      ...people.values,
      ...machines,
      ...fleet,
      ...watch,
      ...stacks,
      Policy: [KEY_POLICY, NOTHING, '{'],
    },
    labels: {
      SnapshotId: 'snap-0123456789abcdef0',
      BlockIndex: 0,
      BlockToken: 't',
      SecondSnapshotId: 'snap-1',
    },
  };
}

async function furnishKms(server: TestServer) {
  const client = server.client(kms.KMSClient);
  const create = async (input: kms.CreateKeyCommandInput) =>
    (await client.send(new kms.CreateKeyCommand(input))).KeyMetadata as kms.KeyMetadata;
  const key = await create({ Description: 'in use' });
  const disabled = await create({});
  await client.send(new kms.DisableKeyCommand({ KeyId: disabled.KeyId }));
  const dying = await create({});
  await client.send(new kms.ScheduleKeyDeletionCommand({ KeyId: dying.KeyId, PendingWindowInDays: 7 }));
  const signing = await create({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  const mac = await create({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
  const external = await create({ Origin: 'EXTERNAL' });
  await client.send(new kms.CreateAliasCommand({ AliasName: 'alias/data', TargetKeyId: key.KeyId }));
  const { GrantId, GrantToken } = await client.send(
    new kms.CreateGrantCommand({
      KeyId: key.KeyId,
      GranteePrincipal: `arn:aws:iam::${ACCOUNT}:root`,
      Operations: ['Decrypt', 'RetireGrant'],
    }),
  );
  const { CiphertextBlob } = await client.send(
    new kms.EncryptCommand({ KeyId: key.KeyId, Plaintext: Buffer.from('plain') }),
  );
  const all = [
    key.Arn,
    key.KeyId,
    'alias/data',
    ...[disabled, dying, signing, mac, external].map(({ Arn }) => Arn),
  ];
  return {
    KeyId: all,
    KmsKeyId: all,
    SourceKeyId: all,
    DestinationKeyId: all,
    TargetKeyId: [key.KeyId, disabled.KeyId],
    AliasName: ['alias/data', 'alias/other'],
    GrantId: [GrantId],
    GrantToken: [GrantToken],
    CiphertextBlob: [CiphertextBlob],
    GranteePrincipal: [`arn:aws:iam::${ACCOUNT}:root`, `arn:aws:iam::${ACCOUNT}:user/nobody`],
    RetiringPrincipal: [`arn:aws:iam::${ACCOUNT}:root`],
    TagKey: ['team'],
    ReplicaRegion: ['eu-west-1'],
    PrimaryRegion: ['eu-west-1'],
  };
}

async function furnishIam(server: TestServer) {
  const client = server.client(iam.IAMClient);
  await client.send(new iam.CreateUserCommand({ UserName: 'nobody' }));
  await client.send(new iam.CreateUserCommand({ UserName: 'john' }));
  await client.send(
    new iam.PutUserPolicyCommand({ UserName: 'john', PolicyName: 'inline', PolicyDocument: NOTHING }),
  );
  await client.send(new iam.CreateGroupCommand({ GroupName: 'crew' }));
  await client.send(
    new iam.PutGroupPolicyCommand({ GroupName: 'crew', PolicyName: 'inline', PolicyDocument: NOTHING }),
  );
  await client.send(new iam.AddUserToGroupCommand({ GroupName: 'crew', UserName: 'john' }));
  await client.send(new iam.CreateRoleCommand({ RoleName: 'host', AssumeRolePolicyDocument: TRUST }));
  await client.send(
    new iam.PutRolePolicyCommand({ RoleName: 'host', PolicyName: 'inline', PolicyDocument: NOTHING }),
  );
  await client.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName: 'host' }));
  const { Policy } = await client.send(
    new iam.CreatePolicyCommand({ PolicyName: 'managed', PolicyDocument: NOTHING }),
  );
  const key = async (UserName: string) => {
    const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName }));
    return {
      accessKeyId: AccessKey?.AccessKeyId as string,
      secretAccessKey: AccessKey?.SecretAccessKey as string,
    };
  };
  const nobody = await key('nobody');
  const john = await key('john');
  const { ServiceSpecificCredential: git } = await client.send(
    new iam.CreateServiceSpecificCredentialCommand({
      UserName: 'john',
      ServiceName: 'codecommit.amazonaws.com',
    }),
  );
  return {
    nobody,
    values: {
      UserName: ['john', 'nobody', 'nonesuch'],
      GroupName: ['crew', 'nonesuch'],
      RoleName: ['host', 'nonesuch'],
      InstanceProfileName: ['host', 'nonesuch'],
      IamInstanceProfile: [{ Name: 'host' }],
      PolicyName: ['inline', 'default', 'nonesuch'],
      PolicyArn: [Policy?.Arn, 'arn:aws:iam::aws:policy/AdministratorAccess'],
      PermissionsBoundary: [Policy?.Arn],
      PolicySourceArn: [`arn:aws:iam::${ACCOUNT}:user/john`, `arn:aws:iam::${ACCOUNT}:role/host`],
      PolicyDocument: [NOTHING, TRUST, '{'],
      AssumeRolePolicyDocument: [TRUST, NOTHING, '{'],
      VersionId: ['v1', 'v2'],
      AccessKeyId: [john.accessKeyId],
      ServiceSpecificCredentialId: [git?.ServiceSpecificCredentialId],
      Path: ['/', '/crew/'],
      PathPrefix: ['/', '/crew/'],
      RoleArn: [`arn:aws:iam::${ACCOUNT}:role/host`],
      RoleSessionName: ['session'],
      Url: ['https://token.example.com'],
      ThumbprintList: ['a'.repeat(40)],
      ActionName: ['kms:Decrypt', 'ec2:StartInstances'],
      DurationSeconds: [900, 3600],
      SerialNumber: [`arn:aws:iam::${ACCOUNT}:mfa/john`],
      OldPassword: ['plausible'],
      NewPassword: ['plausible'],
      AWSServiceName: ['autoscaling.amazonaws.com'],
      DeletionTaskId: ['task/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling/1'],
    },
  };
}

async function furnishEc2(server: TestServer) {
  const client = server.client(ec2.EC2Client);
  const { Images } = await client.send(
    new ec2.DescribeImagesCommand({
      Owners: ['amazon'],
      Filters: [{ Name: 'name', Values: ['al2023-*-x86_64'] }],
    }),
  );
  const ImageId = Images?.[0]?.ImageId;
  const run = await client.send(
    new ec2.RunInstancesCommand({ ImageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 }),
  );
  const instance = run.Instances?.[0];
  const volume = await client.send(
    new ec2.CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, Encrypted: true }),
  );
  const { SpotInstanceRequests: [spot] = [] } = await client.send(
    new ec2.RequestSpotInstancesCommand({ LaunchSpecification: { ImageId, InstanceType: 't3.micro' } }),
  );
  const LaunchTemplateConfigs = [
    { LaunchTemplateSpecification: { LaunchTemplateName: 'plain', Version: '$Latest' } },
  ];
  const TargetCapacitySpecification = { TotalTargetCapacity: 0 };
  await client.send(new ec2.CreateKeyPairCommand({ KeyName: 'ssh' }));
  // Named as the IAM group is, since both are a GroupName.
  await client.send(new ec2.CreatePlacementGroupCommand({ GroupName: 'crew' }));
  const { LaunchTemplate } = await client.send(
    new ec2.CreateLaunchTemplateCommand({
      LaunchTemplateName: 'plain',
      LaunchTemplateData: { ImageId, InstanceType: 't3.micro' },
    }),
  );
  const { FleetId } = await client.send(
    new ec2.CreateFleetCommand({ LaunchTemplateConfigs, TargetCapacitySpecification }),
  );
  const SpotFleetRequestConfig = {
    IamFleetRole: await newFleetRole(server.client(iam.IAMClient)),
    TargetCapacity: 0,
    LaunchTemplateConfigs,
  };
  const { SpotFleetRequestId } = await client.send(
    new ec2.RequestSpotFleetCommand({ SpotFleetRequestConfig }),
  );
  await server.settled();
  const snapshot = await client.send(new ec2.CreateSnapshotCommand({ VolumeId: volume.VolumeId }));
  const { SecurityGroupRules } = await client.send(new ec2.DescribeSecurityGroupRulesCommand({}));
  const rule = SecurityGroupRules?.[0];
  const { InternetGateways } = await client.send(new ec2.DescribeInternetGatewaysCommand({}));
  const { VpnGateway } = await client.send(new ec2.CreateVpnGatewayCommand({ Type: 'ipsec.1' }));
  await client.send(
    new ec2.AttachVpnGatewayCommand({ VpnGatewayId: VpnGateway?.VpnGatewayId, VpcId: instance?.VpcId }),
  );
  const { NetworkAcls: [acl] = [] } = await client.send(new ec2.DescribeNetworkAclsCommand({}));
  const elasticAddress = await client.send(new ec2.AllocateAddressCommand({}));
  const { RouteTables } = await client.send(new ec2.DescribeRouteTablesCommand({}));
  await server.settled();
  return {
    ImageId: [ImageId],
    InstanceId: [instance?.InstanceId, 'i-0123456789abcdef0'],
    Instance: [instance?.InstanceId],
    SubnetId: [instance?.SubnetId],
    VpcId: [instance?.VpcId],
    SecurityGroupId: [instance?.SecurityGroups?.[0]?.GroupId],
    GroupId: [instance?.SecurityGroups?.[0]?.GroupId],
    NetworkInterfaceId: [instance?.NetworkInterfaces?.[0]?.NetworkInterfaceId],
    VolumeId: [volume.VolumeId, 'vol-0123456789abcdef0'],
    SourceVolumeId: [volume.VolumeId],
    NatGatewayId: ['nat-0123456789abcdef0'],
    CapacityReservationId: ['cr-0123456789abcdef0'],
    CapacityReservationSpecification: [{ CapacityReservationPreference: 'none' }],
    DhcpConfiguration: [{ Key: 'domain-name', Values: ['corp.example'] }],
    DhcpOptionsId: ['dopt-0123456789abcdef0'],
    EgressOnlyInternetGatewayId: ['eigw-0123456789abcdef0'],
    ExclusionId: ['vpcbpa-exclude-0123456789abcdef0'],
    InstanceConnectEndpointId: ['eice-0123456789abcdef0'],
    Ipv6CidrBlock: ['2001:db8::/64'],
    PeerVpcId: [instance?.VpcId],
    VpcPeeringConnectionId: ['pcx-0123456789abcdef0'],
    ServiceId: ['vpce-svc-0123456789abcdef0'],
    ServiceName: ['com.amazonaws.us-east-1.s3'],
    VpcEndpointId: ['vpce-0123456789abcdef0'],
    VpnGatewayId: [VpnGateway?.VpnGatewayId],
    CustomerGatewayId: ['cgw-0123456789abcdef0'],
    SubnetCidrReservationId: ['scr-0123456789abcdef0'],
    VpnConnectionId: ['vpn-0123456789abcdef0'],
    VpnTunnelOutsideIpAddress: ['198.18.0.1'],
    TunnelOptions: [{ Phase1LifetimeSeconds: 900 }],
    IpAddress: ['12.1.2.3'],
    FlowLogId: ['fl-0123456789abcdef0'],
    PrefixListId: ['pl-0123456789abcdef0'],
    ResourceIds: [[instance?.VpcId]],
    Protocol: ['6'],
    PortRange: [{ From: 22, To: 22 }],
    Resource: [instance?.InstanceId, volume.VolumeId],
    ResourceId: [instance?.InstanceId, volume.VolumeId],
    Device: ['/dev/sdf', '/dev/sdg'],
    DeviceName: ['/dev/sdf', '/dev/xvda'],
    AvailabilityZone: [ZONE, 'us-east-1b'],
    RegionName: ['us-east-1'],
    InstanceType: ['t3.micro', 'm7g.large'],
    KeyName: ['ssh', 'other'],
    LaunchTemplateId: [LaunchTemplate?.LaunchTemplateId],
    LaunchTemplateName: ['plain', 'other'],
    LaunchTemplateData: [{ InstanceType: 't3.micro' }],
    LaunchSpecification: [{ ImageId, InstanceType: 't3.micro' }],
    LaunchTemplateConfig: LaunchTemplateConfigs,
    TargetCapacitySpecification: [TargetCapacitySpecification],
    FleetId: [FleetId, 'fleet-11111111-2222-3333-4444-555555555555'],
    SpotFleetRequestConfig: [SpotFleetRequestConfig],
    SpotFleetRequestId: [SpotFleetRequestId, 'sfr-11111111-2222-3333-4444-555555555555'],
    SpotInstanceRequestId: [spot?.SpotInstanceRequestId, 'sir-0123456789abcdef0'],
    DefaultVersion: ['1'],
    SnapshotId: [snapshot.SnapshotId, 'snap-0123456789abcdef0'],
    SourceSnapshotId: [snapshot.SnapshotId],
    SourceImageId: [ImageId],
    SecurityGroupRuleId: [rule?.SecurityGroupRuleId],
    CidrBlock: ['172.31.128.0/20', '10.0.0.0/16'],
    IpPermission: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
    LaunchPermission: [{ Add: [{ Group: 'all' }] }],
    CreateVolumePermission: [{ Add: [{ Group: 'all' }] }],
    MapPublicIpOnLaunch: [{ Value: true }],
    EnableDnsSupport: [{ Value: true }],
    InternetGatewayId: [InternetGateways?.[0]?.InternetGatewayId],
    GatewayId: [VpnGateway?.VpnGatewayId, InternetGateways?.[0]?.InternetGatewayId],
    NetworkAclId: [acl?.NetworkAclId],
    AllocationId: [elasticAddress.AllocationId],
    RouteTableId: [RouteTables?.[0]?.RouteTableId],
    DestinationCidrBlock: ['0.0.0.0/0', '172.31.0.0/16', '10.0.0.0/8'],
    SourceDestCheck: [{ Value: true }],
    RootDeviceName: ['/dev/xvda'],
    BlockDeviceMapping: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId: snapshot.SnapshotId } }],
    Tag: [{ Key: 'team', Value: 'storage', TagKey: 'team', TagValue: 'storage' }],
    Attribute: ['createVolumePermission', 'launchPermission', 'autoEnableIO', 'userData'],
    SourceRegion: ['us-east-1'],
    MinCount: [1],
    MaxCount: [1, 2],
    Size: [1, 2],
    VolumeSize: [1, 2],
  };
}

async function furnishEvents(server: TestServer) {
  const logGroupName = '/aws/events/crew';
  const groupArn = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${logGroupName}`;
  const groups = server.client(logs.CloudWatchLogsClient);
  await groups.send(new logs.CreateLogGroupCommand({ logGroupName, tags: { team: 'storage' } }));
  await groups.send(new logs.CreateLogStreamCommand({ logGroupName, logStreamName: 'stream' }));
  const { anomalyDetectorArn } = await groups.send(
    new logs.CreateLogAnomalyDetectorCommand({ logGroupArnList: [groupArn] }),
  );
  const rules = server.client(events.EventBridgeClient);
  const { EventBusArn } = await rules.send(new events.CreateEventBusCommand({ Name: 'bus' }));
  const pattern = JSON.stringify({
    source: ['my.app'],
    'detail-type': ['order'],
    detail: { service: ['s'], eventTypeCode: ['e'], userIdentity: { principalId: ['p'] } },
  });
  const { RuleArn } = await rules.send(new events.PutRuleCommand({ Name: 'rule', EventPattern: pattern }));
  await rules.send(new events.PutTargetsCommand({ Rule: 'rule', Targets: [{ Id: '1', Arn: groupArn }] }));
  await rules.send(new events.CreateArchiveCommand({ ArchiveName: 'archive', EventSourceArn: EventBusArn }));
  const { ConnectionArn } = await rules.send(
    new events.CreateConnectionCommand({
      Name: 'connection',
      AuthorizationType: 'BASIC',
      AuthParameters: { BasicAuthParameters: { Username: 'u', Password: 'p' } },
    }),
  );
  return {
    ArchiveName: ['archive', 'nonesuch'],
    EventSourceArn: [EventBusArn, EventBusArn?.replace('event-bus/bus', 'archive/archive')],
    Destination: [{ Arn: EventBusArn }],
    ConnectionArn: [ConnectionArn],
    anomalyDetectorArn: [anomalyDetectorArn],
    logGroupArnList: [[groupArn]],
    logGroupName: [logGroupName, 'nonesuch'],
    logGroupIdentifier: [groupArn, logGroupName],
    logStreamName: ['stream', 'nonesuch'],
    resourceArn: [groupArn],
    retentionInDays: [7, 8],
    filterPattern: ['a b', '{ $.a = 1 }', '{'],
    ResourceARN: [RuleArn, EventBusArn],
    Rule: ['rule', 'nonesuch'],
    EventBusName: ['default', 'bus', EventBusArn],
    EventPattern: [pattern, '{"a":[{"prefix":1}]}', '{'],
    Event: ['{"id":"1","source":"s","account":"1","time":"t","region":"r","detail-type":"d"}'],
    ScheduleExpression: ['rate(1 day)', 'cron(0 12 * * ? *)'],
    TargetArn: [groupArn],
    Arn: [groupArn, EventBusArn, RuleArn],
    InputPath: ['$.detail'],
    Detail: ['{"n":1}', '[]'],
    DetailType: ['order'],
    Source: ['my.app', 'aws.ec2'],
  };
}

async function furnishCloudFormation(server: TestServer) {
  const client = server.client(cloudformation.CloudFormationClient);
  const template = (Description: string) =>
    JSON.stringify({
      Parameters: { Text: { Type: 'String', Default: 'text' } },
      Resources: { Key: { Type: 'AWS::KMS::Key', Properties: { Description } } },
      Outputs: { Key: { Value: { Ref: 'Key' }, Export: { Name: 'key' } } },
    });
  const StackName = 'stack';
  await client.send(new cloudformation.CreateStackCommand({ StackName, TemplateBody: template('one') }));
  await server.settled();
  const { Id, StackId } = await client.send(
    new cloudformation.CreateChangeSetCommand({
      StackName,
      ChangeSetName: 'changes',
      TemplateBody: template('two'),
    }),
  );
  return {
    StackName: [StackName, StackId, 'nonesuch'],
    ChangeSetName: [Id, 'changes', 'nonesuch'],
    ChangeSetType: ['UPDATE', 'CREATE'],
    TemplateBody: [template('three'), 'Resources: {Key: {Type: AWS::KMS::Key}}', '{', 'a: !Sub'],
    Parameters: [[{ ParameterKey: 'Text', ParameterValue: 'other' }]],
    LogicalResourceId: ['Key', 'nonesuch'],
    ExportName: ['key', 'nonesuch'],
    StackPolicyBody: ['{"Statement":[]}', '{'],
    RoleARN: [`arn:aws:iam::${ACCOUNT}:role/host`],
  };
}

async function furnishAutoScaling(
  server: TestServer,
  { ImageId, LaunchTemplateId }: Awaited<ReturnType<typeof furnishEc2>>,
) {
  const client = server.client(autoscaling.AutoScalingClient);
  await client.send(
    new autoscaling.CreateLaunchConfigurationCommand({
      LaunchConfigurationName: 'plain',
      ImageId: ImageId[0],
      InstanceType: 't3.micro',
    }),
  );
  await client.send(
    new autoscaling.CreateAutoScalingGroupCommand({
      AutoScalingGroupName: 'web',
      LaunchTemplate: { LaunchTemplateId: LaunchTemplateId[0] },
      MinSize: 1,
      MaxSize: 3,
      AvailabilityZones: [ZONE],
    }),
  );
  return {
    AutoScalingGroupName: ['web', 'nonesuch'],
    LaunchConfigurationName: ['plain', 'nonesuch'],
    LifecycleHookName: ['hook'],
    MinSize: [0, 1],
    MaxSize: [2, 3],
    DesiredCapacity: [1, 2],
    DesiredConfiguration: [
      {
        MixedInstancesPolicy: {
          LaunchTemplate: { Overrides: [{ ImageId: ImageId[0] }] },
          InstancesDistribution: { DistributionSegments: [{ TargetCapacityTypes: ['on-demand'] }] },
        },
      },
    ],
    MetadataOptions: [{ HttpTokens: 'required', HttpPutResponseHopLimit: 2, HttpEndpoint: 'enabled' }],
  };
}
