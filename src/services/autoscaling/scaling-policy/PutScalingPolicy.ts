/**
 * Policies of every type. A target tracking policy comes with its alarms, which Auto Scaling puts as the group's
 * service-linked role; a predictive one is kept.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutScalingPolicy.html
 */
import { uuid } from '../../../platform/identifiers.ts';
import { MAX_SCALING_POLICIES } from '../account/limits.ts';
import { autoscaling } from '../autoscaling.ts';
import { limitExceeded } from '../errors.ts';
import { groupCheck } from '../group/group.ts';
import { settingsOf } from './policy-settings.ts';
import {
  findPolicy,
  policiesOf,
  policyArn,
  type ScalingPolicyRecord,
  scalingPolicies,
  showAlarms,
} from './scaling-policy.ts';
import { deleteAlarmsStep, newAlarmNames, putAlarms } from './tracking-alarms.ts';

export default autoscaling.operation('PutScalingPolicy', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'PutScalingPolicy', input.AutoScalingGroupName),
  }),
  async preconditions({ tx }, input, { group: { record: group } }) {
    settingsOf(input);
    const isNew = !(await findPolicy(tx, group, input.PolicyName));
    if (isNew && (await policiesOf(tx, group)).length >= MAX_SCALING_POLICIES) {
      throw limitExceeded(
        `You have reached the limit of ${MAX_SCALING_POLICIES} scaling policies for an Auto Scaling group.`,
      );
    }
  },
  async calls(ctx, input, { group: { record: group } }): Promise<ScalingPolicyRecord> {
    const { account, region, name: groupName } = group;
    const before = await ctx.read((tx) => findPolicy(tx, group, input.PolicyName));
    const settings = settingsOf(input);
    const policy: ScalingPolicyRecord = {
      account,
      region,
      groupName,
      name: input.PolicyName,
      id: before?.id ?? uuid(ctx.entropy),
      alarms: settings.tracking && (before?.alarms ?? newAlarmNames(ctx, group)),
      ...settings,
    };
    const { tracking, alarms } = policy;
    if (tracking && alarms) await putAlarms(ctx, group, policyArn(policy), tracking, alarms);
    return policy;
  },
  async execute(context, _input, { group: { record: group } }, policy) {
    const before = await findPolicy(context.tx, group, policy.name);
    if (before?.alarms && !policy.alarms) {
      const { serviceRoleArn } = group;
      context.schedule(deleteAlarmsStep, { serviceRoleArn, names: Object.values(before.alarms) });
    }
    context.tx.put(scalingPolicies, policy);
    return { PolicyARN: policyArn(policy), Alarms: showAlarms(policy) };
  },
});
