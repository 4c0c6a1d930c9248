/** An instance refresh: the instances of a group replaced, a few at a time. The record, its table, and how AWS shows it. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import type {
  DesiredConfiguration,
  InstanceRefresh,
  RefreshPreferences,
} from '../../../shapes/generated/autoscaling.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { type GroupRecord, groupArn, type HealthyRange, type LaunchSource } from '../group/group.ts';

type RefreshStatus =
  | 'Pending'
  | 'InProgress'
  | 'Baking'
  | 'Cancelling'
  | 'Cancelled'
  | 'Successful'
  | 'Failed'
  | 'RollbackInProgress'
  | 'RollbackSuccessful'
  | 'RollbackFailed';

export interface Rollback {
  readonly reason: string;
  readonly startedAtMs: number;
  readonly percentage: number;
  readonly left: number;
}

export interface RefreshRecord extends Scope {
  readonly groupName: string;
  readonly id: string;
  readonly status: RefreshStatus;
  readonly statusReason?: string;
  readonly startedAtMs: number;
  readonly endedAtMs?: number;
  /** When the last instance was replaced, or the first was begun with. */
  readonly progressedAtMs: number;
  /** The instances to replace, as they were found at the start, or at that of the rollback. */
  readonly instanceIds: readonly string[];
  /** How many of them are left. */
  readonly left: number;
  readonly percentage: number;
  /** What the group is to launch from, and becomes once all are replaced; absent where it stays what it is. */
  readonly desired?: LaunchSource;
  /** The request's own words for it. */
  readonly desiredConfiguration?: DesiredConfiguration;
  readonly rollback?: Rollback;
  readonly range: HealthyRange;
  readonly warmupSeconds: number;
  readonly skipsMatching: boolean;
  readonly protectedInstances: 'Refresh' | 'Ignore' | 'Wait';
  readonly standbyInstances: 'Terminate' | 'Ignore' | 'Wait';
  readonly rollsBack: boolean;
  /** Where it waits, in percent of what is to be replaced; it ends at the last. */
  readonly checkpoints: readonly number[];
  readonly checkpointSeconds: number;
  readonly checkpointsPassed: number;
  readonly bakeSeconds: number;
  /** Names of alarms, any of which ends it. */
  readonly alarms: readonly string[];
  /** It waits, at a checkpoint or baking. */
  readonly waitsUntilMs?: number;
}

const ACTIVE: ReadonlySet<RefreshStatus> = new Set([
  'Pending',
  'InProgress',
  'Baking',
  'Cancelling',
  'RollbackInProgress',
]);

export const refreshes = table<RefreshRecord>()({
  name: 'autoscaling.instance-refreshes',
  key: ({ account, region, groupName, startedAtMs, id }) => [account, region, groupName, startedAtMs, id],
  indexes: {
    alarm: ({ account, region, status, alarms }) =>
      ACTIVE.has(status) ? alarms.map((alarm) => [account, region, alarm]) : [],
  },
});

/** Newest first. */
export const refreshesOf = (tx: ReadTransaction, { account, region, name }: GroupRecord) =>
  tx.list(refreshes, { prefix: [account, region, name], reverse: true });

export async function findRefresh(
  tx: ReadTransaction,
  { account, region }: Scope,
  refreshId: string,
): Promise<RefreshRecord | undefined> {
  return (await tx.list(refreshes, { prefix: [account, region] })).find(({ id }) => id === refreshId);
}

export async function activeRefresh(
  tx: ReadTransaction,
  group: GroupRecord,
): Promise<RefreshRecord | undefined> {
  const [latest] = await refreshesOf(tx, group);
  return latest && ACTIVE.has(latest.status) ? latest : undefined;
}

export const noActiveRefresh = ({ name }: GroupRecord) =>
  new AwsError(
    'ActiveInstanceRefreshNotFound',
    `No in progress or pending Instance Refresh found for Auto Scaling group ${name}`,
  );

/** The group as it launches: as the refresh wants it, unless that is being taken back. */
export const refreshedGroup = (group: GroupRecord, refresh: RefreshRecord | undefined): GroupRecord =>
  refresh?.desired && !refresh.rollback ? { ...group, source: refresh.desired } : group;

const EVENTS: Partial<Readonly<Record<RefreshStatus, string>>> = {
  InProgress: 'Started',
  Successful: 'Succeeded',
  Failed: 'Failed',
  Cancelled: 'Cancelled',
  RollbackInProgress: 'Rollback Started',
  RollbackSuccessful: 'Rollback Succeeded',
  RollbackFailed: 'Rollback Failed',
};

/** The refresh with another status; EventBridge gets an event of it. */
export function changeStatus(
  context: EffectContext,
  group: GroupRecord,
  refresh: RefreshRecord,
  change: Partial<RefreshRecord> & { readonly status: RefreshStatus },
): RefreshRecord {
  const endedAtMs = ACTIVE.has(change.status) ? undefined : context.nowMs;
  const changed = { ...refresh, ...change, endedAtMs };
  context.tx.put(refreshes, changed);
  const event = EVENTS[change.status];
  if (event && change.status !== refresh.status) emitRefresh(context, group, refresh, event);
  return changed;
}

export function emitRefresh(
  context: EffectContext,
  group: GroupRecord,
  { id, groupName }: RefreshRecord,
  event: string,
  more: Readonly<Record<string, string>> = {},
): void {
  context.emit({
    source: 'aws.autoscaling',
    detailType: `EC2 Auto Scaling Instance Refresh ${event}`,
    resources: [groupArn(group)],
    detail: { InstanceRefreshId: id, AutoScalingGroupName: groupName, ...more },
  });
}

export const showRefresh = (refresh: RefreshRecord): InstanceRefresh => ({
  InstanceRefreshId: refresh.id,
  AutoScalingGroupName: refresh.groupName,
  Status: refresh.status,
  StatusReason: refresh.statusReason,
  StartTime: refresh.startedAtMs,
  EndTime: refresh.endedAtMs,
  PercentageComplete: refresh.percentage,
  InstancesToUpdate: refresh.left,
  Preferences: showPreferences(refresh),
  DesiredConfiguration: refresh.desiredConfiguration,
  RollbackDetails: refresh.rollback && {
    RollbackReason: refresh.rollback.reason,
    RollbackStartTime: refresh.rollback.startedAtMs,
    PercentageCompleteOnRollback: refresh.rollback.percentage,
    InstancesToUpdateOnRollback: refresh.rollback.left,
  },
  Strategy: 'Rolling',
});

const showPreferences = (refresh: RefreshRecord): RefreshPreferences => ({
  MinHealthyPercentage: refresh.range.minPercentage,
  MaxHealthyPercentage: refresh.range.maxPercentage,
  InstanceWarmup: refresh.warmupSeconds,
  CheckpointPercentages: refresh.checkpoints.length > 0 ? [...refresh.checkpoints] : undefined,
  CheckpointDelay: refresh.checkpoints.length > 0 ? refresh.checkpointSeconds : undefined,
  SkipMatching: refresh.skipsMatching,
  AutoRollback: refresh.rollsBack,
  ScaleInProtectedInstances: refresh.protectedInstances,
  StandbyInstances: refresh.standbyInstances,
  AlarmSpecification: refresh.alarms.length > 0 ? { Alarms: [...refresh.alarms] } : undefined,
  BakeTime: refresh.bakeSeconds > 0 ? refresh.bakeSeconds : undefined,
});
