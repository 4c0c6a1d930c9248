/** A scaling policy of type simple or step: the record, its table, and what it makes of a capacity. */

import { formatArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { ScalingPolicy, StepAdjustment } from '../../../shapes/generated/autoscaling.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import type { GroupRecord } from '../group/group.ts';

export const ADJUSTMENT_TYPES = ['ChangeInCapacity', 'ExactCapacity', 'PercentChangeInCapacity'] as const;
export type AdjustmentType = (typeof ADJUSTMENT_TYPES)[number];

export interface ScalingPolicyRecord extends Scope {
  readonly groupName: string;
  readonly name: string;
  readonly id: string;
  readonly type: 'SimpleScaling' | 'StepScaling';
  readonly adjustmentType: AdjustmentType;
  /** Of a simple policy. */
  readonly adjustment?: number;
  readonly cooldownSeconds?: number;
  /** Of a step policy. */
  readonly steps: readonly StepAdjustment[];
  readonly aggregation?: string;
  readonly warmupSeconds?: number;
  readonly minMagnitude?: number;
  readonly isEnabled: boolean;
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

/** The capacity that a policy asks for, within the group's bounds. */
export function adjusted(group: GroupRecord, policy: ScalingPolicyRecord, by: number): number {
  const { desiredCapacity, minSize, maxSize } = group;
  let capacity = ADJUSTED[policy.adjustmentType](desiredCapacity, by);
  const { minMagnitude = 0, adjustmentType } = policy;
  const isSmall = Math.abs(capacity - desiredCapacity) < minMagnitude;
  if (adjustmentType === 'PercentChangeInCapacity' && isSmall) {
    capacity = desiredCapacity + Math.sign(by) * minMagnitude;
  }
  return Math.min(Math.max(capacity, minSize), maxSize);
}

/** The step for a breach by this much: a positive one includes its lower bound, a negative one its upper. */
export function stepFor({ steps }: ScalingPolicyRecord, breach: number): StepAdjustment | undefined {
  return steps.find(
    ({ MetricIntervalLowerBound: lower = -Infinity, MetricIntervalUpperBound: upper = Infinity }) =>
      breach >= 0 ? lower <= breach && breach < upper : lower < breach && breach <= upper,
  );
}

export const showPolicy = (policy: ScalingPolicyRecord): ScalingPolicy => ({
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
  Alarms: [],
  Enabled: policy.isEnabled,
});
