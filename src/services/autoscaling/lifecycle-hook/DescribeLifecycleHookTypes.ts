/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeLifecycleHookTypes.html */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { autoscaling } from '../autoscaling.ts';
import { TRANSITIONS } from './lifecycle-hook.ts';

export default autoscaling.operation('DescribeLifecycleHookTypes', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'autoscaling:DescribeLifecycleHookTypes') }),
  execute: () => ({ LifecycleHookTypes: Object.values(TRANSITIONS) }),
});
