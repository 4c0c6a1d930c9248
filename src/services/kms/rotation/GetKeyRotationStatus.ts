/**
 * Tells whether and when a key's material rotates. While deletion is pending it does not, whatever the setting.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html
 */
import { keys } from '../key/key.ts';
import { keyChecks, requireSuitableState } from '../key/key-check.ts';
import { kms } from '../kms.ts';

export default kms.operation('GetKeyRotationStatus', {
  readOnly: true,
  checks: (context, { KeyId }) => keyChecks(context, 'GetKeyRotationStatus', KeyId),
  preconditions(_context, _input, { key }) {
    // Keys that never rotate are not refused, they say so (Terraform asks every key).
    if (key.record.keySpec === 'SYMMETRIC_DEFAULT') requireSuitableState('GetKeyRotationStatus', key);
  },
  async execute({ tx }, _input, { key }) {
    const { account, keyId, state, multiRegion, rotation } = key.record;
    const primary = multiRegion && (await tx.get(keys, [account, multiRegion.primaryRegion, keyId]));
    const { periodInDays, nextAtMs } = primary?.rotation ?? rotation;
    const isPendingDeletion = state === 'PendingDeletion' || state === 'PendingReplicaDeletion';
    const isEnabled = periodInDays !== undefined && !isPendingDeletion;
    return {
      KeyRotationEnabled: isEnabled,
      KeyId: keyId,
      ...(isEnabled && {
        RotationPeriodInDays: periodInDays,
        NextRotationDate: nextAtMs,
      }),
      OnDemandRotationStartDate: rotation.onDemandStartedAtMs,
    };
  },
});
