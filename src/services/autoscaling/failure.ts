/** For `explain`: what became of a launch, and what of it EC2 or CloudTrail knows more of. */
import type { Scope } from '../../aws/scope.ts';
import { unreadOf } from '../../invoke/imported/unread.ts';
import type {
  FailureSource,
  ResourceFailure,
  StandingFailure,
  UnderWay,
} from '../../invoke/ports/failure-source.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { type ActivityRecord, activities, findActivity } from './activity/activity.ts';
import { kindOf } from './activity/activity-kind.ts';
import { DESCRIBE_ACTIVITIES } from './adoption/adopt-groups.ts';
import { findGroup, groupName, groups } from './group/group.ts';
import { launchRole } from './group-launches.ts';
import { findRefresh, type RefreshRecord } from './instance-refresh/instance-refresh.ts';

export const failureSource: FailureSource = { failureOf, underWay, outcomeOf, standing, unread };

/** Groups whose latest activity failed. */
async function standing(tx: ReadTransaction, limit: number): Promise<StandingFailure[]> {
  const failed: StandingFailure[] = [];
  for (const { account, region, name } of await tx.list(groups)) {
    const [latest] = await activitiesOf(tx, { account, region }, name, 1);
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

/** An activity or an instance refresh that has not ended, or a group whose first launch has not. */
async function underWay(tx: ReadTransaction, scope: Scope, subject: string): Promise<UnderWay | undefined> {
  const refresh = await findRefresh(tx, scope, subject);
  if (refresh) return refresh.endedAtMs === undefined ? refreshUnderWay(refresh) : undefined;
  const asked = await findActivity({ tx, ...scope }, subject);
  const [latest] = asked ? [asked] : await activitiesOf(tx, scope, groupName(subject), 1);
  if (!latest || latest.endedAtMs !== undefined) return undefined;
  if (!asked && (await activitiesOf(tx, scope, latest.groupName)).some(hasFailed)) return undefined;
  const { startedAtMs: sinceMs, instanceId } = latest;
  const awaited = kindOf(latest)?.isLaunch && instanceId;
  const waitsFor = awaited ? [{ name: awaited, subject: awaited, sinceMs }] : [];
  return { what: whatOf(latest), sinceMs, waitsFor };
}

/** `The detachment of i-… from Auto Scaling group web` */
function whatOf(activity: ActivityRecord): string {
  const { instanceId = 'an instance', groupName: name, description } = activity;
  const what = kindOf(activity)?.what(instanceId) ?? `"${description}" of`;
  return `${what} Auto Scaling group ${name}`;
}

/** Of an activity that has come about. */
async function outcomeOf(tx: ReadTransaction, scope: Scope, id: string): Promise<string | undefined> {
  const activity = await findActivity({ tx, ...scope }, id);
  if (activity?.status !== 'Successful') return undefined;
  const { endedAtMs } = activity;
  const at = endedAtMs === undefined ? '' : ` at ${new Date(endedAtMs).toISOString()}`;
  return `${whatOf(activity)} has succeeded${at}.`;
}

function refreshUnderWay({ id, groupName: name, startedAtMs: sinceMs }: RefreshRecord): UnderWay {
  const waitsFor = [{ name: 'its launches', subject: name, sinceMs }];
  return { what: `Instance refresh ${id} of Auto Scaling group ${name}`, sinceMs, waitsFor };
}

async function unread(
  tx: ReadTransaction,
  scope: Scope,
  subject: string,
): Promise<readonly string[] | undefined> {
  const group = await findGroup(tx, scope, groupName(subject));
  if (!group) return undefined;
  const why = await unreadOf(tx, DESCRIBE_ACTIVITIES, scope);
  return why === undefined ? [] : [`the launches of Auto Scaling group ${group.name}: ${why}`];
}

/** The failure of an activity, or the last one of a group, which is named by name or ARN, or of a refresh. */
async function failureOf(
  tx: ReadTransaction,
  scope: Scope,
  subject: string,
): Promise<ResourceFailure | undefined> {
  const refresh = await findRefresh(tx, scope, subject);
  const ofGroup = await activitiesOf(tx, scope, refresh?.groupName ?? groupName(subject));
  const asked = await findActivity({ tx, ...scope }, subject);
  const failed =
    asked ??
    ofGroup.find((each) => each.statusMessage && (!refresh || isPartOf(refresh, each)) && hasFailed(each));
  if (!failed || !hasFailed(failed)) return undefined;
  const { refusedEventId: eventId, instanceId: resource, groupName: name, statusMessage } = failed;
  const kind = kindOf(failed);
  const group = kind?.isLaunch ? await findGroup(tx, scope, name) : undefined;
  return {
    ...(eventId ? { cause: { eventId } } : resource && { cause: { resource } }),
    symptom: kind
      ? `Auto Scaling group ${name} could not ${kind.verb}: ${statusMessage}`
      : `Auto Scaling group ${name}: ${failed.description}`,
    atMs: failed.endedAtMs ?? failed.startedAtMs,
    ...(group && { triedBy: { name, role: await launchRole(tx, group) } }),
    isOver: ofGroup.some((each) => each.startedAtMs >= failed.startedAtMs && hasMadeUpFor(failed, each)),
  };
}

const isPartOf = ({ startedAtMs, endedAtMs = Infinity }: RefreshRecord, activity: ActivityRecord) =>
  activity.startedAtMs >= startedAtMs && activity.startedAtMs <= endedAtMs;

/** Whatever launch, or else the same once more. */
function hasMadeUpFor(failed: ActivityRecord, later: ActivityRecord): boolean {
  const [one, other] = [kindOf(failed), kindOf(later)];
  return later.status === 'Successful' && (one === other || (one?.isLaunch && other?.isLaunch) === true);
}

const hasFailed = ({ status }: ActivityRecord) => status === 'Failed' || status === 'Cancelled';

/** The newest first. */
const activitiesOf = (
  tx: ReadTransaction,
  { account, region }: Scope,
  name: string,
  limit?: number,
): Promise<readonly ActivityRecord[]> =>
  tx.find(activities, 'group', { prefix: [account, region, name], reverse: true, limit });
