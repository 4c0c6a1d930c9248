/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeTerminationPolicyTypes.html */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { autoscaling } from '../autoscaling.ts';
import { TERMINATION_POLICIES } from './scale-in.ts';

export default autoscaling.operation('DescribeTerminationPolicyTypes', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'autoscaling:DescribeTerminationPolicyTypes') }),
  execute: () => ({ TerminationPolicyTypes: [...TERMINATION_POLICIES] }),
});
