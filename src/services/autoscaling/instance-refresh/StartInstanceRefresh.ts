/**
 * Replaces the group's instances by ones of its present configuration, a few at a time. Desired configurations and
 * rollback, checkpoints, alarms, bake times and launching before terminating are not served.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { uuid } from '../../../platform/identifiers.ts';
import type { RefreshPreferences } from '../../../shapes/generated/autoscaling.ts';
import { autoscaling } from '../autoscaling.ts';
import { notServed, requireServed, validationError } from '../errors.ts';
import { type GroupRecord, groupCheck } from '../group/group.ts';
import { policyConditions } from '../group/group-request.ts';
import { requestReconcile } from '../group/request-reconcile.ts';
import { type InstanceRecord, instancesOf } from '../instance/instance.ts';
import { firstType, resolveVersion } from '../instance/launch-request.ts';
import { asServiceRole } from '../service-role/service-role.ts';
import { activeRefresh, type RefreshRecord, refreshes } from './instance-refresh.ts';

const NOT_SERVED = [
  'AlarmSpecification',
  'AutoRollback',
  'BakeTime',
  'CheckpointDelay',
  'CheckpointPercentages',
] as const;

const DEFAULT_MIN_HEALTHY_PERCENTAGE = 90;

const PROTECTED = ['Refresh', 'Ignore', 'Wait'] as const;
const STANDBY = ['Terminate', 'Ignore', 'Wait'] as const;

export default autoscaling.operation('StartInstanceRefresh', {
  checks: async (context, input) => ({
    group: await groupCheck(context, 'StartInstanceRefresh', input.AutoScalingGroupName, () =>
      policyConditions(input.DesiredConfiguration?.MixedInstancesPolicy),
    ),
  }),
  async preconditions({ tx }, input, { group: { record: group } }) {
    const { Preferences: preferences = {}, Strategy: strategy = 'Rolling' } = input;
    requireServed(input, ['DesiredConfiguration']);
    requireServed(preferences, NOT_SERVED);
    if (strategy !== 'Rolling') throw notServed(`instance refreshes with the strategy ${strategy}`);
    if ((preferences.MaxHealthyPercentage ?? 100) > 100) throw notServed('a MaxHealthyPercentage above 100');
    preferencesOf(group, preferences);
    if (await activeRefresh(tx, group)) {
      throw new AwsError(
        'InstanceRefreshInProgress',
        'An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.',
      );
    }
  },
  /** The number that the template's version stands for, to know which instances have it already. */
  async calls(ctx, input, { group: { record: group } }) {
    const { source } = group;
    if (!input.Preferences?.SkipMatching || source.kind === 'configuration') return undefined;
    const call = await asServiceRole(ctx, group.serviceRoleArn);
    return String((await resolveVersion(call, source.template)).VersionNumber);
  },
  async execute(context, input, { group: { record: group } }, version) {
    const { tx, account, region, nowMs, entropy } = context;
    const preferences = preferencesOf(group, input.Preferences ?? {});
    const found = (await instancesOf(tx, group)).filter((instance) =>
      isToReplace(group, instance, preferences, version),
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
      ...preferences,
    };
    tx.put(refreshes, refresh);
    requestReconcile(context, group, context.ports.delays.scaled(1000));
    return { InstanceRefreshId: refresh.id };
  },
});

type Preferences = Pick<
  RefreshRecord,
  'minHealthyPercentage' | 'warmupSeconds' | 'skipsMatching' | 'protectedInstances' | 'standbyInstances'
>;

function preferencesOf(group: GroupRecord, asked: RefreshPreferences): Preferences {
  const { MinHealthyPercentage: minHealthyPercentage = DEFAULT_MIN_HEALTHY_PERCENTAGE } = asked;
  if (minHealthyPercentage < 0 || minHealthyPercentage > 100) {
    throw validationError('MinHealthyPercentage must be between 0 and 100.');
  }
  return {
    minHealthyPercentage,
    warmupSeconds: asked.InstanceWarmup ?? group.defaultWarmupSeconds ?? group.healthCheckGraceSeconds,
    skipsMatching: asked.SkipMatching ?? false,
    protectedInstances: oneOf(PROTECTED, 'ScaleInProtectedInstances', asked.ScaleInProtectedInstances),
    standbyInstances: oneOf(STANDBY, 'StandbyInstances', asked.StandbyInstances),
  };
}

function oneOf<T extends string>(allowed: readonly T[], name: string, value: string | undefined): T {
  const found = allowed.find((each) => each === (value ?? 'Wait'));
  if (found) return found;
  throw validationError(`Invalid ${name}. Valid values are: [${allowed.join(', ')}].`);
}

function isToReplace(
  group: GroupRecord,
  instance: InstanceRecord,
  preferences: Preferences,
  version: string | undefined,
): boolean {
  if (instance.state === 'Standby') return preferences.standbyInstances !== 'Ignore';
  if (instance.state !== 'InService') return false;
  if (instance.isProtected && preferences.protectedInstances === 'Ignore') return false;
  return !preferences.skipsMatching || !matches(group, instance, version);
}

function matches({ source }: GroupRecord, instance: InstanceRecord, version: string | undefined): boolean {
  if (source.kind === 'configuration') return instance.launchConfigurationName === source.name;
  const { launchTemplate: template } = instance;
  const isSameVersion = template?.id === source.template.id && template.version === version;
  return isSameVersion && (firstType({ source }) ?? instance.type) === instance.type;
}
