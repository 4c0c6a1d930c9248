/**
 * A group goes once it has no instances; by force it takes them along, once lifecycle hooks let them go. It is shown as
 * being deleted, and empty, until it is gone.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html
 */
import { changedCapacity } from '../activity/activity.ts';
import { autoscaling } from '../autoscaling.ts';
import { resourceInUse, scalingActivityInProgress, validationError } from '../errors.ts';
import { instancesOf, isLeaving } from '../instance/instance.ts';
import { launchesOf } from '../instance/launch-record.ts';
import { type GroupRecord, groupCheck } from './group.ts';
import { changeGroup } from './request-reconcile.ts';

export default autoscaling.operation('DeleteAutoScalingGroup', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'DeleteAutoScalingGroup', input.AutoScalingGroupName, () => ({
      'autoscaling:ForceDelete': input.ForceDelete ?? false,
    })),
  }),
  async execute(context, { ForceDelete: force }, { group: { record: group } }) {
    requireUnprotected(group, force ?? false);
    const instances = await instancesOf(context.tx, group);
    const launches = await launchesOf(context.tx, group);
    const isEmpty = instances.length === 0 && launches.length === 0;
    if (!force && !isEmpty) {
      const isGoing = launches.length > 0 || instances.every(isLeaving);
      throw isGoing
        ? scalingActivityInProgress(
            'You cannot delete an AutoScalingGroup while there are scaling activities in progress for that group.',
          )
        : resourceInUse(
            'You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.',
          );
    }
    changeGroup(context, {
      ...group,
      isDeleting: true,
      minSize: 0,
      maxSize: 0,
      suspended: {},
      ...changedCapacity(group, 0, context.nowMs, 'a user request force deleted AutoScalingGroup'),
    });
    return {};
  },
});

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/resource-deletion-protection.html */
function requireUnprotected({ name, deletionProtection = 'none' }: GroupRecord, force: boolean): void {
  if (deletionProtection === 'none' || (deletionProtection === 'prevent-force-deletion' && !force)) return;
  throw validationError(
    `AutoScalingGroup ${name} cannot be deleted: its deletion protection is ${deletionProtection}. ` +
      'Update the deletion protection of the group to a less restrictive level first.',
  );
}
