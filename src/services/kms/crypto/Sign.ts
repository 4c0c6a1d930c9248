/**
 * Signs a message, or a digest of one, with a private key.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
 */
import { keyOrAliasChecks } from '../key/key-check.ts';
import { openMaterial } from '../key/material.ts';
import { kms } from '../kms.ts';
import { currentMaterial, requireUse } from './encryption.ts';
import { requireMessage, signMessage } from './signing.ts';

export default kms.operation('Sign', {
  readOnly: true,
  checks: (context, { KeyId, SigningAlgorithm, MessageType = 'RAW', GrantTokens }) =>
    keyOrAliasChecks(context, 'Sign', KeyId, {
      grantTokens: GrantTokens,
      conditions: () => ({ 'kms:SigningAlgorithm': SigningAlgorithm, 'kms:MessageType': MessageType }),
    }),
  preconditions(_context, { Message, MessageType = 'RAW', SigningAlgorithm }, { key }) {
    requireUse('Sign', key, 'SIGN_VERIFY', SigningAlgorithm);
    requireMessage(key.record, { bytes: Message, type: MessageType, algorithm: SigningAlgorithm });
  },
  async execute(context, { Message, MessageType = 'RAW', SigningAlgorithm }, { key }) {
    const privateKey = openMaterial(context, key, await currentMaterial(context, key));
    const message = { bytes: Message, type: MessageType, algorithm: SigningAlgorithm };
    return {
      KeyId: key.resource,
      Signature: await signMessage(context.entropy, key.record, privateKey, message),
      SigningAlgorithm,
    };
  },
});
