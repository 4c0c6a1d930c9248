/**
 * Verifies a signature with a key of KMS. One that does not verify is an error, not an answer.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Verify.html
 */
import { invalidSignature } from '../errors.ts';
import { keyOrAliasChecks } from '../key/key-check.ts';
import { publicKeyOf } from '../key/material.ts';
import { kms } from '../kms.ts';
import { currentMaterial, requireUse } from './encryption.ts';
import { requireMessage, verifyMessage } from './signing.ts';

export default kms.operation('Verify', {
  readOnly: true,
  checks: (context, { KeyId, SigningAlgorithm, MessageType = 'RAW', GrantTokens }) =>
    keyOrAliasChecks(context, 'Verify', KeyId, {
      grantTokens: GrantTokens,
      conditions: () => ({ 'kms:SigningAlgorithm': SigningAlgorithm, 'kms:MessageType': MessageType }),
    }),
  preconditions(_context, { Message, MessageType = 'RAW', SigningAlgorithm }, { key }) {
    requireUse('Verify', key, 'SIGN_VERIFY', SigningAlgorithm);
    requireMessage(key.record, { bytes: Message, type: MessageType, algorithm: SigningAlgorithm });
  },
  async execute(context, { Message, MessageType = 'RAW', SigningAlgorithm, Signature }, { key }) {
    const publicKey = publicKeyOf(key.record, await currentMaterial(context, key));
    const message = { bytes: Message, type: MessageType, algorithm: SigningAlgorithm };
    if (!(await verifyMessage(key.record, publicKey, message, Signature))) throw invalidSignature();
    return { KeyId: key.resource, SignatureValid: true, SigningAlgorithm };
  },
});
