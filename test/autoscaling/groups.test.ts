/** How a group keeps its capacity: growing, shrinking, replacing, and what it tells of it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AttachInstancesCommand,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
  CreateOrUpdateTagsCommand,
  DeleteAutoScalingGroupCommand,
  DeleteLaunchConfigurationCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeAutoScalingInstancesCommand,
  DescribeLaunchConfigurationsCommand,
  DescribeScalingActivitiesCommand,
  DescribeTagsCommand,
  DetachInstancesCommand,
  EnterStandbyCommand,
  ExecutePolicyCommand,
  ExitStandbyCommand,
  PutScalingPolicyCommand,
  ResumeProcessesCommand,
  SetDesiredCapacityCommand,
  SetInstanceHealthCommand,
  SetInstanceProtectionCommand,
  SuspendProcessesCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateLaunchTemplateVersionCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeInstancesCommand,
  ModifyInstanceAttributeCommand,
  ModifyLaunchTemplateCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { type GroupWorld, groupWorld } from '../worlds/groups.ts';
import { refusal } from '../worlds/server.ts';

const AutoScalingGroupName = 'web';

/** Enough for back-off to end and everything that follows to be done. */
const AWHILE_MS = 60_000;

async function settledGroup(
  t: Parameters<typeof groupWorld>[0],
  DesiredCapacity: number,
  input = {},
): Promise<GroupWorld> {
  const world = await groupWorld(t);
  await world.newGroup(await world.newTemplate(), { DesiredCapacity, ...input });
  await world.server.settled();
  return world;
}

const inService = async (world: GroupWorld) =>
  (await world.group()).Instances!.filter(({ LifecycleState }) => LifecycleState === 'InService');

const ids = async (world: GroupWorld) => (await inService(world)).map(({ InstanceId }) => InstanceId!).sort();

describe('the desired capacity', () => {
  test('is reached at creation, balanced over the zones, with the tags that go along', async (t) => {
    const world = await groupWorld(t);
    const TagSpecifications = [
      {
        ResourceType: 'instance' as const,
        Tags: [
          { Key: 'from', Value: 'template' },
          { Key: 'team', Value: 'template' },
        ],
      },
    ];
    await world.newGroup(await world.newTemplate({ TagSpecifications }), {
      DesiredCapacity: 4,
      Tags: [
        { Key: 'team', Value: 'storage', PropagateAtLaunch: true },
        { Key: 'secret', Value: 'own', PropagateAtLaunch: false },
      ],
    });
    await world.server.settled();
    const instances = await inService(world);
    assert.deepEqual(instances.map(({ AvailabilityZone: zone }) => zone).sort(), [
      'us-east-1a',
      'us-east-1a',
      'us-east-1b',
      'us-east-1b',
    ]);
    const { Tags: tags } = await world.instance(instances[0]!.InstanceId!);
    const own = tags!.filter(({ Key }) => !Key!.startsWith('aws:ec2'));
    assert.deepEqual(own.map(({ Key, Value }) => `${Key}=${Value}`).sort(), [
      'aws:autoscaling:groupName=web',
      'from=template',
      'team=storage',
    ]);
    const events = await world.groupEvents('EC2 Instance Launch Successful');
    assert.equal(events.length, 4);
    assert.equal(events[0]!.detail.StatusCode, 'InProgress');
    assert.deepEqual(Object.keys(events[0]!.detail.Details as object), ['Subnet ID', 'Availability Zone']);
    const { ServiceLinkedRoleARN, CreatedTime } = await world.group();
    assert.match(ServiceLinkedRoleARN!, /AWSServiceRoleForAutoScaling$/);
    assert.ok(CreatedTime);
  });

  test('of far too many instances is approached a part at a time, until there is no room for more', async (t) => {
    const world = await groupWorld(t);
    const { Vpc } = await world.ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/24' }));
    const { Subnet } = await world.ec2.send(
      new CreateSubnetCommand({ VpcId: Vpc!.VpcId, CidrBlock: '10.0.0.0/24' }),
    );
    const DesiredCapacity = 2 ** 31 - 1;
    await world.newGroup(await world.newTemplate(), {
      MaxSize: DesiredCapacity,
      DesiredCapacity,
      VPCZoneIdentifier: Subnet!.SubnetId,
    });
    await world.server.settled();
    assert.equal((await inService(world)).length, 251);
    assert.match((await world.activities())[0]!.StatusMessage!, /Insufficient free addresses/);
  });

  test('is followed up and down, oldest first where the group says so, and told as AWS tells it', async (t) => {
    const world = await settledGroup(t, 1, {
      TerminationPolicies: ['OldestInstance'],
      AvailabilityZones: ['us-east-1a'],
      VPCZoneIdentifier: undefined,
    });
    const [first] = await ids(world);
    await world.server.advance(1000);
    await world.autoscaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 3 }));
    await world.server.settled();
    assert.equal((await ids(world)).length, 3);
    assert.match(
      (await world.activities())[0]!.Cause!,
      /^At \S+Z a user request explicitly set group desired capacity changing the desired capacity from 1 to 3\. {2}At \S+Z an instance was started in response to a difference between desired and actual capacity, increasing the capacity from 1 to 3\.$/,
    );
    await world.autoscaling.send(
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, MinSize: 1, MaxSize: 2 }),
    );
    await world.server.settled();
    const left = await ids(world);
    assert.equal(left.length, 2);
    assert.ok(!left.includes(first!));
    const [gone] = await world.activities();
    assert.equal(gone!.Description, `Terminating EC2 instance: ${first}`);
    assert.equal(gone!.StatusCode, 'Successful');
    assert.match(
      gone!.Cause!,
      new RegExp(
        '^At \\S+Z a user request update of AutoScalingGroup constraints to min: 1, max: 2, desired: 2 changing the desired capacity from 3 to 2\\.  ' +
          'At \\S+Z an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from 3 to 2\\.  ' +
          `At \\S+Z instance ${first} was selected for termination\\.$`,
      ),
    );
    assert.equal((await world.groupEvents('EC2 Instance Terminate Successful')).length, 1);
  });

  test('is not reached while launching is suspended, and is when it is resumed', async (t) => {
    const world = await groupWorld(t);
    await world.newGroup(await world.newTemplate(), { DesiredCapacity: 0 });
    await world.autoscaling.send(
      new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses: ['Launch'] }),
    );
    await world.autoscaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 1 }));
    await world.server.advance(AWHILE_MS);
    assert.deepEqual(await ids(world), []);
    assert.deepEqual(
      (await world.group()).SuspendedProcesses!.map(({ ProcessName }) => ProcessName),
      ['Launch'],
    );
    await world.autoscaling.send(new ResumeProcessesCommand({ AutoScalingGroupName }));
    await world.server.settled();
    assert.equal((await ids(world)).length, 1);
  });

  test('does not shrink below what is protected', async (t) => {
    const world = await settledGroup(t, 2);
    const [kept, other] = await ids(world);
    await world.autoscaling.send(
      new SetInstanceProtectionCommand({
        AutoScalingGroupName,
        InstanceIds: [kept!],
        ProtectedFromScaleIn: true,
      }),
    );
    await world.autoscaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 0 }));
    await world.server.settled();
    assert.deepEqual(await ids(world), [kept]);
    assert.equal((await world.instance(other!)).State!.Name, 'terminated');
  });

  test('follows a simple policy and a step policy within the bounds', async (t) => {
    const world = await settledGroup(t, 1);
    await world.autoscaling.send(
      new PutScalingPolicyCommand({
        AutoScalingGroupName,
        PolicyName: 'double',
        AdjustmentType: 'PercentChangeInCapacity',
        ScalingAdjustment: 100,
        Cooldown: 60,
      }),
    );
    const { PolicyARN } = await world.autoscaling.send(
      new PutScalingPolicyCommand({
        AutoScalingGroupName,
        PolicyName: 'steps',
        PolicyType: 'StepScaling',
        AdjustmentType: 'ChangeInCapacity',
        StepAdjustments: [
          { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 1 },
          { MetricIntervalLowerBound: 10, ScalingAdjustment: 5 },
        ],
      }),
    );
    const execute = (input: object) =>
      world.autoscaling.send(
        new ExecutePolicyCommand({ AutoScalingGroupName, PolicyName: 'double', ...input }),
      );
    await execute({});
    assert.equal((await world.group()).DesiredCapacity, 2);
    assert.equal((await refusal(execute({ HonorCooldown: true }))).code, 'ScalingActivityInProgress');
    await execute({
      PolicyName: PolicyARN,
      AutoScalingGroupName: undefined,
      MetricValue: 65,
      BreachThreshold: 50,
    });
    assert.equal((await world.group()).DesiredCapacity, 4);
    assert.equal(
      (await refusal(execute({ PolicyName: 'steps', MetricValue: 49, BreachThreshold: 50 }))).code,
      'ValidationError',
    );
  });
});

describe('the zones of a group', () => {
  const zones = async (world: GroupWorld) =>
    (await inService(world))
      .map(({ AvailabilityZone: zone }) => zone!.slice(-1))
      .sort()
      .join('');

  test('that are changed are moved to, launching before terminating', async (t) => {
    const world = await settledGroup(t, 2);
    assert.equal(await zones(world), 'ab');
    await world.autoscaling.send(
      new UpdateAutoScalingGroupCommand({
        AutoScalingGroupName,
        AvailabilityZones: ['us-east-1b', 'us-east-1c'],
      }),
    );
    await world.server.settled();
    assert.equal(await zones(world), 'bc');
    const [gone, come] = await world.activities();
    assert.match(
      gone!.Cause!,
      /^At \S+Z instances were launched to balance instances in zones us-east-1c with other zones resulting in more than desired number of instances in the group\. {2}At \S+Z an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from 3 to 2\. {2}At \S+Z instance i-\w+ was selected for termination\.$/,
    );
    assert.match(come!.Cause!, /^At \S+Z an instance was launched to aid in balancing the group's zones\.$/);
  });

  test('that have become uneven are evened out, unless that is suspended', async (t) => {
    const world = await settledGroup(t, 4);
    const suspended = { AutoScalingGroupName, ScalingProcesses: ['AZRebalance'] };
    await world.autoscaling.send(new SuspendProcessesCommand(suspended));
    for (const { AvailabilityZone, InstanceId } of await inService(world)) {
      if (AvailabilityZone !== 'us-east-1a') continue;
      await world.autoscaling.send(
        new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ShouldDecrementDesiredCapacity: true }),
      );
    }
    await world.server.settled();
    assert.equal(await zones(world), 'bb');
    await world.autoscaling.send(new ResumeProcessesCommand(suspended));
    await world.server.settled();
    assert.equal(await zones(world), 'ab');
  });

  test('keep what is protected where it is', async (t) => {
    const world = await settledGroup(t, 1, { NewInstancesProtectedFromScaleIn: true });
    const AvailabilityZones = ['us-east-1c'];
    await world.autoscaling.send(
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, AvailabilityZones }),
    );
    await world.server.settled();
    assert.equal(await zones(world), 'a');
  });
});

describe('an instance that is not well', () => {
  const ways: Record<string, (world: GroupWorld, id: string) => Promise<unknown>> = {
    terminated: (world, id) => world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] })),
    stopped: (world, id) => world.ec2.send(new StopInstancesCommand({ InstanceIds: [id] })),
    'set unhealthy': (world, id) =>
      world.autoscaling.send(new SetInstanceHealthCommand({ InstanceId: id, HealthStatus: 'Unhealthy' })),
  };
  for (const [how, harm] of Object.entries(ways)) {
    test(`${how}: is terminated and replaced`, async (t) => {
      const world = await settledGroup(t, 1);
      const [sick] = await ids(world);
      await harm(world, sick!);
      await world.server.settled();
      const [fresh, ...others] = await ids(world);
      assert.deepEqual(others, []);
      assert.notEqual(fresh, sick);
      assert.equal((await world.instance(sick!)).State!.Name, 'terminated');
      const cause = (await world.activities()).find(({ Description }) =>
        Description!.startsWith('Terminating'),
      )!.Cause!;
      const told =
        how === 'set unhealthy'
          ? 'a user health-check.'
          : 'an EC2 health check indicating it has been terminated or stopped.';
      assert.match(cause, /^At \S+Z an instance was taken out of service in response to /);
      assert.ok(cause.endsWith(told), cause);
    });
  }

  test('is left alone while replacing is suspended', async (t) => {
    const world = await settledGroup(t, 1);
    const [sick] = await ids(world);
    await world.autoscaling.send(
      new SuspendProcessesCommand({ AutoScalingGroupName, ScalingProcesses: ['ReplaceUnhealthy'] }),
    );
    await world.ec2.send(new StopInstancesCommand({ InstanceIds: [sick!] }));
    await world.server.advance(AWHILE_MS);
    const [instance] = (await world.group()).Instances!;
    assert.equal(instance!.InstanceId, sick);
    assert.equal(instance!.HealthStatus, 'Unhealthy');
  });

  test('goes although EC2 protects it from termination and from being stopped', async (t) => {
    const world = await settledGroup(t, 1);
    const [guarded] = await ids(world);
    for (const attribute of ['DisableApiTermination', 'DisableApiStop'])
      await world.ec2.send(
        new ModifyInstanceAttributeCommand({ InstanceId: guarded!, [attribute]: { Value: true } }),
      );
    const end = { InstanceId: guarded!, ShouldDecrementDesiredCapacity: true };
    const { Activity } = await world.autoscaling.send(new TerminateInstanceInAutoScalingGroupCommand(end));
    assert.equal(Activity!.StatusCode, 'InProgress');
    assert.match(Activity!.Cause!, /in response to a user request, shrinking the capacity from 1 to 0\.$/);
    await world.server.settled();
    assert.equal((await world.instance(guarded!)).State!.Name, 'terminated');
    assert.deepEqual(await ids(world), []);
  });
});

describe('instances that come and go alive', () => {
  test('detached, and attached again', async (t) => {
    const world = await settledGroup(t, 1);
    const [id] = await ids(world);
    const names = { AutoScalingGroupName, InstanceIds: [id!] };
    const groupTag = async () =>
      (await world.instance(id!)).Tags?.find(({ Key }) => Key === 'aws:autoscaling:groupName')?.Value;
    const { Activities } = await world.autoscaling.send(
      new DetachInstancesCommand({ ...names, ShouldDecrementDesiredCapacity: true }),
    );
    assert.equal(Activities![0]!.Description, `Detaching EC2 instance: ${id}`);
    await world.server.settled();
    assert.deepEqual((await world.group()).Instances, []);
    assert.equal((await world.instance(id!)).State!.Name, 'running');
    assert.equal(await groupTag(), undefined);

    await world.autoscaling.send(new AttachInstancesCommand(names));
    await world.server.settled();
    assert.deepEqual(await ids(world), [id]);
    assert.equal((await world.group()).DesiredCapacity, 1);
    assert.equal(await groupTag(), 'web');
    const again = await refusal(world.autoscaling.send(new AttachInstancesCommand(names)));
    assert.equal(again.code, 'ValidationError');
  });

  test('on standby they are neither counted nor checked, and come back', async (t) => {
    const world = await settledGroup(t, 1);
    const [id] = await ids(world);
    const names = { AutoScalingGroupName, InstanceIds: [id!] };
    await world.autoscaling.send(new EnterStandbyCommand({ ...names, ShouldDecrementDesiredCapacity: true }));
    await world.server.settled();
    assert.deepEqual(
      (await world.group()).Instances!.map(({ LifecycleState }) => LifecycleState),
      ['Standby'],
    );
    const { Activities } = await world.autoscaling.send(new ExitStandbyCommand(names));
    assert.deepEqual([Activities![0]!.StatusCode, Activities![0]!.Progress], ['PreInService', 30]);
    await world.server.settled();
    assert.deepEqual(await ids(world), [id]);
    assert.equal((await world.group()).DesiredCapacity, 1);
  });

  test('standby without a smaller capacity is filled up', async (t) => {
    const world = await settledGroup(t, 1);
    const [id] = await ids(world);
    await world.autoscaling.send(
      new EnterStandbyCommand({
        AutoScalingGroupName,
        InstanceIds: [id!],
        ShouldDecrementDesiredCapacity: false,
      }),
    );
    await world.server.settled();
    const [fresh] = await ids(world);
    assert.ok(fresh && fresh !== id);
    const { AutoScalingInstances: all } = await world.autoscaling.send(
      new DescribeAutoScalingInstancesCommand({}),
    );
    assert.deepEqual(all!.map(({ LifecycleState }) => LifecycleState).sort(), ['InService', 'Standby']);
  });
});

describe('the end of a group', () => {
  test('waits for its instances, unless it is forced', async (t) => {
    const world = await settledGroup(t, 1);
    const [id] = await ids(world);
    const refused = await refusal(
      world.autoscaling.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName })),
    );
    assert.equal(refused.code, 'ResourceInUse');
    await world.autoscaling.send(
      new DeleteAutoScalingGroupCommand({ AutoScalingGroupName, ForceDelete: true }),
    );
    assert.equal((await world.group()).Status, 'Delete in progress');
    await world.server.settled();
    assert.equal((await world.instance(id!)).State!.Name, 'terminated');
    const { AutoScalingGroups } = await world.autoscaling.send(new DescribeAutoScalingGroupsCommand({}));
    assert.deepEqual(AutoScalingGroups, []);
    assert.ok(
      (await world.activities()).every(({ AutoScalingGroupState }) => AutoScalingGroupState === 'Deleted'),
    );
    const unseen = await refusal(
      world.autoscaling.send(new DescribeScalingActivitiesCommand({ AutoScalingGroupName })),
    );
    assert.match(unseen.message, /^AutoScalingGroup name not found/);
  });
});

describe('a launch configuration', () => {
  test('launches as it says, and stays while a group uses it', async (t) => {
    const world = await groupWorld(t);
    const LaunchConfigurationName = 'plain';
    await world.autoscaling.send(
      new CreateLaunchConfigurationCommand({
        LaunchConfigurationName,
        ImageId: world.imageId,
        InstanceType: 't3.small',
        AssociatePublicIpAddress: true,
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 20, Encrypted: true } }],
      }),
    );
    await world.autoscaling.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName,
        LaunchConfigurationName,
        MinSize: 1,
        MaxSize: 1,
        AvailabilityZones: ['us-east-1c'],
      }),
    );
    await world.server.settled();
    const [member] = await inService(world);
    assert.equal(member!.LaunchConfigurationName, LaunchConfigurationName);
    const instance = await world.instance(member!.InstanceId!);
    assert.equal(instance.InstanceType, 't3.small');
    assert.equal(instance.Placement!.AvailabilityZone, 'us-east-1c');
    assert.equal(instance.Monitoring!.State, 'enabled');
    assert.ok(instance.PublicIpAddress);
    const volume = await world.volume(instance.BlockDeviceMappings![0]!.Ebs!.VolumeId!);
    assert.deepEqual([volume!.Size, volume!.Encrypted], [20, true]);

    const remove = () =>
      world.autoscaling.send(new DeleteLaunchConfigurationCommand({ LaunchConfigurationName }));
    assert.equal((await refusal(remove())).code, 'ResourceInUse');
    await world.autoscaling.send(
      new DeleteAutoScalingGroupCommand({ AutoScalingGroupName, ForceDelete: true }),
    );
    await world.server.settled();
    await remove();
    const { LaunchConfigurations } = await world.autoscaling.send(
      new DescribeLaunchConfigurationsCommand({}),
    );
    assert.deepEqual(LaunchConfigurations, []);
  });
});

describe('what EC2 refuses at once', () => {
  test('is a failed activity, tried again after ever longer pauses, and at once when the group is changed', async (t) => {
    const world = await groupWorld(t, { delays: 1 });
    const templateId = await world.newTemplate();
    await world.newGroup(templateId, { DesiredCapacity: 0 });
    await world.ec2.send(
      new CreateLaunchTemplateVersionCommand({
        LaunchTemplateId: templateId,
        LaunchTemplateData: { ImageId: 'ami-0123456789abcdef0', InstanceType: 't3.micro' },
      }),
    );
    const setDefault = (DefaultVersion: string) =>
      world.ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId: templateId, DefaultVersion }));
    const ask = () =>
      world.autoscaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 1 }));
    await setDefault('2');
    await ask();
    await world.server.advance(2000);
    const [failed] = await world.activities();
    assert.equal(failed!.StatusCode, 'Failed');
    assert.equal(
      failed!.Description,
      "Launching a new EC2 instance.  Status Reason: The image id '[ami-0123456789abcdef0]' does not exist. Launching EC2 instance failed.",
    );
    const attempts: number[] = [];
    for (const pauseMs of [10_000, 10_000, 25_000, 10_000, 45_000, 20_000]) {
      await world.server.advance(pauseMs);
      attempts.push((await world.activities()).length);
    }
    assert.deepEqual(attempts, [1, 2, 2, 3, 3, 4]);
    await setDefault('1');
    await ask();
    await world.server.advance(2000);
    await world.server.advance(5000);
    assert.equal((await ids(world)).length, 1);
  });
});

test('interfaces of a template that name no subnet are in that of the group', async (t) => {
  const world = await groupWorld(t);
  const { Vpc } = await world.ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
  const { VpcId } = Vpc!;
  const { Subnet } = await world.ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.9.1.0/24' }));
  const { SubnetId } = Subnet!;
  const { GroupId } = await world.ec2.send(
    new CreateSecurityGroupCommand({ VpcId, GroupName: 'own', Description: 'own' }),
  );
  const Groups = [GroupId!];
  const template = await world.newTemplate({
    NetworkInterfaces: [
      { DeviceIndex: 0, Groups },
      { DeviceIndex: 1, Groups },
    ],
  });
  await world.newGroup(template, { DesiredCapacity: 1, VPCZoneIdentifier: SubnetId });
  await world.server.settled();
  const { Reservations } = await world.ec2.send(
    new DescribeInstancesCommand({ InstanceIds: await ids(world) }),
  );
  assert.deepEqual(
    Reservations![0]!.Instances![0]!.NetworkInterfaces!.map((eni) => eni.SubnetId),
    [SubnetId, SubnetId],
  );
});

test('a group that has not managed a launch for a day is suspended, until it is resumed', async (t) => {
  const world = await groupWorld(t);
  const KmsKeyId = await world.newKey();
  const Ebs = { Encrypted: true, KmsKeyId };
  await world.newGroup(await world.newTemplate({ BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs }] }));
  await world.server.settled();
  await world.server.advance(25 * 3_600_000);
  assert.deepEqual(
    (await world.group()).SuspendedProcesses!.map(({ ProcessName }) => ProcessName),
    ['Launch'],
  );
  const attempts = (await world.activities()).length;
  await world.server.advance(25 * 3_600_000);
  assert.equal((await world.activities()).length, attempts);
  await world.autoscaling.send(new ResumeProcessesCommand({ AutoScalingGroupName }));
  await world.server.settled();
  assert.equal((await world.activities()).length, attempts + 1);
});

test('a filter called as what every object has is refused like any that there is not', async (t) => {
  const world = await settledGroup(t, 0, { Tags: [{ Key: 'a', Value: 'b', PropagateAtLaunch: false }] });
  for (const Name of ['constructor', '__proto__', 'toString']) {
    const Filters = [{ Name, Values: ['x'] }];
    for (const listing of [
      new DescribeAutoScalingGroupsCommand({ Filters }),
      new DescribeTagsCommand({ Filters }),
    ]) {
      const refused = await refusal(world.autoscaling.send(listing as DescribeTagsCommand));
      assert.equal(refused.code, 'ValidationError', Name);
    }
  }
});

describe('tags of a group', () => {
  test('are set, found and told', async (t) => {
    const world = await settledGroup(t, 0);
    const tag = { ResourceId: 'web', ResourceType: 'auto-scaling-group', PropagateAtLaunch: true };
    await world.autoscaling.send(
      new CreateOrUpdateTagsCommand({ Tags: [{ ...tag, Key: 'team', Value: 'storage' }] }),
    );
    const { Tags } = await world.autoscaling.send(
      new DescribeTagsCommand({ Filters: [{ Name: 'key', Values: ['team'] }] }),
    );
    assert.deepEqual(Tags, [{ ...tag, Key: 'team', Value: 'storage' }]);
    const { AutoScalingGroups: found } = await world.autoscaling.send(
      new DescribeAutoScalingGroupsCommand({ Filters: [{ Name: 'tag:team', Values: ['storage'] }] }),
    );
    assert.equal(found!.length, 1);
    const reserved = [{ ...tag, Key: 'aws:mine', Value: '' }];
    const refused = await refusal(world.autoscaling.send(new CreateOrUpdateTagsCommand({ Tags: reserved })));
    assert.equal(refused.code, 'ValidationError');
  });
});

test('what is described of an instance in EC2 and in its group agrees', async (t) => {
  const world = await settledGroup(t, 2);
  const { Reservations } = await world.ec2.send(
    new DescribeInstancesCommand({ Filters: [{ Name: 'tag:aws:autoscaling:groupName', Values: ['web'] }] }),
  );
  const running = Reservations!
    .flatMap(({ Instances }) => Instances ?? [])
    .map(({ InstanceId }) => InstanceId!);
  assert.deepEqual(running.sort(), await ids(world));
});

test('each group whose launches fail is a problem, and none whose launches do not', async (t) => {
  const world = await groupWorld(t);
  const Ebs = { Encrypted: true, KmsKeyId: await world.newKey() };
  const closed = await world.newTemplate({ BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs }] });
  for (const name of ['one', 'two', 'three']) await world.newGroup(closed, { AutoScalingGroupName: name });
  await world.newGroup(await world.newTemplate());
  await world.server.settled();
  const { problems } = await world.server.ask<{ problems: { kind: string; subject: string }[] }>('problems');
  const named = problems.filter(({ kind }) => kind === 'group').map(({ subject }) => subject);
  assert.deepEqual(named.sort(), ['one', 'three', 'two']);
});
