/**
 * The launch of a launch configuration that names a Spot price: a Spot Instance request of the group's, which EC2 fulfils as
 * AWSServiceRoleForEC2Spot (aws-facts E2.5). EC2 tells of its fulfilment by an event; what it refuses, or holds, is asked for.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { Call, EffectContext } from '../../../invoke/context.ts';
import type { OutgoingEvent } from '../../../invoke/event.ts';
import { type StepEffect, workflow } from '../../../invoke/workflow.ts';
import { MINUTE_MS } from '../../../platform/durations.ts';
import type {
  Instance,
  RequestSpotLaunchSpecification,
  RunInstancesRequest,
  SpotInstanceRequest,
} from '../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { changeActivity, endActivity } from '../activity/activity.ts';
import { autoscaling } from '../autoscaling.ts';
import { findGroup, type GroupRecord } from '../group/group.ts';
import { requestReconcile } from '../group/request-reconcile.ts';
import { asServiceRole } from '../service-role/service-role.ts';
import { describeInstance } from './describe-instance.ts';
import { forgetLaunch, type LaunchRecord, launches } from './launch-record.ts';
import { GROUP_TAG, type LaunchRequest } from './launch-request.ts';
import { recordLaunched, recordRefused } from './launched.ts';
import { refusalOf } from './refusal.ts';
import { cancelSpotStep, followSpotStep, type SpotStep } from './steps.ts';

/** How soon a request that EC2 has not fulfilled is asked for again. */
const ASK_AGAIN_MS = MINUTE_MS;

export async function askForSpot(
  call: Call,
  launch: LaunchRecord,
  asked: LaunchRequest,
): Promise<StepEffect> {
  const { ClientToken, ...request } = asked.request;
  const { SpotInstanceRequests: made = [] } = await call('ec2', 'RequestSpotInstances', {
    SpotPrice: asked.spotPrice,
    ClientToken,
    LaunchSpecification: specificationOf(request),
  });
  const spotRequestId = made[0]?.SpotInstanceRequestId as string;
  return async (context) => {
    context.tx.put(launches, { ...launch, asked, spotRequestId });
    await changeActivity(context, launch.activityId, {
      status: 'WaitingForSpotInstanceId',
      statusMessage: `Placed Spot instance request: ${spotRequestId}. Waiting for instance(s)`,
    });
    context.schedule(followSpotStep, { spotRequestId }, { delayMs: ASK_AGAIN_MS });
  };
}

/** The launch as a Spot Instance request takes it: it has no counts, and its instance is tagged afterwards. */
function specificationOf(request: RunInstancesRequest): RequestSpotLaunchSpecification {
  const { MinCount, MaxCount, TagSpecifications, ...specification } = request;
  return specification as RequestSpotLaunchSpecification;
}

export const followSpotWorkflow = workflow(
  followSpotStep,
  autoscaling,
  async (ctx, { spotRequestId }) => {
    const found = await ctx.read((tx) => findLaunch(tx, ctx, spotRequestId));
    if (!found) return undefined;
    const { launch, group } = found;
    const call = await asServiceRole(ctx, group.serviceRoleArn);
    const { SpotInstanceRequests: [request] = [] } = await call('ec2', 'DescribeSpotInstanceRequests', {
      SpotInstanceRequestIds: [spotRequestId],
    });
    if (request?.InstanceId) return takeOver(call, launch, request.InstanceId);
    return request?.State === 'open' ? keepWaiting(launch, request) : recordRefused(launch, faultOf(request));
  },
  onFulfilment,
);

function onFulfilment({ detailType, detail }: OutgoingEvent): SpotStep | undefined {
  if (detailType !== 'EC2 Spot Instance Request Fulfillment') return undefined;
  const { 'spot-instance-request-id': spotRequestId } = detail as { 'spot-instance-request-id': string };
  return { spotRequestId };
}

async function findLaunch(
  tx: ReadTransaction,
  { account, region }: Scope,
  spotRequestId: string,
): Promise<{ readonly launch: LaunchRecord; readonly group: GroupRecord } | undefined> {
  const prefix = [account, region, spotRequestId];
  const [launch] = await tx.find(launches, 'spotRequest', { prefix, limit: 1 });
  const group = launch && (await findGroup(tx, { account, region }, launch.groupName));
  return group && { launch, group };
}

async function takeOver(call: Call, launch: LaunchRecord, instanceId: string): Promise<StepEffect> {
  const asked = launch.asked as LaunchRequest;
  const tags = asked.request.TagSpecifications?.[0]?.Tags ?? [{ Key: GROUP_TAG, Value: launch.groupName }];
  // An instance that is gone by now is found out by watching it.
  await refusalOf(call('ec2', 'CreateTags', { Resources: [instanceId], Tags: tags }));
  const seen = await describeInstance(call, instanceId);
  return recordLaunched(launch, asked, seen ?? ({ InstanceId: instanceId } as Instance));
}

const keepWaiting =
  (
    { activityId }: LaunchRecord,
    { SpotInstanceRequestId: id, Status: status }: SpotInstanceRequest,
  ): StepEffect =>
  async (context) => {
    const statusMessage = `Placed Spot instance request: ${id}. Waiting for instance(s). ${status?.Message ?? ''}`;
    await changeActivity(context, activityId, { statusMessage: statusMessage.trim() });
    context.schedule(followSpotStep, { spotRequestId: id as string }, { delayMs: ASK_AGAIN_MS });
  };

const faultOf = (request: SpotInstanceRequest | undefined) =>
  new AwsError(
    request?.Fault?.Code ?? request?.Status?.Code ?? 'InvalidSpotInstanceRequestID.NotFound',
    request?.Fault?.Message ?? request?.Status?.Message ?? 'The Spot Instance request is gone',
  );

/** A group that wants no more than it has takes back what EC2 has not fulfilled. */
export function cancelSpotLaunches(context: EffectContext, waiting: readonly LaunchRecord[]): void {
  for (const { spotRequestId } of waiting) {
    if (spotRequestId) context.schedule(cancelSpotStep, { spotRequestId });
  }
}

export const cancelSpotWorkflow = workflow(cancelSpotStep, autoscaling, async (ctx, { spotRequestId }) => {
  const found = await ctx.read((tx) => findLaunch(tx, ctx, spotRequestId));
  if (!found) return undefined;
  const call = await asServiceRole(ctx, found.group.serviceRoleArn);
  const SpotInstanceRequestIds = [spotRequestId];
  await refusalOf(call('ec2', 'CancelSpotInstanceRequests', { SpotInstanceRequestIds }));
  const { SpotInstanceRequests: [request] = [] } = await call('ec2', 'DescribeSpotInstanceRequests', {
    SpotInstanceRequestIds,
  });
  // It was fulfilled meanwhile: the instance is the group's, to be terminated as any other.
  if (request?.InstanceId) return takeOver(call, found.launch, request.InstanceId);
  return async (context) => {
    forgetLaunch(context, found.launch);
    const statusMessage = `Spot instance request ${spotRequestId} was cancelled.`;
    await endActivity(context, found.launch.activityId, { status: 'Cancelled', statusMessage });
    const group = await findGroup(context.tx, context, found.group.name);
    if (group) requestReconcile(context, group);
  };
});
