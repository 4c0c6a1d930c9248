/** What callers do in a simulation, one action after another kind, many at a time. */
import type { Made, Model } from './model.ts';
import { ACCOUNTS, HOME, PLACES, type Place } from './places.ts';
import { LOG_GROUP } from './prepare.ts';
import type { World } from './world.ts';

export const BLOCK_BYTES = 4096;

/** One thing done by one caller. Throws what the server refuses, or Crashed. */
type Action = (world: World, model: Model) => Promise<void>;

/** Whoever their account lets: a key of one account is used by the other too. */
const SHARED = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: ACCOUNTS.map((account) => `arn:aws:iam::${account}:root`) },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
});

async function createKey(world: World, model: Model): Promise<void> {
  const place = world.random.pick(PLACES);
  const { KeyMetadata } = await world.call('kms', 'CreateKey', { Description: 'sim', Policy: SHARED }, place);
  const id = KeyMetadata?.Arn as string;
  model.keys.push({ id, place });
  model.promised.set(id, async (later) => {
    const found = await later.call('kms', 'DescribeKey', { KeyId: id }, place);
    return found.KeyMetadata?.KeyState === 'Enabled' ? undefined : `it is ${found.KeyMetadata?.KeyState}`;
  });
}

/** A key that may be used there: of either account. */
function keyIn(world: World, model: Model, { region }: Place): Made | undefined {
  const there = model.keys.filter(({ place }) => place.region === region);
  return there.length > 0 ? world.random.pick(there) : undefined;
}

async function createAlias(world: World, model: Model): Promise<void> {
  if (model.keys.length === 0) return;
  const AliasName = `alias/${world.name('sim')}`;
  const { id: TargetKeyId, place } = world.random.pick(model.keys);
  await world.call('kms', 'CreateAlias', { AliasName, TargetKeyId }, place);
  model.promised.set(AliasName, async (later) => {
    const found = await later.call('kms', 'DescribeKey', { KeyId: AliasName }, place);
    return found.KeyMetadata?.Arn === TargetKeyId ? undefined : 'it is of another key';
  });
}

async function encrypt(world: World, model: Model): Promise<void> {
  const place = world.random.pick(PLACES);
  const key = keyIn(world, model, place);
  if (!key) return;
  const asked = { KeyId: key.id, KeySpec: 'AES_256' } as const;
  const { Plaintext, CiphertextBlob } = await world.call('kms', 'GenerateDataKey', asked, place);
  model.promised.set(`a ciphertext of ${key.id}`, async (later) => {
    const sealed = { KeyId: key.id, CiphertextBlob: CiphertextBlob as Uint8Array };
    const opened = await later.call('kms', 'Decrypt', sealed, place);
    const isSame = Buffer.from(opened.Plaintext ?? []).equals(Buffer.from(Plaintext ?? []));
    return isSame ? undefined : 'it decrypts to something else';
  });
}

async function createUser(world: World, model: Model): Promise<void> {
  const UserName = world.name('user');
  await world.call('iam', 'CreateUser', { UserName });
  model.users.push(UserName);
  model.promised.set(UserName, async (later) => {
    await later.call('iam', 'GetUser', { UserName });
    return undefined;
  });
}

async function putUserPolicy(world: World, model: Model): Promise<void> {
  if (model.users.length === 0) return;
  const UserName = world.random.pick(model.users);
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }],
  });
  await world.call('iam', 'PutUserPolicy', { UserName, PolicyName: 'p', PolicyDocument });
  model.promised.set(`the policy of ${UserName}`, async (later) => {
    await later.call('iam', 'GetUserPolicy', { UserName, PolicyName: 'p' });
    return undefined;
  });
}

/** A user without permissions tries, and must be refused: what gets through is found in the audit record. */
async function trespass(world: World, model: Model): Promise<void> {
  if (model.keys.length === 0) return;
  const { id: TargetKeyId, place } = world.random.pick(model.keys);
  const { account } = place.identity;
  const identity = {
    principal: { kind: 'user', account, arn: `arn:aws:iam::${account}:user/nobody`, id: 'AIDANOBODY' },
    account,
    accessKeyId: 'AKIANOBODY0000000000',
    userName: 'nobody',
  } as const;
  const AliasName = `alias/${world.name('evil')}`;
  await world.call('kms', 'CreateAlias', { AliasName, TargetKeyId }, { region: place.region, identity });
}

async function runInstance(world: World, model: Model): Promise<void> {
  const place = world.random.pick(PLACES);
  const KmsKeyId = keyIn(world, model, place)?.id;
  const asked = {
    ImageId: model.imageIds.get(place.region),
    MinCount: 1,
    MaxCount: 1,
    BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId } }],
  };
  const { Instances } = await world.call('ec2', 'RunInstances', asked, place);
  const id = Instances?.[0]?.InstanceId as string;
  model.instances.push({ id, place });
  model.promised.set(id, async (later) => {
    const found = await later.call('ec2', 'DescribeInstances', { InstanceIds: [id] }, place);
    return found.Reservations?.[0]?.Instances?.[0] ? undefined : 'it is not there';
  });
}

async function changePower(world: World, model: Model): Promise<void> {
  if (model.instances.length === 0) return;
  const { id, place } = world.random.pick(model.instances);
  const change = world.random.pick(['StopInstances', 'StartInstances', 'TerminateInstances'] as const);
  // What is terminated is forgotten after an hour.
  if (change === 'TerminateInstances') model.promised.delete(id);
  await world.call('ec2', change, { InstanceIds: [id] }, place);
}

/** A snapshot of what is there, copied under another key, often into another Region. */
async function copySnapshot(world: World, model: Model): Promise<void> {
  const from = world.random.pick(PLACES);
  const { Volumes = [] } = await world.call('ec2', 'DescribeVolumes', {}, from);
  if (Volumes.length === 0) return;
  const VolumeId = world.random.pick(Volumes).VolumeId as string;
  const { SnapshotId } = await world.call('ec2', 'CreateSnapshot', { VolumeId }, from);
  const to = world.random.pick(PLACES.filter(({ identity }) => identity === from.identity));
  const copied = await world.call(
    'ec2',
    'CopySnapshot',
    {
      SourceRegion: from.region,
      SourceSnapshotId: SnapshotId as string,
      Encrypted: true,
      KmsKeyId: keyIn(world, model, to)?.id,
    },
    to,
  );
  model.promised.set(copied.SnapshotId as string, async (later) => {
    const asked = { SnapshotIds: [copied.SnapshotId as string] };
    const found = await later.call('ec2', 'DescribeSnapshots', asked, to);
    return found.Snapshots?.[0] ? undefined : 'it is not there';
  });
}

async function writeBlocks(world: World, model: Model): Promise<void> {
  const { Volumes = [] } = await world.call('ec2', 'DescribeVolumes', {}, world.random.pick(PLACES));
  const volume = world.random.pick(Volumes.filter(({ State }) => State === 'in-use'));
  const id = volume?.VolumeId as string;
  // Which of two that write at one time came last, neither knows.
  if (!volume || model.writing.has(id)) return;
  model.writing.add(id);
  try {
    await writeTo(id, world, model);
  } finally {
    model.writing.delete(id);
  }
}

async function writeTo(id: string, world: World, model: Model): Promise<void> {
  const client = await world.nbd(id);
  if (!client) return;
  const blocks = model.blocks.get(id) ?? new Map();
  model.blocks.set(id, blocks);
  const round = ++model.round;
  const written = new Set<number>();
  for (let count = 0; count < 3; count++) {
    const block = world.random.below(64);
    blocks.set(block, { flushed: blocks.get(block)?.flushed ?? 0, begun: round });
    written.add(block);
    await world.orCrash(client.write(block * BLOCK_BYTES, contentOf(block, round)));
  }
  await world.orCrash(client.flush());
  for (const block of written) blocks.set(block, { flushed: round, begun: round });
  client.close();
}

export function contentOf(block: number, round: number): Buffer {
  const bytes = Buffer.alloc(BLOCK_BYTES, round & 0xff);
  bytes.writeUInt32LE(block, 0);
  bytes.writeUInt32LE(round, 4);
  return bytes;
}

async function createGroup(world: World, model: Model): Promise<void> {
  if (model.groups.size >= 2) return;
  const AutoScalingGroupName = world.name('group');
  const LaunchTemplateName = world.name('template');
  await world.call('ec2', 'CreateLaunchTemplate', {
    LaunchTemplateName,
    LaunchTemplateData: { ImageId: model.imageIds.get(HOME.region), InstanceType: 't3.micro' },
  });
  await world.call('autoscaling', 'CreateAutoScalingGroup', {
    AutoScalingGroupName,
    LaunchTemplate: { LaunchTemplateName },
    MinSize: 0,
    MaxSize: 3,
    DesiredCapacity: 1,
    AvailabilityZones: ['us-east-1a'],
  });
  model.groups.set(AutoScalingGroupName, 1);
}

async function scale(world: World, model: Model): Promise<void> {
  if (model.groups.size === 0) return;
  const AutoScalingGroupName = world.random.pick([...model.groups.keys()]);
  const DesiredCapacity = world.random.below(3);
  model.uncertainGroups.add(AutoScalingGroupName);
  await world.call('autoscaling', 'SetDesiredCapacity', { AutoScalingGroupName, DesiredCapacity });
  model.groups.set(AutoScalingGroupName, DesiredCapacity);
  model.uncertainGroups.delete(AutoScalingGroupName);
}

async function createStack(world: World, model: Model): Promise<void> {
  const StackName = world.name('stack');
  const KeyPolicy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::123456789012:root' },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  };
  const TemplateBody = JSON.stringify({
    Resources: {
      Key: { Type: 'AWS::KMS::Key', Properties: { Description: StackName, KeyPolicy } },
      Alias: {
        Type: 'AWS::KMS::Alias',
        Properties: { AliasName: `alias/${StackName}`, TargetKeyId: { Ref: 'Key' } },
      },
      Network: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.9.0.0/16' } },
      Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: StackName } },
    },
  });
  await world.call('cloudformation', 'CreateStack', { StackName, TemplateBody });
  model.promised.set(StackName, async (later) => {
    const { Stacks } = await later.call('cloudformation', 'DescribeStacks', { StackName });
    return Stacks?.[0] ? undefined : 'it is not there';
  });
}

async function putEvent(world: World, model: Model): Promise<void> {
  const number = ++model.puts;
  const { FailedEntryCount } = await world.call('events', 'PutEvents', {
    Entries: [{ Source: 'sim', DetailType: 'put', Detail: JSON.stringify({ number }) }],
  });
  if (FailedEntryCount !== 0) return;
  model.promised.set(`event ${number}`, async (later) => {
    await later.quiet();
    const { events = [] } = await later.until(
      later.call('logs', 'FilterLogEvents', { logGroupName: LOG_GROUP }),
    );
    const isThere = events.some(({ message }) => JSON.parse(message ?? '{}').detail?.number === number);
    return isThere ? undefined : 'it was not delivered';
  });
}

async function createUnit(world: World, model: Model): Promise<void> {
  const { Roots } = await world.call('organizations', 'ListRoots', {});
  const made = await world.call('organizations', 'CreateOrganizationalUnit', {
    ParentId: Roots?.[0]?.Id as string,
    Name: world.name('unit'),
  });
  const OrganizationalUnitId = made.OrganizationalUnit?.Id as string;
  model.promised.set(OrganizationalUnitId, async (later) => {
    await later.call('organizations', 'DescribeOrganizationalUnit', { OrganizationalUnitId });
    return undefined;
  });
}

export const ACTIONS: readonly Action[] = [
  createKey,
  createAlias,
  encrypt,
  createUser,
  putUserPolicy,
  trespass,
  runInstance,
  changePower,
  copySnapshot,
  writeBlocks,
  writeBlocks,
  createGroup,
  scale,
  createStack,
  putEvent,
  createUnit,
];
