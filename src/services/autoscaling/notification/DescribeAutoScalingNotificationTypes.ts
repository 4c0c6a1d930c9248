/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingNotificationTypes.html */
import { autoscaling } from '../autoscaling.ts';
import { accountCheck } from '../group/group.ts';
import { NOTIFICATION_TYPES } from './notification.ts';

export default autoscaling.operation('DescribeAutoScalingNotificationTypes', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'DescribeAutoScalingNotificationTypes') }),
  execute: () => ({ AutoScalingNotificationTypes: [...NOTIFICATION_TYPES] }),
});
