/** Auto Scaling groups of real accounts, what they launch from, and what became of their launches. */
import type { Scope } from '../../../aws/scope.ts';
import { adoptedKind, adoptKinds, recordsIn } from '../../../invoke/imported/adopted-kind.ts';
import {
  type Adoption,
  answeredEntries,
  entriesOf,
  noteOrigin,
  timeOf,
} from '../../../invoke/imported/described.ts';
import { noteUnread } from '../../../invoke/imported/unread.ts';
import type {
  Activity,
  AutoScalingGroup,
  LaunchConfiguration,
  MixedInstancesPolicy,
  NotificationConfiguration,
} from '../../../shapes/generated/autoscaling.ts';
import { type ActivityRecord, activities } from '../activity/activity.ts';
import {
  type GroupRecord,
  type GroupRequest,
  type GroupSettings,
  groupArn,
  groups,
  type LaunchSource,
  type TemplateSource,
} from '../group/group.ts';
import { defaultSettings, settingsOf } from '../group/group-settings.ts';
import { reconcileStep } from '../group/request-reconcile.ts';
import { type InstanceRecord, instances, isLeaving, type LifecycleState } from '../instance/instance.ts';
import {
  type LaunchConfigurationRecord,
  launchConfigurations,
} from '../launch-configuration/launch-configuration.ts';
import { SCALING } from './adopt-scaling.ts';

type Untimed<T, K extends keyof T> = Omit<T, K> & { readonly [Name in K]?: unknown };
type DescribedGroup = Untimed<AutoScalingGroup, 'CreatedTime'>;
type DescribedActivity = Untimed<Activity, 'StartTime' | 'EndTime' | 'Details'> & {
  readonly Details?: string;
};

export const DESCRIBE_ACTIVITIES = 'autoscaling:DescribeScalingActivities';

export const adoptGroups = adoptKinds([
  async (adoption, scope) => adoptRegion(adoption, scope),
  adoptedKind<LaunchConfiguration, LaunchConfigurationRecord>(
    'autoscaling:DescribeLaunchConfigurations',
    'LaunchConfigurations',
    recordsIn(launchConfigurations),
    configurationOf,
  ),
  ...SCALING,
]);

/** A fork's groups go on with what they lack, once everything is there. */
const FIRST_LOOK_MS = 1000;

function adoptRegion(adoption: Adoption, scope: Scope): void {
  const { tx } = adoption;
  // Else its instances would all seem to be gone.
  const areInstancesRead = adoption.described
    .of('ec2:DescribeInstances', scope)
    ?.some(({ output }) => output);
  const arns = new Map<string, string>();
  const zoneOfSubnet = new Map(
    entriesOf<{ SubnetId: string; AvailabilityZone: string }>(
      adoption,
      'ec2:DescribeSubnets',
      scope,
      'Subnets',
    ).map(({ SubnetId, AvailabilityZone }) => [SubnetId, AvailabilityZone]),
  );
  const operation = 'autoscaling:DescribeAutoScalingGroups';
  const described = answeredEntries<DescribedGroup>(adoption, operation, scope, 'AutoScalingGroups');
  for (const [each, answer] of described) {
    const group = groupOf(scope, each, zoneOfSubnet);
    if (!group) continue;
    tx.put(groups, { ...group, ...notificationsRead(adoption, scope, group.name) });
    arns.set(group.name, groupArn(group));
    const pool = warmPoolRead(adoption, group);
    if (areInstancesRead && (pool || !group.warmPool)) {
      const { name: groupName, id: groupId } = group;
      adoption.schedule(reconcileStep, { groupName, groupId }, scope, adoption.nowMs + FIRST_LOOK_MS);
    }
    noteOrigin(adoption, groupArn(group), operation, answer);
    for (const member of [...(each.Instances ?? []), ...(pool ?? [])]) {
      if (!isLeaving({ state: member.LifecycleState as LifecycleState }))
        tx.put(instances, memberOf(scope, group, member));
    }
  }
  noteUnread(adoption, DESCRIBE_ACTIVITIES, scope);
  for (const described of entriesOf<DescribedActivity>(adoption, DESCRIBE_ACTIVITIES, scope, 'Activities')) {
    const name = described.AutoScalingGroupName ?? '';
    tx.put(activities, activityOf(scope, described, arns.get(name) ?? ''));
  }
}

type DescribedMember = NonNullable<AutoScalingGroup['Instances']>[number];

/** A group does not list what is in its warm pool; undefined where nobody has read that. */
function warmPoolRead({ described }: Adoption, group: GroupRecord): readonly DescribedMember[] | undefined {
  const input = { AutoScalingGroupName: group.name };
  const { output } = described.get('autoscaling:DescribeWarmPool', group, input) ?? {};
  return output && ((output.Instances ?? []) as readonly DescribedMember[]);
}

function configurationOf(described: LaunchConfiguration, scope: Scope): LaunchConfigurationRecord {
  const { CreatedTime, LaunchConfigurationARN: arn = '', ...settings } = described;
  const { LaunchConfigurationName: name = '', ImageId = '', InstanceType = '' } = settings;
  return {
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
  };
}

function groupOf(
  scope: Scope,
  described: DescribedGroup,
  zoneOfSubnet: ReadonlyMap<string, string>,
): GroupRecord | undefined {
  const source = sourceOf(described);
  const {
    AutoScalingGroupName: name,
    AutoScalingGroupARN: arn = '',
    WarmPoolConfiguration: pool,
  } = described;
  if (!source || !name) return undefined;
  const { AvailabilityZones: zones = [], AvailabilityZoneIds: zoneIds } = described;
  const subnets = (described.VPCZoneIdentifier ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean);
  return {
    ...scope,
    ...describedSettings(scope, described),
    name,
    id: /autoScalingGroup:([^:]+):/.exec(arn)?.[1] ?? name,
    createdAtMs: timeOf(described.CreatedTime),
    minSize: described.MinSize ?? 0,
    maxSize: described.MaxSize ?? 0,
    desiredCapacity: described.DesiredCapacity ?? 0,
    zones,
    ...(zoneIds && zoneIds.length > 0 && { zoneIds }),
    subnets: subnets.map((id, at) => ({
      id,
      zone: zoneOfSubnet.get(id) ?? zones[at % Math.max(zones.length, 1)] ?? '',
    })),
    source,
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
    ...(described.Status !== undefined && { isDeleting: true }),
    ...(pool && {
      warmPool: {
        state: pool.PoolState === 'Running' ? 'Running' : 'Stopped',
        minSize: pool.MinSize ?? 0,
        maxPrepared: pool.MaxGroupPreparedCapacity,
        reusesOnScaleIn: pool.InstanceReusePolicy?.ReuseOnScaleIn,
      },
    }),
  };
}

function notificationsRead(
  adoption: Adoption,
  scope: Scope,
  groupName: string,
): Pick<GroupRecord, 'notifications'> {
  const operation = 'autoscaling:DescribeNotificationConfigurations';
  const notifications: Record<string, string[]> = {};
  for (const {
    AutoScalingGroupName,
    TopicARN = '',
    NotificationType = '',
  } of entriesOf<NotificationConfiguration>(adoption, operation, scope, 'NotificationConfigurations')) {
    if (AutoScalingGroupName !== groupName) continue;
    notifications[TopicARN] = [...(notifications[TopicARN] ?? []), NotificationType];
  }
  return Object.keys(notifications).length > 0 ? { notifications } : {};
}

/** A description has the members of a request. */
function describedSettings({ account }: Scope, described: DescribedGroup): GroupSettings {
  const role =
    described.ServiceLinkedRoleARN ??
    `arn:aws:iam::${account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;
  const { InstanceMaintenancePolicy: maintenance } = described;
  const isWhole = maintenance?.MinHealthyPercentage !== undefined;
  return settingsOf(
    { ...described, InstanceMaintenancePolicy: isWhole ? maintenance : undefined } as GroupRequest,
    defaultSettings(role),
  );
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

const SETTLED: Readonly<Record<string, LifecycleState>> = {
  Standby: 'Standby',
  'Warmed:Stopped': 'Warmed:Stopped',
  'Warmed:Hibernated': 'Warmed:Stopped',
};

/** What was on its way has come to where it was going. */
const settled = (state = ''): LifecycleState =>
  SETTLED[state] ?? (state.startsWith('Warmed:') ? 'Warmed:Running' : 'InService');

function memberOf(scope: Scope, group: GroupRecord, member: DescribedMember): InstanceRecord {
  return {
    ...scope,
    groupName: group.name,
    instanceId: member.InstanceId ?? '',
    zone: member.AvailabilityZone ?? '',
    zoneId: member.AvailabilityZoneId,
    imageId: member.ImageId,
    ...(member.WeightedCapacity !== undefined && { weight: Number(member.WeightedCapacity) }),
    type: member.InstanceType ?? '',
    launchConfigurationName: member.LaunchConfigurationName,
    ...(member.LaunchTemplate && {
      launchTemplate: { version: '$Default', ...templateOf(member.LaunchTemplate) },
    }),
    launchedAtMs: group.createdAtMs,
    state: settled(member.LifecycleState),
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
