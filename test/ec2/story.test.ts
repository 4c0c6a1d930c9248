/** John may do everything in EC2, and cannot start an instance with an encrypted volume: the mission's story, in its variants. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AttachVolumeCommand,
  CreateVolumeCommand,
  DetachVolumeCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { CreateGrantCommand, ListGrantsCommand } from '@aws-sdk/client-kms';
import { ACCOUNT, allowing, REGION, ZONE } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

/** An instance of the administrator's with an encrypted data volume, stopped. */
type Prepare = (world: World, keyArn: string) => Promise<{ instanceId: string; volumeId: string }>;

const byLaunch: Prepare = async (world, keyArn) => {
  const instanceId = await world.run({
    BlockDeviceMappings: [
      { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: keyArn } },
    ],
  });
  await world.server.settled();
  await world.ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
  await world.server.settled();
  return { instanceId, volumeId: await volumeAt(world, instanceId, '/dev/sdf') };
};

const byAttaching: Prepare = async (world, keyArn) => {
  const instanceId = await world.run({ Placement: { AvailabilityZone: ZONE } });
  const { VolumeId: volumeId } = await world.ec2.send(
    new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, Encrypted: true, KmsKeyId: keyArn }),
  );
  await world.server.settled();
  await world.ec2.send(
    new AttachVolumeCommand({ VolumeId: volumeId, InstanceId: instanceId, Device: '/dev/sdf' }),
  );
  await world.server.settled();
  await world.ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
  await world.server.settled();
  return { instanceId, volumeId: volumeId! };
};

async function volumeAt(world: World, instanceId: string, device: string): Promise<string> {
  const { BlockDeviceMappings } = await world.instance(instanceId);
  return BlockDeviceMappings!.find(({ DeviceName }) => DeviceName === device)!.Ebs!.VolumeId!;
}

for (const [how, prepare] of Object.entries({
  'by RunInstances': byLaunch,
  'by AttachVolume': byAttaching,
})) {
  describe(`John's story, the volume encrypted ${how}`, () => {
    test('the start fails without a word, and works once he may create grants for AWS resources', async (t) => {
      const world = await ec2World(t);
      const keyArn = await world.newKey();
      const { instanceId, volumeId } = await prepare(world, keyArn);
      const john = await world.user('john', allowing('ec2:*'));
      assert.equal((await world.instance(instanceId)).State?.Name, 'stopped');

      const started = await john.ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
      assert.deepEqual(
        started.StartingInstances!.map(({ PreviousState, CurrentState }) => [PreviousState, CurrentState]),
        [
          [
            { Code: 80, Name: 'stopped' },
            { Code: 0, Name: 'pending' },
          ],
        ],
      );
      await world.server.settled();
      const failed = await world.instance(instanceId);
      assert.equal(failed.State?.Name, 'stopped');
      assert.deepEqual(failed.StateReason, {
        Code: 'Client.InternalError',
        Message: 'Client.InternalError: Client error on launch',
      });
      assert.equal(failed.StateTransitionReason, 'Client.InternalError');

      const refused = (await world.trail({ name: 'EventName', value: 'CreateGrant' })).at(-1)!;
      assert.equal(refused.errorCode, 'AccessDenied');
      assert.equal(
        refused.errorMessage,
        `User: ${john.arn} is not authorized to perform: kms:CreateGrant on resource: ${keyArn} ` +
          'because no identity-based policy allows the kms:CreateGrant action',
      );
      assert.equal(refused.requestID, started.$metadata.requestId);

      await world.ec2.send(new DetachVolumeCommand({ VolumeId: volumeId }));
      await world.server.settled();
      await john.ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
      await world.server.settled();
      const alone = await world.instance(instanceId);
      assert.equal(alone.State?.Name, 'running');
      assert.equal(alone.StateReason, undefined);
      assert.equal(alone.StateTransitionReason, '');

      await john.ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
      await world.server.settled();
      await john.ec2.send(
        new AttachVolumeCommand({ VolumeId: volumeId, InstanceId: instanceId, Device: '/dev/sdf' }),
      );
      await world.server.settled();
      await world.allow('john', 'grants', {
        Effect: 'Allow',
        Action: ['kms:CreateGrant'],
        Resource: [keyArn],
        Condition: { Bool: { 'kms:GrantIsForAWSResource': true } },
      });
      await john.ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
      await world.server.settled();
      assert.equal((await world.instance(instanceId)).State?.Name, 'running');
      const { Grants } = await world.kms.send(new ListGrantsCommand({ KeyId: keyArn }));
      const grantee = `arn:aws:sts::${ACCOUNT}:assumed-role/aws:ec2-infrastructure/${instanceId}`;
      assert.deepEqual(
        Grants!.map(({ GranteePrincipal, RetiringPrincipal, Operations, Constraints }) => ({
          GranteePrincipal,
          RetiringPrincipal,
          Operations,
          Constraints,
        })),
        [
          {
            GranteePrincipal: grantee,
            RetiringPrincipal: `ec2.${REGION}.amazonaws.com`,
            Operations: ['Decrypt'],
            Constraints: { EncryptionContextSubset: { 'aws:ebs:id': volumeId } },
          },
        ],
      );

      const direct = await refusal(
        john.kms.send(
          new CreateGrantCommand({ KeyId: keyArn, GranteePrincipal: john.arn, Operations: ['Decrypt'] }),
        ),
      );
      assert.equal(direct.code, 'AccessDeniedException');
    });
  });
}
