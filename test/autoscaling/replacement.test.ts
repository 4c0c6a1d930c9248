/** How instances are replaced: after how long, and whether another is launched first. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type CreateAutoScalingGroupCommandInput,
  SetInstanceHealthCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import type { GroupRecord, HealthyRange } from '../../src/services/autoscaling/group/group.ts';
import type { InstanceRecord } from '../../src/services/autoscaling/instance/instance.ts';
import { planReplacement } from '../../src/services/autoscaling/reconcile/replacement.ts';
import { type GroupWorld, groupWorld } from '../worlds/groups.ts';

const DAY_MS = 86_400_000;
const AutoScalingGroupName = 'web';

async function worldOf(
  t: Parameters<typeof groupWorld>[0],
  input: Partial<CreateAutoScalingGroupCommandInput>,
): Promise<GroupWorld> {
  const world = await groupWorld(t);
  await world.newGroup(await world.newTemplate(), input);
  await world.server.settled();
  return world;
}

const ids = async (world: GroupWorld) =>
  (await world.group()).Instances!.map(({ InstanceId }) => InstanceId!).sort();

/** Oldest first. */
const told = async (world: GroupWorld) =>
  (await world.activities()).map(({ Description, Cause }) => `${Description} - ${Cause}`).reverse();

const fail = (world: GroupWorld, InstanceId: string) =>
  world.autoscaling.send(
    new SetInstanceHealthCommand({ InstanceId, HealthStatus: 'Unhealthy', ShouldRespectGracePeriod: false }),
  );

describe('a maximum instance lifetime', () => {
  test('replaces what is older, one after another', async (t) => {
    const world = await worldOf(t, { DesiredCapacity: 2, MaxInstanceLifetime: 86_400 });
    const before = await ids(world);
    await world.server.advance(DAY_MS - 60_000);
    assert.deepEqual(await ids(world), before);
    await world.server.advance(120_000);
    const now = await ids(world);
    assert.equal(now.length, 2);
    assert.ok(before.every((id) => !now.includes(id)));
    const ended = (await told(world)).filter((each) => each.startsWith('Terminating'));
    assert.equal(ended.length, 2);
    assert.match(ended[0]!, /in response to a maximum instance lifetime/);
  });

  test('that is set later holds for the instances that there are; protected ones stay', async (t) => {
    const world = await worldOf(t, { DesiredCapacity: 1, NewInstancesProtectedFromScaleIn: true });
    const before = await ids(world);
    await world.autoscaling.send(
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, MaxInstanceLifetime: 86_400 }),
    );
    await world.server.advance(DAY_MS + 60_000);
    assert.deepEqual(await ids(world), before);
  });
});

describe('an unhealthy instance', () => {
  const launchCause = (all: readonly string[]) => all.find((each) => each.startsWith('Launching'))!;

  test('is terminated while another is launched', async (t) => {
    const world = await worldOf(t, { DesiredCapacity: 1 });
    await fail(world, (await ids(world))[0]!);
    await world.server.settled();
    const [, ...after] = await told(world);
    assert.equal(after.length, 2);
    assert.match(launchCause(after), /in response to a difference between desired and actual capacity/);
  });

  test('waits for another where the maintenance policy has the group launch first', async (t) => {
    const world = await worldOf(t, {
      DesiredCapacity: 1,
      InstanceMaintenancePolicy: { MinHealthyPercentage: 100, MaxHealthyPercentage: 110 },
    });
    const before = await ids(world);
    await fail(world, before[0]!);
    await world.server.settled();
    const [, ...after] = await told(world);
    assert.match(
      after[0]!,
      /^Launching .* an instance was launched in response to an unhealthy instance needing to be replaced\.$/,
    );
    assert.match(after[1]!, /^Terminating .* in response to a user health-check\.$/);
    const now = await ids(world);
    assert.equal(now.length, 1);
    assert.notDeepEqual(now, before);
  });

  test('is not waited for once it no longer runs', async (t) => {
    const world = await worldOf(t, {
      DesiredCapacity: 1,
      InstanceMaintenancePolicy: { MinHealthyPercentage: 100, MaxHealthyPercentage: 110 },
    });
    await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: await ids(world) }));
    await world.server.settled();
    const [, ...after] = await told(world);
    assert.match(launchCause(after), /in response to a difference between desired and actual capacity/);
    assert.equal((await ids(world)).length, 1);
  });
});

describe('the plan of a replacement', () => {
  const plan = (
    desiredCapacity: number,
    range: HealthyRange,
    {
      retiring,
      serving = desiredCapacity,
      isBusy = false,
    }: { retiring: number; serving?: number; isBusy?: boolean },
  ) => {
    const all = Array.from(
      { length: desiredCapacity },
      (_, index) => ({ instanceId: `i-${index}` }) as InstanceRecord,
    );
    const going = all.slice(0, retiring).map((instance) => ({ instance, range, cause: '', launchCause: '' }));
    const group = { desiredCapacity, suspended: {} } as unknown as GroupRecord;
    const { leaving, surge } = planReplacement(group, all.slice(0, serving), going, isBusy);
    return [leaving.length, surge];
  };
  const range = (minPercentage: number, maxPercentage: number): HealthyRange => ({
    minPercentage,
    maxPercentage,
  });

  test('lets no more go than the minimum, and launches no more than the maximum', () => {
    assert.deepEqual(plan(10, range(0, 100), { retiring: 10 }), [10, 0]);
    assert.deepEqual(plan(10, range(90, 100), { retiring: 10 }), [1, 0]);
    assert.deepEqual(plan(10, range(50, 150), { retiring: 10 }), [5, 5]);
    assert.deepEqual(plan(10, range(100, 120), { retiring: 10 }), [0, 2]);
    assert.deepEqual(plan(10, range(100, 100), { retiring: 10 }), [0, 1]);
    assert.deepEqual(plan(10, range(100, 200), { retiring: 3 }), [0, 3]);
  });

  test('makes up for the whole weight of the one that is to go', () => {
    const heavy = { instanceId: 'i-heavy', weight: 4 } as InstanceRecord;
    const going = [{ instance: heavy, range: range(100, 110), cause: '', launchCause: '' }];
    const group = { desiredCapacity: 8, suspended: {} } as unknown as GroupRecord;
    const { leaving, surge } = planReplacement(
      group,
      [heavy, { ...heavy, instanceId: 'i-other' }],
      going,
      false,
    );
    assert.deepEqual([leaving.length, surge], [0, 4]);
  });

  test('lets one go where nothing else would ever be replaced, and nothing is under way', () => {
    assert.deepEqual(plan(1, range(90, 100), { retiring: 1 }), [1, 0]);
    assert.deepEqual(plan(3, range(90, 100), { retiring: 3 }), [1, 0]);
    assert.deepEqual(plan(3, range(90, 100), { retiring: 3, serving: 2, isBusy: true }), [0, 0]);
  });
});
