/** An instance refresh: the instances of a group replaced, a few at a time. The record, its table, and how AWS shows it. */
import type { Scope } from '../../../aws/scope.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import type { InstanceRefresh } from '../../../shapes/generated/autoscaling.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { type GroupRecord, groupArn } from '../group/group.ts';

type RefreshStatus = 'Pending' | 'InProgress' | 'Cancelling' | 'Cancelled' | 'Successful' | 'Failed';

export interface RefreshRecord extends Scope {
  readonly groupName: string;
  readonly id: string;
  readonly status: RefreshStatus;
  readonly statusReason?: string;
  readonly startedAtMs: number;
  readonly endedAtMs?: number;
  /** When the last instance was replaced, or the first was begun with. */
  readonly progressedAtMs: number;
  /** The instances to replace, as they were found at the start. */
  readonly instanceIds: readonly string[];
  /** How many of them are left. */
  readonly left: number;
  readonly percentage: number;
  readonly minHealthyPercentage: number;
  readonly warmupSeconds: number;
  readonly skipsMatching: boolean;
  readonly protectedInstances: 'Refresh' | 'Ignore' | 'Wait';
  readonly standbyInstances: 'Terminate' | 'Ignore' | 'Wait';
}

export const refreshes = table<RefreshRecord>()({
  name: 'autoscaling.instance-refreshes',
  key: ({ account, region, groupName, startedAtMs, id }) => [account, region, groupName, startedAtMs, id],
});

/** Newest first. */
export const refreshesOf = (tx: ReadTransaction, { account, region, name }: GroupRecord) =>
  tx.list(refreshes, { prefix: [account, region, name], reverse: true });

const ACTIVE: ReadonlySet<RefreshStatus> = new Set(['Pending', 'InProgress', 'Cancelling']);

export async function activeRefresh(
  tx: ReadTransaction,
  group: GroupRecord,
): Promise<RefreshRecord | undefined> {
  const [latest] = await refreshesOf(tx, group);
  return latest && ACTIVE.has(latest.status) ? latest : undefined;
}

const EVENTS: Partial<Readonly<Record<RefreshStatus, string>>> = {
  InProgress: 'Started',
  Successful: 'Succeeded',
  Failed: 'Failed',
  Cancelled: 'Cancelled',
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
  if (event && change.status !== refresh.status) {
    context.emit({
      source: 'aws.autoscaling',
      detailType: `EC2 Auto Scaling Instance Refresh ${event}`,
      resources: [groupArn(group)],
      detail: { InstanceRefreshId: refresh.id, AutoScalingGroupName: group.name },
    });
  }
  return changed;
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
  Preferences: {
    MinHealthyPercentage: refresh.minHealthyPercentage,
    InstanceWarmup: refresh.warmupSeconds,
    SkipMatching: refresh.skipsMatching,
    AutoRollback: false,
    ScaleInProtectedInstances: refresh.protectedInstances,
    StandbyInstances: refresh.standbyInstances,
  },
  Strategy: 'Rolling',
});
