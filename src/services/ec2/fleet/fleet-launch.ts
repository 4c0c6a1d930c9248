/**
 * The launches of a fleet: ec2:RunInstances for each of its pools, as whoever the fleet launches as: an instant fleet's
 * caller, else the fleet's service-linked role (aws-facts I11, I12, I13).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Call } from '../../../invoke/context.ts';
import type {
  CreateFleetError,
  CreateFleetInstance,
  FleetLaunchTemplateOverrides,
  Instance,
  LaunchTemplateAndOverridesResponse,
  RunInstancesRequest,
  TagSpecification,
} from '../../../shapes/generated/ec2.ts';
import type { LaunchFailure } from '../instance/launch-failure.ts';
import { FLEET_ROLE } from '../service-role.ts';
import type { FleetRecord, Lifecycle } from './fleet.ts';
import { costOf, inOrder, type Pool, spread } from './fleet-pool.ts';
import { FLEET_TAG } from './fleet-steps.ts';

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

/** Launches what is wanted of each market. A pool that is refused is tried once; what it lacks the next ones give. */
export async function launchCapacity(
  call: Call,
  fleet: FleetRecord,
  pools: readonly Pool[],
  wanted: Readonly<Record<Lifecycle, number>>,
  tags: readonly TagSpecification[] = [],
): Promise<Launched> {
  const launches: PoolLaunch[] = [];
  const refusals: PoolRefusal[] = [];
  for (const lifecycle of ['on-demand', 'spot'] as const) {
    let left = wanted[lifecycle];
    let spent = 0;
    let ordered = inOrder(pools, fleet, lifecycle);
    while (left > 0 && ordered.length > 0) {
      const counts = spread(ordered, fleet, lifecycle, left, spent);
      const refused = new Set<Pool>();
      for (const [pool, count] of counts) {
        try {
          const instances = await launchPool(call, fleet, pool, lifecycle, count, tags);
          launches.push({ pool, lifecycle, instances });
          left -= pool.weight * instances.length;
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
    ...placedLaunch(pool),
    MinCount: 1,
    MaxCount: count,
    TagSpecifications: tagSpecifications(fleet, pool, lifecycle, tags),
    ...(lifecycle === 'spot' && { InstanceMarketOptions: marketOf(fleet, pool) }),
  };
  const { Instances: made = [] } = await call('ec2', 'RunInstances', request, {
    invokedBy: FLEET_ROLE.service,
  });
  return made;
}

/** The template with the override's parameters: its own network interface takes the subnet, where it has one. */
function placedLaunch({ template, override, instanceType }: Pool): Partial<RunInstancesRequest> {
  const { SubnetId, AvailabilityZone, AvailabilityZoneId, Placement } = override;
  const [primary, ...others] = template.data.NetworkInterfaces ?? [];
  const network = primary
    ? { NetworkInterfaces: [{ ...primary, SubnetId }, ...others] as RunInstancesRequest['NetworkInterfaces'] }
    : { SubnetId };
  const zone =
    AvailabilityZone || AvailabilityZoneId
      ? { ...template.data.Placement, ...Placement, AvailabilityZone, AvailabilityZoneId }
      : Placement && { ...template.data.Placement, ...Placement };
  const launch: Partial<RunInstancesRequest> = {
    LaunchTemplate: {
      LaunchTemplateId: template.template.id,
      Version: String(template.version.number),
    },
    InstanceType: instanceType as RunInstancesRequest['InstanceType'],
    ...(SubnetId && network),
    Placement: zone as RunInstancesRequest['Placement'],
    ImageId: override.ImageId,
    KeyName: override.KeyName,
    BlockDeviceMappings: override.BlockDeviceMappings,
    IamInstanceProfile: override.IamInstanceProfile,
    MetadataOptions: override.MetadataOptions as RunInstancesRequest['MetadataOptions'],
  };
  return Object.fromEntries(Object.entries(launch).filter(([, value]) => value !== undefined));
}

/** Of Spot Instances that EC2 stops, the request must be one that starts them again. */
function marketOf(
  { request }: FleetRecord,
  { override }: Pool,
): RunInstancesRequest['InstanceMarketOptions'] {
  const behavior = request.SpotOptions?.InstanceInterruptionBehavior;
  const keeps = behavior === 'stop' || behavior === 'hibernate';
  return {
    MarketType: 'spot',
    SpotOptions: {
      MaxPrice: override.MaxPrice,
      ...(keeps && { SpotInstanceType: 'persistent', InstanceInterruptionBehavior: behavior }),
    },
  };
}

/** The fleet's own tag beside those of the request; what the template gives to a type the request replaces. */
function tagSpecifications(
  { id }: FleetRecord,
  { template }: Pool,
  lifecycle: Lifecycle,
  asked: readonly TagSpecification[],
): TagSpecification[] {
  const left = lifecycle === 'spot' ? ['fleet'] : ['fleet', 'spot-instances-request'];
  const launched = asked.filter(({ ResourceType: type = '' }) => !left.includes(type));
  const ofInstances = ({ ResourceType: type }: TagSpecification) => type === 'instance';
  const instance = launched.find(ofInstances) ?? template.data.TagSpecifications?.find(ofInstances);
  const Tags = [...(instance?.Tags ?? []), { Key: FLEET_TAG, Value: id }];
  return [...launched.filter((each) => !ofInstances(each)), { ResourceType: 'instance', Tags }];
}

/** Of launches of which not one was let through: why the first was refused. */
export function failureOf({ launches, refusals: [first] }: Launched): LaunchFailure | undefined {
  if (!first || launches.length > 0) return undefined;
  return { message: first.error.message, eventId: first.error.eventId };
}

/** From which template and override an instance comes, as replies say it. */
export function sourceOf({
  template,
  override,
  instanceType,
  zone,
  isPlaced,
}: Pool): LaunchTemplateAndOverridesResponse {
  const { KeyName: _key, IamInstanceProfile: _profile, MetadataOptions: _metadata, ...shown } = override;
  return {
    LaunchTemplateSpecification: {
      LaunchTemplateId: template.template.id,
      Version: String(template.version.number),
    },
    Overrides: {
      ...(shown as FleetLaunchTemplateOverrides),
      InstanceType: instanceType as FleetLaunchTemplateOverrides['InstanceType'],
      AvailabilityZone: override.AvailabilityZone ?? (override.SubnetId && isPlaced ? zone : undefined),
    },
  };
}

export const showLaunch = ({ pool, lifecycle, instances }: PoolLaunch): CreateFleetInstance => ({
  LaunchTemplateAndOverrides: sourceOf(pool),
  Lifecycle: lifecycle,
  InstanceIds: instances.map(({ InstanceId }) => InstanceId as string),
  InstanceType: pool.instanceType as CreateFleetInstance['InstanceType'],
  Platform: instances[0]?.Platform,
  AvailabilityZone: instances[0]?.Placement?.AvailabilityZone,
  AvailabilityZoneId: instances[0]?.Placement?.AvailabilityZoneId,
  SubnetId: instances[0]?.SubnetId,
});

export const showRefusal = ({ pool, lifecycle, error }: PoolRefusal): CreateFleetError => ({
  LaunchTemplateAndOverrides: sourceOf(pool),
  Lifecycle: lifecycle,
  ErrorCode: error.code,
  ErrorMessage: error.message,
});
