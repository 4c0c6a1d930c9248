/** What the EBS direct APIs see of EC2's snapshots. */
import type { SnapshotDirectory } from '../../../invoke/ports/snapshot-directory.ts';
import { readAccountEncryption } from '../encryption/account-encryption.ts';
import { defaultKeyArn } from '../encryption/key-choice.ts';
import { findResource } from '../resource/kind.ts';
import { announceBlocks, claimBlocks } from '../volume/announced-blocks.ts';
import { NO_VOLUME, snapshotKind } from './snapshot.ts';
import { cancelLock } from './snapshot-lock.ts';
import type { SnapshotRecord } from './snapshot-record.ts';
import { scheduleCompletion, settleWaiting } from './take-snapshot.ts';

export const directSnapshots: SnapshotDirectory = {
  announce: (ctx, id) => announceBlocks(ctx, [id]),

  async find(tx, scope, id) {
    const snapshot = await findResource(tx, snapshotKind, scope, id);
    return snapshot?.account === scope.account && !snapshot.hasBlocks ? undefined : snapshot;
  },

  start(context, started) {
    const snapshot: SnapshotRecord = {
      ...started,
      account: context.account,
      region: context.region,
      volumeId: NO_VOLUME,
      state: 'pending',
      progressPercent: 0,
      startedAtMs: context.nowMs,
      kmsKeyId: started.dataKey?.keyArn,
      hasBlocks: true,
      createVolumePermissions: [],
    };
    context.tx.put(snapshotKind.table, snapshot);
    claimBlocks(context, [snapshot.id]);
    return snapshot;
  },

  async progress(context, id, progressPercent) {
    const snapshot = await findResource(context.tx, snapshotKind, context, id);
    if (snapshot?.state === 'pending') context.tx.put(snapshotKind.table, { ...snapshot, progressPercent });
  },

  complete(context, id) {
    scheduleCompletion(context, [id], false);
  },

  async fail(context, id, stateMessage) {
    const snapshot = await findResource(context.tx, snapshotKind, context, id);
    if (snapshot?.state !== 'pending') return;
    const failed: SnapshotRecord = { ...cancelLock(context, snapshot), state: 'error', stateMessage };
    context.tx.put(snapshotKind.table, failed);
    await settleWaiting(context, failed);
  },

  encryptsByDefault: async (tx, scope) => (await readAccountEncryption(tx, scope)).byDefault,
  defaultKeyArn,
};
