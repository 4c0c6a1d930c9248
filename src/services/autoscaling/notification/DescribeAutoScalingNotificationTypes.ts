/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingNotificationTypes.html */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { autoscaling } from '../autoscaling.ts';
import { NOTIFICATION_TYPES } from './notification.ts';

export default autoscaling.operation('DescribeAutoScalingNotificationTypes', {
  readOnly: true,
  checks: (context) => ({
    describe: accountCheck(context, 'autoscaling:DescribeAutoScalingNotificationTypes'),
  }),
  execute: () => ({ AutoScalingNotificationTypes: [...NOTIFICATION_TYPES] }),
});
