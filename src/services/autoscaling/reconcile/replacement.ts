/**
 * Which instances a group replaces, and in what order: it ends them and makes up for it, or launches first, as far as its
 * instance maintenance policy lets its capacity fall and rise; without one each reason has its own range (aws-facts E3.14).
 */
import type { GroupRecord, HealthyRange } from '../group/group.ts';
import { expiresAtMs } from '../group/request-reconcile.ts';
import { capacityOf } from '../instance/allocation.ts';
import type { InstanceRecord } from '../instance/instance.ts';

export interface Retiring {
  readonly instance: InstanceRecord;
  readonly range: HealthyRange;
  /** Of the activity that ends it. */
  readonly cause: string;
  /** Of the activity that launches another before. */
  readonly launchCause: string;
}

const RANGES = {
  atOnce: { minPercentage: 0, maxPercentage: 100 },
  oneByOne: { minPercentage: 90, maxPercentage: 100 },
  launchFirst: { minPercentage: 100, maxPercentage: 110 },
} as const satisfies Record<string, HealthyRange>;

const EXPIRED = 'an instance was taken out of service in response to a maximum instance lifetime expiration.';
const AT_RISK =
  'an instance was taken out of service in response to an EC2 instance rebalance recommendation.';

/** Those that the group itself has a reason to replace, the most pressing first. */
export function retiringOf(
  group: GroupRecord,
  counted: readonly InstanceRecord[],
  nowMs: number,
): Retiring[] {
  const inService = counted.filter(({ state }) => state === 'InService');
  const { ReplaceUnhealthy: keepsUnhealthy, AZRebalance: keepsAtRisk } = group.suspended;
  const unhealthy = keepsUnhealthy ? [] : inService.filter(({ unhealthyCause }) => unhealthyCause);
  const atRisk = keepsAtRisk || !group.rebalancesCapacity ? [] : inService.filter(({ isAtRisk }) => isAtRisk);
  const expired = inService.filter(
    (instance) => !instance.isProtected && nowMs >= expiresAtMs(group, instance),
  );
  const retiring = [
    ...unhealthy.map((instance) => ({
      instance,
      // What no longer runs is not worth waiting for.
      range: instance.isDown ? RANGES.atOnce : (group.maintenance ?? RANGES.atOnce),
      cause: instance.unhealthyCause as string,
      launchCause: 'an instance was launched in response to an unhealthy instance needing to be replaced.',
    })),
    ...atRisk.map((instance) => ({
      instance,
      range: group.maintenance ?? RANGES.launchFirst,
      cause: AT_RISK,
      launchCause: 'an instance was launched in response to an EC2 instance rebalance recommendation.',
    })),
    ...expired.map((instance) => ({
      instance,
      range: group.maintenance ?? RANGES.oneByOne,
      cause: EXPIRED,
      launchCause: 'an instance was launched in response to a maximum instance lifetime expiration.',
    })),
  ];
  return withoutRepetition(retiring);
}

export const withoutRepetition = (retiring: readonly Retiring[]): Retiring[] =>
  [...new Map(retiring.toReversed().map((each) => [each.instance.instanceId, each])).values()].reverse();

/** Those that are in service and healthy and, unless they are to go anyway, done with warming up. */
export function servingOf(
  counted: readonly InstanceRecord[],
  retiring: readonly Retiring[],
  warmupMs: number,
  nowMs: number,
): InstanceRecord[] {
  const going = new Set(retiring.map(({ instance }) => instance));
  return counted.filter(
    (instance) =>
      instance.state === 'InService' &&
      instance.health === 'Healthy' &&
      (going.has(instance) || (instance.inServiceAtMs ?? 0) + warmupMs <= nowMs),
  );
}

export interface Replacement {
  /** Go now. */
  readonly leaving: readonly Retiring[];
  /** Go once others have come in their place. */
  readonly awaiting: readonly Retiring[];
  /** By how much the group is to have more than it should until then. */
  readonly surge: number;
}

/** `isBusy`: something is still to come into service, after which more can be said. */
export function planReplacement(
  { desiredCapacity: desired, suspended }: GroupRecord,
  serving: readonly InstanceRecord[],
  retiring: readonly Retiring[],
  isBusy: boolean,
): Replacement {
  if (suspended.Terminate) return { leaving: [], awaiting: [], surge: 0 };
  const counting = new Set(serving);
  let capacity = capacityOf(serving);
  const leaving: Retiring[] = [];
  const waiting: Retiring[] = [];
  for (const each of retiring) {
    const cost = counting.has(each.instance) ? capacityOf([each.instance]) : 0;
    const least = Math.ceil((desired * each.range.minPercentage) / 100);
    const mayGo = capacity - cost >= least;
    if (mayGo) capacity -= cost;
    (mayGo ? leaving : waiting).push(each);
  }
  const room = suspended.Launch
    ? 0
    : Math.max(0, ...waiting.map(({ range }) => most(range, desired) - desired));
  const [first] = waiting;
  // One of them can go only once its whole weight is made up for.
  const least = room > 0 && first ? capacityOf([first.instance]) : 0;
  const surge = Math.min(Math.max(room, least), capacityOf(waiting.map(({ instance }) => instance)));
  // Where no more is allowed, and all are wanted, one goes all the same: nothing would ever be replaced.
  const isStuck = waiting.length > 0 && leaving.length === 0 && surge === 0 && !isBusy;
  if (isStuck && first) return { leaving: [first], awaiting: [], surge: 0 };
  return { leaving, awaiting: madeUpFor(waiting, surge), surge };
}

/** The first ones, as far as the surge makes up for them. */
function madeUpFor(waiting: readonly Retiring[], surge: number): Retiring[] {
  let weight = 0;
  const end = waiting.findIndex(({ instance }) => {
    weight += capacityOf([instance]);
    return weight > surge;
  });
  return end < 0 ? [...waiting] : waiting.slice(0, end);
}

/** The most that a range lets a group have. To keep all of it at all times takes one more, whatever the maximum. */
const most = ({ minPercentage, maxPercentage }: HealthyRange, desired: number) =>
  Math.max(Math.ceil((desired * maxPercentage) / 100), minPercentage === 100 ? desired + 1 : desired);
