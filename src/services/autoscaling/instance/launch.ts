/** A launch: an ec2:RunInstances call as the group's service-linked role, repeated under the same client token. */

import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { Call, EffectContext, WorkflowContext } from '../../../invoke/context.ts';
import { type StepEffect, workflow } from '../../../invoke/workflow.ts';
import type { Instance } from '../../../shapes/generated/ec2.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { changeActivity, placementDetails, startActivity } from '../activity/activity.ts';
import { autoscaling } from '../autoscaling.ts';
import { findGroup, type GroupRecord, type LaunchSource } from '../group/group.ts';
import { overridesOf } from '../group/mixed-policy.ts';
import { findConfiguration } from '../launch-configuration/launch-configuration.ts';
import { asServiceRole } from '../service-role/service-role.ts';
import { PLAIN_POOL, type PlannedLaunch, type Pool } from './allocation.ts';
import { type InstanceRecord, instances } from './instance.ts';
import { type LaunchRequest, launchRequest } from './launch-request.ts';
import { failLaunch } from './lifecycle.ts';
import { launchStep, watchStep } from './steps.ts';

/** A launch under way: it has no instance yet, and counts as one. */
export interface LaunchRecord extends Scope {
  readonly groupName: string;
  readonly activityId: string;
  /** The group's, or what an instance refresh is to make it. */
  readonly source: LaunchSource;
  readonly planned: PlannedLaunch;
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

export function beginLaunch(
  context: EffectContext,
  group: GroupRecord,
  planned: PlannedLaunch,
  cause: string,
): void {
  const { account, region } = context;
  const { id: activityId } = startActivity(context, group, {
    description: 'Launching a new EC2 instance',
    cause,
    details: placementDetails(planned),
    status: 'WaitingForInstanceId',
    progress: 20,
  });
  const { name: groupName, source } = group;
  context.tx.put(launches, { account, region, groupName, activityId, source, planned });
  context.schedule(launchStep, { activityId });
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
  const { source, planned } = launch;
  const configuration =
    source.kind === 'configuration'
      ? await ctx.read((tx) => findConfiguration(tx, ctx, source.name))
      : undefined;
  const [pool = PLAIN_POOL] = planned.pools;
  const plan = { source, placement: planned, market: planned.market, pool };
  const built = await launchRequest(call, group, plan, configuration);
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

const isWeighted = ({ capacityUnit = 'units' }: GroupRecord, source: LaunchSource) =>
  source.kind === 'mixed' &&
  (capacityUnit !== 'units' ||
    overridesOf(source.policy).some(({ WeightedCapacity }) => WeightedCapacity !== undefined));

/** In AWS's words (aws-facts E3.2). */
export const launchRefusal = (message: string) =>
  `${message.replace(/\.$/, '')}. Launching EC2 instance failed.`;

/** Refusals after which another instance type, or another zone, may be had. */
const NOT_TO_BE_HAD = ['InsufficientFreeAddressesInSubnet', 'InsufficientInstanceCapacity', 'Unsupported'];

/** EC2 refused the launch at once. Where there is no room for one type, the next is tried. */
function recordRefused(launch: LaunchRecord, { code, message, eventId }: AwsError): StepEffect {
  return async (context) => {
    const group = await findGroup(context.tx, context, launch.groupName);
    forget(context, launch);
    if (!group) return;
    const { planned, activityId } = launch;
    const hasNoRoom = NOT_TO_BE_HAD.includes(code);
    const [, ...others] = planned.pools;
    if (hasNoRoom && others.length > 0) {
      const { type, weight } = others[0] as Pool;
      const next = { ...planned, type, weight, pools: others };
      context.tx.put(launches, { ...launch, asked: undefined, planned: next });
      context.schedule(launchStep, { activityId });
      return;
    }
    const statusMessage = launchRefusal(message);
    await failLaunch(
      context,
      group,
      activityId,
      { status: 'Failed', statusMessage, refusedEventId: eventId },
      hasNoRoom ? planned.zone : undefined,
    );
  };
}
