/** Mixed instances policies: which types a group launches, what they weigh, and what is refused. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  type CreateAutoScalingGroupCommandInput,
  type InstancesDistribution,
  type LaunchTemplateOverrides,
  SetDesiredCapacityCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  GetInstanceTypesFromInstanceRequirementsCommand,
  type InstanceRequirementsRequest,
} from '@aws-sdk/client-ec2';
import type { GroupRecord } from '../../src/services/autoscaling/group/group.ts';
import { type Market, type Pool, planLaunches } from '../../src/services/autoscaling/instance/allocation.ts';
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

const mixed = (Overrides: LaunchTemplateOverrides[], InstancesDistribution?: InstancesDistribution) => ({
  LaunchTemplate: {
    LaunchTemplateSpecification: { LaunchTemplateId: templateId, Version: '1' },
    Overrides,
  },
  InstancesDistribution,
});

let made = 0;
async function newGroup(
  Overrides: LaunchTemplateOverrides[],
  input: Partial<CreateAutoScalingGroupCommandInput> = {},
  distribution?: InstancesDistribution,
): Promise<string> {
  const name = `mixed-${++made}`;
  await world.newGroup(templateId, {
    AutoScalingGroupName: name,
    LaunchTemplate: undefined,
    MixedInstancesPolicy: mixed(Overrides, distribution),
    MaxSize: 100,
    ...input,
  });
  await world.server.settled();
  return name;
}

const members = async (name: string) =>
  (await world.group(name))
    .Instances!.map(({ InstanceType, WeightedCapacity = '-' }) => `${InstanceType} ${WeightedCapacity}`)
    .sort();

async function resize(AutoScalingGroupName: string, DesiredCapacity: number): Promise<void> {
  await world.autoscaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity }));
  await world.server.settled();
}

test('with weights the capacity is met by units, and exceeded where the last instance weighs more', async () => {
  const name = await newGroup(
    [
      { InstanceType: 't3.large', WeightedCapacity: '4' },
      { InstanceType: 't3.micro', WeightedCapacity: '1' },
    ],
    { DesiredCapacity: 6 },
  );
  assert.deepEqual(await members(name), ['t3.large 4', 't3.large 4']);
  await resize(name, 5);
  assert.equal((await members(name)).length, 2);
  await resize(name, 4);
  assert.deepEqual(await members(name), ['t3.large 4']);
});

test('new weights hold for the instances that there are', async () => {
  const name = await newGroup([{ InstanceType: 't3.micro', WeightedCapacity: '1' }], { DesiredCapacity: 4 });
  assert.equal((await members(name)).length, 4);
  await world.autoscaling.send(
    new UpdateAutoScalingGroupCommand({
      AutoScalingGroupName: name,
      MixedInstancesPolicy: mixed([{ InstanceType: 't3.micro', WeightedCapacity: '2' }]),
    }),
  );
  await world.server.settled();
  assert.deepEqual(await members(name), ['t3.micro 2', 't3.micro 2']);
});

describe('instance requirements', () => {
  const requirements = (more: Partial<InstanceRequirementsRequest> = {}): InstanceRequirementsRequest => ({
    VCpuCount: { Min: 2, Max: 4 },
    MemoryMiB: { Min: 8192, Max: 16_384 },
    ...more,
  });
  const matching = async (more: Partial<InstanceRequirementsRequest> = {}) => {
    const { InstanceTypes } = await world.ec2.send(
      new GetInstanceTypesFromInstanceRequirementsCommand({
        ArchitectureTypes: ['x86_64'],
        VirtualizationTypes: ['hvm'],
        InstanceRequirements: requirements(more),
      }),
    );
    return InstanceTypes!.map(({ InstanceType }) => InstanceType!);
  };

  const cases: [Partial<InstanceRequirementsRequest>, { has: string[]; hasNot: string[] }][] = [
    [
      {},
      {
        has: ['m5.large', 'r5.large', 'i3.large'],
        hasNot: ['t3.large', 'm5.metal', 'c5.large', 'm6g.large'],
      },
    ],
    [{ BurstablePerformance: 'required' }, { has: ['t3.large'], hasNot: ['m5.large'] }],
    [{ LocalStorage: 'excluded' }, { has: ['m5.large'], hasNot: ['i3.large', 'm5d.large'] }],
    [
      { LocalStorageTypes: ['hdd'], LocalStorage: 'required' },
      { has: [], hasNot: ['i3.large'] },
    ],
    [
      { AllowedInstanceTypes: ['m5*', 'r5.*'] },
      { has: ['m5.large', 'm5d.large', 'r5.large'], hasNot: ['i3.large'] },
    ],
    [{ ExcludedInstanceTypes: ['*5*'] }, { has: ['i3.large'], hasNot: ['m5.large', 'r5.large'] }],
    [{ CpuManufacturers: ['amd'] }, { has: ['m5a.large'], hasNot: ['m5.large'] }],
    [
      { AcceleratorTypes: ['gpu'], AcceleratorNames: ['t4'] },
      { has: ['g4dn.xlarge'], hasNot: ['m5.large'] },
    ],
    [{ AcceleratorCount: { Max: 0 } }, { has: ['m5.large'], hasNot: ['g4dn.xlarge'] }],
    [{ MemoryGiBPerVCpu: { Min: 8 } }, { has: ['r5.large'], hasNot: ['m5.large'] }],
  ];
  for (const [more, { has, hasNot }] of cases) {
    test(`${JSON.stringify(more)} are met by ${has.join(', ') || 'others'}`, async () => {
      const found = await matching(more);
      assert.deepEqual(
        has.filter((type) => !found.includes(type)),
        [],
      );
      assert.deepEqual(
        hasNot.filter((type) => found.includes(type)),
        [],
      );
    });
  }

  test('launch a type that meets them, counted by its processors where the group counts so', async () => {
    const name = await newGroup(
      [{ InstanceRequirements: { ...requirements({ AllowedInstanceTypes: ['m5.large'] }) } as never }],
      { DesiredCapacity: 4, DesiredCapacityType: 'vcpu' },
    );
    assert.deepEqual(await members(name), ['m5.large 2', 'm5.large 2']);
    assert.equal((await world.group(name)).DesiredCapacityType, 'vcpu');
  });

  test('and that the launch template keeps from some types launch one of the others', async () => {
    const LaunchTemplateSpecification = {
      LaunchTemplateId: await world.newTemplate({ EbsOptimized: true }),
      Version: '1',
    };
    const groupOf = (AllowedInstanceTypes: string[]) =>
      newGroup([], {
        DesiredCapacity: 1,
        MixedInstancesPolicy: {
          LaunchTemplate: {
            LaunchTemplateSpecification,
            Overrides: [
              {
                InstanceRequirements: {
                  ...requirements(),
                  VCpuCount: { Min: 2 },
                  MemoryMiB: { Min: 1 },
                  AllowedInstanceTypes,
                } as never,
              },
            ],
          },
        },
      });
    assert.deepEqual(await members(await groupOf(['c3.large', 'm5.large'])), ['m5.large -']);
    const { message } = await refusal(groupOf(['c3.large', 'm3.large']));
    assert.match(
      message,
      /^You must use a valid fully-formed launch template\. EBS-optimized instances are not/,
    );
  });

  test('that no type meets are refused as the group is made', async () => {
    const { code, message } = await refusal(
      newGroup([{ InstanceRequirements: { VCpuCount: { Min: 4000 }, MemoryMiB: { Min: 1 } } }]),
    );
    assert.deepEqual(
      [code, message],
      ['ValidationError', 'No instance types satisfy the instance requirements.'],
    );
  });
});

describe('refused is', () => {
  const type = { InstanceType: 't3.micro' } as const;
  const requirements = { InstanceRequirements: { VCpuCount: { Min: 1 }, MemoryMiB: { Min: 1 } } };
  const cases: [LaunchTemplateOverrides[], InstancesDistribution, RegExp][] = [
    [[{ ...type, ...requirements }], {}, /cannot contain both/],
    [[{ WeightedCapacity: '1' }], {}, /must contain an InstanceType or InstanceRequirements/],
    [[{ ...type, WeightedCapacity: '0' }], {}, /between 1 and 999/],
    [
      [{ ...type, WeightedCapacity: '1' }, { InstanceType: 't3.small' }],
      {},
      /for all of the instance types, or for none/,
    ],
    [[type, type], {}, /t3\.micro is in more than one override/],
    [[type, requirements], {}, /or all of them InstanceRequirements/],
    [
      [requirements],
      { OnDemandAllocationStrategy: 'prioritized' },
      /not supported with InstanceRequirements/,
    ],
    [[type], { OnDemandPercentageAboveBaseCapacity: 101 }, /between 0 and 100/],
    [[type], { SpotAllocationStrategy: 'diversified' }, /Invalid SpotAllocationStrategy/],
    [[type], { OnDemandAllocationStrategy: 'cheap' }, /Invalid OnDemandAllocationStrategy/],
    [[type], { SpotMaxPrice: 'free' }, /Invalid SpotMaxPrice/],
    [[type], { SpotInstancePools: 21 }, /between 1 and 20/],
    [
      [type],
      { DistributionSegments: [{ TargetCapacityTypes: ['spot'] }] } as never,
      /does not serve DistributionSegments/,
    ],
  ];
  for (const [overrides, distribution, expected] of cases) {
    test(`${JSON.stringify(overrides)} ${JSON.stringify(distribution)}`, async () => {
      const { code, message } = await refusal(newGroup(overrides, {}, distribution));
      assert.equal(code, 'ValidationError');
      assert.match(message, expected);
    });
  }
});

describe('the plan of launches', () => {
  const POOLS: readonly Pool[] = [
    // Dear as a whole, and not by its units; in one zone the cheapest of all.
    { type: 'big', weight: 4, prices: { a: 0.28, b: 0.16 } },
    { type: 'cheap', weight: 1, prices: { a: 0.05, b: 0.05 } },
    { type: 'fair', weight: 1, prices: { a: 0.1, b: 0.1 } },
  ];
  const group = (InstancesDistribution: InstancesDistribution) =>
    ({
      zones: ['a', 'b'],
      subnets: [],
      source: { kind: 'mixed', template: { id: 'lt', name: 'lt' }, policy: { InstancesDistribution } },
    }) as unknown as GroupRecord;
  const plan = (distribution: InstancesDistribution, capacity: number, pools = POOLS) =>
    planLaunches(group(distribution), pools, [], capacity);
  const units = (distribution: InstancesDistribution, capacity: number, market: Market) =>
    plan(distribution, capacity, [{ type: 'one', weight: 1 }]).filter((each) => each.market === market)
      .length;

  const shares: [InstancesDistribution, number, number][] = [
    [{}, 4, 4],
    [{ OnDemandPercentageAboveBaseCapacity: 0 }, 4, 0],
    [{ OnDemandBaseCapacity: 1, OnDemandPercentageAboveBaseCapacity: 0 }, 4, 1],
    [{ OnDemandBaseCapacity: 2, OnDemandPercentageAboveBaseCapacity: 50 }, 7, 5],
    [{ OnDemandBaseCapacity: 9, OnDemandPercentageAboveBaseCapacity: 0 }, 4, 4],
  ];
  for (const [distribution, capacity, expected] of shares) {
    test(`has ${expected} of ${capacity} on demand with ${JSON.stringify(distribution)}`, () => {
      assert.equal(units(distribution, capacity, 'on-demand'), expected);
      assert.equal(units(distribution, capacity, 'spot'), capacity - expected);
    });
  }

  test('takes types in their order, or by the price of a unit', () => {
    const first = (distribution: InstancesDistribution) =>
      plan(distribution, 1)[0]!.pools.map(({ type }) => type);
    const spot = { OnDemandPercentageAboveBaseCapacity: 0 };
    assert.deepEqual(first({}), ['big', 'cheap', 'fair']);
    assert.deepEqual(first({ OnDemandAllocationStrategy: 'lowest-price' }), ['cheap', 'big', 'fair']);
    assert.deepEqual(first({ ...spot, SpotAllocationStrategy: 'capacity-optimized' }), [
      'big',
      'cheap',
      'fair',
    ]);
    assert.deepEqual(first({ ...spot, SpotAllocationStrategy: 'price-capacity-optimized' }), [
      'cheap',
      'big',
      'fair',
    ]);
  });

  test('spreads Spot Instances over the cheapest pools of a zone, as many as it is to', () => {
    const planned = plan({ OnDemandPercentageAboveBaseCapacity: 0, SpotInstancePools: 2 }, 20);
    const types = planned.map(({ zone, type }) => `${zone} ${type}`);
    // The others are there for where those have no room.
    for (const { type, pools: tried } of planned) {
      assert.equal(tried[0]?.type, type);
      assert.equal(tried.at(-1)?.type, 'fair');
      assert.deepEqual(tried.map((pool) => pool.type).toSorted(), ['big', 'cheap', 'fair']);
    }
    const count = (each: string) => types.filter((type) => type === each).length;
    // Each has as many units as the other, as near as may be.
    const pools = ['a cheap', 'a big', 'b cheap', 'b big', 'a fair', 'b fair'];
    assert.deepEqual(pools.map(count), [5, 1, 4, 2, 0, 0]);
  });
});
