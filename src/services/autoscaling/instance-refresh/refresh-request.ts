/** What a request for an instance refresh says, and which instances it means. */
import type { DesiredConfiguration, RefreshPreferences } from '../../../shapes/generated/autoscaling.ts';
import { notServed, validationError } from '../errors.ts';
import type { GroupRecord, LaunchSource, TemplateSource } from '../group/group.ts';
import { requirePercentages } from '../group/group-settings.ts';
import { hasRequirements, overridesOf, requireMixedPolicy } from '../group/mixed-policy.ts';
import type { InstanceRecord } from '../instance/instance.ts';
import type { RefreshRecord } from './instance-refresh.ts';

const DEFAULT_RANGE = { minPercentage: 90, maxPercentage: 100 };
const DEFAULT_CHECKPOINT_SECONDS = 3600;
const MAX_ALARMS = 10;
const MAX_WAIT_SECONDS = 48 * 3600;

const PROTECTED = ['Refresh', 'Ignore', 'Wait'] as const;
const STANDBY = ['Terminate', 'Ignore', 'Wait'] as const;

type Preferences = Pick<
  RefreshRecord,
  | 'range'
  | 'warmupSeconds'
  | 'skipsMatching'
  | 'protectedInstances'
  | 'standbyInstances'
  | 'rollsBack'
  | 'checkpoints'
  | 'checkpointSeconds'
  | 'bakeSeconds'
  | 'alarms'
>;

/** The preferences, over those of the group. Throws AWS's error. */
export function preferencesOf(group: GroupRecord, asked: RefreshPreferences): Preferences {
  const checkpoints = asked.CheckpointPercentages ?? [];
  requireCheckpoints(checkpoints);
  if ((asked.AlarmSpecification?.Alarms ?? []).length > MAX_ALARMS) {
    throw validationError(`An AlarmSpecification can have at most ${MAX_ALARMS} alarms.`);
  }
  return {
    range: rangeOf(group, asked),
    warmupSeconds: asked.InstanceWarmup ?? group.defaultWarmupSeconds ?? group.healthCheckGraceSeconds,
    skipsMatching: asked.SkipMatching ?? false,
    protectedInstances: oneOf(PROTECTED, 'ScaleInProtectedInstances', asked.ScaleInProtectedInstances),
    standbyInstances: oneOf(STANDBY, 'StandbyInstances', asked.StandbyInstances),
    rollsBack: asked.AutoRollback ?? false,
    checkpoints,
    checkpointSeconds: waitOf('CheckpointDelay', asked.CheckpointDelay ?? DEFAULT_CHECKPOINT_SECONDS),
    bakeSeconds: waitOf('BakeTime', asked.BakeTime ?? 0),
    alarms: asked.AlarmSpecification?.Alarms ?? [],
  };
}

function rangeOf({ maintenance }: GroupRecord, asked: RefreshPreferences): RefreshRecord['range'] {
  const { minPercentage: min, maxPercentage: max } = maintenance ?? DEFAULT_RANGE;
  const { MinHealthyPercentage: minPercentage = min, MaxHealthyPercentage: maxPercentage = max } = asked;
  requirePercentages(minPercentage, maxPercentage);
  return { minPercentage, maxPercentage };
}

function requireCheckpoints(percentages: readonly number[]): void {
  const isAscending = percentages.every(
    (each, index) => index === 0 || each > (percentages[index - 1] as number),
  );
  const isShare = percentages.every((each) => each >= 1 && each <= 100);
  if (isAscending && isShare) return;
  throw validationError('CheckpointPercentages must be unique, in ascending order, and between 1 and 100.');
}

function waitOf(name: string, seconds: number): number {
  if (seconds >= 0 && seconds <= MAX_WAIT_SECONDS) return seconds;
  throw validationError(`${name} must be between 0 and ${MAX_WAIT_SECONDS} seconds.`);
}

function oneOf<T extends string>(allowed: readonly T[], name: string, value: string | undefined): T {
  const found = allowed.find((each) => each === (value ?? 'Wait'));
  if (found) return found;
  throw validationError(`Invalid ${name}. Valid values are: [${allowed.join(', ')}].`);
}

/** Throws for what a desired configuration cannot be, or a group cannot be refreshed with. */
export function requireRefresh(
  group: GroupRecord,
  desired: DesiredConfiguration | undefined,
  preferences: RefreshPreferences,
  strategy: string,
): void {
  if (strategy !== 'Rolling') throw notServed(`instance refreshes with the strategy ${strategy}`);
  const { source } = group;
  const isByAttributes = source.kind === 'mixed' && hasRequirements(source.policy);
  if (isByAttributes && (desired || preferences.SkipMatching)) {
    const what = desired ? 'DesiredConfiguration' : 'SkipMatching';
    throw validationError(
      `${what} is not supported for Auto Scaling groups that use attribute-based instance type selection.`,
    );
  }
  if (!desired) return;
  const { LaunchTemplate: template, MixedInstancesPolicy: policy } = desired;
  if (Boolean(template) === Boolean(policy)) {
    throw validationError(
      'DesiredConfiguration must contain either a LaunchTemplate or a MixedInstancesPolicy.',
    );
  }
  if (policy) requireMixedPolicy(policy);
}

const isMoving = ({ version = '$Default' }: TemplateSource) => version.startsWith('$');

/** Why a refresh cannot be taken back; undefined where it can. */
export function rollbackObstacle(
  { name, source }: GroupRecord,
  desired: LaunchSource | undefined,
): string | undefined {
  if (!desired) {
    return 'The instance refresh has no desired configuration, and there is nothing to roll back to.';
  }
  if (source.kind === 'configuration' || !isMoving(source.template)) return undefined;
  return `Auto Scaling group ${name} uses ${source.template.version ?? '$Default'} of its launch template: to roll back, it must name a version by its number.`;
}

/** Whether an instance is among those to replace. `version` is the number that the source's stands for. */
export function isToReplace(
  source: LaunchSource,
  instance: InstanceRecord,
  preferences: Preferences,
  version: string | undefined,
): boolean {
  if (instance.state === 'Standby') return preferences.standbyInstances !== 'Ignore';
  if (instance.state !== 'InService') return false;
  if (instance.isProtected && preferences.protectedInstances === 'Ignore') return false;
  return !preferences.skipsMatching || !matches(source, instance, version);
}

function matches(source: LaunchSource, instance: InstanceRecord, version: string | undefined): boolean {
  if (source.kind === 'configuration') return instance.launchConfigurationName === source.name;
  const { launchTemplate: template } = instance;
  const isSameVersion = template?.id === source.template.id && template.version === version;
  if (!isSameVersion || source.kind === 'template') return isSameVersion;
  const overrides = overridesOf(source.policy);
  const listed = overrides.find(({ InstanceType }) => InstanceType === instance.type);
  return overrides.length === 0 || (listed !== undefined && listed.ImageId === instance.imageId);
}
