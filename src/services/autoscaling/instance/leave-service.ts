/** Instances leave service at a user's request: detached for good, or put on standby. */
import type { ExecuteContext } from '../../../invoke/context.ts';
import type { WorkflowRef } from '../../../invoke/workflow-ref.ts';
import type { Activity } from '../../../shapes/generated/autoscaling.ts';
import { placementDetails, showActivity, startActivity, timestamped } from '../activity/activity.ts';
import type { GroupRecord } from '../group/group.ts';
import { changeGroup } from '../group/request-reconcile.ts';
import { capacityChange, resized } from './group-size.ts';
import { instances, isCounted, type LifecycleState, requireInstances, requireStates } from './instance.ts';
import type { InstanceStep } from './steps.ts';

interface Leave {
  readonly from: readonly LifecycleState[];
  readonly to: LifecycleState;
  /** `detach`, as refusals name it. */
  readonly purpose: string;
  readonly description: string;
  sentence(instanceId: string): string;
  readonly step: WorkflowRef<InstanceStep>;
}

export async function leaveService(
  context: ExecuteContext,
  group: GroupRecord,
  request: { readonly InstanceIds?: readonly string[]; readonly ShouldDecrementDesiredCapacity: boolean },
  leave: Leave,
): Promise<Activity[]> {
  const found = await requireInstances(context.tx, group, request.InstanceIds);
  requireStates(found, leave.from);
  const counted = request.ShouldDecrementDesiredCapacity ? found.filter(isCounted).length : 0;
  const shrunk = counted > 0 ? resized(group, -counted, leave.purpose) : group;
  const change = capacityChange(group.desiredCapacity, shrunk.desiredCapacity);
  const started = found.map((instance) => {
    const { instanceId } = instance;
    const activity = startActivity(context, group, {
      instanceId,
      description: `${leave.description}: ${instanceId}`,
      cause: timestamped(context.nowMs, `${leave.sentence(instanceId)}${change}.`),
      details: placementDetails(instance),
      progress: 50,
    });
    context.tx.put(instances, { ...instance, state: leave.to, activityId: activity.id });
    context.schedule(leave.step, { instanceId }, { delayMs: context.ports.delays.scaled(1000) });
    return activity;
  });
  changeGroup(context, shrunk);
  return started.map(showActivity);
}
