/**
 * Actions that wait for the hook are completed: abandoned where an instance is launching, continued where one is
 * terminating. https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteLifecycleHook.html
 */
import { autoscaling } from '../autoscaling.ts';
import { validationError } from '../errors.ts';
import { groupCheck } from '../group/group.ts';
import { completeAction } from './complete-action.ts';
import { actionsOf } from './lifecycle-action.ts';
import { findHook, hooks, TRANSITIONS } from './lifecycle-hook.ts';

export default autoscaling.operation('DeleteLifecycleHook', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'DeleteLifecycleHook', input.AutoScalingGroupName),
  }),
  async execute(context, { LifecycleHookName: name }, { group: { record: group } }) {
    const { tx, account, region } = context;
    const hook = await findHook(tx, group, name);
    if (!hook) throw validationError(`No Lifecycle Hook found with name ${name}.`);
    tx.delete(hooks, [account, region, group.name, name]);
    const result = hook.transition === TRANSITIONS.launch ? 'ABANDON' : 'CONTINUE';
    for (const action of await actionsOf(tx, group)) {
      if (action.hookName === name)
        await completeAction(context, action, result, 'Lifecycle Hook was deleted');
    }
    return {};
  },
});
