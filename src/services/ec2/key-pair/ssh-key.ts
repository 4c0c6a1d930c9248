/** Public keys as ImportKeyPair takes them, and the fingerprints that EC2 shows (RFC 4716). */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { AwsError } from '../../../aws/aws-error.ts';
import {
  blobOfLine,
  colons,
  keyOfBlob,
  type PublicKey,
  parsedKey,
  publicKeyOf,
} from '../../../service-kit/ssh-key.ts';

const RSA_BITS: ReadonlySet<number> = new Set([1024, 2048, 3072, 4096]);

const invalid = () => new AwsError('InvalidKey.Format', 'Key is not in valid OpenSSH public key format');

/**
 * A public key as ImportKeyPair takes it: OpenSSH's line, RFC 4716's file, or DER in base64. Throws `InvalidKey.Format`.
 */
export function readPublicKey(material: Uint8Array): PublicKey {
  const text = Buffer.from(material).toString('utf8').trim();
  const framed = /^---- BEGIN SSH2 PUBLIC KEY ----\r?\n([\s\S]+?)\r?\n---- END SSH2 PUBLIC KEY ----$/.exec(
    text,
  );
  const blob = blobOfLine(text) ?? framed?.[1]?.replace(/^[\w-]+:.*(?:\\\r?\n.*)*$/gm, '');
  if (blob !== undefined) return accepted(keyOfBlob(blob));
  const der = /^[A-Za-z0-9+/=\s]+$/.test(text) ? Buffer.from(text, 'base64') : Buffer.from(material);
  return accepted(parsedKey(() => createPublicKey({ key: der, format: 'der', type: 'spki' })));
}

function accepted(key: KeyObject | undefined): PublicKey {
  const type = key?.asymmetricKeyType;
  if (!key || (type !== 'ed25519' && type !== 'rsa')) throw invalid();
  if (type === 'rsa' && !RSA_BITS.has(key.asymmetricKeyDetails?.modulusLength ?? 0)) {
    throw new AwsError('InvalidKeyPair.Format', 'The specified key length is not supported.');
  }
  return publicKeyOf(key);
}

/**
 * EC2's fingerprint: of RSA keys that it made, SHA-1 of the private key's DER; of imported ones, MD5 of the public key's;
 * of Ed25519 keys, OpenSSH's own (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/verify-keys.html).
 */
export function fingerprintOf({ type, key, blob }: PublicKey, privateKey?: KeyObject): string {
  if (type === 'ed25519') return createHash('sha256').update(blob).digest('base64');
  if (privateKey) {
    const der = privateKey.export({ type: 'pkcs8', format: 'der' });
    return colons(createHash('sha1').update(der).digest());
  }
  return colons(
    createHash('md5')
      .update(key.export({ type: 'spki', format: 'der' }))
      .digest(),
  );
}
