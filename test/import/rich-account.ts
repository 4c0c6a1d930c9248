/** What a real account has beside something of everything: keys in every state, histories, sharing, networks, groups, an organization. */
import * as autoscaling from '@aws-sdk/client-auto-scaling';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as ec2 from '@aws-sdk/client-ec2';
import * as events from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as organizations from '@aws-sdk/client-organizations';
import * as ssm from '@aws-sdk/client-ssm';
import { importMaterial } from '../kms/imports.ts';
import {
  ACCOUNT,
  allow,
  allowing,
  DAY_MS,
  deny,
  newUser,
  policy,
  rootOf,
  trust,
  ZONE,
} from '../worlds/account.ts';
import type { TestServer } from '../worlds/server.ts';
import { enrichServices } from './rich-services.ts';
import { enrichStacks, SECRET } from './rich-stacks.ts';

/** Named by trust, by a key policy and by a grant. */
const EVA = `arn:aws:iam::${ACCOUNT}:user/eva`;
const TAGS = [{ Key: 'team', Value: 'storage' }];
const tagged = (ResourceType: ec2.ResourceType) => ({ TagSpecifications: [{ ResourceType, Tags: TAGS }] });

export async function enrich(server: TestServer): Promise<void> {
  await enrichIam(server);
  const keyArn = await enrichKms(server);
  await enrichNetwork(server);
  await enrichMachines(server, keyArn);
  await enrichGroups(server);
  await enrichStacks(server);
  await enrichOperations(server);
  await enrichServices(server);
  await enrichOrganization(server);
  const client = server.client(ec2.EC2Client);
  await client.send(new ec2.EnableEbsEncryptionByDefaultCommand({}));
  await client.send(new ec2.ModifyEbsDefaultKmsKeyIdCommand({ KmsKeyId: keyArn }));
  await server.settled();
}

async function enrichIam(server: TestServer): Promise<void> {
  const client = server.client(iam.IAMClient);
  const { Policy: managed } = await client.send(
    new iam.CreatePolicyCommand({
      PolicyName: 'versions',
      Path: '/storage/',
      Description: 'of several versions',
      PolicyDocument: allow('kms:Encrypt'),
      Tags: TAGS,
    }),
  );
  const PolicyArn = managed?.Arn;
  for (const action of ['kms:Decrypt', 'kms:ReEncrypt*']) {
    await client.send(
      new iam.CreatePolicyVersionCommand({
        PolicyArn,
        PolicyDocument: allow(action),
        SetAsDefault: action === 'kms:Decrypt',
      }),
    );
  }
  await client.send(new iam.DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
  const aws = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
  const bounded = { PermissionsBoundary: PolicyArn, Tags: TAGS, Path: '/storage/' };
  await client.send(new iam.CreateGroupCommand({ GroupName: 'keepers', Path: '/storage/' }));
  await client.send(new iam.AttachGroupPolicyCommand({ GroupName: 'keepers', PolicyArn: aws }));
  await client.send(new iam.CreateUserCommand({ UserName: 'vera', ...bounded }));
  await client.send(new iam.AttachUserPolicyCommand({ UserName: 'vera', PolicyArn }));
  await client.send(new iam.AddUserToGroupCommand({ UserName: 'vera', GroupName: 'keepers' }));
  await client.send(new iam.CreateUserCommand({ UserName: 'eva' }));
  await client.send(
    new iam.CreateRoleCommand({
      RoleName: 'worker',
      Description: 'works',
      MaxSessionDuration: 7200,
      AssumeRolePolicyDocument: trust({ AWS: [rootOf(ACCOUNT), EVA], Service: 'ec2.amazonaws.com' }),
      ...bounded,
    }),
  );
  await client.send(new iam.AttachRolePolicyCommand({ RoleName: 'worker', PolicyArn: aws }));
  for (const [PolicyName, action] of [
    ['one', 'kms:*'],
    ['two', 'ec2:*'],
  ] as const) {
    const PolicyDocument = allow(action);
    await client.send(new iam.PutRolePolicyCommand({ RoleName: 'worker', PolicyName, PolicyDocument }));
  }
  const InstanceProfileName = 'worker';
  await client.send(
    new iam.CreateInstanceProfileCommand({ InstanceProfileName, Path: '/storage/', Tags: TAGS }),
  );
  await client.send(new iam.AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName: 'worker' }));
  await client.send(
    new iam.CreateOpenIDConnectProviderCommand({
      Url: 'https://token.actions.example.com',
      ClientIDList: ['sts.amazonaws.com'],
      ThumbprintList: ['a'.repeat(40)],
      Tags: TAGS,
    }),
  );
  await client.send(new iam.UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 14 }));
  await client.send(new iam.CreateAccountAliasCommand({ AccountAlias: 'storage-crew' }));
}

/** The replica is in the Region that is read last. */
async function ledFromAbroad(client: kms.KMSClient): Promise<void> {
  const Description = 'led from abroad';
  const { KeyMetadata } = await client.send(new kms.CreateKeyCommand({ MultiRegion: true, Description }));
  const key = { KeyId: KeyMetadata?.KeyId };
  await client.send(new kms.ReplicateKeyCommand({ ...key, ReplicaRegion: 'us-east-1', Description }));
  await client.send(new kms.EnableKeyRotationCommand({ ...key, RotationPeriodInDays: 90 }));
}

async function enrichKms(server: TestServer): Promise<string> {
  const client = server.client(kms.KMSClient);
  const create = async (input: kms.CreateKeyCommandInput = {}) =>
    (await client.send(new kms.CreateKeyCommand(input))).KeyMetadata?.Arn as string;
  const KeyId = await create({
    Description: 'volumes',
    Tags: [{ TagKey: 'team', TagValue: 'storage' }],
    Policy: policy(
      { Sid: 'Root', Effect: 'Allow', Principal: { AWS: rootOf(ACCOUNT) }, Action: 'kms:*', Resource: '*' },
      {
        Sid: 'Worker',
        Effect: 'Allow',
        Principal: { AWS: [`arn:aws:iam::${ACCOUNT}:role/storage/worker`, EVA] },
        Action: ['kms:Decrypt', 'kms:CreateGrant'],
        Resource: '*',
        Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      },
    ),
  });
  await client.send(new kms.EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
  await client.send(new kms.RotateKeyOnDemandCommand({ KeyId }));
  for (const AliasName of ['alias/volumes', 'alias/storage/volumes'])
    await client.send(new kms.CreateAliasCommand({ AliasName, TargetKeyId: KeyId }));
  const worker = `arn:aws:iam::${ACCOUNT}:role/storage/worker`;
  for (const [Name, GranteePrincipal, Constraints] of [
    ['equal', worker, { EncryptionContextEquals: { app: 'one', stage: 'two' } }],
    ['subset', worker, { EncryptionContextSubset: { app: 'one' } }],
    ['plain', EVA, undefined],
  ] as const) {
    await client.send(
      new kms.CreateGrantCommand({
        KeyId,
        Name,
        GranteePrincipal,
        RetiringPrincipal: `arn:aws:iam::${ACCOUNT}:user/storage/vera`,
        Operations: ['Decrypt', 'GenerateDataKey'],
        Constraints,
      }),
    );
  }
  await client.send(
    new kms.CreateGrantCommand({
      KeyId,
      GranteeServicePrincipal: 'dynamodb.amazonaws.com',
      RetiringServicePrincipal: 'dynamodb.amazonaws.com',
      Operations: ['Decrypt'],
      Constraints: { SourceArn: `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/orders` },
    }),
  );
  const shared = await create({ MultiRegion: true, Description: 'shared' });
  await client.send(
    new kms.ReplicateKeyCommand({ KeyId: shared, ReplicaRegion: 'eu-west-1', Description: 'replica' }),
  );
  await client.send(new kms.EnableKeyRotationCommand({ KeyId: shared, RotationPeriodInDays: 90 }));
  await ledFromAbroad(server.client(kms.KMSClient, undefined, { region: 'eu-west-1' }));
  const gone = await create({ Description: 'leaving' });
  await client.send(new kms.ScheduleKeyDeletionCommand({ KeyId: gone, PendingWindowInDays: 7 }));
  const leaving = await create({ MultiRegion: true });
  await client.send(new kms.ReplicateKeyCommand({ KeyId: leaving, ReplicaRegion: 'eu-west-1' }));
  await client.send(new kms.ScheduleKeyDeletionCommand({ KeyId: leaving, PendingWindowInDays: 7 }));
  const own = await create({ Origin: 'EXTERNAL', Description: 'our own' });
  await importMaterial(client, own, Buffer.alloc(32, 7), {
    ExpirationModel: 'KEY_MATERIAL_EXPIRES',
    ValidTo: new Date(Date.now() + 86_400_000),
  });
  const lasting = await create({ Origin: 'EXTERNAL', KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
  await importMaterial(client, lasting, Buffer.alloc(32, 8));
  await client.send(new kms.DisableKeyCommand({ KeyId: lasting }));
  await create({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' });
  return KeyId;
}

async function enrichNetwork(server: TestServer): Promise<void> {
  const client = server.client(ec2.EC2Client);
  const { Vpc } = await client.send(
    new ec2.CreateVpcCommand({
      CidrBlock: '10.9.0.0/16',
      AmazonProvidedIpv6CidrBlock: true,
      ...tagged('vpc'),
    }),
  );
  const VpcId = Vpc?.VpcId;
  await client.send(new ec2.ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
  await client.send(new ec2.AssociateVpcCidrBlockCommand({ VpcId, CidrBlock: '10.10.0.0/16' }));
  const { Subnet } = await client.send(
    new ec2.CreateSubnetCommand({
      VpcId,
      CidrBlock: '10.9.1.0/24',
      AvailabilityZone: ZONE,
      ...tagged('subnet'),
    }),
  );
  const SubnetId = Subnet?.SubnetId;
  await client.send(new ec2.ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: true } }));
  const { InternetGateway } = await client.send(
    new ec2.CreateInternetGatewayCommand(tagged('internet-gateway')),
  );
  const InternetGatewayId = InternetGateway?.InternetGatewayId;
  await client.send(new ec2.AttachInternetGatewayCommand({ VpcId, InternetGatewayId }));
  const { EgressOnlyInternetGateway } = await client.send(
    new ec2.CreateEgressOnlyInternetGatewayCommand({ VpcId, ...tagged('egress-only-internet-gateway') }),
  );
  const { AllocationId } = await client.send(new ec2.AllocateAddressCommand(tagged('elastic-ip')));
  await client.send(
    new ec2.CreateInstanceConnectEndpointCommand({ SubnetId, ...tagged('instance-connect-endpoint') }),
  );
  const balancer = `arn:aws:elasticloadbalancing:us-east-1:${ACCOUNT}:loadbalancer/net/shop/9bn6qkf4e9jrw77a`;
  const { ServiceConfiguration } = await client.send(
    new ec2.CreateVpcEndpointServiceConfigurationCommand({
      NetworkLoadBalancerArns: [balancer],
      PrivateDnsName: 'shop.example.com',
      SupportedRegions: ['us-west-2'],
      ...tagged('vpc-endpoint-service'),
    }),
  );
  await client.send(
    new ec2.ModifyVpcEndpointServicePermissionsCommand({
      ServiceId: ServiceConfiguration?.ServiceId,
      AddAllowedPrincipals: [`arn:aws:iam::${ACCOUNT}:root`],
    }),
  );
  const { NatGateway } = await client.send(
    new ec2.CreateNatGatewayCommand({ SubnetId, AllocationId, ...tagged('natgateway') }),
  );
  const further = await client.send(new ec2.AllocateAddressCommand({}));
  const { VpnGateway } = await client.send(new ec2.CreateVpnGatewayCommand({ Type: 'ipsec.1' }));
  const { CustomerGateway } = await client.send(
    new ec2.CreateCustomerGatewayCommand({ Type: 'ipsec.1', IpAddress: '198.51.100.7', BgpAsn: 65010 }),
  );
  const { VpnConnection } = await client.send(
    new ec2.CreateVpnConnectionCommand({
      Type: 'ipsec.1',
      CustomerGatewayId: CustomerGateway?.CustomerGatewayId,
      VpnGatewayId: VpnGateway?.VpnGatewayId,
      Options: { StaticRoutesOnly: true, TunnelOptions: [{ IKEVersions: [{ Value: 'ikev2' }] }] },
      ...tagged('vpn-connection'),
    }),
  );
  await client.send(
    new ec2.CreateVpnConnectionRouteCommand({
      VpnConnectionId: VpnConnection?.VpnConnectionId,
      DestinationCidrBlock: '192.168.0.0/16',
    }),
  );
  await server.settled();
  await client.send(
    new ec2.AssociateNatGatewayAddressCommand({
      NatGatewayId: NatGateway?.NatGatewayId,
      AllocationIds: [further.AllocationId as string],
    }),
  );
  await server.settled();
  const { RouteTable } = await client.send(
    new ec2.CreateRouteTableCommand({ VpcId, ...tagged('route-table') }),
  );
  const RouteTableId = RouteTable?.RouteTableId;
  for (const route of [
    { DestinationCidrBlock: '0.0.0.0/0', GatewayId: InternetGatewayId },
    { DestinationCidrBlock: '192.168.0.0/16', NatGatewayId: NatGateway?.NatGatewayId },
    {
      DestinationIpv6CidrBlock: '::/0',
      EgressOnlyInternetGatewayId: EgressOnlyInternetGateway?.EgressOnlyInternetGatewayId,
    },
  ])
    await client.send(new ec2.CreateRouteCommand({ RouteTableId, ...route }));
  await client.send(new ec2.AssociateRouteTableCommand({ RouteTableId, SubnetId }));
  const group = async (GroupName: string) =>
    (
      await client.send(
        new ec2.CreateSecurityGroupCommand({
          VpcId,
          GroupName,
          Description: `of ${GroupName}`,
          ...tagged('security-group'),
        }),
      )
    ).GroupId;
  const [GroupId, other] = [await group('web'), await group('database')];
  const outer = await client.send(new ec2.CreateVpcCommand({ CidrBlock: '10.30.0.0/16' }));
  await client.send(new ec2.AssociateSecurityGroupVpcCommand({ GroupId, VpcId: outer.Vpc?.VpcId }));
  await client.send(
    new ec2.AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: [
        {
          IpProtocol: 'tcp',
          FromPort: 443,
          ToPort: 443,
          IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'https' }],
        },
        { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: other }] },
        { IpProtocol: 'icmp', FromPort: 8, ToPort: -1, IpRanges: [{ CidrIp: '10.0.0.0/8' }] },
      ],
    }),
  );
  const { NetworkAcl } = await client.send(
    new ec2.CreateNetworkAclCommand({ VpcId, ...tagged('network-acl') }),
  );
  await client.send(
    new ec2.CreateNetworkAclEntryCommand({
      NetworkAclId: NetworkAcl?.NetworkAclId,
      RuleNumber: 100,
      Protocol: '6',
      RuleAction: 'allow',
      Egress: false,
      CidrBlock: '10.0.0.0/8',
      PortRange: { From: 22, To: 23 },
    }),
  );
  const { NetworkAcls: [standard] = [] } = await client.send(
    new ec2.DescribeNetworkAclsCommand({
      Filters: [{ Name: 'association.subnet-id', Values: [SubnetId ?? ''] }],
    }),
  );
  await client.send(
    new ec2.ReplaceNetworkAclAssociationCommand({
      NetworkAclId: NetworkAcl?.NetworkAclId,
      AssociationId: standard?.Associations?.find((each) => each.SubnetId === SubnetId)
        ?.NetworkAclAssociationId,
    }),
  );
  const { DhcpOptions } = await client.send(
    new ec2.CreateDhcpOptionsCommand({
      DhcpConfigurations: [{ Key: 'domain-name', Values: ['corp.example'] }],
      ...tagged('dhcp-options'),
    }),
  );
  await client.send(
    new ec2.AssociateDhcpOptionsCommand({ VpcId, DhcpOptionsId: DhcpOptions?.DhcpOptionsId }),
  );
  await client.send(
    new ec2.CreateVpcEndpointCommand({
      VpcId,
      ServiceName: 'com.amazonaws.us-east-1.kms',
      VpcEndpointType: 'Interface',
      SubnetIds: [SubnetId ?? ''],
      SecurityGroupIds: [GroupId ?? ''],
      PrivateDnsEnabled: true,
      PolicyDocument: policy({ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' }),
      ...tagged('vpc-endpoint'),
    }),
  );
  await client.send(
    new ec2.CreateVpcEndpointCommand({
      VpcId,
      ServiceName: 'com.amazonaws.us-east-1.s3',
      RouteTableIds: [RouteTableId ?? ''],
    }),
  );
  const { Vpc: peer } = await client.send(new ec2.CreateVpcCommand({ CidrBlock: '10.20.0.0/16' }));
  const { VpcPeeringConnection: peering } = await client.send(
    new ec2.CreateVpcPeeringConnectionCommand({
      VpcId,
      PeerVpcId: peer?.VpcId,
      ...tagged('vpc-peering-connection'),
    }),
  );
  await server.settled();
  await client.send(
    new ec2.AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId: peering?.VpcPeeringConnectionId }),
  );
  await client.send(
    new ec2.CreateManagedPrefixListCommand({
      PrefixListName: 'offices',
      MaxEntries: 5,
      AddressFamily: 'IPv4',
      Entries: [{ Cidr: '203.0.113.0/24', Description: 'berlin' }],
      ...tagged('prefix-list'),
    }),
  );
  await client.send(
    new ec2.CreateFlowLogsCommand({
      ResourceIds: [VpcId ?? ''],
      ResourceType: 'VPC',
      TrafficType: 'ALL',
      LogDestinationType: 's3',
      LogDestination: 'arn:aws:s3:::flow-logs',
      ...tagged('vpc-flow-log'),
    }),
  );
  await client.send(
    new ec2.CreateNetworkInterfaceCommand({
      SubnetId,
      Description: 'spare',
      Groups: [GroupId ?? ''],
      ...tagged('network-interface'),
    }),
  );
}

async function enrichMachines(server: TestServer, keyArn: string): Promise<void> {
  const client = server.client(ec2.EC2Client);
  const { Images } = await client.send(
    new ec2.DescribeImagesCommand({
      Owners: ['amazon'],
      Filters: [{ Name: 'name', Values: ['al2023-*-x86_64'] }],
    }),
  );
  const ImageId = Images?.[0]?.ImageId;
  const encrypted = { Encrypted: true, KmsKeyId: keyArn };
  const data = { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 2, DeleteOnTermination: false, ...encrypted } };
  const run = async (input: Partial<ec2.RunInstancesCommandInput> = {}) =>
    (
      await client.send(
        new ec2.RunInstancesCommand({
          ImageId,
          InstanceType: 't3.micro',
          MinCount: 1,
          MaxCount: 1,
          ...input,
        }),
      )
    ).Instances?.[0]?.InstanceId as string;
  const running = await run({
    IamInstanceProfile: { Name: 'worker' },
    KeyName: 'ssh',
    BlockDeviceMappings: [data],
    Monitoring: { Enabled: true },
    MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 3, InstanceMetadataTags: 'enabled' },
    Placement: { GroupName: 'crew' },
    InstanceType: 'c5.large',
    TagSpecifications: [
      { ResourceType: 'instance', Tags: TAGS },
      { ResourceType: 'volume', Tags: TAGS },
    ],
  });
  const stopped = await run({ BlockDeviceMappings: [data] });
  const failing = await run({ BlockDeviceMappings: [data] });
  const gone = await run();
  await server.settled();
  await client.send(new ec2.StopInstancesCommand({ InstanceIds: [stopped, failing] }));
  await client.send(new ec2.TerminateInstancesCommand({ InstanceIds: [gone] }));
  await server.settled();
  const john = server.client(ec2.EC2Client, await userWith(server, 'operator', allowing('ec2:*')));
  await john.send(new ec2.StartInstancesCommand({ InstanceIds: [failing] }));
  const volume = async (input: Partial<ec2.CreateVolumeCommandInput>) =>
    (await client.send(new ec2.CreateVolumeCommand({ AvailabilityZone: ZONE, ...input }))).VolumeId as string;
  const wide = await volume({
    VolumeType: 'io2',
    Iops: 400,
    Size: 8,
    MultiAttachEnabled: true,
    ...encrypted,
  });
  await volume({ VolumeType: 'gp3', Iops: 4000, Throughput: 200, Size: 10, ...tagged('volume') });
  for (const [VolumeType, Size, Iops] of [
    ['gp2', 100, undefined],
    ['io1', 8, 300],
    ['st1', 125, undefined],
    ['sc1', 125, undefined],
    ['standard', 1, undefined],
  ] as const)
    await volume({ VolumeType, Size, Iops });
  await server.settled();
  await client.send(new ec2.AttachVolumeCommand({ VolumeId: wide, InstanceId: running, Device: '/dev/sdg' }));
  await client.send(new ec2.ModifyVolumeCommand({ VolumeId: wide, Iops: 500 }));
  const snapshot = async (VolumeId: string) =>
    (
      await client.send(
        new ec2.CreateSnapshotCommand({ VolumeId, Description: 'kept', ...tagged('snapshot') }),
      )
    ).SnapshotId as string;
  const SnapshotId = await snapshot(wide);
  const [archived, restored] = [await snapshot(wide), await snapshot(wide)] as const;
  await server.settled();
  for (const id of [archived, restored])
    await client.send(new ec2.ModifySnapshotTierCommand({ SnapshotId: id }));
  await server.settled();
  await client.send(new ec2.RestoreSnapshotTierCommand({ SnapshotId: restored, TemporaryRestoreDays: 5 }));
  await server.settled();
  await client.send(
    new ec2.ModifySnapshotAttributeCommand({
      SnapshotId,
      Attribute: 'createVolumePermission',
      OperationType: 'add',
      UserIds: ['444455556666'],
    }),
  );
  const { ImageId: own } = await client.send(
    new ec2.CreateImageCommand({
      InstanceId: stopped,
      Name: 'golden',
      Description: 'ours',
      ...tagged('image'),
    }),
  );
  await server.settled();
  await client.send(
    new ec2.ModifyImageAttributeCommand({
      ImageId: own,
      LaunchPermission: { Add: [{ UserId: '444455556666' }] },
    }),
  );
  const { LaunchTemplate } = await client.send(
    new ec2.CreateLaunchTemplateCommand({
      LaunchTemplateName: 'versions',
      VersionDescription: 'first',
      LaunchTemplateData: { ImageId, InstanceType: 't3.micro', BlockDeviceMappings: [data] },
      ...tagged('launch-template'),
    }),
  );
  const LaunchTemplateId = LaunchTemplate?.LaunchTemplateId;
  for (const InstanceType of ['t3.small', 't3.medium'] as const)
    await client.send(
      new ec2.CreateLaunchTemplateVersionCommand({
        LaunchTemplateId,
        LaunchTemplateData: { ImageId, InstanceType },
      }),
    );
  await client.send(new ec2.ModifyLaunchTemplateCommand({ LaunchTemplateId, DefaultVersion: '2' }));
  await client.send(
    new ec2.CreateCapacityReservationCommand({
      InstanceType: 'm5.large',
      InstancePlatform: 'Linux/UNIX',
      AvailabilityZone: ZONE,
      InstanceCount: 2,
    }),
  );
  const { AllocationId } = await client.send(new ec2.AllocateAddressCommand({}));
  await client.send(new ec2.AssociateAddressCommand({ AllocationId, InstanceId: running }));
}

async function userWith(server: TestServer, name: string, ...statements: object[]) {
  return (await newUser(server, name, { allow: statements })).credentials;
}

async function enrichGroups(server: TestServer): Promise<void> {
  const client = server.client(autoscaling.AutoScalingClient);
  const machines = server.client(ec2.EC2Client);
  const LaunchTemplate = { LaunchTemplateName: 'versions', Version: '$Default' };
  const AutoScalingGroupName = 'fleet';
  await client.send(
    new autoscaling.CreateAutoScalingGroupCommand({
      AutoScalingGroupName,
      MixedInstancesPolicy: {
        LaunchTemplate: {
          LaunchTemplateSpecification: LaunchTemplate,
          Overrides: [{ InstanceType: 't3.small' }],
        },
        InstancesDistribution: { OnDemandBaseCapacity: 1 },
      },
      MinSize: 1,
      MaxSize: 4,
      AvailabilityZones: [ZONE, 'us-east-1b'],
      HealthCheckGracePeriod: 120,
      DefaultInstanceWarmup: 60,
      NewInstancesProtectedFromScaleIn: true,
      CapacityRebalance: true,
      MaxInstanceLifetime: 86_400,
      TerminationPolicies: ['OldestInstance', 'Default'],
      Tags: [{ Key: 'team', Value: 'storage', PropagateAtLaunch: true }],
    }),
  );
  await client.send(
    new autoscaling.PutNotificationConfigurationCommand({
      AutoScalingGroupName,
      TopicARN: 'arn:aws:sns:us-east-1:123456789012:operations',
      NotificationTypes: ['autoscaling:EC2_INSTANCE_LAUNCH_ERROR'],
    }),
  );
  await server.settled();
  await client.send(
    new autoscaling.PutLifecycleHookCommand({
      AutoScalingGroupName,
      LifecycleHookName: 'draining',
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      HeartbeatTimeout: 300,
      DefaultResult: 'CONTINUE',
    }),
  );
  await client.send(
    new autoscaling.PutScalingPolicyCommand({
      AutoScalingGroupName,
      PolicyName: 'step',
      PolicyType: 'StepScaling',
      AdjustmentType: 'ChangeInCapacity',
      StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
    }),
  );
  await client.send(
    new autoscaling.PutScalingPolicyCommand({
      AutoScalingGroupName,
      PolicyName: 'target',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingConfiguration: {
        PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
        TargetValue: 50,
      },
    }),
  );
  await client.send(
    new autoscaling.PutScheduledUpdateGroupActionCommand({
      AutoScalingGroupName,
      ScheduledActionName: 'nightly',
      Recurrence: '0 3 * * *',
      MinSize: 1,
      MaxSize: 2,
    }),
  );
  await client.send(
    new autoscaling.EnableMetricsCollectionCommand({ AutoScalingGroupName, Granularity: '1Minute' }),
  );
  await client.send(
    new autoscaling.SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses: ['AZRebalance'] }),
  );
  // The service-linked role has no right to the key: this one fails to launch.
  const { KeyMetadata } = await server.client(kms.KMSClient).send(
    new kms.CreateKeyCommand({
      Policy: policy({
        Effect: 'Allow',
        Principal: { AWS: rootOf(ACCOUNT) },
        Action: 'kms:*',
        Resource: '*',
        Condition: { StringEquals: { 'aws:PrincipalType': 'Account' } },
      }),
    }),
  );
  const { LaunchTemplate: closed } = await machines.send(
    new ec2.CreateLaunchTemplateCommand({
      LaunchTemplateName: 'closed',
      LaunchTemplateData: {
        ImageId: (
          await machines.send(
            new ec2.DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName: 'versions' }),
          )
        ).LaunchTemplateVersions?.[0]?.LaunchTemplateData?.ImageId,
        InstanceType: 't3.micro',
        BlockDeviceMappings: [
          { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: KeyMetadata?.Arn } },
        ],
      },
    }),
  );
  await client.send(
    new autoscaling.CreateAutoScalingGroupCommand({
      AutoScalingGroupName: 'closed',
      LaunchTemplate: { LaunchTemplateId: closed?.LaunchTemplateId, Version: '$Latest' },
      MinSize: 1,
      MaxSize: 1,
      AvailabilityZones: [ZONE],
    }),
  );
  await server.settled();
  for (const name of ['closed', 'fleet'])
    await client.send(
      new autoscaling.SuspendProcessesCommand({ AutoScalingGroupName: name, ScalingProcesses: ['Launch'] }),
    );
  await server.settled();
}

async function enrichOrganization(server: TestServer): Promise<void> {
  const client = server.client(organizations.OrganizationsClient);
  await client.send(new organizations.CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  const { Roots: [root] = [] } = await client.send(new organizations.ListRootsCommand({}));
  const RootId = root?.Id;
  const unit = async (ParentId: string | undefined, Name: string) =>
    (await client.send(new organizations.CreateOrganizationalUnitCommand({ ParentId, Name, Tags: TAGS })))
      .OrganizationalUnit?.Id;
  const inner = await unit(await unit(RootId, 'outer'), 'inner');
  await client.send(
    new organizations.CreateAccountCommand({
      AccountName: 'payments',
      Email: 'payments@example.com',
      Tags: TAGS,
    }),
  );
  await server.settled();
  const { Accounts = [] } = await client.send(new organizations.ListAccountsCommand({}));
  const AccountId = Accounts.find(({ Name }) => Name === 'payments')?.Id;
  await client.send(
    new organizations.MoveAccountCommand({ AccountId, SourceParentId: RootId, DestinationParentId: inner }),
  );
  for (const Type of ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'] as const) {
    await client.send(new organizations.EnablePolicyTypeCommand({ RootId, PolicyType: Type }));
    const { Policy } = await client.send(
      new organizations.CreatePolicyCommand({
        Type,
        Name: `no ${Type}`,
        Description: 'denies',
        Content:
          Type === 'SERVICE_CONTROL_POLICY'
            ? deny('kms:ScheduleKeyDeletion')
            : policy({ Effect: 'Deny', Principal: '*', Action: 'kms:ScheduleKeyDeletion', Resource: '*' }),
        Tags: TAGS,
      }),
    );
    await client.send(
      new organizations.AttachPolicyCommand({ PolicyId: Policy?.PolicySummary?.Id, TargetId: inner }),
    );
  }
  await client.send(
    new organizations.EnableAWSServiceAccessCommand({ ServicePrincipal: 'access-analyzer.amazonaws.com' }),
  );
}

/** What watches the rest, and what is kept to be replayed. */
async function enrichOperations(server: TestServer): Promise<void> {
  const watching = server.client(cloudwatch.CloudWatchClient);
  await watching.send(new cloudwatch.PutDashboardCommand({ DashboardName: 'volumes', DashboardBody: '{}' }));
  await watching.send(
    new cloudwatch.PutCompositeAlarmCommand({
      AlarmName: 'any of them',
      AlarmRule: 'FALSE',
      ActionsEnabled: false,
      Tags: TAGS,
    }),
  );
  const storing = server.client(ssm.SSMClient);
  await storing.send(
    new ssm.PutParameterCommand({ Name: 'hidden', Type: 'SecureString', Value: SECRET, Tags: TAGS }),
  );
  const keeping = server.client(events.EventBridgeClient);
  const { KeyMetadata: eventKey } = await server
    .client(kms.KMSClient)
    .send(new kms.CreateKeyCommand({ Policy: usableByEvents() }));
  const { EventBuses: [bus] = [] } = await keeping.send(new events.ListEventBusesCommand({}));
  await keeping.send(new events.CreateEventBusCommand({ Name: 'sealed', KmsKeyIdentifier: eventKey?.Arn }));
  const { ArchiveArn } = await keeping.send(
    new events.CreateArchiveCommand({ ArchiveName: 'kept', EventSourceArn: bus?.Arn, RetentionDays: 3 }),
  );
  await keeping.send(
    new events.StartReplayCommand({
      ReplayName: 'again',
      EventSourceArn: ArchiveArn,
      EventStartTime: new Date(Date.now() - DAY_MS),
      EventEndTime: new Date(),
      Destination: { Arn: bus?.Arn },
    }),
  );
}

const usableByEvents = () =>
  policy(
    { Effect: 'Allow', Principal: { AWS: rootOf(ACCOUNT) }, Action: 'kms:*', Resource: '*' },
    {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
      Resource: '*',
    },
  );
