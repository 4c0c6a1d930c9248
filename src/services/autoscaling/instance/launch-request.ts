/** The ec2:RunInstances request by which a group launches, from its launch template or launch configuration. */
import type { Call } from '../../../invoke/context.ts';
import type {
  LaunchTemplateVersion,
  ResponseLaunchTemplateData,
  RunInstancesRequest,
  Tag,
} from '../../../shapes/generated/ec2.ts';
import type { GroupRecord, LaunchSource, TemplateSource } from '../group/group.ts';
import { distributionOf } from '../group/mixed-policy.ts';
import type { LaunchConfigurationRecord } from '../launch-configuration/launch-configuration.ts';
import { configurationRequest } from '../launch-configuration/launch-configuration.ts';
import type { Market, Pool } from './allocation.ts';
import type { Placement } from './placement.ts';

/**
 * A template's version as it is now, `$Latest` and `$Default` resolved, and, where that is asked for, the image that a parameter
 * names. Rejects with EC2's error.
 */
export async function resolveVersion(
  call: Call,
  template: Partial<TemplateSource>,
  { ResolveAlias }: { readonly ResolveAlias?: boolean } = {},
): Promise<LaunchTemplateVersion> {
  const { LaunchTemplateVersions: versions = [] } = await call('ec2', 'DescribeLaunchTemplateVersions', {
    ...(template.id ? { LaunchTemplateId: template.id } : { LaunchTemplateName: template.name }),
    Versions: [template.version || '$Default'],
    ResolveAlias,
  });
  return versions[0] ?? {};
}

/**
 * How the request of a template's version is placed: its own network interfaces take the subnet, where it has any; those
 * beside the first only where they name none.
 */
export function templateRequest(
  { LaunchTemplateId, VersionNumber, LaunchTemplateData: data }: LaunchTemplateVersion,
  { zone, subnetId }: Placement,
): Partial<RunInstancesRequest> {
  const [primary, ...others] = data?.NetworkInterfaces ?? [];
  const placed = subnetId
    ? primary
      ? {
          NetworkInterfaces: [
            { ...primary, SubnetId: subnetId },
            ...others.map((each) => ({ SubnetId: subnetId, ...each })),
          ],
        }
      : { SubnetId: subnetId }
    : { Placement: { ...data?.Placement, AvailabilityZone: zone } };
  return {
    LaunchTemplate: { LaunchTemplateId, Version: String(VersionNumber) },
    ...(placed as Partial<RunInstancesRequest>),
  };
}

export interface LaunchRequest {
  readonly request: RunInstancesRequest;
  /** Of a launch configuration: what is asked for is a Spot Instance. */
  readonly spotPrice?: string;
  readonly launchTemplate?: { readonly id: string; readonly name: string; readonly version: string };
  readonly launchConfigurationName?: string;
}

/** What a launch is of. */
export interface LaunchPlan {
  readonly source: LaunchSource;
  readonly placement: Placement;
  readonly market: Market;
  readonly pool: Pool;
}

/** `configuration` is the one of the source, where it is one. */
export async function launchRequest(
  call: Call,
  group: GroupRecord,
  plan: LaunchPlan,
  configuration: LaunchConfigurationRecord | undefined,
): Promise<LaunchRequest> {
  const { source, placement, pool } = plan;
  const one = { MinCount: 1, MaxCount: 1 };
  if (source.kind === 'configuration') {
    if (!configuration) throw new Error(`launch configuration ${source.name} is in use and gone`);
    const request = configurationRequest(configuration, placement);
    const TagSpecifications = tagSpecifications(group);
    return {
      request: { ...inPlacementGroup(group, request), ...one, TagSpecifications },
      spotPrice: configuration.settings.SpotPrice || undefined,
      launchConfigurationName: source.name,
    };
  }
  const template = pool.template ?? source.template;
  const version = await resolveVersion(call, template);
  const { type: InstanceType, imageId: ImageId } = pool;
  return {
    request: {
      ...inPlacementGroup(group, templateRequest(version, placement), version.LaunchTemplateData),
      ...(InstanceType && { InstanceType: InstanceType as RunInstancesRequest['InstanceType'] }),
      ...(ImageId && { ImageId }),
      ...marketOptions(plan),
      ...reservationOptions(group),
      ...one,
      TagSpecifications: tagSpecifications(group, version),
    },
    launchTemplate: resolved(version),
  };
}

/** In place of all that the template says of it: asked for once, and ended by an interruption, which the group makes up for. */
function marketOptions({ source, market }: LaunchPlan): Partial<RunInstancesRequest> | undefined {
  if (source.kind !== 'mixed' || market !== 'spot') return undefined;
  const { spotMaxPrice: MaxPrice } = distributionOf(source.policy);
  return { InstanceMarketOptions: { MarketType: 'spot', SpotOptions: { MaxPrice } } };
}

/** The placement of a request stands for all of its template's, so it takes over what that says. */
function inPlacementGroup(
  { placementGroup: GroupName }: GroupRecord,
  request: Partial<RunInstancesRequest>,
  template?: ResponseLaunchTemplateData,
): Partial<RunInstancesRequest> {
  if (!GroupName) return request;
  const Placement = { ...template?.Placement, ...request.Placement, GroupId: undefined, GroupName };
  return { ...request, Placement: Placement as RunInstancesRequest['Placement'] };
}

/** The other preferences are what a launch does anyway. */
function reservationOptions({
  reservationPreference: asked,
}: GroupRecord): Partial<RunInstancesRequest> | undefined {
  if (asked !== 'none' && asked !== 'capacity-reservations-only') return undefined;
  return { CapacityReservationSpecification: { CapacityReservationPreference: asked } };
}

const resolved = ({
  LaunchTemplateId: id = '',
  LaunchTemplateName: name = '',
  VersionNumber,
}: LaunchTemplateVersion) => ({
  id,
  name,
  version: String(VersionNumber),
});

/** AWS's own tag, that names an instance's group. */
export const GROUP_TAG = 'aws:autoscaling:groupName';

/** The group's tags go over those of its template, key by key. */
function tagSpecifications({ name, tags }: GroupRecord, template?: LaunchTemplateVersion) {
  const { TagSpecifications: specified = [] } = template?.LaunchTemplateData ?? {};
  const own = specified.find(({ ResourceType }) => ResourceType === 'instance')?.Tags ?? [];
  const propagated = tags.filter(({ PropagateAtLaunch }) => PropagateAtLaunch);
  const all: Tag[] = [{ Key: GROUP_TAG, Value: name }, ...own, ...propagated];
  const byKey = new Map(all.map(({ Key, Value }) => [Key, { Key, Value }]));
  return [{ ResourceType: 'instance' as const, Tags: [...byKey.values()] }];
}
