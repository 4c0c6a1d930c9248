/**
 * Policies as actions of alarms: one that comes into the state for which it names the policy has it carried out
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-simple-step.html).
 */
import { parseArn } from '../../../aws/arn.ts';
import type { AlarmActionTarget } from '../../../invoke/ports/ports.ts';
import { type GroupRecord, groups } from '../group/group.ts';
import { carryOut } from './carry-out.ts';
import {
  adjusted,
  findPolicy,
  groupOfPolicyArn,
  policyArn,
  type ScalingPolicyRecord,
  stepFor,
} from './scaling-policy.ts';
import { trackedCapacity } from './target-tracking.ts';

export const policyActions: AlarmActionTarget = {
  carriesOut: (arn) => groupOfPolicyArn(arn) !== undefined,
  async carryOut(context, { arn, alarmName, breach }) {
    const { account, region } = context;
    const isOwn = parseArn(arn)?.account === account;
    const group = isOwn && (await context.tx.get(groups, [account, region, groupOfPolicyArn(arn) as string]));
    const policy = group ? await findPolicy(context.tx, group, arn) : undefined;
    if (!group || !policy || policyArn(policy) !== arn) return `PolicyARN ${arn} not found.`;
    if (!policy.isEnabled) return `Policy ${policy.name} is disabled.`;
    if (group.suspended.AlarmNotification !== undefined) return 'The process AlarmNotification is suspended.';
    const isSimple = policy.type === 'SimpleScaling';
    if (isSimple && context.nowMs < (group.coolsUntilMs ?? 0)) return 'The group is in its cooldown period.';
    const capacity = capacityFor(group, policy, alarmName, breach);
    if (capacity === undefined)
      return 'The metric value does not correspond to a step adjustment of the policy.';
    carryOut(context, group, policy, {
      capacity,
      cause: `a monitor alarm ${alarmName} in state ALARM triggered policy ${policy.name}`,
    });
    return undefined;
  },
};

function capacityFor(
  group: GroupRecord,
  policy: ScalingPolicyRecord,
  alarmName: string,
  breach: number,
): number | undefined {
  const { tracking, alarms } = policy;
  if (tracking) return trackedCapacity(group, tracking, alarmName === alarms?.high, breach);
  const by = policy.type === 'SimpleScaling' ? policy.adjustment : stepFor(policy, breach)?.ScalingAdjustment;
  return by === undefined ? undefined : adjusted(group, policy, by);
}
