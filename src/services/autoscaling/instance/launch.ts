/** A launch: an ec2:RunInstances call as the group's service-linked role, repeated under the same client token. */

import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { Call, EffectContext, WorkflowContext } from '../../../invoke/context.ts';
import { type StepEffect, workflow } from '../../../invoke/workflow.ts';
import type { Instance } from '../../../shapes/generated/ec2.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { changeActivity, placementDetails, startActivity } from '../activity/activity.ts';
import { autoscaling } from '../autoscaling.ts';
import { findGroup, type GroupRecord } from '../group/group.ts';
import { findConfiguration } from '../launch-configuration/launch-configuration.ts';
import { asServiceRole } from '../service-role/service-role.ts';
import { type InstanceRecord, instances } from './instance.ts';
import { type LaunchRequest, launchRequest } from './launch-request.ts';
import { failLaunch } from './lifecycle.ts';
import { choosePlacements, type Placement } from './placement.ts';
import { launchStep, watchStep } from './steps.ts';

/** A launch under way: it has no instance yet, and counts as one. */
interface LaunchRecord extends Scope {
  readonly groupName: string;
  readonly activityId: string;
  readonly placement: Placement;
  /** What EC2 is asked, once it is settled: a repeated request must be the same. */
  readonly asked?: LaunchRequest;
}

const launches = table<LaunchRecord>()({
  name: 'autoscaling.launches',
  key: ({ account, region, activityId }) => [account, region, activityId],
  indexes: { group: ({ account, region, groupName }) => [[account, region, groupName]] },
});

export const launchesOf = (tx: ReadTransaction, { account, region, name }: GroupRecord) =>
  tx.find(launches, 'group', { prefix: [account, region, name] });

export function beginLaunches(
  context: EffectContext,
  group: GroupRecord,
  taken: readonly Placement[],
  count: number,
  cause: string,
): void {
  const { account, region } = context;
  for (const placement of choosePlacements(group, taken, count)) {
    const { id: activityId } = startActivity(context, group, {
      description: 'Launching a new EC2 instance',
      cause,
      details: placementDetails(placement),
      status: 'WaitingForInstanceId',
      progress: 20,
    });
    context.tx.put(launches, { account, region, groupName: group.name, activityId, placement });
    context.schedule(launchStep, { activityId });
  }
}

export const launchWorkflow = workflow(launchStep, autoscaling, async (ctx, { activityId }) => {
  const { account, region } = ctx;
  const launch = await ctx.read((tx) => tx.get(launches, [account, region, activityId]));
  const group = launch && (await ctx.read((tx) => findGroup(tx, ctx, launch.groupName)));
  if (!group) return undefined;
  try {
    const call = await asServiceRole(ctx, group.serviceRoleArn);
    const asked = launch.asked ?? (await settle(ctx, call, group, launch));
    const { Instances: made = [] } = await call('ec2', 'RunInstances', asked.request);
    return recordLaunched(launch, asked, made[0] as Instance);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return recordRefused(launch, error);
  }
});

async function settle(
  ctx: WorkflowContext,
  call: Call,
  group: GroupRecord,
  launch: LaunchRecord,
): Promise<LaunchRequest> {
  const { source } = group;
  const configuration =
    source.kind === 'configuration'
      ? await ctx.read((tx) => findConfiguration(tx, ctx, source.name))
      : undefined;
  const built = await launchRequest(call, group, configuration, launch.placement);
  const asked = { ...built, request: { ...built.request, ClientToken: launch.activityId } };
  await ctx.transact(async ({ tx }) => tx.put(launches, { ...launch, asked }));
  return asked;
}

const forget = ({ tx }: EffectContext, { account, region, activityId }: LaunchRecord) =>
  tx.delete(launches, [account, region, activityId]);

function recordLaunched(launch: LaunchRecord, asked: LaunchRequest, made: Instance): StepEffect {
  return async (context) => {
    const group = await findGroup(context.tx, context, launch.groupName);
    forget(context, launch);
    if (!group) return;
    const instanceId = made.InstanceId as string;
    const { launchTemplate, launchConfigurationName } = asked;
    const instance: InstanceRecord = {
      account: launch.account,
      region: launch.region,
      groupName: group.name,
      instanceId,
      zone: made.Placement?.AvailabilityZone ?? launch.placement.zone,
      zoneId: made.Placement?.AvailabilityZoneId,
      subnetId: made.SubnetId,
      type: made.InstanceType as string,
      launchTemplate,
      launchConfigurationName,
      launchedAtMs: made.LaunchTime ?? context.nowMs,
      state: 'Pending',
      health: 'Healthy',
      isProtected: group.protectsNewInstances,
      activityId: launch.activityId,
    };
    context.tx.put(instances, instance);
    await changeActivity(context, launch.activityId, {
      instanceId,
      description: `Launching a new EC2 instance: ${instanceId}`,
      details: placementDetails(instance),
      status: 'PreInService',
      progress: 30,
    });
    // It may have become what it is to be, or have died, before the group knew of it.
    context.schedule(watchStep, { instanceId });
  };
}

/** EC2 refused the launch at once (aws-facts E3.2). */
function recordRefused(launch: LaunchRecord, { message, eventId }: AwsError): StepEffect {
  return async (context) => {
    const group = await findGroup(context.tx, context, launch.groupName);
    forget(context, launch);
    if (!group) return;
    const statusMessage = `${message.replace(/\.$/, '')}. Launching EC2 instance failed.`;
    await failLaunch(context, group, launch.activityId, {
      status: 'Failed',
      statusMessage,
      refusedEventId: eventId,
    });
  };
}
