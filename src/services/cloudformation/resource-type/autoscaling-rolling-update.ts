/**
 * AutoScalingRollingUpdate: the instances that no longer match their group are replaced in batches
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html, aws-facts H7).
 */
import { asNumber, asText } from '../../../aws/as-text.ts';
import { HOUR_MS } from '../../../platform/durations.ts';
import type { AutoScalingGroup, Instance } from '../../../shapes/generated/autoscaling.ts';
import { durationMs } from '../template/duration.ts';
import { isObject, type JsonObject } from '../template/json.ts';
import { isObsolete } from './autoscaling-obsolete.ts';
import { ResourceFailure, StillBusy } from './failure.ts';
import type { ResourceContext } from './resource-type.ts';

interface RollingPolicy {
  readonly batchSize: number;
  readonly minInService: number;
  readonly pauseMs: number;
  readonly minSuccessfulPercent: number;
  readonly waitsForSignals: boolean;
  readonly suspended: readonly string[];
}

/** How far it is; kept between the steps. */
interface Progress {
  readonly total: number;
  /** Instances that are still to be terminated. */
  readonly obsolete: readonly string[];
  /** Those that are being replaced. */
  readonly batch: readonly string[];
  readonly batchSinceMs: number;
  /** How many signals had come before the batch began. */
  readonly signalsBefore: number;
  readonly failures: number;
  /** The sizes to go back to, where they were raised. */
  readonly sizes?: { readonly MinSize: number; readonly DesiredCapacity: number };
}

/** A batch of nobody would never come to an end. */
const BOUNDS = {
  MaxBatchSize: [1, 100],
  MinInstancesInService: [0, Number.POSITIVE_INFINITY],
  MinSuccessfulInstancesPercent: [0, 100],
} as const;

function numberOf(policy: JsonObject, name: keyof typeof BOUNDS, fallback: number): number {
  const [least, most] = BOUNDS[name];
  const given = asNumber(policy[name] ?? fallback);
  if (Number.isInteger(given) && given >= least && given <= most) return given;
  const bounds = most === Number.POSITIVE_INFINITY ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new ResourceFailure(`${name} must be an integer ${bounds}`);
}

function policyOf({ updatePolicy = {} }: ResourceContext): RollingPolicy | undefined {
  const { AutoScalingRollingUpdate: policy } = updatePolicy;
  if (!isObject(policy)) return undefined;
  const waitsForSignals = asText(policy.WaitOnResourceSignals ?? '') === 'true';
  return {
    batchSize: numberOf(policy, 'MaxBatchSize', 1),
    minInService: numberOf(policy, 'MinInstancesInService', 0),
    pauseMs: durationMs(policy.PauseTime ?? (waitsForSignals ? 'PT5M' : 'PT0S')),
    minSuccessfulPercent: numberOf(policy, 'MinSuccessfulInstancesPercent', 100),
    waitsForSignals,
    suspended: [policy.SuspendProcesses ?? []].flat().map(asText),
  };
}

/** Goes on with it from step to step; comes back when all instances match. */
export async function rollInstances(ctx: ResourceContext, group: AutoScalingGroup): Promise<void> {
  const policy = policyOf(ctx);
  if (!policy) return;
  const known = ctx.progress as unknown as Progress | undefined;
  if (known) return advance(ctx, group, policy, known);
  const obsolete: string[] = [];
  for (const instance of group.Instances ?? []) {
    if (await isObsolete(ctx, group, instance)) obsolete.push(instance.InstanceId as string);
  }
  if (obsolete.length === 0) return;
  await begin(ctx, group, policy, obsolete);
}

/** The sizes and processes of the group are as they were, whatever has become of its instances. */
export async function endRolling(ctx: ResourceContext, group: AutoScalingGroup): Promise<void> {
  const progress = ctx.progress as unknown as Progress | undefined;
  const policy = progress && policyOf(ctx);
  if (policy) await finish(ctx, group, policy, progress);
}

async function begin(
  ctx: ResourceContext,
  group: AutoScalingGroup,
  policy: RollingPolicy,
  obsolete: readonly string[],
): Promise<void> {
  const { call } = ctx;
  const { AutoScalingGroupName, MaxSize = 0, MinSize = 0, DesiredCapacity = 0 } = group;
  if (policy.minInService >= MaxSize) {
    throw new ResourceFailure("MinInstancesInService must be less than the autoscaling group's MaxSize");
  }
  const batchSize = Math.min(policy.batchSize, obsolete.length);
  const wanted = Math.min(MaxSize, Math.max(DesiredCapacity, policy.minInService + batchSize));
  if (policy.suspended.length > 0) {
    await call('autoscaling', 'SuspendProcesses', {
      AutoScalingGroupName: AutoScalingGroupName as string,
      ScalingProcesses: [...policy.suspended],
    });
  }
  const events = [
    `Rolling update initiated. Terminating ${obsolete.length} obsolete instance(s) in batches of ${batchSize}, while ` +
      `keeping at least ${policy.minInService} instance(s) in service.` +
      (policy.waitsForSignals
        ? ' Waiting on resource signals when new instances are added to the autoscaling group.'
        : ''),
  ];
  if (wanted > DesiredCapacity) {
    await call('autoscaling', 'UpdateAutoScalingGroup', {
      AutoScalingGroupName: AutoScalingGroupName as string,
      MinSize: wanted,
      DesiredCapacity: wanted,
    });
    events.push(`Temporarily setting autoscaling group MinSize and DesiredCapacity to ${wanted}.`);
  }
  const progress: Progress = {
    total: obsolete.length,
    obsolete,
    batch: [],
    batchSinceMs: ctx.nowMs,
    signalsBefore: ctx.signals.length,
    failures: 0,
    ...(wanted > DesiredCapacity && { sizes: { MinSize, DesiredCapacity } }),
  };
  throw later(progress, events);
}

const later = (progress: Progress, events: readonly string[] = []) =>
  new StillBusy(progress as unknown as JsonObject, events);

async function advance(
  ctx: ResourceContext,
  group: AutoScalingGroup,
  policy: RollingPolicy,
  progress: Progress,
): Promise<void> {
  const instances = group.Instances ?? [];
  const isThere = (id: string) => instances.some(({ InstanceId }) => InstanceId === id);
  const inService = instances.filter(isInService).length;
  if (progress.batch.some(isThere) || inService < (group.DesiredCapacity ?? 0)) {
    if (ctx.nowMs - progress.batchSinceMs < HOUR_MS) throw later(progress);
    throw new ResourceFailure('Group did not stabilize.');
  }
  const failures = requireSignals(ctx, policy, progress);
  const left = progress.obsolete.filter((id) => !progress.batch.includes(id) && isThere(id));
  const events: string[] = [];
  if (progress.batch.length > 0) {
    const percent = Math.round((100 * (progress.total - left.length)) / progress.total);
    events.push(`Successfully terminated instance(s) [${progress.batch.join(',')}] (Progress ${percent}%).`);
  }
  if (left.length === 0) return finish(ctx, group, policy, progress);
  const room = Math.max(1, inService - policy.minInService);
  const batch = left.slice(0, Math.min(policy.batchSize, room));
  for (const InstanceId of batch) {
    await ctx.call('autoscaling', 'TerminateInstanceInAutoScalingGroup', {
      InstanceId,
      ShouldDecrementDesiredCapacity: false,
    });
  }
  events.push(
    `Terminating instance(s) [${batch.join(',')}]; replacing with ${batch.length} new instance(s).`,
  );
  const next = {
    obsolete: left,
    batch,
    batchSinceMs: ctx.nowMs,
    signalsBefore: ctx.signals.length,
    failures,
  };
  throw later({ ...progress, ...next }, events);
}

const isInService = ({ LifecycleState }: Instance) => LifecycleState === 'InService';

/** Whether the batch that was added has said that it works, or its pause is over. Gives how many have failed so far. */
function requireSignals(ctx: ResourceContext, policy: RollingPolicy, progress: Progress): number {
  const { batch, batchSinceMs, signalsBefore } = progress;
  const isOver = ctx.nowMs - batchSinceMs >= policy.pauseMs;
  if (batch.length === 0) return progress.failures;
  if (!policy.waitsForSignals) {
    if (!isOver) throw later(progress);
    return progress.failures;
  }
  const signals = ctx.signals.slice(signalsBefore);
  const failed = signals.filter(({ isSuccess }) => !isSuccess).length;
  const missing = Math.max(0, batch.length - signals.length);
  if (missing > 0 && !isOver && failed === 0) throw later(progress);
  const failures = progress.failures + failed + missing;
  const allowed = Math.floor((progress.total * (100 - policy.minSuccessfulPercent)) / 100);
  if (failures <= allowed) return failures;
  const received = failed > 0 ? `${failed} FAILURE` : `${signals.length} SUCCESS`;
  throw new ResourceFailure(
    `Received ${received} signal(s) out of ${batch.length}. Unable to satisfy ` +
      `${policy.minSuccessfulPercent}% MinSuccessfulInstancesPercent requirement`,
  );
}

async function finish(
  { call }: ResourceContext,
  { AutoScalingGroupName }: AutoScalingGroup,
  policy: RollingPolicy,
  { sizes }: Progress,
): Promise<void> {
  const name = AutoScalingGroupName as string;
  if (sizes) await call('autoscaling', 'UpdateAutoScalingGroup', { AutoScalingGroupName: name, ...sizes });
  if (policy.suspended.length > 0) {
    const ScalingProcesses = [...policy.suspended];
    await call('autoscaling', 'ResumeProcesses', { AutoScalingGroupName: name, ScalingProcesses });
  }
}
