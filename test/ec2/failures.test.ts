/** What the user sees, and what EventBridge is told, when a volume's key cannot be used (aws-facts C and D). */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AttachVolumeCommand,
  CreateVolumeCommand,
  DescribeVolumesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  ListGrantsCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { ACCOUNT, allowing, attachmentOf, denying, REGION, ZONE } from '../worlds/account.ts';
import { ec2World, encryptedRoot, type World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

const volumeArn = (id: string) => `arn:aws:ec2:${REGION}:${ACCOUNT}:volume/${id}`;

const detailsOf = async (world: World, detailType: string) =>
  (await world.events()).filter((event) => event['detail-type'] === detailType);

const states = async (world: World, instanceId: string) =>
  (await detailsOf(world, 'EC2 Instance State-change Notification'))
    .filter(({ detail }) => detail['instance-id'] === instanceId)
    .map(({ detail }) => detail.state);

const denied = (user: string, action: string, keyArn: string) =>
  `User: ${user} is not authorized to perform: kms:${action} on resource: ${keyArn} because no identity-based policy allows the kms:${action} action`;

describe('CreateVolume with a key that cannot be used', () => {
  const cases: Record<
    string,
    (world: World) => Promise<{ keyId: string; keyArn: string; cause: string; by?: string }>
  > = {
    'no permission': async (world) => {
      const keyArn = await world.newKey();
      return {
        keyId: keyArn,
        keyArn,
        by: 'john',
        cause: denied(`arn:aws:iam::${ACCOUNT}:user/john`, 'GenerateDataKeyWithoutPlaintext', keyArn),
      };
    },
    'a disabled key': async (world) => {
      const keyArn = await world.newKey();
      await world.kms.send(new DisableKeyCommand({ KeyId: keyArn }));
      return { keyId: keyArn, keyArn, cause: `${keyArn} is disabled.` };
    },
    'a key pending deletion': async (world) => {
      const keyArn = await world.newKey();
      await world.kms.send(new ScheduleKeyDeletionCommand({ KeyId: keyArn }));
      return { keyId: keyArn, keyArn, cause: `${keyArn} is pending deletion.` };
    },
    'a key that does not exist': async () => {
      const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab';
      const keyArn = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${keyId}`;
      return { keyId, keyArn, cause: `Key '${keyArn}' does not exist` };
    },
  };
  for (const [name, prepare] of Object.entries(cases)) {
    test(`${name}: the reply says creating, the volume vanishes, EventBridge tells why`, async (t) => {
      const world = await ec2World(t);
      const { keyId, keyArn, cause, by } = await prepare(world);
      const { ec2 } = by ? await world.user(by, allowing('ec2:*')) : world;
      const request = {
        AvailabilityZone: ZONE,
        Size: 1,
        Encrypted: true,
        KmsKeyId: keyId,
        ClientToken: 'token-1',
      };
      const made = await ec2.send(new CreateVolumeCommand(request));
      assert.equal(made.State, 'creating');
      assert.equal(made.KmsKeyId, keyId);
      const id = made.VolumeId!;
      await world.server.settled();
      const gone = await refusal(ec2.send(new DescribeVolumesCommand({ VolumeIds: [id] })));
      assert.deepEqual(gone, {
        code: 'InvalidVolume.NotFound',
        message: `The volume '${id}' does not exist.`,
        status: 400,
      });
      const requestId = made.$metadata.requestId;
      assert.deepEqual(
        (await detailsOf(world, 'EBS Volume Notification')).map(({ source, resources, detail }) => ({
          source,
          resources,
          detail,
        })),
        [
          {
            source: 'aws.ec2',
            resources: [volumeArn(id), keyArn],
            detail: { event: 'createVolume', result: 'failed', cause, 'request-id': requestId },
          },
          {
            source: 'aws.ec2',
            resources: [volumeArn(id)],
            detail: { event: 'deleteVolume', result: 'deleted', cause: '', 'request-id': requestId },
          },
        ],
      );
      const again = await refusal(ec2.send(new CreateVolumeCommand(request)));
      assert.equal(again.code, 'IdempotentParameterMismatch');
      assert.match(
        again.message,
        /^The client token you have provided is associated with a resource that is already deleted/,
      );
      const explained = await world.server.ask<{ text: string }>('explain', { subject: id });
      assert.match(explained.text, /could not be created/);
    });
  }

  test('is called so before the volume vanishes, too', async (t) => {
    const world = await ec2World(t, { delays: 1 });
    const { ec2 } = await world.user('pat', allowing('ec2:*'));
    const KmsKeyId = await world.newKey();
    const { VolumeId } = await ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, Encrypted: true, KmsKeyId }),
    );
    const { text } = await world.server.ask<{ text: string }>('explain', { subject: VolumeId });
    assert.match(text, new RegExp(`${VolumeId} could not be created`));
  });

  test('an asymmetric key is refused like any other that cannot wrap a data key', async (t) => {
    const world = await ec2World(t);
    const { KeyMetadata: key } = await world.kms.send(
      new CreateKeyCommand({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' }),
    );
    const made = await world.ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, Encrypted: true, KmsKeyId: key!.Arn }),
    );
    await world.server.settled();
    assert.equal(await world.volume(made.VolumeId!), undefined);
  });

  test('contradictions are refused at once', async (t) => {
    const world = await ec2World(t);
    const keyArn = await world.newKey();
    const refused = await refusal(
      world.ec2.send(new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, KmsKeyId: keyArn })),
    );
    assert.deepEqual(refused, {
      code: 'InvalidParameterDependency',
      message: 'The parameter [KmsKeyId] requires the parameter Encrypted to be set.',
      status: 400,
    });
  });
});

describe('AttachVolume with a key that cannot be used', () => {
  const revoked = (id: string) => ({
    code: 'CustomerKeyHasBeenRevoked',
    message: `Volume ${id} cannot be attached. The encrypted volume was unable to access the KMS key.`,
    status: 400,
  });

  test('is refused at once, with its event and its CloudTrail record', async (t) => {
    const world = await ec2World(t);
    const keyArn = await world.newKey();
    const john = await world.user('john', allowing('ec2:*'));
    const instanceId = await world.run({ Placement: { AvailabilityZone: ZONE } });
    const { VolumeId: id } = await world.ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, Encrypted: true, KmsKeyId: keyArn }),
    );
    await world.server.settled();
    const attach = new AttachVolumeCommand({ VolumeId: id, InstanceId: instanceId, Device: '/dev/sdf' });

    assert.deepEqual(await refusal(john.ec2.send(attach)), revoked(id!));
    await world.kms.send(new DisableKeyCommand({ KeyId: keyArn }));
    assert.deepEqual(await refusal(world.ec2.send(attach)), revoked(id!));

    const notifications = await detailsOf(world, 'EBS Volume Notification');
    const event = { event: 'attachVolume', result: 'failed', 'request-id': '' };
    assert.deepEqual(
      notifications.slice(-2).map(({ resources, detail }) => ({ resources, detail })),
      [
        {
          resources: [volumeArn(id!), keyArn],
          detail: { ...event, cause: denied(john.arn, 'CreateGrant', keyArn) },
        },
        { resources: [volumeArn(id!), keyArn], detail: { ...event, cause: `${keyArn} is disabled.` } },
      ],
    );
    const [told] = (await world.trail({ name: 'EventName', value: 'AttachVolume' })).slice(-1);
    assert.equal(told!.errorCode, 'Client.CustomerKeyHasBeenRevoked');
    assert.deepEqual(told!.requestParameters, {
      device: '/dev/sdf',
      instanceId,
      volumeId: id,
      deleteOnTermination: false,
    });
    assert.equal(told!.responseElements, null);
    assert.equal((await world.volume(id!))?.State, 'available');

    await world.kms.send(new EnableKeyCommand({ KeyId: keyArn }));
    await world.ec2.send(attach);
    await world.server.settled();
    assert.equal((await world.volume(id!))?.Attachments?.[0]?.State, 'attached');
  });

  test('a disabled key leaves an attached volume working and stops the next start', async (t) => {
    const world = await ec2World(t);
    const keyArn = await world.newKey();
    const instanceId = await world.run({
      BlockDeviceMappings: [
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: keyArn } },
      ],
    });
    await world.server.settled();
    const volumeId = (await world.instance(instanceId)).BlockDeviceMappings!.find(
      ({ DeviceName }) => DeviceName === '/dev/sdf',
    )!.Ebs!.VolumeId!;
    const isOpen = async () => (await attachmentOf(world.server, volumeId)) !== undefined;

    await world.kms.send(new DisableKeyCommand({ KeyId: keyArn }));
    assert.equal(await isOpen(), true);
    await world.ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
    await world.server.settled();
    assert.equal(await isOpen(), false);
    await world.ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
    await world.server.settled();
    const failed = await world.instance(instanceId);
    assert.equal(failed.State?.Name, 'stopped');
    assert.equal(failed.StateReason?.Code, 'Client.InternalError');
    assert.equal(await isOpen(), false);
    assert.deepEqual(await states(world, instanceId), [
      'pending',
      'running',
      'stopping',
      'stopped',
      'pending',
      'stopped',
    ]);

    await world.kms.send(new EnableKeyCommand({ KeyId: keyArn }));
    await world.ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
    await world.server.settled();
    assert.equal((await world.instance(instanceId)).State?.Name, 'running');
    assert.equal(await isOpen(), true);
  });
});

describe('RunInstances with a key that cannot be used', () => {
  const needed = ['kms:GenerateDataKeyWithoutPlaintext', 'kms:CreateGrant'];

  for (const missing of needed) {
    test(`without ${missing} the launch is accepted, then terminated, and says why as AWS does`, async (t) => {
      const world = await ec2World(t);
      const keyArn = await world.newKey();
      const john = await world.user('john', allowing('ec2:*', 'kms:*'), denying(missing));
      const instanceId = await world.run(encryptedRoot(keyArn), john.ec2);
      await world.server.settled();
      const failed = await world.instance(instanceId);
      assert.equal(failed.State?.Name, 'terminated');
      assert.deepEqual(failed.StateReason, {
        Code: 'Client.InvalidKMSKey.InvalidState',
        Message: 'Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state',
      });
      assert.equal(failed.StateTransitionReason, 'Client.InternalError');
      assert.deepEqual(failed.BlockDeviceMappings, []);
      assert.deepEqual(await states(world, instanceId), ['pending', 'shutting-down', 'terminated']);
      const { Volumes: left } = await world.ec2.send(new DescribeVolumesCommand({}));
      assert.deepEqual(left, []);
      const { Grants: grants } = await world.kms.send(new ListGrantsCommand({ KeyId: keyArn }));
      assert.deepEqual(grants, []);
      const explained = await world.server.ask<{ text: string }>('explain', { subject: instanceId });
      assert.match(explained.text, /was terminated: Client\.InvalidKMSKey\.InvalidState/);
      assert.ok(explained.text.includes(missing), explained.text);
    });
  }

  test('the caller needs no kms:Decrypt: the instance opens its volume through the grant', async (t) => {
    const world = await ec2World(t);
    const keyArn = await world.newKey();
    const john = await world.user('john', allowing('ec2:*', ...needed));
    const instanceId = await world.run(encryptedRoot(keyArn), john.ec2);
    await world.server.settled();
    assert.equal((await world.instance(instanceId)).State?.Name, 'running');
  });

  test('a disabled key says the same', async (t) => {
    const world = await ec2World(t);
    const keyArn = await world.newKey();
    await world.kms.send(new DisableKeyCommand({ KeyId: keyArn }));
    const instanceId = await world.run(encryptedRoot(keyArn));
    await world.server.settled();
    const failed = await world.instance(instanceId);
    assert.equal(failed.State?.Name, 'terminated');
    assert.equal(failed.StateReason?.Code, 'Client.InvalidKMSKey.InvalidState');
  });

  test('a dry run never reaches KMS', async (t) => {
    const world = await ec2World(t);
    const keyArn = await world.newKey();
    const john = await world.user('john', allowing('ec2:*'), denying('kms:*'));
    const before = (await world.trail({ name: 'EventSource', value: 'kms.amazonaws.com' })).length;
    const answer = await refusal(world.run({ ...encryptedRoot(keyArn), DryRun: true }, john.ec2));
    assert.deepEqual(answer, {
      code: 'DryRunOperation',
      message: 'Request would have succeeded, but DryRun flag is set.',
      status: 412,
    });
    assert.equal((await world.trail({ name: 'EventSource', value: 'kms.amazonaws.com' })).length, before);
    const [told] = (await world.trail({ name: 'EventName', value: 'RunInstances' })).slice(-1);
    assert.equal(told!.errorCode, 'Client.DryRunOperation');
  });
});
