/** Settings of instances and of the account that clients read back: metadata, monitoring, profiles, user data, public sharing. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AssociateIamInstanceProfileCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeInstanceAttributeCommand,
  DescribeSnapshotsCommand,
  DisableSnapshotBlockPublicAccessCommand,
  DisassociateIamInstanceProfileCommand,
  EC2Client,
  EnableSnapshotBlockPublicAccessCommand,
  GetSnapshotBlockPublicAccessStateCommand,
  ModifyInstanceAttributeCommand,
  ModifyInstanceMaintenanceOptionsCommand,
  ModifyInstanceMetadataOptionsCommand,
  ModifySnapshotAttributeCommand,
  MonitorInstancesCommand,
  ReplaceIamInstanceProfileAssociationCommand,
  StopInstancesCommand,
  UnmonitorInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
} from '@aws-sdk/client-iam';
import { allowing, ZONE } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

async function newProfile(world: World, name: string): Promise<string> {
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  await world.iam.send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  const { InstanceProfile: profile } = await world.iam.send(
    new CreateInstanceProfileCommand({ InstanceProfileName: name }),
  );
  await world.iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: name }));
  return profile!.Arn!;
}

describe('an instance', () => {
  test('is maintained and named as its launch says, and maintained as it is changed', async (t) => {
    const world = await ec2World(t);
    const InstanceId = await world.run({
      MaintenanceOptions: { AutoRecovery: 'disabled' },
      PrivateDnsNameOptions: { EnableResourceNameDnsARecord: true },
    });
    await world.server.settled();
    const shown = await world.instance(InstanceId);
    assert.deepEqual(shown.MaintenanceOptions, { AutoRecovery: 'disabled', RebootMigration: 'default' });
    assert.deepEqual(shown.PrivateDnsNameOptions, {
      HostnameType: 'ip-name',
      EnableResourceNameDnsARecord: true,
      EnableResourceNameDnsAAAARecord: false,
    });
    await world.ec2.send(
      new ModifyInstanceMaintenanceOptionsCommand({ InstanceId, AutoRecovery: 'default' }),
    );
    assert.equal((await world.instance(InstanceId)).MaintenanceOptions?.AutoRecovery, 'default');
  });

  test('tells its metadata options and monitoring as they were changed', async (t) => {
    const world = await ec2World(t);
    const id = await world.run();
    await world.server.settled();
    const changed = await world.ec2.send(
      new ModifyInstanceMetadataOptionsCommand({
        InstanceId: id,
        HttpTokens: 'optional',
        HttpPutResponseHopLimit: 3,
      }),
    );
    assert.equal(changed.InstanceMetadataOptions?.State, 'pending');
    await world.ec2.send(new MonitorInstancesCommand({ InstanceIds: [id] }));
    const { MetadataOptions, Monitoring } = await world.instance(id);
    assert.deepEqual(
      [MetadataOptions?.State, MetadataOptions?.HttpTokens, MetadataOptions?.HttpPutResponseHopLimit],
      ['applied', 'optional', 3],
    );
    assert.equal(Monitoring?.State, 'enabled');
    await world.ec2.send(new UnmonitorInstancesCommand({ InstanceIds: [id] }));
    assert.equal((await world.instance(id)).Monitoring?.State, 'disabled');
  });

  test('gives its user data back as it was given', async (t) => {
    const world = await ec2World(t);
    const text = (data: string) => Buffer.from(data).toString('base64');
    const id = await world.run({ UserData: text('#!/bin/sh\necho one\n') });
    await world.server.settled();
    const userData = async () => {
      const { UserData } = await world.ec2.send(
        new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute: 'userData' }),
      );
      return UserData?.Value;
    };
    assert.equal(await userData(), text('#!/bin/sh\necho one\n'));
    await world.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    await world.server.settled();
    await world.ec2.send(
      new ModifyInstanceAttributeCommand({ InstanceId: id, UserData: { Value: Buffer.from('two') } }),
    );
    assert.equal(await userData(), text('two'));
    const trail = JSON.stringify(await world.trail({ name: 'EventName', value: 'RunInstances' }));
    assert.equal(trail.includes(text('#!/bin/sh\necho one\n')), false);
  });

  test('has its profile associated, replaced and taken away by those who may pass the role', async (t) => {
    const world = await ec2World(t);
    const [first, second] = [await newProfile(world, 'first'), await newProfile(world, 'second')];
    const id = await world.run();
    const associate = (client: EC2Client) =>
      client.send(
        new AssociateIamInstanceProfileCommand({ InstanceId: id, IamInstanceProfile: { Name: 'first' } }),
      );
    const john = await world.user('john', allowing('ec2:*'));
    assert.equal((await refusal(associate(john.ec2))).code, 'UnauthorizedOperation');
    const { IamInstanceProfileAssociation: made } = await associate(world.ec2);
    assert.equal(made?.State, 'associating');
    assert.equal((await world.instance(id)).IamInstanceProfile?.Arn, first);
    assert.equal((await refusal(associate(world.ec2))).code, 'IncorrectState');

    const { IamInstanceProfileAssociation: replaced } = await world.ec2.send(
      new ReplaceIamInstanceProfileAssociationCommand({
        AssociationId: made!.AssociationId,
        IamInstanceProfile: { Arn: second },
      }),
    );
    const associations = async () => {
      const { IamInstanceProfileAssociations: all } = await world.ec2.send(
        new DescribeIamInstanceProfileAssociationsCommand({
          Filters: [{ Name: 'instance-id', Values: [id] }],
        }),
      );
      return all!.map(({ IamInstanceProfile, State }) => [IamInstanceProfile?.Arn, State]);
    };
    assert.deepEqual(await associations(), [[second, 'associated']]);
    await world.ec2.send(
      new DisassociateIamInstanceProfileCommand({ AssociationId: replaced!.AssociationId }),
    );
    assert.deepEqual(await associations(), []);
    assert.equal((await world.instance(id)).IamInstanceProfile, undefined);
  });
});

test('block public access keeps snapshots from being shared with everybody', async (t) => {
  const world = await ec2World(t);
  const { VolumeId } = await world.ec2.send(new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1 }));
  await world.server.settled();
  const { SnapshotId: id } = await world.ec2.send(new CreateSnapshotCommand({ VolumeId }));
  await world.server.settled();
  const share = () =>
    world.ec2.send(
      new ModifySnapshotAttributeCommand({
        SnapshotId: id,
        CreateVolumePermission: { Add: [{ Group: 'all' }] },
      }),
    );
  const others = world.server.client(EC2Client, await world.server.root('210987654321'));
  const isSeen = async () => {
    const { Snapshots } = await others.send(
      new DescribeSnapshotsCommand({ Filters: [{ Name: 'snapshot-id', Values: [id!] }] }),
    );
    return Snapshots!.length === 1;
  };
  const state = async () => (await world.ec2.send(new GetSnapshotBlockPublicAccessStateCommand({}))).State;
  assert.equal(await state(), 'unblocked');
  await share();
  assert.equal(await isSeen(), true);
  await world.ec2.send(new EnableSnapshotBlockPublicAccessCommand({ State: 'block-new-sharing' }));
  assert.equal(await isSeen(), true);
  assert.equal((await refusal(share())).code, 'OperationNotPermitted');
  await world.ec2.send(new EnableSnapshotBlockPublicAccessCommand({ State: 'block-all-sharing' }));
  assert.equal(await isSeen(), false);
  await world.ec2.send(new DisableSnapshotBlockPublicAccessCommand({}));
  assert.equal(await isSeen(), true);
});
