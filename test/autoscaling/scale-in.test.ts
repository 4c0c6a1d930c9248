/** Which instances go, however many: one at a time by the rules, which is too slow for a large group, says the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { GroupRecord } from '../../src/services/autoscaling/group/group.ts';
import { planLaunches } from '../../src/services/autoscaling/instance/allocation.ts';
import type { InstanceRecord } from '../../src/services/autoscaling/instance/instance.ts';
import { chooseForScaleIn } from '../../src/services/autoscaling/instance/scale-in.ts';

type Some = Pick<InstanceRecord, 'instanceId' | 'zone' | 'launchedAtMs' | 'isProtected' | 'weight'>;

const weightOf = ({ weight = 1 }: { readonly weight?: number }) => weight;
const sum = (some: readonly { readonly weight?: number }[]) =>
  some.reduce((all, each) => all + weightOf(each), 0);

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html */
function oneByOne(
  instances: readonly Some[],
  excess: number,
  zones: readonly string[],
  isOldestFirst: boolean,
) {
  const left = [...instances];
  const chosen: string[] = [];
  for (let over = excess; over > 0; ) {
    const free = left.filter((each) => !each.isProtected && weightOf(each) <= over);
    const strange = free.filter(({ zone }) => !zones.includes(zone));
    const inZone = (name: string) => left.filter(({ zone }) => zone === name);
    const most = Math.max(...free.map(({ zone }) => sum(inZone(zone))));
    const among = strange.length > 0 ? strange : free.filter(({ zone }) => sum(inZone(zone)) === most);
    const rank = ({ launchedAtMs }: Some) => (isOldestFirst ? launchedAtMs : -launchedAtMs);
    const [next] = among.toSorted((one, other) => rank(one) - rank(other));
    if (!next) break;
    chosen.push(next.instanceId);
    left.splice(left.indexOf(next), 1);
    over -= weightOf(next);
  }
  return chosen;
}

const some = (maxLength: number) =>
  fc
    .array(
      fc.record({
        zone: fc.constantFrom('a', 'b', 'c', 'gone', 'gone too'),
        launchedAtMs: fc.nat(9),
        isProtected: fc.constantFrom(false, false, false, true),
        weight: fc.constantFrom(undefined, undefined, 1, 2, 5),
      }),
      { maxLength },
    )
    .map((all) =>
      all.map((each, index): Some => ({ instanceId: `i-${String(index).padStart(3, '0')}`, ...each })),
    );

const ZONES = ['a', 'b', 'c'];

test('the instances that go are those that would go one at a time', () => {
  fc.assert(
    fc.property(
      some(40),
      fc.integer({ min: -1, max: 60 }),
      fc.boolean(),
      (instances, excess, isOldestFirst) => {
        const group = {
          zones: ZONES,
          terminationPolicies: [isOldestFirst ? 'OldestInstance' : 'NewestInstance'],
        } as unknown as GroupRecord;
        const facts = { group, nowMs: 0, configurationCreatedAtMs: new Map() };
        const chosen = chooseForScaleIn(instances as InstanceRecord[], excess, facts);
        assert.deepEqual(
          chosen.map(({ instanceId }) => instanceId),
          oneByOne(instances, excess, ZONES, isOldestFirst),
        );
      },
    ),
  );
});

test('launches go where there is the least, each in its turn', () => {
  fc.assert(
    fc.property(some(40), fc.integer({ min: 0, max: 90 }), (instances, capacity) => {
      const subnets = ['a1 a', 'a2 a', 'b1 b'].map((text) => {
        const [id = '', zone = ''] = text.split(' ');
        return { id, zone };
      });
      const group = { zones: ZONES, subnets, source: { kind: 'template' } } as unknown as GroupRecord;
      const taken: { zone: string; subnetId?: string; weight?: number }[] = instances.map((each, index) => ({
        ...each,
        subnetId: subnets.filter(({ zone }) => zone === each.zone)[index % 2]?.id,
      }));
      const planned = planLaunches(group, [{ weight: 1 }], taken, capacity);
      assert.equal(planned.length, Math.max(0, capacity - sum(taken)));
      for (const each of planned) {
        const usedBy = (isThere: (placed: (typeof taken)[number]) => boolean) => sum(taken.filter(isThere));
        const [zone] = ZONES.toSorted(
          (one, other) => usedBy((at) => at.zone === one) - usedBy((at) => at.zone === other),
        );
        assert.equal(each.zone, zone);
        const [subnet] = subnets
          .filter((one) => one.zone === zone)
          .map(({ id }) => id)
          .toSorted(
            (one, other) => usedBy((at) => at.subnetId === one) - usedBy((at) => at.subnetId === other),
          );
        assert.equal(each.subnetId, subnet);
        taken.push(each);
      }
    }),
  );
});
