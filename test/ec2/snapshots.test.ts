/** Snapshots, volumes made from them, copies and sharing: the calls on KMS, and who is refused (aws-facts B4, B5, B7, B8, C5, D2, F5). */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CopySnapshotCommand,
  CreateSnapshotCommand,
  CreateSnapshotsCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DeleteTagsCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  DescribeTagsCommand,
  DescribeVolumesCommand,
  EC2Client,
  EnableEbsEncryptionByDefaultCommand,
  ModifyEbsDefaultKmsKeyIdCommand,
  ModifySnapshotAttributeCommand,
  ResetSnapshotAttributeCommand,
  type Snapshot,
} from '@aws-sdk/client-ec2';
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  KMSClient,
  ListGrantsCommand,
} from '@aws-sdk/client-kms';
import { ACCOUNT, allowing, denying, REGION, type TrailEvent, ZONE } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

const OTHER = '210987654321';
const SERVICE = `ec2.${REGION}.amazonaws.com`;

async function snapshot(client: EC2Client, id: string): Promise<Snapshot | undefined> {
  const { Snapshots } = await client.send(
    new DescribeSnapshotsCommand({ Filters: [{ Name: 'snapshot-id', Values: [id] }] }),
  );
  return Snapshots?.[0];
}

/** The account's KMS calls made while `work` ran, once all is settled. */
async function kmsCallsOf(world: World, work: () => Promise<unknown>): Promise<TrailEvent[]> {
  const events = () => world.trail({ name: 'EventSource', value: 'kms.amazonaws.com' });
  const before = (await events()).length;
  await work();
  await world.server.settled();
  return (await events()).slice(before);
}

const names = (events: readonly TrailEvent[]) => events.map(({ eventName }) => eventName);
const parameters = (event: TrailEvent | undefined) => event?.requestParameters;

describe('CreateSnapshot', () => {
  test('of an encrypted volume asks KMS nothing, and succeeds with all of KMS denied', async (t) => {
    const world = await ec2World(t);
    const keyArn = await world.newKey();
    const volumeId = await world.newVolume({ KmsKeyId: keyArn });
    const john = await world.user('john', allowing('ec2:*'), denying('kms:*'));
    let id = '';
    const calls = await kmsCallsOf(world, async () => {
      const made = await john.ec2.send(
        new CreateSnapshotCommand({ VolumeId: volumeId, Description: 'before' }),
      );
      id = made.SnapshotId!;
      assert.equal(made.State, 'pending');
      assert.equal(made.Encrypted, true);
    });
    assert.deepEqual(calls, []);
    const shown = await snapshot(world.ec2, id);
    assert.equal(shown?.State, 'completed');
    assert.equal(shown?.Progress, '100%');
    assert.equal(shown?.VolumeId, volumeId);
    assert.equal(shown?.VolumeSize, 1);
    assert.equal(shown?.Description, 'before');
    assert.equal(shown?.OwnerId, ACCOUNT);
    assert.equal(shown?.KmsKeyId, keyArn);
    const [event] = (await world.events()).filter(
      (each) => each['detail-type'] === 'EBS Snapshot Notification',
    );
    const arn = `arn:aws:ec2::${REGION}:snapshot/${id}`;
    assert.deepEqual(event?.resources, [arn]);
    const { startTime, endTime, ...detail } = event!.detail;
    assert.deepEqual(detail, {
      event: 'createSnapshot',
      result: 'succeeded',
      cause: '',
      'request-id': '',
      snapshot_id: arn,
      source: `arn:aws:ec2::${REGION}:volume/${volumeId}`,
    });
    assert.match(`${startTime} ${endTime}`, /^\S+\.\d{3}Z \S+\.\d{3}Z$/);
  });

  test('CreateSnapshots takes all volumes of an instance', async (t) => {
    const world = await ec2World(t);
    const instanceId = await world.run({
      BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1 } }],
    });
    await world.server.settled();
    const both = await world.ec2.send(
      new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId: instanceId } }),
    );
    assert.deepEqual(both.Snapshots!.map(({ VolumeSize }) => VolumeSize).sort(), [1, 8]);
    const data = await world.ec2.send(
      new CreateSnapshotsCommand({
        InstanceSpecification: { InstanceId: instanceId, ExcludeBootVolume: true },
      }),
    );
    assert.deepEqual(
      data.Snapshots!.map(({ VolumeSize }) => VolumeSize),
      [1],
    );
    await world.server.settled();
    const events = await world.events();
    assert.equal(
      events.filter((each) => each['detail-type'] === 'EBS Multi-Volume Snapshots Completion Status').length,
      2,
    );
  });
});

test('the blocks of several volumes are frozen all or none', async (t) => {
  const world = await ec2World(t);
  const { blocks } = world.server.latchkey.runtime.ports;
  const instanceId = await world.run({
    BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1 } }],
  });
  await world.server.settled();
  const before = [...blocks.images()];
  const create = blocks.createSnapshot.bind(blocks);
  let asked = 0;
  t.mock.method(blocks, 'createSnapshot', async (snapshot: Parameters<typeof create>[0]) => {
    if (++asked === 2) throw Object.assign(new Error('the disk is full'), { code: 'ENOSPC' });
    return create(snapshot);
  });
  const CreateBoth = new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId: instanceId } });
  await assert.rejects(world.ec2.send(CreateBoth));
  await world.server.settled();
  assert.equal(asked, 2);
  assert.deepEqual([...blocks.images()].sort(), before.sort());
});

describe('CreateVolume from an encrypted snapshot', () => {
  test('of one’s own under the same key: ReEncrypt only, from the volume’s context to the new one’s', async (t) => {
    const world = await ec2World(t);
    const keyArn = await world.newKey();
    const volumeId = await world.newVolume({ KmsKeyId: keyArn });
    const snapshotId = await world.newSnapshot(volumeId);
    let made = '';
    const calls = await kmsCallsOf(world, async () => {
      const reply = await world.ec2.send(
        new CreateVolumeCommand({ AvailabilityZone: ZONE, SnapshotId: snapshotId }),
      );
      made = reply.VolumeId!;
      assert.equal(reply.Encrypted, true);
      assert.equal(reply.Size, 1);
    });
    assert.deepEqual(names(calls), ['ReEncrypt']);
    assert.deepEqual(parameters(calls[0]), {
      sourceKeyId: keyArn,
      sourceEncryptionContext: { 'aws:ebs:id': volumeId },
      sourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      destinationKeyId: keyArn,
      destinationEncryptionContext: { 'aws:ebs:id': made },
      destinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    });
    const shown = await world.volume(made);
    assert.equal(shown?.State, 'available');
    assert.equal(shown?.KmsKeyId, keyArn);
    assert.equal(shown?.SnapshotId, snapshotId);
  });

  test('under another key: ReEncrypt, data key, grant, and EBS reads and writes through it', async (t) => {
    const world = await ec2World(t);
    const [first, second] = [await world.newKey(), await world.newKey()];
    const snapshotId = await world.newSnapshot(await world.newVolume({ KmsKeyId: first }));
    let made = '';
    const calls = await kmsCallsOf(world, async () => {
      const reply = await world.ec2.send(
        new CreateVolumeCommand({
          AvailabilityZone: ZONE,
          SnapshotId: snapshotId,
          Encrypted: true,
          KmsKeyId: second,
        }),
      );
      made = reply.VolumeId!;
    });
    assert.deepEqual(names(calls), [
      'ReEncrypt',
      'GenerateDataKeyWithoutPlaintext',
      'CreateGrant',
      'Decrypt',
      'Decrypt',
      'RetireGrant',
    ]);
    assert.deepEqual(parameters(calls[2]), {
      keyId: second,
      granteePrincipal: SERVICE,
      retiringPrincipal: SERVICE,
      operations: ['Decrypt'],
      constraints: { encryptionContextSubset: { 'aws:ebs:id': made } },
    });
    assert.equal((await world.volume(made))?.KmsKeyId, second);
  });

  test('of another account: the caller needs the owner’s key, and the default key is the caller’s own', async (t) => {
    const world = await ec2World(t);
    const policy = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
          Action: 'kms:*',
          Resource: '*',
        },
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${OTHER}:root` },
          Action: ['kms:ReEncryptFrom'],
          Resource: '*',
        },
      ],
    };
    const otherRoot = await world.server.root(OTHER);
    const others = world.server.client(EC2Client, otherRoot);
    const shared = await world.newSnapshot(await world.newVolume({ KmsKeyId: await world.newKey(policy) }));
    const closed = await world.newSnapshot(await world.newVolume({ KmsKeyId: await world.newKey() }));
    const from = (id: string) =>
      others.send(new CreateVolumeCommand({ AvailabilityZone: ZONE, SnapshotId: id }));

    const unknown = await refusal(from(shared));
    assert.equal(unknown.code, 'InvalidSnapshot.NotFound');
    for (const id of [shared, closed]) {
      await world.ec2.send(
        new ModifySnapshotAttributeCommand({
          SnapshotId: id,
          CreateVolumePermission: { Add: [{ UserId: OTHER }] },
        }),
      );
    }
    const made = await from(shared);
    assert.equal(made.KmsKeyId, undefined);
    const refused = await from(closed);
    assert.equal(refused.State, 'creating');
    await world.server.settled();
    const othersKms = world.server.client(KMSClient, otherRoot);
    const { KeyMetadata: own } = await othersKms.send(new DescribeKeyCommand({ KeyId: 'alias/aws/ebs' }));
    const { Volumes: volumes } = await others.send(new DescribeVolumesCommand({}));
    assert.deepEqual(
      volumes!.map(({ VolumeId, KmsKeyId, State }) => ({ VolumeId, KmsKeyId, State })),
      [{ VolumeId: made.VolumeId, KmsKeyId: own!.Arn, State: 'available' }],
    );
    // The owner is told of the call on its key, without the caller's name.
    const told = (await world.trail({ name: 'EventName', value: 'ReEncrypt' })).filter(
      ({ userIdentity }) => userIdentity.type === 'AWSAccount' && userIdentity.accountId === OTHER,
    );
    assert.ok(told.length >= 1);
  });

  test('an encrypted snapshot never makes an unencrypted volume', async (t) => {
    const world = await ec2World(t);
    const snapshotId = await world.newSnapshot(await world.newVolume({ KmsKeyId: await world.newKey() }));
    const refused = await refusal(
      world.ec2.send(
        new CreateVolumeCommand({ AvailabilityZone: ZONE, SnapshotId: snapshotId, Encrypted: false }),
      ),
    );
    assert.deepEqual(refused, {
      code: 'InvalidParameterCombination',
      message: 'EncryptedVolume parameter [false] is inconsistent with snapshot encryption state [true]',
      status: 400,
    });
  });
});

describe('CopySnapshot', () => {
  test('to another key: described, a data key for the copy, grants with exact contexts, retired at the end', async (t) => {
    const world = await ec2World(t);
    const [first, second] = [await world.newKey(), await world.newKey()];
    const volumeId = await world.newVolume({ KmsKeyId: first });
    const source = await world.newSnapshot(volumeId);
    let id = '';
    const calls = await kmsCallsOf(world, async () => {
      const reply = await world.ec2.send(
        new CopySnapshotCommand({
          SourceRegion: REGION,
          SourceSnapshotId: source,
          Encrypted: true,
          KmsKeyId: second,
        }),
      );
      id = reply.SnapshotId!;
    });
    assert.deepEqual(names(calls), [
      'DescribeKey',
      'GenerateDataKeyWithoutPlaintext',
      'CreateGrant',
      'CreateGrant',
      'Decrypt',
      'Decrypt',
      'RetireGrant',
      'RetireGrant',
    ]);
    assert.deepEqual(parameters(calls[1]), {
      keyId: second,
      encryptionContext: { 'aws:ebs:id': id },
      numberOfBytes: 64,
    });
    const grant = (keyId: string, contextId: string) => ({
      keyId,
      granteePrincipal: SERVICE,
      retiringPrincipal: SERVICE,
      operations: ['Decrypt'],
      constraints: { encryptionContextEquals: { 'aws:ebs:id': contextId } },
    });
    assert.deepEqual(parameters(calls[2]), grant(second, id));
    assert.equal(calls[2]!.userIdentity.invokedBy, 'ec2-frontend-api.amazonaws.com');
    assert.deepEqual(parameters(calls[3]), grant(first, volumeId));
    assert.equal(calls[3]!.userIdentity.invokedBy, `prod.kms-caller.ebs.${REGION}.amazonaws.com`);
    for (const decrypt of calls.slice(4, 6)) {
      assert.deepEqual(decrypt.userIdentity, { type: 'AWSService', invokedBy: 'ebs.amazonaws.com' });
    }
    for (const KeyId of [first, second]) {
      assert.deepEqual((await world.kms.send(new ListGrantsCommand({ KeyId }))).Grants, []);
    }
    const shown = await snapshot(world.ec2, id);
    assert.equal(shown?.State, 'completed');
    assert.equal(shown?.KmsKeyId, second);
    assert.equal(shown?.VolumeId, 'vol-ffffffff');
    assert.equal(shown?.Description, '');
  });

  test('to another region, under that region’s default key, and a volume from it there', async (t) => {
    const world = await ec2World(t);
    const source = await world.newSnapshot(await world.newVolume({ KmsKeyId: await world.newKey() }));
    const there = world.server.client(EC2Client, undefined, { region: 'eu-west-1' });
    const { SnapshotId: id } = await there.send(
      new CopySnapshotCommand({ SourceRegion: REGION, SourceSnapshotId: source }),
    );
    await world.server.settled();
    const shown = await snapshot(there, id!);
    assert.equal(shown?.State, 'completed');
    assert.match(shown!.KmsKeyId!, /^arn:aws:kms:eu-west-1:/);
    assert.equal(await snapshot(world.ec2, id!), undefined);
    const { VolumeId } = await there.send(
      new CreateVolumeCommand({ AvailabilityZone: 'eu-west-1a', SnapshotId: id }),
    );
    await world.server.settled();
    const { Volumes } = await there.send(new DescribeVolumesCommand({ VolumeIds: [VolumeId!] }));
    assert.equal(Volumes![0]!.State, 'available');
  });

  // https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html#creating-encrypted-snapshots
  test('without a key, under aws/ebs where the source is encrypted and encryption by default is off', async (t) => {
    const world = await ec2World(t, { delays: 0 });
    const chosen = await world.newKey();
    const sources = {
      plain: await world.newSnapshot(await world.newVolume()),
      encrypted: await world.newSnapshot(await world.newVolume({ KmsKeyId: await world.newKey() })),
    };
    await world.ec2.send(new ModifyEbsDefaultKmsKeyIdCommand({ KmsKeyId: chosen }));
    const keyOf = async (SourceSnapshotId: string) => {
      const Encrypted = SourceSnapshotId === sources.plain ? true : undefined;
      const request = { SourceRegion: REGION, SourceSnapshotId, Encrypted };
      const { SnapshotId } = await world.ec2.send(new CopySnapshotCommand(request));
      await world.server.settled();
      return (await snapshot(world.ec2, SnapshotId!))?.KmsKeyId;
    };
    const copies = async () => [await keyOf(sources.plain), await keyOf(sources.encrypted)];
    const off = await copies();
    const { KeyMetadata: managed } = await world.kms.send(new DescribeKeyCommand({ KeyId: 'alias/aws/ebs' }));
    assert.deepEqual(off, [chosen, managed!.Arn]);
    await world.ec2.send(new EnableEbsEncryptionByDefaultCommand());
    assert.deepEqual(await copies(), [chosen, chosen]);
  });

  test('what is wrong with the target key is told at once', async (t) => {
    const world = await ec2World(t);
    const keyArn = await world.newKey();
    const source = await world.newSnapshot(await world.newVolume());
    const john = await world.user('john', allowing('ec2:*'));
    const copy = (client: EC2Client, KmsKeyId: string) =>
      refusal(
        client.send(
          new CopySnapshotCommand({
            SourceRegion: REGION,
            SourceSnapshotId: source,
            Encrypted: true,
            KmsKeyId,
          }),
        ),
      );
    assert.deepEqual(await copy(john.ec2, keyArn), {
      code: 'AuthFailure',
      message: `Not authorized to use key ${keyArn} `,
      status: 403,
    });
    assert.deepEqual(await copy(world.ec2, 'alias/nothing'), {
      code: 'InvalidParameterValue',
      message: 'The specified keyId alias/nothing is invalid',
      status: 400,
    });
    await world.kms.send(new DisableKeyCommand({ KeyId: keyArn }));
    assert.deepEqual(await copy(world.ec2, keyArn), {
      code: 'InvalidParameterValue',
      message: `The specified keyId ${keyArn} is disabled`,
      status: 400,
    });
  });

  for (const action of ['kms:CreateGrant', 'kms:GenerateDataKeyWithoutPlaintext']) {
    test(`without ${action} the copy is accepted, and ends in error`, async (t) => {
      const world = await ec2World(t);
      const keyArn = await world.newKey();
      const source = await world.newSnapshot(await world.newVolume());
      const john = await world.user('john', allowing('ec2:*', 'kms:*'), denying(action));
      const { SnapshotId: id } = await john.ec2.send(
        new CopySnapshotCommand({
          SourceRegion: REGION,
          SourceSnapshotId: source,
          Encrypted: true,
          KmsKeyId: keyArn,
        }),
      );
      await world.server.settled();
      const shown = await snapshot(world.ec2, id!);
      assert.equal(shown?.State, 'error');
      assert.equal(shown?.StateMessage, 'Given key ID is not accessible');
      const last = (await world.events()).at(-1)!;
      assert.equal(last.detail.event, 'copySnapshot');
      assert.equal(last.detail.result, 'failed');
      assert.equal(last.detail.source, `arn:aws:ec2::${REGION}:snapshot/${source}`);
      const explained = await world.server.ask<{ text: string }>('explain', { subject: id });
      assert.ok(explained.text.includes(action), explained.text);
    });
  }

  test('at most twenty at a time go to one region', async (t) => {
    const world = await ec2World(t, { delays: 1 });
    const copy = () =>
      world.ec2.send(
        new CopySnapshotCommand({ SourceRegion: REGION, SourceSnapshotId: 'snap-0123456789abcdef0' }),
      );
    for (let count = 0; count < 20; count++) await copy();
    assert.equal((await refusal(copy())).code, 'ResourceLimitExceeded');
    await world.server.advance(10_000);
    await copy();
  });

  test('any source id is accepted', async (t) => {
    const world = await ec2World(t);
    const { SnapshotId: id } = await world.ec2.send(
      new CopySnapshotCommand({ SourceRegion: REGION, SourceSnapshotId: 'snap-0123456789abcdef0' }),
    );
    await world.server.settled();
    const shown = await snapshot(world.ec2, id!);
    assert.equal(shown?.State, 'error');
    assert.equal(shown?.StateMessage, 'Source snapshot is not found');
    const last = (await world.events()).at(-1)!;
    assert.equal(last.detail.cause, 'Source snapshot ID is not valid');
  });
});

describe('sharing', () => {
  test('adds, shows, resets; tells the other account; refuses what cannot be shared', async (t) => {
    const world = await ec2World(t);
    const plain = await world.newSnapshot(await world.newVolume());
    const others = world.server.client(EC2Client, await world.server.root(OTHER));
    const permissions = async () => {
      const { CreateVolumePermissions } = await world.ec2.send(
        new DescribeSnapshotAttributeCommand({ SnapshotId: plain, Attribute: 'createVolumePermission' }),
      );
      return CreateVolumePermissions;
    };
    await world.ec2.send(
      new ModifySnapshotAttributeCommand({
        SnapshotId: plain,
        Attribute: 'createVolumePermission',
        OperationType: 'add',
        UserIds: [OTHER],
        GroupNames: ['all'],
      }),
    );
    assert.deepEqual(await permissions(), [{ UserId: OTHER }, { Group: 'all' }]);
    assert.equal((await snapshot(others, plain))?.OwnerId, ACCOUNT);
    const told = (await world.events()).find(({ detail }) => detail.event === 'shareSnapshot');
    assert.equal(told?.account, OTHER);
    assert.equal(told?.detail.source, ACCOUNT);
    const foreign = await refusal(others.send(new DeleteSnapshotCommand({ SnapshotId: plain })));
    assert.equal(foreign.code, 'InvalidSnapshot.NotFound');
    await world.ec2.send(
      new ResetSnapshotAttributeCommand({ SnapshotId: plain, Attribute: 'createVolumePermission' }),
    );
    assert.deepEqual(await permissions(), []);
    assert.equal(await snapshot(others, plain), undefined);

    const share = (SnapshotId: string, grantee: object) =>
      refusal(
        world.ec2.send(
          new ModifySnapshotAttributeCommand({ SnapshotId, CreateVolumePermission: { Add: [grantee] } }),
        ),
      );
    const { VolumeId } = await world.ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, Encrypted: true }),
    );
    await world.server.settled();
    const underDefault = await world.newSnapshot(VolumeId!);
    assert.deepEqual(await share(underDefault, { UserId: OTHER }), {
      code: 'OperationNotPermitted',
      message: 'Encrypted snapshots with EBS default key cannot be shared',
      status: 400,
    });
    const underOwn = await world.newSnapshot(await world.newVolume({ KmsKeyId: await world.newKey() }));
    assert.equal((await share(underOwn, { Group: 'all' })).code, 'OperationNotPermitted');
  });

  test('DeleteSnapshot frees the blocks; volumes made from it live on', async (t) => {
    const world = await ec2World(t);
    const snapshotId = await world.newSnapshot(await world.newVolume({ KmsKeyId: await world.newKey() }));
    const { VolumeId: made } = await world.ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: ZONE, SnapshotId: snapshotId }),
    );
    await world.ec2.send(new DeleteSnapshotCommand({ SnapshotId: snapshotId }));
    await world.server.settled();
    await world.server.advance(10_000);
    assert.equal((await world.volume(made!))?.State, 'available');
    const gone = await refusal(world.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [snapshotId] })));
    assert.equal(gone.code, 'InvalidSnapshot.NotFound');
  });
});

test('an asymmetric key encrypts no copy', async (t) => {
  const world = await ec2World(t);
  const source = await world.newSnapshot(await world.newVolume());
  const { KeyMetadata: key } = await world.kms.send(
    new CreateKeyCommand({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' }),
  );
  const refused = await refusal(
    world.ec2.send(
      new CopySnapshotCommand({
        SourceRegion: REGION,
        SourceSnapshotId: source,
        Encrypted: true,
        KmsKeyId: key!.Arn,
      }),
    ),
  );
  assert.equal(refused.code, 'InvalidParameterValue');
});

test('who is given a snapshot tags it apart from its owner', async (t) => {
  const world = await ec2World(t);
  const id = await world.newSnapshot(await world.newVolume());
  const owner = world.ec2;
  const recipient = world.server.client(EC2Client, await world.server.root(OTHER));
  const share = (OperationType: 'add' | 'remove') =>
    owner.send(
      new ModifySnapshotAttributeCommand({
        SnapshotId: id,
        Attribute: 'createVolumePermission',
        OperationType,
        UserIds: [OTHER],
      }),
    );
  const tag = (client: EC2Client, Key: string) =>
    client.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key, Value: 'x' }] }));
  const listed = async (client: EC2Client) => {
    const { Tags } = await client.send(new DescribeTagsCommand({}));
    return Tags!.filter(({ ResourceId }) => ResourceId === id).map(({ Key }) => Key);
  };

  await tag(owner, 'owned');
  assert.equal((await refusal(tag(recipient, 'early'))).code, 'InvalidSnapshot.NotFound');
  await share('add');
  await tag(recipient, 'given');
  assert.deepEqual((await snapshot(recipient, id))?.Tags, [{ Key: 'given', Value: 'x' }]);
  assert.deepEqual((await snapshot(owner, id))?.Tags, [{ Key: 'owned', Value: 'x' }]);
  const { Snapshots } = await recipient.send(
    new DescribeSnapshotsCommand({ Filters: [{ Name: 'tag:owned', Values: ['x'] }] }),
  );
  assert.deepEqual(Snapshots, []);

  await share('remove');
  assert.equal(await snapshot(recipient, id), undefined);
  assert.deepEqual(await listed(recipient), ['given']);
  await recipient.send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: 'given' }] }));
  assert.deepEqual(await listed(recipient), []);
  assert.deepEqual(await listed(owner), ['owned']);
});
