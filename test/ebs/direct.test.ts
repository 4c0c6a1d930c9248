/** The EBS direct APIs, on the same bytes as volumes and snapshots, with their calls on KMS and their refusals (aws-facts B9, F9). */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  CompleteSnapshotCommand,
  EBSClient,
  GetSnapshotBlockCommand,
  ListChangedBlocksCommand,
  ListSnapshotBlocksCommand,
  PutSnapshotBlockCommand,
  StartSnapshotCommand,
  type StartSnapshotCommandInput,
} from '@aws-sdk/client-ebs';
import {
  AttachVolumeCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DescribeSnapshotsCommand,
  EnableEbsEncryptionByDefaultCommand,
  ModifyEbsDefaultKmsKeyIdCommand,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import { DisableKeyCommand } from '@aws-sdk/client-kms';
import type { BlockHost } from '../../src/invoke/ports/hosts.ts';
import { writtenBlocks } from '../../src/services/ebs/snapshot/started-snapshot.ts';
import { NbdClient } from '../dataplane/nbd-client.ts';
import {
  ACCOUNT,
  allowing,
  attachmentOf,
  denying,
  OTHER_ACCOUNT,
  REGION,
  type TrailEvent,
  ZONE,
} from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';

const BLOCK = 524_288;
const block = (text: string) => Buffer.from(text.padEnd(BLOCK, '.'));
const sha256 = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest('base64');
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

async function ebsOf(world: World, ...statements: object[]): Promise<EBSClient> {
  if (statements.length === 0) return world.server.client(EBSClient);
  const user = await world.user('reader', ...statements);
  return world.server.client(EBSClient, user.credentials);
}

async function put(
  ebs: EBSClient,
  SnapshotId: string,
  BlockIndex: number,
  data: Buffer,
  more: { readonly Checksum?: string; readonly Progress?: number } = {},
) {
  return ebs.send(
    new PutSnapshotBlockCommand({
      SnapshotId,
      BlockIndex,
      BlockData: data,
      DataLength: data.length,
      Checksum: sha256(data),
      ChecksumAlgorithm: 'SHA256',
      ...more,
    }),
  );
}

/** A completed snapshot with these blocks. */
async function written(
  world: World,
  blocks: Record<number, Buffer>,
  input: Partial<StartSnapshotCommandInput> = {},
): Promise<string> {
  const ebs = world.server.client(EBSClient);
  const { SnapshotId: id } = await ebs.send(new StartSnapshotCommand({ VolumeSize: 1, ...input }));
  for (const [index, data] of Object.entries(blocks)) await put(ebs, id!, Number(index), data);
  await ebs.send(
    new CompleteSnapshotCommand({
      SnapshotId: id,
      ChangedBlocksCount: Object.keys(blocks).length,
      Checksum: sha256(...Object.values(blocks).map(digest)),
      ChecksumAlgorithm: 'SHA256',
      ChecksumAggregationMethod: 'LINEAR',
    }),
  );
  await world.server.settled();
  return id!;
}

async function read(ebs: EBSClient, SnapshotId: string, BlockIndex: number): Promise<Buffer> {
  const { Blocks } = await ebs.send(new ListSnapshotBlocksCommand({ SnapshotId }));
  const { BlockToken } = Blocks!.find((each) => each.BlockIndex === BlockIndex)!;
  const got = await ebs.send(new GetSnapshotBlockCommand({ SnapshotId, BlockIndex, BlockToken }));
  const data = Buffer.from(await got.BlockData!.transformToByteArray());
  assert.equal(got.DataLength, BLOCK);
  assert.equal(got.Checksum, sha256(data));
  assert.equal(got.ChecksumAlgorithm, 'SHA256');
  return data;
}

async function refusal(call: Promise<unknown>) {
  try {
    await call;
  } catch (error) {
    const { name, message, Reason, $metadata } = error as {
      name: string;
      message: string;
      Reason?: string;
      $metadata: { httpStatusCode?: number };
    };
    return { name, message, Reason, status: $metadata.httpStatusCode };
  }
  throw new Error('the call succeeded, and should not have');
}

async function kmsCallsOf(world: World, work: () => Promise<unknown>): Promise<TrailEvent[]> {
  const events = () => world.trail({ name: 'EventSource', value: 'kms.amazonaws.com' });
  const before = (await events()).length;
  await work();
  return (await events()).slice(before);
}

describe('a snapshot written block by block', () => {
  test('is read block by block, made into a volume, and into a child that shares what did not change', async (t) => {
    const world = await ec2World(t);
    const keyArn = await world.newKey();
    const [one, two, three] = [block('one'), block('two'), block('three')];
    const parent = await written(
      world,
      { 0: one, 7: two },
      { Encrypted: true, KmsKeyArn: keyArn, Description: 'direct' },
    );
    const { Snapshots } = await world.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [parent] }));
    const { State, Progress, VolumeSize, VolumeId, Encrypted, KmsKeyId, Description } = Snapshots![0]!;
    assert.deepEqual(
      { State, Progress, VolumeSize, VolumeId, Encrypted, KmsKeyId, Description },
      {
        State: 'completed',
        Progress: '100%',
        VolumeSize: 1,
        VolumeId: 'vol-ffffffff',
        Encrypted: true,
        KmsKeyId: keyArn,
        Description: 'direct',
      },
    );
    const ebs = await ebsOf(world);
    assert.ok((await read(ebs, parent, 7)).equals(two));

    const child = await written(world, { 7: three }, { ParentSnapshotId: parent });
    assert.ok((await read(ebs, child, 0)).equals(one));
    assert.ok((await read(ebs, child, 7)).equals(three));
    assert.ok((await read(ebs, parent, 7)).equals(two));
    const changed = await ebs.send(
      new ListChangedBlocksCommand({ FirstSnapshotId: parent, SecondSnapshotId: child }),
    );
    assert.deepEqual(
      changed.ChangedBlocks!.map(({ BlockIndex, FirstBlockToken, SecondBlockToken }) => [
        BlockIndex,
        Boolean(FirstBlockToken),
        Boolean(SecondBlockToken),
      ]),
      [[7, true, true]],
    );
    assert.equal(changed.BlockSize, BLOCK);

    const { VolumeId: made } = await world.ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: ZONE, SnapshotId: child }),
    );
    const instanceId = await world.run({ Placement: { AvailabilityZone: ZONE } });
    await world.server.settled();
    await world.ec2.send(
      new AttachVolumeCommand({ VolumeId: made, InstanceId: instanceId, Device: '/dev/sdf' }),
    );
    await world.server.settled();
    const disk = await NbdClient.open((await attachmentOf(world.server, made!))!.nbdUri);
    assert.ok((await disk.read(7 * BLOCK, BLOCK)).equals(three));
    await disk.write(0, two);
    await disk.flush();
    await disk.close();
    const { SnapshotId: taken } = await world.ec2.send(new CreateSnapshotCommand({ VolumeId: made }));
    await world.server.settled();
    assert.ok((await read(ebs, taken!, 0)).equals(two));
  });

  test('is refused what does not fit', async (t) => {
    const world = await ec2World(t);
    const ebs = await ebsOf(world);
    const start = (input: Partial<StartSnapshotCommandInput>) =>
      ebs.send(new StartSnapshotCommand({ VolumeSize: 1, ...input }));
    const keyArn = await world.newKey();
    const parent = await written(world, { 0: block('parent') });
    const messages: [Partial<StartSnapshotCommandInput>, string][] = [
      [{ Encrypted: false, KmsKeyArn: keyArn }, 'Encrypt cannot be false when KmsKeyArn is specified'],
      [
        { ParentSnapshotId: parent, Encrypted: true },
        'ParentSnapshotId and Encrypt cannot be specified together',
      ],
      [
        { ParentSnapshotId: parent, KmsKeyArn: keyArn },
        'ParentSnapshotId and KmsKeyArn cannot be specified together',
      ],
    ];
    for (const [input, message] of messages) {
      assert.deepEqual(await refusal(start(input)), {
        name: 'ValidationException',
        message,
        Reason: 'INVALID_PARAMETER_VALUE',
        status: 400,
      });
    }
    const tag = (Key?: string) => ({ Key, Value: 'x' });
    for (const [Tags, message] of [
      [[tag('a'), tag('a')], 'Duplicate tag keys are not allowed.'],
      [[tag('aws:a')], "Tag keys starting with 'aws:' are reserved for internal use."],
      [[tag()], 'A tag has a key.'],
    ] as const) {
      assert.deepEqual(await refusal(start({ Tags: [...Tags] })), {
        name: 'ValidationException',
        message,
        Reason: 'INVALID_TAG',
        status: 400,
      });
    }
    const { SnapshotId: id } = await start({});
    const data = block('data');
    const reasons = async (call: Promise<unknown>) => (await refusal(call)).Reason;
    assert.equal(
      await reasons(put(ebs, id!, 0, data, { Checksum: sha256(block('other')) })),
      'INVALID_BLOCK',
    );
    assert.equal(await reasons(put(ebs, id!, 2048, data)), 'INVALID_BLOCK');
    assert.equal(await reasons(put(ebs, id!, 0, data.subarray(1))), 'INVALID_BLOCK');
    for (const reading of [
      new ListSnapshotBlocksCommand({ SnapshotId: id }),
      new GetSnapshotBlockCommand({ SnapshotId: id, BlockIndex: 0, BlockToken: 'bWFkZSB1cA==' }),
      new ListChangedBlocksCommand({ SecondSnapshotId: id }),
      new ListChangedBlocksCommand({ FirstSnapshotId: parent, SecondSnapshotId: id }),
      new ListChangedBlocksCommand({ FirstSnapshotId: id, SecondSnapshotId: parent }),
    ]) {
      assert.equal(await reasons(ebs.send(reading as ListSnapshotBlocksCommand)), 'INVALID_SNAPSHOT_ID');
    }
    await put(ebs, id!, 0, data);
    const complete = (ChangedBlocksCount: number) =>
      ebs.send(new CompleteSnapshotCommand({ SnapshotId: id, ChangedBlocksCount }));
    assert.equal(await reasons(complete(2)), 'INVALID_PARAMETER_VALUE');
    assert.equal((await complete(1)).Status, 'pending');
    await world.server.settled();
    assert.equal(await reasons(put(ebs, id!, 0, data)), 'INVALID_SNAPSHOT_ID');
    const get = (BlockToken: string) =>
      ebs.send(new GetSnapshotBlockCommand({ SnapshotId: id, BlockIndex: 0, BlockToken }));
    assert.equal(await reasons(get('bWFkZSB1cA==')), 'INVALID_BLOCK_TOKEN');
    const unrelated = new ListChangedBlocksCommand({ FirstSnapshotId: parent, SecondSnapshotId: id });
    assert.equal(await reasons(ebs.send(unrelated)), 'UNRELATED_SNAPSHOTS');
    const missing = new ListSnapshotBlocksCommand({ SnapshotId: 'snap-0123456789abcdef0' });
    assert.deepEqual(
      (({ name, Reason, status }) => ({ name, Reason, status }))(await refusal(ebs.send(missing))),
      {
        name: 'ResourceNotFoundException',
        Reason: 'SNAPSHOT_NOT_FOUND',
        status: 404,
      },
    );
  });

  // https://docs.aws.amazon.com/ebs/latest/userguide/ebsapis-using-encryption.html
  test('is encrypted as the account has it by default, or not started', async (t) => {
    const world = await ec2World(t);
    const ebs = await ebsOf(world);
    const keyArn = await world.newKey();
    const start = (input: Partial<StartSnapshotCommandInput>) =>
      ebs.send(new StartSnapshotCommand({ VolumeSize: 1, ...input }));
    const plain = await written(world, { 0: block('parent') });
    // A key that is named encrypts, whether or not the request says so.
    const named = await start({ KmsKeyArn: keyArn });
    assert.equal(named.KmsKeyArn, keyArn);
    assert.equal((await start({ Encrypted: false })).KmsKeyArn, undefined);
    assert.equal((await start({ ParentSnapshotId: plain })).KmsKeyArn, undefined);
    const once = { Encrypted: false, ClientToken: 'before' };
    const { SnapshotId } = await start(once);
    await world.ec2.send(new EnableEbsEncryptionByDefaultCommand({}));
    await world.ec2.send(new ModifyEbsDefaultKmsKeyIdCommand({ KmsKeyId: keyArn }));
    assert.equal((await start({})).KmsKeyArn, keyArn);
    // A token repeats the answer of its time.
    assert.equal((await start(once)).SnapshotId, SnapshotId);
    for (const input of [{ Encrypted: false }, { ParentSnapshotId: plain }]) {
      const { name, Reason, status } = await refusal(start(input));
      assert.deepEqual([name, Reason, status], ['ValidationException', 'INVALID_PARAMETER_VALUE', 400]);
    }
  });

  test('comes in pages, answers a repeated token, and is given up after its timeout', async (t) => {
    const world = await ec2World(t);
    const ebs = await ebsOf(world);
    const start = (VolumeSize: number) =>
      ebs.send(new StartSnapshotCommand({ VolumeSize, ClientToken: 'one', Timeout: 10 }));
    for (const size of [65_537, 2 ** 53 - 1])
      assert.equal(await reasonOf(start(size)), 'INVALID_VOLUME_SIZE');
    const first = await start(1);
    assert.equal((await start(1)).SnapshotId, first.SnapshotId);
    assert.equal((await refusal(start(2))).name, 'ConflictException');

    const data = block('x');
    const full = await written(
      world,
      Object.fromEntries(Array.from({ length: 120 }, (_, index) => [index, data])),
    );
    const seen: number[] = [];
    let NextToken: string | undefined;
    do {
      const page = await ebs.send(
        new ListSnapshotBlocksCommand({ SnapshotId: full, MaxResults: 100, NextToken }),
      );
      seen.push(...page.Blocks!.map(({ BlockIndex }) => BlockIndex!));
      NextToken = page.NextToken;
    } while (NextToken);
    assert.deepEqual(
      seen,
      Array.from({ length: 120 }, (_, index) => index),
    );
    const later = await ebs.send(
      new ListSnapshotBlocksCommand({ SnapshotId: full, StartingBlockIndex: 118 }),
    );
    assert.deepEqual(
      later.Blocks!.map(({ BlockIndex }) => BlockIndex),
      [118, 119],
    );

    await world.server.advance(11 * 60_000);
    const { Snapshots } = await world.ec2.send(
      new DescribeSnapshotsCommand({ SnapshotIds: [first.SnapshotId!] }),
    );
    assert.equal(Snapshots![0]!.State, 'error');
  });
});

describe('KMS calls of the direct APIs', () => {
  const names = (events: readonly TrailEvent[]) => events.map(({ eventName }) => eventName);

  test('are made in the caller’s name through ebs.amazonaws.com, as AWS makes them', async (t) => {
    const world = await ec2World(t);
    const keyArn = await world.newKey();
    const ebs = await ebsOf(world);
    let id = '';
    const starting = await kmsCallsOf(world, async () => {
      const started = await ebs.send(
        new StartSnapshotCommand({ VolumeSize: 1, Encrypted: true, KmsKeyArn: keyArn }),
      );
      id = started.SnapshotId!;
      assert.equal(started.KmsKeyArn, keyArn);
    });
    assert.deepEqual(names(starting), ['GenerateDataKey']);
    assert.deepEqual(starting[0]!.requestParameters, {
      keyId: keyArn,
      numberOfBytes: 64,
      encryptionContext: { 'aws:ebs:id': id },
    });
    assert.equal(starting[0]!.userIdentity.invokedBy, 'ebs.amazonaws.com');
    assert.equal(starting[0]!.sourceIPAddress, 'ebs.amazonaws.com');
    const encryptionAlgorithm = 'SYMMETRIC_DEFAULT';
    const writing = await kmsCallsOf(world, () => put(ebs, id, 0, block('a')));
    assert.deepEqual(names(writing), ['Decrypt']);
    assert.equal(writing[0]!.requestParameters!.encryptionAlgorithm, encryptionAlgorithm);
    await ebs.send(new CompleteSnapshotCommand({ SnapshotId: id, ChangedBlocksCount: 1 }));
    await world.server.settled();
    assert.deepEqual(names(await kmsCallsOf(world, () => read(ebs, id, 0))), [
      'DescribeKey',
      'DescribeKey',
      'Decrypt',
    ]);
    let childId = '';
    const child = await kmsCallsOf(world, async () => {
      const started = await ebs.send(new StartSnapshotCommand({ VolumeSize: 1, ParentSnapshotId: id }));
      childId = started.SnapshotId!;
    });
    assert.deepEqual(names(child), ['ReEncrypt', 'Decrypt']);
    assert.deepEqual(child[0]!.requestParameters, {
      sourceKeyId: keyArn,
      sourceEncryptionContext: { 'aws:ebs:id': id },
      sourceEncryptionAlgorithm: encryptionAlgorithm,
      destinationKeyId: keyArn,
      destinationEncryptionContext: { 'aws:ebs:id': childId },
      destinationEncryptionAlgorithm: encryptionAlgorithm,
    });
    const [told] = await world.trail({ name: 'EventName', value: 'StartSnapshot' });
    assert.equal(told!.responseElements!.kmsKeyArn, 'HIDDEN_DUE_TO_SECURITY_REASONS');
    assert.equal(told!.requestParameters!.kmsKeyArn, 'HIDDEN_DUE_TO_SECURITY_REASONS');
  });

  test('when refused, are told as AWS tells them', async (t) => {
    const world = await ec2World(t);
    const keyArn = await world.newKey();
    const id = await written(world, { 0: block('secret') }, { Encrypted: true, KmsKeyArn: keyArn });
    const hidden = {
      name: 'ResourceNotFoundException',
      message: 'KMS key not found',
      Reason: 'DEPENDENCY_RESOURCE_NOT_FOUND',
      status: 404,
    };
    const undescribed = await ebsOf(world, allowing('ebs:*', 'kms:*'), denying('kms:DescribeKey'));
    assert.deepEqual(
      await refusal(undescribed.send(new ListSnapshotBlocksCommand({ SnapshotId: id }))),
      hidden,
    );

    await world.allow(
      'reader',
      'policy',
      allowing('ebs:*', 'kms:*'),
      denying('kms:Decrypt', 'kms:GenerateDataKey'),
    );
    assert.deepEqual(await refusal(read(undescribed, id, 0)), hidden);
    const start = await refusal(
      undescribed.send(new StartSnapshotCommand({ VolumeSize: 1, Encrypted: true, KmsKeyArn: keyArn })),
    );
    assert.equal(start.Reason, 'INVALID_DEPENDENCY_REQUEST');
    assert.match(start.message, /kms:GenerateDataKey/);

    await world.kms.send(new DisableKeyCommand({ KeyId: keyArn }));
    const root = world.server.client(EBSClient);
    const disabled = await refusal(read(root, id, 0));
    assert.equal(disabled.status, 400);
    assert.equal(disabled.Reason, 'INVALID_DEPENDENCY_REQUEST');
    assert.equal(disabled.message, `DisabledException: ${keyArn} is disabled.`);
  });

  test('ViaService is EC2’s name, whatever invoked', async (t) => {
    const world = await ec2World(t);
    const through = (service: string) => ({
      Effect: 'Allow',
      Action: 'kms:*',
      Resource: '*',
      Condition: { StringEquals: { 'kms:ViaService': `${service}.${REGION}.amazonaws.com` } },
    });
    const keyArn = await world.newKey();
    const ebs = await ebsOf(world, allowing('ebs:*'), through('ebs'));
    const start = new StartSnapshotCommand({ VolumeSize: 1, Encrypted: true, KmsKeyArn: keyArn });
    assert.equal((await refusal(ebs.send(start))).Reason, 'INVALID_DEPENDENCY_REQUEST');
    await world.allow('reader', 'policy', allowing('ebs:*'), through('ec2'));
    await ebs.send(start);
  });
});

describe('permissions of the direct APIs', () => {
  test('are asked on the snapshot’s ARN, which names no account; tags ask EC2’s too', async (t) => {
    const world = await ec2World(t);
    const id = await written(world, { 0: block('x') });
    const on = (resource: string) => ({ Effect: 'Allow', Action: 'ebs:*', Resource: resource });
    const ebs = await ebsOf(world, on(`arn:aws:ec2:${REGION}::snapshot/*`));
    assert.ok((await read(ebs, id, 0)).equals(block('x')));
    const tagged = new StartSnapshotCommand({ VolumeSize: 1, Tags: [{ Key: 'Name', Value: 'x' }] });
    const refused = await refusal(ebs.send(tagged));
    assert.equal(refused.name, 'AccessDeniedException');
    assert.equal(refused.status, 403);
    assert.match(refused.message, /ec2:CreateTags/);
    await world.allow('reader', 'policy', on(`arn:aws:ec2:${REGION}:${ACCOUNT}:snapshot/*`));
    assert.equal((await refusal(read(ebs, id, 0))).name, 'AccessDeniedException');
  });

  test('of a start know what it is of: its size, description, parent and tags', async (t) => {
    const world = await ec2World(t);
    const parent = await written(world, { 0: block('x') });
    const arn = `arn:aws:ec2:${REGION}::snapshot/${parent}`;
    const input = { VolumeSize: 2, Description: 'd', Tags: [{ Key: 'team', Value: 'core' }] };
    const tagging = { Effect: 'Allow', Action: 'ec2:CreateTags', Resource: '*' };
    const ebs = await ebsOf(world, tagging);
    for (const [operator, key, value, other] of [
      ['NumericEquals', 'ebs:VolumeSize', '2', '1'],
      ['StringEquals', 'ebs:Description', 'd', 'e'],
      ['ArnEquals', 'ebs:ParentSnapshot', arn, `${arn}0`],
      ['ForAnyValue:StringEquals', 'aws:TagKeys', 'team', 'other'],
      ['StringEquals', 'aws:RequestTag/team', 'core', 'other'],
      ['StringEquals', 'aws:ResourceTag/team', 'core', 'other'],
    ] as const) {
      for (const [wanted, isAllowed] of [
        [value, true],
        [other, false],
      ] as const) {
        const Condition = { [operator]: { [key]: wanted } };
        const start = { Effect: 'Allow', Action: 'ebs:StartSnapshot' };
        const ofParent = { ...start, Resource: arn };
        await world.allow('reader', 'policy', tagging, ofParent, { ...start, Resource: '*', Condition });
        const started = ebs.send(new StartSnapshotCommand({ ...input, ParentSnapshotId: parent }));
        const answer = await started.then(
          () => 'allowed',
          (error: Error) => `${error.name} ${error.message}`,
        );
        assert.match(answer, isAllowed ? /^allowed$/ : /^AccessDeniedException/, `${key} ${wanted}`);
      }
    }
    const Condition = { Null: { 'aws:TagKeys': 'true' } };
    await world.allow('reader', 'policy', {
      ...{ Effect: 'Allow', Action: ['ebs:StartSnapshot', 'ec2:CreateTags'], Resource: '*', Condition },
    });
    assert.equal((await refusal(ebs.send(new StartSnapshotCommand(input)))).name, 'AccessDeniedException');
    await ebs.send(new StartSnapshotCommand({ ...input, Tags: [] }));
  });

  test('let an account read what is shared with it', async (t) => {
    const world = await ec2World(t);
    const other = '210987654321';
    const id = await written(world, { 0: block('shared') });
    const ebs = world.server.client(EBSClient, await world.server.root(other));
    assert.equal((await refusal(read(ebs, id, 0))).Reason, 'SNAPSHOT_NOT_FOUND');
    await world.ec2.send(
      new ModifySnapshotAttributeCommand({
        SnapshotId: id,
        CreateVolumePermission: { Add: [{ UserId: other }] },
      }),
    );
    assert.ok((await read(ebs, id, 0)).equals(block('shared')));
    const child = await refusal(ebs.send(new StartSnapshotCommand({ VolumeSize: 1, ParentSnapshotId: id })));
    assert.deepEqual([child.status, child.Reason], [404, 'SNAPSHOT_NOT_FOUND']);
  });

  test('do not let an account read what is shared with everybody', async (t) => {
    const world = await ec2World(t);
    const id = await written(world, { 0: block('public') });
    await world.ec2.send(
      new ModifySnapshotAttributeCommand({
        SnapshotId: id,
        CreateVolumePermission: { Add: [{ Group: 'all' }] },
      }),
    );
    assert.ok((await read(world.server.client(EBSClient), id, 0)).equals(block('public')));
    const other = world.server.client(EBSClient, await world.server.root('210987654321'));
    assert.deepEqual(await refusal(read(other, id, 0)), {
      name: 'ValidationException',
      message: 'Public snapshots are not supported',
      Reason: 'INVALID_SNAPSHOT_ID',
      status: 400,
    });
  });
});

const reasonOf = async (call: Promise<unknown>) => (await refusal(call)).Reason;

describe('block tokens', () => {
  test('are of one block of one snapshot, for seven days', async (t) => {
    const world = await ec2World(t);
    const ebs = await ebsOf(world);
    const [one, two] = [block('one'), block('two')];
    const snapshot = await written(world, { 0: one, 1: two });
    const other = await written(world, { 0: two });
    const list = async (SnapshotId: string) => {
      const { Blocks, ExpiryTime } = await ebs.send(new ListSnapshotBlocksCommand({ SnapshotId }));
      return { tokens: Blocks!.map(({ BlockToken }) => BlockToken!), expiryMs: ExpiryTime!.getTime() };
    };
    const { tokens, expiryMs } = await list(snapshot);
    const get = (SnapshotId: string, BlockIndex: number, BlockToken: string) =>
      ebs.send(new GetSnapshotBlockCommand({ SnapshotId, BlockIndex, BlockToken }));
    await get(snapshot, 1, tokens[1]!);
    const foreign = (await list(other)).tokens[0]!;
    for (const [id, index, token] of [
      [snapshot, 0, tokens[1]!],
      [snapshot, 1, tokens[0]!],
      [snapshot, 0, foreign],
      [other, 0, tokens[0]!],
    ] as const) {
      assert.equal(await reasonOf(get(id, index, token)), 'INVALID_BLOCK_TOKEN');
    }
    const { nowMs } = await world.server.ask<{ nowMs: number }>('clock');
    assert.ok(Math.abs(expiryMs - nowMs - 7 * 86_400_000) < 60_000);
    await world.server.advance(7 * 86_400_000 - 120_000);
    await get(snapshot, 0, tokens[0]!);
    await world.server.advance(120_000);
    assert.equal(await reasonOf(get(snapshot, 0, tokens[0]!)), 'INVALID_BLOCK_TOKEN');
  });
});

describe('ListChangedBlocks', () => {
  test('comes in pages whose last has no token, from any block on', async (t) => {
    const world = await ec2World(t);
    const ebs = await ebsOf(world);
    const parent = await written(world, { 0: block('a') });
    const changed = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [index + 1, block('b')]));
    const child = await written(world, changed, { ParentSnapshotId: parent });
    const ids = { FirstSnapshotId: parent, SecondSnapshotId: child };
    const pages: number[][] = [];
    let NextToken: string | undefined;
    do {
      const page = await ebs.send(new ListChangedBlocksCommand({ ...ids, MaxResults: 100, NextToken }));
      pages.push(page.ChangedBlocks!.map(({ BlockIndex }) => BlockIndex!));
      NextToken = page.NextToken;
    } while (NextToken);
    // Two full pages are all: the second says so.
    assert.deepEqual(
      pages.map(({ length }) => length),
      [100, 100],
    );
    assert.deepEqual(pages.flat(), Object.keys(changed).map(Number));
    const rest = await ebs.send(new ListChangedBlocksCommand({ ...ids, StartingBlockIndex: 150 }));
    assert.equal(rest.ChangedBlocks![0]!.BlockIndex, 150);
    assert.equal(rest.ChangedBlocks!.length, 51);
    for (const token of ['none', 'after/-9', 'after/0.5', 'after/1e99']) {
      const NextToken = Buffer.from(token).toString('base64');
      const refused = ebs.send(new ListChangedBlocksCommand({ ...ids, NextToken }));
      assert.equal(await reasonOf(refused), 'INVALID_PAGE_TOKEN', token);
    }
  });

  test('has ten thousand blocks in a page where nobody asks for fewer, as ListSnapshotBlocks has', async (t) => {
    const world = await ec2World(t);
    const ebs = await ebsOf(world);
    const SnapshotId = await written(world, { 0: block('a') });
    const ports = world.server.latchkey.runtime.ports as { blocks: BlockHost };
    // Snapshots of so many blocks take gigabytes.
    const indexes = (after: number, limit: number) =>
      Array.from({ length: 20_001 }, (_, index) => index).slice(after + 1, after + 1 + limit);
    ports.blocks = Object.assign(Object.create(ports.blocks) as BlockHost, {
      listBlocks: async (_id: string, after: number, limit: number) => indexes(after, limit),
      changedBlocks: async (_first: string | undefined, _second: string, after: number, limit: number) =>
        indexes(after, limit).map((index) => ({ index, inFirst: false, inSecond: true })),
    });
    for (const list of [
      async (more: object) => {
        const page = await ebs.send(new ListChangedBlocksCommand({ SecondSnapshotId: SnapshotId, ...more }));
        return { ...page, blocks: page.ChangedBlocks! };
      },
      async (more: object) => {
        const page = await ebs.send(new ListSnapshotBlocksCommand({ SnapshotId, ...more }));
        return { ...page, blocks: page.Blocks! };
      },
    ]) {
      const first = await list({});
      const second = await list({ NextToken: first.NextToken });
      const third = await list({ NextToken: second.NextToken });
      const pages = [first, second, third].map(({ blocks, NextToken }) => [
        blocks.length,
        blocks[0]?.BlockIndex,
        NextToken !== undefined,
      ]);
      assert.deepEqual(pages, [
        [10_000, 0, true],
        [10_000, 10_000, true],
        [1, 20_000, false],
      ]);
    }
  });

  test('gives tokens by which the blocks of either side are read', async (t) => {
    const world = await ec2World(t);
    const ebs = await ebsOf(world);
    const FirstSnapshotId = await written(world, { 4: block('old'), 5: block('left') });
    const SecondSnapshotId = await written(
      world,
      { 4: block('new'), 6: block('more') },
      { ParentSnapshotId: FirstSnapshotId },
    );
    const ids = { FirstSnapshotId, SecondSnapshotId };
    const { ChangedBlocks = [] } = await ebs.send(new ListChangedBlocksCommand(ids));
    const get = async (SnapshotId: string, BlockIndex: number, BlockToken: string | undefined) => {
      if (BlockToken === undefined) return undefined;
      const got = await ebs.send(new GetSnapshotBlockCommand({ SnapshotId, BlockIndex, BlockToken }));
      return Buffer.from(await got.BlockData!.transformToByteArray());
    };
    const sides: [number, Buffer | undefined, Buffer | undefined][] = [];
    for (const { BlockIndex: index = 0, FirstBlockToken, SecondBlockToken } of ChangedBlocks)
      sides.push([
        index,
        await get(FirstSnapshotId, index, FirstBlockToken),
        await get(SecondSnapshotId, index, SecondBlockToken),
      ]);
    assert.deepEqual(sides, [
      [4, block('old'), block('new')],
      [6, undefined, block('more')],
    ]);
  });

  test('asks for the key of each side', async (t) => {
    const world = await ec2World(t);
    const [one] = [await world.newKey()];
    const parent = await written(world, { 0: block('a') }, { Encrypted: true, KmsKeyArn: one });
    const child = await written(world, { 1: block('b') }, { ParentSnapshotId: parent });
    const list = new ListChangedBlocksCommand({ FirstSnapshotId: parent, SecondSnapshotId: child });
    const may = { Effect: 'Allow', Action: ['ebs:*', 'kms:DescribeKey'], Resource: '*' };
    const calls = await kmsCallsOf(world, async () => (await ebsOf(world, may)).send(list));
    assert.deepEqual(
      calls.map(({ eventName }) => eventName),
      ['DescribeKey'],
    );
    const mayNot = { Effect: 'Deny', Action: 'kms:DescribeKey', Resource: one };
    const user = await world.user('blind', may, mayNot);
    const refused = await refusal(world.server.client(EBSClient, user.credentials).send(list));
    assert.ok(refused.status! >= 400, refused.name);
    await world.kms.send(new DisableKeyCommand({ KeyId: one }));
  });
});

describe('a snapshot on its way', () => {
  test('is completed with as many blocks as were written, no more and no fewer', async (t) => {
    const world = await ec2World(t);
    const ebs = await ebsOf(world);
    const { SnapshotId } = await ebs.send(new StartSnapshotCommand({ VolumeSize: 1 }));
    // What others have of written blocks is not its own.
    for (const name of ['before', 'after']) {
      const other = await ebs.send(new StartSnapshotCommand({ VolumeSize: 1, Description: name }));
      await put(ebs, other.SnapshotId!, 1, block(name));
    }
    await put(ebs, SnapshotId!, 3, block('a'));
    await put(ebs, SnapshotId!, 5, block('b'));
    await put(ebs, SnapshotId!, 5, block('c'));
    const complete = (ChangedBlocksCount: number) =>
      ebs.send(new CompleteSnapshotCommand({ SnapshotId, ChangedBlocksCount }));
    for (const count of [0, 1, 3]) {
      assert.equal(await reasonOf(complete(count)), 'INVALID_PARAMETER_VALUE', `${count}`);
    }
    await complete(2);
    assert.equal(await reasonOf(complete(2)), 'INVALID_SNAPSHOT_ID');
    assert.equal(await reasonOf(put(ebs, SnapshotId!, 6, block('d'))), 'INVALID_SNAPSHOT_ID');
    await world.server.settled();
    await world.server.advance(3 * 60 * 60_000);
    const { Snapshots } = await world.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [SnapshotId!] }));
    assert.equal(Snapshots?.[0]?.State, 'completed', 'its timeout is over, too');
    const { store } = world.server.latchkey.runtime;
    // The others have been given up by now, too.
    assert.deepEqual(await store.read((tx) => tx.list(writtenBlocks)), [], 'nothing is left of the writes');
  });

  test('is as far as its writes say, where they say it', async (t) => {
    const world = await ec2World(t);
    const ebs = await ebsOf(world);
    const { SnapshotId } = await ebs.send(new StartSnapshotCommand({ VolumeSize: 1 }));
    const progress = async () => {
      const { Snapshots } = await world.ec2.send(
        new DescribeSnapshotsCommand({ SnapshotIds: [SnapshotId!] }),
      );
      return Snapshots![0]!.Progress;
    };
    const before = await progress();
    await put(ebs, SnapshotId!, 0, block('x'));
    assert.equal(await progress(), before);
    await put(ebs, SnapshotId!, 1, block('x'), { Progress: 40 });
    assert.equal(await progress(), '40%');
  });

  test('is written by its owner alone, whoever may read it', async (t) => {
    const world = await ec2World(t);
    const ebs = await ebsOf(world);
    const { SnapshotId } = await ebs.send(new StartSnapshotCommand({ VolumeSize: 1 }));
    await world.ec2.send(
      new ModifySnapshotAttributeCommand({
        SnapshotId,
        CreateVolumePermission: { Add: [{ UserId: OTHER_ACCOUNT }] },
      }),
    );
    const other = world.server.client(EBSClient, await world.server.root(OTHER_ACCOUNT));
    assert.equal(await reasonOf(put(other, SnapshotId!, 0, block('x'))), 'INVALID_SNAPSHOT_ID');
    assert.equal(
      await reasonOf(other.send(new CompleteSnapshotCommand({ SnapshotId, ChangedBlocksCount: 0 }))),
      'INVALID_SNAPSHOT_ID',
    );
    await put(ebs, SnapshotId!, 0, block('x'));
  });

  test('is given up its timeout after the last write, counted in minutes', async (t) => {
    const world = await ec2World(t);
    const ebs = await ebsOf(world);
    const { SnapshotId } = await ebs.send(new StartSnapshotCommand({ VolumeSize: 1, Timeout: 20 }));
    const stateOf = async () => {
      const { Snapshots } = await world.ec2.send(
        new DescribeSnapshotsCommand({ SnapshotIds: [SnapshotId!] }),
      );
      return Snapshots![0]!.State;
    };
    for (let index = 0; index < 3; index++) {
      await world.server.advance(19 * 60_000);
      assert.equal(await stateOf(), 'pending');
      await put(ebs, SnapshotId!, index, block('x'));
    }
    await world.server.advance(19 * 60_000);
    assert.equal(await stateOf(), 'pending');
    await world.server.advance(2 * 60_000);
    assert.equal(await stateOf(), 'error');
    assert.equal(await reasonOf(put(ebs, SnapshotId!, 9, block('x'))), 'INVALID_SNAPSHOT_ID');
  });
});
