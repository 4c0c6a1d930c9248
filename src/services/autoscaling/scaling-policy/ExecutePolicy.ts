/**
 * Carries a policy out at once. A simple policy may be asked to honour the cooldown of the one before it; a step policy
 * needs to know how far the metric is from its threshold.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ExecutePolicy.html
 */
import type { ExecutePolicyType } from '../../../shapes/generated/autoscaling.ts';
import { autoscaling } from '../autoscaling.ts';
import { scalingActivityInProgress, validationError } from '../errors.ts';
import { carryOut } from './carry-out.ts';
import { policyGroupCheck, requirePolicy } from './policy-request.ts';
import { adjusted, type ScalingPolicyRecord, stepFor } from './scaling-policy.ts';

export default autoscaling.operation('ExecutePolicy', {
  checks: async (context, input) => ({ group: await policyGroupCheck(context, 'ExecutePolicy', input) }),
  async execute(context, input, { group: { record: group } }) {
    const { nowMs } = context;
    const policy = await requirePolicy(context, group, input);
    if (input.HonorCooldown && nowMs < (group.coolsUntilMs ?? 0)) {
      throw scalingActivityInProgress('Scaling activity initiated by a policy is in its cooldown period.');
    }
    carryOut(context, group, policy, {
      capacity: adjusted(group, policy, adjustmentOf(policy, input)),
      cause: `a user request executed policy ${policy.name}`,
    });
    return {};
  },
});

function adjustmentOf(policy: ScalingPolicyRecord, input: ExecutePolicyType): number {
  if (policy.type === 'SimpleScaling') return policy.adjustment ?? 0;
  if (policy.type !== 'StepScaling') {
    throw validationError(`Policies of type ${policy.type} cannot be executed.`);
  }
  const { MetricValue: value, BreachThreshold: threshold } = input;
  if (value === undefined || threshold === undefined) {
    throw validationError('MetricValue and BreachThreshold are required for policy type StepScaling.');
  }
  const step = stepFor(policy, value - threshold);
  if (!step)
    throw validationError('The metric value does not correspond to a step adjustment of the policy.');
  return step.ScalingAdjustment;
}
