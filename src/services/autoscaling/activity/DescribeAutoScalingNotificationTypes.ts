/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingNotificationTypes.html */
import { autoscaling } from '../autoscaling.ts';
import { accountCheck } from '../group/group.ts';

export default autoscaling.operation('DescribeAutoScalingNotificationTypes', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'DescribeAutoScalingNotificationTypes') }),
  execute: () => ({
    AutoScalingNotificationTypes: [
      'autoscaling:EC2_INSTANCE_LAUNCH',
      'autoscaling:EC2_INSTANCE_LAUNCH_ERROR',
      'autoscaling:EC2_INSTANCE_TERMINATE',
      'autoscaling:EC2_INSTANCE_TERMINATE_ERROR',
      'autoscaling:TEST_NOTIFICATION',
    ],
  }),
});
