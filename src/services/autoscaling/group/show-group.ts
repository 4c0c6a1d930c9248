/** How AWS shows a group. */
import type { AutoScalingGroup, MixedInstancesPolicy } from '../../../shapes/generated/autoscaling.ts';
import { type InstanceRecord, isWarm, showInstance } from '../instance/instance.ts';
import { GRANULARITY } from '../metric/metric.ts';
import { showTag } from '../tag/tag.ts';
import { showPool } from '../warm-pool/warm-pool.ts';
import { type GroupRecord, groupArn, type LaunchSource, type TemplateSource } from './group.ts';
import { showSettings } from './group-settings.ts';
import { overridesOf, showDistribution } from './mixed-policy.ts';

export function showGroup(
  group: GroupRecord,
  instances: readonly InstanceRecord[] | undefined,
): AutoScalingGroup {
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: groupArn(group),
    ...showSource(group.source),
    ...showSettings(group),
    MinSize: group.minSize,
    MaxSize: group.maxSize,
    DesiredCapacity: group.desiredCapacity,
    AvailabilityZones: [...group.zones],
    AvailabilityZoneIds: group.zoneIds && [...group.zoneIds],
    LoadBalancerNames: [],
    TargetGroupARNs: [],
    TrafficSources: [],
    Instances: instances?.filter((instance) => !isWarm(instance)).map(showInstance),
    WarmPoolConfiguration: group.warmPool && showPool(group.warmPool),
    WarmPoolSize: group.warmPool && instances?.filter(isWarm).length,
    CreatedTime: group.createdAtMs,
    SuspendedProcesses: Object.entries(group.suspended).map(([ProcessName, SuspensionReason]) => ({
      ProcessName,
      SuspensionReason,
    })),
    VPCZoneIdentifier: group.subnets.map(({ id }) => id).join(','),
    EnabledMetrics: group.metrics.map((Metric) => ({ Metric, Granularity: GRANULARITY })),
    Status: group.isDeleting ? 'Delete in progress' : undefined,
    Tags: group.tags.map((tag) => showTag(group, tag)),
  };
}

const showTemplate = ({ id, name, version }: TemplateSource) => ({
  LaunchTemplateId: id,
  LaunchTemplateName: name,
  Version: version,
});

function showSource(
  source: LaunchSource,
): Pick<AutoScalingGroup, 'LaunchConfigurationName' | 'LaunchTemplate' | 'MixedInstancesPolicy'> {
  switch (source.kind) {
    case 'configuration':
      return { LaunchConfigurationName: source.name };
    case 'template':
      return { LaunchTemplate: showTemplate(source.template) };
    default:
      return { MixedInstancesPolicy: showPolicy(source.template, source.policy) };
  }
}

const showPolicy = (template: TemplateSource, policy: MixedInstancesPolicy): MixedInstancesPolicy => ({
  LaunchTemplate: {
    LaunchTemplateSpecification: showTemplate(template),
    Overrides: [...overridesOf(policy)],
  },
  InstancesDistribution: showDistribution(policy),
});
