/** What becomes of a launch: an instance that is pending, or a refusal. */
import type { AwsError } from '../../../aws/aws-error.ts';
import type { StepEffect } from '../../../invoke/workflow.ts';
import type { Instance } from '../../../shapes/generated/ec2.ts';
import { changeActivity, placementDetails } from '../activity/activity.ts';
import { findGroup, type GroupRecord, type LaunchSource } from '../group/group.ts';
import { overridesOf } from '../group/mixed-policy.ts';
import { requestReconcile } from '../group/request-reconcile.ts';
import type { Pool } from './allocation.ts';
import { type InstanceRecord, instances } from './instance.ts';
import { forgetLaunch, type LaunchRecord, launches, launchesOf, launching } from './launch-record.ts';
import type { LaunchRequest } from './launch-request.ts';
import { failLaunch } from './lifecycle.ts';
import { isNotToBeHad } from './refusal.ts';
import { launchStep, watchStep } from './steps.ts';

/** The instance is the group's from now on. */
export function recordLaunched(launch: LaunchRecord, asked: LaunchRequest, made: Instance): StepEffect {
  return async (context) => {
    const group = await findGroup(context.tx, context, launch.groupName);
    forgetLaunch(context, launch);
    if (!group) return;
    const instanceId = made.InstanceId as string;
    const { launchTemplate, launchConfigurationName } = asked;
    const { planned, source } = launch;
    const instance: InstanceRecord = {
      account: launch.account,
      region: launch.region,
      groupName: group.name,
      instanceId,
      zone: made.Placement?.AvailabilityZone ?? planned.zone,
      zoneId: made.Placement?.AvailabilityZoneId,
      subnetId: made.SubnetId,
      type: made.InstanceType as string,
      market: made.InstanceLifecycle === 'spot' ? 'spot' : 'on-demand',
      weight: isWeighted(group, source) ? planned.weight : undefined,
      imageId: planned.pools[0]?.imageId && made.ImageId,
      launchTemplate,
      launchConfigurationName,
      begunAtMs: launch.begunAtMs,
      launchedAtMs: context.nowMs,
      state: launch.isWarm ? 'Warmed:Pending' : 'Pending',
      health: 'Healthy',
      isProtected: group.protectsNewInstances,
      activityId: launch.activityId,
    };
    context.tx.put(instances, instance);
    await changeActivity(context, launch.activityId, {
      instanceId,
      description: `${launching(launch.isWarm)}: ${instanceId}`,
      details: placementDetails(instance),
      status: 'PreInService',
      progress: 30,
    });
    // It may have become what it is to be, or have died, before the group knew of it.
    context.schedule(watchStep, { instanceId });
    if ((await launchesOf(context.tx, group, 1)).length === 0) requestReconcile(context, group);
  };
}

const isWeighted = ({ capacityUnit = 'units' }: GroupRecord, source: LaunchSource) =>
  source.kind === 'mixed' &&
  (capacityUnit !== 'units' ||
    overridesOf(source.policy).some(({ WeightedCapacity }) => WeightedCapacity !== undefined));

/** In AWS's words (aws-facts E3.2). */
export const launchRefusal = (message: string) =>
  `${message.replace(/\.$/, '')}. Launching EC2 instance failed.`;

/** EC2 refused the launch at once. Where there is no room for one type, the next is tried. */
export function recordRefused(launch: LaunchRecord, refusal: AwsError): StepEffect {
  return async (context) => {
    const group = await findGroup(context.tx, context, launch.groupName);
    forgetLaunch(context, launch);
    if (!group) return;
    const { planned, activityId } = launch;
    const hasNoRoom = isNotToBeHad(refusal);
    const [, ...others] = planned.pools;
    if (hasNoRoom && others.length > 0) {
      const { type, weight } = others[0] as Pool;
      const next = { ...planned, type, weight, pools: others };
      context.tx.put(launches, { ...launch, asked: undefined, planned: next });
      context.schedule(launchStep, { activityId });
      return;
    }
    const statusMessage = launchRefusal(refusal.message);
    await failLaunch(
      context,
      group,
      activityId,
      { status: 'Failed', statusMessage, refusedEventId: refusal.eventId },
      hasNoRoom ? planned.zone : undefined,
    );
  };
}
