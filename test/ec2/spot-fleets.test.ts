/** Spot Fleet requests: what they launch, as whom, what their history says of what they could not launch, and how they end. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CancelSpotFleetRequestsCommand,
  CreateTagsCommand,
  DescribeSpotFleetRequestHistoryCommand,
  DescribeSpotFleetRequestsCommand,
  DescribeTagsCommand,
  ModifySpotFleetRequestCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { AttachRolePolicyCommand, CreateRoleCommand, DetachRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateGrantCommand, type GrantOperation } from '@aws-sdk/client-kms';
import { ACCOUNT, allowing } from '../worlds/account.ts';
import { encryptedRoot } from '../worlds/ec2.ts';
import { refusal } from '../worlds/server.ts';
import { spotFleetWorld, TAGGING_POLICY } from '../worlds/spot-fleets.ts';

const SPOT_FLEET_ROLE = `arn:aws:iam::${ACCOUNT}:role/aws-service-role/spotfleet.amazonaws.com/AWSServiceRoleForEC2SpotFleet`;
const SPOT_FLEET_SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/AWSServiceRoleForEC2SpotFleet/ec2-spot-fleet`;
/** The user guide's grant (aws-facts I29). */
const OPERATIONS: GrantOperation[] = [
  'Decrypt',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'CreateGrant',
  'DescribeKey',
  'ReEncryptFrom',
  'ReEncryptTo',
];
const DAY_MS = 86_400_000;

describe('a Spot Fleet that is maintained', () => {
  test('launches as its service-linked role, replaces what ends, and tells its history', async (t) => {
    const world = await spotFleetWorld(t);
    const id = await world.request({ TargetCapacity: 2 });
    const [first, second] = await world.instancesOf(id);
    const instance = await world.instance(first!);
    assert.equal(instance.InstanceLifecycle, 'spot');
    assert.ok(
      instance.Tags!.some(({ Key, Value }) => Key === 'aws:ec2spot:fleet-request-id' && Value === id),
    );
    await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [first!] }));
    const now = await world.instancesOf(id);
    assert.equal(now.length, 2);
    assert.ok(now.includes(second!) && !now.includes(first!));
    const launches = await world.trail({ name: 'EventName', value: 'RunInstances' });
    assert.deepEqual(
      new Set(launches.map(({ userIdentity }) => [userIdentity.arn, userIdentity.invokedBy].join())),
      new Set([`${SPOT_FLEET_SESSION},spotfleet.amazonaws.com`]),
    );
    const request = await world.described(id);
    assert.deepEqual(
      [
        request.SpotFleetRequestState,
        request.ActivityStatus,
        request.SpotFleetRequestConfig!.FulfilledCapacity,
      ],
      ['active', 'fulfilled', 2],
    );
    const history = await world.historyOf(id);
    assert.deepEqual(history.slice(0, 5), [
      'fleetRequestChange submitted',
      'fleetRequestChange active',
      'fleetRequestChange progress',
      'instanceChange launched',
      'instanceChange launched',
    ]);
    assert.ok(history.includes('instanceChange terminated'));
  });

  test('sends its events from aws.ec2spotfleet, under its own ARN', async (t) => {
    const world = await spotFleetWorld(t);
    const id = await world.request();
    await world.instancesOf(id);
    await world.cancel(id);
    await world.server.settled();
    const events = (await world.events()).filter(({ source }) => source === 'aws.ec2spotfleet');
    assert.deepEqual(
      events.map(({ 'detail-type': type, detail }) => `${type}: ${detail['sub-type']}`),
      [
        'EC2 Spot Fleet State Change: submitted',
        'EC2 Spot Fleet State Change: active',
        'EC2 Spot Fleet State Change: progress',
        'EC2 Spot Fleet Spot Instance Request Change: submitted',
        'EC2 Spot Fleet Spot Instance Request Change: active',
        'EC2 Spot Fleet Instance Change: launched',
        'EC2 Spot Fleet State Change: cancelled_terminating',
        'EC2 Spot Fleet Spot Instance Request Change: cancelled',
        'EC2 Spot Fleet Instance Change: terminated',
        'EC2 Spot Fleet State Change: cancelled',
      ],
    );
    const arn = `arn:aws:ec2:us-east-1:${ACCOUNT}:spot-fleet-request/${id}`;
    assert.deepEqual(new Set(events.flatMap(({ resources }) => resources)), new Set([arn]));
  });

  test('is active with nothing launched under a key that does not admit its role, until the role has a grant', async (t) => {
    const world = await spotFleetWorld(t);
    const key = await world.newKey();
    const id = await world.request({ LaunchSpecifications: [world.specification(encryptedRoot(key))] });
    assert.deepEqual(await world.instancesOf(id), []);
    const request = await world.described(id);
    assert.deepEqual([request.SpotFleetRequestState, request.ActivityStatus], ['active', 'error']);
    assert.ok((await world.historyOf(id)).includes('information launchSpecTemporarilyBlacklisted'));
    const denied = (await world.trail()).find(({ errorCode }) => errorCode === 'AccessDenied')!;
    assert.equal(denied.userIdentity.arn, SPOT_FLEET_SESSION);
    await world.kms.send(
      new CreateGrantCommand({ KeyId: key, GranteePrincipal: SPOT_FLEET_ROLE, Operations: OPERATIONS }),
    );
    await world.server.advance(600_000);
    const [running] = await world.instancesOf(id);
    assert.equal((await world.instance(running!)).State!.Name, 'running');
    assert.equal((await world.described(id)).ActivityStatus, 'fulfilled');
  });

  test('grows and shrinks by what an instance weighs, and keeps the excess where it is to', async (t) => {
    const world = await spotFleetWorld(t);
    const id = await world.request({
      TargetCapacity: 4,
      LaunchSpecifications: [world.specification({ WeightedCapacity: 2 })],
    });
    const resize = async (TargetCapacity: number, ExcessCapacityTerminationPolicy?: 'noTermination') => {
      await world.ec2.send(
        new ModifySpotFleetRequestCommand({
          SpotFleetRequestId: id,
          TargetCapacity,
          ExcessCapacityTerminationPolicy,
        }),
      );
      return (await world.instancesOf(id)).length;
    };
    assert.equal((await world.instancesOf(id)).length, 2);
    assert.equal(await resize(5), 3);
    assert.equal(await resize(2), 1);
    assert.equal(await resize(0, 'noTermination'), 1);
    const { SpotFleetRequestConfig: config } = await world.described(id);
    assert.equal(config!.ExcessCapacityTerminationPolicy, 'NoTermination');
    const history = await world.historyOf(id);
    assert.ok(history.includes('fleetRequestChange modify_in_progress'));
    assert.ok(history.includes('fleetRequestChange modify_succeeded'));
  });

  test('of launch templates launches On-Demand capacity too, and may be given other ones', async (t) => {
    const world = await spotFleetWorld(t);
    const templateId = await world.newTemplate();
    const configOf = (InstanceType: 't3.small' | 't3.large') => ({
      LaunchTemplateSpecification: { LaunchTemplateId: templateId, Version: '$Latest' },
      Overrides: [{ InstanceType }],
    });
    const id = await world.request({
      TargetCapacity: 3,
      OnDemandTargetCapacity: 1,
      LaunchSpecifications: undefined,
      LaunchTemplateConfigs: [configOf('t3.small')],
    });
    const lifecycles = async () =>
      Promise.all(
        (await world.instancesOf(id)).map(async (each) => {
          const { InstanceType, InstanceLifecycle = 'on-demand' } = await world.instance(each);
          return `${InstanceType} ${InstanceLifecycle}`;
        }),
      );
    assert.deepEqual((await lifecycles()).toSorted(), [
      't3.small on-demand',
      't3.small spot',
      't3.small spot',
    ]);
    const config = (await world.described(id)).SpotFleetRequestConfig!;
    assert.deepEqual([config.FulfilledCapacity, config.OnDemandFulfilledCapacity], [3, 1]);
    await world.ec2.send(
      new ModifySpotFleetRequestCommand({
        SpotFleetRequestId: id,
        TargetCapacity: 4,
        LaunchTemplateConfigs: [configOf('t3.large')],
      }),
    );
    assert.equal((await lifecycles()).filter((each) => each === 't3.large spot').length, 1);
  });
});

describe('pools', () => {
  test('are what a specification names of subnets and zones, and a diversified fleet uses all of them', async (t) => {
    const world = await spotFleetWorld(t);
    const id = await world.request({
      TargetCapacity: 4,
      AllocationStrategy: 'diversified',
      LaunchSpecifications: [
        world.specification({ Placement: { AvailabilityZone: 'us-east-1a, us-east-1b' } }),
        world.specification({ InstanceType: 't3.small', SubnetId: await world.subnetIn('us-east-1c') }),
      ],
    });
    const found = await Promise.all((await world.instancesOf(id)).map((each) => world.instance(each)));
    assert.deepEqual(
      new Set(found.map(({ InstanceType, Placement }) => `${InstanceType} ${Placement!.AvailabilityZone}`)),
      new Set(['t3.micro us-east-1a', 't3.micro us-east-1b', 't3.small us-east-1c']),
    );
  });

  test('whose price is too low are unusable, and the price is that of a unit', async (t) => {
    const world = await spotFleetWorld(t);
    const id = await world.request({
      SpotPrice: '0.0001',
      LaunchSpecifications: [
        world.specification({ WeightedCapacity: 8 }),
        // An eighth of what is too little for an instance suffices for eight units of it.
        world.specification({ InstanceType: 't3.small', SpotPrice: '0.002', WeightedCapacity: 8 }),
      ],
    });
    const [only] = await world.instancesOf(id);
    assert.equal((await world.instance(only!)).InstanceType, 't3.small');
    assert.ok((await world.historyOf(id)).includes('information launchSpecUnusable'));
  });
});

test('a request of type request launches once, and ends with its validity', async (t) => {
  const world = await spotFleetWorld(t);
  const id = await world.request({
    Type: 'request',
    ValidUntil: new Date(Date.now() + DAY_MS),
    TerminateInstancesWithExpiration: true,
    TargetCapacity: 2,
  });
  const [first] = await world.instancesOf(id);
  await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [first!] }));
  assert.equal((await world.instancesOf(id)).length, 1);
  const modified = world.ec2.send(
    new ModifySpotFleetRequestCommand({ SpotFleetRequestId: id, TargetCapacity: 3 }),
  );
  assert.equal((await refusal(modified)).code, 'FleetNotInModifiableState');
  await world.server.advance(2 * DAY_MS);
  assert.equal((await world.described(id)).SpotFleetRequestState, 'cancelled');
  assert.ok((await world.historyOf(id)).includes('fleetRequestChange expired'));
});

test('a request that is valid later launches nothing before', async (t) => {
  const world = await spotFleetWorld(t);
  const id = await world.request({ ValidFrom: new Date(Date.now() + DAY_MS) });
  assert.deepEqual(await world.instancesOf(id), []);
  assert.equal((await world.described(id)).SpotFleetRequestState, 'submitted');
  await world.server.advance(DAY_MS + 60_000);
  assert.equal((await world.instancesOf(id)).length, 1);
});

test('cancelling says of each id what became of it', async (t) => {
  const world = await spotFleetWorld(t);
  const kept = await world.request();
  const ended = await world.request();
  const [running] = await world.instancesOf(kept);
  await world.instancesOf(ended);
  await world.cancel(ended);
  await world.server.settled();
  const unknown = 'sfr-11111111-2222-3333-4444-555555555555';
  const { SuccessfulFleetRequests: done, UnsuccessfulFleetRequests: failed } = await world.ec2.send(
    new CancelSpotFleetRequestsCommand({
      SpotFleetRequestIds: [kept, ended, unknown, 'sfr-x'],
      TerminateInstances: false,
    }),
  );
  assert.deepEqual(done, [
    {
      SpotFleetRequestId: kept,
      PreviousSpotFleetRequestState: 'active',
      CurrentSpotFleetRequestState: 'cancelled_running',
    },
  ]);
  assert.deepEqual(
    failed!.map(({ SpotFleetRequestId, Error: error }) => [SpotFleetRequestId, error!.Code]),
    [
      [ended, 'fleetRequestNotInCancellableState'],
      [unknown, 'fleetRequestIdDoesNotExist'],
      ['sfr-x', 'fleetRequestIdMalformed'],
    ],
  );
  assert.equal((await world.instance(running!)).State!.Name, 'running');
  await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [running!] }));
  assert.equal((await world.described(kept)).SpotFleetRequestState, 'cancelled');
  await world.server.advance(49 * 3_600_000);
  const gone = world.ec2.send(new DescribeSpotFleetRequestsCommand({ SpotFleetRequestIds: [kept] }));
  assert.equal((await refusal(gone)).code, 'InvalidSpotFleetRequestId.NotFound');
});

describe('the role that a request names', () => {
  test('must be there, trust Spot Fleet, and be allowed to look at subnets', async (t) => {
    const world = await spotFleetWorld(t);
    const role = async (name: string, service: string) => {
      const { Role } = await world.iam.send(
        new CreateRoleCommand({
          RoleName: name,
          AssumeRolePolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' },
          }),
        }),
      );
      return Role!.Arn!;
    };
    const invalid = 'Parameter: SpotFleetRequestConfig.IamFleetRole is invalid';
    for (const IamFleetRole of [
      'awn:aws:iam::123456789012:role/fleet',
      `arn:aws:iam::${ACCOUNT}:role/missing`,
      await role('of-ec2', 'ec2.amazonaws.com'),
    ]) {
      const { code, message } = await refusal(world.request({ IamFleetRole }));
      assert.deepEqual([code, message], ['InvalidSpotFleetRequestConfig', invalid]);
    }
    const without = await role('without', 'spotfleet.amazonaws.com');
    const refused = await refusal(world.request({ IamFleetRole: without }));
    assert.match(refused.message, /IamFleetRole does not have permission to call DescribeSubnet/);
    await world.iam.send(new AttachRolePolicyCommand({ RoleName: 'without', PolicyArn: TAGGING_POLICY }));
    const id = await world.request({ IamFleetRole: without });
    await world.iam.send(new DetachRolePolicyCommand({ RoleName: 'without', PolicyArn: TAGGING_POLICY }));
    // The launches are the service-linked role's.
    assert.equal((await world.instancesOf(id)).length, 1);
  });

  test('is passed by the caller, who makes the service-linked roles', async (t) => {
    const world = await spotFleetWorld(t);
    const maria = await world.user('maria', allowing('ec2:*'));
    const passing = await refusal(world.request({}, maria.ec2));
    assert.equal(passing.code, 'UnauthorizedOperation');
    assert.match(passing.message, /iam:PassRole/);
    const ann = await world.user('ann', allowing('ec2:*', 'iam:PassRole'));
    const { code, message } = await refusal(world.request({}, ann.ec2));
    assert.equal(code, 'AuthFailure.ServiceLinkedRoleCreationNotPermitted');
    assert.match(message, /service-linked role for EC2 Spot Instances/);
    const eve = await world.user('eve', allowing('ec2:*', 'iam:PassRole', 'iam:CreateServiceLinkedRole'));
    assert.match(await world.request({}, eve.ec2), /^sfr-/);
  });
});

describe('a request', () => {
  test('is tagged, described with its tags, and tagged again', async (t) => {
    const world = await spotFleetWorld(t);
    const id = await world.request({
      TagSpecifications: [{ ResourceType: 'spot-fleet-request', Tags: [{ Key: 'team', Value: 'red' }] }],
      LaunchSpecifications: [
        world.specification({
          TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'team', Value: 'blue' }] }],
        }),
      ],
    });
    await world.ec2.send(
      new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'purpose', Value: 'test' }] }),
    );
    const Tags = [
      { Key: 'team', Value: 'red' },
      { Key: 'purpose', Value: 'test' },
    ];
    assert.deepEqual((await world.described(id)).Tags, Tags);
    const Filters = [{ Name: 'resource-type', Values: ['spot-fleet-request'] }];
    const { Tags: found } = await world.ec2.send(new DescribeTagsCommand({ Filters }));
    assert.deepEqual(
      new Set(found!.map(({ Key, Value }) => `${Key} ${Value}`)),
      new Set(['team red', 'purpose test']),
    );
    const [instance] = await world.instancesOf(id);
    const { Tags: ofInstance } = await world.instance(instance!);
    assert.equal(ofInstance!.find(({ Key }) => Key === 'team')!.Value, 'blue');
  });

  test('is described as it was sent, what is empty too, which asks for nothing', async (t) => {
    const world = await spotFleetWorld(t);
    const Placement = { AvailabilityZone: 'us-east-1a', GroupName: '' };
    const sent = world.specification({
      SpotPrice: '',
      Placement,
      IamInstanceProfile: { Name: '' },
    });
    const id = await world.request({ LaunchSpecifications: [sent] });
    assert.equal((await world.instancesOf(id)).length, 1);
    const { SpotFleetRequestConfig: config } = await world.described(id);
    assert.deepEqual(config!.LaunchSpecifications, [sent]);
  });

  test('is answered again under its client token, and only tried in a dry run', async (t) => {
    const world = await spotFleetWorld(t);
    const first = await world.request({ ClientToken: 'once' });
    assert.equal(await world.request({ ClientToken: 'once' }), first);
    const other = await refusal(world.request({ ClientToken: 'once', TargetCapacity: 2 }));
    assert.equal(other.code, 'IdempotentParameterMismatch');
    assert.equal((await refusal(world.request({}, undefined, true))).code, 'DryRunOperation');
    const { SpotFleetRequestConfigs } = await world.ec2.send(new DescribeSpotFleetRequestsCommand({}));
    assert.equal(SpotFleetRequestConfigs!.length, 1);
  });

  const TEMPLATES = [{ LaunchTemplateSpecification: { LaunchTemplateName: 'none', Version: '1' } }];
  for (const [what, config] of Object.entries({
    'launches nothing by anything': { LaunchSpecifications: undefined },
    'launches by both': { LaunchTemplateConfigs: TEMPLATES },
    'has On-Demand capacity of specifications': { OnDemandTargetCapacity: 1 },
    'has more On-Demand capacity than capacity': {
      OnDemandTargetCapacity: 2,
      LaunchSpecifications: undefined,
      LaunchTemplateConfigs: TEMPLATES,
    },
    'wants nothing, once': { TargetCapacity: 0, Type: 'request' },
    'has ended': { ValidUntil: new Date(Date.now() - DAY_MS) },
    'uses pools that its strategy does not count': {
      AllocationStrategy: 'diversified',
      InstancePoolsToUseCount: 2,
    },
    'stops what it does not maintain': { Type: 'request', InstanceInterruptionBehavior: 'stop' },
    'has no price': { SpotPrice: 'much' },
  } as const)) {
    test(`that ${what} is refused`, async (t) => {
      const world = await spotFleetWorld(t);
      const { code } = await refusal(world.request(config as Parameters<typeof world.request>[0]));
      assert.equal(code, 'InvalidSpotFleetRequestConfig');
    });
  }

  test('for more capacity than the quota is refused', async (t) => {
    const world = await spotFleetWorld(t);
    const refused = await refusal(world.request({ TargetCapacity: 10_001 }));
    assert.equal(refused.code, 'MaxSpotFleetRequestCountExceeded');
  });

  test('that names a pool twice is refused', async (t) => {
    const world = await spotFleetWorld(t);
    const zones = { Placement: { AvailabilityZone: 'us-east-1a, us-east-1b' } };
    const twice = [zones, { SubnetId: await world.subnetIn('us-east-1b') }].map(world.specification);
    const { code, message } = await refusal(world.request({ LaunchSpecifications: twice }));
    assert.equal(code, 'InvalidSpotFleetRequestConfig');
    assert.match(message, /duplicate instance pools/);
  });

  test('for what is not served is refused by its name', async (t) => {
    const world = await spotFleetWorld(t);
    for (const [name, config] of Object.entries({
      ReplaceUnhealthyInstances: { ReplaceUnhealthyInstances: true },
      LoadBalancersConfig: {
        LoadBalancersConfig: { TargetGroupsConfig: { TargetGroups: [{ Arn: 'arn:aws:x' }] } },
      },
      Type: { Type: 'instant' as const },
    })) {
      const { code, message } = await refusal(world.request(config));
      assert.equal(code, 'UnsupportedOperation');
      assert.ok(message.includes(`SpotFleetRequestConfig.${name}`), message);
    }
  });

  test('that cannot be launched says so in its history, of the type that is asked for', async (t) => {
    const world = await spotFleetWorld(t);
    const id = await world.request({
      LaunchSpecifications: [world.specification({ IamInstanceProfile: { Name: 'missing' } })],
    });
    await world.server.settled();
    const { HistoryRecords: records } = await world.ec2.send(
      new DescribeSpotFleetRequestHistoryCommand({
        SpotFleetRequestId: id,
        StartTime: new Date(0),
        EventType: 'error',
      }),
    );
    assert.deepEqual(
      records!.map(({ EventType, EventInformation: event }) => [EventType, event!.EventSubType]),
      [['error', 'spotFleetRequestConfigurationInvalid']],
    );
    assert.match(
      records![0]!.EventInformation!.EventDescription!,
      /^t3\.micro, ami-.*Linux\/UNIX: Value \(missing\)/,
    );
  });
});
