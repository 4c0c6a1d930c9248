/** Where a group launches, and which instance goes when it shrinks: the rules themselves. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { GroupRecord, LaunchSource } from '../../src/services/autoscaling/group/group.ts';
import {
  type Occupant,
  PLAIN_POOL,
  planLaunches,
} from '../../src/services/autoscaling/instance/allocation.ts';
import type { InstanceRecord } from '../../src/services/autoscaling/instance/instance.ts';
import { chooseForScaleIn } from '../../src/services/autoscaling/instance/scale-in.ts';
import { isUneven } from '../../src/services/autoscaling/reconcile/rebalance.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = 1000 * HOUR_MS;
const ZONES = ['a', 'b', 'c'];

const group = (change: Partial<GroupRecord> = {}) =>
  ({
    name: 'web',
    zones: ZONES,
    subnets: [],
    source: { kind: 'template', template: { id: 'lt-new', name: 'new', version: '$Latest' } },
    terminationPolicies: ['Default'],
    ...change,
  }) as unknown as GroupRecord;

const choosePlacements = (of: GroupRecord, taken: readonly Occupant[], count: number) =>
  planLaunches(of, [PLAIN_POOL], taken, taken.length + count);

let made = 0;
const instance = (change: Partial<InstanceRecord> = {}) =>
  ({
    instanceId: `i-${++made}`,
    zone: 'a',
    type: 't3.micro',
    launchedAtMs: NOW_MS - HOUR_MS,
    isProtected: false,
    state: 'InService',
    ...change,
  }) as InstanceRecord;

const chosen = (
  instances: readonly InstanceRecord[],
  count: number,
  of: Partial<GroupRecord> = {},
  configurations: Record<string, number> = {},
) =>
  chooseForScaleIn(instances, count, {
    group: group(of),
    nowMs: NOW_MS,
    configurationCreatedAtMs: new Map(Object.entries(configurations)),
  });

const countsOf = (places: readonly { zone: string }[]) =>
  ZONES.map((zone) => places.filter((place) => place.zone === zone).length);

const spread = (counts: readonly number[]) => Math.max(...counts) - Math.min(...counts);

const arbitraryInstances = fc
  .array(fc.record({ zone: fc.constantFrom(...ZONES), isProtected: fc.boolean() }), { maxLength: 12 })
  .map((all) => all.map(instance));

describe('launching', () => {
  test('evens the zones out as far as the launches reach', () => {
    fc.assert(
      fc.property(arbitraryInstances, fc.nat(12), (instances, count) => {
        const places = choosePlacements(group(), instances, count);
        assert.equal(places.length, count);
        const before = countsOf(instances);
        const after = countsOf([...instances, ...places]);
        assert.ok(spread(after) <= Math.max(1, spread(before)));
        // A zone that got one had no more than any other.
        for (const [index, each] of after.entries()) {
          if (each > (before[index] as number)) assert.ok(each - 1 <= Math.min(...after));
        }
      }),
    );
  });

  test('goes as far as it may', () => {
    const plan = (most: number) => planLaunches(group(), [PLAIN_POOL], [], 2 ** 31 - 1, most);
    assert.equal(plan(100).length, 100);
    assert.equal(plan(-1).length, 0);
  });

  test('evens out the subnets of a zone, too', () => {
    const subnets = ['s1', 's2'].map((id) => ({ id, zone: 'a' }));
    const places = choosePlacements(group({ zones: ['a'], subnets }), [], 4);
    assert.deepEqual(
      places.map(({ subnetId }) => subnetId),
      ['s1', 's2', 's1', 's2'],
    );
  });
});

describe('shrinking', () => {
  test('takes as many as it may, none of them protected, and leaves zones no less even than they need be', () => {
    fc.assert(
      fc.property(arbitraryInstances, fc.nat(12), (instances, count) => {
        const gone = chosen(instances, count);
        const free = instances.filter(({ isProtected }) => !isProtected);
        assert.equal(gone.length, Math.min(count, free.length));
        assert.equal(new Set(gone).size, gone.length);
        assert.ok(gone.every(({ isProtected }) => !isProtected));
        if (free.length < instances.length) return;
        const left = instances.filter((each) => !gone.includes(each));
        assert.ok(spread(countsOf(left)) <= Math.max(1, spread(countsOf(instances))));
      }),
    );
  });

  const mixed: LaunchSource = {
    kind: 'mixed',
    template: { id: 'lt-new', name: 'new', version: '$Latest' },
    policy: { LaunchTemplate: { Overrides: [{ InstanceType: 't3.large' }, { InstanceType: 't3.small' }] } },
  };
  const launchTemplate = (id: string, version: string) => ({ id, name: id, version });
  const cases: Record<
    string,
    { of: Partial<GroupRecord>; goes: Partial<InstanceRecord>; stays: Partial<InstanceRecord> }
  > = {
    OldestInstance: { of: {}, goes: { launchedAtMs: 1 }, stays: { launchedAtMs: 2 } },
    NewestInstance: { of: {}, goes: { launchedAtMs: 2 }, stays: { launchedAtMs: 1 } },
    OldestLaunchConfiguration: {
      of: {},
      goes: { launchConfigurationName: 'old' },
      stays: { launchConfigurationName: 'new' },
    },
    'OldestLaunchTemplate by version': {
      of: {},
      goes: { launchTemplate: launchTemplate('lt-new', '9') },
      stays: { launchTemplate: launchTemplate('lt-new', '10') },
    },
    'OldestLaunchTemplate of one no longer used': {
      of: {},
      goes: { launchTemplate: launchTemplate('lt-old', '99') },
      stays: { launchTemplate: launchTemplate('lt-new', '1') },
    },
    ClosestToNextInstanceHour: {
      of: {},
      goes: { launchedAtMs: NOW_MS - 3 * HOUR_MS + 60_000 },
      stays: { launchedAtMs: NOW_MS - 5 * HOUR_MS - 60_000 },
    },
    'AllocationStrategy by priority': {
      of: { source: mixed },
      goes: { type: 't3.small' },
      stays: { type: 't3.large' },
    },
    'Default, what is no launch of the policy at all': {
      of: { source: mixed },
      goes: { type: 'm7i.large' },
      stays: { type: 't3.small' },
    },
    'Default, a launch configuration before a template': {
      of: {},
      goes: { launchConfigurationName: 'new' },
      stays: { launchTemplate: launchTemplate('lt-new', '1') },
    },
    'Default, in a zone that is no longer the group’s': {
      of: { zones: ['b', 'c'] },
      goes: { zone: 'a' },
      stays: { zone: 'b' },
    },
  };
  for (const [name, { of, goes, stays }] of Object.entries(cases)) {
    test(`goes by ${name}`, () => {
      const terminationPolicies = [name.split(/[ ,]/)[0] as string];
      const [one, other] = [instance(stays), instance(goes)];
      const gone = chosen([one, other], 1, { terminationPolicies, ...of }, { old: 1, new: 2 });
      assert.deepEqual(gone, [other]);
      assert.deepEqual(chosen([other, one], 1, { terminationPolicies, ...of }, { old: 1, new: 2 }), [other]);
    });
  }

  test('goes by the second policy where the first leaves several', () => {
    const terminationPolicies = ['OldestLaunchTemplate', 'NewestInstance'];
    const template = launchTemplate('lt-old', '1');
    const older = instance({ launchTemplate: template, launchedAtMs: 1 });
    const newer = instance({ launchTemplate: template, launchedAtMs: 2 });
    const current = instance({ launchTemplate: launchTemplate('lt-new', '1'), launchedAtMs: 3 });
    assert.deepEqual(chosen([older, newer, current], 2, { terminationPolicies }), [newer, older]);
  });
});

describe('evening out', () => {
  test('comes to an end: each move makes the zones more even, or none is made', () => {
    fc.assert(
      fc.property(arbitraryInstances, (start) => {
        let instances = [...start];
        for (let moves = 0; isUneven(group(), instances); moves++) {
          assert.ok(moves <= start.length, 'it goes on for ever');
          const places = choosePlacements(group(), instances, 1);
          const grown = [...instances, ...places.map((place) => instance(place))];
          const gone = chosen(grown, 1);
          instances = grown.filter((each) => !gone.includes(each));
          assert.equal(instances.length, start.length);
        }
      }),
    );
  });
});
