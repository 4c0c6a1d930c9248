/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeTerminationPolicyTypes.html */
import { autoscaling } from '../autoscaling.ts';
import { accountCheck } from '../group/group.ts';
import { TERMINATION_POLICIES } from './scale-in.ts';

export default autoscaling.operation('DescribeTerminationPolicyTypes', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'DescribeTerminationPolicyTypes') }),
  execute: () => ({ TerminationPolicyTypes: [...TERMINATION_POLICIES] }),
});
