/** A volume made of another: its data, its key, and who may. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CopyVolumesCommand, CreateVolumeCommand, DescribeVolumesCommand } from '@aws-sdk/client-ec2';
import { allowing, statement, ZONE } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

const source = async (world: World, input: object = {}) => {
  const made = await world.ec2.send(
    new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 2, VolumeType: 'gp3', ...input }),
  );
  await world.server.settled();
  return made.VolumeId!;
};

const copy = (world: World, SourceVolumeId: string, input: object = {}) =>
  world.ec2.send(new CopyVolumesCommand({ SourceVolumeId, ...input }));

const described = async (world: World, id: string) => {
  await world.server.settled();
  const { Volumes } = await world.ec2.send(new DescribeVolumesCommand({ VolumeIds: [id] }));
  return Volumes![0]!;
};

describe('a copy of a volume', () => {
  test('is of its zone, size and type, and under its key', async (t) => {
    const world = await ec2World(t);
    const KmsKeyId = await world.newKey();
    const id = await source(world, { Encrypted: true, KmsKeyId });
    const { Volumes } = await copy(world, id, {
      TagSpecifications: [{ ResourceType: 'volume', Tags: [{ Key: 'a', Value: 'b' }] }],
    });
    const [made] = Volumes!;
    assert.equal(made!.State, 'creating');
    assert.equal(made!.SourceVolumeId, id);
    const later = await described(world, made!.VolumeId!);
    assert.deepEqual(
      [later.State, later.Size, later.VolumeType, later.AvailabilityZone, later.Encrypted],
      ['available', 2, 'gp3', ZONE, true],
    );
    assert.ok(later.KmsKeyId!.endsWith(KmsKeyId.slice(-36)));
    const calls = (await world.trail({ name: 'EventSource', value: 'kms.amazonaws.com' }))
      .filter(({ userIdentity }) => userIdentity.invokedBy !== undefined)
      .map(({ eventName }) => eventName);
    assert.ok(calls.includes('ReEncrypt'), calls.join());
  });

  test('is encrypted anew under a key that is named, and by default where the account says so', async (t) => {
    const world = await ec2World(t);
    const id = await source(world);
    const KmsKeyId = await world.newKey();
    const { Volumes } = await copy(world, id, { KmsKeyId, Size: 4 });
    const later = await described(world, Volumes![0]!.VolumeId!);
    assert.deepEqual([later.Encrypted, later.Size], [true, 4]);
    assert.ok(later.KmsKeyId!.endsWith(KmsKeyId.slice(-36)));
  });

  test('is refused where it would be smaller, unencrypted, or second', async (t) => {
    const world = await ec2World(t, { delays: 1 });
    const KmsKeyId = await world.newKey();
    const { VolumeId: id } = await world.ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 2, Encrypted: true, KmsKeyId }),
    );
    assert.equal((await refusal(copy(world, id!))).code, 'IncorrectState');
    await world.server.advance(10_000);
    assert.equal((await refusal(copy(world, id!, { Size: 1 }))).code, 'InvalidParameterValue');
    assert.equal((await refusal(copy(world, id!, { Encrypted: false }))).code, 'InvalidParameterCombination');
    const ClientToken = 'once';
    const first = await copy(world, id!, { ClientToken });
    assert.equal((await refusal(copy(world, id!))).code, 'IncorrectState');
    const again = await copy(world, id!, { ClientToken });
    assert.equal(again.Volumes![0]!.VolumeId, first.Volumes![0]!.VolumeId);
  });

  test('asks for the source and for the copy', async (t) => {
    const world = await ec2World(t);
    const id = await source(world);
    const arn = `arn:aws:ec2:*:*:volume/${id}`;
    const user = await world.user('copier', statement('ec2:CopyVolumes', { Resource: arn }));
    const call = () => user.ec2.send(new CopyVolumesCommand({ SourceVolumeId: id }));
    assert.equal((await refusal(call())).code, 'UnauthorizedOperation');
    await world.allow('copier', 'all', allowing('ec2:CopyVolumes'));
    assert.ok((await call()).Volumes![0]!.VolumeId);
  });
});
