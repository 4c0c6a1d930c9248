/** The pools of a fleet's launch templates: each override is one, or several where it says what a type must have. */
import type { Scope } from '../../../aws/scope.ts';
import type {
  FleetLaunchTemplateConfigRequest,
  FleetLaunchTemplateOverrides,
  FleetLaunchTemplateOverridesRequest,
  LaunchTemplateAndOverridesResponse,
  RequestLaunchTemplateData,
  RunInstancesRequest,
} from '../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { type ResolvedTemplate, resolveLaunchTemplate } from '../launch-template/launch-template.ts';
import { subnetKind } from '../network/subnet/subnet.ts';
import { findZone, zonesOf } from '../region/region.ts';
import { findResource } from '../resource/kind.ts';
import type { TargetCapacity } from './fleet.ts';
import { type Pool, typesOf, unitsOf } from './fleet-pool.ts';

export async function templatePools(
  tx: ReadTransaction,
  scope: Scope,
  configs: readonly FleetLaunchTemplateConfigRequest[],
  target: TargetCapacity,
): Promise<Pool[]> {
  const pools: Pool[] = [];
  for (const { LaunchTemplateSpecification: named, Overrides: overrides } of configs) {
    const template = await resolveLaunchTemplate(tx, scope, named ?? {});
    for (const override of overrides?.length ? overrides : [{}]) {
      pools.push(...(await poolsOfOverride(tx, scope, template, override, target)));
    }
  }
  return pools;
}

async function poolsOfOverride(
  tx: ReadTransaction,
  scope: Scope,
  template: ResolvedTemplate,
  override: FleetLaunchTemplateOverridesRequest,
  target: TargetCapacity,
): Promise<Pool[]> {
  const { data } = template;
  const subnetId = override.SubnetId ?? data.NetworkInterfaces?.[0]?.SubnetId;
  const subnet = subnetId ? await findResource(tx, subnetKind, scope, subnetId) : undefined;
  const requirements =
    override.InstanceRequirements ?? (override.InstanceType ? undefined : data.InstanceRequirements);
  const isPlaced = subnet !== undefined || (!subnetId && isZoneNamed(override, data));
  const zone = subnet?.zone ?? zoneOf(scope.region, override, data);
  const imageId = override.ImageId ?? data.ImageId ?? '';
  const named = override.InstanceType ?? data.InstanceType;
  const types = await typesOf(tx, scope, { named, requirements, imageId });
  const ofInstances = data.TagSpecifications?.find(({ ResourceType: type }) => type === 'instance');
  return types.map((instanceType) => ({
    launch: placedLaunch(template, override, instanceType),
    imageId,
    instanceTags: ofInstances?.Tags ?? [],
    source: sourceOf(template, override, instanceType, isPlaced ? zone : undefined),
    instanceType,
    zone,
    ...(!requirements && {
      identity: JSON.stringify([
        template.template.id,
        instanceType,
        isPlaced ? zone : override.SubnetId,
        override.ImageId,
        override.Placement?.Tenancy,
      ]),
    }),
    weight: override.WeightedCapacity ?? unitsOf(instanceType, target.unit),
    priority: override.Priority,
    unitPrice: override.MaxPrice,
  }));
}

function namedZone(
  { AvailabilityZone, AvailabilityZoneId, Placement }: FleetLaunchTemplateOverridesRequest,
  data: RequestLaunchTemplateData,
) {
  return {
    name: AvailabilityZone ?? Placement?.AvailabilityZone ?? data.Placement?.AvailabilityZone,
    id: AvailabilityZoneId ?? Placement?.AvailabilityZoneId,
  };
}

function isZoneNamed(
  override: FleetLaunchTemplateOverridesRequest,
  data: RequestLaunchTemplateData,
): boolean {
  const { name, id } = namedZone(override, data);
  return name !== undefined || id !== undefined;
}

function zoneOf(
  region: string,
  override: FleetLaunchTemplateOverridesRequest,
  data: RequestLaunchTemplateData,
): string {
  const named = namedZone(override, data);
  if (!named.name && !named.id) return zonesOf(region)[0]!.name;
  return findZone(region, named)?.name ?? named.name ?? '';
}

/** The template with the override's parameters: its own network interface takes the subnet, where it has one. */
function placedLaunch(
  template: ResolvedTemplate,
  override: FleetLaunchTemplateOverridesRequest,
  instanceType: string,
): Partial<RunInstancesRequest> {
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

/** From which template and override an instance comes, as replies say it. */
function sourceOf(
  template: ResolvedTemplate,
  override: FleetLaunchTemplateOverridesRequest,
  instanceType: string,
  zone: string | undefined,
): LaunchTemplateAndOverridesResponse {
  const { KeyName: _key, IamInstanceProfile: _profile, MetadataOptions: _metadata, ...shown } = override;
  return {
    LaunchTemplateSpecification: {
      LaunchTemplateId: template.template.id,
      Version: String(template.version.number),
    },
    Overrides: {
      ...(shown as FleetLaunchTemplateOverrides),
      InstanceType: instanceType as FleetLaunchTemplateOverrides['InstanceType'],
      AvailabilityZone: override.AvailabilityZone ?? (override.SubnetId && zone),
    },
  };
}
