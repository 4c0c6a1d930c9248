/** A scaling activity: what a group does, and why; and the events of its end (aws-facts E3, D4). */
import type { Scope } from '../../../aws/scope.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import { uuid } from '../../../platform/identifiers.ts';
import type { Activity } from '../../../shapes/generated/autoscaling.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { type GroupRecord, groupArn } from '../group/group.ts';

type StatusCode =
  | 'WaitingForInstanceId'
  | 'WaitingForSpotInstanceId'
  | 'PreInService'
  | 'MidLifecycleAction'
  | 'InProgress'
  | 'Successful'
  | 'Failed'
  | 'Cancelled';

type Place = 'EC2' | 'AutoScalingGroup' | 'WarmPool';

export interface Journey {
  readonly Origin: Place;
  readonly Destination: Place;
}

export interface ActivityRecord extends Scope {
  readonly id: string;
  readonly groupName: string;
  readonly groupArn: string;
  readonly instanceId?: string;
  readonly description: string;
  readonly cause: string;
  readonly startedAtMs: number;
  readonly endedAtMs?: number;
  readonly status: StatusCode;
  readonly statusMessage?: string;
  readonly progress: number;
  /** As AWS spells its members: `Subnet ID`, `Availability Zone`. */
  readonly details: Readonly<Record<string, string>>;
  /** Where the instance comes from and goes to, where the warm pool has a part in it. */
  readonly journey?: Journey;
  /** CloudTrail's event id of the call that was refused, for `explain`. */
  readonly refusedEventId?: string;
}

export const activities = table<ActivityRecord>()({
  name: 'autoscaling.activities',
  key: ({ account, region, startedAtMs, id }) => [account, region, startedAtMs, id],
  indexes: {
    id: ({ account, region, id }) => [[account, region, id]],
    group: ({ account, region, groupName, startedAtMs }) => [[account, region, groupName, startedAtMs]],
  },
});

/** How AWS writes a time within a sentence. */
const timeInText = (atMs: number) => `${new Date(atMs).toISOString().slice(0, 19)}Z`;

/** One sentence of a cause; two blanks stand between sentences. */
export const timestamped = (atMs: number, sentence: string) => `At ${timeInText(atMs)} ${sentence}`;

/** Why the capacity is about to be another, for the activities that follow. What stays as it is causes none (aws-facts E3.12). */
export const changedCapacity = (
  { desiredCapacity: before, pendingCause }: GroupRecord,
  desiredCapacity: number,
  atMs: number,
  reason: string,
) => ({
  desiredCapacity,
  pendingCause:
    before === desiredCapacity
      ? pendingCause
      : timestamped(atMs, `${reason} changing the desired capacity from ${before} to ${desiredCapacity}.`),
});
export const causeOf = (...sentences: readonly (string | undefined)[]) =>
  sentences.filter((sentence) => sentence !== undefined).join('  ');

export const placementDetails = ({
  zone,
  subnetId,
}: {
  readonly zone: string;
  readonly subnetId?: string;
}) => ({
  ...(subnetId && { 'Subnet ID': subnetId }),
  'Availability Zone': zone,
});

type NewActivity = Pick<ActivityRecord, 'description' | 'cause' | 'details'> &
  Partial<Pick<ActivityRecord, 'instanceId' | 'status' | 'progress' | 'journey'>>;

export function startActivity(
  context: EffectContext,
  group: GroupRecord,
  activity: NewActivity,
): ActivityRecord {
  const { account, region, nowMs } = context;
  const record: ActivityRecord = {
    status: 'InProgress',
    progress: 0,
    ...activity,
    account,
    region,
    id: uuid(context.entropy),
    groupName: group.name,
    groupArn: groupArn(group),
    startedAtMs: nowMs,
  };
  context.tx.put(activities, record);
  return record;
}

export async function findActivity(
  { tx, account, region }: Scope & { readonly tx: ReadTransaction },
  id: string | undefined,
): Promise<ActivityRecord | undefined> {
  if (id === undefined) return undefined;
  const [activity] = await tx.find(activities, 'id', { prefix: [account, region, id], limit: 1 });
  return activity;
}

export async function changeActivity(
  context: EffectContext,
  id: string | undefined,
  change: Partial<ActivityRecord>,
): Promise<ActivityRecord | undefined> {
  const activity = await findActivity(context, id);
  if (!activity) return undefined;
  const changed = { ...activity, ...change };
  context.tx.put(activities, changed);
  return changed;
}

type Outcome =
  | { readonly status: 'Successful' }
  | { readonly status: 'Failed' | 'Cancelled'; readonly statusMessage?: string };

/** The activity at its end. AWS rounds the end to whole seconds. */
export function endActivity(
  context: EffectContext,
  id: string | undefined,
  change: Outcome & Partial<ActivityRecord>,
): Promise<ActivityRecord | undefined> {
  const endedAtMs = Math.ceil(context.nowMs / 1000) * 1000;
  return changeActivity(context, id, { ...change, endedAtMs, progress: 100 });
}

export const JOURNEYS = {
  Launch: { Origin: 'EC2', Destination: 'AutoScalingGroup' },
  Terminate: { Origin: 'AutoScalingGroup', Destination: 'EC2' },
} as const satisfies Record<string, Journey>;

/** `EC2 Instance Launch Successful` and its kin. */
export function emitOutcome(
  context: EffectContext,
  activity: ActivityRecord,
  what: 'Launch' | 'Terminate',
  outcome: 'Successful' | 'Unsuccessful',
): void {
  const { account, region, instanceId } = activity;
  const instanceArn = `arn:aws:ec2:${region}:${account}:instance/${instanceId}`;
  context.emit({
    source: 'aws.autoscaling',
    detailType: `EC2 Instance ${what} ${outcome}`,
    resources: [activity.groupArn, ...(instanceId ? [instanceArn] : [])],
    detail: {
      StatusCode: outcome === 'Successful' ? 'InProgress' : 'Failed',
      Description: activity.description,
      AutoScalingGroupName: activity.groupName,
      ActivityId: activity.id,
      Details: activity.details,
      RequestId: activity.id,
      StatusMessage: activity.statusMessage ?? '',
      EndTime: new Date(activity.endedAtMs ?? context.nowMs).toISOString(),
      EC2InstanceId: instanceId ?? '',
      StartTime: new Date(activity.startedAtMs).toISOString(),
      Cause: activity.cause,
      ...(activity.journey ?? JOURNEYS[what]),
    },
  });
}

export function showActivity(activity: ActivityRecord): Activity {
  return {
    ActivityId: activity.id,
    AutoScalingGroupName: activity.groupName,
    Description: activity.description,
    Cause: activity.cause,
    StartTime: activity.startedAtMs,
    EndTime: activity.endedAtMs,
    StatusCode: activity.status,
    StatusMessage: activity.statusMessage,
    Progress: activity.progress,
    Details: JSON.stringify(activity.details),
    AutoScalingGroupARN: activity.groupArn,
  };
}
