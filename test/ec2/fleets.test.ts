/** EC2 Fleets of each type: what they launch, as whom, what they say of what they could not launch, and how they end. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  DeleteFleetsCommand,
  DescribeFleetHistoryCommand,
  DescribeFleetInstancesCommand,
  DescribeFleetsCommand,
  ModifyFleetCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { CreateGrantCommand, type GrantOperation, RevokeGrantCommand } from '@aws-sdk/client-kms';
import { ACCOUNT, allowing } from '../worlds/account.ts';
import { encryptedRoot } from '../worlds/ec2.ts';
import { fleetWorld } from '../worlds/fleets.ts';
import { refusal } from '../worlds/server.ts';

const FLEET_ROLE = `arn:aws:iam::${ACCOUNT}:role/aws-service-role/ec2fleet.amazonaws.com/AWSServiceRoleForEC2Fleet`;
const FLEET_SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/AWSServiceRoleForEC2Fleet/ec2-fleet`;
/** The user guide's grant (aws-facts I1, I11). */
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
const spot = (TotalTargetCapacity: number) =>
  ({ TargetCapacitySpecification: { TotalTargetCapacity, DefaultTargetCapacityType: 'spot' } }) as const;
const subTypes = (records: readonly { EventInformation?: { EventSubType?: string } }[]) =>
  records.map(({ EventInformation: event }) => event!.EventSubType);

describe('the target capacity', () => {
  test('is at most that of the quota, in units', async (t) => {
    const world = await fleetWorld(t);
    const template = await world.newTemplate();
    const make = (TotalTargetCapacity: number, more: object = {}) =>
      world.newFleet(template, {
        TargetCapacitySpecification: { TotalTargetCapacity, DefaultTargetCapacityType: 'on-demand', ...more },
      });
    for (const capacity of [10_001, 2 ** 31 - 1]) {
      assert.equal((await refusal(make(capacity))).code, 'MaxFleetCountExceeded');
    }
    // What is negative of one market would be so much more of the other.
    assert.equal((await refusal(make(1, { SpotTargetCapacity: -10_000 }))).code, 'InvalidParameterValue');
    const { FleetId } = await make(1);
    assert.equal((await world.fleet(FleetId)).FleetState, 'active');
    const TargetCapacitySpecification = { TotalTargetCapacity: 10_001 };
    const grown = world.ec2.send(new ModifyFleetCommand({ FleetId, TargetCapacitySpecification }));
    assert.equal((await refusal(grown)).code, 'MaxFleetCountExceeded');
  });

  test('is met by no more instances than one launch makes of a pool, however little each counts for', async (t) => {
    const world = await fleetWorld(t);
    const { Instances } = await world.newFleet(await world.newTemplate(), {
      Type: 'instant',
      overrides: [{ InstanceType: 't3.nano', WeightedCapacity: 1e-300 }],
      TargetCapacitySpecification: { TotalTargetCapacity: 10_000, DefaultTargetCapacityType: 'on-demand' },
    });
    assert.equal(Instances![0]!.InstanceIds!.length, 1000);
  });

  test('is met as far as the most that is paid for all, of which what the fleet has is a part', async (t) => {
    const world = await fleetWorld(t);
    const target = (TotalTargetCapacity: number) => ({
      TargetCapacitySpecification: { TotalTargetCapacity, DefaultTargetCapacityType: 'on-demand' as const },
    });
    const { FleetId } = await world.newFleet(await world.newTemplate(), {
      Type: 'maintain',
      ...target(4),
      // A t3.micro costs 0.0104.
      OnDemandOptions: { MaxTotalPrice: '0.022' },
    });
    await world.server.settled();
    assert.equal((await world.fleet(FleetId)).FulfilledCapacity, 2);
    await world.ec2.send(new ModifyFleetCommand({ FleetId, ...target(5) }));
    await world.server.settled();
    assert.equal((await world.fleet(FleetId)).FulfilledCapacity, 2);
    const [id] = await world.fleetInstances(FleetId);
    await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id!] }));
    await world.server.settled();
    const left = await world.fleetInstances(FleetId);
    assert.deepEqual([left.length, left.includes(id!)], [2, false]);
  });

  for (const Type of ['maintain', 'request'] as const) {
    test(`is met by several launches where it is more than one makes of a pool, of type ${Type}`, async (t) => {
      const world = await fleetWorld(t);
      const { FleetId } = await world.newFleet(await world.newTemplate(), {
        Type,
        TargetCapacitySpecification: { TotalTargetCapacity: 1100, DefaultTargetCapacityType: 'on-demand' },
      });
      await world.server.settled();
      const { FulfilledCapacity, ActivityStatus } = await world.fleet(FleetId);
      assert.deepEqual([FulfilledCapacity, ActivityStatus], [1100, 'fulfilled']);
    });
  }
});

describe('an instant fleet', () => {
  test("launches within the call, tagged, of both markets, with its caller's rights", async (t) => {
    const world = await fleetWorld(t);
    const maria = await world.user('maria', allowing('ec2:*', 'iam:CreateServiceLinkedRole'));
    const template = await world.newTemplate();
    const { FleetId, Instances, Errors } = await world.newFleet(
      template,
      {
        Type: 'instant',
        TargetCapacitySpecification: {
          TotalTargetCapacity: 3,
          OnDemandTargetCapacity: 1,
          DefaultTargetCapacityType: 'spot',
        },
        TagSpecifications: [
          { ResourceType: 'fleet', Tags: [{ Key: 'team', Value: 'red' }] },
          { ResourceType: 'instance', Tags: [{ Key: 'team', Value: 'blue' }] },
        ],
      },
      maria.ec2,
    );
    assert.deepEqual(Errors, []);
    assert.deepEqual(
      Instances!.map(({ Lifecycle, InstanceIds }) => [Lifecycle, InstanceIds!.length]),
      [
        ['on-demand', 1],
        ['spot', 2],
      ],
    );
    assert.equal(Instances![0]!.LaunchTemplateAndOverrides!.LaunchTemplateSpecification!.Version, '1');
    const instance = await world.instance(Instances![1]!.InstanceIds![0]!);
    assert.equal(instance.InstanceLifecycle, 'spot');
    const tags = Object.fromEntries(instance.Tags!.map(({ Key, Value }) => [Key, Value]));
    assert.equal(tags.team, 'blue');
    assert.equal(tags['aws:ec2:fleet-id'], FleetId);
    const [launch] = await world.trail({ name: 'EventName', value: 'RunInstances' });
    assert.equal(launch!.userIdentity.arn, maria.arn);
    assert.equal(launch!.userIdentity.invokedBy, 'ec2fleet.amazonaws.com');
    const fleet = await world.fleet(FleetId);
    assert.deepEqual([fleet.FleetState, fleet.FulfilledCapacity, fleet.Type], ['active', 3, 'instant']);
    assert.deepEqual((await world.fleetEvents()).length, 0);
  });

  test('is listed only by its id, and has neither instances nor a history to describe', async (t) => {
    const world = await fleetWorld(t);
    const { FleetId } = await world.newFleet(await world.newTemplate(), { Type: 'instant' });
    assert.deepEqual((await world.ec2.send(new DescribeFleetsCommand({}))).Fleets, []);
    const asked = refusal(world.ec2.send(new DescribeFleetInstancesCommand({ FleetId })));
    assert.equal((await asked).code, 'Unsupported');
    const StartTime = new Date(0);
    const history = refusal(world.ec2.send(new DescribeFleetHistoryCommand({ FleetId, StartTime })));
    assert.match((await history).message, /is instant fleet/);
  });

  test('says for each override why it could not be launched, and launches the rest elsewhere', async (t) => {
    const world = await fleetWorld(t);
    const { FleetId, Instances, Errors } = await world.newFleet(await world.newTemplate(), {
      Type: 'instant',
      ...spot(2),
      SpotOptions: { AllocationStrategy: 'price-capacity-optimized' },
      overrides: [
        { InstanceType: 't4g.small', MaxPrice: '0.10' },
        { InstanceType: 't3.small', MaxPrice: '0.0001' },
        { InstanceType: 't3.large', AvailabilityZone: 'us-east-1b' },
      ],
    });
    assert.deepEqual(
      Errors!.map(({ ErrorCode, LaunchTemplateAndOverrides: source }) => [
        source!.Overrides!.InstanceType,
        ErrorCode,
      ]),
      [
        ['t4g.small', 'InvalidParameterValue'],
        ['t3.small', 'SpotMaxPriceTooLow'],
      ],
    );
    assert.deepEqual(
      Instances!.map(({ InstanceType, InstanceIds, AvailabilityZone: zone }) => [
        InstanceType,
        InstanceIds!.length,
        zone,
      ]),
      [['t3.large', 2, 'us-east-1b']],
    );
    assert.equal((await world.fleet(FleetId)).Errors!.length, 2);
  });

  test('has the refusal to make the Spot role among its errors', async (t) => {
    const world = await fleetWorld(t);
    const maria = await world.user('maria', allowing('ec2:*'));
    const { Errors, Instances } = await world.newFleet(
      await world.newTemplate(),
      { Type: 'instant', ...spot(1) },
      maria.ec2,
    );
    assert.deepEqual(Instances, []);
    assert.deepEqual(
      Errors!.map(({ ErrorCode, ErrorMessage }) => [ErrorCode, ErrorMessage]),
      [
        [
          'AuthFailure.ServiceLinkedRoleCreationNotPermitted',
          'The provided credentials do not have permission to create the service-linked role for EC2 Spot Instances.',
        ],
      ],
    );
  });

  test('spreads by its strategy, and counts weights', async (t) => {
    const world = await fleetWorld(t);
    const template = await world.newTemplate();
    const overrides = [
      { InstanceType: 'm5.large', WeightedCapacity: 2, Priority: 2 },
      { InstanceType: 'm5.xlarge', WeightedCapacity: 4, Priority: 1 },
    ] as const;
    const shares = async (total: number, options: object, onDemand: object = {}) => {
      const { Instances } = await world.newFleet(template, {
        Type: 'instant',
        ...spot(total),
        overrides: [...overrides],
        SpotOptions: options,
        OnDemandOptions: onDemand,
      });
      return Instances!.map(({ InstanceType, InstanceIds }) => [InstanceType, InstanceIds!.length]);
    };
    for (const AllocationStrategy of ['lowest-price', 'lowestPrice'] as const)
      assert.deepEqual(await shares(5, { AllocationStrategy }, { AllocationStrategy }), [['m5.large', 3]]);
    assert.deepEqual(await shares(8, { AllocationStrategy: 'diversified' }), [
      ['m5.large', 2],
      ['m5.xlarge', 1],
    ]);
    assert.deepEqual(await shares(8, { AllocationStrategy: 'capacity-optimized-prioritized' }), [
      ['m5.xlarge', 2],
    ]);
  });

  test('finds the types that have what is asked for', async (t) => {
    const world = await fleetWorld(t);
    const { Instances } = await world.newFleet(await world.newTemplate(), {
      Type: 'instant',
      overrides: [{ InstanceRequirements: { VCpuCount: { Min: 4, Max: 4 }, MemoryMiB: { Min: 16_384 } } }],
    });
    const { CpuOptions: cpu, Architecture } = await world.instance(Instances![0]!.InstanceIds![0]!);
    assert.deepEqual([cpu!.CoreCount! * cpu!.ThreadsPerCore!, Architecture], [4, 'x86_64']);
  });

  test('answers a repeated client token with what it made, and is deleted with its instances', async (t) => {
    const world = await fleetWorld(t);
    const template = await world.newTemplate();
    const asked = { Type: 'instant', ClientToken: 'once' } as const;
    const [first, second] = [await world.newFleet(template, asked), await world.newFleet(template, asked)];
    assert.deepEqual([second.FleetId, second.Instances], [first.FleetId, first.Instances]);
    const kept = world.ec2.send(
      new DeleteFleetsCommand({ FleetIds: [first.FleetId!], TerminateInstances: false }),
    );
    assert.match((await refusal(kept)).message, /NoTerminateInstances/);
    const { SuccessfulFleetDeletions: done, UnsuccessfulFleetDeletions: failed } = await world.ec2.send(
      new DeleteFleetsCommand({
        FleetIds: [first.FleetId!, 'fleet-11111111-2222-3333-4444-555555555555', 'fleet-x'],
        TerminateInstances: true,
      }),
    );
    assert.equal(done![0]!.CurrentFleetState, 'deleted_terminating');
    assert.deepEqual(
      failed!.map(({ Error: error }) => error!.Code),
      ['fleetIdDoesNotExist', 'fleetIdMalformed'],
    );
    assert.equal((await world.fleet(first.FleetId)).FleetState, 'deleted');
    const [id] = first.Instances![0]!.InstanceIds!;
    assert.equal((await world.instance(id!)).State!.Name, 'terminated');
  });
});

describe('a fleet that is maintained', () => {
  test('launches as its service-linked role, replaces what ends, and tells its history', async (t) => {
    const world = await fleetWorld(t);
    const { FleetId, Instances } = await world.newFleet(await world.newTemplate(), spot(2));
    assert.equal(Instances, undefined);
    const [first, second] = await world.fleetInstances(FleetId);
    const { ActiveInstances } = await world.ec2.send(new DescribeFleetInstancesCommand({ FleetId }));
    const request = (await world.instance(first!)).SpotInstanceRequestId!;
    assert.equal(
      ActiveInstances!.find(({ InstanceId }) => InstanceId === first)!.SpotInstanceRequestId,
      request,
    );
    await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [first!] }));
    const now = await world.fleetInstances(FleetId);
    assert.equal(now.length, 2);
    assert.ok(now.includes(second!) && !now.includes(first!));
    const launches = await world.trail({ name: 'EventName', value: 'RunInstances' });
    assert.deepEqual([...new Set(launches.map(({ userIdentity }) => userIdentity.arn))], [FLEET_SESSION]);
    const fleet = await world.fleet(FleetId);
    assert.deepEqual([fleet.FleetState, fleet.ActivityStatus], ['active', 'fulfilled']);
    const history = await world.history(FleetId);
    assert.deepEqual(subTypes(history).slice(0, 5), [
      'submitted',
      'active',
      'progress',
      'launched',
      'launched',
    ]);
    assert.ok(subTypes(history).includes('terminated'));
    const event = (await world.fleetEvents()).find(({ detail }) => detail['sub-type'] === 'launched')!;
    assert.equal(event['detail-type'], 'EC2 Fleet Instance Change');
    assert.equal(event.detail['instance-id'], history[3]!.EventInformation!.InstanceId);
    const ofRequest = (await world.fleetEvents()).filter(
      ({ detail }) => detail['spot-instance-request-id'] === request,
    );
    assert.deepEqual(
      ofRequest.map(({ 'detail-type': type, detail }) => [type, detail['sub-type'], detail.description]),
      [
        ['submitted', 'open'],
        ['active', 'submitted'],
        ['cancelled', 'active'],
      ].map(([subType, previous]) => [
        'EC2 Fleet Spot Instance Request Change',
        subType,
        `SpotInstanceRequestId ${request}, PreviousState: ${previous}`,
      ]),
    );
  });

  test('grows and shrinks, and is deleted without its instances', async (t) => {
    const world = await fleetWorld(t);
    const { FleetId } = await world.newFleet(await world.newTemplate());
    const resize = async (TotalTargetCapacity: number) => {
      const TargetCapacitySpecification = { TotalTargetCapacity };
      await world.ec2.send(new ModifyFleetCommand({ FleetId, TargetCapacitySpecification }));
      return (await world.fleetInstances(FleetId)).length;
    };
    await world.server.settled();
    assert.equal(await resize(3), 3);
    assert.equal(await resize(1), 1);
    const [left] = await world.fleetInstances(FleetId);
    await world.ec2.send(new DeleteFleetsCommand({ FleetIds: [FleetId!], TerminateInstances: false }));
    assert.equal((await world.fleet(FleetId)).FleetState, 'deleted_running');
    await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [left!] }));
    assert.equal((await world.fleet(FleetId)).FleetState, 'deleted');
    await world.server.advance(49 * 3_600_000);
    const gone = world.ec2.send(new DescribeFleetsCommand({ FleetIds: [FleetId!] }));
    assert.equal((await refusal(gone)).code, 'InvalidFleetId.NotFound');
  });

  test('fails under a key that does not admit its role; a grant to the role mends it; revoking stops new launches only', async (t) => {
    const world = await fleetWorld(t);
    const keyArn = await world.newKey();
    const { FleetId } = await world.newFleet(await world.newTemplate(encryptedRoot(keyArn)));
    assert.deepEqual(await world.fleetInstances(FleetId), []);
    assert.equal((await world.fleet(FleetId)).ActivityStatus, 'error');
    const failed = (await world.history(FleetId)).find(
      ({ EventInformation: event }) => event!.EventSubType === 'launchSpecTemporarilyBlacklisted',
    )!;
    assert.match(failed.EventInformation!.EventDescription!, /Client\.InvalidKMSKey\.InvalidState/);
    const denied = (await world.trail()).find(({ errorCode }) => errorCode === 'AccessDenied')!;
    assert.equal(denied.userIdentity.arn, FLEET_SESSION);
    const { GrantId } = await world.kms.send(
      new CreateGrantCommand({ KeyId: keyArn, GranteePrincipal: FLEET_ROLE, Operations: OPERATIONS }),
    );
    await world.server.advance(600_000);
    const [running] = await world.fleetInstances(FleetId);
    assert.equal((await world.instance(running!)).State!.Name, 'running');
    await world.kms.send(new RevokeGrantCommand({ KeyId: keyArn, GrantId }));
    await world.ec2.send(
      new ModifyFleetCommand({ FleetId, TargetCapacitySpecification: { TotalTargetCapacity: 2 } }),
    );
    assert.deepEqual(await world.fleetInstances(FleetId), [running]);
    assert.equal((await world.instance(running!)).State!.Name, 'running');
  });
});

test('a fleet of type request launches once, and ends with its validity', async (t) => {
  const world = await fleetWorld(t);
  const { FleetId } = await world.newFleet(await world.newTemplate(), {
    Type: 'request',
    ValidUntil: new Date(Date.now() + 86_400_000),
    TerminateInstancesWithExpiration: true,
  });
  const [first] = await world.fleetInstances(FleetId);
  await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [first!] }));
  assert.deepEqual(await world.fleetInstances(FleetId), []);
  await world.server.advance(2 * 86_400_000);
  assert.equal((await world.fleet(FleetId)).FleetState, 'deleted');
});
