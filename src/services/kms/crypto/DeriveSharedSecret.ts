/**
 * Agrees on a secret with the holder of another key pair on the same curve (ECDH). The secret is the bare x
 * coordinate: whoever uses it derives keys from it.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_DeriveSharedSecret.html
 */
import { createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { validation } from '../errors.ts';
import { keyOrAliasChecks } from '../key/key-check.ts';
import { factsOf } from '../key/key-spec.ts';
import { openMaterial } from '../key/material.ts';
import { kms } from '../kms.ts';
import { currentMaterial, type KeyVerdict, requireUse } from './encryption.ts';
import { requireNoRecipient } from './request.ts';

export default kms.operation('DeriveSharedSecret', {
  readOnly: true,
  checks: (context, { KeyId, KeyAgreementAlgorithm, GrantTokens }) =>
    keyOrAliasChecks(context, 'DeriveSharedSecret', KeyId, {
      grantTokens: GrantTokens,
      conditions: () => ({ 'kms:KeyAgreementAlgorithm': KeyAgreementAlgorithm }),
    }),
  preconditions(_context, input, { key }) {
    requireNoRecipient(input);
    requireUse('DeriveSharedSecret', key, 'KEY_AGREEMENT', input.KeyAgreementAlgorithm);
    peerKey(key, input.PublicKey);
  },
  async execute(context, { PublicKey, KeyAgreementAlgorithm }, { key }) {
    const privateKey = openMaterial(context, key, await currentMaterial(context, key));
    return {
      KeyId: key.resource,
      SharedSecret: diffieHellman({ privateKey, publicKey: peerKey(key, PublicKey) }),
      KeyAgreementAlgorithm,
      KeyOrigin: key.record.origin,
    };
  },
});

/** The other side's public key; OpenSSL refuses points that are not on the curve. */
function peerKey({ record }: KeyVerdict, der: Uint8Array): KeyObject {
  let peer: KeyObject | undefined;
  try {
    peer = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
  } catch {
    peer = undefined;
  }
  if (peer?.asymmetricKeyDetails?.namedCurve === factsOf(record).openssl) return peer as KeyObject;
  throw validation('');
}
