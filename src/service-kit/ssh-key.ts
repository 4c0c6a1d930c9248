/** Public keys of SSH: OpenSSH's line and the wire format within it (RFC 4253, 8709). */
import { createPublicKey, type KeyObject } from 'node:crypto';

export interface PublicKey {
  readonly type: 'rsa' | 'ed25519';
  readonly key: KeyObject;
  /** SSH's own encoding of the key, without its name in text. */
  readonly blob: Buffer;
}

const NAMES = { rsa: 'ssh-rsa', ed25519: 'ssh-ed25519' } as const;

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

/** The fields of a blob; undefined where its lengths do not add up. */
function sshFields(blob: Buffer): readonly Buffer[] | undefined {
  const fields: Buffer[] = [];
  for (let at = 0; at < blob.length; ) {
    if (at + 4 > blob.length) return undefined;
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) return undefined;
    fields.push(blob.subarray(at + 4, end));
    at = end;
  }
  return fields;
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

/** The base64 of `ssh-rsa AAAA… name`; undefined for any other text. */
export const blobOfLine = (line: string): string | undefined =>
  /^(?:ssh-rsa|ssh-ed25519)\s+([A-Za-z0-9+/=]+)(?:\s|$)/.exec(line)?.[1];

/** The key of a blob in base64; undefined where it holds none of RSA or Ed25519. */
export function keyOfBlob(base64: string): KeyObject | undefined {
  const [name, first, second] = sshFields(Buffer.from(base64, 'base64')) ?? [];
  const jwk =
    name?.toString() === NAMES.rsa && first && second
      ? { kty: 'RSA', e: first.toString('base64url'), n: second.toString('base64url') }
      : name?.toString() === NAMES.ed25519 && first
        ? { kty: 'OKP', crv: 'Ed25519', x: first.toString('base64url') }
        : undefined;
  return jwk && parsedKey(() => createPublicKey({ key: jwk, format: 'jwk' }));
}

/** What `parse` gives; undefined where it holds the bytes for no key. */
export function parsedKey(parse: () => KeyObject): KeyObject | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}

/** `ssh-ed25519 AAAA… name` */
export const openSshLine = ({ type, blob }: PublicKey, comment = '') =>
  `${NAMES[type]} ${blob.toString('base64')} ${comment}`.trimEnd();

/** A digest as fingerprints show it: `7a:1d:ea:…` */
export const colons = (digest: Buffer) => digest.toString('hex').match(/../g)!.join(':');
