/**
 * Tells when and by which call a key was last used. CloudTrail has it all, so its events are asked: the use of a key
 * costs nothing extra.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyLastUsage.html
 */
import { type AuditEntry, auditLog } from '../../../invoke/audit.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { kms } from '../kms.ts';
import { type KeyRecord, keyArn } from './key.ts';
import { checkKey } from './key-check.ts';

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
const SCAN = 200;

export default kms.operation('GetKeyLastUsage', {
  readOnly: true,
  checks: (context, { KeyId }) => checkKey(context, 'GetKeyLastUsage', KeyId),
  async execute({ tx }, _input, { key }) {
    const last = await lastUse(tx, key.record);
    return {
      KeyId: key.record.keyId,
      ...(last && {
        KeyLastUsage: {
          Operation: last.body.event.eventName,
          Timestamp: last.atMs,
          CloudTrailEventId: last.body.event.eventID,
          KmsRequestId: last.body.event.requestID as string,
        },
      }),
      TrackingStartDate: key.record.createdAtMs,
      KeyCreationDate: key.record.createdAtMs,
    };
  },
});

async function lastUse(tx: ReadTransaction, key: KeyRecord): Promise<AuditEntry | undefined> {
  const range = {
    stream: `${key.account}/${key.region}`,
    label: { name: 'ResourceName', value: keyArn(key) },
    limit: SCAN,
  };
  let before: number | undefined;
  for (;;) {
    const entries = await tx.scan(auditLog, { ...range, before });
    const use = entries.find(
      ({ body }) => USES.has(body.event.eventName) && body.event.errorCode === undefined,
    );
    if (use || entries.length < SCAN) return use;
    before = entries.at(-1)?.sequence;
  }
}
