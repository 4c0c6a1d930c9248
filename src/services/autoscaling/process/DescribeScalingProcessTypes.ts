/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingProcessTypes.html */
import { autoscaling } from '../autoscaling.ts';
import { accountCheck } from '../group/group.ts';
import { SCALING_PROCESSES } from './scaling-process.ts';

export default autoscaling.operation('DescribeScalingProcessTypes', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'DescribeScalingProcessTypes') }),
  execute: () => ({ Processes: SCALING_PROCESSES.map((ProcessName) => ({ ProcessName })) }),
});
