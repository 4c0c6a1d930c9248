/** What EBS takes and refuses of volumes, case by case as captures of AWS show it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateSnapshotCommand,
  CreateVolumeCommand,
  type CreateVolumeCommandInput,
  DeleteVolumeCommand,
  DescribeVolumeStatusCommand,
  DescribeVolumesCommand,
  DescribeVolumesModificationsCommand,
  EnableVolumeIOCommand,
  ModifyVolumeAttributeCommand,
  ModifyVolumeCommand,
  type ModifyVolumeCommandInput,
} from '@aws-sdk/client-ec2';
import { KMSClient, ListGrantsCommand } from '@aws-sdk/client-kms';
import { ZONE } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

const MINUTE_MS = 60_000;
/** Work takes its time, until the clock is moved. */
const SLOWLY = { delays: 1 };

const create = (world: World, input: Partial<CreateVolumeCommandInput> = {}) =>
  world.ec2.send(new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, ...input }));

async function newVolume(world: World, input: Partial<CreateVolumeCommandInput> = {}): Promise<string> {
  const { VolumeId } = await create(world, input);
  await world.server.advance(MINUTE_MS);
  return VolumeId!;
}

async function newSnapshot(world: World, input: Partial<CreateVolumeCommandInput> = {}): Promise<string> {
  const { SnapshotId } = await world.ec2.send(
    new CreateSnapshotCommand({ VolumeId: await newVolume(world, input) }),
  );
  await world.server.advance(MINUTE_MS);
  return SnapshotId!;
}

describe('CreateVolume', () => {
  test('raises what lies below the baseline of gp3, having measured what was asked', async (t) => {
    const world = await ec2World(t);
    const asked = async (input: Partial<CreateVolumeCommandInput>) => {
      const answer = await create(world, { VolumeType: 'gp3', ...input }).catch((error) => error);
      return answer instanceof Error ? answer.name : [answer.Iops, answer.Throughput];
    };
    assert.deepEqual(await asked({}), [3000, 125]);
    assert.deepEqual(await asked({ Iops: 500 }), [3000, 125]);
    assert.deepEqual(await asked({ Iops: 3000 }), [3000, 125]);
    assert.deepEqual(await asked({ Throughput: 1 }), [3000, 125]);
    assert.deepEqual(await asked({ Throughput: 124 }), [3000, 125]);
    assert.deepEqual(await asked({ Iops: 100, Throughput: 750 }), [3000, 750]);
    for (const refused of [
      { Iops: 99 },
      { Iops: 501 },
      { Iops: 2999 },
      { Iops: 3001 },
      { Throughput: 751 },
    ]) {
      assert.equal(await asked(refused), 'InvalidParameterValue', JSON.stringify(refused));
    }
  });

  test('makes no volume smaller than its snapshot, whatever was asked', async (t) => {
    const world = await ec2World(t);
    const SnapshotId = await newSnapshot(world, { Size: 2 });
    assert.equal((await create(world, { SnapshotId, Size: 1 })).Size, 2);
  });

  test('takes a zone by one name', async (t) => {
    const world = await ec2World(t);
    const both = await refusal(create(world, { AvailabilityZoneId: 'use1-az1' }));
    assert.equal(both.code, 'InvalidParameterCombination');
    const none = await refusal(create(world, { AvailabilityZone: undefined }));
    assert.deepEqual(
      [none.code, none.message],
      ['MissingParameter', 'The request must contain the parameter zone'],
    );
  });

  test('shows a rate of initialization where one is paid for', async (t) => {
    const world = await ec2World(t);
    const SnapshotId = await newSnapshot(world);
    for (const rate of [0, 99, 301]) {
      const refused = await refusal(create(world, { SnapshotId, VolumeInitializationRate: rate }));
      assert.deepEqual(
        [refused.code, refused.message],
        [
          'InvalidParameterValue',
          'The value specified for VolumeInitializationRate is not in the allowed range.',
        ],
      );
    }
    const paid = await newVolume(world, { SnapshotId, VolumeInitializationRate: 100 });
    const plain = await newVolume(world, { SnapshotId });
    const blank = await newVolume(world);
    assert.equal((await world.volume(paid))?.VolumeInitializationRate, 100);
    const initialization = async (id: string) => {
      const { VolumeStatuses } = await world.ec2.send(new DescribeVolumeStatusCommand({ VolumeIds: [id] }));
      const [status] = VolumeStatuses!;
      const state = status!.VolumeStatus!.Details!.find(({ Name }) => Name === 'initialization-state');
      return { state: state?.Status, ...status!.InitializationStatusDetails };
    };
    assert.deepEqual(await initialization(plain), {
      state: 'completed',
      InitializationType: 'default',
      Progress: 100,
    });
    assert.deepEqual(await initialization(paid), {
      state: 'completed',
      InitializationType: 'provisioned-rate',
      Progress: 100,
      EstimatedTimeToCompleteInSeconds: 0,
    });
    assert.deepEqual(await initialization(blank), { state: undefined });
  });

  test('tells less in its reply than the listing does', async (t) => {
    const world = await ec2World(t);
    const made = await create(world);
    assert.deepEqual(made.Tags, []);
    for (const later of ['Attachments', 'Operator', 'OwnerId', 'VolumeArn'] as const) {
      assert.equal(later in made, false, later);
    }
    const shown = await world.volume(made.VolumeId!);
    assert.equal(shown?.VolumeArn, `arn:aws:ec2:us-east-1:${shown?.OwnerId}:volume/${made.VolumeId}`);
    assert.deepEqual(shown?.Operator, { Managed: false, HiddenByDefault: false });
    assert.deepEqual(shown?.Attachments, []);
  });
});

describe('DeleteVolume', () => {
  test('of a volume that is still being created ends it, its copy and its grant', async (t) => {
    const world = await ec2World(t, SLOWLY);
    const keyArn = await world.newKey();
    const SnapshotId = await newSnapshot(world);
    const { VolumeId } = await create(world, { SnapshotId, Encrypted: true, KmsKeyId: keyArn });
    const grants = async () =>
      (await world.server.client(KMSClient).send(new ListGrantsCommand({ KeyId: keyArn }))).Grants!.length;
    assert.equal((await world.volume(VolumeId!))?.State, 'creating');
    assert.equal(await grants(), 1);
    await world.ec2.send(new DeleteVolumeCommand({ VolumeId }));
    assert.equal((await world.volume(VolumeId!))?.State, 'deleting');
    await world.server.advance(MINUTE_MS);
    assert.equal(await world.volume(VolumeId!), undefined);
    assert.equal(await grants(), 0);
  });
});

describe('attributes of a volume', () => {
  test('are changed by name', async (t) => {
    const world = await ec2World(t);
    const VolumeId = await newVolume(world);
    const none = ['InvalidParameterCombination', 'No attributes specified.'];
    const enabled = await refusal(world.ec2.send(new EnableVolumeIOCommand({ VolumeId })));
    assert.deepEqual(
      [enabled.code, enabled.message],
      ['IncorrectState', `Volume ${VolumeId} already has IO enabled`],
    );
    for (const call of [
      world.ec2.send(new ModifyVolumeAttributeCommand({ VolumeId })),
      world.ec2.send(new ModifyVolumeAttributeCommand({ VolumeId, AutoEnableIO: {} })),
    ]) {
      const { code, message } = await refusal(call);
      assert.deepEqual([code, message], none);
    }
  });
});

describe('ModifyVolume', () => {
  const modify = (world: World, input: ModifyVolumeCommandInput) =>
    world.ec2.send(new ModifyVolumeCommand(input));

  test('must change something, which may be to the same', async (t) => {
    const world = await ec2World(t);
    const VolumeId = await newVolume(world);
    const { code, message } = await refusal(modify(world, { VolumeId }));
    assert.deepEqual(
      [code, message],
      ['InvalidParameterValue', 'Must specify at least one of size, type, iops, throughput or multi-attach'],
    );
    await modify(world, { VolumeId, Size: 1 });
  });

  test('takes away what the new type does not have', async (t) => {
    const world = await ec2World(t);
    const VolumeId = await newVolume(world, { Size: 125, VolumeType: 'gp3', Throughput: 200 });
    const steps: [ModifyVolumeCommandInput['VolumeType'], unknown[]][] = [
      ['io2', [3000, undefined]],
      ['st1', [undefined, undefined]],
      ['gp3', [3000, 125]],
    ];
    for (const [VolumeType, expected] of steps) {
      await modify(world, { VolumeId, VolumeType });
      await world.server.settled();
      const { Iops, Throughput } = (await world.volume(VolumeId))!;
      assert.deepEqual([Iops, Throughput], expected);
    }
  });

  test('waits for the last one, and is done four times a day at most', async (t) => {
    const world = await ec2World(t, SLOWLY);
    /** `modifying` and `optimizing` are over. */
    const done = async () => {
      for (let step = 0; step < 2; step++) await world.server.advance(MINUTE_MS);
    };
    const VolumeId = await newVolume(world);
    const { VolumeModification: first } = await modify(world, { VolumeId, Size: 2 });
    const early = await refusal(modify(world, { VolumeId, Size: 3 }));
    assert.deepEqual(
      [early.code, early.message],
      ['IncorrectModificationState', 'Cannot modify volume in modification state MODIFYING'],
    );
    for (const Size of [3, 4, 5]) {
      await done();
      await modify(world, { VolumeId, Size });
    }
    await done();
    const fifth = await refusal(modify(world, { VolumeId, Size: 6 }));
    assert.equal(fifth.code, 'VolumeModificationRateExceeded');
    const next = /Wait until (\S+) before/.exec(fifth.message)![1]!;
    // Volumes show whole seconds.
    const wait = Date.parse(next) - first!.StartTime!.getTime() - 86_400_000;
    assert.ok(wait >= 0 && wait < 1000, `${wait}`);
    await world.server.advance(86_400_000);
    await modify(world, { VolumeId, Size: 6 });
    await done();
    assert.equal((await world.volume(VolumeId))?.Size, 6);
  });

  test('leaves io1 volumes with Multi-Attach alone, and takes Multi-Attach from io2 ones', async (t) => {
    const world = await ec2World(t);
    const io1 = await newVolume(world, { VolumeType: 'io1', Size: 4, Iops: 100, MultiAttachEnabled: true });
    const refused = await refusal(modify(world, { VolumeId: io1, MultiAttachEnabled: false }));
    assert.equal(refused.code, 'InvalidParameterValue');
    assert.match(refused.message, /^io1 volumes with Multi-Attach enabled do not support modify-volume/);
    const io2 = await newVolume(world, { VolumeType: 'io2', Size: 4, Iops: 100, MultiAttachEnabled: true });
    await modify(world, { VolumeId: io2, VolumeType: 'gp3', MultiAttachEnabled: false });
    await world.server.settled();
    const shown = await world.volume(io2);
    assert.deepEqual(
      [shown?.VolumeType, shown?.MultiAttachEnabled, shown?.Iops, shown?.Throughput],
      ['gp3', false, 3000, 125],
    );
  });

  test('tells every step under the id of its request', async (t) => {
    const world = await ec2World(t);
    const VolumeId = await newVolume(world);
    const made = await modify(world, { VolumeId, Size: 2 });
    await world.server.settled();
    const told = (await world.events()).filter(({ detail }) => detail.event === 'modifyVolume');
    assert.deepEqual(
      told.map(({ detail }) => [detail.result, detail['request-id']]),
      ['modifying', 'optimizing', 'completed'].map((result) => [result, made.$metadata.requestId]),
    );
  });
});

describe('listings of volumes', () => {
  test('name their sets when ids meet pages, and know a foreign token', async (t) => {
    const { ec2 } = await ec2World(t);
    const VolumeIds = ['vol-0fedcba9876543210'];
    const cases = [
      [new DescribeVolumesCommand({ VolumeIds, MaxResults: 5 }), 'volumeIdsSet'],
      [new DescribeVolumeStatusCommand({ VolumeIds, MaxResults: 5 }), 'volumeIdsSet'],
      [new DescribeVolumesModificationsCommand({ VolumeIds, MaxResults: 5 }), 'volumeModificationSet'],
    ] as const;
    for (const [command, set] of cases) {
      const { code, message } = await refusal(ec2.send(command as DescribeVolumesCommand));
      assert.deepEqual(
        [code, message],
        ['InvalidParameterCombination', `The parameter ${set} cannot be used with the parameter maxResults`],
      );
    }
    const { message } = await refusal(ec2.send(new DescribeVolumesCommand({ NextToken: 'foo' })));
    assert.equal(message, 'Unable to parse pagination token');
  });

  test('show nothing through a filter without values', async (t) => {
    const world = await ec2World(t);
    await newVolume(world);
    const { Volumes } = await world.ec2.send(
      new DescribeVolumesCommand({ Filters: [{ Name: 'status', Values: [] }] }),
    );
    assert.deepEqual(Volumes, []);
  });
});
