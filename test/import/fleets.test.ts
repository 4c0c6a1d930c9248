/** Fleets of real accounts: what is read of them, without user data, and how they go on in a fork. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  DescribeFleetsCommand,
  DescribeSpotFleetInstancesCommand,
  DescribeSpotFleetRequestsCommand,
  EC2Client,
  RequestSpotInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { openImportedWorld, servingOptions } from '../../src/imported-world.ts';
import { DAY_MS } from '../worlds/account.ts';
import { encryptedRoot } from '../worlds/ec2.ts';
import { importedFrom } from '../worlds/imported.ts';
import { startServerFor } from '../worlds/server.ts';
import { type SpotFleetWorld, spotFleetWorld } from '../worlds/spot-fleets.ts';

const SECRET = Buffer.from('password=hunter2').toString('base64');

interface Explained {
  readonly headline: string;
  readonly symptom: string;
  readonly remediesVerified: boolean;
}

const spotFleetUnder = (world: SpotFleetWorld, key: string): Promise<string> =>
  world.request({ LaunchSpecifications: [world.specification(encryptedRoot(key))] });

async function ec2FleetUnder(world: SpotFleetWorld, key: string): Promise<string> {
  return (await world.newFleet(await world.newTemplate(encryptedRoot(key)))).FleetId!;
}

async function imported(t: TestContext, world: SpotFleetWorld): Promise<string> {
  await world.server.settled();
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-fleets-'));
  t.after(() => rmSync(folder, { recursive: true }));
  await importedFrom(world.server, folder);
  return folder;
}

async function forkOf(
  t: TestContext,
  folder: string,
): Promise<{ ec2: EC2Client; pass(ms: number): Promise<void> }> {
  const fork = await startServerFor(t, servingOptions(folder, true));
  return {
    ec2: fork.client(EC2Client),
    async pass(ms) {
      await fork.advance(ms);
      await fork.settled();
    },
  };
}

const instancesOf = async (ec2: EC2Client, SpotFleetRequestId: string) => {
  const { ActiveInstances } = await ec2.send(new DescribeSpotFleetInstancesCommand({ SpotFleetRequestId }));
  return ActiveInstances!.map(({ InstanceId }) => InstanceId!).toSorted();
};

test('a Spot Fleet in a fork is as it was, and is maintained there', async (t) => {
  const world = await spotFleetWorld(t);
  const id = await world.request({
    TargetCapacity: 4,
    ValidUntil: new Date(Date.now() + 3 * DAY_MS),
    LaunchSpecifications: [world.specification({ WeightedCapacity: 2, UserData: SECRET })],
    TagSpecifications: [{ ResourceType: 'spot-fleet-request', Tags: [{ Key: 'team', Value: 'red' }] }],
  });
  const there = await world.instancesOf(id);
  const { SpotFleetRequestConfig, ...described } = await world.described(id);
  const { ec2, pass } = await forkOf(t, await imported(t, world));
  await pass(60_000);
  assert.deepEqual(await instancesOf(ec2, id), there.toSorted());
  const { SpotFleetRequestConfigs: found } = await ec2.send(new DescribeSpotFleetRequestsCommand({}));
  const { SpotFleetRequestConfig: config, ...rest } = found![0]!;
  assert.deepEqual(rest, described);
  const [{ UserData: _data, ...specification }] = SpotFleetRequestConfig!.LaunchSpecifications as [
    { UserData?: string },
  ];
  assert.deepEqual(config, { ...SpotFleetRequestConfig, LaunchSpecifications: [specification] });

  await ec2.send(new TerminateInstancesCommand({ InstanceIds: there.slice(0, 1) }));
  await pass(60_000);
  const now = await instancesOf(ec2, id);
  assert.equal(now.length, 2);
  assert.ok(!now.includes(there[0]!) && now.includes(there[1]!));
  await pass(4 * DAY_MS);
  const { SpotFleetRequestConfigs: ended } = await ec2.send(new DescribeSpotFleetRequestsCommand({}));
  assert.equal(ended![0]!.SpotFleetRequestState, 'cancelled_running');
});

test('requests that are cancelled, of launch templates, and of no capacity are read as they are', async (t) => {
  const world = await spotFleetWorld(t);
  const cancelled = await world.request();
  await world.instancesOf(cancelled);
  await world.cancel(cancelled, false);
  const template = { LaunchTemplateId: await world.newTemplate(), Version: '1' };
  const mixed = await world.request({
    Type: 'request',
    TargetCapacity: 2,
    OnDemandTargetCapacity: 1,
    LaunchSpecifications: undefined,
    LaunchTemplateConfigs: [{ LaunchTemplateSpecification: template }],
  });
  await world.newFleet(template.LaunchTemplateId);
  const empty = await world.request({ TargetCapacity: 0 });
  const before = [
    await world.described(cancelled),
    await world.described(mixed),
    await world.described(empty),
  ];
  const { Fleets: fleets } = await world.ec2.send(new DescribeFleetsCommand({}));
  const { ec2, pass } = await forkOf(t, await imported(t, world));
  await pass(60_000);
  const SpotFleetRequestIds = [cancelled, mixed, empty];
  const { SpotFleetRequestConfigs: found } = await ec2.send(
    new DescribeSpotFleetRequestsCommand({ SpotFleetRequestIds }),
  );
  const byId = (all: typeof before) => new Map(all.map((each) => [each.SpotFleetRequestId, each] as const));
  assert.deepEqual(byId(found!), byId(before));
  assert.deepEqual((await ec2.send(new DescribeFleetsCommand({}))).Fleets, fleets);
});

for (const [what, make, role] of [
  ['an EC2 Fleet', ec2FleetUnder, 'AWSServiceRoleForEC2Fleet'],
  ['a Spot Fleet', spotFleetUnder, 'AWSServiceRoleForEC2SpotFleet'],
] as const) {
  test(`explain says of ${what} of a real account whom its key does not admit`, async (t) => {
    const world = await spotFleetWorld(t);
    const id = await make(world, await world.newKey());
    const { questions, close } = await openImportedWorld(await imported(t, world));
    t.after(close);
    const explained = (await questions.explain?.({ subject: id })) as unknown as Explained;
    assert.match(explained.symptom, /could not launch: i-\w+ has failed: Client\.InvalidKMSKey/);
    assert.match(explained.headline, new RegExp(`^role ${role} may not kms:GenerateDataKeyWithoutPlaintext`));
    assert.ok(explained.remediesVerified);
  });
}

test('what launches of Spot Instances are given as user data is not kept', async (t) => {
  const world = await spotFleetWorld(t);
  const specification = world.specification({ UserData: SECRET });
  await world.request({ LaunchSpecifications: [specification] });
  await world.ec2.send(
    new RequestSpotInstancesCommand({
      LaunchSpecification: { ImageId: world.imageId, InstanceType: 't3.micro', UserData: SECRET },
    }),
  );
  const folder = await imported(t, world);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  assert.ok(files.some(({ name }) => name === 'DescribeSpotFleetRequests.json'));
  for (const { parentPath, name } of files)
    assert.ok(!readFileSync(join(parentPath, name), 'utf8').includes(SECRET), name);
});
