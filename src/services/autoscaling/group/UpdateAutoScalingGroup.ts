/**
 * Members that are not named stay as they are. A new bound moves the desired capacity along, where that is not named.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html
 */
import type { EffectContext, ResolveContext } from '../../../invoke/context.ts';
import type { UpdateAutoScalingGroupType } from '../../../shapes/generated/autoscaling.ts';
import { changedCapacity } from '../activity/activity.ts';
import { autoscaling } from '../autoscaling.ts';
import { scalingActivityInProgress, validationError } from '../errors.ts';
import { instances, instancesOf } from '../instance/instance.ts';
import { activeRefresh } from '../instance-refresh/instance-refresh.ts';
import { configurationNotFound, findConfiguration } from '../launch-configuration/launch-configuration.ts';
import { asServiceRole, ensureServiceRole, passServiceRoleCheck } from '../service-role/service-role.ts';
import { requireWarmable } from '../warm-pool/requirements.ts';
import { type GroupRecord, groupCheck, type LaunchSource } from './group.ts';
import { resolveNetwork } from './group-network.ts';
import {
  requestConditions,
  requireOneSource,
  requireRequest,
  requireSizes,
  updatedSizes,
} from './group-request.ts';
import { settingsOf } from './group-settings.ts';
import { resolveSource } from './launch-source.ts';
import { overridesOf, requireMixedPolicy } from './mixed-policy.ts';
import { awaitExpiry, changeGroup } from './request-reconcile.ts';

export default autoscaling.operation('UpdateAutoScalingGroup', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'UpdateAutoScalingGroup', input.AutoScalingGroupName, () =>
      requestConditions(input),
    ),
    passRole: passServiceRoleCheck(context, input.ServiceLinkedRoleARN),
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
    await requireNoRefresh(context, input, group);
  },

  async calls(ctx, input, { group: { record: group } }) {
    const roleArn = input.ServiceLinkedRoleARN ?? group.serviceRoleArn;
    if (input.ServiceLinkedRoleARN) await ensureServiceRole(ctx, roleArn);
    const call = await asServiceRole(ctx, roleArn);
    const network = await resolveNetwork(call, input);
    const { zones, subnets } = network ?? group;
    const source = await resolveSource(ctx, call, input, {
      placement: { zone: zones[0] as string, subnetId: subnets[0]?.id },
      capacityUnit: settingsOf(input, group).capacityUnit,
    });
    return { network, source };
  },

  async execute(context, input, { group: { record: group } }, { network, source }) {
    const sizes = updatedSizes(input, group);
    const { minSize, maxSize, desiredCapacity } = sizes;
    const request = `a user request update of AutoScalingGroup constraints to min: ${minSize}, max: ${maxSize}, desired: ${desiredCapacity}`;
    const settings = settingsOf(input, group);
    if (source) {
      if (group.warmPool) await requireWarmable(context.tx, { ...group, ...settings, source });
      await weighAnew(context, group, source);
    }
    if (settings.maxLifetimeSeconds !== group.maxLifetimeSeconds) {
      for (const instance of await instancesOf(context.tx, group))
        awaitExpiry(context, { ...group, ...settings }, instance);
    }
    changeGroup(context, {
      ...group,
      ...settings,
      ...network,
      ...sizes,
      ...(source && { source }),
      ...changedCapacity(group, desiredCapacity, context.nowMs, request),
    });
    return {};
  },
});

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html */
async function requireNoRefresh(
  { tx }: ResolveContext,
  { LaunchConfigurationName, LaunchTemplate, MixedInstancesPolicy }: UpdateAutoScalingGroupType,
  group: GroupRecord,
): Promise<void> {
  if (!LaunchConfigurationName && !LaunchTemplate && !MixedInstancesPolicy) return;
  if (!(await activeRefresh(tx, group))?.desired) return;
  throw validationError(
    'An active instance refresh with a desired configuration exists. All configuration options derived from the ' +
      'desired configuration are not available for update while the instance refresh is active.',
  );
}

/** Weights hold for the instances that there are, too; a type that is no longer listed keeps its last. */
async function weighAnew({ tx }: EffectContext, group: GroupRecord, source: LaunchSource): Promise<void> {
  if (source.kind !== 'mixed') return;
  const weights = new Map(
    overridesOf(source.policy).map(({ InstanceType, WeightedCapacity }) => [InstanceType, WeightedCapacity]),
  );
  for (const instance of await instancesOf(tx, group)) {
    const weight = weights.get(instance.type);
    if (weight !== undefined) tx.put(instances, { ...instance, weight: Number(weight) });
  }
}
