/** Each kind of scaling activity is told as what it is, while it is under way and once it is over. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  AttachInstancesCommand,
  DetachInstancesCommand,
  EnterStandbyCommand,
  ExitStandbyCommand,
  PutWarmPoolCommand,
  SetDesiredCapacityCommand,
  SetInstanceProtectionCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { type GroupWorld, groupWorld } from '../../worlds/groups.ts';
import type { Explained } from '../../worlds/remedies.ts';

let world: GroupWorld;
before(async () => {
  world = await groupWorld({ after: () => undefined }, { delays: 50 });
  await world.newGroup(await world.newTemplate(), { DesiredCapacity: 3 });
  await settle();
});
after(() => world.server.close());

async function settle() {
  for (let step = 0; step < 8; step++) await world.server.advance(100_000);
}

const told = async (subject: string) => (await world.server.ask<Explained>('explain', { subject })).headline;

const AutoScalingGroupName = 'web';
const PROTECTED =
  'Could not scale to desired capacity because all remaining instances are protected from scale-in.';

const send = (command: { readonly input: object }) =>
  world.autoscaling.send(command as DetachInstancesCommand);

const resize = (DesiredCapacity: number) =>
  send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity }));

async function inService(): Promise<string> {
  const { Instances = [] } = await world.group();
  return Instances.find(({ LifecycleState }) => LifecycleState === 'InService')?.InstanceId as string;
}

interface Told {
  readonly name: string;
  /** How AWS describes it. */
  readonly described: string;
  /** Of an instance in service, and the one that the last was begun with. */
  readonly begin: (id: string, last: string) => Promise<unknown>;
  readonly is: (id: string, last: string) => string;
  /** It is over before anybody asks. */
  readonly isAtOnce?: true;
  readonly isLaunch?: true;
}

const shrinking = { AutoScalingGroupName, ShouldDecrementDesiredCapacity: true };

const KINDS: readonly Told[] = [
  {
    name: 'a detachment',
    described: 'Detaching EC2 instance',
    begin: (id) => send(new DetachInstancesCommand({ ...shrinking, InstanceIds: [id] })),
    is: (id) => `The detachment of ${id} from Auto Scaling group web`,
  },
  {
    name: 'an attachment',
    described: 'Attaching an existing EC2 instance',
    isAtOnce: true,
    begin: (_id, last) => send(new AttachInstancesCommand({ AutoScalingGroupName, InstanceIds: [last] })),
    is: (_id, last) => `The attachment of ${last} to Auto Scaling group web`,
  },
  {
    name: 'a move to standby',
    described: 'Moving EC2 instance to Standby',
    begin: (id) => send(new EnterStandbyCommand({ ...shrinking, InstanceIds: [id] })),
    is: (id) => `The move of ${id} to standby in Auto Scaling group web`,
  },
  {
    name: 'a move out of standby',
    described: 'Moving EC2 instance out of Standby',
    begin: (_id, last) => send(new ExitStandbyCommand({ AutoScalingGroupName, InstanceIds: [last] })),
    is: (_id, last) => `The move of ${last} out of standby in Auto Scaling group web`,
  },
  {
    name: 'a termination',
    described: 'Terminating EC2 instance',
    begin: (InstanceId) =>
      send(
        new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ShouldDecrementDesiredCapacity: true }),
      ),
    is: (id) => `The termination of ${id} by Auto Scaling group web`,
  },
  {
    name: 'a launch into the warm pool',
    described: 'Launching a new EC2 instance into warm pool',
    begin: () =>
      send(
        new PutWarmPoolCommand({
          AutoScalingGroupName,
          MinSize: 1,
          MaxGroupPreparedCapacity: 3,
          InstanceReusePolicy: { ReuseOnScaleIn: true },
        }),
      ),
    is: () => 'A launch into the warm pool of Auto Scaling group web',
    isLaunch: true,
  },
  {
    name: 'a launch from the warm pool',
    described: 'Launching a new EC2 instance from warm pool',
    begin: () => resize(3),
    is: () => 'A launch from the warm pool of Auto Scaling group web',
    isLaunch: true,
  },
  {
    name: 'a return to the warm pool',
    described: 'Returning EC2 instance to warm pool',
    begin: () => resize(2),
    is: () => 'The return of i-\\w+ to the warm pool of Auto Scaling group web',
  },
];

test('each, one after the other in the life of a group', async () => {
  let last = '';
  for (const { name, described, begin, is, isAtOnce, isLaunch } of KINDS) {
    const id = await inService();
    await begin(id, last);
    const find = async () =>
      (await world.activities()).find(({ Description = '' }) => Description.startsWith(described));
    for (let step = 0; step < 10 && !(await find()); step++) await world.server.advance(10_000);
    const activity = (await find())?.ActivityId as string;
    const what = is(id, last);
    if (!isAtOnce) {
      const begun = await told(activity);
      const waits = isLaunch ? ' and waits for i-\\w+' : '';
      const underWay = `^${what} is under way since \\S+${waits}; nothing has failed yet\\.$`;
      assert.match(begun, new RegExp(underWay), name);
      if ((await world.activities())[0]?.ActivityId === activity)
        assert.equal(await told('web'), begun, name);
    }
    await settle();
    const over = `^${what} has succeeded at \\d{4}-[\\d-]+T[\\d:.]+Z\\.$`;
    assert.match(await told(activity), new RegExp(over), name);
    last = id;
  }
});

test('that a group cannot shrink is none of these', async () => {
  const { Instances = [] } = await world.group();
  const InstanceIds = Instances.map(({ InstanceId }) => InstanceId as string);
  await send(
    new SetInstanceProtectionCommand({ AutoScalingGroupName, InstanceIds, ProtectedFromScaleIn: true }),
  );
  await resize(0);
  await settle();
  const { ActivityId } =
    (await world.activities()).find(({ Description }) => Description === PROTECTED) ?? {};
  assert.equal(await told(ActivityId as string), `Auto Scaling group web: ${PROTECTED}`);
});
