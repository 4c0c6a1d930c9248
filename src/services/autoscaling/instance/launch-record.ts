/** A launch under way: the record, its table, and how one begins. */
import type { Scope } from '../../../aws/scope.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { placementDetails, startActivity } from '../activity/activity.ts';
import { ACTIVITY_KINDS } from '../activity/activity-kind.ts';
import type { GroupRecord, LaunchSource } from '../group/group.ts';
import type { PlannedLaunch } from './allocation.ts';
import type { LaunchRequest } from './launch-request.ts';
import { launchStep } from './steps.ts';

/** It has no instance yet, and counts as one. */
export interface LaunchRecord extends Scope {
  readonly groupName: string;
  readonly activityId: string;
  readonly begunAtMs: number;
  /** The group's, or what an instance refresh is to make it. */
  readonly source: LaunchSource;
  readonly planned: PlannedLaunch;
  /** What EC2 is asked, once it is settled: a repeated request must be the same. */
  readonly asked?: LaunchRequest;
  /** It is launched into the warm pool. */
  readonly isWarm?: boolean;
  /** Of a Spot Instance request that EC2 is to fulfil. */
  readonly spotRequestId?: string;
}

export const launches = table<LaunchRecord>()({
  name: 'autoscaling.launches',
  key: ({ account, region, activityId }) => [account, region, activityId],
  indexes: {
    group: ({ account, region, groupName }) => [[account, region, groupName]],
    spotRequest: ({ account, region, spotRequestId: id }) => (id ? [[account, region, id]] : []),
  },
});

export const launchesOf = (tx: ReadTransaction, { account, region, name }: GroupRecord, limit?: number) =>
  tx.find(launches, 'group', { prefix: [account, region, name], limit });

export function beginLaunch(
  context: EffectContext,
  group: GroupRecord,
  planned: PlannedLaunch,
  cause: string,
  { isWarm = false } = {},
): void {
  const { account, region, nowMs: begunAtMs } = context;
  const { id: activityId } = startActivity(context, group, {
    description: launching(isWarm),
    cause,
    journey: isWarm ? { Origin: 'EC2', Destination: 'WarmPool' } : undefined,
    details: placementDetails(planned),
    status: 'WaitingForInstanceId',
    progress: 20,
  });
  const { name: groupName, source } = group;
  const launch = { account, region, groupName, activityId, begunAtMs, source, planned, isWarm };
  context.tx.put(launches, launch);
  context.schedule(launchStep, { activityId });
}

export const launching = (isWarm = false): string =>
  (isWarm ? ACTIVITY_KINDS.launchIntoPool : ACTIVITY_KINDS.launch).description;

export const forgetLaunch = ({ tx }: EffectContext, { account, region, activityId }: LaunchRecord) =>
  tx.delete(launches, [account, region, activityId]);
