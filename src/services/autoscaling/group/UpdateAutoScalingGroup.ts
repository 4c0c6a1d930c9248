/**
 * Members that are not named stay as they are. A new bound moves the desired capacity along, where that is not named.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html
 */
import { timestamped } from '../activity/activity.ts';
import { autoscaling } from '../autoscaling.ts';
import { scalingActivityInProgress } from '../errors.ts';
import { configurationNotFound, findConfiguration } from '../launch-configuration/launch-configuration.ts';
import { asServiceRole, ensureServiceRole, passRoleCheck } from '../service-role/service-role.ts';
import { groupCheck } from './group.ts';
import { resolveNetwork } from './group-network.ts';
import {
  requestConditions,
  requireOneSource,
  requireRequest,
  requireSizes,
  updatedSizes,
} from './group-request.ts';
import { settingsOf } from './group-settings.ts';
import { requireMixedPolicy, resolveSource } from './launch-source.ts';
import { changeGroup } from './request-reconcile.ts';

export default autoscaling.operation('UpdateAutoScalingGroup', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'UpdateAutoScalingGroup', input.AutoScalingGroupName, () =>
      requestConditions(input),
    ),
    passRole: passRoleCheck(context, input.ServiceLinkedRoleARN),
  }),

  async preconditions(context, input, { group: { record: group } }) {
    const { LaunchConfigurationName: configuration, MixedInstancesPolicy } = input;
    requireRequest(input);
    requireOneSource(input, { isRequired: false });
    if (MixedInstancesPolicy) requireMixedPolicy(MixedInstancesPolicy);
    if (configuration && !(await findConfiguration(context.tx, context, configuration))) {
      throw configurationNotFound(configuration);
    }
    if (group.isDeleting) {
      throw scalingActivityInProgress(`AutoScalingGroup ${group.name} is being deleted.`);
    }
    requireSizes(updatedSizes(input, group));
  },

  async calls(ctx, input, { group: { record: group } }) {
    const roleArn = input.ServiceLinkedRoleARN ?? group.serviceRoleArn;
    if (input.ServiceLinkedRoleARN) await ensureServiceRole(ctx, roleArn);
    const call = await asServiceRole(ctx, roleArn);
    const network = await resolveNetwork(call, input);
    const { zones, subnets } = network ?? group;
    const source = await resolveSource(ctx, call, input, {
      zone: zones[0] as string,
      subnetId: subnets[0]?.id,
    });
    return { network, source };
  },

  execute(context, input, { group: { record: group } }, { network, source }) {
    const sizes = updatedSizes(input, group);
    const { minSize, maxSize, desiredCapacity } = sizes;
    const isSized = [input.MinSize, input.MaxSize, input.DesiredCapacity].some((size) => size !== undefined);
    const request = `a user request update of AutoScalingGroup constraints to min: ${minSize}, max: ${maxSize}, desired: ${desiredCapacity}`;
    changeGroup(context, {
      ...group,
      ...settingsOf(input, group),
      ...network,
      ...sizes,
      ...(source && { source }),
      ...(isSized && {
        pendingCause: timestamped(
          context.nowMs,
          `${request} changing the desired capacity from ${group.desiredCapacity} to ${desiredCapacity}.`,
        ),
      }),
    });
    return {};
  },
});
