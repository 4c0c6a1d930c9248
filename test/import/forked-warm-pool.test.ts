/** A fork's groups go on with what is in their warm pools; where nobody has read that, they launch nothing anew. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  AutoScalingClient,
  DescribeWarmPoolCommand,
  PutWarmPoolCommand,
  SetDesiredCapacityCommand,
} from '@aws-sdk/client-auto-scaling';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { servingOptions } from '../../src/imported-world.ts';
import { allowing, denying } from '../worlds/account.ts';
import { type GroupWorld, groupWorld } from '../worlds/groups.ts';
import { type Importing, importedFrom } from '../worlds/imported.ts';
import { startServerFor, type TestServer } from '../worlds/server.ts';

const AutoScalingGroupName = 'web';

/** A group with one instance in service and two that are stopped in its pool. */
async function pooled(t: TestContext): Promise<GroupWorld> {
  const world = await groupWorld(t);
  await world.newGroup(await world.newTemplate());
  await world.server.settled();
  const pool = { AutoScalingGroupName, MaxGroupPreparedCapacity: 3, PoolState: 'Stopped' } as const;
  await world.autoscaling.send(new PutWarmPoolCommand(pool));
  await world.server.settled();
  return world;
}

async function forkOf(t: TestContext, { server }: GroupWorld, options: Importing = {}): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-warm-'));
  t.after(() => rmSync(folder, { recursive: true }));
  await importedFrom(server, folder, options);
  const fork = await startServerFor(t, servingOptions(folder, true));
  await fork.advance(60_000);
  await fork.settled();
  return fork;
}

async function warmIn(server: TestServer): Promise<string[]> {
  const client = server.client(AutoScalingClient);
  const { Instances = [] } = await client.send(new DescribeWarmPoolCommand({ AutoScalingGroupName }));
  return Instances.map((each) => `${each.InstanceId} ${each.LifecycleState}`);
}

async function machinesIn(server: TestServer): Promise<string[]> {
  const { Reservations = [] } = await server.client(EC2Client).send(new DescribeInstancesCommand({}));
  const all = Reservations.flatMap(({ Instances = [] }) => Instances);
  return all.map((each) => `${each.InstanceId} ${each.State?.Name}`).sort();
}

test('what is in a warm pool is there in a fork, and comes into service', async (t) => {
  const world = await pooled(t);
  const warm = await warmIn(world.server);
  assert.deepEqual(
    warm.map((each) => each.split(' ')[1]),
    ['Warmed:Stopped', 'Warmed:Stopped'],
  );
  const fork = await forkOf(t, world);
  assert.deepEqual(await warmIn(fork), warm);
  assert.deepEqual(await machinesIn(fork), await machinesIn(world.server));
  const client = fork.client(AutoScalingClient);
  await client.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 3 }));
  await fork.settled();
  const ids = (all: readonly string[]) => all.map((each) => each.split(' ')[0]);
  assert.deepEqual(ids(await machinesIn(fork)), ids(await machinesIn(world.server)));
});

test('of a pool that nobody has read nothing is launched', async (t) => {
  const world = await pooled(t);
  const { credentials } = await world.user('reader', allowing('*'), denying('autoscaling:DescribeWarmPool'));
  const fork = await forkOf(t, world, { credentials });
  assert.deepEqual(await machinesIn(fork), await machinesIn(world.server));
});
