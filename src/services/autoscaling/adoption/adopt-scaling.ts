/** What changes the size of real accounts' groups, and what their instances wait for. */
import type { Scope } from '../../../aws/scope.ts';
import { type AdoptKind, adoptedKind, recordsIn } from '../../../invoke/imported/adopted-kind.ts';
import { type Adoption, timeOf } from '../../../invoke/imported/described.ts';
import type {
  LifecycleHook,
  ScalingPolicy,
  ScheduledUpdateGroupAction,
} from '../../../shapes/generated/autoscaling.ts';
import { type HookRecord, hooks } from '../lifecycle-hook/lifecycle-hook.ts';
import {
  type PolicyType,
  type ScalingPolicyRecord,
  scalingPolicies,
} from '../scaling-policy/scaling-policy.ts';
import {
  nextTime,
  runScheduledActionStep,
  type ScheduledActionRecord,
  scheduledActions,
} from '../scheduled-action/scheduled-action.ts';

type DescribedAction = Omit<ScheduledUpdateGroupAction, 'StartTime' | 'EndTime' | 'Time'> & {
  readonly [K in 'StartTime' | 'EndTime' | 'Time']?: unknown;
};

export const SCALING: readonly AdoptKind[] = [
  adoptedKind<ScalingPolicy, ScalingPolicyRecord>(
    'autoscaling:DescribePolicies',
    'ScalingPolicies',
    recordsIn(scalingPolicies),
    policyOf,
  ),
  adoptedKind<LifecycleHook, HookRecord>(
    'autoscaling:DescribeLifecycleHooks',
    'LifecycleHooks',
    recordsIn(hooks),
    hookOf,
  ),
  adoptedKind<DescribedAction, ScheduledActionRecord>(
    'autoscaling:DescribeScheduledActions',
    'ScheduledUpdateGroupActions',
    recordsIn(scheduledActions),
    actionOf,
    ({ schedule }, action) => schedule(runScheduledActionStep, action, action, action.nextAtMs),
  ),
];

/** `ID` of an ARN like `scalingPolicy:ID:autoScalingGroupName/…`. */
const idIn = (arn: string | undefined): string =>
  /:\w+:([^:]+):autoScalingGroupName\//.exec(arn ?? '')?.[1] ?? '';

function policyOf(policy: ScalingPolicy, scope: Scope): ScalingPolicyRecord {
  const { PolicyType: type = 'SimpleScaling', Alarms: alarms = [] } = policy;
  const named = (part: string) => alarms.find(({ AlarmName = '' }) => AlarmName.includes(part))?.AlarmName;
  const [high, low] = [named('-AlarmHigh-'), named('-AlarmLow-')];
  return {
    ...scope,
    groupName: policy.AutoScalingGroupName ?? '',
    name: policy.PolicyName ?? '',
    id: idIn(policy.PolicyARN),
    type: type as PolicyType,
    adjustmentType: policy.AdjustmentType as ScalingPolicyRecord['adjustmentType'],
    adjustment: policy.ScalingAdjustment,
    cooldownSeconds: policy.Cooldown,
    steps: policy.StepAdjustments ?? [],
    aggregation: policy.MetricAggregationType,
    warmupSeconds: policy.EstimatedInstanceWarmup,
    minMagnitude: policy.MinAdjustmentMagnitude,
    tracking: policy.TargetTrackingConfiguration,
    prediction: policy.PredictiveScalingConfiguration,
    isEnabled: policy.Enabled ?? true,
    ...(high !== undefined && low !== undefined && { alarms: { high, low } }),
  };
}

function hookOf(hook: LifecycleHook, scope: Scope): HookRecord {
  return {
    ...scope,
    groupName: hook.AutoScalingGroupName ?? '',
    name: hook.LifecycleHookName ?? '',
    transition: hook.LifecycleTransition as HookRecord['transition'],
    heartbeatSeconds: hook.HeartbeatTimeout ?? 3600,
    defaultResult: hook.DefaultResult === 'CONTINUE' ? 'CONTINUE' : 'ABANDON',
    metadata: hook.NotificationMetadata,
    target: { targetArn: hook.NotificationTargetARN, roleArn: hook.RoleARN },
  };
}

function actionOf(action: DescribedAction, scope: Scope, { nowMs }: Adoption): ScheduledActionRecord {
  const { MinSize, MaxSize, DesiredCapacity } = action;
  const read: ScheduledActionRecord = {
    ...scope,
    groupName: action.AutoScalingGroupName ?? '',
    name: action.ScheduledActionName ?? '',
    id: idIn(action.ScheduledActionARN),
    nextAtMs: timeOf(action.StartTime ?? action.Time),
    ...(action.EndTime !== undefined && { endMs: timeOf(action.EndTime) }),
    recurrence: action.Recurrence,
    timeZone: action.TimeZone,
    sizes: { MinSize, MaxSize, DesiredCapacity },
  };
  // One that was due since the account was read is due at its next time.
  return read.nextAtMs > nowMs ? read : { ...read, nextAtMs: nextTime(read, nowMs) ?? read.nextAtMs };
}
