/** The later life of images: deprecated, disabled, kept from being deregistered. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DeregisterImageCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  type DescribeImagesCommandInput,
  DisableImageBlockPublicAccessCommand,
  DisableImageCommand,
  DisableImageDeprecationCommand,
  DisableImageDeregistrationProtectionCommand,
  EC2Client,
  EnableImageCommand,
  EnableImageDeprecationCommand,
  EnableImageDeregistrationProtectionCommand,
  ModifyImageAttributeCommand,
  RegisterImageCommand,
} from '@aws-sdk/client-ec2';
import { ZONE } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';

const OTHER = '111122223333';
const DAY_MS = 86_400_000;

let world: World;
let other: EC2Client;
let SnapshotId: string;
const ends: (() => void)[] = [];
before(async () => {
  world = await ec2World({ after: (end) => ends.push(end as () => void) });
  other = world.server.client(EC2Client, await world.server.root(OTHER));
  const volume = await world.ec2.send(new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1 }));
  await world.server.settled();
  const taken = await world.ec2.send(new CreateSnapshotCommand({ VolumeId: volume.VolumeId! }));
  SnapshotId = taken.SnapshotId!;
  await world.server.settled();
});
after(async () => {
  for (const end of ends.reverse()) await end();
});

let made = 0;
async function sharedImage(): Promise<string> {
  const BlockDeviceMappings = [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId } }];
  const machine = { Architecture: 'x86_64', VirtualizationType: 'hvm', RootDeviceName: '/dev/xvda' } as const;
  const named = { Name: `image-${++made}`, ...machine, BlockDeviceMappings };
  const { ImageId } = await world.ec2.send(new RegisterImageCommand(named));
  const LaunchPermission = { Add: [{ UserId: OTHER }] };
  await world.ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission }));
  return ImageId!;
}

const listed = async (ec2: EC2Client, id: string, input: DescribeImagesCommandInput) =>
  (await ec2.send(new DescribeImagesCommand(input))).Images!.find(({ ImageId }) => ImageId === id);

test('a deprecated image is listed for its owner, and for others only where they ask or name it', async () => {
  const ImageId = await sharedImage();
  const now = Date.parse((await listed(other, ImageId, {}))!.CreationDate!);
  const deprecate = (inMs: number) =>
    world.ec2.send(new EnableImageDeprecationCommand({ ImageId, DeprecateAt: new Date(now + inMs) }));
  for (const inMs of [-DAY_MS, 11 * 365 * DAY_MS]) {
    assert.equal((await refusal(deprecate(inMs))).code, 'InvalidParameterValue');
  }
  await deprecate(DAY_MS);
  const shown = await listed(other, ImageId, {});
  assert.match(shown!.DeprecationTime!, /:00\.000Z$/, 'to the minute');
  await world.server.advance(2 * DAY_MS);
  assert.equal(await listed(other, ImageId, {}), undefined);
  assert.ok(await listed(other, ImageId, { IncludeDeprecated: true }));
  assert.ok(await listed(other, ImageId, { ImageIds: [ImageId] }));
  assert.ok(await listed(world.ec2, ImageId, {}));
  await world.run({ ImageId });
  await world.ec2.send(new DisableImageDeprecationCommand({ ImageId }));
  assert.equal((await listed(other, ImageId, {}))!.DeprecationTime, undefined);
});

test('an image that is made public is deprecated two years after its creation', async () => {
  const ImageId = await sharedImage();
  const LaunchPermission = { Add: [{ Group: 'all' as const }] };
  await world.ec2.send(new DisableImageBlockPublicAccessCommand({}));
  await world.ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission }));
  const { CreationDate, DeprecationTime } = (await listed(world.ec2, ImageId, {}))!;
  assert.equal(Number(DeprecationTime!.slice(0, 4)), Number(CreationDate!.slice(0, 4)) + 2);
  const DeprecateAt = new Date(Date.parse(CreationDate!) + 3 * 365 * DAY_MS);
  const later = new EnableImageDeprecationCommand({ ImageId, DeprecateAt });
  assert.equal((await refusal(world.ec2.send(later))).code, 'InvalidParameterValue');
});

test('a disabled image is private, is not launched or shared, and is available again once it is enabled', async () => {
  const ImageId = await sharedImage();
  await world.ec2.send(new DisableImageCommand({ ImageId }));
  assert.equal(await listed(world.ec2, ImageId, {}), undefined);
  assert.equal((await listed(world.ec2, ImageId, { IncludeDisabled: true }))!.State, 'disabled');
  assert.equal((await listed(world.ec2, ImageId, { ImageIds: [ImageId] }))!.State, 'disabled');
  const foreign = other.send(new DescribeImagesCommand({ ImageIds: [ImageId] }));
  assert.equal((await refusal(foreign)).code, 'InvalidAMIID.NotFound');
  assert.equal((await refusal(world.run({ ImageId }))).code, 'InvalidAMIID.Unavailable');
  const LaunchPermission = { Add: [{ UserId: OTHER }] };
  const share = new ModifyImageAttributeCommand({ ImageId, LaunchPermission });
  assert.equal((await refusal(world.ec2.send(share))).code, 'OperationNotPermitted');
  await world.ec2.send(new EnableImageCommand({ ImageId }));
  await world.run({ ImageId });
  assert.equal(await listed(other, ImageId, {}), undefined, 'those who had it do not have it again');
  const states = (await world.events()).filter(({ resources: [arn = ''] }) => arn.endsWith(ImageId));
  assert.deepEqual(
    states.map(({ detail }) => detail.State),
    ['available', 'disabled', 'available'],
  );
});

test('a protected image is not deregistered, nor during the cooldown of its protection', async () => {
  const ImageId = await sharedImage();
  const deregister = () => world.ec2.send(new DeregisterImageCommand({ ImageId }));
  const unprotect = new DisableImageDeregistrationProtectionCommand({ ImageId });
  const protection = async () => {
    const attribute = { ImageId, Attribute: 'deregistrationProtection' } as const;
    const { DeregistrationProtection } = await world.ec2.send(new DescribeImageAttributeCommand(attribute));
    const shown = (await listed(world.ec2, ImageId, {}))!.DeregistrationProtection;
    assert.equal(shown, DeregistrationProtection!.Value);
    return shown;
  };
  assert.equal(await protection(), 'disabled');
  for (const WithCooldown of [false, true]) {
    await world.ec2.send(new EnableImageDeregistrationProtectionCommand({ ImageId, WithCooldown }));
    assert.equal(await protection(), WithCooldown ? 'enabled-with-cooldown' : 'enabled-without-cooldown');
    assert.equal((await refusal(deregister())).code, 'OperationNotPermitted');
    await world.ec2.send(unprotect);
  }
  assert.match((await protection())!, /^disabled after /);
  assert.equal((await refusal(deregister())).code, 'OperationNotPermitted');
  await world.server.advance(DAY_MS);
  assert.equal(await protection(), 'disabled');
  await deregister();
});
