/**
 * Ends automatic rotation; material rotated so far stays.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKeyRotation.html
 */
import { keys } from '../key/key.ts';
import { keyArnResponse, keyChecks, requireSuitableState } from '../key/key-check.ts';
import { kms } from '../kms.ts';
import { requireOwnMaterial, requirePrimary } from './rotation.ts';

export default kms.operation('DisableKeyRotation', {
  checks: (context, { KeyId }) => keyChecks(context, 'DisableKeyRotation', KeyId),
  preconditions(_context, _input, { key }) {
    requireSuitableState('DisableKeyRotation', key);
    // Keys that never rotate are not refused.
    requireOwnMaterial(key.record, key.resource);
    requirePrimary('DisableKeyRotation', key.record, key.resource);
  },
  execute({ tx }, _input, { key }) {
    const { periodInDays: _, nextAtMs: __, ...rotation } = key.record.rotation;
    tx.put(keys, { ...key.record, rotation });
    return {};
  },
  audit: { responseElements: keyArnResponse },
});
