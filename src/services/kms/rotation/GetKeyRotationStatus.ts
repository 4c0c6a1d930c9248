/**
 * Tells whether and when a key's material rotates. Keys that never rotate say so (Terraform asks every key). While
 * deletion is pending none does, whatever the setting; a primary key that waits for its replicas still shows it.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html
 */
import { keys } from '../key/key.ts';
import { keyChecks, requireSuitableState } from '../key/key-check.ts';
import { kms } from '../kms.ts';

export default kms.operation('GetKeyRotationStatus', {
  readOnly: true,
  checks: (context, { KeyId }) => keyChecks(context, 'GetKeyRotationStatus', KeyId),
  preconditions: (_context, _input, { key }) => requireSuitableState('GetKeyRotationStatus', key),
  async execute({ tx }, _input, { key }) {
    const { account, keyId, state, multiRegion, rotation } = key.record;
    const primary = multiRegion && (await tx.get(keys, [account, multiRegion.primaryRegion, keyId]));
    const { periodInDays, nextAtMs, onDemandStartedAtMs } = primary?.rotation ?? rotation;
    const isEnabled = periodInDays !== undefined && state !== 'PendingDeletion';
    return {
      KeyRotationEnabled: isEnabled,
      KeyId: key.resource,
      ...(isEnabled && {
        RotationPeriodInDays: periodInDays,
        NextRotationDate: nextAtMs,
      }),
      OnDemandRotationStartDate: onDemandStartedAtMs,
    };
  },
});
