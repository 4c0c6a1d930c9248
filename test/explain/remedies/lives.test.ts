/**
 * What is proposed for a resource's first denial leads to no second one: a service that is refused a key is let use it for all
 * of the resource's life, whatever of the key it asks for later.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { ACCOUNT, allowing, auditRecords, policy, REGION } from '../../worlds/account.ts';
import { anyCall } from '../../worlds/any-call.ts';
import { ec2World, type World } from '../../worlds/ec2.ts';
import { applyRemedies, type Explained } from '../../worlds/remedies.ts';
import type { Credentials } from '../../worlds/server.ts';

type Output = Readonly<Record<string, unknown>>;
type Call = (operation: string, input: object) => Promise<Output>;

interface Life {
  /** What its owner may do, keys apart. */
  readonly may: readonly string[];
  /** What has to be there first. */
  before?(call: Call, key: string): Promise<unknown>;
  /** Refused, for the key. */
  begin(call: Call, key: string): Promise<Output>;
  /** Whatever follows. */
  live(call: Call, made: Output, key: string): Promise<void>;
}

let world: World;
before(async () => {
  world = await ec2World(undefined);
});
after(() => world.server.close());

const settled = () => world.server.settled();

async function denials() {
  const records = await auditRecords(world.server);
  return records
    .filter(({ event }) => event.errorCode !== undefined)
    .map(({ event: { eventName, errorCode, errorMessage } }) => [eventName, errorCode, errorMessage]);
}

async function writeAndRead(call: Call, logGroupName: string, logStreamName = 'one') {
  const stream = { logGroupName, logStreamName };
  await call('logs:CreateLogStream', stream);
  const timestamp = world.server.latchkey.runtime.clock.nowMs();
  await call('logs:PutLogEvents', { ...stream, logEvents: [{ timestamp, message: 'hello' }] });
  await call('logs:GetLogEvents', stream);
  await call('logs:FilterLogEvents', { logGroupName });
}

/** What its owner may not do with a key himself, root does: rules are read under it. */
async function busLife(call: Call, bus: string) {
  const asRoot = callAs(await world.server.root());
  const rule = { EventBusName: bus, Name: bus };
  await asRoot('events:PutRule', { ...rule, EventPattern: '{"source":["my.app"]}' });
  const Targets = [{ Id: 'default', Arn: busArn('default') }];
  await asRoot('events:PutTargets', { EventBusName: bus, Rule: bus, Targets });
  await call('events:CreateArchive', { ArchiveName: bus, EventSourceArn: busArn(bus) });
  assert.equal((await call('events:PutEvents', { Entries: eventsOf(bus) })).FailedEntryCount, 0);
}

const eventsOf = (EventBusName: string) => [
  { EventBusName, Source: 'my.app', DetailType: 'order', Detail: '{}' },
];

const busArn = (name: string) => `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/${name}`;

const callAs =
  (credentials: Credentials): Call =>
  (name, input) => {
    const [service = '', operation = ''] = name.split(':');
    return anyCall(world.server, credentials, { service, operation, input });
  };

const instance = (key: string) => ({
  ImageId: world.imageId,
  InstanceType: 't3.micro',
  MinCount: 1,
  MaxCount: 1,
  BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, KmsKeyId: key } }],
});

const LIVES: Readonly<Record<string, Life>> = {
  'a log group': {
    may: ['logs:*', 'kms:GenerateDataKey', 'kms:Decrypt'],
    begin: (call, kmsKeyId) => call('logs:CreateLogGroup', { logGroupName: '/life', kmsKeyId }),
    async live(call, _made, kmsKeyId) {
      await writeAndRead(call, '/life');
      await call('logs:DisassociateKmsKey', { logGroupName: '/life' });
      await call('logs:AssociateKmsKey', { logGroupName: '/life', kmsKeyId });
      await writeAndRead(call, '/life', 'another');
    },
  },
  'a log group that gets its key later': {
    may: ['logs:*', 'kms:GenerateDataKey', 'kms:Decrypt'],
    before: (call) => call('logs:CreateLogGroup', { logGroupName: '/late' }),
    begin: (call, kmsKeyId) => call('logs:AssociateKmsKey', { logGroupName: '/late', kmsKeyId }),
    live: (call) => writeAndRead(call, '/late'),
  },
  'an event bus': {
    may: ['events:*'],
    begin: (call, KmsKeyIdentifier) => call('events:CreateEventBus', { Name: 'life', KmsKeyIdentifier }),
    live: (call) => busLife(call, 'life'),
  },
  'an event bus that gets its key later': {
    may: ['events:*'],
    before: (call) => call('events:CreateEventBus', { Name: 'late' }),
    begin: (call, KmsKeyIdentifier) => call('events:UpdateEventBus', { Name: 'late', KmsKeyIdentifier }),
    live: (call) => busLife(call, 'late'),
  },
  'a bus whose key leaves EventBridge out since': {
    may: ['events:*'],
    async before(_call, KeyId) {
      const asRoot = callAs(await world.server.root());
      const { Policy = '' } = (await asRoot('kms:GetKeyPolicy', { KeyId })) as { Policy?: string };
      const open = {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'kms:*',
        Resource: '*',
      };
      await asRoot('kms:PutKeyPolicy', { KeyId, Policy: policy(...JSON.parse(Policy).Statement, open) });
      await asRoot('events:CreateEventBus', { Name: 'left', KmsKeyIdentifier: KeyId });
      await asRoot('kms:PutKeyPolicy', { KeyId, Policy });
    },
    begin: (call) => call('events:PutEvents', { Entries: eventsOf('left') }),
    live: (call) => busLife(call, 'left'),
  },
  'an archive': {
    may: ['events:*'],
    begin: (call, KmsKeyIdentifier) =>
      call('events:CreateArchive', {
        ArchiveName: 'kept',
        EventSourceArn: busArn('default'),
        KmsKeyIdentifier,
      }),
    async live(call) {
      await call('events:PutEvents', { Entries: eventsOf('default') });
      await settled();
      await call('events:StartReplay', {
        ReplayName: 'again',
        EventSourceArn: `arn:aws:events:${REGION}:${ACCOUNT}:archive/kept`,
        EventStartTime: new Date(0),
        EventEndTime: new Date(),
        Destination: { Arn: busArn('default') },
      });
      await settled();
      await call('events:DescribeArchive', { ArchiveName: 'kept' });
      await call('events:UpdateArchive', { ArchiveName: 'kept', KmsKeyIdentifier: '' });
    },
  },
  'an instance': {
    may: ['ec2:*'],
    begin: (call, key) => call('ec2:RunInstances', instance(key)),
    async live(call, made) {
      const InstanceIds = (made.Instances as { InstanceId: string }[]).map(({ InstanceId }) => InstanceId);
      await settled();
      for (const operation of ['StopInstances', 'StartInstances', 'RebootInstances', 'TerminateInstances']) {
        await call(`ec2:${operation}`, { InstanceIds });
        await settled();
      }
    },
  },
  'a snapshot that is written by hand': {
    may: ['ebs:*'],
    begin: (call, KmsKeyArn) => call('ebs:StartSnapshot', { VolumeSize: 1, Encrypted: true, KmsKeyArn }),
    async live(call, { SnapshotId }) {
      const BlockData = Buffer.alloc(524_288, 1);
      const Checksum = createHash('sha256').update(BlockData).digest('base64');
      await call('ebs:PutSnapshotBlock', {
        SnapshotId,
        BlockIndex: 0,
        BlockData,
        DataLength: BlockData.length,
        Checksum,
        ChecksumAlgorithm: 'SHA256',
      });
      await call('ebs:CompleteSnapshot', { SnapshotId, ChangedBlocksCount: 1 });
    },
  },
  'a parameter': {
    may: ['ssm:*'],
    begin: (call, KeyId) =>
      call('ssm:PutParameter', { Name: '/life', Type: 'SecureString', Value: 'x', KeyId }),
    async live(call, _made, KeyId) {
      await call('ssm:PutParameter', {
        Name: '/life',
        Type: 'SecureString',
        Value: 'y',
        KeyId,
        Overwrite: true,
      });
      await call('ssm:GetParameter', { Name: '/life' });
      await call('ssm:DeleteParameter', { Name: '/life' });
    },
  },
};

describe('one fix for all of the life of', () => {
  for (const [name, { may, before: prepare, begin, live }] of Object.entries(LIVES)) {
    test(name, async () => {
      const owner = await world.user(name.replaceAll(' ', '-').slice(0, 60), allowing(...may));
      const call = callAs(owner.credentials);
      const key = await world.newKey();
      await prepare?.(call, key);
      await begin(call, key).catch(() => undefined);
      await settled();
      const explained = await world.server.ask<Explained>('explain', {
        subject: `user/${owner.arn.split('/')[1]}`,
      });
      assert.ok(explained.remediesVerified, explained.text);
      await applyRemedies(world.server, explained);
      const known = await denials();
      await live(call, await begin(call, key), key);
      await settled();
      const since = await denials();
      assert.deepEqual(since.slice(0, since.length - known.length), [], explained.text);
    });
  }
});
