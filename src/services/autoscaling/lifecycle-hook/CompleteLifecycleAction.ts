/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CompleteLifecycleAction.html */
import { autoscaling } from '../autoscaling.ts';
import { validationError } from '../errors.ts';
import { groupCheck } from '../group/group.ts';
import { completeAction } from './complete-action.ts';
import { requireAction } from './lifecycle-action.ts';

export default autoscaling.operation('CompleteLifecycleAction', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'CompleteLifecycleAction', input.AutoScalingGroupName),
  }),
  async execute(context, input, { group: { record: group } }) {
    const { LifecycleActionResult: result } = input;
    if (result !== 'CONTINUE' && result !== 'ABANDON') {
      throw validationError(
        'Invalid Lifecycle Action Result. Valid Lifecycle Action Results are: [CONTINUE, ABANDON].',
      );
    }
    const action = await requireAction(context, group, input);
    await completeAction(context, action, result, `Lifecycle Action Completed with ${result} Result`);
    return {};
  },
});
