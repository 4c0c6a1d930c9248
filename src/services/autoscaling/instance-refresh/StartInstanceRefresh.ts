/**
 * Replaces the group's instances, a few at a time, by ones of its present configuration, or of the one that is asked for,
 * which becomes the group's once all are replaced. Root volumes that are replaced in place are not served.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { uuid } from '../../../platform/identifiers.ts';
import { autoscaling } from '../autoscaling.ts';
import { validationError } from '../errors.ts';
import { groupCheck } from '../group/group.ts';
import { policyConditions } from '../group/group-request.ts';
import { resolveSource } from '../group/launch-source.ts';
import { requestReconcile } from '../group/request-reconcile.ts';
import { instancesOf } from '../instance/instance.ts';
import { resolveVersion } from '../instance/launch-request.ts';
import { asServiceRole } from '../service-role/service-role.ts';
import { activeRefresh, type RefreshRecord, refreshes } from './instance-refresh.ts';
import { heedAlarmStep, raisedAlarms } from './refresh-alarms.ts';
import { isToReplace, preferencesOf, requireRefresh, rollbackObstacle } from './refresh-request.ts';

export default autoscaling.operation('StartInstanceRefresh', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'StartInstanceRefresh', input.AutoScalingGroupName, () =>
      policyConditions(input.DesiredConfiguration?.MixedInstancesPolicy),
    ),
  }),
  async preconditions({ tx }, input, { group: { record: group } }) {
    const { Preferences: preferences = {}, Strategy: strategy = 'Rolling', DesiredConfiguration } = input;
    requireRefresh(group, DesiredConfiguration, preferences, strategy);
    preferencesOf(group, preferences);
    if (await activeRefresh(tx, group)) {
      throw new AwsError(
        'InstanceRefreshInProgress',
        'An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.',
      );
    }
  },
  /** The desired configuration is tried as the group's own was; the number of its version tells which instances have it. */
  async calls(ctx, input, { group: { record: group } }) {
    const call = await asServiceRole(ctx, group.serviceRoleArn);
    const desired = await resolveSource(ctx, call, input.DesiredConfiguration ?? {}, {
      placement: { zone: group.zones[0] as string, subnetId: group.subnets[0]?.id },
      capacityUnit: group.capacityUnit,
    });
    const raised = await raisedAlarms(call, input.Preferences?.AlarmSpecification?.Alarms ?? []);
    const source = desired ?? group.source;
    if (!input.Preferences?.SkipMatching || source.kind === 'configuration') return { desired, raised };
    return { desired, raised, version: String((await resolveVersion(call, source.template)).VersionNumber) };
  },
  async execute(context, input, { group: { record: group } }, { desired, raised, version }) {
    const { tx, account, region, nowMs, entropy } = context;
    const preferences = preferencesOf(group, input.Preferences ?? {});
    const obstacle = preferences.rollsBack ? rollbackObstacle(group, desired) : undefined;
    if (obstacle) throw validationError(obstacle);
    const found = (await instancesOf(tx, group)).filter((instance) =>
      isToReplace(desired ?? group.source, instance, preferences, version),
    );
    const refresh: RefreshRecord = {
      account,
      region,
      groupName: group.name,
      id: uuid(entropy),
      status: 'Pending',
      startedAtMs: nowMs,
      progressedAtMs: nowMs,
      instanceIds: found.map(({ instanceId }) => instanceId),
      left: found.length,
      percentage: 0,
      desired,
      desiredConfiguration: input.DesiredConfiguration,
      checkpointsPassed: 0,
      ...preferences,
    };
    tx.put(refreshes, refresh);
    for (const alarmName of raised) context.schedule(heedAlarmStep, { alarmName });
    requestReconcile(context, group, context.ports.delays.scaled(1000));
    return { InstanceRefreshId: refresh.id };
  },
});
