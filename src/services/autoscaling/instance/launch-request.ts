/** The ec2:RunInstances request by which a group launches, from its launch template or launch configuration. */
import type { Call } from '../../../invoke/context.ts';
import type { LaunchTemplateVersion, RunInstancesRequest, Tag } from '../../../shapes/generated/ec2.ts';
import type { GroupRecord, TemplateSource } from '../group/group.ts';
import type { LaunchConfigurationRecord } from '../launch-configuration/launch-configuration.ts';
import { configurationRequest } from '../launch-configuration/launch-configuration.ts';
import type { Placement } from './placement.ts';

/** A template's version as it is now, `$Latest` and `$Default` resolved. Rejects with EC2's error. */
export async function resolveVersion(
  call: Call,
  template: { readonly id?: string; readonly name?: string; readonly version: string },
): Promise<LaunchTemplateVersion> {
  const { LaunchTemplateVersions: versions = [] } = await call('ec2', 'DescribeLaunchTemplateVersions', {
    ...(template.id ? { LaunchTemplateId: template.id } : { LaunchTemplateName: template.name }),
    Versions: [template.version],
  });
  return versions[0] ?? {};
}

/** How the request of a template's version is placed: its own network interface takes the subnet, where it has one. */
export function templateRequest(
  { LaunchTemplateId, VersionNumber, LaunchTemplateData: data }: LaunchTemplateVersion,
  { zone, subnetId }: Placement,
): Partial<RunInstancesRequest> {
  const [primary, ...others] = data?.NetworkInterfaces ?? [];
  const placed = subnetId
    ? primary
      ? { NetworkInterfaces: [{ ...primary, SubnetId: subnetId }, ...others] }
      : { SubnetId: subnetId }
    : { Placement: { ...data?.Placement, AvailabilityZone: zone } };
  return {
    LaunchTemplate: { LaunchTemplateId, Version: String(VersionNumber) },
    ...(placed as Partial<RunInstancesRequest>),
  };
}

export interface LaunchRequest {
  readonly request: RunInstancesRequest;
  readonly launchTemplate?: { readonly id: string; readonly name: string; readonly version: string };
  readonly launchConfigurationName?: string;
}

/** `configuration` is the group's, where it launches from one. */
export async function launchRequest(
  call: Call,
  group: GroupRecord,
  configuration: LaunchConfigurationRecord | undefined,
  placement: Placement,
): Promise<LaunchRequest> {
  const { source } = group;
  const one = { MinCount: 1, MaxCount: 1 };
  if (source.kind === 'configuration') {
    if (!configuration) throw new Error(`launch configuration ${source.name} is in use and gone`);
    const request = configurationRequest(configuration, placement);
    const TagSpecifications = tagSpecifications(group);
    return { request: { ...request, ...one, TagSpecifications }, launchConfigurationName: source.name };
  }
  const version = await resolveVersion(call, source.template);
  const InstanceType = firstType(group);
  const TagSpecifications = tagSpecifications(group, version);
  return {
    request: {
      ...templateRequest(version, placement),
      ...(InstanceType && { InstanceType }),
      ...one,
      TagSpecifications,
    },
    launchTemplate: resolved(source.template, version),
  };
}

/** In the order of priority; no type is ever out of capacity here, so the first is taken. */
export function firstType({ source }: Pick<GroupRecord, 'source'>): string | undefined {
  return source.kind === 'mixed' ? source.policy.LaunchTemplate?.Overrides?.[0]?.InstanceType : undefined;
}

const resolved = ({ id, name }: TemplateSource, { VersionNumber }: LaunchTemplateVersion) => ({
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
