/**
 * A snapshot's way into the archive tier and out of it. For an encrypted one EBS asks KMS in the caller's name, and opens
 * the data key through a grant of its own; what KMS refuses shows on the snapshot (aws-facts B8.9, B8.10).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { CallContext, EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { DAY_MS } from '../../../platform/durations.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { ec2 } from '../ec2.ts';
import {
  grantToService,
  openForCaller,
  openForService,
  retireGrants,
  type VolumeGrant,
} from '../encryption/data-key.ts';
import { type Attempt, attempt, hasFailed } from '../encryption/kms-failure.ts';
import { endFastRestores } from '../fast-restore/fast-restore-states.ts';
import { findResource } from '../resource/kind.ts';
import { NO_VOLUME, snapshotKind, snapshots } from './snapshot.ts';
import type { SnapshotRecord, TierMove } from './snapshot-record.ts';
import { archived, isMoving, tierOf } from './storage-tier.ts';
import { emitRestoreExpiry, emitTierEvent } from './tier-event.ts';

/** https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-archive.html#archive-quotas */
const MAX_UNDER_WAY = { archival: 25, restore: 5 };
const MAX_ARCHIVED_OF_VOLUME = 25;

const isRestore = ({ kind }: TierMove) => kind !== 'archival';

/** Throws where it is moving already, or others of the account are at the limit. */
export async function requireMovable(
  tx: ReadTransaction,
  snapshot: SnapshotRecord,
  direction: 'archival' | 'restore',
): Promise<void> {
  const { account, region, id, volumeId } = snapshot;
  if (isMoving(snapshot)) {
    throw new AwsError('IncorrectState', `The storage tier of the snapshot '${id}' is being changed.`);
  }
  const own = await tx.list(snapshots, { prefix: [account, region] });
  const moving = own.filter(
    (each) => isMoving(each) && isRestore(each.tiering!.move!) === (direction === 'restore'),
  );
  if (moving.length >= MAX_UNDER_WAY[direction]) {
    const what = direction === 'archival' ? 'archives' : 'restores';
    throw new AwsError(
      'ResourceLimitExceeded',
      `Too many snapshot ${what} in progress. The limit is ${MAX_UNDER_WAY[direction]}.`,
    );
  }
  if (direction === 'restore' || volumeId === NO_VOLUME) return;
  const ofVolume = own.filter((each) => each.volumeId === volumeId && tierOf(each) === 'archive');
  if (ofVolume.length < MAX_ARCHIVED_OF_VOLUME) return;
  throw new AwsError(
    'ResourceLimitExceeded',
    `The volume '${volumeId}' has ${MAX_ARCHIVED_OF_VOLUME} archived snapshots, which is the limit.`,
  );
}

/** Asks KMS in the caller's name. Undefined for a snapshot that is not encrypted. */
export async function askForMove(
  ctx: CallContext,
  { dataKey }: SnapshotRecord,
): Promise<Attempt<VolumeGrant> | undefined> {
  if (!dataKey) return undefined;
  const { keyArn } = dataKey;
  const described = await attempt('DescribeKey', keyArn, () =>
    ctx.call('kms', 'DescribeKey', { KeyId: keyArn }),
  );
  if (hasFailed(described)) return described;
  const opened = await openForCaller(ctx, dataKey);
  if (hasFailed(opened)) return opened;
  opened.value.fill(0);
  return grantToService(ctx, dataKey);
}

/** The move is in progress, and ends a little later, well or not. */
export function startMove(
  context: EffectContext,
  snapshot: SnapshotRecord,
  { kind, days }: Pick<TierMove, 'kind' | 'days'>,
  asked: Attempt<VolumeGrant> | undefined,
): void {
  const refused = asked && hasFailed(asked) ? asked.failure : undefined;
  const grant = asked && !hasFailed(asked) ? asked.value : undefined;
  const move: TierMove = {
    ...{ kind, days, grant },
    status: 'in-progress',
    startedAtMs: context.nowMs,
    requestId: context.requestId,
  };
  const tiering = { tier: tierOf(snapshot), ...snapshot.tiering, move };
  context.tx.put(snapshots, { ...snapshot, tiering, failure: refused });
  context.schedule(moveTierStep, { snapshotId: snapshot.id }, { delayMs: context.ports.delays.scaled(5000) });
}

const moveTierStep = workflowRef<{ snapshotId: string }>('ec2.snapshot.move-tier');

export const moveTierWorkflow = workflow(moveTierStep, ec2, async (ctx, { snapshotId }) => {
  const snapshot = await ctx.read((tx) => findResource(tx, snapshotKind, ctx, snapshotId));
  if (!snapshot || !isMoving(snapshot)) return undefined;
  const { grant } = snapshot.tiering!.move!;
  const opened = grant && snapshot.dataKey && (await openForService(ctx, snapshot.dataKey));
  if (opened && !hasFailed(opened)) opened.value.fill(0);
  if (grant) await retireGrants(ctx, [grant]);
  const failure = opened && hasFailed(opened) ? opened.failure : snapshot.failure;

  return async (context) => {
    const current = await findResource(context.tx, snapshotKind, context, snapshotId);
    if (!current || !isMoving(current)) return;
    const move = { ...current.tiering!.move!, grant: undefined };
    const status = failure ? 'failed' : 'completed';
    const ended = {
      ...current,
      failure,
      tiering: { ...current.tiering!, move: { ...move, status } },
    } as const;
    const moved = failure ? ended : endsOf[move.kind](context, ended);
    context.tx.put(snapshots, moved);
    if (tierOf(moved) === 'archive') await endFastRestores(context, moved);
    emitTierEvent(context, moved);
  };
});

type End = (context: EffectContext, snapshot: SnapshotRecord) => SnapshotRecord;

const endsOf: Readonly<Record<TierMove['kind'], End>> = {
  archival: ({ nowMs }, snapshot) => {
    const { tiering, ...rest } = archived(snapshot);
    return { ...rest, tiering: { ...tiering!, archivedAtMs: nowMs } };
  },
  'temporary-restore': (context, snapshot) => restoredFor(context, snapshot, snapshot.tiering!.move!.days!),
  'permanent-restore': (_context, snapshot) => ({
    ...snapshot,
    tiering: { ...snapshot.tiering, tier: 'standard', restoreExpiresAtMs: undefined },
  }),
};

/** In the standard tier for so many days from now on. */
export function restoredFor(context: EffectContext, snapshot: SnapshotRecord, days: number): SnapshotRecord {
  const expiresAtMs = context.nowMs + days * DAY_MS;
  context.schedule(expireRestoreStep, { snapshotId: snapshot.id, expiresAtMs }, { delayMs: days * DAY_MS });
  return {
    ...snapshot,
    tiering: { ...snapshot.tiering, tier: 'standard', restoreExpiresAtMs: expiresAtMs },
  };
}

/** A temporary restore becomes a permanent one, at once: the blocks are there. */
export function keepRestored(context: EffectContext, snapshot: SnapshotRecord): void {
  const { nowMs: startedAtMs, requestId } = context;
  const move = { kind: 'permanent-restore', status: 'completed', startedAtMs, requestId } as const;
  const kept = endsOf[move.kind](context, { ...snapshot, tiering: { ...snapshot.tiering!, move } });
  context.tx.put(snapshots, kept);
  emitTierEvent(context, kept);
}

/** A temporary restore ends, unless its period was changed since. */
export const expireRestoreStep = workflowRef<{ snapshotId: string; expiresAtMs: number }>(
  'ec2.snapshot.expire-restore',
);

export const expireRestoreWorkflow = workflow(
  expireRestoreStep,
  ec2,
  async (_ctx, { snapshotId, expiresAtMs }) =>
    async (context) => {
      const snapshot = await findResource(context.tx, snapshotKind, context, snapshotId);
      if (snapshot?.tiering?.restoreExpiresAtMs !== expiresAtMs) return;
      context.tx.put(snapshots, archived(snapshot));
      await endFastRestores(context, snapshot);
      emitRestoreExpiry(context, snapshot);
    },
);
