/**
 * Saves a key from deletion. It comes back disabled (aws-facts A5.4), or without material where it had none.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html
 */
import { stateByMaterial } from '../import/imported-material.ts';
import { keys } from '../key/key.ts';
import { keyChecks, requireSuitableState } from '../key/key-check.ts';
import { kms } from '../kms.ts';

export default kms.operation('CancelKeyDeletion', {
  checks: (context, { KeyId }) => keyChecks(context, 'CancelKeyDeletion', KeyId),
  preconditions: (_context, _input, { key }) => requireSuitableState('CancelKeyDeletion', key),
  async execute(context, _input, { key }) {
    const { deletion: _, ...kept } = key.record;
    context.tx.put(keys, { ...kept, state: await stateByMaterial(context.tx, key.record, 'Disabled') });
    return { KeyId: key.resource };
  },
});
