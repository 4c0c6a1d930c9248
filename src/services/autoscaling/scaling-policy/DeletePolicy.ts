/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeletePolicy.html */
import { autoscaling } from '../autoscaling.ts';
import { policyGroupCheck, requirePolicy } from './policy-request.ts';
import { scalingPolicies } from './scaling-policy.ts';

export default autoscaling.operation('DeletePolicy', {
  checks: async (context, input) => ({ group: await policyGroupCheck(context, 'DeletePolicy', input) }),
  async execute(context, input, { group: { record: group } }) {
    const { account, region, name } = await requirePolicy(context, group, input);
    context.tx.delete(scalingPolicies, [account, region, group.name, name]);
    return {};
  },
});
