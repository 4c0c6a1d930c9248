/** Scheduled actions: sizes that change at a time, or again and again by a crontab in a time zone. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  BatchDeleteScheduledActionCommand,
  BatchPutScheduledUpdateGroupActionCommand,
  DescribeScheduledActionsCommand,
  PutScheduledUpdateGroupActionCommand,
  SuspendProcessesCommand,
} from '@aws-sdk/client-auto-scaling';
import { parseRecurrence } from '../../src/services/autoscaling/scheduled-action/recurrence.ts';
import { type GroupWorld, groupWorld } from '../worlds/groups.ts';
import { refusal } from '../worlds/server.ts';

const AutoScalingGroupName = 'web';
const HOUR_MS = 3_600_000;

async function emptyGroup(t: Parameters<typeof groupWorld>[0]): Promise<GroupWorld> {
  const world = await groupWorld(t);
  await world.newGroup(await world.newTemplate(), { DesiredCapacity: 0 });
  return world;
}

const put = (world: GroupWorld, input: object) =>
  world.autoscaling.send(
    new PutScheduledUpdateGroupActionCommand({ AutoScalingGroupName, ScheduledActionName: 'grow', ...input }),
  );

const described = async (world: GroupWorld) =>
  (await world.autoscaling.send(new DescribeScheduledActionsCommand({ AutoScalingGroupName })))
    .ScheduledUpdateGroupActions!;

const nowMs = async (world: GroupWorld) => (await world.server.ask<{ nowMs: number }>('clock')).nowMs;

describe('a scheduled action', () => {
  test('changes the group at its time, once, and tells so', async (t) => {
    const world = await emptyGroup(t);
    await put(world, { StartTime: new Date((await nowMs(world)) + HOUR_MS), DesiredCapacity: 2, MinSize: 1 });
    await world.server.advance(HOUR_MS / 2);
    assert.equal((await world.group()).DesiredCapacity, 0);
    await world.server.advance(HOUR_MS / 2);
    const { MinSize, DesiredCapacity, Instances } = await world.group();
    assert.deepEqual([MinSize, DesiredCapacity, Instances!.length], [1, 2, 2]);
    assert.match(
      (await world.activities())[0]!.Cause!,
      /^At \S+Z a scheduled action update of AutoScalingGroup constraints to min: 1, max: 4, desired: 2 changing the desired capacity from 0 to 2\. {2}At /,
    );
    assert.deepEqual(await described(world), []);
  });

  test('that recurs is due again and again, until its end', async (t) => {
    const world = await emptyGroup(t);
    const EndTime = new Date((await nowMs(world)) + 3 * HOUR_MS);
    await put(world, { Recurrence: '0 * * * *', EndTime, DesiredCapacity: 1 });
    const [{ StartTime: first } = {}] = await described(world);
    assert.equal(first!.getUTCMinutes(), 0);
    await world.server.advance(HOUR_MS);
    assert.equal((await world.group()).DesiredCapacity, 1);
    const [{ StartTime: second } = {}] = await described(world);
    assert.equal(second!.getTime() - first!.getTime(), HOUR_MS);
    await world.server.advance(HOUR_MS);
    await world.server.advance(HOUR_MS);
    assert.deepEqual(await described(world), []);
  });

  test('passes over a group that has it suspended', async (t) => {
    const world = await emptyGroup(t);
    await world.autoscaling.send(
      new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses: ['ScheduledActions'] }),
    );
    await put(world, { Recurrence: '0 * * * *', DesiredCapacity: 1 });
    await world.server.advance(HOUR_MS);
    assert.equal((await world.group()).DesiredCapacity, 0);
    assert.equal((await described(world)).length, 1);
  });

  test('is refused where it could never be; many are put and deleted at once, each told of', async (t) => {
    const world = await emptyGroup(t);
    const strange: Record<string, object> = {
      'no sizes': { Recurrence: '0 * * * *' },
      'no time': { DesiredCapacity: 1 },
      past: { DesiredCapacity: 1, StartTime: new Date(0) },
      'no crontab': { DesiredCapacity: 1, Recurrence: 'hourly' },
      'no time zone': { DesiredCapacity: 1, Recurrence: '0 * * * *', TimeZone: 'Mars/Olympus' },
    };
    for (const [what, input] of Object.entries(strange)) {
      assert.equal((await refusal(put(world, input))).code, 'ValidationError', what);
    }
    for (const [sizes, sentence] of [
      [
        { MinSize: 2, MaxSize: 0, DesiredCapacity: 0 },
        'Desired capacity must be greater than or equal to min size',
      ],
      [{ MaxSize: 1, DesiredCapacity: 5 }, 'Desired capacity must be less than or equal to max size'],
      [{ MinSize: 2, MaxSize: 1 }, 'Min size must be less than or equal to max size'],
    ] as const)
      assert.equal((await refusal(put(world, { Recurrence: '0 0 * * *', ...sizes }))).message, sentence);
    const { FailedScheduledUpdateGroupActions: failed } = await world.autoscaling.send(
      new BatchPutScheduledUpdateGroupActionCommand({
        AutoScalingGroupName,
        ScheduledUpdateGroupActions: [
          { ScheduledActionName: 'good', Recurrence: '0 0 * * *', MaxSize: 5 },
          { ScheduledActionName: 'bad', Recurrence: '0 0 * * *' },
        ],
      }),
    );
    assert.deepEqual(
      failed!.map(({ ScheduledActionName }) => ScheduledActionName),
      ['bad'],
    );
    const { FailedScheduledActions: unknown } = await world.autoscaling.send(
      new BatchDeleteScheduledActionCommand({ AutoScalingGroupName, ScheduledActionNames: ['good', 'bad'] }),
    );
    assert.deepEqual(
      unknown!.map(({ ScheduledActionName }) => ScheduledActionName),
      ['bad'],
    );
    assert.deepEqual(await described(world), []);
  });
});

describe('a recurrence', () => {
  const after = '2026-11-22T06:30:00Z';
  const cases: [string, string | undefined, string | undefined][] = [
    ['* * * * *', undefined, '2026-11-22T06:31:00Z'],
    ['*/15 * * * *', undefined, '2026-11-22T06:45:00Z'],
    ['30 6 * * *', undefined, '2026-11-23T06:30:00Z'],
    ['0 9 * * MON-FRI', undefined, '2026-11-23T09:00:00Z'],
    ['0 9 1,15 * *', undefined, '2026-12-01T09:00:00Z'],
    // Two kinds of days are alternatives: the 25th or a Tuesday.
    ['0 0 25 * 2', undefined, '2026-11-24T00:00:00Z'],
    ['0 0 * * 7', undefined, '2026-11-29T00:00:00Z'],
    ['0 0 29 2 *', undefined, '2028-02-29T00:00:00Z'],
    ['0 0 31 2 *', undefined, undefined],
    ['0 9 * * *', 'Europe/Berlin', '2026-11-22T08:00:00Z'],
    ['0 1 * * *', 'America/New_York', '2026-11-23T06:00:00Z'],
    ['0 0 1 jul *', 'Europe/Berlin', '2027-06-30T22:00:00Z'],
    ['0 0 * * *', 'Pacific/Kiritimati', '2026-11-22T10:00:00Z'],
  ];
  for (const [text, zone, expected] of cases) {
    test(`${text}${zone ? ` in ${zone}` : ''} comes next at ${expected ?? 'no time'}`, () => {
      const next = parseRecurrence(text, zone)!.next(Date.parse(after));
      assert.equal(next, expected && Date.parse(expected));
    });
  }
  for (const text of [
    '',
    '* * * *',
    '60 * * * *',
    '* 24 * * *',
    '5-1 * * * *',
    '*/0 * * * *',
    '* * * foo *',
    '* * 0 * *',
  ]) {
    test(`${JSON.stringify(text)} is none`, () => assert.equal(parseRecurrence(text), undefined));
  }
});
