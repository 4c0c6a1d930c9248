/** EC2's whole answers of volumes, snapshots, instances, images and templates, with what is recorded and sent. */
import { test } from 'node:test';
import { DAY_MS, ZONE } from '../worlds/account.ts';
import { transcripts } from '../worlds/transcript.ts';

const { server, transcript } = await transcripts(import.meta.url);
const IMAGE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
const tagged = (ResourceType: string, Value: string) => ({ ResourceType, Tags: [{ Key: 'Name', Value }] });

test('volumes and snapshots', async () => {
  const t = transcript('100000000001', 'volumes');
  const KmsKeyId = (await t.call('kms:CreateKey')).at('KeyMetadata', 'Arn');
  const TagSpecifications = [tagged('volume', 'data')];
  const make = (rest: object) => t.call('ec2:CreateVolume', { AvailabilityZone: ZONE, ...rest });
  const plain = await make({ Size: 8 });
  const sealed = await make({
    Size: 10,
    VolumeType: 'io2',
    Iops: 1000,
    Encrypted: true,
    KmsKeyId,
    TagSpecifications,
    ClientToken: 'once',
    MultiAttachEnabled: true,
  });
  await server.settled();
  await make({
    Size: 10,
    VolumeType: 'io2',
    Iops: 1000,
    Encrypted: true,
    KmsKeyId,
    TagSpecifications,
    ClientToken: 'once',
    MultiAttachEnabled: true,
  });
  await make({ Size: 11, ClientToken: 'once' });
  await make({ Size: 20, VolumeType: 'gp3', Iops: 4000, Throughput: 200 });
  await make({ Size: 500, VolumeType: 'st1' });
  await make({ Size: 8, DryRun: true });
  for (const rest of [
    {},
    { Size: 0 },
    { Size: 16385, VolumeType: 'gp3' },
    { Size: 65537, VolumeType: 'gp3' },
    { Size: 1, VolumeType: 'io1' },
    { Size: 1, VolumeType: 'io1', Iops: 51 },
    { Size: 8, VolumeType: 'gp2', Iops: 100 },
    { Size: 8, VolumeType: 'gp3', Iops: 2999 },
    { Size: 8, VolumeType: 'gp3', Throughput: 124 },
    { Size: 8, VolumeType: 'none' },
    { Size: 8, AvailabilityZone: 'us-east-1z' },
    { Size: 8, Encrypted: false, KmsKeyId },
    { Size: 124, VolumeType: 'st1' },
    { Size: 8, MultiAttachEnabled: true },
    { SnapshotId: 'snap-00000000000000001' },
    { SnapshotId: 'x' },
  ])
    await make(rest);
  await server.settled();
  await t.call('ec2:DescribeVolumes');
  const VolumeId = sealed.at('VolumeId');
  await t.call('ec2:DescribeVolumes', { VolumeIds: [VolumeId] });
  await t.call('ec2:DescribeVolumes', { VolumeIds: ['vol-00000000000000001'] });
  await t.call('ec2:DescribeVolumeStatus', { VolumeIds: [VolumeId] });
  for (const Attribute of ['autoEnableIO', 'productCodes'])
    await t.call('ec2:DescribeVolumeAttribute', { VolumeId, Attribute });
  await t.call('ec2:ModifyVolumeAttribute', { VolumeId, AutoEnableIO: { Value: true } });
  await t.call('ec2:DescribeVolumeAttribute', { VolumeId, Attribute: 'autoEnableIO' });
  await t.call('ec2:EnableVolumeIO', { VolumeId });
  await t.call('ec2:ModifyVolume', {
    VolumeId: plain.at('VolumeId'),
    Size: 12,
    VolumeType: 'gp3',
    Iops: 3500,
    Throughput: 150,
  });
  await t.call('ec2:ModifyVolume', { VolumeId: plain.at('VolumeId'), Size: 4 });
  await server.settled();
  await t.call('ec2:DescribeVolumesModifications');
  const snapshot = await t.call('ec2:CreateSnapshot', {
    VolumeId,
    Description: 'first',
    TagSpecifications: [tagged('snapshot', 's')],
  });
  const SnapshotId = snapshot.at('SnapshotId');
  await server.settled();
  await t.call('ec2:DescribeSnapshots', { OwnerIds: ['self'] });
  for (const Attribute of ['createVolumePermission', 'productCodes'])
    await t.call('ec2:DescribeSnapshotAttribute', { SnapshotId, Attribute });
  const share = {
    SnapshotId,
    Attribute: 'createVolumePermission',
    OperationType: 'add',
    UserIds: ['210987654321'],
  };
  await t.call('ec2:ModifySnapshotAttribute', share);
  await t.call('ec2:ModifySnapshotAttribute', { ...share, UserIds: undefined, GroupNames: ['all'] });
  await t.call('ec2:DescribeSnapshotAttribute', { SnapshotId, Attribute: 'createVolumePermission' });
  await t.call('ec2:ResetSnapshotAttribute', { SnapshotId, Attribute: 'createVolumePermission' });
  await t.call('ec2:CopySnapshot', {
    SourceSnapshotId: SnapshotId,
    SourceRegion: 'us-east-1',
    Description: 'copy',
    TagSpecifications: [tagged('snapshot', 'c')],
  });
  await t.call('ec2:CopySnapshot', { SourceSnapshotId: 'snap-00000000000000001', SourceRegion: 'us-east-1' });
  await make({ SnapshotId, Size: 9, TagSpecifications });
  await make({ SnapshotId });
  await server.settled();
  await t.call('ec2:DescribeSnapshots', { OwnerIds: ['self'], MaxResults: 5 });
  await t.call('ec2:CreateTags', { Resources: [VolumeId, SnapshotId], Tags: [{ Key: 'a', Value: 'b' }] });
  await t.call('ec2:DescribeTags');
  await t.call('ec2:DeleteTags', {
    Resources: [VolumeId],
    Tags: [{ Key: 'a' }, { Key: 'Name', Value: 'other' }],
  });
  await t.call('ec2:DescribeTags', { Filters: [{ Name: 'resource-id', Values: [VolumeId] }] });
  await t.call('ec2:DeleteSnapshot', { SnapshotId });
  await t.call('ec2:DeleteSnapshot', { SnapshotId });
  await t.call('ec2:DeleteVolume', { VolumeId });
  await server.settled();
  await t.call('ec2:DeleteVolume', { VolumeId });
  await t.recorded('210987654321');
  t.compare();
});

test('an instance, from its launch to its end', async () => {
  const t = transcript('100000000002', 'instances');
  const launch = (rest: object = {}) =>
    t.call('ec2:RunInstances', {
      ImageId: IMAGE,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      ...rest,
    });
  const made = await launch({
    TagSpecifications: [tagged('instance', 'web'), tagged('volume', 'disk')],
    BlockDeviceMappings: [
      { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 12, VolumeType: 'gp3', DeleteOnTermination: false } },
      { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 4, Encrypted: true } },
    ],
    EbsOptimized: true,
    Monitoring: { Enabled: true },
    DisableApiTermination: true,
    DisableApiStop: true,
    UserData: 'aGVsbG8=',
    ClientToken: 'once',
    InstanceInitiatedShutdownBehavior: 'stop',
    MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 3 },
    CreditSpecification: { CpuCredits: 'standard' },
  });
  const InstanceId = made.at('Instances', 0, 'InstanceId');
  await launch({ ClientToken: 'once' });
  for (const rest of [
    { MinCount: 0 },
    { MinCount: 2 },
    { ImageId: 'ami-00000000' },
    { InstanceType: 'none' },
    { SubnetId: 'subnet-00000000000000001' },
    { SecurityGroupIds: ['sg-00000000000000001'] },
    { KeyName: 'none' },
    { IamInstanceProfile: { Name: 'none' } },
    { DryRun: true },
    { BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: {} }] },
    { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 1 } }] },
    { UserData: '*' },
  ])
    await launch(rest);
  await server.settled();
  await t.call('ec2:DescribeInstances', { InstanceIds: [InstanceId] });
  await t.call('ec2:DescribeInstanceStatus', { InstanceIds: [InstanceId] });
  for (const Attribute of [
    'instanceType',
    'userData',
    'disableApiTermination',
    'disableApiStop',
    'instanceInitiatedShutdownBehavior',
    'rootDeviceName',
    'blockDeviceMapping',
    'sourceDestCheck',
    'groupSet',
    'ebsOptimized',
    'kernel',
    'ramdisk',
    'sriovNetSupport',
    'enaSupport',
    'productCodes',
    'enclaveOptions',
  ])
    await t.call('ec2:DescribeInstanceAttribute', { InstanceId, Attribute });
  await t.call('ec2:DescribeInstanceCreditSpecifications', { InstanceIds: [InstanceId] });
  await t.call('ec2:GetConsoleOutput', { InstanceId });
  await t.call('ec2:MonitorInstances', { InstanceIds: [InstanceId] });
  await t.call('ec2:UnmonitorInstances', { InstanceIds: [InstanceId] });
  await t.call('ec2:RebootInstances', { InstanceIds: [InstanceId] });
  await t.call('ec2:StopInstances', { InstanceIds: [InstanceId] });
  await t.call('ec2:TerminateInstances', { InstanceIds: [InstanceId] });
  await t.call('ec2:ModifyInstanceAttribute', { InstanceId, InstanceType: { Value: 't3.small' } });
  for (const rest of [
    { DisableApiTermination: { Value: false } },
    { DisableApiStop: { Value: false } },
    { InstanceInitiatedShutdownBehavior: { Value: 'terminate' } },
    { SourceDestCheck: { Value: false } },
    { BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { DeleteOnTermination: true } }] },
  ])
    await t.call('ec2:ModifyInstanceAttribute', { InstanceId, ...rest });
  await t.call('ec2:ModifyInstanceMetadataOptions', {
    InstanceId,
    HttpTokens: 'optional',
    HttpEndpoint: 'disabled',
  });
  await t.call('ec2:ModifyInstanceMaintenanceOptions', { InstanceId, AutoRecovery: 'disabled' });
  await t.call('ec2:ModifyInstanceCreditSpecification', {
    InstanceCreditSpecifications: [{ InstanceId, CpuCredits: 'unlimited' }],
  });
  await t.call('ec2:StartInstances', { InstanceIds: [InstanceId] });
  await t.call('ec2:StopInstances', { InstanceIds: [InstanceId] });
  await server.settled();
  await t.call('ec2:StopInstances', { InstanceIds: [InstanceId] });
  await t.call('ec2:ModifyInstanceAttribute', { InstanceId, InstanceType: { Value: 't3.small' } });
  await t.call('ec2:DescribeInstances', { InstanceIds: [InstanceId] });
  await t.call('ec2:DescribeInstanceStatus', { InstanceIds: [InstanceId], IncludeAllInstances: true });
  await t.call('ec2:StartInstances', { InstanceIds: [InstanceId] });
  await server.settled();
  const volume = await t.call('ec2:CreateVolume', { AvailabilityZone: ZONE, Size: 1 });
  await server.settled();
  const VolumeId = volume.at('VolumeId');
  for (const Device of ['/dev/sdf', 'sdg', '/dev/sdg', '/dev/sdh'])
    await t.call('ec2:AttachVolume', { InstanceId, VolumeId, Device });
  await server.settled();
  await t.call('ec2:DescribeVolumes', { VolumeIds: [VolumeId] });
  await t.call('ec2:DeleteVolume', { VolumeId });
  await t.call('ec2:DetachVolume', { VolumeId, InstanceId: 'i-00000000000000001' });
  await t.call('ec2:DetachVolume', { VolumeId });
  await server.settled();
  await t.call('ec2:DetachVolume', { VolumeId });
  await t.call('ec2:TerminateInstances', { InstanceIds: [InstanceId, 'i-00000000000000001'] });
  await t.call('ec2:TerminateInstances', { InstanceIds: [InstanceId] });
  await server.settled();
  await t.call('ec2:StartInstances', { InstanceIds: [InstanceId] });
  await t.call('ec2:DescribeInstances', { InstanceIds: [InstanceId] });
  await t.call('ec2:DescribeVolumes', {});
  await t.recorded();
  t.compare();
});

test('images, launch templates, key pairs and profiles', async () => {
  const t = transcript('100000000003', 'images');
  const started = await t.call('ec2:RunInstances', {
    ImageId: IMAGE,
    InstanceType: 't3.micro',
    MinCount: 1,
    MaxCount: 1,
  });
  const InstanceId = started.at('Instances', 0, 'InstanceId');
  await server.settled();
  const image = await t.call('ec2:CreateImage', {
    InstanceId,
    Name: 'mine',
    Description: 'd',
    NoReboot: true,
    TagSpecifications: [tagged('image', 'i'), tagged('snapshot', 's')],
    BlockDeviceMappings: [{ DeviceName: '/dev/sdb', Ebs: { VolumeSize: 3 } }],
  });
  const ImageId = image.at('ImageId');
  await t.call('ec2:CreateImage', { InstanceId, Name: 'mine' });
  await server.settled();
  const images = await t.call('ec2:DescribeImages', { Owners: ['self'] });
  const SnapshotId = images.at('Images', 0, 'BlockDeviceMappings', 0, 'Ebs', 'SnapshotId');
  for (const Attribute of [
    'description',
    'launchPermission',
    'blockDeviceMapping',
    'bootMode',
    'imdsSupport',
    'kernel',
    'productCodes',
    'sriovNetSupport',
    'lastLaunchedTime',
  ])
    await t.call('ec2:DescribeImageAttribute', { ImageId, Attribute });
  await t.call('ec2:ModifyImageAttribute', {
    ImageId,
    LaunchPermission: { Add: [{ UserId: '210987654321' }, { Group: 'all' }] },
  });
  await t.call('ec2:ModifyImageAttribute', { ImageId, Description: { Value: 'other' } });
  await t.call('ec2:DescribeImageAttribute', { ImageId, Attribute: 'launchPermission' });
  await t.call('ec2:ResetImageAttribute', { ImageId, Attribute: 'launchPermission' });
  await t.call('ec2:CopyImage', {
    SourceImageId: ImageId,
    SourceRegion: 'us-east-1',
    Name: 'copy',
    Description: 'c',
    Encrypted: true,
  });
  await server.settled();
  await t.call('ec2:DescribeSnapshots', { OwnerIds: ['self'] });
  await t.call('ec2:RegisterImage', {
    Name: 'registered',
    RootDeviceName: '/dev/xvda',
    Architecture: 'arm64',
    VirtualizationType: 'hvm',
    EnaSupport: true,
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId, VolumeType: 'gp3' } }],
  });
  await t.call('ec2:RegisterImage', { Name: 'no-root' });
  await t.call('ec2:DescribeImages', {
    Owners: ['self'],
    Filters: [{ Name: 'name', Values: ['copy', 'registered'] }],
  });
  await t.call('ec2:DeregisterImage', { ImageId });
  await t.call('ec2:DeregisterImage', { ImageId });
  const LaunchTemplateData = {
    ImageId: IMAGE,
    InstanceType: 't3.micro',
    TagSpecifications: [tagged('instance', 'of-template')],
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 9 } }],
    Monitoring: { Enabled: true },
    MetadataOptions: { HttpTokens: 'required' },
  };
  const LaunchTemplateName = 'web';
  await t.call('ec2:CreateLaunchTemplate', {
    LaunchTemplateName,
    LaunchTemplateData,
    VersionDescription: 'one',
    TagSpecifications: [tagged('launch-template', 'lt')],
  });
  await t.call('ec2:CreateLaunchTemplate', { LaunchTemplateName, LaunchTemplateData });
  await t.call('ec2:CreateLaunchTemplateVersion', {
    LaunchTemplateName,
    SourceVersion: '1',
    VersionDescription: 'two',
    LaunchTemplateData: { InstanceType: 't3.small', UserData: 'aGVsbG8=' },
  });
  await t.call('ec2:DescribeLaunchTemplates');
  for (const Versions of [undefined, ['$Latest'], ['$Default'], ['1', '9']])
    await t.call('ec2:DescribeLaunchTemplateVersions', { LaunchTemplateName, Versions });
  await t.call('ec2:ModifyLaunchTemplate', { LaunchTemplateName, DefaultVersion: '2' });
  await t.call('ec2:ModifyLaunchTemplate', { LaunchTemplateName, DefaultVersion: '9' });
  await t.call('ec2:GetLaunchTemplateData', { InstanceId });
  await t.call('ec2:RunInstances', { LaunchTemplate: { LaunchTemplateName }, MinCount: 1, MaxCount: 1 });
  await t.call('ec2:DeleteLaunchTemplateVersions', { LaunchTemplateName, Versions: ['1', '2', '9'] });
  await t.call('ec2:DeleteLaunchTemplate', { LaunchTemplateName });
  await t.call('ec2:DeleteLaunchTemplate', { LaunchTemplateName });
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPj2DOf0CXq3W05hfYL3i2TS9iosnRMxhiRkMjTLtNGx a@b';
  await t.call('ec2:ImportKeyPair', {
    KeyName: 'mine',
    PublicKeyMaterial: Buffer.from(key),
    TagSpecifications: [tagged('key-pair', 'k')],
  });
  await t.call('ec2:DescribeKeyPairs', { IncludePublicKey: true });
  await t.call('ec2:DeleteKeyPair', { KeyName: 'mine' });
  for (const operation of [
    'GetEbsEncryptionByDefault',
    'EnableEbsEncryptionByDefault',
    'GetEbsDefaultKmsKeyId',
    'DisableEbsEncryptionByDefault',
    'ResetEbsDefaultKmsKeyId',
    'GetSnapshotBlockPublicAccessState',
    'DisableSnapshotBlockPublicAccess',
    'GetImageBlockPublicAccessState',
    'DisableImageBlockPublicAccess',
    'GetSerialConsoleAccessStatus',
    'EnableSerialConsoleAccess',
    'GetInstanceMetadataDefaults',
    'DescribeRegions',
    'DescribeAvailabilityZones',
  ])
    await t.call(`ec2:${operation}`);
  await t.call('ec2:EnableSnapshotBlockPublicAccess', { State: 'block-all-sharing' });
  await t.call('ec2:EnableImageBlockPublicAccess', { ImageBlockPublicAccessState: 'block-new-sharing' });
  await t.call('ec2:ModifyInstanceMetadataDefaults', {
    HttpTokens: 'required',
    HttpPutResponseHopLimit: 2,
    InstanceMetadataTags: 'enabled',
  });
  await t.call('ec2:GetInstanceMetadataDefaults');
  await server.settled();
  await t.recorded();
  t.compare();
});

test('networks: groups and their rules, interfaces, lists, endpoints, and what filters find of them', async () => {
  const t = transcript('100000000004', 'networks');
  const call = (operation: string, input: object = {}) => t.call(`ec2:${operation}`, input);
  const VpcId = (
    await call('CreateVpc', { CidrBlock: '10.0.0.0/16', TagSpecifications: [tagged('vpc', 'v')] })
  ).at('Vpc', 'VpcId');
  for (const CidrBlock of ['10.0.0.0/15', '10.0.0.0/29', 'x']) await call('CreateVpc', { CidrBlock });
  const SubnetId = (
    await call('CreateSubnet', { VpcId, CidrBlock: '10.0.1.0/24', AvailabilityZone: ZONE })
  ).at('Subnet', 'SubnetId');
  for (const CidrBlock of ['10.0.1.128/25', '10.1.0.0/24', '10.0.2.0/29'])
    await call('CreateSubnet', { VpcId, CidrBlock });
  await call('ModifySubnetAttribute', { SubnetId, MapPublicIpOnLaunch: { Value: true } });
  await call('DescribeSubnets', { SubnetIds: [SubnetId] });
  await call('ModifyVpcAttribute', { VpcId, EnableDnsHostnames: { Value: true } });
  await call('DescribeVpcAttribute', { VpcId, Attribute: 'enableDnsHostnames' });
  const GroupId = (await call('CreateSecurityGroup', { VpcId, GroupName: 'web', Description: 'd' })).at(
    'GroupId',
  );
  await call('CreateSecurityGroup', { VpcId, GroupName: 'web', Description: 'd' });
  const IpPermissions = [
    {
      IpProtocol: 'tcp',
      FromPort: 443,
      ToPort: 443,
      IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'inside' }],
    },
  ];
  const rule = await call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions });
  await call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions });
  const SecurityGroupRuleId = rule.at('SecurityGroupRules', 0, 'SecurityGroupRuleId');
  const SecurityGroupRule = {
    IpProtocol: 'tcp',
    FromPort: 80,
    ToPort: 80,
    CidrIpv4: '10.0.0.0/16',
    Description: 'web',
  };
  await call('ModifySecurityGroupRules', {
    GroupId,
    SecurityGroupRules: [{ SecurityGroupRuleId, SecurityGroupRule }],
  });
  await call('DescribeSecurityGroupRules', { Filters: [{ Name: 'group-id', Values: [GroupId] }] });
  await call('DescribeSecurityGroups', { GroupIds: [GroupId] });
  await call('RevokeSecurityGroupEgress', {
    GroupId,
    IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
  });
  await call('RevokeSecurityGroupIngress', { GroupId, SecurityGroupRuleIds: [SecurityGroupRuleId] });
  const eni = await call('CreateNetworkInterface', {
    SubnetId,
    Groups: [GroupId],
    PrivateIpAddress: '10.0.1.10',
    Description: 'e',
  });
  const NetworkInterfaceId = eni.at('NetworkInterface', 'NetworkInterfaceId');
  await call('AssignPrivateIpAddresses', {
    NetworkInterfaceId,
    PrivateIpAddresses: ['10.0.1.11', '10.0.1.12'],
  });
  await call('DescribeNetworkInterfaces', { NetworkInterfaceIds: [NetworkInterfaceId] });
  await call('UnassignPrivateIpAddresses', { NetworkInterfaceId, PrivateIpAddresses: ['10.0.1.11'] });
  const acls = await call('DescribeNetworkAcls', { Filters: [{ Name: 'vpc-id', Values: [VpcId] }] });
  const NetworkAclId = acls.at('NetworkAcls', 0, 'NetworkAclId');
  for (const [Name, value] of [
    ['association.network-acl-id', NetworkAclId],
    ['association.subnet-id', SubnetId],
    ['default', 'true'],
    ['entry.cidr', '0.0.0.0/0'],
    ['entry.rule-action', 'deny'],
    ['entry.rule-number', '100'],
    ['none', 'x'],
  ] as const)
    t.step(
      `DescribeNetworkAcls ${Name}`,
      (
        await t.silent('ec2:DescribeNetworkAcls', {
          Filters: [
            { Name, Values: [value] },
            { Name: 'vpc-id', Values: [VpcId] },
          ],
        })
      ).all('NetworkAcls', 'IsDefault'),
    );
  const internet = (await call('CreateInternetGateway')).at('InternetGateway', 'InternetGatewayId');
  await call('AttachInternetGateway', { VpcId, InternetGatewayId: internet });
  await call('AttachInternetGateway', { VpcId, InternetGatewayId: internet });
  await call('DescribeInternetGateways', { InternetGatewayIds: [internet] });
  const table = (await call('CreateRouteTable', { VpcId })).at('RouteTable', 'RouteTableId');
  await call('CreateRoute', { RouteTableId: table, DestinationCidrBlock: '0.0.0.0/0', GatewayId: internet });
  await call('CreateRoute', { RouteTableId: table, DestinationCidrBlock: '0.0.0.0/0', GatewayId: internet });
  await call('AssociateRouteTable', { RouteTableId: table, SubnetId });
  await call('DescribeRouteTables', { RouteTableIds: [table] });
  const endpoint = await call('CreateVpcEndpoint', {
    VpcId,
    ServiceName: 'com.amazonaws.us-east-1.kms',
    VpcEndpointType: 'Interface',
    SubnetIds: [SubnetId],
    SecurityGroupIds: [GroupId],
    PrivateDnsEnabled: false,
  });
  await call('DescribeVpcEndpoints', { VpcEndpointIds: [endpoint.at('VpcEndpoint', 'VpcEndpointId')] });
  const services = await t.silent('ec2:DescribeVpcEndpointServices', { MaxResults: 5 });
  t.step('a page of services of endpoints', [services.output.ServiceNames, typeof services.output.NextToken]);
  for (const Name of [
    'zone-name',
    'group-name',
    'zone-id',
    'region-name',
    'state',
    'opt-in-status',
    'zone-type',
  ])
    for (const value of [
      ZONE,
      'us-east-1-zg-1',
      'use1-az1',
      'us-east-1',
      'available',
      'opt-in-not-required',
      'availability-zone',
    ])
      t.step(
        `zones of ${Name} ${value}`,
        (await t.silent('ec2:DescribeAvailabilityZones', { Filters: [{ Name, Values: [value] }] })).all(
          'AvailabilityZones',
          'ZoneName',
        ),
      );
  const started = await t.silent('ec2:RunInstances', {
    ImageId: IMAGE,
    InstanceType: 't3.micro',
    MinCount: 1,
    MaxCount: 1,
    NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId }],
  });
  const InstanceId = started.at('Instances', 0, 'InstanceId');
  await server.settled();
  for (const [Name, value] of [
    ['private-dns-name', 'ip-10-0-1-10.ec2.internal'],
    ['private-ip-address', '10.0.1.10'],
    ['network-interface.private-dns-name', 'ip-10-0-1-10.ec2.internal'],
    ['network-interface.addresses.private-ip-address', '10.0.1.12'],
    ['network-interface.network-interface-id', NetworkInterfaceId],
    ['instance.group-id', GroupId],
    ['instance.group-name', 'web'],
    ['subnet-id', SubnetId],
    ['vpc-id', VpcId],
    ['instance-type', 't3.micro'],
    ['instance-state-name', 'running'],
    ['instance-state-code', '16'],
    ['root-device-name', '/dev/xvda'],
    ['block-device-mapping.device-name', '/dev/xvda'],
    ['availability-zone', ZONE],
    ['architecture', 'x86_64'],
    ['none', 'x'],
  ] as const)
    t.step(
      `DescribeInstances ${Name}`,
      (await t.silent('ec2:DescribeInstances', { Filters: [{ Name, Values: [value] }] })).all(
        'Reservations',
        'OwnerId',
      ),
    );
  await call('DeleteSecurityGroup', { GroupId });
  await call('DeleteSubnet', { SubnetId });
  await call('TerminateInstances', { InstanceIds: [InstanceId] });
  await server.settled();
  await call('DeleteVpc', { VpcId });
  await t.recorded();
  t.compare();
});

test('a snapshot in the archive tier, and out of it', async () => {
  const t = transcript('100000000005', 'snapshot-tiers');
  const call = (operation: string, input: object = {}) => t.call(`ec2:${operation}`, input);
  const { KeyId, Arn: KmsKeyId } = (await t.call('kms:CreateKey')).output.KeyMetadata as Record<
    string,
    string
  >;
  const volume = await call('CreateVolume', { AvailabilityZone: ZONE, Size: 1, Encrypted: true, KmsKeyId });
  await server.settled();
  const taken = await call('CreateSnapshot', { VolumeId: volume.at('VolumeId') });
  const SnapshotId = taken.at('SnapshotId');
  await server.settled();
  await call('RestoreSnapshotTier', { SnapshotId, PermanentRestore: true });
  const share = { CreateVolumePermission: { Add: [{ UserId: '210987654321' }] } };
  await call('ModifySnapshotAttribute', { SnapshotId, ...share });
  await call('DescribeSnapshotTierStatus');
  await call('ModifySnapshotTier', { SnapshotId, StorageTier: 'standard' });
  await call('ModifySnapshotTier', { SnapshotId, StorageTier: 'archive' });
  await server.settled();
  const status = (Name: string, value: string) =>
    call('DescribeSnapshotTierStatus', { Filters: [{ Name, Values: [value] }] });
  await status('last-tiering-operation', 'archival-in-progress');
  await status('volume-id', volume.at('VolumeId'));
  await call('DescribeSnapshots', { Filters: [{ Name: 'storage-tier', Values: ['archive'] }] });
  await call('DescribeSnapshotAttribute', { SnapshotId, Attribute: 'createVolumePermission' });
  const device = { DeviceName: '/dev/sdf', Ebs: { SnapshotId } };
  const launch = { ImageId: IMAGE, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 };
  await call('CreateVolume', { AvailabilityZone: ZONE, SnapshotId });
  await call('RunInstances', { ...launch, BlockDeviceMappings: [device] });
  await call('RegisterImage', {
    Name: 'archived',
    RootDeviceName: '/dev/sdf',
    BlockDeviceMappings: [device],
  });
  await call('ModifySnapshotAttribute', { SnapshotId, ...share });
  await call('ModifySnapshotTier', { SnapshotId });
  await t.call('ebs:ListSnapshotBlocks', { SnapshotId });
  await t.call('ebs:StartSnapshot', { ParentSnapshotId: SnapshotId, VolumeSize: 1 });
  const copy = await call('CopySnapshot', { SourceSnapshotId: SnapshotId, SourceRegion: 'us-east-1' });
  await server.settled();
  await call('DescribeSnapshots', { SnapshotIds: [copy.at('SnapshotId')] });
  await call('RestoreSnapshotTier', { SnapshotId, PermanentRestore: true, TemporaryRestoreDays: 1 });
  for (const TemporaryRestoreDays of [0, 181])
    await call('RestoreSnapshotTier', { SnapshotId, TemporaryRestoreDays });
  await call('RestoreSnapshotTier', { SnapshotId });
  await server.settled();
  await call('DescribeSnapshots', { SnapshotIds: [SnapshotId] });
  await call('ModifySnapshotTier', { SnapshotId });
  await call('RestoreSnapshotTier', { SnapshotId, TemporaryRestoreDays: 3 });
  await server.advance(2 * DAY_MS);
  await status('snapshot-id', SnapshotId);
  await server.advance(DAY_MS);
  await status('snapshot-id', SnapshotId);
  await t.call('kms:DisableKey', { KeyId });
  await call('RestoreSnapshotTier', { SnapshotId, PermanentRestore: true });
  await server.settled();
  await status('last-tiering-operation', 'permanent-restore-failed');
  await t.ask('explain', { subject: SnapshotId });
  await t.call('kms:EnableKey', { KeyId });
  await call('RestoreSnapshotTier', { SnapshotId, TemporaryRestoreDays: 180 });
  await server.settled();
  await call('RestoreSnapshotTier', { SnapshotId, PermanentRestore: true });
  await status('storage-tier', 'standard');
  await status('snapshot-id', SnapshotId);
  await call('DeleteSnapshot', { SnapshotId });
  await server.settled();
  await t.recorded();
  t.compare();
});

test('snapshots that are locked', async () => {
  const t = transcript('100000000006', 'snapshot-locks');
  const call = (operation: string, input: object = {}) => t.call(`ec2:${operation}`, input);
  const volume = await call('CreateVolume', { AvailabilityZone: ZONE, Size: 1 });
  await server.settled();
  const VolumeId = volume.at('VolumeId');
  const SnapshotId = (await call('CreateSnapshot', { VolumeId })).at('SnapshotId');
  await server.settled();
  const lock = (input: object) => call('LockSnapshot', { SnapshotId, ...input });
  const listed = (input: object = {}) => call('DescribeLockedSnapshots', input);
  for (const input of [
    {},
    { LockMode: 'none', LockDuration: 1 },
    { LockMode: 'governance' },
    { LockMode: 'governance', LockDuration: 0 },
    { LockMode: 'governance', LockDuration: 36501 },
    { LockMode: 'governance', LockDuration: 1, ExpirationDate: new Date('2020-01-01') },
    { LockMode: 'governance', ExpirationDate: new Date('2020-01-01') },
    { LockMode: 'governance', LockDuration: 1, CoolOffPeriod: 1 },
    { LockMode: 'compliance', LockDuration: 1, CoolOffPeriod: 73 },
  ])
    await lock(input);
  await call('UnlockSnapshot', { SnapshotId });
  await listed();
  const first = await lock({ LockMode: 'governance', LockDuration: 30 });
  const inDays = (days: number) => new Date(Date.parse(first.at('LockCreatedOn')) + days * DAY_MS);
  await call('DeleteSnapshot', { SnapshotId });
  await listed({ Filters: [{ Name: 'lock-state', Values: ['governance'] }] });
  await call('UnlockSnapshot', { SnapshotId });
  await lock({ LockMode: 'compliance', LockDuration: 3, CoolOffPeriod: 24 });
  await listed({ SnapshotIds: [SnapshotId] });
  await call('DeleteSnapshot', { SnapshotId });
  await lock({ LockMode: 'compliance', LockDuration: 5 });
  await server.advance(DAY_MS);
  await listed();
  await call('UnlockSnapshot', { SnapshotId });
  await lock({ LockMode: 'governance', LockDuration: 9 });
  await lock({ LockMode: 'compliance', LockDuration: 9, CoolOffPeriod: 1 });
  await lock({ LockMode: 'compliance', LockDuration: 2 });
  await lock({ LockMode: 'compliance', ExpirationDate: inDays(20) });
  await server.advance(20 * DAY_MS);
  await listed({ Filters: [{ Name: 'lock-state', Values: ['expired'] }] });
  await listed({ Filters: [{ Name: 'snapshot-id', Values: [SnapshotId] }] });
  await call('UnlockSnapshot', { SnapshotId });
  await call('DeleteSnapshot', { SnapshotId });
  await listed();
  await t.recorded();
  t.compare();
});

test('fast snapshot restores, from zone to zone', async () => {
  const t = transcript('100000000007', 'fast-restores');
  const call = (operation: string, input: object = {}) => t.call(`ec2:${operation}`, input);
  const volume = await call('CreateVolume', { AvailabilityZone: ZONE, Size: 1 });
  await server.settled();
  const SnapshotId = (await call('CreateSnapshot', { VolumeId: volume.at('VolumeId') })).at('SnapshotId');
  await server.settled();
  const SourceSnapshotIds = [SnapshotId];
  const enable = (input: object) => call('EnableFastSnapshotRestores', { SourceSnapshotIds, ...input });
  const disable = (input: object) => call('DisableFastSnapshotRestores', { SourceSnapshotIds, ...input });
  const listed = (input: object = {}) => call('DescribeFastSnapshotRestores', input);
  for (const input of [
    {},
    { AvailabilityZones: [ZONE], AvailabilityZoneIds: ['use1-az1'] },
    { AvailabilityZones: ['us-east-1z'] },
    { AvailabilityZones: [ZONE], SourceSnapshotIds: ['snap-00000000000000001'] },
    { AvailabilityZones: [ZONE], SourceSnapshotIds: Array.from({ length: 11 }, () => SnapshotId) },
  ])
    await enable(input);
  await disable({ AvailabilityZones: [ZONE] });
  await enable({ AvailabilityZones: [ZONE, 'us-east-1b'] });
  await server.settled();
  await enable({ AvailabilityZoneIds: ['use1-az1'] });
  await listed();
  await server.advance(6 * 60_000);
  await call('CreateVolume', { AvailabilityZone: ZONE, SnapshotId });
  await server.settled();
  await call('DescribeVolumes', { Filters: [{ Name: 'fast-restored', Values: ['true'] }] });
  await disable({ AvailabilityZones: ['us-east-1b'] });
  await server.settled();
  await listed({ Filters: [{ Name: 'state', Values: ['disabled'] }] });
  await listed({ Filters: [{ Name: 'tag:x', Values: ['y'] }] });
  await call('DeleteSnapshot', { SnapshotId });
  await server.settled();
  await listed();
  await server.advance(3_600_000);
  await listed();
  await t.recorded();
  t.compare();
});
