/** What a group may have so many of, and what a request may name so many of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as sdk from '@aws-sdk/client-auto-scaling';
import { groupWorld } from '../worlds/groups.ts';
import { refusal } from '../worlds/server.ts';

const AutoScalingGroupName = 'web';

async function emptyGroup(t: Parameters<typeof groupWorld>[0]) {
  const world = await groupWorld(t);
  await world.newGroup(await world.newTemplate(), { DesiredCapacity: 0 });
  return world;
}

// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-quotas.html
test('a group has 125 scheduled actions, put alone or fifty at a time', async (t) => {
  const { autoscaling } = await emptyGroup(t);
  const action = (n: number) => ({
    ScheduledActionName: `a${n}`,
    Recurrence: '0 0 1 1 *',
    DesiredCapacity: 1,
  });
  const putAll = (from: number, count: number) =>
    autoscaling.send(
      new sdk.BatchPutScheduledUpdateGroupActionCommand({
        AutoScalingGroupName,
        ScheduledUpdateGroupActions: Array.from({ length: count }, (_, n) => action(from + n)),
      }),
    );
  const put = (n: number) =>
    autoscaling.send(new sdk.PutScheduledUpdateGroupActionCommand({ AutoScalingGroupName, ...action(n) }));
  assert.equal((await refusal(putAll(1, 51))).code, 'ValidationError');
  await putAll(1, 50);
  await putAll(51, 50);
  await putAll(101, 24);
  const { FailedScheduledUpdateGroupActions: failed } = await putAll(125, 3);
  assert.deepEqual(
    failed!.map(({ ScheduledActionName, ErrorCode }) => [ScheduledActionName, ErrorCode]),
    [
      ['a126', 'LimitExceeded'],
      ['a127', 'LimitExceeded'],
    ],
  );
  assert.equal((await refusal(put(126))).code, 'LimitExceeded');
  // One that is there is put anew.
  await put(7);
  const remove = (count: number) =>
    autoscaling.send(
      new sdk.BatchDeleteScheduledActionCommand({
        AutoScalingGroupName,
        ScheduledActionNames: Array.from({ length: count }, (_, n) => `a${n + 1}`),
      }),
    );
  assert.equal((await refusal(remove(51))).code, 'ValidationError');
  await remove(50);
  await put(126);
});

test('a group tells ten topics', async (t) => {
  const { autoscaling } = await emptyGroup(t);
  const tell = (n: number) =>
    autoscaling.send(
      new sdk.PutNotificationConfigurationCommand({
        AutoScalingGroupName,
        TopicARN: `arn:aws:sns:us-east-1:123456789012:t${n}`,
        NotificationTypes: ['autoscaling:EC2_INSTANCE_LAUNCH'],
      }),
    );
  for (let n = 1; n <= 10; n++) await tell(n);
  assert.equal((await refusal(tell(11))).code, 'LimitExceeded');
  await tell(10);
});

test('a request names 20 instances, 50 where they are protected', async (t) => {
  const { autoscaling } = await emptyGroup(t);
  const ids = (count: number) =>
    Array.from({ length: count }, (_, n) => `i-0${n.toString(16).padStart(16, '0')}`);
  const decrement = { ShouldDecrementDesiredCapacity: true };
  const calls: readonly [most: number, call: (InstanceIds: string[]) => Promise<unknown>][] = [
    [
      20,
      (InstanceIds) =>
        autoscaling.send(new sdk.AttachInstancesCommand({ AutoScalingGroupName, InstanceIds })),
    ],
    [
      20,
      (InstanceIds) =>
        autoscaling.send(new sdk.DetachInstancesCommand({ AutoScalingGroupName, InstanceIds, ...decrement })),
    ],
    [
      20,
      (InstanceIds) =>
        autoscaling.send(new sdk.EnterStandbyCommand({ AutoScalingGroupName, InstanceIds, ...decrement })),
    ],
    [
      20,
      (InstanceIds) => autoscaling.send(new sdk.ExitStandbyCommand({ AutoScalingGroupName, InstanceIds })),
    ],
    [
      50,
      (InstanceIds) =>
        autoscaling.send(
          new sdk.SetInstanceProtectionCommand({
            AutoScalingGroupName,
            InstanceIds,
            ProtectedFromScaleIn: true,
          }),
        ),
    ],
  ];
  for (const [most, call] of calls) {
    const tooMany = `The number of instances in a request must be at most ${most}.`;
    assert.equal((await refusal(call(ids(most + 1)))).message, tooMany);
    assert.notEqual((await refusal(call(ids(most)))).message, tooMany);
  }
});
