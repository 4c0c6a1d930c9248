/** Public keys of SSH: OpenSSH's forms, and the fingerprints that EC2 shows (RFC 4253, 4716, 8709). */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { AwsError } from '../../../aws/aws-error.ts';

export interface PublicKey {
  readonly type: 'rsa' | 'ed25519';
  readonly key: KeyObject;
  /** SSH's own encoding of the key, without its name in text. */
  readonly blob: Buffer;
}

const NAMES = { rsa: 'ssh-rsa', ed25519: 'ssh-ed25519' } as const;
const RSA_BITS: ReadonlySet<number> = new Set([1024, 2048, 3072, 4096]);

const invalid = () => new AwsError('InvalidKey.Format', 'Key is not in valid OpenSSH public key format');

/** A field of SSH's wire format: its length, then its bytes. */
export function sshString(bytes: Uint8Array | string): Buffer {
  const body = Buffer.from(bytes as Uint8Array);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

/** A positive number of SSH's wire format, from base64url as JSON Web Keys have it. */
export function sshNumber(base64url: string): Buffer {
  const bytes = Buffer.from(base64url, 'base64url');
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = bytes.subarray(start < 0 ? bytes.length : start);
  return sshString(digits.length > 0 && digits[0]! >= 0x80 ? Buffer.concat([Buffer.of(0), digits]) : digits);
}

function* sshFields(blob: Buffer): Generator<Buffer> {
  for (let at = 0; at < blob.length; ) {
    if (at + 4 > blob.length) throw invalid();
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) throw invalid();
    yield blob.subarray(at + 4, end);
    at = end;
  }
}

export function publicKeyOf(key: KeyObject): PublicKey {
  const jwk = key.export({ format: 'jwk' });
  if (key.asymmetricKeyType === 'rsa') {
    const blob = Buffer.concat([sshString(NAMES.rsa), sshNumber(jwk.e!), sshNumber(jwk.n!)]);
    return { type: 'rsa', key, blob };
  }
  const blob = Buffer.concat([sshString(NAMES.ed25519), sshString(Buffer.from(jwk.x!, 'base64url'))]);
  return { type: 'ed25519', key, blob };
}

/**
 * A public key as ImportKeyPair takes it: OpenSSH's line, RFC 4716's file, or DER in base64. Throws `InvalidKey.Format`.
 */
export function readPublicKey(material: Uint8Array): PublicKey {
  const text = Buffer.from(material).toString('utf8').trim();
  const line = /^(?:ssh-rsa|ssh-ed25519)\s+([A-Za-z0-9+/=]+)(?:\s|$)/.exec(text);
  const framed = /^---- BEGIN SSH2 PUBLIC KEY ----\r?\n([\s\S]+?)\r?\n---- END SSH2 PUBLIC KEY ----$/.exec(
    text,
  );
  if (line) return fromBlob(Buffer.from(line[1]!, 'base64'));
  if (framed) return fromBlob(Buffer.from(framed[1]!.replace(/^[\w-]+:.*(?:\\\r?\n.*)*$/gm, ''), 'base64'));
  return fromDer(/^[A-Za-z0-9+/=\s]+$/.test(text) ? Buffer.from(text, 'base64') : Buffer.from(material));
}

function fromBlob(blob: Buffer): PublicKey {
  const [name, first, second] = [...sshFields(blob)];
  const jwk =
    name?.toString() === NAMES.rsa && first && second
      ? { kty: 'RSA', e: first.toString('base64url'), n: second.toString('base64url') }
      : name?.toString() === NAMES.ed25519 && first
        ? { kty: 'OKP', crv: 'Ed25519', x: first.toString('base64url') }
        : undefined;
  if (!jwk) throw invalid();
  return accepted(() => createPublicKey({ key: jwk, format: 'jwk' }));
}

function fromDer(der: Buffer): PublicKey {
  return accepted(() => createPublicKey({ key: der, format: 'der', type: 'spki' }));
}

function accepted(parse: () => KeyObject): PublicKey {
  let key: KeyObject;
  try {
    key = parse();
  } catch {
    throw invalid();
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type !== 'ed25519' && type !== 'rsa') throw invalid();
  if (type === 'rsa' && !RSA_BITS.has(details?.modulusLength ?? 0)) {
    throw new AwsError('InvalidKeyPair.Format', 'The specified key length is not supported.');
  }
  return publicKeyOf(key);
}

/** `ssh-ed25519 AAAA… name` */
export const openSshLine = ({ type, blob }: PublicKey, comment: string) =>
  `${NAMES[type]} ${blob.toString('base64')} ${comment}`;

const colons = (digest: Buffer) => digest.toString('hex').match(/../g)!.join(':');

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
