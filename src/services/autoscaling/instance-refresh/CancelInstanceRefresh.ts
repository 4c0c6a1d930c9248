/** What was replaced stays replaced. https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CancelInstanceRefresh.html */
import { autoscaling } from '../autoscaling.ts';
import { groupCheck } from '../group/group.ts';
import { requestReconcile } from '../group/request-reconcile.ts';
import { activeRefresh, changeStatus, noActiveRefresh } from './instance-refresh.ts';

export default autoscaling.operation('CancelInstanceRefresh', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'CancelInstanceRefresh', input.AutoScalingGroupName),
  }),
  async execute(context, input, { group: { record: group } }) {
    const refresh = await activeRefresh(context.tx, group);
    if (!refresh || refresh.status === 'Cancelling') throw noActiveRefresh(group);
    const waits = input.WaitForTransitioningInstances ?? true;
    changeStatus(context, group, refresh, { status: waits ? 'Cancelling' : 'Cancelled' });
    requestReconcile(context, group);
    return { InstanceRefreshId: refresh.id };
  },
});
