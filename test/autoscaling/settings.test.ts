/** What a group may be set to, how it is shown, and what each setting refuses. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  type CreateAutoScalingGroupCommandInput,
  CreateOrUpdateTagsCommand,
  DeleteAutoScalingGroupCommand,
  DeleteNotificationConfigurationCommand,
  DescribeNotificationConfigurationsCommand,
  DescribeScalingActivitiesCommand,
  DescribeWarmPoolCommand,
  type Filter,
  PutNotificationConfigurationCommand,
  PutWarmPoolCommand,
  ResumeProcessesCommand,
  SuspendProcessesCommand,
  type Tag,
  UpdateAutoScalingGroupCommand,
  type UpdateAutoScalingGroupCommandInput,
} from '@aws-sdk/client-auto-scaling';
import { type GroupWorld, groupWorld } from '../worlds/groups.ts';
import { refusal } from '../worlds/server.ts';

let world: GroupWorld;
let templateId: string;
const ends: (() => void)[] = [];
before(async () => {
  world = await groupWorld({ after: (end) => ends.push(end as () => void) });
  templateId = await world.newTemplate();
});
after(async () => {
  for (const end of ends.reverse()) await end();
});

let made = 0;
async function newGroup(input: Partial<CreateAutoScalingGroupCommandInput> = {}): Promise<string> {
  const name = `group-${++made}`;
  await world.newGroup(templateId, { AutoScalingGroupName: name, DesiredCapacity: 0, ...input });
  await world.server.settled();
  return name;
}

const update = (AutoScalingGroupName: string, input: Partial<UpdateAutoScalingGroupCommandInput>) =>
  world.autoscaling.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, ...input }));

const SETTINGS: Partial<UpdateAutoScalingGroupCommandInput> = {
  CapacityRebalance: true,
  MaxInstanceLifetime: 86_400,
  InstanceMaintenancePolicy: { MinHealthyPercentage: 90, MaxHealthyPercentage: 120 },
  AvailabilityZoneDistribution: { CapacityDistributionStrategy: 'balanced-only' },
  AvailabilityZoneImpairmentPolicy: {
    ZonalShiftEnabled: true,
    ImpairedZoneHealthCheckBehavior: 'IgnoreUnhealthy',
  },
  CapacityReservationSpecification: { CapacityReservationPreference: 'none' },
  DeletionProtection: 'prevent-force-deletion',
  DefaultInstanceWarmup: 30,
};

test('settings are kept at creation and by an update, and shown as they were given', async () => {
  for (const name of [await newGroup(SETTINGS as CreateAutoScalingGroupCommandInput), await newGroup()]) {
    await update(name, name === 'group-1' ? {} : SETTINGS);
    const shown = await world.group(name);
    for (const [member, value] of Object.entries(SETTINGS)) {
      assert.deepEqual(shown[member as keyof typeof shown], value, member);
    }
  }
});

test('the values that take a setting back leave none', async () => {
  const name = await newGroup(SETTINGS as CreateAutoScalingGroupCommandInput);
  await update(name, {
    MaxInstanceLifetime: 0,
    InstanceMaintenancePolicy: { MinHealthyPercentage: -1, MaxHealthyPercentage: -1 },
    DefaultInstanceWarmup: -1,
  });
  const { MaxInstanceLifetime, InstanceMaintenancePolicy, DefaultInstanceWarmup } = await world.group(name);
  assert.deepEqual(
    [MaxInstanceLifetime, InstanceMaintenancePolicy, DefaultInstanceWarmup],
    [undefined, undefined, undefined],
  );
});

describe('refused is', () => {
  const cases: [Partial<UpdateAutoScalingGroupCommandInput>, RegExp][] = [
    [{ MaxInstanceLifetime: 3600 }, /between 86400 and 31536000/],
    [
      { InstanceMaintenancePolicy: { MinHealthyPercentage: 0, MaxHealthyPercentage: 150 } },
      /greater than 100/,
    ],
    [
      { InstanceMaintenancePolicy: { MinHealthyPercentage: -1, MaxHealthyPercentage: 150 } },
      /between 0 and 100/,
    ],
    [
      { InstanceMaintenancePolicy: { MinHealthyPercentage: 50, MaxHealthyPercentage: 90 } },
      /between 100 and 200/,
    ],
    [{ InstanceMaintenancePolicy: { MinHealthyPercentage: 50 } }, /must be specified/],
    [{ DesiredCapacityType: 'cores' }, /units, vcpu, memory-mib/],
    [{ AvailabilityZoneImpairmentPolicy: { ZonalShiftEnabled: true } }, /required when ZonalShiftEnabled/],
    [
      { CapacityReservationSpecification: { CapacityReservationPreference: 'capacity-reservations-only' } },
      /does not serve/,
    ],
    [
      {
        CapacityReservationSpecification: { CapacityReservationTarget: { CapacityReservationIds: ['cr-1'] } },
      },
      /does not serve CapacityReservationTarget/,
    ],
    [{ AvailabilityZones: ['us-east-1a'], AvailabilityZoneIds: ['use1-az1'] }, /cannot both/],
    [{ AvailabilityZoneIds: ['use1-az99'] }, /Invalid availability zones: \[use1-az99\]/],
  ];
  for (const [input, expected] of cases) {
    test(JSON.stringify(input), async () => {
      const name = await newGroup();
      const { code, message } = await refusal(update(name, input));
      assert.equal(code, 'ValidationError');
      assert.match(message, expected);
    });
  }
});

test('no tag is given twice, none is reserved, and fifty are all', async () => {
  const tag = (Key: string) => ({ Key, Value: 'v', PropagateAtLaunch: true });
  const many = (count: number) => Array.from({ length: count }, (_, index) => tag(`k${index}`));
  const name = await newGroup({ Tags: many(50) });
  assert.equal((await world.group(name)).Tags?.length, 50);
  const set = (Tags: Tag[]) =>
    world.autoscaling.send(
      new CreateOrUpdateTagsCommand({
        Tags: Tags.map((each) => ({ ...each, ResourceId: name, ResourceType: 'auto-scaling-group' })),
      }),
    );
  await set([tag('k49')]);
  for (const [tags, message] of [
    [[tag('a'), tag('a')], /^Duplicate keys are not allowed\.$/],
    [[tag('aws:a')], /^Tag keys starting with aws: are reserved for internal use$/],
    [many(51), /maximum number of tags for an Auto Scaling group is 50/],
  ] as const) {
    assert.match((await refusal(newGroup({ Tags: [...tags] }))).message, message);
    assert.match((await refusal(set([...tags]))).message, message);
  }
});

test('a suspended process leaves the warm pool as it is, whichever way it would go', async () => {
  const name = await newGroup({ DesiredCapacity: 0, MaxSize: 3 });
  const named = { AutoScalingGroupName: name };
  const sized = async (MaxGroupPreparedCapacity: number, suspended: string[]) => {
    const both = { ...named, ScalingProcesses: ['Launch', 'Terminate'] };
    await world.autoscaling.send(new SuspendProcessesCommand(both));
    await world.autoscaling.send(new PutWarmPoolCommand({ ...named, MaxGroupPreparedCapacity }));
    const ScalingProcesses = both.ScalingProcesses.filter((each) => !suspended.includes(each));
    await world.autoscaling.send(new ResumeProcessesCommand({ ...named, ScalingProcesses }));
    await world.server.settled();
    return (await world.autoscaling.send(new DescribeWarmPoolCommand(named))).Instances?.length;
  };
  assert.equal(await sized(2, ['Launch']), 0);
  assert.equal(await sized(2, []), 2);
  assert.equal(await sized(1, ['Terminate']), 2);
  assert.equal(await sized(3, ['Launch']), 2);
  assert.equal(await sized(1, ['Launch']), 1);
  assert.equal(await sized(2, ['Terminate']), 2);
  assert.equal(await sized(0, []), 0);
});

test('a new instance is warm before the next is replaced', async () => {
  const name = await newGroup({
    DesiredCapacity: 2,
    MaxInstanceLifetime: 86_400,
    DefaultInstanceWarmup: 300,
  });
  const ids = async () => (await world.group(name)).Instances!.map(({ InstanceId }) => InstanceId);
  const before = await ids();
  const left = async (afterMs: number) => {
    await world.server.advance(afterMs);
    return (await ids()).filter((id) => before.includes(id)).length;
  };
  assert.equal(await left(86_400_000 + 60_000), 1);
  assert.equal(await left(200_000), 1);
  assert.equal(await left(101_000), 0);
});

test('zones are named by id as well, and their ids shown', async () => {
  const { AvailabilityZones, AvailabilityZoneIds } = await world.group(await newGroup());
  const name = await newGroup({
    VPCZoneIdentifier: undefined,
    AvailabilityZoneIds: AvailabilityZoneIds!.slice(0, 1),
  });
  const shown = await world.group(name);
  assert.deepEqual(shown.AvailabilityZones, AvailabilityZones!.slice(0, 1));
  assert.deepEqual(shown.AvailabilityZoneIds, AvailabilityZoneIds!.slice(0, 1));
});

describe('deletion protection', () => {
  const remove = (AutoScalingGroupName: string, ForceDelete: boolean) =>
    world.autoscaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName, ForceDelete }));

  test('against force alone lets an empty group go', async () => {
    const name = await newGroup({ DeletionProtection: 'prevent-force-deletion' });
    assert.match((await refusal(remove(name, true))).message, /prevent-force-deletion/);
    await remove(name, false);
    await world.server.settled();
    assert.equal(await world.group(name), undefined);
  });

  test('against all lets it go once the protection is lifted', async () => {
    const name = await newGroup({ DeletionProtection: 'prevent-all-deletion' });
    for (const force of [true, false])
      assert.equal((await refusal(remove(name, force))).code, 'ValidationError');
    await update(name, { DeletionProtection: 'none' });
    await remove(name, true);
    await world.server.settled();
    assert.equal(await world.group(name), undefined);
  });
});

test('a group whose instances are all protected says once that it cannot shrink', async () => {
  const name = await newGroup({ DesiredCapacity: 1, NewInstancesProtectedFromScaleIn: true });
  await update(name, { DesiredCapacity: 0 });
  await world.server.settled();
  await update(name, { DesiredCapacity: 0, DefaultCooldown: 10 });
  await world.server.settled();
  const [latest, ...earlier] = await world.activities(name);
  assert.deepEqual([latest!.StatusCode, latest!.Progress, latest!.Details], ['Cancelled', 100, '{}']);
  assert.match(latest!.Description!, /all remaining instances are protected from scale-in\.$/);
  assert.match(latest!.Cause!, /from 1 to 0\. {2}At \S+ group reached equilibrium\.$/);
  assert.equal(earlier.length, 1);
});

describe('scaling activities are filtered', () => {
  const ids = async (AutoScalingGroupName: string | undefined, ...Filters: Filter[]) => {
    const { Activities } = await world.autoscaling.send(
      new DescribeScalingActivitiesCommand({ AutoScalingGroupName, Filters }),
    );
    return Activities!.map(({ ActivityId }) => ActivityId);
  };

  test('by when they started, bounds included, and by status', async () => {
    const name = await newGroup({ DesiredCapacity: 1 });
    const [{ ActivityId: id, StartTime: start } = {}] = await world.activities(name);
    const at = start!.toISOString();
    const later = new Date(start!.getTime() + 1).toISOString();
    const bound = (Name: string, time: string) => ({ Name, Values: [time] });
    assert.deepEqual(await ids(name, bound('StartTimeLowerBound', at), bound('StartTimeUpperBound', at)), [
      id,
    ]);
    assert.deepEqual(await ids(name, bound('StartTimeLowerBound', later)), []);
    assert.deepEqual(await ids(name, { Name: 'Status', Values: ['Successful'] }), [id]);
    assert.deepEqual(await ids(name, { Name: 'Status', Values: ['Failed'] }), []);
  });

  test('and are listed newest first, of one group and of all', async () => {
    const [first, second] = [await newGroup({ DesiredCapacity: 1 }), await newGroup({ DesiredCapacity: 1 })];
    await world.server.settled();
    const [[one], [other], all] = [await ids(first), await ids(second), await ids(undefined)];
    assert.deepEqual(all.slice(0, 2), [other, one]);
    await update(first, { DesiredCapacity: 0 });
    await world.server.settled();
    assert.deepEqual((await ids(first)).slice(1), [one]);
    assert.deepEqual((await ids(undefined)).slice(1, 3), [other, one]);
  });

  for (const filter of [
    { Name: 'StartTimeLowerBound', Values: ['2026-01-31T00:00:00'] },
    { Name: 'StartTimeUpperBound', Values: ['yesterday'] },
    { Name: 'Status', Values: ['Failed'] },
    { Name: 'Colour', Values: ['red'] },
  ]) {
    test(`and refused for ${JSON.stringify(filter)} of all groups`, async () => {
      assert.equal((await refusal(ids(undefined, filter))).code, 'ValidationError');
    });
  }
});

test('a group tells topics of what was chosen for each, as far as that is kept', async () => {
  const name = await newGroup();
  const topic = (of: string) => `arn:aws:sns:us-east-1:123456789012:${of}`;
  const put = (TopicARN: string, ...NotificationTypes: string[]) =>
    world.autoscaling.send(
      new PutNotificationConfigurationCommand({ AutoScalingGroupName: name, TopicARN, NotificationTypes }),
    );
  const launch = 'autoscaling:EC2_INSTANCE_LAUNCH';
  const failed = 'autoscaling:EC2_INSTANCE_LAUNCH_ERROR';
  const shown = async (input: object = { AutoScalingGroupNames: [name] }) => {
    const answer = await world.autoscaling.send(new DescribeNotificationConfigurationsCommand(input));
    return answer.NotificationConfigurations?.map(({ TopicARN, NotificationType }) => [
      TopicARN,
      NotificationType,
    ]);
  };
  await put(topic('ops'), launch, failed);
  await put(topic('all'), launch);
  assert.deepEqual(await shown({}), [
    [topic('all'), launch],
    [topic('ops'), launch],
    [topic('ops'), failed],
  ]);
  await put(topic('ops'), failed);
  const all = { AutoScalingGroupName: name, TopicARN: topic('all') };
  await world.autoscaling.send(new DeleteNotificationConfigurationCommand(all));
  assert.deepEqual(await shown(), [[topic('ops'), failed]]);
  assert.deepEqual(await shown({ AutoScalingGroupNames: [await newGroup()] }), []);
  assert.match((await refusal(put('ops', launch))).message, /Invalid SNS topic ARN: ops/);
  assert.match((await refusal(put(topic('ops'), 'launch'))).message, /Invalid notification type: launch/);
});
