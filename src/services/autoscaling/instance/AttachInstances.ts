/**
 * Running instances of the group's zones become its own, and its desired capacity grows by them.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AttachInstances.html
 */
import type { Instance } from '../../../shapes/generated/ec2.ts';
import { requireFewInstances } from '../account/limits.ts';
import { placementDetails, startActivity, timestamped } from '../activity/activity.ts';
import { ACTIVITY_KINDS } from '../activity/activity-kind.ts';
import { autoscaling } from '../autoscaling.ts';
import { validationError } from '../errors.ts';
import { type GroupRecord, groupCheck } from '../group/group.ts';
import { changeGroup } from '../group/request-reconcile.ts';
import { asServiceRole } from '../service-role/service-role.ts';
import { describeInstance } from './describe-instance.ts';
import { capacityChange, requireLaunching, resized } from './group-size.ts';
import { findInstance, type InstanceRecord, instances } from './instance.ts';
import { joinStep } from './steps.ts';

export default autoscaling.operation('AttachInstances', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'AttachInstances', input.AutoScalingGroupName),
  }),
  async preconditions(context, { InstanceIds: ids = [] }, { group: { record: group } }) {
    requireFewInstances(ids);
    requireLaunching(group);
    for (const id of ids) {
      const member = await findInstance(context.tx, context, id);
      if (member)
        throw validationError(`Instance ${id} is already part of AutoScalingGroup:${member.groupName} .`);
    }
    resized(group, new Set(ids).size, 'attach');
  },
  async calls(ctx, { InstanceIds: ids = [] }, { group: { record: group } }) {
    const call = await asServiceRole(ctx, group.serviceRoleArn);
    const found: Instance[] = [];
    for (const id of new Set(ids)) found.push(attachable(group, id, await describeInstance(call, id)));
    return found;
  },
  execute(context, _input, { group: { record: group } }, found) {
    const grown = resized(group, found.length, 'attach');
    const change = capacityChange(group.desiredCapacity, grown.desiredCapacity);
    const cause = timestamped(
      context.nowMs,
      `an instance was attached in response to a user request${change}.`,
    );
    for (const each of found) {
      const instance = recordOf(group, each);
      const { id: activityId } = startActivity(context, group, {
        instanceId: instance.instanceId,
        description: `${ACTIVITY_KINDS.attach.description}: ${instance.instanceId}`,
        cause,
        details: placementDetails(instance),
      });
      context.tx.put(instances, { ...instance, activityId });
      context.schedule(joinStep, { instanceId: instance.instanceId });
    }
    changeGroup(context, grown);
    return {};
  },
});

function attachable({ name, zones }: GroupRecord, id: string, seen: Instance | undefined): Instance {
  if (!seen) throw validationError(`Invalid Instance ID(s): [${id}].`);
  const state = seen.State?.Name;
  if (state !== 'running') {
    throw validationError(
      `Instance ${id} is in Invalid State ${state}. Instance(s) must be in running state.`,
    );
  }
  const zone = seen.Placement?.AvailabilityZone ?? '';
  if (!zones.includes(zone)) {
    throw validationError(
      `Instance ${id} is in availability zone ${zone}, which is none of AutoScalingGroup ${name}.`,
    );
  }
  return seen;
}

const recordOf = (group: GroupRecord, seen: Instance): InstanceRecord => ({
  account: group.account,
  region: group.region,
  groupName: group.name,
  instanceId: seen.InstanceId as string,
  zone: seen.Placement?.AvailabilityZone as string,
  zoneId: seen.Placement?.AvailabilityZoneId,
  subnetId: seen.SubnetId,
  type: seen.InstanceType as string,
  launchedAtMs: seen.LaunchTime ?? 0,
  state: 'Pending',
  health: 'Healthy',
  isProtected: group.protectsNewInstances,
});
