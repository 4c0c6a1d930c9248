/** Ends of instances, repeated launches, shared disks, and what EventBridge is told when a key fails one. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AttachVolumeCommand,
  CreateVolumeCommand,
  DescribeVolumeStatusCommand,
  DescribeVolumesCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { DisableKeyCommand, EnableKeyCommand, ListGrantsCommand } from '@aws-sdk/client-kms';
import { ACCOUNT, allowing, attachmentOf, denying, REGION, ZONE } from '../worlds/account.ts';
import { ec2World, encryptedRoot, type World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

const volumeArn = (id: string) => `arn:aws:ec2:${REGION}:${ACCOUNT}:volume/${id}`;

const volumeEvents = async (world: World) =>
  (await world.events())
    .filter((event) => event['detail-type'] === 'EBS Volume Notification')
    .map(({ resources, detail }) => ({ resources, detail }));

describe('a key that fails an instance', () => {
  test('fails the creation of its volume at launch, and EventBridge is told so', async (t) => {
    const world = await ec2World(t);
    const keyArn = await world.newKey();
    const action = 'kms:GenerateDataKeyWithoutPlaintext';
    const john = await world.user('john', allowing('ec2:*', 'kms:*'), denying(action));
    await world.run(encryptedRoot(keyArn), john.ec2);
    await world.server.settled();
    const [run] = (await world.trail({ name: 'EventName', value: 'RunInstances' })).slice(-1);
    const [failed, deleted] = await volumeEvents(world);
    assert.deepEqual(failed!.detail, {
      event: 'createVolume',
      result: 'failed',
      cause: `User: ${john.arn} is not authorized to perform: ${action} on resource: ${keyArn} with an explicit deny in an identity-based policy`,
      'request-id': run!.requestID,
    });
    assert.equal(failed!.resources[1], keyArn);
    assert.deepEqual(deleted, {
      resources: [failed!.resources[0]],
      detail: { event: 'deleteVolume', result: 'deleted', cause: '', 'request-id': run!.requestID },
    });
  });

  test('fails the attachment where only the grant to the instance is refused', async (t) => {
    const world = await ec2World(t);
    const keyArn = await world.newKey();
    const john = await world.user('john', allowing('ec2:*', 'kms:*'), denying('kms:CreateGrant'));
    const blank = {
      BlockDeviceMappings: [
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: keyArn } },
      ],
    };
    await world.run(blank, john.ec2);
    await world.server.settled();
    const [failed] = await volumeEvents(world);
    assert.equal(failed!.detail.event, 'attachVolume');
    assert.equal(failed!.detail.result, 'failed');
    assert.match(String(failed!.detail.cause), /kms:CreateGrant/);
    assert.equal(failed!.detail['request-id'], '');
  });

  test('fails the attachment at a start, which leaves the volume as it was', async (t) => {
    const world = await ec2World(t);
    const keyArn = await world.newKey();
    const instanceId = await world.run(encryptedRoot(keyArn));
    await world.server.settled();
    const [mapping] = (await world.instance(instanceId)).BlockDeviceMappings!;
    const volumeId = mapping!.Ebs!.VolumeId!;
    await world.ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
    await world.kms.send(new DisableKeyCommand({ KeyId: keyArn }));
    await world.server.settled();
    const before = (await volumeEvents(world)).length;
    await world.ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
    await world.server.settled();
    assert.deepEqual((await volumeEvents(world)).slice(before), [
      {
        resources: [volumeArn(volumeId), keyArn],
        detail: {
          event: 'attachVolume',
          result: 'failed',
          cause: `${keyArn} is disabled.`,
          'request-id': '',
        },
      },
    ]);
    const { VolumeStatuses } = await world.ec2.send(
      new DescribeVolumeStatusCommand({ VolumeIds: [volumeId] }),
    );
    assert.equal(VolumeStatuses![0]!.VolumeStatus!.Status, 'ok');

    await world.kms.send(new EnableKeyCommand({ KeyId: keyArn }));
    await world.ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
    await world.server.settled();
    const started = await world.instance(instanceId);
    assert.equal(started.State?.Name, 'running');
    assert.equal(started.StateReason, undefined);
    assert.equal(started.MetadataOptions?.State, 'applied');
  });
});

describe('a launch that is repeated', () => {
  const launch = (world: World, input: Partial<RunInstancesCommandInput> = {}) =>
    world.ec2.send(
      new RunInstancesCommand({
        ImageId: world.imageId,
        InstanceType: 't3.micro',
        MinCount: 1,
        MaxCount: 1,
        ClientToken: 'token',
        ...input,
      }),
    );

  test('with its token shows what it made, until that is terminated', async (t) => {
    const world = await ec2World(t);
    const { Instances: made } = await launch(world);
    const id = made![0]!.InstanceId!;
    assert.equal((await launch(world)).Instances![0]!.InstanceId, id);
    const other = await refusal(launch(world, { MaxCount: 2 }));
    assert.equal(other.code, 'IdempotentParameterMismatch');
    await world.server.settled();
    await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    await world.server.settled();
    assert.equal((await refusal(launch(world))).code, 'IdempotentInstanceTerminated');
  });

  test('for what is not served is refused by name', async (t) => {
    const world = await ec2World(t);
    const cases: [string, Partial<RunInstancesCommandInput>][] = [
      ['InstanceMarketOptions.MarketType', { InstanceMarketOptions: { MarketType: 'capacity-block' } }],
      ['Placement.Tenancy', { Placement: { Tenancy: 'host' } }],
      [
        'NetworkInterfaces.InterfaceType',
        { NetworkInterfaces: [{ DeviceIndex: 0, InterfaceType: 'efa-only' }] },
      ],
      [
        'NetworkPerformanceOptions.BandwidthWeighting',
        { NetworkPerformanceOptions: { BandwidthWeighting: 'vpc-1' } },
      ],
      ['CpuOptions.NestedVirtualization', { CpuOptions: { NestedVirtualization: 'enabled' } }],
    ];
    for (const [name, input] of cases) {
      const { code, message } = await refusal(launch(world, input));
      assert.deepEqual([code, message], ['UnsupportedOperation', `Latchkey does not serve ${name}.`]);
    }
    await launch(world, { HibernationOptions: { Configured: false } });
  });
});

describe('the end of an instance', () => {
  test('that is stopped comes at once; its volumes go after it', async (t) => {
    const world = await ec2World(t);
    const instanceId = await world.run();
    await world.server.settled();
    const [mapping] = (await world.instance(instanceId)).BlockDeviceMappings!;
    const hibernated = await refusal(
      world.ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId], Hibernate: true })),
    );
    assert.equal(hibernated.code, 'UnsupportedHibernationConfiguration');
    await world.ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
    await world.server.settled();
    const { TerminatingInstances: ended } = await world.ec2.send(
      new TerminateInstancesCommand({ InstanceIds: [instanceId] }),
    );
    assert.deepEqual(ended, [
      {
        InstanceId: instanceId,
        PreviousState: { Code: 80, Name: 'stopped' },
        CurrentState: { Code: 48, Name: 'terminated' },
      },
    ]);
    await world.server.settled();
    assert.equal(await world.volume(mapping!.Ebs!.VolumeId!), undefined);
    assert.equal((await world.instance(instanceId)).State?.Name, 'terminated');
  });
});

describe('a volume with Multi-Attach', () => {
  test('is open while an instance that has it is up, and wiped when the last one stops', async (t) => {
    const world = await ec2World(t);
    const keyArn = await world.newKey();
    const place = { Placement: { AvailabilityZone: ZONE } };
    const [one, other] = [await world.run(place), await world.run(place)];
    const { VolumeId } = await world.ec2.send(
      new CreateVolumeCommand({
        AvailabilityZone: ZONE,
        VolumeType: 'io2',
        Size: 4,
        Iops: 100,
        MultiAttachEnabled: true,
        Encrypted: true,
        KmsKeyId: keyArn,
      }),
    );
    await world.server.settled();
    for (const InstanceId of [one, other]) {
      await world.ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId, Device: '/dev/sdf' }));
    }
    await world.server.settled();
    const isOpen = async () => (await attachmentOf(world.server, VolumeId!)) !== undefined;
    const grants = async () =>
      (await world.kms.send(new ListGrantsCommand({ KeyId: keyArn }))).Grants!.length;
    const stop = async (instanceId: string) => {
      await world.ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
      await world.server.settled();
      return [await isOpen(), await grants()];
    };
    assert.deepEqual([await isOpen(), await grants()], [true, 2]);
    assert.deepEqual(await stop(one), [true, 1]);
    assert.deepEqual(await stop(other), [false, 0]);
    await world.ec2.send(new StartInstancesCommand({ InstanceIds: [one] }));
    await world.server.settled();
    assert.deepEqual([await isOpen(), await grants()], [true, 1]);
    const again = await refusal(
      world.ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId: one, Device: '/dev/sdg' })),
    );
    assert.equal(again.code, 'VolumeInUse');
  });
});

describe('an instance that is terminated while it is launched', () => {
  const disks = (keyArn: string) =>
    ['f', 'g', 'h'].map((letter) => ({
      DeviceName: `/dev/sd${letter}`,
      Ebs: { Encrypted: true, KmsKeyId: keyArn, VolumeSize: 1 },
    }));

  test('has its blocks freed, although they were being made', async (t) => {
    const world = await ec2World(t);
    const { blocks } = world.server.latchkey.runtime.ports;
    const BlockDeviceMappings = disks(await world.newKey());
    const made: string[] = [];
    const first = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const create = blocks.createVolume.bind(blocks);
    t.mock.method(blocks, 'createVolume', async (volume: Parameters<typeof create>[0]) => {
      made.push(volume.volumeId);
      first.resolve();
      await go.promise;
      return create(volume);
    });
    const id = await world.run({ BlockDeviceMappings });
    await first.promise;
    await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    // Whatever a termination can do meanwhile is done.
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
    go.resolve();
    await world.server.settled();
    assert.equal((await world.instance(id)).State?.Name, 'terminated');
    const images = [...blocks.images()];
    assert.ok(made.every((id) => !images.includes(id)));
    assert.deepEqual(world.server.defects, []);
  });

  test('ends quietly, at whatever point of the launch', async (t) => {
    const world = await ec2World(t);
    const BlockDeviceMappings = disks(await world.newKey());
    for (let turns = 0; turns < 12; turns++) {
      const id = await world.run({ BlockDeviceMappings });
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    }
    await world.server.settled();
    const { Volumes } = await world.ec2.send(new DescribeVolumesCommand({}));
    assert.deepEqual(Volumes, []);
    assert.deepEqual(world.server.defects, []);
  });
});
