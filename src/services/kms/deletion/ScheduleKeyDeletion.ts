/**
 * Forbids all use of a key and destroys it when the waiting period is over. A multi-Region primary key waits for its
 * replicas first, and its own waiting period starts when the last of them is gone.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
 */
import { recordedSeconds } from '../../../invoke/audit/recorded-time.ts';
import { validation } from '../errors.ts';
import { type KeyRecord, keys, multiRegionKeyType } from '../key/key.ts';
import { keyCheck, requireSuitableState } from '../key/key-check.ts';
import { resolveKey } from '../key/key-identifier.ts';
import { daysWithoutUse } from '../key/last-use.ts';
import { kms } from '../kms.ts';
import { startWaiting } from './key-deletion.ts';

const DEFAULT_DAYS = 30;
const MIN_DAYS = 7;
const MAX_DAYS = 30;

export default kms.operation('ScheduleKeyDeletion', {
  async checks(context, { KeyId, PendingWindowInDays = DEFAULT_DAYS }) {
    const named = await resolveKey(context, KeyId);
    const daysUnused = await daysWithoutUse(context, named.key);
    return {
      key: await keyCheck(context, 'ScheduleKeyDeletion', named, {
        conditions: () => ({
          'kms:ScheduleKeyDeletionPendingWindowInDays': PendingWindowInDays,
          'kms:TrailingDaysWithoutKeyUsage': daysUnused,
        }),
      }),
    };
  },
  preconditions(_context, input, { key }) {
    const { PendingWindowInDays: days = DEFAULT_DAYS } = input;
    if (days < MIN_DAYS || days > MAX_DAYS) {
      throw validation(`PendingWindowInDays must be between ${MIN_DAYS} and ${MAX_DAYS} (inclusive).`);
    }
    requireSuitableState('ScheduleKeyDeletion', key);
  },
  execute(context, { PendingWindowInDays: days = DEFAULT_DAYS }, { key }) {
    const pending = hasReplicas(key.record)
      ? ({ ...key.record, state: 'PendingReplicaDeletion', deletion: { windowInDays: days } } as const)
      : startWaiting(context, key.record, days);
    context.tx.put(keys, pending);
    return {
      KeyId: key.resource,
      DeletionDate: pending.deletion?.atMs,
      KeyState: pending.state,
      PendingWindowInDays: days,
    };
  },
  audit: {
    // The page's example, of 2021, has the date as people read it; records of today do not (aws-facts A5.5).
    responseElements: ({ KeyId, DeletionDate, KeyState, PendingWindowInDays }) => ({
      keyId: KeyId,
      deletionDate: DeletionDate && recordedSeconds(DeletionDate),
      keyState: KeyState,
      pendingWindowInDays: PendingWindowInDays,
    }),
  },
});

const hasReplicas = (key: KeyRecord) =>
  multiRegionKeyType(key) === 'PRIMARY' && (key.multiRegion?.regions.length ?? 0) > 1;
