/**
 * Members that are not named stay as they are. A new bound moves the desired capacity along, where that is not named.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html
 */
import { told } from '../activity/activity.ts';
import { autoscaling } from '../autoscaling.ts';
import { scalingActivityInProgress } from '../errors.ts';
import { configurationNotFound, findConfiguration } from '../launch-configuration/launch-configuration.ts';
import { asServiceRole, checkPassRole, ensureServiceRole } from '../service-role/service-role.ts';
import { checkGroup } from './group.ts';
import { resolveNetwork } from './group-network.ts';
import {
  assertOneSource,
  assertRequest,
  assertSizes,
  requestConditions,
  settingsOf,
  updatedSizes,
} from './group-request.ts';
import { assertMixedPolicy, resolveSource } from './launch-source.ts';
import { changeGroup } from './wake.ts';

export default autoscaling.operation('UpdateAutoScalingGroup', {
  checks: async (context, input) => ({
    group: await checkGroup(context, 'UpdateAutoScalingGroup', input.AutoScalingGroupName, () =>
      requestConditions(input),
    ),
    passRole: checkPassRole(context, input.ServiceLinkedRoleARN),
  }),

  async preconditions(context, input, { group: { record: group } }) {
    const { LaunchConfigurationName: configuration, MixedInstancesPolicy } = input;
    assertRequest(input);
    assertOneSource(input, { isRequired: false });
    if (MixedInstancesPolicy) assertMixedPolicy(MixedInstancesPolicy);
    if (configuration && !(await findConfiguration(context.tx, context, configuration))) {
      throw configurationNotFound(configuration);
    }
    if (group.isDeleting) {
      throw scalingActivityInProgress(`AutoScalingGroup ${group.name} is being deleted.`);
    }
    assertSizes(updatedSizes(input, group));
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
        pendingCause: told(
          context.nowMs,
          `${request} changing the desired capacity from ${group.desiredCapacity} to ${desiredCapacity}.`,
        ),
      }),
    });
    return {};
  },
});
