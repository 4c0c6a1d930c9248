/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingProcessTypes.html */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { autoscaling } from '../autoscaling.ts';
import { SCALING_PROCESSES } from './scaling-process.ts';

export default autoscaling.operation('DescribeScalingProcessTypes', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'autoscaling:DescribeScalingProcessTypes') }),
  execute: () => ({ Processes: SCALING_PROCESSES.map((ProcessName) => ({ ProcessName })) }),
});
