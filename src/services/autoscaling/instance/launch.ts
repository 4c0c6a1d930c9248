/**
 * A launch: an ec2:RunInstances call as the group's service-linked role, repeated under the same client token. With a launch
 * configuration that names a Spot price it is an ec2:RequestSpotInstances call instead (spot-request.ts).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Call, WorkflowContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import type { Instance } from '../../../shapes/generated/ec2.ts';
import { autoscaling } from '../autoscaling.ts';
import { findGroup, type GroupRecord } from '../group/group.ts';
import { findConfiguration } from '../launch-configuration/launch-configuration.ts';
import { asServiceRole } from '../service-role/service-role.ts';
import { PLAIN_POOL } from './allocation.ts';
import { type LaunchRecord, launches } from './launch-record.ts';
import { type LaunchRequest, launchRequest } from './launch-request.ts';
import { recordLaunched, recordRefused } from './launched.ts';
import { askForSpot } from './spot-request.ts';
import { launchStep } from './steps.ts';

export const launchWorkflow = workflow(launchStep, autoscaling, async (ctx, { activityId }) => {
  const { account, region } = ctx;
  const launch = await ctx.read((tx) => tx.get(launches, [account, region, activityId]));
  const group = launch && (await ctx.read((tx) => findGroup(tx, ctx, launch.groupName)));
  if (!group) return undefined;
  try {
    const call = await asServiceRole(ctx, group.serviceRoleArn);
    const asked = launch.asked ?? (await settle(ctx, call, group, launch));
    if (asked.spotPrice) return await askForSpot(call, launch, asked);
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
