/** Launches what a group lacks, once it is known what its launches may be of. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import { startActivity } from '../activity/activity.ts';
import { ACTIVITY_KINDS } from '../activity/activity-kind.ts';
import type { GroupRecord } from '../group/group.ts';
import { requestReconcile } from '../group/request-reconcile.ts';
import { capacityOf, type Occupant, PLAIN_POOL, type Pool, planLaunches } from '../instance/allocation.ts';
import { beginLaunch, launchesOf } from '../instance/launch-record.ts';
import { launchRefusal } from '../instance/launched.ts';
import { failLaunch } from '../instance/lifecycle.ts';
import type { RefreshRecord } from '../instance-refresh/instance-refresh.ts';

export type Pools = readonly Pool[] | AwsError | undefined;

/** A group, and what its launches are of. */
export interface Situation {
  readonly group: GroupRecord;
  /** Under way. */
  readonly refresh: RefreshRecord | undefined;
  /** The same group as it launches: what the refresh is to make of it. */
  readonly asLaunched: GroupRecord;
  /** Known once EC2 has been asked, which is done where something is to be launched. */
  readonly pools: Pools;
}

interface Lack {
  readonly taken: readonly Occupant[];
  readonly wanted: number;
  readonly cause: string;
  /** Into the warm pool. */
  readonly isWarm?: boolean;
}

/** A group of whatever size does not keep the others waiting: the last of these to be launched has it go on. */
const MAX_UNDER_WAY = 100;

/**
 * Whether all that is wanted is launched. Nothing is where EC2 has to be asked first for the pools of a mixed instances policy,
 * or there are none.
 */
export async function launch(
  context: EffectContext,
  { group, asLaunched, pools: found }: Situation,
  { taken, wanted, cause, isWarm }: Lack,
): Promise<boolean> {
  const pools = asLaunched.source.kind === 'mixed' ? found : [PLAIN_POOL];
  if (pools instanceof AwsError) {
    await refuse(context, group, cause, pools);
    return false;
  }
  if (!pools) {
    requestReconcile(context, group, 0, { isToLaunch: true });
    return false;
  }
  const underWay = await launchesOf(context.tx, group);
  const planned = planLaunches(asLaunched, pools, taken, wanted, MAX_UNDER_WAY - underWay.length);
  for (const each of planned) beginLaunch(context, asLaunched, each, cause, { isWarm });
  return capacityOf([...taken, ...planned]) >= wanted;
}

/** Nothing can be launched: its template is gone, or no type has what is asked for. */
async function refuse(
  context: EffectContext,
  group: GroupRecord,
  cause: string,
  { message, eventId }: AwsError,
): Promise<void> {
  const { id } = startActivity(context, group, {
    description: ACTIVITY_KINDS.launch.description,
    cause,
    details: {},
  });
  const failure = {
    status: 'Failed',
    statusMessage: launchRefusal(message),
    refusedEventId: eventId,
  } as const;
  await failLaunch(context, { ...group, pendingCause: undefined }, id, failure);
}
