/** Auto Scaling groups of real accounts, what they launch from, and what became of their launches. */
import type { Scope } from '../../../aws/scope.ts';
import {
  type Adoption,
  answeredEntries,
  entriesOf,
  noteOrigin,
  timeOf,
} from '../../../invoke/imported/described.ts';
import type {
  Activity,
  AutoScalingGroup,
  LaunchConfiguration,
  MixedInstancesPolicy,
} from '../../../shapes/generated/autoscaling.ts';
import { type ActivityRecord, activities } from '../activity/activity.ts';
import {
  type GroupRecord,
  groupArn,
  groups,
  type LaunchSource,
  type TemplateSource,
} from '../group/group.ts';
import { type InstanceRecord, instances } from '../instance/instance.ts';
import {
  type LaunchConfigurationRecord,
  launchConfigurations,
} from '../launch-configuration/launch-configuration.ts';

type Untimed<T, K extends keyof T> = Omit<T, K> & { readonly [Name in K]?: unknown };
type DescribedGroup = Untimed<AutoScalingGroup, 'CreatedTime'>;
type DescribedActivity = Untimed<Activity, 'StartTime' | 'EndTime' | 'Details'> & {
  readonly Details?: string;
};

export async function adoptGroups(adoption: Adoption): Promise<void> {
  for (const account of adoption.described.accounts()) {
    for (const region of adoption.described.regions()) adoptRegion(adoption, { account, region });
  }
}

function adoptRegion(adoption: Adoption, scope: Scope): void {
  const { tx } = adoption;
  const arns = new Map<string, string>();
  const operation = 'autoscaling:DescribeAutoScalingGroups';
  const described = answeredEntries<DescribedGroup>(adoption, operation, scope, 'AutoScalingGroups');
  for (const [each, answer] of described) {
    const group = groupOf(scope, each);
    if (!group) continue;
    tx.put(groups, group);
    arns.set(group.name, groupArn(group));
    noteOrigin(adoption, groupArn(group), operation, answer);
    for (const member of each.Instances ?? []) tx.put(instances, memberOf(scope, group, member));
  }
  for (const described of entriesOf<DescribedActivity>(
    adoption,
    'autoscaling:DescribeScalingActivities',
    scope,
    'Activities',
  )) {
    const name = described.AutoScalingGroupName ?? '';
    tx.put(activities, activityOf(scope, described, arns.get(name) ?? ''));
  }
  for (const described of entriesOf<LaunchConfiguration>(
    adoption,
    'autoscaling:DescribeLaunchConfigurations',
    scope,
    'LaunchConfigurations',
  )) {
    const {
      LaunchConfigurationName: name = '',
      LaunchConfigurationARN: arn = '',
      ImageId = '',
      InstanceType = '',
    } = described;
    const { CreatedTime, LaunchConfigurationARN: _arn, ...settings } = described;
    tx.put(launchConfigurations, {
      ...scope,
      name,
      id: /launchConfiguration:([^:]+):/.exec(arn)?.[1] ?? '',
      createdAtMs: timeOf(CreatedTime),
      settings: {
        ...settings,
        LaunchConfigurationName: name,
        ImageId,
        InstanceType,
      } as LaunchConfigurationRecord['settings'],
    });
  }
}

function groupOf(scope: Scope, described: DescribedGroup): GroupRecord | undefined {
  const source = sourceOf(described);
  const { AutoScalingGroupName: name, AutoScalingGroupARN: arn = '' } = described;
  if (!source || !name) return undefined;
  const zones = described.AvailabilityZones ?? [];
  const subnets = (described.VPCZoneIdentifier ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean);
  return {
    ...scope,
    name,
    id: /autoScalingGroup:([^:]+):/.exec(arn)?.[1] ?? name,
    createdAtMs: timeOf(described.CreatedTime),
    minSize: described.MinSize ?? 0,
    maxSize: described.MaxSize ?? 0,
    desiredCapacity: described.DesiredCapacity ?? 0,
    defaultCooldownSeconds: described.DefaultCooldown ?? 300,
    zones,
    subnets: subnets.map((id, at) => ({ id, zone: zones[at % Math.max(zones.length, 1)] ?? '' })),
    source,
    healthCheckType: described.HealthCheckType ?? 'EC2',
    healthCheckGraceSeconds: described.HealthCheckGracePeriod ?? 0,
    terminationPolicies: described.TerminationPolicies ?? ['Default'],
    protectsNewInstances: described.NewInstancesProtectedFromScaleIn ?? false,
    serviceRoleArn:
      described.ServiceLinkedRoleARN ??
      `arn:aws:iam::${scope.account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
    suspended: Object.fromEntries(
      (described.SuspendedProcesses ?? []).map(({ ProcessName, SuspensionReason }) => [
        ProcessName,
        SuspensionReason ?? '',
      ]),
    ),
    tags: (described.Tags ?? []).map(({ Key, Value = '', PropagateAtLaunch = false }) => ({
      Key: Key ?? '',
      Value,
      PropagateAtLaunch,
    })),
    metrics: (described.EnabledMetrics ?? []).flatMap(({ Metric }) => Metric ?? []),
    context: described.Context,
    defaultWarmupSeconds: described.DefaultInstanceWarmup,
  };
}

interface TemplateName {
  readonly LaunchTemplateId?: string;
  readonly LaunchTemplateName?: string;
  readonly Version?: string;
}

const templateOf = ({
  LaunchTemplateId: id = '',
  LaunchTemplateName: name = '',
  Version: version,
}: TemplateName): TemplateSource => ({
  id,
  name,
  version,
});

function sourceOf(described: DescribedGroup): LaunchSource | undefined {
  const { LaunchConfigurationName: name, LaunchTemplate: template, MixedInstancesPolicy: mixed } = described;
  if (name) return { kind: 'configuration', name };
  if (template) return { kind: 'template', template: templateOf(template) };
  const specification = mixed?.LaunchTemplate?.LaunchTemplateSpecification;
  if (!specification) return undefined;
  return { kind: 'mixed', template: templateOf(specification), policy: mixed as MixedInstancesPolicy };
}

function memberOf(
  scope: Scope,
  group: GroupRecord,
  member: NonNullable<AutoScalingGroup['Instances']>[number],
): InstanceRecord {
  return {
    ...scope,
    groupName: group.name,
    instanceId: member.InstanceId ?? '',
    zone: member.AvailabilityZone ?? '',
    type: member.InstanceType ?? '',
    launchConfigurationName: member.LaunchConfigurationName,
    ...(member.LaunchTemplate && {
      launchTemplate: { version: '$Default', ...templateOf(member.LaunchTemplate) },
    }),
    launchedAtMs: group.createdAtMs,
    state: member.LifecycleState === 'Standby' ? 'Standby' : 'InService',
    health: member.HealthStatus === 'Unhealthy' ? 'Unhealthy' : 'Healthy',
    isProtected: member.ProtectedFromScaleIn ?? false,
  };
}

function activityOf(scope: Scope, described: DescribedActivity, arn: string): ActivityRecord {
  const [instanceId] = /i-[0-9a-f]{8,17}/.exec(described.Description ?? '') ?? [];
  const details = detailsOf(described.Details);
  return {
    ...scope,
    id: described.ActivityId ?? '',
    groupName: described.AutoScalingGroupName ?? '',
    groupArn: described.AutoScalingGroupARN ?? arn,
    instanceId,
    description: described.Description ?? '',
    cause: described.Cause ?? '',
    startedAtMs: timeOf(described.StartTime),
    ...(described.EndTime !== undefined && { endedAtMs: timeOf(described.EndTime) }),
    status: described.StatusCode as ActivityRecord['status'],
    statusMessage: described.StatusMessage,
    progress: described.Progress ?? 100,
    details,
  };
}

function detailsOf(text: string | undefined): Record<string, string> {
  try {
    return JSON.parse(text ?? '{}') as Record<string, string>;
  } catch {
    return {};
  }
}
