/** What callers do in a simulation, one action after another kind, many at a time. */
import type { Model } from './model.ts';
import type { World } from './world.ts';

export const BLOCK_BYTES = 4096;
export const LOG_GROUP = '/sim/events';

/** One thing done by one caller. Throws what the server refuses, or Crashed. */
type Action = (world: World, model: Model) => Promise<void>;

async function createKey(world: World, model: Model): Promise<void> {
  const { KeyMetadata } = await world.call('kms', 'CreateKey', { Description: 'sim' });
  const id = KeyMetadata?.KeyId as string;
  model.keys.push(id);
  model.promised.set(id, async (later) => {
    const found = await later.call('kms', 'DescribeKey', { KeyId: id });
    return found.KeyMetadata?.KeyState === 'Enabled' ? undefined : `it is ${found.KeyMetadata?.KeyState}`;
  });
}

async function createAlias(world: World, model: Model): Promise<void> {
  if (model.keys.length === 0) return;
  const AliasName = `alias/${world.name('sim')}`;
  const TargetKeyId = world.random.pick(model.keys);
  await world.call('kms', 'CreateAlias', { AliasName, TargetKeyId });
  model.aliases.push(AliasName);
  model.promised.set(AliasName, async (later) => {
    const found = await later.call('kms', 'DescribeKey', { KeyId: AliasName });
    return found.KeyMetadata?.KeyId === TargetKeyId ? undefined : 'it is of another key';
  });
}

async function encrypt(world: World, model: Model): Promise<void> {
  if (model.keys.length === 0) return;
  const KeyId = world.random.pick(model.keys);
  const { Plaintext, CiphertextBlob } = await world.call('kms', 'GenerateDataKey', {
    KeyId,
    KeySpec: 'AES_256',
  });
  model.promised.set(`a ciphertext of ${KeyId}`, async (later) => {
    const opened = await later.call('kms', 'Decrypt', { CiphertextBlob: CiphertextBlob as Uint8Array });
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
  const arn = `arn:aws:iam::123456789012:user/nobody`;
  const nobody = {
    principal: { kind: 'user', account: '123456789012', arn, id: 'AIDANOBODY' },
    account: '123456789012',
    accessKeyId: 'AKIANOBODY0000000000',
    userName: 'nobody',
  } as const;
  const TargetKeyId = world.random.pick(model.keys);
  await world.call('kms', 'CreateAlias', { AliasName: `alias/${world.name('evil')}`, TargetKeyId }, nobody);
}

async function runInstance(world: World, model: Model): Promise<void> {
  const KmsKeyId = model.keys.length > 0 ? world.random.pick(model.keys) : undefined;
  const { Instances } = await world.call('ec2', 'RunInstances', {
    ImageId: model.imageId,
    MinCount: 1,
    MaxCount: 1,
    BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId } }],
  });
  const id = Instances?.[0]?.InstanceId as string;
  model.instances.push(id);
  model.promised.set(id, async (later) => {
    const found = await later.call('ec2', 'DescribeInstances', { InstanceIds: [id] });
    return found.Reservations?.[0]?.Instances?.[0] ? undefined : 'it is not there';
  });
}

async function stopOrStart(world: World, model: Model): Promise<void> {
  if (model.instances.length === 0) return;
  const InstanceIds = [world.random.pick(model.instances)];
  if (world.random.chance(0.5)) await world.call('ec2', 'StopInstances', { InstanceIds });
  else await world.call('ec2', 'StartInstances', { InstanceIds });
}

async function writeBlocks(world: World, model: Model): Promise<void> {
  const { Volumes = [] } = await world.call('ec2', 'DescribeVolumes', {});
  const volume = world.random.pick(Volumes.filter(({ State }) => State === 'in-use'));
  const client = volume && (await world.nbd(volume.VolumeId as string));
  if (!client) return;
  const blocks = model.blocks.get(volume.VolumeId as string) ?? new Map();
  model.blocks.set(volume.VolumeId as string, blocks);
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
    LaunchTemplateData: { ImageId: model.imageId, InstanceType: 't3.micro' },
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
  model.stacks.push(StackName);
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
  stopOrStart,
  writeBlocks,
  writeBlocks,
  createGroup,
  scale,
  createStack,
  putEvent,
  createUnit,
];

/** What is there before anything goes wrong. */
export async function prepare(world: World, model: Model): Promise<void> {
  const { Images } = await world.call('ec2', 'DescribeImages', { Owners: ['amazon'] });
  model.imageId = Images?.[0]?.ImageId as string;
  await world.call('organizations', 'CreateOrganization', {});
  await world.call('logs', 'CreateLogGroup', { logGroupName: LOG_GROUP });
  await world.call('events', 'PutRule', { Name: 'sim', EventPattern: JSON.stringify({ source: ['sim'] }) });
  await world.call('logs', 'PutResourcePolicy', {
    policyName: 'events',
    policyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: ['events.amazonaws.com', 'delivery.logs.amazonaws.com'] },
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: `arn:aws:logs:us-east-1:123456789012:log-group:${LOG_GROUP}:*`,
        },
      ],
    }),
  });
  await world.call('events', 'PutTargets', {
    Rule: 'sim',
    Targets: [{ Id: 'log', Arn: `arn:aws:logs:us-east-1:123456789012:log-group:${LOG_GROUP}` }],
  });
}
