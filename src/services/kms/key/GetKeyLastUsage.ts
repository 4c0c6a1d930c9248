/**
 * Tells when and by which call a key was last used. CloudTrail has it all, so its events are asked: the use of a key
 * costs nothing extra.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyLastUsage.html
 */
import { kms } from '../kms.ts';
import { keyChecks } from './key-check.ts';
import { lastUse } from './last-use.ts';

export default kms.operation('GetKeyLastUsage', {
  readOnly: true,
  checks: (context, { KeyId }) => keyChecks(context, 'GetKeyLastUsage', KeyId),
  async execute({ tx }, _input, { key }) {
    const last = await lastUse(tx, key.record);
    return {
      KeyId: key.record.keyId,
      // Empty where the key was never used.
      KeyLastUsage: last
        ? {
            Operation: last.body.event.eventName,
            Timestamp: last.atMs,
            CloudTrailEventId: last.body.event.eventID,
            KmsRequestId: last.body.event.requestID as string,
          }
        : {},
      TrackingStartDate: key.record.createdAtMs,
      KeyCreationDate: key.record.createdAtMs,
    };
  },
});
