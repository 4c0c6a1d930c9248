/** A running instance gets another root volume, under keys that KMS is asked for. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateReplaceRootVolumeTaskCommand,
  type CreateReplaceRootVolumeTaskCommandInput,
  CreateSnapshotCommand,
  DescribeReplaceRootVolumeTasksCommand,
  DescribeTagsCommand,
  DescribeVolumesCommand,
  EC2Client,
  type ResourceType,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { DisableKeyCommand, ListGrantsCommand } from '@aws-sdk/client-kms';
import type { ExplanationAnswer } from '../../src/control/explanations.ts';
import { allowing, denying, userWith } from '../worlds/account.ts';
import { ec2World, encryptedRoot, type World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

const replace = (world: World, input: CreateReplaceRootVolumeTaskCommandInput) =>
  world.ec2.send(new CreateReplaceRootVolumeTaskCommand(input));

const rootOf = async (world: World, id: string) =>
  (await world.instance(id)).BlockDeviceMappings![0]!.Ebs!.VolumeId!;

const stateOf = async (world: World, id: string) => {
  const { ReplaceRootVolumeTasks } = await world.ec2.send(
    new DescribeReplaceRootVolumeTasksCommand({ ReplaceRootVolumeTaskIds: [id] }),
  );
  return ReplaceRootVolumeTasks![0]!.TaskState;
};

const encryptedInstance = async (world: World) => {
  const KmsKeyId = await world.newKey();
  const id = await world.run(encryptedRoot(KmsKeyId));
  await world.server.settled();
  return { id, KmsKeyId };
};

test('whoever may not tag may not tag a task that it makes', async (t) => {
  const world = await ec2World(t);
  const InstanceId = await world.run();
  await world.server.settled();
  const nia = await userWith(world.server, 'nia', allowing('ec2:*'), denying('ec2:CreateTags'));
  const ec2 = world.server.client(EC2Client, nia);
  const make = (ResourceType?: ResourceType) =>
    ec2.send(
      new CreateReplaceRootVolumeTaskCommand({
        InstanceId,
        TagSpecifications: ResourceType && [{ ResourceType, Tags: [{ Key: 'a', Value: 'b' }] }],
      }),
    );
  assert.match((await refusal(make('replace-root-volume-task'))).message, /perform: ec2:CreateTags/);
  await make();
});

describe('the root volume of a running instance', () => {
  test('is replaced, and the old one left or deleted', async (t) => {
    const world = await ec2World(t);
    const { id, KmsKeyId } = await encryptedInstance(world);
    const before = await rootOf(world, id);
    const { ReplaceRootVolumeTask: task } = await replace(world, {
      InstanceId: id,
      ClientToken: 'once',
      TagSpecifications: [{ ResourceType: 'replace-root-volume-task', Tags: [{ Key: 'a', Value: 'b' }] }],
    });
    assert.equal(task!.TaskState, 'pending');
    await world.server.settled();
    assert.equal(await stateOf(world, task!.ReplaceRootVolumeTaskId!), 'succeeded');
    const after = await rootOf(world, id);
    assert.notEqual(after, before);
    assert.equal((await world.instance(id)).State!.Name, 'running');
    const volume = await world.volume(after);
    assert.deepEqual([volume!.State, volume!.Encrypted], ['in-use', true]);
    assert.ok(volume!.KmsKeyId!.endsWith(KmsKeyId.slice(-36)));
    assert.equal((await world.volume(before))!.State, 'available');
    const { Grants } = await world.kms.send(new ListGrantsCommand({ KeyId: KmsKeyId }));
    const contexts = Grants!.map(({ Constraints }) => Constraints!.EncryptionContextSubset!['aws:ebs:id']);
    assert.deepEqual(contexts, [after], 'the instance holds a grant for its new root volume alone');
    const { Tags } = await world.ec2.send(
      new DescribeTagsCommand({ Filters: [{ Name: 'resource-type', Values: ['replace-root-volume-task'] }] }),
    );
    assert.equal(Tags![0]!.Value, 'b');

    const { SnapshotId } = await world.ec2.send(new CreateSnapshotCommand({ VolumeId: after }));
    await world.server.settled();
    await replace(world, { InstanceId: id, SnapshotId, DeleteReplacedRootVolume: true });
    await world.server.settled();
    assert.equal((await world.volume(await rootOf(world, id)))!.SnapshotId, SnapshotId);
    assert.equal(
      (await refusal(world.ec2.send(new DescribeVolumesCommand({ VolumeIds: [after] })))).code,
      'InvalidVolume.NotFound',
    );
  });

  test('stays where KMS refuses the new one', async (t) => {
    const world = await ec2World(t);
    const { id, KmsKeyId } = await encryptedInstance(world);
    const before = await rootOf(world, id);
    await world.kms.send(new DisableKeyCommand({ KeyId: KmsKeyId }));
    const { ReplaceRootVolumeTask: task } = await replace(world, { InstanceId: id });
    await world.server.settled();
    assert.equal(await stateOf(world, task!.ReplaceRootVolumeTaskId!), 'failed');
    assert.equal(await rootOf(world, id), before);
    const { Volumes } = await world.ec2.send(new DescribeVolumesCommand({}));
    assert.deepEqual(
      Volumes!.map(({ VolumeId }) => VolumeId),
      [before],
      'the new one is gone',
    );
    const failed = (await world.events()).filter(
      ({ detail }) => detail.event === 'createVolume' && detail.result === 'failed',
    );
    assert.equal(failed.length, 1);
    const subject = task!.ReplaceRootVolumeTaskId!;
    const { symptom, headline } = await world.server.ask<ExplanationAnswer>('explain', { subject });
    assert.equal(symptom, `${subject} could not replace the root volume of ${id}`);
    assert.match(headline, /failed with DisabledException/);
  });

  test('is replaced while it runs, once at a time', async (t) => {
    const world = await ec2World(t, { delays: 1 });
    const id = await world.run();
    await world.server.advance(60_000);
    const root = await rootOf(world, id);
    const asked = { InstanceId: id, ClientToken: 'once', DeleteReplacedRootVolume: true };
    const made = async () => (await replace(world, asked)).ReplaceRootVolumeTask!.ReplaceRootVolumeTaskId;
    const task = await made();
    assert.equal((await refusal(replace(world, { InstanceId: id }))).code, 'IncorrectState');
    assert.equal(await made(), task, 'a call that is repeated gives the task that it made');
    await world.server.advance(3_500);
    assert.equal((await world.volume(root))!.State, 'deleting');
    await world.server.advance(60_000);
    assert.equal(await world.volume(root), undefined);
    await world.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    await world.server.advance(60_000);
    assert.equal(await made(), task);
    assert.equal((await refusal(replace(world, { InstanceId: id }))).code, 'IncorrectInstanceState');
  });
});
