/**
 * Tells a topic no more; one that is told nothing stays so.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteNotificationConfiguration.html
 */
import { autoscaling } from '../autoscaling.ts';
import { groupCheck, groups } from '../group/group.ts';

export default autoscaling.operation('DeleteNotificationConfiguration', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'DeleteNotificationConfiguration', input.AutoScalingGroupName),
  }),
  execute({ tx }, { TopicARN }, { group: { record: group } }) {
    const { [TopicARN]: _deleted, ...notifications } = group.notifications ?? {};
    tx.put(groups, { ...group, notifications });
    return {};
  },
});
