/** What a fleet keeps of how it was asked for, and when it replaces what leaves it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  DeleteLaunchTemplateCommand,
  DescribeFleetHistoryCommand,
  DescribeSpotFleetRequestsCommand,
  ModifyFleetCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { fleetWorld } from '../worlds/fleets.ts';
import { refusal } from '../worlds/server.ts';
import { spotFleetWorld } from '../worlds/spot-fleets.ts';

describe('a fleet', () => {
  test('shows its token, and the kind and unit of its capacity, after a change too', async (t) => {
    const world = await fleetWorld(t);
    const { FleetId } = await world.newFleet(await world.newTemplate(), {
      Type: 'maintain',
      ClientToken: 'token-1',
      overrides: [{ InstanceType: 'c5.large' }],
      TargetCapacitySpecification: {
        TotalTargetCapacity: 4,
        DefaultTargetCapacityType: 'spot',
        TargetCapacityUnitType: 'vcpu',
      },
    });
    const shown = async () => {
      const { ClientToken, TargetCapacitySpecification: target } = await world.fleet(FleetId);
      const { TotalTargetCapacity, DefaultTargetCapacityType, TargetCapacityUnitType } = target!;
      return [ClientToken, TotalTargetCapacity, DefaultTargetCapacityType, TargetCapacityUnitType];
    };
    assert.deepEqual(await shown(), ['token-1', 4, 'spot', 'vcpu']);
    assert.equal((await world.fleetInstances(FleetId)).length, 2, 'each has two processors');
    await world.ec2.send(
      new ModifyFleetCommand({ FleetId, TargetCapacitySpecification: { TotalTargetCapacity: 6 } }),
    );
    assert.deepEqual(await shown(), ['token-1', 6, 'spot', 'vcpu']);
    assert.equal((await world.fleetInstances(FleetId)).length, 3);
  });

  test('may not want more of both markets than in all, and its history has pages of one at least', async (t) => {
    const world = await fleetWorld(t);
    const template = await world.newTemplate();
    const make = (OnDemandTargetCapacity: number, SpotTargetCapacity: number) =>
      world.newFleet(template, {
        TargetCapacitySpecification: {
          TotalTargetCapacity: 3,
          OnDemandTargetCapacity,
          SpotTargetCapacity,
          DefaultTargetCapacityType: 'on-demand',
        },
      });
    const { message } = await refusal(make(2, 2));
    assert.match(message, /exceeds TotalTargetCapacity/);
    const { FleetId } = await make(2, 1);
    const asked = { FleetId, StartTime: new Date(0), MaxResults: 0 };
    const page = await refusal(world.ec2.send(new DescribeFleetHistoryCommand(asked)));
    assert.equal(page.code, 'InvalidParameterValue');
  });

  test('takes the cheapest type where no zone is named, in whatever order they are listed', async (t) => {
    const world = await fleetWorld(t);
    const template = await world.newTemplate();
    for (const types of [
      ['c5.large', 't3.nano', 'm5.large'],
      ['t3.nano', 'c5.large', 'm5.large'],
    ] as const) {
      const { FleetId } = await world.newFleet(template, {
        overrides: types.map((InstanceType) => ({ InstanceType })),
        TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'spot' },
      });
      const [id] = await world.fleetInstances(FleetId);
      assert.equal((await world.instance(id!)).InstanceType, 't3.nano');
    }
  });

  test('tells EventBridge what it launches, as its history does', async (t) => {
    const world = await fleetWorld(t);
    const { FleetId } = await world.newFleet(await world.newTemplate());
    const history = await world.history(FleetId);
    const launched = history.find(({ EventInformation: event }) => event?.EventSubType === 'launched');
    const events = (await world.fleetEvents()) as unknown as { detail: Record<string, string> }[];
    const event = events.find(({ detail }) => detail['sub-type'] === 'launched');
    assert.match(String(event?.detail.description), /"instanceType":"t3.micro"/);
    assert.equal(event?.detail.description, launched?.EventInformation?.EventDescription);
  });

  test('pays no more than it may where one of its pools is refused, and says which that was', async (t) => {
    const world = await fleetWorld(t);
    const { FleetId } = await world.newFleet(await world.newTemplate(), {
      Type: 'maintain',
      overrides: [
        { InstanceType: 't3.nano', AvailabilityZone: 'us-east-1a', MaxPrice: '0.0001' },
        { InstanceType: 't3.micro', AvailabilityZone: 'us-east-1a' },
      ],
      // Two of the second come to 0.00728.
      SpotOptions: { AllocationStrategy: 'diversified', MaxTotalPrice: '0.0075' },
      TargetCapacitySpecification: { TotalTargetCapacity: 4, DefaultTargetCapacityType: 'spot' },
    });
    assert.equal((await world.fleetInstances(FleetId)).length, 2);
    const unusable = (await world.history(FleetId)).filter(
      ({ EventInformation: event }) => event?.EventSubType === 'launchSpecUnusable',
    );
    const about = `t3.nano, ${world.imageId}, Linux/UNIX, us-east-1a`;
    assert.ok(unusable[0]!.EventInformation!.EventDescription!.startsWith(about));
  });

  test('is in error when its launch template is gone', async (t) => {
    const world = await fleetWorld(t);
    const LaunchTemplateId = await world.newTemplate();
    const { FleetId } = await world.newFleet(LaunchTemplateId, { Type: 'maintain' });
    assert.equal((await world.fleet(FleetId)).ActivityStatus, 'fulfilled');
    await world.ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId }));
    const TargetCapacitySpecification = { TotalTargetCapacity: 2 };
    await world.ec2.send(new ModifyFleetCommand({ FleetId, TargetCapacitySpecification }));
    assert.equal((await world.fleet(FleetId)).ActivityStatus, 'error');
  });

  test('replaces an instance that shuts down before it is gone', async (t) => {
    const world = await fleetWorld(t, { delays: 1 });
    const { FleetId } = await world.newFleet(await world.newTemplate(), { Type: 'maintain' });
    await world.server.advance(20_000);
    const [id] = await world.fleetInstances(FleetId);
    await world.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id!] }));
    await world.server.advance(1_500);
    const left = await world.fleetInstances(FleetId);
    assert.deepEqual([left.length, left.includes(id!)], [1, false]);
    assert.equal((await world.instance(id!)).State?.Name, 'shutting-down');
  });
});

test('a Spot Fleet request spreads over as many of the cheapest pools as it names', async (t) => {
  const world = await spotFleetWorld(t);
  const types = ['t3.nano', 't3.micro', 'c5.large'] as const;
  const id = await world.request({
    TargetCapacity: 4,
    AllocationStrategy: 'lowestPrice',
    InstancePoolsToUseCount: 2,
    LaunchSpecifications: types.map((InstanceType) => world.specification({ InstanceType })),
  });
  const found = await Promise.all((await world.instancesOf(id)).map((each) => world.instance(each)));
  const counts = types.map((type) => found.filter(({ InstanceType }) => InstanceType === type).length);
  assert.deepEqual(counts, [2, 2, 0]);
});

test('a Spot Fleet request launches what has what a specification asks for', async (t) => {
  const world = await spotFleetWorld(t);
  const asked = { VCpuCount: { Min: 4, Max: 4 }, MemoryMiB: { Min: 16_384, Max: 16_384 } };
  const specification = { ImageId: world.imageId, InstanceRequirements: asked };
  const id = await world.request({ LaunchSpecifications: [specification] });
  const [instance] = await world.instancesOf(id);
  assert.match((await world.instance(instance!)).InstanceType!, /\.xlarge$/);
});

test('of Spot Fleet requests it is said which are not there, and what is wrong with a single configuration', async (t) => {
  const world = await spotFleetWorld(t);
  const ids = ['a', 'b'].map((digit) => `sfr-${digit.repeat(8)}-0000-4000-8000-000000000000`);
  const missing = async (SpotFleetRequestIds: string[]) =>
    (await refusal(world.ec2.send(new DescribeSpotFleetRequestsCommand({ SpotFleetRequestIds })))).message;
  assert.equal(await missing(ids.slice(0, 1)), `The spot fleet request ID '${ids[0]}' does not exist.`);
  assert.equal(await missing(ids), `The spot fleet request IDs '${ids.join(', ')}' do not exist.`);
  const LaunchTemplateSpecification = { LaunchTemplateId: await world.newTemplate(), Version: '1' };
  const Overrides = [{ InstanceType: 't3.micro' as const, WeightedCapacity: 1000 }];
  const config = {
    LaunchSpecifications: undefined,
    LaunchTemplateConfigs: [{ LaunchTemplateSpecification, Overrides }],
  };
  assert.match((await refusal(world.request(config))).message, /weightedCapacity/);
});
