/** Settings of instances and of the account that clients read back: metadata, monitoring, profiles, user data, public sharing. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AssociateIamInstanceProfileCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  DisableSnapshotBlockPublicAccessCommand,
  DisassociateIamInstanceProfileCommand,
  EC2Client,
  EnableSnapshotBlockPublicAccessCommand,
  GetPasswordDataCommand,
  GetSnapshotBlockPublicAccessStateCommand,
  ModifyInstanceAttributeCommand,
  ModifyInstanceMaintenanceOptionsCommand,
  ModifyInstanceMetadataOptionsCommand,
  ModifyPrivateDnsNameOptionsCommand,
  ModifySnapshotAttributeCommand,
  MonitorInstancesCommand,
  ReplaceIamInstanceProfileAssociationCommand,
  ReportInstanceStatusCommand,
  ResetInstanceAttributeCommand,
  ResetNetworkInterfaceAttributeCommand,
  StopInstancesCommand,
  UnmonitorInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
} from '@aws-sdk/client-iam';
import { instances } from '../../src/services/ec2/instance/instance.ts';
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

  test('is named otherwise: by its id, and what is left out stays', async (t) => {
    const world = await ec2World(t);
    const InstanceId = await world.run({ PrivateDnsNameOptions: { EnableResourceNameDnsARecord: true } });
    const { Return } = await world.ec2.send(
      new ModifyPrivateDnsNameOptionsCommand({ InstanceId, PrivateDnsHostnameType: 'resource-name' }),
    );
    assert.equal(Return, true);
    const { PrivateDnsName, PrivateDnsNameOptions } = await world.instance(InstanceId);
    assert.equal(PrivateDnsName, `${InstanceId}.ec2.internal`);
    assert.deepEqual(PrivateDnsNameOptions, {
      HostnameType: 'resource-name',
      EnableResourceNameDnsARecord: true,
      EnableResourceNameDnsAAAARecord: false,
    });
  });

  test('of which its record says nothing is named by its address, and found by that', async (t) => {
    const world = await ec2World(t);
    const InstanceId = await world.run();
    await world.server.settled();
    const { store } = world.server.latchkey.runtime;
    await store.transact(async (tx) => {
      for (const { privateDnsNames, ...record } of await tx.list(instances)) tx.put(instances, record);
    });
    assert.deepEqual((await world.instance(InstanceId)).PrivateDnsNameOptions, {
      HostnameType: 'ip-name',
      EnableResourceNameDnsARecord: false,
      EnableResourceNameDnsAAAARecord: false,
    });
    for (const [name, shown, other] of [
      ['hostname-type', 'ip-name', 'resource-name'],
      ['enable-resource-name-dns-a-record', 'false', 'true'],
      ['enable-resource-name-dns-aaaa-record', 'false', 'true'],
    ] as const) {
      const found = async (value: string) => {
        const Filters = [{ Name: `private-dns-name-options.${name}`, Values: [value] }];
        return (await world.ec2.send(new DescribeInstancesCommand({ Filters }))).Reservations?.length;
      };
      assert.deepEqual([await found(shown), await found(other)], [1, 0], name);
    }
  });

  test('checks source and destination again when that is reset, by its id or its interface', async (t) => {
    const world = await ec2World(t);
    const InstanceId = await world.run();
    await world.server.settled();
    const checks = async () => {
      const { SourceDestCheck, NetworkInterfaces: [primary] = [] } = await world.instance(InstanceId);
      return { ofInstance: SourceDestCheck, ofInterface: primary?.SourceDestCheck };
    };
    const switchOff = async () => {
      await world.ec2.send(
        new ModifyInstanceAttributeCommand({ InstanceId, SourceDestCheck: { Value: false } }),
      );
      assert.deepEqual(await checks(), { ofInstance: false, ofInterface: false });
    };
    await switchOff();
    await world.ec2.send(new ResetInstanceAttributeCommand({ InstanceId, Attribute: 'sourceDestCheck' }));
    assert.deepEqual(await checks(), { ofInstance: true, ofInterface: true });

    await switchOff();
    const { NetworkInterfaces: [primary] = [] } = await world.instance(InstanceId);
    const { NetworkInterfaceId } = primary!;
    const nothing = new ResetNetworkInterfaceAttributeCommand({ NetworkInterfaceId });
    assert.equal((await refusal(world.ec2.send(nothing))).code, 'InvalidParameterCombination');
    const reset = { NetworkInterfaceId, SourceDestCheck: 'reset' };
    await world.ec2.send(new ResetNetworkInterfaceAttributeCommand(reset));
    assert.deepEqual(await checks(), { ofInstance: true, ofInterface: true });
  });

  test('resets a kernel where it is stopped, and nothing else that it has', async (t) => {
    const world = await ec2World(t);
    const InstanceId = await world.run();
    await world.server.settled();
    const reset = (Attribute: 'kernel' | 'ramdisk' | 'userData') =>
      world.ec2.send(new ResetInstanceAttributeCommand({ InstanceId, Attribute }));
    assert.equal((await refusal(reset('kernel'))).code, 'IncorrectInstanceState');
    assert.equal((await refusal(reset('userData'))).code, 'InvalidParameterValue');
    await world.ec2.send(new StopInstancesCommand({ InstanceIds: [InstanceId] }));
    await world.server.settled();
    await reset('kernel');
    await reset('ramdisk');
  });

  test('is reported on while it runs, which changes no status, and has no password yet', async (t) => {
    const world = await ec2World(t);
    const id = await world.run();
    await world.server.settled();
    const report = (Instances: string[]) =>
      world.ec2.send(
        new ReportInstanceStatusCommand({ Instances, ReasonCodes: ['unresponsive'], Status: 'impaired' }),
      );
    const statuses = async () =>
      (await world.ec2.send(new DescribeInstanceStatusCommand({ InstanceIds: [id] }))).InstanceStatuses;
    const before = await statuses();
    await report([id]);
    assert.deepEqual(await statuses(), before);
    const { PasswordData } = await world.ec2.send(new GetPasswordDataCommand({ InstanceId: id }));
    assert.equal(PasswordData, '');
    assert.equal((await refusal(report([id, 'i-0123456789abcdef0']))).code, 'InvalidInstanceID.NotFound');
    await world.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    await world.server.settled();
    assert.equal((await refusal(report([id]))).code, 'IncorrectInstanceState');
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
