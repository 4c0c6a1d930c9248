/**
 * Takes back an instance refresh that is under way. One that changes no configuration cannot be taken back, nor one whose
 * former configuration is a moving version of a template.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RollbackInstanceRefresh.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { autoscaling } from '../autoscaling.ts';
import { groupCheck } from '../group/group.ts';
import { activeRefresh, noActiveRefresh } from './instance-refresh.ts';
import { rollbackObstacle } from './refresh-request.ts';
import { rollBack } from './roll-back.ts';

export default autoscaling.operation('RollbackInstanceRefresh', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'RollbackInstanceRefresh', input.AutoScalingGroupName),
  }),
  async execute(context, _input, { group: { record: group } }) {
    const refresh = await activeRefresh(context.tx, group);
    if (!refresh || refresh.status === 'Cancelling' || refresh.rollback) throw noActiveRefresh(group);
    const obstacle = rollbackObstacle(group, refresh.desired);
    if (obstacle) throw new AwsError('IrreversibleInstanceRefresh', obstacle);
    await rollBack(context, group, refresh, 'The instance refresh was rolled back by a user request.');
    return { InstanceRefreshId: refresh.id };
  },
});
