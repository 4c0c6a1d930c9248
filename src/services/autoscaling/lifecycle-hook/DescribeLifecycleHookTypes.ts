/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeLifecycleHookTypes.html */
import { autoscaling } from '../autoscaling.ts';
import { accountCheck } from '../group/group.ts';
import { TRANSITIONS } from './lifecycle-hook.ts';

export default autoscaling.operation('DescribeLifecycleHookTypes', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'DescribeLifecycleHookTypes') }),
  execute: () => ({ LifecycleHookTypes: Object.values(TRANSITIONS) }),
});
