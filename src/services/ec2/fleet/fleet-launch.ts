/**
 * The launches of a fleet: ec2:RunInstances for each of its pools, as whoever the fleet launches as: an instant fleet's
 * caller, else the fleet's service-linked role (aws-facts I11, I12, I13, I29).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Call } from '../../../invoke/context.ts';
import type {
  CreateFleetError,
  CreateFleetInstance,
  Instance,
  RunInstancesRequest,
  TagSpecification,
} from '../../../shapes/generated/ec2.ts';
import type { LaunchFailure } from '../instance/launch-failure.ts';
import { MAX_INSTANCES } from '../instance/launch-plan.ts';
import { showPrice } from '../spot/spot-price.ts';
import { marketOn } from '../spot/spot-terms.ts';
import type { FleetMemberRecord, FleetRecord, Lifecycle } from './fleet.ts';
import { familyOf } from './fleet-family.ts';
import { costOf, inOrder, type Pool, spread } from './fleet-pool.ts';

export interface PoolLaunch {
  readonly pool: Pool;
  readonly lifecycle: Lifecycle;
  readonly instances: readonly Instance[];
}

export interface PoolRefusal {
  readonly pool: Pool;
  readonly lifecycle: Lifecycle;
  readonly error: AwsError;
}

export interface Launched {
  readonly launches: readonly PoolLaunch[];
  readonly refusals: readonly PoolRefusal[];
}

/** As many as a fleet of the largest capacity has where each counts for one unit (fleet-request.ts). */
const MAX_MEMBERS = 10_000;

interface Already {
  /** What the fleet has. */
  readonly members?: readonly FleetMemberRecord[];
  readonly tags?: readonly TagSpecification[];
}

const spentOn = (members: readonly FleetMemberRecord[], lifecycle: Lifecycle): number =>
  members
    .filter((member) => member.lifecycle === lifecycle && !member.isLeaving)
    .reduce((sum, member) => sum + costOf(member, lifecycle, 1), 0);

/** Whether one call launched as many of a pool as it may: more of it may be had by another. */
export const reachedLimit = ({ launches }: Launched): boolean =>
  launches.some(({ instances }) => instances.length >= MAX_INSTANCES);

/** Launches what is wanted of each market. A pool that is refused is tried once; what it lacks the next ones give. */
export async function launchCapacity(
  call: Call,
  fleet: FleetRecord,
  pools: readonly Pool[],
  wanted: Readonly<Record<Lifecycle, number>>,
  { members = [], tags = [] }: Already = {},
): Promise<Launched> {
  const launches: PoolLaunch[] = [];
  const refusals: PoolRefusal[] = [];
  let room = MAX_MEMBERS - members.length;
  for (const lifecycle of ['on-demand', 'spot'] as const) {
    let left = wanted[lifecycle];
    let spent = spentOn(members, lifecycle);
    let ordered = inOrder(pools, fleet, lifecycle);
    while (left > 0 && ordered.length > 0) {
      const counts = spread(ordered, fleet, lifecycle, left, { spent, room });
      const refused = new Set<Pool>();
      for (const [pool, count] of counts) {
        try {
          const instances = await launchPool(call, fleet, pool, lifecycle, count, tags);
          launches.push({ pool, lifecycle, instances });
          left -= pool.weight * instances.length;
          room -= instances.length;
          spent += costOf(pool, lifecycle, instances.length);
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          refusals.push({ pool, lifecycle, error });
          refused.add(pool);
        }
      }
      if (refused.size === 0) break;
      ordered = ordered.filter((pool) => !refused.has(pool));
    }
  }
  return { launches, refusals };
}

async function launchPool(
  call: Call,
  fleet: FleetRecord,
  pool: Pool,
  lifecycle: Lifecycle,
  count: number,
  tags: readonly TagSpecification[],
): Promise<readonly Instance[]> {
  const request: RunInstancesRequest = {
    ...pool.launch,
    MinCount: 1,
    MaxCount: count,
    TagSpecifications: tagSpecifications(fleet, pool, lifecycle, tags),
    ...(lifecycle === 'spot' && { InstanceMarketOptions: marketOf(fleet, pool) }),
  };
  const { Instances: made = [] } = await call('ec2', 'RunInstances', request, {
    invokedBy: familyOf(fleet.id).role.service,
  });
  return made;
}

function marketOf(
  { request }: FleetRecord,
  { unitPrice, weight }: Pool,
): RunInstancesRequest['InstanceMarketOptions'] {
  return marketOn({
    price: unitPrice && weight !== 1 ? showPrice(Number(unitPrice) * weight) : unitPrice,
    interruption: request.SpotOptions?.InstanceInterruptionBehavior,
  });
}

/** The fleet's own tag beside those of the request; what the pool's launch gives to a type the request replaces. */
function tagSpecifications(
  { id }: FleetRecord,
  { instanceTags }: Pool,
  lifecycle: Lifecycle,
  asked: readonly TagSpecification[],
): TagSpecification[] {
  const left = lifecycle === 'spot' ? ['fleet'] : ['fleet', 'spot-instances-request'];
  const launched = asked.filter(({ ResourceType: type = '' }) => !left.includes(type));
  const ofInstances = ({ ResourceType: type }: TagSpecification) => type === 'instance';
  const given = launched.find(ofInstances)?.Tags ?? instanceTags;
  const Tags = [...given, { Key: familyOf(id).tag, Value: id }];
  return [...launched.filter((each) => !ofInstances(each)), { ResourceType: 'instance', Tags }];
}

/** Of launches of which not one was let through: why the first was refused. */
export function failureOf({ launches, refusals: [first] }: Launched): LaunchFailure | undefined {
  if (!first || launches.length > 0) return undefined;
  return { message: first.error.message, eventId: first.error.eventId };
}

export const showLaunch = ({ pool, lifecycle, instances }: PoolLaunch): CreateFleetInstance => ({
  LaunchTemplateAndOverrides: pool.source,
  Lifecycle: lifecycle,
  InstanceIds: instances.map(({ InstanceId }) => InstanceId as string),
  InstanceType: pool.instanceType as CreateFleetInstance['InstanceType'],
  Platform: instances[0]?.Platform,
  AvailabilityZone: instances[0]?.Placement?.AvailabilityZone,
  AvailabilityZoneId: instances[0]?.Placement?.AvailabilityZoneId,
  SubnetId: instances[0]?.SubnetId,
});

export const showRefusal = ({ pool, lifecycle, error }: PoolRefusal): CreateFleetError => ({
  LaunchTemplateAndOverrides: pool.source,
  Lifecycle: lifecycle,
  ErrorCode: error.code,
  ErrorMessage: error.message,
});
