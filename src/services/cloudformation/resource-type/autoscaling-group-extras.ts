/** What a group has by operations of their own: metrics, notifications, lifecycle hooks, tags. */
import type { Tag as GroupTag, LifecycleHookSpecification } from '../../../shapes/generated/autoscaling.ts';
import { type Json, type JsonObject, sameValue } from '../template/json.ts';
import type { ResourceContext } from './resource-type.ts';
import { updateNamed } from './sets.ts';

export async function collectMetrics(
  { call }: ResourceContext,
  AutoScalingGroupName: string,
  from: Json | undefined,
  to: Json | undefined,
): Promise<void> {
  if (sameValue(from, to)) return;
  if (from !== undefined) await call('autoscaling', 'DisableMetricsCollection', { AutoScalingGroupName });
  for (const collection of (to ?? []) as unknown as readonly MetricsCollection[]) {
    await call('autoscaling', 'EnableMetricsCollection', { AutoScalingGroupName, ...collection });
  }
}

interface MetricsCollection {
  readonly Granularity: string;
  readonly Metrics?: string[];
}

interface TopicNotification {
  readonly TopicARN: string;
  readonly NotificationTypes?: string[];
}

/** The older property has one of what the newer has a list of. */
const notificationsOf = ({ NotificationConfiguration: one, NotificationConfigurations: many }: JsonObject) =>
  [one ?? [], many ?? []].flat() as unknown as readonly TopicNotification[];

export async function notifyTopics(
  { call }: ResourceContext,
  AutoScalingGroupName: string,
  from: JsonObject,
  to: JsonObject,
): Promise<void> {
  const [before, after] = [notificationsOf(from), notificationsOf(to)];
  if (sameValue(before as unknown as Json, after as unknown as Json)) return;
  for (const { TopicARN } of before) {
    if (after.some((each) => each.TopicARN === TopicARN)) continue;
    await call('autoscaling', 'DeleteNotificationConfiguration', { AutoScalingGroupName, TopicARN });
  }
  for (const { TopicARN, NotificationTypes = [] } of after) {
    const notification = { AutoScalingGroupName, TopicARN, NotificationTypes };
    await call('autoscaling', 'PutNotificationConfiguration', notification);
  }
}

/** Each is put as it is now, since what a hook is not told it keeps. */
export async function updateHooks(
  { call }: ResourceContext,
  AutoScalingGroupName: string,
  from: Json | undefined,
  to: Json | undefined,
): Promise<void> {
  await updateNamed(
    from,
    to,
    'LifecycleHookName',
    (hook) =>
      call('autoscaling', 'PutLifecycleHook', {
        DefaultResult: 'ABANDON',
        HeartbeatTimeout: 3600,
        NotificationTargetARN: '',
        ...(hook as unknown as LifecycleHookSpecification),
        AutoScalingGroupName,
      }),
    (LifecycleHookName) =>
      call('autoscaling', 'DeleteLifecycleHook', { AutoScalingGroupName, LifecycleHookName }),
  );
}

export const groupTags = (name: string, tags: Json | undefined): GroupTag[] =>
  ((tags ?? []) as unknown as readonly GroupTag[]).map((tag) => ({
    ...tag,
    ResourceId: name,
    ResourceType: 'auto-scaling-group',
  }));

export async function updateGroupTags(
  { call }: ResourceContext,
  name: string,
  from: Json | undefined,
  to: Json | undefined,
): Promise<void> {
  const [before, after] = [groupTags(name, from), groupTags(name, to)];
  const removed = before.filter(({ Key }) => !after.some((tag) => tag.Key === Key));
  const added = after.filter((tag) => !before.some((each) => JSON.stringify(each) === JSON.stringify(tag)));
  if (removed.length > 0) await call('autoscaling', 'DeleteTags', { Tags: removed });
  if (added.length > 0) await call('autoscaling', 'CreateOrUpdateTags', { Tags: added });
}
