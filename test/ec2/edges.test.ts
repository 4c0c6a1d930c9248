/** Requests at and beside the edge of what EC2 takes. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { allowing, newUser, policy, rootOf, statement, ZONE } from '../worlds/account.ts';
import { anyCall } from '../worlds/any-call.ts';
import { type Credentials, refusal, startServerFor, type TestServer } from '../worlds/server.ts';

const [ACCOUNT, OTHER] = ['100000000001', '100000000002'];
const MINUTE_MS = 60_000;

type Texts = Readonly<Record<string, string>>;

let server: TestServer;
let root: Credentials;
let ImageId: string;

/** The answer as far as a test speaks of it. */
const call = <Answer = Texts>(operation: string, input: object = {}, as = root): Promise<Answer> => {
  const service = operation.startsWith('kms:') ? 'kms' : 'ec2';
  const called = { service, operation: operation.replace('kms:', ''), input };
  return anyCall(server, as, called) as Promise<unknown> as Promise<Answer>;
};
const refused = async (operation: string, input: object, as?: Credentials) =>
  (await refusal(call(operation, input, as))).code;

interface Launched {
  readonly InstanceId: string;
  readonly PrivateIpAddress: string;
  readonly Placement: { readonly AvailabilityZone: string };
  readonly NetworkInterfaces: readonly [{ readonly NetworkInterfaceId: string }];
}

async function launch(): Promise<Launched> {
  const input = { ImageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 };
  const { Instances } = await call<{ Instances: [Launched] }>('RunInstances', input);
  await server.settled();
  return Instances[0];
}

before(async () => {
  server = await startServerFor(undefined);
  root = await server.root(ACCOUNT);
  const { Images } = await call<{ Images: Texts[] }>('DescribeImages', { Owners: ['amazon'] });
  ImageId = Images.find(({ Architecture }) => Architecture === 'x86_64')?.ImageId ?? '';
});
after(() => server.close());

test('a rule that is not there is named, alone or among others', async () => {
  const { GroupId } = await call('CreateSecurityGroup', { GroupName: 'rules', Description: 'of rules' });
  const { SecurityGroupRules } = await call<{ SecurityGroupRules: [Texts] }>(
    'AuthorizeSecurityGroupIngress',
    {
      GroupId,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
    },
  );
  const [{ SecurityGroupRuleId: known }] = SecurityGroupRules;
  const unknown = 'sgr-0123456789abcdef0';
  for (const SecurityGroupRuleIds of [[unknown], [known, unknown]])
    assert.equal(
      await refused('RevokeSecurityGroupIngress', { GroupId, SecurityGroupRuleIds }),
      'InvalidSecurityGroupRuleId.NotFound',
    );
  const { Return } = await call<{ Return: boolean }>('RevokeSecurityGroupIngress', {
    GroupId,
    SecurityGroupRuleIds: [known],
  });
  assert.equal(Return, true);
});

test('an interface has as many addresses as its instance type lets it have, by number and by name', async () => {
  const { NetworkInterfaces, PrivateIpAddress } = await launch();
  const [{ NetworkInterfaceId }] = NetworkInterfaces;
  const near = PrivateIpAddress.replace(/\d+$/, '');
  const refusal = (more: object) => refused('AssignPrivateIpAddresses', { NetworkInterfaceId, ...more });
  // Two for t3.micro, one of which is the first: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AvailableIpPerENI.html
  for (const more of [
    { SecondaryPrivateIpAddressCount: 2 },
    { PrivateIpAddresses: [`${near}251`, `${near}252`] },
  ])
    assert.equal(await refusal(more), 'PrivateIpAddressLimitExceeded');
  await call('AssignPrivateIpAddresses', { NetworkInterfaceId, SecondaryPrivateIpAddressCount: 1 });
  assert.equal(await refusal({ SecondaryPrivateIpAddressCount: 1 }), 'PrivateIpAddressLimitExceeded');
});

test('a device of an instance is taken by one volume, whatever else is attached', async () => {
  const { InstanceId, Placement } = await launch();
  const { AvailabilityZone } = Placement;
  const newVolume = async () => (await call('CreateVolume', { AvailabilityZone, Size: 1 })).VolumeId;
  const [one, other] = [await newVolume(), await newVolume()];
  await server.settled();
  await call('AttachVolume', { InstanceId, VolumeId: one, Device: '/dev/sdf' });
  await server.settled();
  const twice = await refusal(call('AttachVolume', { InstanceId, VolumeId: other, Device: '/dev/sdf' }));
  assert.match(twice.message, /Attachment point \/dev\/sdf is already in use/);
  await call('AttachVolume', { InstanceId, VolumeId: other, Device: '/dev/sdg' });
});

test('the root device of an image cannot be left out of a launch', async () => {
  const { Images } = await call<{ Images: [Texts] }>('DescribeImages', { ImageIds: [ImageId] });
  const [{ RootDeviceName: DeviceName }] = Images;
  const BlockDeviceMappings = [{ DeviceName, NoDevice: '' }];
  const input = { ImageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1, BlockDeviceMappings };
  const { code, message } = await refusal(call('RunInstances', input));
  assert.deepEqual([code, message], ['InvalidBlockDeviceMapping', 'The root device cannot be left out.']);
});

test('types are named whole, or with a star for anything', async () => {
  const any = { Min: 0 };
  const typesLike = async (...AllowedInstanceTypes: string[]) => {
    const { InstanceTypes } = await call<{ InstanceTypes: Texts[] }>(
      'GetInstanceTypesFromInstanceRequirements',
      {
        ...{ ArchitectureTypes: ['x86_64'], VirtualizationTypes: ['hvm'] },
        InstanceRequirements: { VCpuCount: any, MemoryMiB: any, AllowedInstanceTypes },
      },
    );
    return InstanceTypes.map(({ InstanceType }) => InstanceType ?? '');
  };
  assert.deepEqual(await typesLike('c5.large'), ['c5.large']);
  assert.deepEqual(await typesLike('c5'), []);
  assert.ok((await typesLike('c5.*')).every((type) => type.startsWith('c5.')));
  assert.ok((await typesLike('*.large')).every((type) => type.endsWith('.large')));
  assert.ok((await typesLike('c*5*.large')).includes('c5.large'));
});

test('a condition on any attribute of the metadata defaults holds', async () => {
  const asked = {
    HttpEndpoint: 'disabled',
    HttpPutResponseHopLimit: 3,
    HttpTokens: 'optional',
    InstanceMetadataTags: 'enabled',
  };
  for (const [name, value] of Object.entries(asked)) {
    const Condition = { StringEquals: { [`ec2:Attribute/${name}`]: String(value) } };
    const { credentials } = await newUser(server, `sets-${name}`, {
      account: ACCOUNT,
      allow: [statement('ec2:*', { Condition })],
    });
    await call('ModifyInstanceMetadataDefaults', { [name]: value }, credentials);
    const other = Object.keys(asked).find((each) => each !== name) as keyof typeof asked;
    assert.equal(
      await refused('ModifyInstanceMetadataDefaults', { [other]: asked[other] }, credentials),
      'UnauthorizedOperation',
    );
  }
});

test('answers of the metadata service travel one hop at least and 64 at most', async () => {
  const { InstanceId } = await launch();
  const run = { ImageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 };
  const taken = async (operation: string, inputOf: (hops: object) => object) => {
    const found: number[] = [];
    for (const HttpPutResponseHopLimit of [0, 1, 64, 65, -2, -1]) {
      const error = await call(operation, inputOf({ HttpPutResponseHopLimit })).then(
        () => found.push(HttpPutResponseHopLimit) && undefined,
        ({ name }: Error) => name,
      );
      if (error) assert.equal(error, 'InvalidParameterValue');
    }
    return found;
  };
  // -1 takes a default back: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataDefaults.html
  assert.deepEqual(await taken('ModifyInstanceMetadataDefaults', (hops) => hops), [1, 64, -1]);
  assert.deepEqual(
    await taken('ModifyInstanceMetadataOptions', (hops) => ({ InstanceId, ...hops })),
    [1, 64],
  );
  assert.deepEqual(await taken('RunInstances', (hops) => ({ ...run, MetadataOptions: hops })), [1, 64]);
});

test('a copy of another account’s encrypted image is under a key of one’s own', async () => {
  const owner = await server.root(OTHER);
  const ofBoth = {
    Effect: 'Allow',
    Principal: { AWS: [rootOf(OTHER), rootOf(ACCOUNT)] },
    Action: 'kms:*',
    Resource: '*',
  };
  const { KeyMetadata } = await call<{ KeyMetadata: Texts }>(
    'kms:CreateKey',
    { Policy: policy(ofBoth) },
    owner,
  );
  const encrypted = { AvailabilityZone: ZONE, Size: 1, Encrypted: true, KmsKeyId: KeyMetadata.Arn };
  const { VolumeId } = await call('CreateVolume', encrypted, owner);
  await server.settled();
  const { SnapshotId } = await call('CreateSnapshot', { VolumeId }, owner);
  await server.settled();
  const { ImageId: shared } = await call(
    'RegisterImage',
    {
      ...{ Name: 'shared', RootDeviceName: '/dev/xvda', Architecture: 'x86_64', VirtualizationType: 'hvm' },
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId } }],
    },
    owner,
  );
  const attribute = { OperationType: 'add', UserIds: [ACCOUNT] };
  await call('ModifyImageAttribute', { ImageId: shared, Attribute: 'launchPermission', ...attribute }, owner);
  await call(
    'ModifySnapshotAttribute',
    { SnapshotId, Attribute: 'createVolumePermission', ...attribute },
    owner,
  );
  const { credentials } = await newUser(server, 'copier', { account: ACCOUNT, allow: [allowing('*')] });
  const copy = await call(
    'CopyImage',
    { SourceImageId: shared, SourceRegion: 'us-east-1', Name: 'copy' },
    credentials,
  );
  await server.settled();
  type Copied = { Images: [{ BlockDeviceMappings: [{ Ebs: Texts }] }] };
  const { Images } = await call<Copied>('DescribeImages', { ImageIds: [copy.ImageId] });
  const copied = Images[0].BlockDeviceMappings[0].Ebs.SnapshotId;
  const { Snapshots } = await call<{ Snapshots: [Texts] }>('DescribeSnapshots', { SnapshotIds: [copied] });
  assert.match(Snapshots[0].KmsKeyId ?? '', new RegExp(`:${ACCOUNT}:key/`));
});

test('a fleet that is valid later launches nothing before', async () => {
  await call('CreateLaunchTemplate', {
    LaunchTemplateName: 'fleet',
    LaunchTemplateData: { ImageId, InstanceType: 't3.micro' },
  });
  const { nowMs } = await server.ask<{ nowMs: number }>('clock');
  const { FleetId } = await call('CreateFleet', {
    ...{ Type: 'maintain', ValidFrom: new Date(nowMs + 10 * MINUTE_MS) },
    LaunchTemplateConfigs: [{ LaunchTemplateSpecification: { LaunchTemplateName: 'fleet', Version: '1' } }],
    TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'on-demand' },
  });
  const count = async () =>
    (await call<{ ActiveInstances: Texts[] }>('DescribeFleetInstances', { FleetId })).ActiveInstances.length;
  await server.settled();
  assert.equal(await count(), 0);
  await server.advance(11 * MINUTE_MS);
  assert.equal(await count(), 1);
});
