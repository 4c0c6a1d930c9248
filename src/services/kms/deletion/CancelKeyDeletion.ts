/**
 * Saves a key from deletion. It comes back disabled (aws-facts A5.4), or without material where it had none.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html
 */
import { keys } from '../key/key.ts';
import { checkKey, requireSuitableState } from '../key/key-check.ts';
import { kms } from '../kms.ts';

export default kms.operation('CancelKeyDeletion', {
  checks: (context, { KeyId }) => checkKey(context, 'CancelKeyDeletion', KeyId),
  preconditions: (_context, _input, { key }) => requireSuitableState('CancelKeyDeletion', key),
  execute({ tx }, _input, { key }) {
    const { deletion: _, ...kept } = key.record;
    tx.put(keys, { ...kept, state: hasMaterial(key.record) ? 'Disabled' : 'PendingImport' });
    return { KeyId: key.resource };
  },
});

const hasMaterial = (key: { readonly currentMaterialId?: string }) => key.currentMaterialId !== undefined;
