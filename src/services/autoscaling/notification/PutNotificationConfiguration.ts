/**
 * Chooses of what a group tells a topic, in place of what was chosen for it.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutNotificationConfiguration.html
 */
import { MAX_TOPICS } from '../account/limits.ts';
import { autoscaling } from '../autoscaling.ts';
import { limitExceeded } from '../errors.ts';
import { groupCheck, groups } from '../group/group.ts';
import { requireNotification } from './notification.ts';

export default autoscaling.operation('PutNotificationConfiguration', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'PutNotificationConfiguration', input.AutoScalingGroupName),
  }),
  preconditions(_context, { TopicARN, NotificationTypes }, { group: { record: group } }) {
    requireNotification(TopicARN, NotificationTypes);
    const topics = new Set(Object.keys(group.notifications ?? {})).add(TopicARN);
    if (topics.size > MAX_TOPICS) {
      throw limitExceeded(`You have reached the limit of ${MAX_TOPICS} topics for an Auto Scaling group.`);
    }
  },
  execute({ tx }, { TopicARN, NotificationTypes }, { group: { record: group } }) {
    const types = [...new Set(NotificationTypes)];
    tx.put(groups, { ...group, notifications: { ...group.notifications, [TopicARN]: types } });
    return {};
  },
});
