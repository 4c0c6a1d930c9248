/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeletePolicy.html */
import { autoscaling } from '../autoscaling.ts';
import { policyGroupCheck, requirePolicy } from './policy-request.ts';
import { deletePolicy } from './tracking-alarms.ts';

export default autoscaling.operation('DeletePolicy', {
  checks: async (context, input) => ({ group: await policyGroupCheck(context, 'DeletePolicy', input) }),
  async execute(context, input, { group: { record: group } }) {
    deletePolicy(context, group, await requirePolicy(context, group, input));
    return {};
  },
});
