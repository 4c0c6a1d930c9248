/**
 * Rotates the key's material from now on, every year unless another period is given. Of a key that rotates already, a
 * request without a period changes nothing, and one with a new period starts it.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html
 */
import { keys } from '../key/key.ts';
import { keyArnResponse, keyChecks, requireSuitableState } from '../key/key-check.ts';
import { kms } from '../kms.ts';
import {
  planRotation,
  requireOwnMaterial,
  requirePrimary,
  requireSymmetric,
  YEAR_IN_DAYS,
} from './rotation.ts';

export default kms.operation('EnableKeyRotation', {
  checks: (context, { KeyId, RotationPeriodInDays = YEAR_IN_DAYS }) =>
    keyChecks(context, 'EnableKeyRotation', KeyId, {
      // The default counts where the request names no period, whatever period there is.
      conditions: () => ({ 'kms:RotationPeriodInDays': RotationPeriodInDays }),
    }),
  preconditions(_context, _input, { key }) {
    requireSuitableState('EnableKeyRotation', key);
    requireSymmetric(key.record);
    requireOwnMaterial(key.record, key.resource);
    requirePrimary('EnableKeyRotation', key.record, key.resource);
  },
  execute(context, { RotationPeriodInDays: wanted }, { key }) {
    const { periodInDays: current } = key.record.rotation;
    const period = wanted ?? current ?? YEAR_IN_DAYS;
    if (period !== current) context.tx.put(keys, planRotation(context, key.record, period));
    return {};
  },
  audit: { responseElements: keyArnResponse },
});
