/**
 * Gives out the public half of an asymmetric key, for use outside KMS.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html
 */
import { unsupported } from '../errors.ts';
import { keyOrAliasChecks, requireSuitableState } from '../key/key-check.ts';
import { algorithmMember, formerSpec } from '../key/key-spec.ts';
import { isKeyPair } from '../key/material.ts';
import { kms } from '../kms.ts';
import { currentMaterial } from './encryption.ts';

export default kms.operation('GetPublicKey', {
  readOnly: true,
  checks: (context, { KeyId, GrantTokens }) =>
    keyOrAliasChecks(context, 'GetPublicKey', KeyId, { grantTokens: GrantTokens }),
  preconditions(_context, _input, { key }) {
    requireSuitableState('GetPublicKey', key);
    if (!isKeyPair(key.record)) throw unsupported('');
  },
  async execute(context, _input, { key }) {
    const { keySpec, keyUsage } = key.record;
    const { publicKey } = await currentMaterial(context, key);
    return {
      KeyId: key.resource,
      PublicKey: Buffer.from(publicKey as string, 'base64'),
      CustomerMasterKeySpec: formerSpec(keySpec),
      KeySpec: keySpec,
      KeyUsage: keyUsage,
      ...algorithmMember(key.record),
    };
  },
});
