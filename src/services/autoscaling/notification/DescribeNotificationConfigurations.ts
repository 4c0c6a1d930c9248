/**
 * Shows of what groups tell which topics.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeNotificationConfigurations.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { autoscaling } from '../autoscaling.ts';
import { groups } from '../group/group.ts';
import { pageOf } from '../page.ts';
import { showNotifications } from './notification.ts';

export default autoscaling.operation('DescribeNotificationConfigurations', {
  readOnly: true,
  checks: (context) => ({
    describe: accountCheck(context, 'autoscaling:DescribeNotificationConfigurations'),
  }),
  async execute({ tx, account, region }, input) {
    const { AutoScalingGroupNames: names } = input;
    const found = (await tx.list(groups, { prefix: [account, region] }))
      .filter(({ name }) => !names?.length || names.includes(name))
      .flatMap(showNotifications);
    const { items, NextToken } = pageOf(
      found,
      ({ AutoScalingGroupName = '', TopicARN = '', NotificationType = '' }) => [
        AutoScalingGroupName,
        TopicARN,
        NotificationType,
      ],
      input,
    );
    return { NotificationConfigurations: [...items], NextToken };
  },
});
