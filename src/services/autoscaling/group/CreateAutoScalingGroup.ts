/**
 * Makes the service-linked role first, where the account has none and the caller may. After an instance, it makes a launch
 * configuration of the group's name, too. Load balancers are refused by name.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html
 */
import { uuid } from '../../../platform/identifiers.ts';
import { MAX_GROUPS } from '../account/limits.ts';
import { timestamped } from '../activity/activity.ts';
import { autoscaling } from '../autoscaling.ts';
import { alreadyExists, limitExceeded, validationError } from '../errors.ts';
import { modelOf } from '../launch-configuration/from-instance.ts';
import {
  configurationNotFound,
  findConfiguration,
  putConfiguration,
  requireNewConfiguration,
} from '../launch-configuration/launch-configuration.ts';
import { passHookRoleCheck, requestedTarget, requireTarget } from '../lifecycle-hook/hook-target.ts';
import { hooks, requestedHook, requireHookLimit } from '../lifecycle-hook/lifecycle-hook.ts';
import {
  asServiceRole,
  defaultServiceRole,
  ensureServiceRole,
  passServiceRoleCheck,
} from '../service-role/service-role.ts';
import { mergeTags, requestTagKeys, requestTags } from '../tag/tag.ts';
import { findGroup, type GroupRecord, groupArn, groups } from './group.ts';
import { networkAround, resolveNetwork } from './group-network.ts';
import { creationConditions, requireOneSource, requireRequest, requireSizes } from './group-request.ts';
import { defaultSettings, settingsOf } from './group-settings.ts';
import { resolveSource } from './launch-source.ts';
import { requireMixedPolicy } from './mixed-policy.ts';
import { changeGroup } from './request-reconcile.ts';

export default autoscaling.operation('CreateAutoScalingGroup', {
  checks(context, input) {
    const { account, region } = context;
    const tags = mergeTags([], requestTags(context.caller, input.Tags));
    const group = {
      action: 'autoscaling:CreateAutoScalingGroup',
      resource: groupArn({ account, region, id: '*', name: input.AutoScalingGroupName }),
      account,
      record: undefined,
      conditions: () => ({ ...creationConditions(input), ...requestTagKeys(tags) }),
    };
    return {
      group,
      passRole: passServiceRoleCheck(context, input.ServiceLinkedRoleARN),
      passHookRoles: (input.LifecycleHookSpecificationList ?? []).flatMap(
        (hook) => passHookRoleCheck(hook) ?? [],
      ),
    };
  },

  async preconditions(context, input) {
    const { tx, account, region } = context;
    const {
      AutoScalingGroupName: name,
      LaunchConfigurationName: configuration,
      MixedInstancesPolicy,
    } = input;
    if (name.includes(':')) throw validationError('Group name must not contain a colon (:).');
    if (await findGroup(tx, context, name)) {
      throw alreadyExists(
        `AutoScalingGroup by this name already exists - A group with the name ${name} already exists`,
      );
    }
    requireRequest(input);
    requireOneSource(input, { isRequired: true });
    if (MixedInstancesPolicy) requireMixedPolicy(MixedInstancesPolicy);
    if (configuration && !(await findConfiguration(tx, context, configuration))) {
      throw configurationNotFound(configuration);
    }
    if (input.InstanceId) await requireNewConfiguration(tx, context, name);
    const specified = input.LifecycleHookSpecificationList ?? [];
    requireHookLimit(specified.length);
    for (const hook of specified) requestedHook({ account, region, name }, hook, undefined);
    const all = await tx.list(groups, { prefix: [account, region] });
    if (all.length >= MAX_GROUPS) {
      throw limitExceeded(`You have reached the limit of ${MAX_GROUPS} Auto Scaling groups.`);
    }
    requireSizes(sizesOf(input));
  },

  async calls(ctx, input) {
    for (const hook of input.LifecycleHookSpecificationList ?? []) {
      await requireTarget(ctx, requestedTarget(ctx, hook));
    }
    const roleArn = input.ServiceLinkedRoleARN ?? defaultServiceRole(ctx.account);
    await ensureServiceRole(ctx, roleArn);
    const call = await asServiceRole(ctx, roleArn);
    const model = input.InstanceId ? await modelOf(ctx, call, input.InstanceId) : undefined;
    const network =
      (await resolveNetwork(call, input)) ?? (model && (await networkAround(call, model.placement)));
    const [zone] = network?.zones ?? [];
    if (!network || !zone) throw validationError('At least one Availability Zone or VPC Subnet is required.');
    if (model)
      return {
        roleArn,
        network,
        model,
        source: { kind: 'configuration', name: input.AutoScalingGroupName } as const,
      };
    const source = await resolveSource(ctx, call, input, {
      placement: { zone, subnetId: network.subnets[0]?.id },
      capacityUnit: settingsOf(input, defaultSettings(roleArn)).capacityUnit,
    });
    if (!source) throw new Error('a request has one launch source');
    return { roleArn, network, source, model };
  },

  execute(context, input, _verdicts, { roleArn, network, source, model }) {
    const { account, region, nowMs, entropy, caller } = context;
    const sizes = sizesOf(input);
    const group: GroupRecord = {
      account,
      region,
      name: input.AutoScalingGroupName,
      id: uuid(entropy),
      createdAtMs: nowMs,
      ...sizes,
      ...network,
      source,
      ...settingsOf(input, defaultSettings(roleArn)),
      suspended: {},
      tags: requestTags(caller, input.Tags),
      metrics: [],
      pendingCause: timestamped(
        nowMs,
        `a user request created an AutoScalingGroup changing the desired capacity from 0 to ${sizes.desiredCapacity}.`,
      ),
    };
    if (model) putConfiguration(context, group.name, model.settings);
    for (const hook of input.LifecycleHookSpecificationList ?? []) {
      context.tx.put(hooks, requestedHook(group, hook, undefined));
    }
    changeGroup(context, group);
    return {};
  },
});

const sizesOf = (input: { MinSize: number; MaxSize: number; DesiredCapacity?: number }) => ({
  minSize: input.MinSize,
  maxSize: input.MaxSize,
  desiredCapacity: input.DesiredCapacity ?? input.MinSize,
});
