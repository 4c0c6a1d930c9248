/**
 * Simple and step policies, which ExecutePolicy carries out: nobody raises alarms here, so target tracking and
 * prediction are not served. https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutScalingPolicy.html
 */
import { uuid } from '../../../platform/identifiers.ts';
import type { PutScalingPolicyType } from '../../../shapes/generated/autoscaling.ts';
import { MAX_SCALING_POLICIES } from '../account/limits.ts';
import { autoscaling } from '../autoscaling.ts';
import { limitExceeded, notServed, requireServed, validationError } from '../errors.ts';
import { groupCheck } from '../group/group.ts';
import {
  ADJUSTMENT_TYPES,
  type AdjustmentType,
  findPolicy,
  policiesOf,
  policyArn,
  type ScalingPolicyRecord,
  scalingPolicies,
} from './scaling-policy.ts';

type PolicyType = ScalingPolicyRecord['type'];

/** What a policy of a type must have, and what it may not. */
const MEMBERS: Readonly<
  Record<PolicyType, { needs: keyof PutScalingPolicyType; refuses: readonly (keyof PutScalingPolicyType)[] }>
> = {
  SimpleScaling: {
    needs: 'ScalingAdjustment',
    refuses: ['StepAdjustments', 'MetricAggregationType', 'EstimatedInstanceWarmup'],
  },
  StepScaling: { needs: 'StepAdjustments', refuses: ['ScalingAdjustment', 'Cooldown'] },
};

export default autoscaling.operation('PutScalingPolicy', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'PutScalingPolicy', input.AutoScalingGroupName),
  }),
  async execute({ tx, entropy }, input, { group: { record: group } }) {
    const settings = settingsOf(input);
    const before = await findPolicy(tx, group, input.PolicyName);
    if (!before && (await policiesOf(tx, group)).length >= MAX_SCALING_POLICIES) {
      throw limitExceeded(
        `You have reached the limit of ${MAX_SCALING_POLICIES} scaling policies for an Auto Scaling group.`,
      );
    }
    const policy: ScalingPolicyRecord = {
      account: group.account,
      region: group.region,
      groupName: group.name,
      name: input.PolicyName,
      id: before?.id ?? uuid(entropy),
      ...settings,
    };
    tx.put(scalingPolicies, policy);
    return { PolicyARN: policyArn(policy), Alarms: [] };
  },
});

function settingsOf(
  input: PutScalingPolicyType,
): Omit<ScalingPolicyRecord, 'account' | 'region' | 'groupName' | 'name' | 'id'> {
  const { PolicyType: type = 'SimpleScaling' } = input;
  if (type !== 'SimpleScaling' && type !== 'StepScaling') throw notServed(`scaling policies of type ${type}`);
  requireServed(input, [
    'TargetTrackingConfiguration',
    'PredictiveScalingConfiguration',
    'MinAdjustmentStep',
  ]);
  const adjustmentType = input.AdjustmentType as AdjustmentType;
  if (!ADJUSTMENT_TYPES.includes(adjustmentType)) {
    throw validationError(`AdjustmentType must be one of: [${ADJUSTMENT_TYPES.join(', ')}].`);
  }
  const { needs, refuses } = MEMBERS[type];
  if (input[needs] === undefined) throw validationError(`${needs} is required for policy type ${type}.`);
  const refused = refuses.find((member) => input[member] !== undefined);
  if (refused) throw validationError(`${refused} is not supported for policy type ${type}.`);
  return {
    type,
    adjustmentType,
    adjustment: input.ScalingAdjustment,
    cooldownSeconds: input.Cooldown,
    steps: input.StepAdjustments ?? [],
    aggregation: type === 'StepScaling' ? (input.MetricAggregationType ?? 'Average') : undefined,
    warmupSeconds: input.EstimatedInstanceWarmup,
    minMagnitude: input.MinAdjustmentMagnitude,
    isEnabled: input.Enabled ?? true,
  };
}
