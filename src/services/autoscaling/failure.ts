/** For `explain`: what became of a launch, and what of it EC2 or CloudTrail knows more of. */
import type { Scope } from '../../aws/scope.ts';
import type { FailureSource, ResourceFailure, StandingFailure } from '../../invoke/ports/failure-source.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { type ActivityRecord, activities, findActivity } from './activity/activity.ts';
import { groupName, groups } from './group/group.ts';

export const failureSource: FailureSource = { failureOf, underWay, standing };

/** Groups whose latest activity failed. */
async function standing(tx: ReadTransaction, limit: number): Promise<StandingFailure[]> {
  const failed: StandingFailure[] = [];
  for (const { account, region, name } of await tx.list(groups)) {
    const range = { prefix: [account, region, name], reverse: true, limit: 1 };
    const [latest] = await tx.find(activities, 'group', range);
    if (!latest || !hasFailed(latest)) continue;
    failed.push({
      kind: 'group',
      account,
      region,
      subject: name,
      atMs: latest.endedAtMs ?? latest.startedAtMs,
    });
    if (failed.length === limit) break;
  }
  return failed;
}

/** A group whose first launch has not ended. */
async function underWay(
  tx: ReadTransaction,
  { account, region }: Scope,
  subject: string,
): Promise<string | undefined> {
  const prefix = [account, region, groupName(subject)];
  const [latest] = await tx.find(activities, 'group', { prefix, reverse: true, limit: 1 });
  if (!latest || latest.endedAtMs !== undefined || (await lastFailed(tx, prefix))) return undefined;
  const since = new Date(latest.startedAtMs).toISOString();
  return `A launch of Auto Scaling group ${latest.groupName} is under way since ${since}; nothing has failed yet.`;
}

/** The failure of an activity, or the last one of a group, which is named by name or ARN. */
async function failureOf(
  tx: ReadTransaction,
  { account, region }: Scope,
  subject: string,
): Promise<ResourceFailure | undefined> {
  const activity =
    (await findActivity({ tx, account, region }, subject)) ??
    (await lastFailed(tx, [account, region, groupName(subject)]));
  const about = activity?.refusedEventId ?? activity?.instanceId;
  if (!activity?.statusMessage || !about) return undefined;
  return {
    cause: activity.refusedEventId ? { eventId: about } : { resource: about },
    symptom: `Auto Scaling group ${activity.groupName} could not launch: ${activity.statusMessage}`,
  };
}

const hasFailed = ({ status }: ActivityRecord) => status === 'Failed' || status === 'Cancelled';

async function lastFailed(
  tx: ReadTransaction,
  prefix: readonly string[],
): Promise<ActivityRecord | undefined> {
  return (await tx.find(activities, 'group', { prefix, reverse: true })).find(hasFailed);
}
