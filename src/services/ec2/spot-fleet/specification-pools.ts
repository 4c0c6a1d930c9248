/**
 * The pools of a Spot Fleet request's launch specifications. One specification may name several subnets or Availability
 * Zones, which are pools of their own (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-fleet-examples.html).
 */
import type { Scope } from '../../../aws/scope.ts';
import type {
  InstanceRequirementsRequest,
  RunInstancesRequest,
  SpotFleetLaunchSpecification,
  SpotFleetRequestConfigData,
} from '../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import type { TargetCapacity } from '../fleet/fleet.ts';
import { type Pool, typesOf, unitsOf } from '../fleet/fleet-pool.ts';
import { subnetKind } from '../network/subnet/subnet.ts';
import { findZone, zonesOf } from '../region/region.ts';
import { findResource } from '../resource/kind.ts';
import { withoutBlanks } from './spot-fleet-config.ts';

/** `us-east-1a, us-east-1b` */
export const namesIn = (text: string | undefined): readonly string[] =>
  (text ?? '').split(',').flatMap((name) => name.trim() || []);

export async function specificationPools(
  tx: ReadTransaction,
  scope: Scope,
  config: SpotFleetRequestConfigData | undefined,
  target: TargetCapacity,
): Promise<Pool[]> {
  const pools: Pool[] = [];
  const firstZone = zonesOf(scope.region)[0]!.name;
  for (const specification of withoutBlanks(config?.LaunchSpecifications ?? [])) {
    const { ImageId: imageId = '', InstanceType: named, WeightedCapacity } = specification;
    const requirements = specification.InstanceRequirements as InstanceRequirementsRequest | undefined;
    const tags = specification.TagSpecifications?.find(({ ResourceType: type }) => type === 'instance');
    for (const instanceType of await typesOf(tx, scope, { named, requirements, imageId })) {
      for (const { placement, zone } of await placesOf(tx, scope, specification)) {
        pools.push({
          launch: { ...launchOf(specification), ...placement, InstanceType: instanceType },
          imageId,
          instanceTags: tags?.Tags ?? [],
          instanceType,
          zone: zone ?? firstZone,
          ...(!requirements && {
            identity: JSON.stringify([imageId, instanceType, zone, specification.Placement?.Tenancy]),
          }),
          weight: WeightedCapacity ?? unitsOf(instanceType, target.unit),
          unitPrice: specification.SpotPrice ?? (config?.SpotPrice || undefined),
        });
      }
    }
  }
  return pools;
}

interface Place {
  readonly placement: Pick<RunInstancesRequest, 'Placement' | 'SubnetId'>;
  /** Undefined where the launch decides. */
  readonly zone?: string;
}

async function placesOf(
  tx: ReadTransaction,
  scope: Scope,
  { SubnetId, NetworkInterfaces, Placement }: SpotFleetLaunchSpecification,
): Promise<readonly Place[]> {
  const subnetIds = namesIn(SubnetId ?? NetworkInterfaces?.[0]?.SubnetId);
  const { AvailabilityZone: zones, AvailabilityZoneId: zoneId, GroupName, Tenancy } = Placement ?? {};
  const further = GroupName || Tenancy ? { GroupName, Tenancy } : undefined;
  if (subnetIds.length > 0) {
    return Promise.all(
      subnetIds.map(async (id) => ({
        placement: { ...(SubnetId && { SubnetId: id }), ...(further && { Placement: further }) },
        zone: (await findResource(tx, subnetKind, scope, id))?.zone,
      })),
    );
  }
  const named = zoneId ? [findZone(scope.region, { id: zoneId })?.name ?? zoneId] : namesIn(zones);
  if (named.length === 0) return [{ placement: further ? { Placement: further } : {} }];
  return named.map((zone) => ({ placement: { Placement: { ...further, AvailabilityZone: zone } }, zone }));
}

/** The specification as the launch that it stands for, wherever. */
function launchOf({
  SecurityGroups: groups,
  Monitoring,
  ...specification
}: SpotFleetLaunchSpecification): Partial<RunInstancesRequest> {
  const {
    InstanceRequirements: _requirements,
    Placement: _placement,
    SpotPrice: _price,
    SubnetId: _subnet,
    TagSpecifications: _tags,
    WeightedCapacity: _weight,
    AddressingType: _addressing,
    ...launch
  } = specification;
  return {
    ...launch,
    ...(Monitoring && { Monitoring: { Enabled: Monitoring.Enabled ?? false } }),
    ...(groups?.length && {
      SecurityGroupIds: groups.flatMap(({ GroupId }) => GroupId ?? []),
      SecurityGroups: groups.flatMap(({ GroupId, GroupName }) => (GroupId ? [] : (GroupName ?? []))),
    }),
  };
}
