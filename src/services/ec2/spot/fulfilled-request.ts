/** The Spot Instance request that a launch fulfils: the one that Spot launches for, or one that comes with the launch. */
import type { ExecuteContext } from '../../../invoke/context.ts';
import type { LaunchSpecification } from '../../../shapes/generated/ec2.ts';
import type { LaunchPlan } from '../instance/launch-plan.ts';
import { ec2Arn } from '../resource/arn.ts';
import { newId } from '../resource/kind.ts';
import { isSpot } from './spot-instance.ts';
import { type SpotRequestRecord, spotLaunch, spotRequestKind, spotRequests } from './spot-request.ts';
import { spotStatus } from './spot-status.ts';
import { scheduleExpiry } from './spot-steps.ts';

/** Its id; undefined for an On-Demand launch. */
export async function fulfilledRequest(
  context: ExecuteContext,
  plan: LaunchPlan,
  instanceId: string,
): Promise<string | undefined> {
  if (!plan.spot) return undefined;
  const request = (await awaitingRequest(context, plan)) ?? newRequest(context, plan);
  const { zone, zoneId } = plan.network.subnet;
  const isCancelled = request.state === 'cancelled';
  const code = isCancelled ? 'request-canceled-and-instance-running' : 'fulfilled';
  context.tx.put(spotRequests, {
    ...request,
    state: isCancelled ? 'cancelled' : 'active',
    status: spotStatus(code, context.nowMs),
    fault: undefined,
    failure: undefined,
    launchToken: undefined,
    instanceId,
    launchedZone: zone,
    launchedZoneId: zoneId,
  });
  context.emit({
    source: 'aws.ec2',
    detailType: 'EC2 Spot Instance Request Fulfillment',
    resources: [ec2Arn(context, 'instance', instanceId)],
    detail: { 'spot-instance-request-id': request.id, 'instance-id': instanceId },
  });
  return request.id;
}

/** The request for which Spot itself launches: it says so by the client token. */
async function awaitingRequest(
  { tx, account, region, caller }: ExecuteContext,
  { input: { ClientToken: token } }: LaunchPlan,
): Promise<SpotRequestRecord | undefined> {
  if (!token || !isSpot(caller)) return undefined;
  const [request] = await tx.find(spotRequests, 'launchToken', {
    prefix: [account, region, token],
    limit: 1,
  });
  return request;
}

function newRequest(context: ExecuteContext, plan: LaunchPlan): SpotRequestRecord {
  const { account, region, nowMs } = context;
  const request: SpotRequestRecord = {
    account,
    region,
    id: newId(context.entropy, spotRequestKind.prefix),
    tags: plan.tags('spot-instances-request'),
    terms: plan.spot!,
    state: 'active',
    status: spotStatus('fulfilled', nowMs),
    createdAtMs: nowMs,
    isWindows: plan.image.platform === 'windows',
    specification: specificationOf(plan),
    launch: spotLaunch(plan),
  };
  scheduleExpiry(context, request);
  return request;
}

/** What a request shows of its launch. */
export function specificationOf({ input, image, type, network, ...plan }: LaunchPlan): LaunchSpecification {
  const { subnet, groups } = network;
  const { BlockDeviceMappings, KeyName, UserData, NetworkInterfaces, IamInstanceProfile } = input;
  return {
    ImageId: image.id,
    InstanceType: type.name as LaunchSpecification['InstanceType'],
    KeyName,
    UserData,
    BlockDeviceMappings,
    EbsOptimized: plan.ebsOptimized,
    IamInstanceProfile,
    Monitoring: { Enabled: input.Monitoring?.Enabled ?? false },
    NetworkInterfaces,
    Placement: { AvailabilityZone: subnet.zone, AvailabilityZoneId: subnet.zoneId },
    SubnetId: NetworkInterfaces ? undefined : subnet.id,
    SecurityGroups: groups.map(({ id, name }) => ({ GroupId: id, GroupName: name })),
  };
}
