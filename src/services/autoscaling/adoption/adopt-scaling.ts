/** What changes the size of real accounts' groups, and what their instances wait for. */
import type { Scope } from '../../../aws/scope.ts';
import { type Adoption, entriesOf, timeOf } from '../../../invoke/imported/described.ts';
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

export function adoptScaling(adoption: Adoption, scope: Scope): void {
  const { tx } = adoption;
  for (const each of entriesOf<ScalingPolicy>(
    adoption,
    'autoscaling:DescribePolicies',
    scope,
    'ScalingPolicies',
  ))
    tx.put(scalingPolicies, policyOf(scope, each));
  for (const each of entriesOf<LifecycleHook>(
    adoption,
    'autoscaling:DescribeLifecycleHooks',
    scope,
    'LifecycleHooks',
  ))
    tx.put(hooks, hookOf(scope, each));
  for (const each of entriesOf<DescribedAction>(
    adoption,
    'autoscaling:DescribeScheduledActions',
    scope,
    'ScheduledUpdateGroupActions',
  ))
    adoptAction(adoption, actionOf(scope, each));
}

/** One that was due since the account was read is due at its next time. */
function adoptAction({ tx, schedule, nowMs }: Adoption, read: ScheduledActionRecord): void {
  const nextAtMs = read.nextAtMs > nowMs ? read.nextAtMs : (nextTime(read, nowMs) ?? read.nextAtMs);
  const action = { ...read, nextAtMs };
  tx.put(scheduledActions, action);
  schedule(runScheduledActionStep, action, action, nextAtMs);
}

/** `ID` of an ARN like `scalingPolicy:ID:autoScalingGroupName/…`. */
const idIn = (arn: string | undefined): string =>
  /:\w+:([^:]+):autoScalingGroupName\//.exec(arn ?? '')?.[1] ?? '';

function policyOf(scope: Scope, policy: ScalingPolicy): ScalingPolicyRecord {
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

const hookOf = (scope: Scope, hook: LifecycleHook): HookRecord => ({
  ...scope,
  groupName: hook.AutoScalingGroupName ?? '',
  name: hook.LifecycleHookName ?? '',
  transition: hook.LifecycleTransition as HookRecord['transition'],
  heartbeatSeconds: hook.HeartbeatTimeout ?? 3600,
  defaultResult: hook.DefaultResult === 'CONTINUE' ? 'CONTINUE' : 'ABANDON',
});

function actionOf(scope: Scope, action: DescribedAction): ScheduledActionRecord {
  const { MinSize, MaxSize, DesiredCapacity } = action;
  return {
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
}
