/** The last use of a key, as CloudTrail knows it. */
import type { AuditEntry } from '../../../invoke/audit/audit.ts';
import { newestEntry } from '../../../invoke/audit/newest-entry.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { DAY_MS } from '../../../platform/durations.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { type KeyRecord, keyArn } from './key.ts';

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyLastUsageData.html */
const USES: ReadonlySet<string> = new Set([
  'Decrypt',
  'DeriveSharedSecret',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateMac',
  'ReEncrypt',
  'Sign',
  'Verify',
  'VerifyMac',
]);

export const lastUse = (tx: ReadTransaction, key: KeyRecord): Promise<AuditEntry | undefined> =>
  newestEntry(
    tx,
    { stream: `${key.account}/${key.region}`, label: { name: 'ResourceName', value: keyArn(key) } },
    ({ body: { event } }) => USES.has(event.eventName) && event.errorCode === undefined,
  );

/** kms:TrailingDaysWithoutKeyUsage: whole days since the last use, or since the key was made. */
export async function daysWithoutUse(
  { tx, nowMs }: ResolveContext,
  key: KeyRecord | undefined,
): Promise<number | undefined> {
  if (!key) return undefined;
  const last = await lastUse(tx, key);
  return Math.floor((nowMs - (last?.atMs ?? key.createdAtMs)) / DAY_MS);
}
