/** A scaling policy: the record, its table, and what it makes of a capacity. */
import { formatArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import type {
  Alarm,
  PredictiveScalingConfiguration,
  ScalingPolicy,
  StepAdjustment,
  TargetTrackingConfiguration,
} from '../../../shapes/generated/autoscaling.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import type { GroupRecord } from '../group/group.ts';
import type { TrackingAlarms } from './target-tracking.ts';

export const ADJUSTMENT_TYPES = ['ChangeInCapacity', 'ExactCapacity', 'PercentChangeInCapacity'] as const;
export type AdjustmentType = (typeof ADJUSTMENT_TYPES)[number];

export type PolicyType = 'SimpleScaling' | 'StepScaling' | 'TargetTrackingScaling' | 'PredictiveScaling';

export interface PolicySettings {
  readonly type: PolicyType;
  /** Of a simple or a step policy. */
  readonly adjustmentType?: AdjustmentType;
  /** Of a simple policy. */
  readonly adjustment?: number;
  readonly cooldownSeconds?: number;
  /** Of a step policy. */
  readonly steps: readonly StepAdjustment[];
  readonly aggregation?: string;
  readonly warmupSeconds?: number;
  readonly minMagnitude?: number;
  readonly tracking?: TargetTrackingConfiguration;
  readonly prediction?: PredictiveScalingConfiguration;
  readonly isEnabled: boolean;
}

export interface ScalingPolicyRecord extends Scope, PolicySettings {
  readonly groupName: string;
  readonly name: string;
  readonly id: string;
  /** Of a target tracking policy. */
  readonly alarms?: TrackingAlarms;
}

export const scalingPolicies = table<ScalingPolicyRecord>()({
  name: 'autoscaling.scaling-policies',
  key: ({ account, region, groupName, name }) => [account, region, groupName, name],
});

export const policiesOf = (tx: ReadTransaction, { account, region, name }: GroupRecord) =>
  tx.list(scalingPolicies, { prefix: [account, region, name] });

/** A policy by its name or its ARN. */
export async function findPolicy(
  tx: ReadTransaction,
  { account, region, name }: GroupRecord,
  nameOrArn: string,
): Promise<ScalingPolicyRecord | undefined> {
  const policyName = /:policyName\/(.*)$/.exec(nameOrArn)?.[1] ?? nameOrArn;
  return tx.get(scalingPolicies, [account, region, name, policyName]);
}

/** The group's name in a policy's ARN, by which a policy may be named alone. */
export const groupOfPolicyArn = (nameOrArn: string) =>
  /^arn:.*:autoScalingGroupName\/(.*):policyName\//.exec(nameOrArn)?.[1];

export const policyArn = ({ account, region, id, groupName, name }: ScalingPolicyRecord) =>
  formatArn({
    service: 'autoscaling',
    region,
    account,
    resource: `scalingPolicy:${id}:autoScalingGroupName/${groupName}:policyName/${name}`,
  });

const ADJUSTED: Readonly<Record<AdjustmentType, (capacity: number, by: number) => number>> = {
  ChangeInCapacity: (capacity, by) => capacity + by,
  ExactCapacity: (_capacity, by) => by,
  // Towards zero, but never by nothing.
  PercentChangeInCapacity(capacity, percent) {
    const change = (capacity * percent) / 100;
    return capacity + (Math.abs(change) < 1 ? Math.sign(change) : Math.trunc(change));
  },
};

/** The capacity that a policy of adjustments asks for, whatever the group's bounds. */
export function adjusted({ desiredCapacity }: GroupRecord, policy: ScalingPolicyRecord, by: number): number {
  const { minMagnitude = 0, adjustmentType = 'ChangeInCapacity' } = policy;
  let capacity = ADJUSTED[adjustmentType](desiredCapacity, by);
  const isSmall = Math.abs(capacity - desiredCapacity) < minMagnitude;
  if (adjustmentType === 'PercentChangeInCapacity' && isSmall) {
    capacity = desiredCapacity + Math.sign(by) * minMagnitude;
  }
  return capacity;
}

/** The step for a breach by this much: a positive one includes its lower bound, a negative one its upper. */
export function stepFor({ steps }: ScalingPolicyRecord, breach: number): StepAdjustment | undefined {
  return steps.find(
    ({ MetricIntervalLowerBound: lower = -Infinity, MetricIntervalUpperBound: upper = Infinity }) =>
      breach >= 0 ? lower <= breach && breach < upper : lower < breach && breach <= upper,
  );
}

export const showPolicy = (policy: ScalingPolicyRecord): Omit<ScalingPolicy, 'Alarms'> => ({
  AutoScalingGroupName: policy.groupName,
  PolicyName: policy.name,
  PolicyARN: policyArn(policy),
  PolicyType: policy.type,
  AdjustmentType: policy.adjustmentType,
  MinAdjustmentMagnitude: policy.minMagnitude,
  ScalingAdjustment: policy.adjustment,
  Cooldown: policy.cooldownSeconds,
  StepAdjustments: [...policy.steps],
  MetricAggregationType: policy.aggregation,
  EstimatedInstanceWarmup: policy.warmupSeconds,
  TargetTrackingConfiguration: policy.tracking && { DisableScaleIn: false, ...policy.tracking },
  PredictiveScalingConfiguration: policy.prediction,
  Enabled: policy.isEnabled,
});

export const showAlarms = ({ account, region, alarms }: ScalingPolicyRecord): Alarm[] =>
  Object.values(alarms ?? {}).map((AlarmName: string) => ({
    AlarmName,
    AlarmARN: formatArn({ service: 'cloudwatch', region, account, resource: `alarm:${AlarmName}` }),
  }));
