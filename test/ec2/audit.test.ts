/**
 * CloudTrail's records of EC2's own calls, as captures of AWS show them: names, sets, what is told though it was not
 * asked, and what the owner of a shared snapshot learns.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  CopySnapshotCommand,
  CreateLaunchTemplateCommand,
  CreateSnapshotCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DeleteVolumeCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  EC2Client,
  EnableEbsEncryptionByDefaultCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
  ModifyVolumeCommand,
  RegisterImageCommand,
} from '@aws-sdk/client-ec2';
import { ACCOUNT, REGION, type TrailEvent, ZONE } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';

const OTHER = '111122223333';
const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';

async function last(world: World, name: string): Promise<TrailEvent> {
  const event = (await world.trail({ name: 'EventName', value: name })).at(-1);
  assert.ok(event, `no record of ${name}`);
  return event;
}

/** What the event history of an account holds, oldest first. */
async function historyOf(world: World, accountId: string) {
  const client = world.server.client(CloudTrailClient, await world.server.root(accountId));
  const { Events: found } = await client.send(new LookupEventsCommand({}));
  return found!.map(({ CloudTrailEvent: event }) => JSON.parse(event!) as TrailEvent).reverse();
}

describe('a record', () => {
  test('of CreateVolume names zone and key as EC2 does, and its size as text', async (t) => {
    const world = await ec2World(t);
    const keyArn = await world.newKey();
    const made = await world.ec2.send(
      new CreateVolumeCommand({
        AvailabilityZone: ZONE,
        Size: 2,
        VolumeType: 'gp3',
        Encrypted: true,
        KmsKeyId: keyArn,
        ClientToken: 'token',
        TagSpecifications: [{ ResourceType: 'volume', Tags: [{ Key: 'Name', Value: 'data' }] }],
      }),
    );
    const event = await last(world, 'CreateVolume');
    assert.deepEqual(event.requestParameters, {
      size: '2',
      zone: ZONE,
      volumeType: 'gp3',
      encrypted: true,
      masterEncryptionKeyId: keyArn,
      tagSpecificationSet: {
        items: [{ resourceType: 'volume', tags: [{ key: 'Name', value: 'data' }] }],
      },
      clientToken: 'token',
    });
    const { createTime, ...elements } = event.responseElements as { createTime: number };
    assert.deepEqual(elements, {
      requestId: made.$metadata.requestId,
      volumeId: made.VolumeId,
      size: '2',
      zone: ZONE,
      availabilityZoneId: 'use1-az1',
      status: 'creating',
      volumeType: 'gp3',
      iops: 3000,
      throughput: 125,
      encrypted: true,
      masterEncryptionKeyId: keyArn,
      tagSet: { items: [{ key: 'Name', value: 'data' }] },
      multiAttachEnabled: false,
    });
    assert.equal(createTime % 1000, 0);
    assert.equal(event.resources, undefined);
  });

  test('lists no resources; the event history knows them by their ids', async (t) => {
    const world = await ec2World(t);
    const { VolumeId: id } = await world.ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1 }),
    );
    const { Events: found } = await world.server.client(CloudTrailClient).send(
      new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue: id }],
      }),
    );
    assert.deepEqual(
      found!.map(({ EventName, Resources }) => ({ EventName, Resources })),
      [{ EventName: 'CreateVolume', Resources: [{ ResourceType: 'AWS::EC2::Volume', ResourceName: id }] }],
    );
  });

  test('of CreateSnapshot and DeleteVolume is as short as the reply', async (t) => {
    const world = await ec2World(t);
    const { VolumeId } = await world.ec2.send(
      new CreateVolumeCommand({
        AvailabilityZone: ZONE,
        Size: 1,
        Encrypted: true,
        KmsKeyId: await world.newKey(),
      }),
    );
    await world.server.settled();
    const made = await world.ec2.send(new CreateSnapshotCommand({ VolumeId }));
    const taken = await last(world, 'CreateSnapshot');
    assert.deepEqual(taken.requestParameters, { volumeId: VolumeId });
    assert.deepEqual(taken.responseElements, {
      requestId: made.$metadata.requestId,
      snapshotId: made.SnapshotId,
      volumeId: VolumeId,
      status: 'pending',
      startTime: made.StartTime!.getTime(),
      ownerId: ACCOUNT,
      volumeSize: '1',
      encrypted: true,
      tagSet: {},
    });
    const gone = await world.ec2.send(new DeleteVolumeCommand({ VolumeId }));
    const deleted = await last(world, 'DeleteVolume');
    assert.deepEqual(deleted.requestParameters, { volumeId: VolumeId, reportVolumeFailure: false });
    assert.deepEqual(deleted.responseElements, { requestId: gone.$metadata.requestId, _return: true });
  });

  test('of a listing tells the sets that were not named', async (t) => {
    const world = await ec2World(t);
    await world.ec2.send(new DescribeVolumesCommand({ MaxResults: 5 }));
    assert.deepEqual((await last(world, 'DescribeVolumes')).requestParameters, {
      maxResults: 5,
      volumeSet: {},
      filterSet: {},
    });
    await world.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
    assert.deepEqual((await last(world, 'DescribeSnapshots')).requestParameters, {
      snapshotSet: {},
      ownersSet: { items: [{ owner: 'self' }] },
      sharedUsersSet: {},
      filterSet: {},
    });
  });

  test('of RunInstances tells image and counts as a set, and defaults', async (t) => {
    const world = await ec2World(t);
    await world.run({ ClientToken: 'token', UserData: Buffer.from('secret').toString('base64') });
    const event = await last(world, 'RunInstances');
    assert.deepEqual(event.requestParameters, {
      instancesSet: { items: [{ imageId: world.imageId, minCount: 1, maxCount: 1 }] },
      instanceType: 't3.micro',
      blockDeviceMapping: {},
      monitoring: { enabled: false },
      disableApiTermination: false,
      disableApiStop: false,
      userData: '<sensitiveDataRemoved>',
      clientToken: 'token',
    });
    const { instancesSet } = event.responseElements as { instancesSet: { items: object[] } };
    const [instance] = instancesSet.items as { stateReason: object; instanceState: object }[];
    assert.deepEqual(instance!.instanceState, { code: 0, name: 'pending' });
    assert.deepEqual(instance!.stateReason, { code: 'pending', message: 'pending' });
  });

  test('of sharing tells the permission, whichever way the request wrote it', async (t) => {
    const world = await ec2World(t);
    const snapshotId = await world.newSnapshot(await world.newVolume());
    const expected = {
      snapshotId,
      createVolumePermission: { add: { items: [{ userId: OTHER }] } },
      attributeType: 'CREATE_VOLUME_PERMISSION',
    };
    for (const written of [
      { Attribute: 'createVolumePermission' as const, OperationType: 'add' as const, UserIds: [OTHER] },
      { CreateVolumePermission: { Add: [{ UserId: OTHER }] } },
    ]) {
      await world.ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId: snapshotId, ...written }));
      assert.deepEqual((await last(world, 'ModifySnapshotAttribute')).requestParameters, expected);
    }
    const { ImageId } = await world.ec2.send(
      new RegisterImageCommand({
        Name: 'image',
        RootDeviceName: '/dev/sda1',
        BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs: { SnapshotId: snapshotId } }],
      }),
    );
    await world.ec2.send(
      new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { Remove: [{ Group: 'all' }] } }),
    );
    assert.deepEqual((await last(world, 'ModifyImageAttribute')).requestParameters, {
      imageId: ImageId,
      launchPermission: { remove: { items: [{ group: 'all' }] } },
      attributeType: 'launchPermission',
    });
    const malformed = { Add: [{ UserId: 'john' }] };
    for (const refused of [
      new ModifyImageAttributeCommand({ ImageId, LaunchPermission: malformed }),
      new ModifySnapshotAttributeCommand({ SnapshotId: snapshotId, CreateVolumePermission: malformed }),
    ]) {
      await assert.rejects(world.ec2.send(refused as ModifyImageAttributeCommand));
      const record = await last(world, refused.constructor.name.replace('Command', ''));
      const code = 'ImageId' in refused.input ? 'InvalidAMIAttributeItemValue' : 'InvalidUserID.Malformed';
      assert.equal(record.errorCode, `Client.${code}`);
      assert.match(JSON.stringify(record.requestParameters), /"add":\{"items":\[\{"userId":"john"\}\]\}/i);
    }
  });

  test('of a younger operation is its XML, under the document’s name', async (t) => {
    const world = await ec2World(t);
    const on = await world.ec2.send(new EnableEbsEncryptionByDefaultCommand({}));
    const enabled = await last(world, 'EnableEbsEncryptionByDefault');
    assert.deepEqual(enabled.requestParameters, { EnableEbsEncryptionByDefaultRequest: {} });
    assert.deepEqual(enabled.responseElements, {
      EnableEbsEncryptionByDefaultResponse: {
        xmlns: 'http://ec2.amazonaws.com/doc/2016-11-15/',
        ebsEncryptionByDefault: true,
        requestId: on.$metadata.requestId,
      },
    });

    const { VolumeId } = await world.ec2.send(new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1 }));
    await world.server.settled();
    await world.ec2.send(new ModifyVolumeCommand({ VolumeId, Size: 2 }));
    assert.deepEqual((await last(world, 'ModifyVolume')).requestParameters, {
      ModifyVolumeRequest: { VolumeId, Size: 2 },
    });

    await world.ec2.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: 'template',
        ClientToken: 'token',
        LaunchTemplateData: {
          UserData: 'c2VjcmV0',
          SecurityGroupIds: ['sg-0123456789abcdef0', 'sg-0123456789abcdef1'],
          BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 100 } }],
        },
      }),
    );
    assert.deepEqual((await last(world, 'CreateLaunchTemplate')).requestParameters, {
      CreateLaunchTemplateRequest: {
        LaunchTemplateName: 'template',
        ClientToken: 'token',
        LaunchTemplateData: {
          UserData: '<sensitiveDataRemoved>',
          SecurityGroupId: [
            { tag: 1, content: 'sg-0123456789abcdef0' },
            { tag: 2, content: 'sg-0123456789abcdef1' },
          ],
          BlockDeviceMapping: { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 100 }, tag: 1 },
        },
      },
    });
  });

  test('of CreateTags lists resources and tags as sets', async (t) => {
    const world = await ec2World(t);
    const id = await world.newSnapshot(await world.newVolume());
    await world.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'a', Value: 'b' }] }));
    assert.deepEqual((await last(world, 'CreateTags')).requestParameters, {
      resourcesSet: { items: [{ resourceId: id }] },
      tagSet: { items: [{ key: 'a', value: 'b' }] },
    });
  });
});

describe('the owner of a shared snapshot', () => {
  /** A snapshot of the world's account that the other may use, and a client of the other's. */
  async function share(world: World) {
    const id = await world.newSnapshot(await world.newVolume());
    await world.ec2.send(
      new ModifySnapshotAttributeCommand({
        SnapshotId: id,
        CreateVolumePermission: { Add: [{ UserId: OTHER }] },
      }),
    );
    return { id, others: world.server.client(EC2Client, await world.server.root(OTHER)) };
  }

  /** The two records of one call: as its caller's account has it, and as the owner's does. */
  async function pair(world: World, name: string) {
    const mine = (await historyOf(world, OTHER)).findLast(({ eventName }) => eventName === name)!;
    const owners = (await world.trail({ name: 'EventName', value: name })).at(-1)!;
    assert.equal(owners.sharedEventID, mine.sharedEventID);
    assert.equal(owners.requestID, mine.requestID);
    assert.notEqual(owners.eventID, mine.eventID);
    assert.deepEqual([mine.recipientAccountId, owners.recipientAccountId], [OTHER, ACCOUNT]);
    assert.deepEqual(owners.userIdentity, { type: 'AWSAccount', principalId: OTHER, accountId: OTHER });
    return { mine, owners };
  }

  const serviceEvent = async (world: World, name: string) => {
    const { eventID: _id, eventTime: _at, ...event } = await last(world, name);
    return event;
  };

  const used = (name: string, snapshotId: string) => ({
    eventVersion: '1.11',
    userIdentity: { type: 'AWSAccount', accountId: OTHER, invokedBy: 'ec2.amazonaws.com' },
    eventSource: 'ec2.amazonaws.com',
    eventName: name,
    awsRegion: REGION,
    sourceIPAddress: 'ec2.amazonaws.com',
    userAgent: 'ec2.amazonaws.com',
    requestParameters: null,
    responseElements: null,
    readOnly: false,
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    serviceEventDetails: { snapshotId },
    eventCategory: 'Management',
  });

  const tagged = (type: 'snapshot' | 'volume') => ({
    TagSpecifications: [{ ResourceType: type, Tags: [{ Key: 'secret', Value: 'name' }] }],
  });

  test('learns that it is copied, and not the tags of the copy', async (t) => {
    const world = await ec2World(t);
    const { id, others } = await share(world);
    await others.send(
      new CopySnapshotCommand({ SourceRegion: REGION, SourceSnapshotId: id, ...tagged('snapshot') }),
    );
    await world.server.settled();
    const { mine, owners } = await pair(world, 'CopySnapshot');
    assert.notEqual(mine.requestParameters!.tagSpecificationSet, HIDDEN);
    assert.equal(owners.requestParameters!.tagSpecificationSet, HIDDEN);
    assert.equal(owners.responseElements!.tagSet, HIDDEN);
    assert.equal(owners.requestParameters!.sourceSnapshotId, id);
    const name = 'SharedSnapshotCopyInitiated';
    assert.deepEqual(await serviceEvent(world, name), used(name, id));
    assert.ok(!(await historyOf(world, OTHER)).some(({ eventName }) => eventName === name));
  });

  test('learns that a volume is made from it, once it is there', async (t) => {
    const world = await ec2World(t);
    const { id, others } = await share(world);
    const name = 'SharedSnapshotVolumeCreated';
    await others.send(
      new CreateVolumeCommand({ AvailabilityZone: ZONE, SnapshotId: id, ...tagged('volume') }),
    );
    await world.server.settled();
    const { owners } = await pair(world, 'CreateVolume');
    assert.equal(owners.responseElements!.tagSet, HIDDEN);
    assert.deepEqual(await serviceEvent(world, name), used(name, id));
  });

  test('is told nothing of its own use of it', async (t) => {
    const world = await ec2World(t);
    const id = await world.newSnapshot(await world.newVolume());
    await world.ec2.send(new CreateVolumeCommand({ AvailabilityZone: ZONE, SnapshotId: id }));
    await world.ec2.send(new CopySnapshotCommand({ SourceRegion: REGION, SourceSnapshotId: id }));
    await world.server.settled();
    const told = (await world.trail()).filter(({ eventName }) => eventName.startsWith('SharedSnapshot'));
    assert.deepEqual(told, []);
    assert.equal((await last(world, 'CopySnapshot')).sharedEventID, undefined);
  });
});
