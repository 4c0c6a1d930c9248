/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribePolicies.html */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { autoscaling } from '../autoscaling.ts';
import { findGroup, groupNotFound } from '../group/group.ts';
import { pageOf } from '../page.ts';
import { policyArn, scalingPolicies, showPolicy } from './scaling-policy.ts';

export default autoscaling.operation('DescribePolicies', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'autoscaling:DescribePolicies') }),
  async execute(context, input) {
    const { tx, account, region } = context;
    const { AutoScalingGroupName: groupName, PolicyNames: names, PolicyTypes: types } = input;
    if (groupName !== undefined && !(await findGroup(tx, context, groupName))) throw groupNotFound(groupName);
    const all = await tx.list(scalingPolicies, {
      prefix: groupName === undefined ? [account, region] : [account, region, groupName],
    });
    const found = all.filter(
      (policy) =>
        (!names?.length || names.includes(policy.name) || names.includes(policyArn(policy))) &&
        (!types?.length || types.includes(policy.type)),
    );
    const { items, NextToken } = pageOf(found, scalingPolicies.key, input);
    const byAction = await context.ports.alarms.byAction(tx, context);
    return {
      ScalingPolicies: items.map((policy) => ({
        ...showPolicy(policy),
        Alarms: (byAction.get(policyArn(policy)) ?? []).map(({ name, arn }) => ({
          AlarmName: name,
          AlarmARN: arn,
        })),
      })),
      NextToken,
    };
  },
});
