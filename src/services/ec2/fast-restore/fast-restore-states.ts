/** How a fast snapshot restore goes from state to state (https://docs.aws.amazon.com/ebs/latest/userguide/ebs-cloud-watch-events.html#fast-snapshot-restore-events). */
import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { HOUR_MS } from '../../../platform/durations.ts';
import { ec2 } from '../ec2.ts';
import { ec2Arn } from '../resource/arn.ts';
import { findResource } from '../resource/kind.ts';
import { snapshotKind } from '../snapshot/snapshot.ts';
import type { SnapshotRecord } from '../snapshot/snapshot-record.ts';
import { type FastRestoreRecord, type FastRestoreState, fastRestores, isOn } from './fast-restore.ts';

export const USER = 'Client.UserInitiated';
const LIFECYCLE = `${USER} - Lifecycle state transition`;
const INVALID =
  'Client.InvalidSnapshot.InvalidState - The requested snapshot transitioned to an invalid state (Error)';
const GONE =
  'Client.InvalidSnapshot.InvalidState - The requested snapshot was deleted or access permissions were revoked';

/** How long each state lasts, and what follows it; a disabled one is shown for an hour. */
const NEXT: Readonly<Partial<Record<FastRestoreState, readonly [state: FastRestoreState, afterMs: number]>>> =
  {
    enabling: ['optimizing', 2000],
    optimizing: ['enabled', 5000],
    disabling: ['disabled', 2000],
  };
const SHOWN_MS = HOUR_MS;

/** The record in its new state, which is sent, and goes on by itself. */
export function enterState(
  context: EffectContext,
  restore: FastRestoreRecord,
  state: FastRestoreState,
  reason: string,
): FastRestoreRecord {
  const entered: FastRestoreRecord = {
    ...restore,
    state,
    reason,
    enteredAtMs: { ...restore.enteredAtMs, [state]: context.nowMs },
  };
  context.tx.put(fastRestores, entered);
  emitState(context, entered);
  scheduleNext(context, entered);
  return entered;
}

function scheduleNext(context: EffectContext, restore: FastRestoreRecord): void {
  const { account, region, snapshotId, zone, state } = restore;
  const next = NEXT[state];
  if (!next && state !== 'disabled') return;
  const delayMs = next ? context.ports.delays.scaled(next[1]) : SHOWN_MS;
  const payload = { snapshotId, zone, state, sinceMs: restore.enteredAtMs[state]! };
  context.schedule(advanceFastRestoreStep, payload, { delayMs, scope: { account, region } });
}

/** From a state that it has been in since then. */
const advanceFastRestoreStep = workflowRef<{
  snapshotId: string;
  zone: string;
  state: FastRestoreState;
  sinceMs: number;
}>('ec2.fast-restore.advance');

export const advanceFastRestoreWorkflow = workflow(
  advanceFastRestoreStep,
  ec2,
  async (_ctx, { snapshotId, zone, state, sinceMs }) =>
    async (context) => {
      const { account, region, tx } = context;
      const key = [account, region, snapshotId, zone];
      const restore = await tx.get(fastRestores, key);
      if (restore?.state !== state || restore.enteredAtMs[state] !== sinceMs) return;
      const next = NEXT[state];
      if (!next) return tx.delete(fastRestores, key);
      const snapshot = await findResource(tx, snapshotKind, context, snapshotId);
      if (state === 'enabling' && snapshot?.state === 'pending') return;
      if (state !== 'enabling')
        enterState(context, restore, next[0], state === 'disabling' ? endReason(restore) : LIFECYCLE);
      else if (snapshot?.state === 'completed') enterState(context, restore, next[0], LIFECYCLE);
      else enterState(context, restore, 'disabling', INVALID);
    },
);

/** Why it was disabled stands in both states, unless the user wanted it. */
const endReason = ({ reason }: FastRestoreRecord) => (reason === USER ? LIFECYCLE : reason);

/** Those that wait in `enabling` for the snapshot go on: it is complete, or has failed. */
export async function resumeFastRestores(context: EffectContext, snapshot: SnapshotRecord): Promise<void> {
  for (const restore of await restoresOf(context, snapshot))
    if (restore.state === 'enabling') scheduleNext(context, restore);
}

/** Ends them for all accounts that may no longer use the snapshot; for its owner's too where it is gone or archived. */
export async function endFastRestores(
  context: EffectContext,
  snapshot: SnapshotRecord,
  mayUse: (account: string) => boolean = () => false,
): Promise<void> {
  for (const restore of await restoresOf(context, snapshot)) {
    if (isOn(restore) && !mayUse(restore.account)) enterState(context, restore, 'disabling', GONE);
  }
}

const restoresOf = ({ tx }: EffectContext, { region, id }: SnapshotRecord) =>
  tx.find(fastRestores, 'snapshot', { prefix: [region, id] });

function emitState(context: EffectContext, restore: FastRestoreRecord): void {
  const { account, region, snapshotId, zone, state, reason } = restore;
  context.emit({
    account,
    source: 'aws.ec2',
    detailType: 'EBS Fast Snapshot Restore State-change Notification',
    resources: [ec2Arn({ account, region }, 'snapshot', snapshotId)],
    detail: { 'snapshot-id': snapshotId, state, zone, message: reason },
  });
}
