/**
 * Rotates the key's material from now on, every year unless another period is given. Called again, it starts a new period.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html
 */
import { keys } from '../key/key.ts';
import { keyArnResponse, keyChecks, requireSuitableState } from '../key/key-check.ts';
import { kms } from '../kms.ts';
import { planRotation, requirePrimary, requireRotatable, YEAR_IN_DAYS } from './rotation.ts';

export default kms.operation('EnableKeyRotation', {
  checks: (context, { KeyId, RotationPeriodInDays = YEAR_IN_DAYS }) =>
    keyChecks(context, 'EnableKeyRotation', KeyId, {
      conditions: () => ({ 'kms:RotationPeriodInDays': RotationPeriodInDays }),
    }),
  preconditions(_context, _input, { key }) {
    requireRotatable(key.record, key.resource);
    requireSuitableState('EnableKeyRotation', key);
    requirePrimary(key.record, key.resource);
  },
  execute(context, { RotationPeriodInDays = YEAR_IN_DAYS }, { key }) {
    context.tx.put(keys, planRotation(context, key.record, RotationPeriodInDays));
    return {};
  },
  audit: { responseElements: keyArnResponse },
});
