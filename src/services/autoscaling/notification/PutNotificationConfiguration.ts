/**
 * Chooses of what a group tells a topic, in place of what was chosen for it.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutNotificationConfiguration.html
 */
import { autoscaling } from '../autoscaling.ts';
import { groupCheck, groups } from '../group/group.ts';
import { requireNotification } from './notification.ts';

export default autoscaling.operation('PutNotificationConfiguration', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'PutNotificationConfiguration', input.AutoScalingGroupName),
  }),
  preconditions: (_context, { TopicARN, NotificationTypes }) =>
    requireNotification(TopicARN, NotificationTypes),
  execute({ tx }, { TopicARN, NotificationTypes }, { group: { record: group } }) {
    const types = [...new Set(NotificationTypes)];
    tx.put(groups, { ...group, notifications: { ...group.notifications, [TopicARN]: types } });
    return {};
  },
});
