/** What EC2 refuses, in AWS's words: as recordings, verified tests and users' logs show them. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  AuthorizeSecurityGroupIngressCommand,
  CopyImageCommand,
  CopySnapshotCommand,
  CreateFlowLogsCommand,
  CreateImageCommand,
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  CreateSecurityGroupCommand,
  CreateSnapshotCommand,
  CreateSubnetCommand,
  CreateVolumeCommand,
  type CreateVolumeCommandInput,
  CreateVpcCommand,
  DeleteLaunchTemplateVersionsCommand,
  DeleteVolumeCommand,
  DescribeAvailabilityZonesCommand,
  DescribeImagesCommand,
  DescribeInstanceTypesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeVolumeAttributeCommand,
  DescribeVpcsCommand,
  EnableVolumeIOCommand,
  GetSecurityGroupsForVpcCommand,
  ModifyInstanceAttributeCommand,
  ModifyLaunchTemplateCommand,
  ModifySecurityGroupRulesCommand,
  ModifyVolumeCommand,
  RebootInstancesCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { ACCOUNT, allowing, REGION, statement, ZONE } from '../worlds/account.ts';
import { ec2World, encryptedRoot, type World } from '../worlds/ec2.ts';
import { refusal, refusalText } from '../worlds/server.ts';

let world: World;
before(async () => {
  world = await ec2World(undefined);
});
after(() => world.server.close());

// biome-ignore lint/suspicious/noExplicitAny: any command of the client
const send = (command: any): Promise<any> => world.ec2.send(command);
const refused = (command: unknown) => refusalText(send(command));
const volume = async (input: Partial<CreateVolumeCommandInput> = {}) =>
  send(new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, VolumeType: 'gp3', ...input }));

describe('instances', () => {
  test('none at all are none to act on', async () => {
    const none = { InstanceIds: [] };
    for (const command of [
      new StopInstancesCommand(none),
      new StartInstancesCommand(none),
      new TerminateInstancesCommand(none),
      new RebootInstancesCommand(none),
    ]) {
      assert.equal(await refused(command), 'InvalidParameterCombination: No instances specified');
    }
  });

  test('of a type that cannot be EBS-optimized, or cannot run the image, do not start', async () => {
    const launch = { ImageId: world.imageId, MinCount: 1, MaxCount: 1 };
    assert.match(
      await refused(new RunInstancesCommand({ ...launch, InstanceType: 't2.micro', EbsOptimized: true })),
      /^Unsupported: EBS-optimized instances are not supported for your requested configuration\./,
    );
    const id = await world.run();
    await world.server.settled();
    await send(new StopInstancesCommand({ InstanceIds: [id] }));
    await world.server.settled();
    const change = (value: object) => send(new ModifyInstanceAttributeCommand({ InstanceId: id, ...value }));
    assert.match(
      (await refusal(change({ InstanceType: { Value: 'not-real' } }))).message,
      /^The following supplied instance types do not exist: \[not-real\]$/,
    );
    await change({ InstanceType: { Value: 't4g.micro' } });
    const start = new StartInstancesCommand({ InstanceIds: [id] });
    assert.match(
      await refused(start),
      /^Unsupported: The requested configuration is currently not supported\./,
    );
    await change({ InstanceType: { Value: 't2.micro' } });
    await change({ EbsOptimized: { Value: true } });
    assert.match(
      await refused(start),
      /^Unsupported: The requested configuration is currently not supported\./,
    );
  });

  test('types are those that AWS lists', async () => {
    assert.equal(
      await refused(new DescribeInstanceTypesCommand({ InstanceTypes: ['t9.micro' as 't3.micro'] })),
      'InvalidInstanceType: The following supplied instance types do not exist: [t9.micro]',
    );
    const { InstanceTypes } = await send(new DescribeInstanceTypesCommand({ InstanceTypes: ['c4.8xlarge'] }));
    assert.equal(InstanceTypes[0].VCpuInfo.DefaultVCpus, 36);
    assert.equal(InstanceTypes[0].EbsInfo.EbsOptimizedInfo.BaselineIops, 32_000);
    const { InstanceTypes: fast } = await send(
      new DescribeInstanceTypesCommand({
        Filters: [
          { Name: 'ebs-info.ebs-optimized-info.maximum-iops', Values: ['11800'] },
          { Name: 'instance-type', Values: ['t3.*'] },
        ],
      }),
    );
    assert.ok(fast.some(({ InstanceType }: { InstanceType: string }) => InstanceType === 't3.micro'));
  });
});

describe('owners and users', () => {
  test('are accounts, or words that stand for some', async () => {
    const malformed = (id: string) => `InvalidUserID.Malformed: Invalid user id: "${id}"`;
    for (const bad of ['x', '12345678901', 'All', ''])
      for (const command of [
        new DescribeImagesCommand({ Owners: ['self', bad] }),
        new DescribeImagesCommand({ ExecutableUsers: [bad] }),
        new DescribeSnapshotsCommand({ OwnerIds: [bad] }),
        new DescribeSnapshotsCommand({ RestorableByUserIds: ['self', bad] }),
      ])
        assert.equal(await refused(command), malformed(bad));
    for (const word of ['all', 'amazon']) {
      const asOwner = new DescribeImagesCommand({ Owners: [word] });
      const asUser = new DescribeImagesCommand({ ExecutableUsers: [word] });
      assert.equal(await refused(word === 'all' ? asOwner : asUser), malformed(word));
      await send(word === 'all' ? asUser : asOwner);
    }
    await send(
      new DescribeImagesCommand({ Owners: ['self', 'aws-marketplace', 'aws-backup-vault', ACCOUNT] }),
    );
    await send(new DescribeSnapshotsCommand({ OwnerIds: ['amazon', ACCOUNT], RestorableByUserIds: ['all'] }));
  });
});

test('a denial names the image of another account', async () => {
  const images = statement('ec2:RunInstances', { Effect: 'Deny', Resource: 'arn:aws:ec2:*::image/*' });
  const user = await world.user('no-images', allowing('ec2:*'), images);
  const launch = { ImageId: world.imageId, MinCount: 1, MaxCount: 1 };
  const { message } = await refusal(user.ec2.send(new RunInstancesCommand(launch)));
  const arn = `arn:aws:ec2:us-east-1::image/${world.imageId}`;
  assert.ok(message.includes(`perform: ec2:RunInstances on resource: ${arn} with an explicit deny`), message);
});

test('an unknown Availability Zone is refused by each operation in its own way', async () => {
  const zone = 'us-west-1b';
  const { Vpcs } = await send(new DescribeVpcsCommand({}));
  const subnet = { VpcId: Vpcs[0].VpcId, CidrBlock: '172.31.200.0/24', AvailabilityZone: zone };
  assert.match(
    await refused(new CreateSubnetCommand(subnet)),
    /^InvalidParameterValue: Value \(us-west-1b\) for parameter availabilityZone is invalid\. Subnets can currently only be created in the following availability zones: us-east-1a, us-east-1b, /,
  );
  const launch = { ImageId: world.imageId, MinCount: 1, MaxCount: 1, Placement: { AvailabilityZone: zone } };
  assert.equal(
    await refused(new RunInstancesCommand(launch)),
    'InvalidParameterValue: Invalid availability zone: [us-west-1b]',
  );
  assert.match(
    await refused(new CreateVolumeCommand({ AvailabilityZone: zone, Size: 1 })),
    /^InvalidZone\.NotFound/,
  );
  const { AvailabilityZones } = await send(new DescribeAvailabilityZonesCommand({}));
  assert.equal(AvailabilityZones[0].GroupLongName, 'US East (N. Virginia) 1');
});

describe('volumes and snapshots', () => {
  test('a modification to io2 gives 3,000 IOPS where none are named', async () => {
    const { VolumeId } = await volume({ Size: 10 });
    await world.server.settled();
    const { VolumeModification } = await send(new ModifyVolumeCommand({ VolumeId, VolumeType: 'io2' }));
    assert.equal(VolumeModification.TargetIops, 3000);
  });

  test('a dry run asks for permission alone', async () => {
    const { VolumeId } = await volume({ Size: 2 });
    await world.server.settled();
    assert.match(
      await refused(new ModifyVolumeCommand({ VolumeId, Size: 1, DryRun: true })),
      /^DryRunOperation/,
    );
    assert.match(await refused(new ModifyVolumeCommand({ VolumeId, Size: 1 })), /New size cannot be smaller/);
    const template = {
      LaunchTemplateName: 'twice',
      LaunchTemplateData: { InstanceType: 't3.micro' as const },
    };
    await send(new CreateLaunchTemplateCommand(template));
    assert.match(
      await refused(new CreateLaunchTemplateCommand({ ...template, DryRun: true })),
      /^DryRunOperation/,
    );
    assert.match(await refused(new CreateLaunchTemplateCommand(template)), /AlreadyExists/);
  });

  test('a dry run that is answered first looks at nothing else', async () => {
    const dry = { DryRun: true } as never;
    const calls = [
      new EnableVolumeIOCommand(dry),
      new CreateLaunchTemplateCommand(dry),
      new DescribeVolumeAttributeCommand({ VolumeId: 'vol-x', Attribute: 'autoEnableIO', DryRun: true }),
      new DescribeVolumeAttributeCommand({
        VolumeId: 'vol-0123456789abcdef0',
        Attribute: 'autoEnableIO',
        DryRun: true,
      }),
    ];
    for (const call of calls) assert.match(await refused(call), /^DryRunOperation/);
    assert.match(
      await refused(new DeleteVolumeCommand({ VolumeId: 'vol-x', DryRun: true })),
      /^InvalidParameterValue/,
    );
    const nobody = await world.user('nobody');
    const denied = await refusal(nobody.ec2.send(new EnableVolumeIOCommand(dry)));
    assert.equal(denied.code, 'UnauthorizedOperation');
  });

  test('a launch template has a legal name, and versions from one on', async () => {
    const LaunchTemplateData = { InstanceType: 't3.micro' as const };
    for (const LaunchTemplateName of ['a b!', 'ab', 'x'.repeat(129)]) {
      assert.match(
        await refused(new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData })),
        /^InvalidLaunchTemplateName\.MalformedException/,
      );
    }
    const LaunchTemplateName = 'numbered';
    await send(new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }));
    for (const version of ['0', '-1']) {
      assert.equal(
        await refused(new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName, Versions: [version] })),
        `InvalidParameterValue: Invalid value for version: ${version}`,
      );
    }
  });

  test('an attribute must be named', async () => {
    const { VolumeId } = await volume();
    assert.match(
      await refused(new DescribeVolumeAttributeCommand({ VolumeId, Attribute: undefined as never })),
      /^InvalidParameterCombination/,
    );
  });

  test('a repeated token is held against what was meant, not how it was written', async () => {
    const tags = (...Tags: { Key: string; Value: string }[]) => [{ ResourceType: 'volume' as const, Tags }];
    const [a, b] = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ];
    const ClientToken = 'same';
    const first = await volume({ ClientToken, TagSpecifications: tags(a, b) });
    const again = await send(
      new CreateVolumeCommand({
        ClientToken,
        AvailabilityZoneId: first.AvailabilityZoneId,
        Size: 1,
        VolumeType: 'gp3',
        Throughput: 125,
        TagSpecifications: tags(b, a),
      }),
    );
    assert.equal(again.VolumeId, first.VolumeId);
    const other = volume({ ClientToken, TagSpecifications: tags(a, b), Iops: 3000 });
    assert.equal((await refusal(other)).code, 'IdempotentParameterMismatch');
  });

  test('encryption is not taken off by a copy, and an empty key id is none', async () => {
    const KmsKeyId = await world.newKey();
    const { VolumeId, KmsKeyId: shown } = await volume({ Encrypted: true, KmsKeyId });
    assert.equal(shown, KmsKeyId);
    await world.server.settled();
    const { SnapshotId } = await send(new CreateSnapshotCommand({ VolumeId }));
    await world.server.settled();
    const copy = { SourceRegion: REGION, SourceSnapshotId: SnapshotId };
    assert.equal(
      await refused(new CopySnapshotCommand({ ...copy, Encrypted: false })),
      `InvalidRequest: Snapshot ${SnapshotId} is encrypted. Creating unencrypted copy from an encrypted snapshot is not supported`,
    );
    await send(new CopySnapshotCommand({ ...copy, KmsKeyId: '' }));
    const inherited = await volume({ SnapshotId, KmsKeyId: '' });
    assert.match(inherited.KmsKeyId, /^arn:aws:kms:/);
    const instance = await world.run({
      ...encryptedRoot(KmsKeyId),
    });
    await world.server.settled();
    const { ImageId } = await send(new CreateImageCommand({ InstanceId: instance, Name: 'encrypted' }));
    await world.server.settled();
    const image = { SourceRegion: REGION, SourceImageId: ImageId };
    assert.match(
      await refused(new CopyImageCommand({ ...image, Name: 'plain', Encrypted: false })),
      /^InvalidRequest: Snapshot snap-\w+ is encrypted\. Creating unencrypted copy/,
    );
    await send(new CopyImageCommand({ ...image, Name: 'packer', KmsKeyId: '' }));
  });

  test('an empty VPC or subnet is none: the default one', async () => {
    const Description = 'as Packer makes it';
    const { GroupId } = await send(
      new CreateSecurityGroupCommand({ GroupName: 'packer', Description, VpcId: '' }),
    );
    const { SecurityGroups } = await send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
    const { Vpcs } = await send(
      new DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['true'] }] }),
    );
    assert.equal(SecurityGroups[0].VpcId, Vpcs[0].VpcId);
    assert.match(await world.run({ SubnetId: '' }), /^i-/);
  });

  test('what a presigned URL says must agree with the request', async () => {
    const { VolumeId } = await volume();
    await world.server.settled();
    const { SnapshotId } = await send(new CreateSnapshotCommand({ VolumeId }));
    const copy = (PresignedUrl: string) =>
      refused(new CopySnapshotCommand({ SourceRegion: REGION, SourceSnapshotId: SnapshotId, PresignedUrl }));
    assert.match(await copy('ftp://x'), /The protocol in PresignedUrl should be http or https/);
    const url = (id: string, region: string) =>
      `https://ec2.us-east-1.amazonaws.com/?SourceSnapshotId=${id}&DestinationRegion=${region}`;
    assert.match(await copy(url('snap-0', REGION)), /does not match the source snapshot in the request/);
    assert.match(await copy(url(SnapshotId, 'us-west-2')), /'us-west-2' is incorrect/);
  });
});

describe('launch templates', () => {
  test('follow their rules', async () => {
    const LaunchTemplateName = 'rules';
    const create = (input: object) =>
      new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData: {}, ...input });
    const { LaunchTemplate: made, Warning } = await send(
      create({ ClientToken: 'lt', LaunchTemplateData: { InstanceType: 'not-real' } }),
    );
    assert.deepEqual(Warning.Errors, [
      {
        Code: 'InvalidInstanceType',
        Message: 'The following supplied instance types do not exist: [not-real]',
      },
    ]);
    const named = { LaunchTemplateId: made.LaunchTemplateId };
    assert.equal(
      await refused(
        create({ LaunchTemplateName: 'malformed', LaunchTemplateData: { UserData: 'not base64!' } }),
      ),
      'InvalidUserData.Malformed: Invalid BASE64 encoding of user data.',
    );
    const second = { ...named, LaunchTemplateData: { InstanceType: 't3.micro' as const } };
    await send(new CreateLaunchTemplateVersionCommand(second));
    assert.equal(
      await refused(create({ ClientToken: 'lt', LaunchTemplateData: { InstanceType: 'not-real' } })),
      'IdempotentParameterMismatch: Client token already used before.',
    );
    const drop = (...Versions: string[]) =>
      refused(new DeleteLaunchTemplateVersionsCommand({ ...named, Versions }));
    assert.match(
      await drop('1'),
      /^InvalidParameterValue: The default version cannot be deleted\. Either specify/,
    );
    assert.equal(await drop('0'), 'InvalidParameterValue: Invalid value for version: 0');
    assert.equal(await drop('-1'), 'InvalidParameterValue: Invalid value for version: -1');
    assert.equal(
      await refused(new ModifyLaunchTemplateCommand({ ...named, LaunchTemplateName, DefaultVersion: '1' })),
      'InvalidParameterCombination: Either provide launch template ID or launch template name to modify the template.',
    );
    assert.equal(
      await refused(new ModifyLaunchTemplateCommand({ ...named, DefaultVersion: '9' })),
      'InvalidLaunchTemplateId.VersionNotFound: The launch template version 9 is not found for the specified launch template.',
    );
    assert.match(
      await refused(new DescribeLaunchTemplateVersionsCommand({})),
      /^MissingParameter: To describe the launch template data for all your launch templates, for ‘--versions’/,
    );
    assert.equal(
      await refused(new DescribeLaunchTemplatesCommand({ LaunchTemplateIds: ['lt-00000000000000001'] })),
      'InvalidLaunchTemplateId.NotFound: At least one of the launch templates specified in the request does not exist.',
    );
  });
});

test('the security groups of a VPC, and flow logs without a destination', async () => {
  const { Vpc } = await send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
  const { SecurityGroupForVpcs: groups } = await send(
    new GetSecurityGroupsForVpcCommand({ VpcId: Vpc.VpcId }),
  );
  assert.deepEqual(groups, [
    {
      Description: 'default VPC security group',
      GroupId: groups[0].GroupId,
      GroupName: 'default',
      OwnerId: ACCOUNT,
      PrimaryVpcId: Vpc.VpcId,
      Tags: [],
    },
  ]);
  const flowLogs = (LogGroupName?: string) =>
    refused(
      new CreateFlowLogsCommand({
        ResourceIds: [Vpc.VpcId],
        ResourceType: 'VPC',
        TrafficType: 'ALL',
        LogDestinationType: 's3',
        LogGroupName,
      }),
    );
  assert.equal(
    await flowLogs(),
    "InvalidParameter: LogDestination can't be empty if LogGroupName is not provided.",
  );
  assert.equal(
    await flowLogs('g'),
    'InvalidParameter: LogDestination type must be cloud-watch-logs if LogGroupName is provided.',
  );
});

describe('security group rules', () => {
  test('have one source and say their protocol', async () => {
    const { SecurityGroups } = await send(new DescribeSecurityGroupsCommand({ GroupNames: ['default'] }));
    const { GroupId, VpcId } = SecurityGroups[0];
    const { SecurityGroupRules } = await send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [
          { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '10.0.0.0/8' }] },
        ],
      }),
    );
    const [{ SecurityGroupRuleId, Tags }] = SecurityGroupRules;
    assert.equal(Tags, undefined);
    const modify = (SecurityGroupRule: object) =>
      refused(
        new ModifySecurityGroupRulesCommand({
          GroupId,
          SecurityGroupRules: [{ SecurityGroupRuleId, SecurityGroupRule }],
        }),
      );
    const ports = { IpProtocol: 'tcp', FromPort: 1, ToPort: 2 };
    assert.match(
      await modify({ CidrIpv4: '10.0.0.0/8' }),
      /^InvalidParameterValue: Invalid value 'null' for protocol\./,
    );
    assert.match(
      await modify({ IpProtocol: 'tcp', CidrIpv4: '10.0.0.0/8' }),
      /^InvalidParameterValue: Invalid value for portRange\./,
    );
    assert.match(await modify(ports), /^MissingParameter: The request must contain exactly one of: cidrIp,/);
    assert.match(
      await modify({ ...ports, CidrIpv4: '10.0.0.0/8', CidrIpv6: '::/0' }),
      /^InvalidParameterCombination: Only one of cidrIp,/,
    );
    const filter = { Filters: [{ Name: 'group-id', Values: ['foobar'] }] };
    assert.equal(
      await refused(new DescribeSecurityGroupRulesCommand(filter)),
      "InvalidGroupId.Malformed: The security group ID 'foobar' is malformed",
    );
    assert.equal(
      await refused(new DescribeSecurityGroupsCommand({ GroupNames: ['nope'] })),
      `InvalidGroup.NotFound: The security group 'nope' does not exist in default VPC '${VpcId}'`,
    );
  });
});
