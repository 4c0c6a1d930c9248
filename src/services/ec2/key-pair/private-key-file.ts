/** The files in which a new private key is handed out: PEM as OpenSSH reads it, and PuTTY's own. */
import { createHash, createHmac, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { Entropy } from '../../../platform/ports.ts';
import { type PublicKey, sshNumber, sshString } from '../../../service-kit/ssh-key.ts';

export function privateKeyPem(entropy: Entropy, pair: PublicKey, privateKey: KeyObject): string {
  if (pair.type === 'rsa') return privateKey.export({ type: 'pkcs1', format: 'pem' }) as string;
  return openSshPem(entropy, pair, privateKey);
}

const OPENSSH_BLOCK = 8;

/** OpenSSH's format for keys other than RSA, unencrypted (openssh-portable, PROTOCOL.key). */
function openSshPem(entropy: Entropy, { blob }: PublicKey, privateKey: KeyObject): string {
  const { d: seed = '', x = '' } = privateKey.export({ format: 'jwk' });
  const [secret, open] = [Buffer.from(seed, 'base64url'), Buffer.from(x, 'base64url')];
  const check = entropy.bytes(4);
  const fields = Buffer.concat([check, check, blob, sshString(Buffer.concat([secret, open])), sshString('')]);
  secret.fill(0);
  const padding = Buffer.from(
    Array.from(
      { length: (OPENSSH_BLOCK - (fields.length % OPENSSH_BLOCK)) % OPENSSH_BLOCK },
      (_, index) => index + 1,
    ),
  );
  const keys = Buffer.of(0, 0, 0, 1);
  const whole = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    sshString('none'),
    sshString('none'),
    sshString(''),
    keys,
    sshString(blob),
    sshString(Buffer.concat([fields, padding])),
  ]);
  return framed('OPENSSH PRIVATE KEY', whole);
}

function framed(label: string, bytes: Buffer): string {
  return `-----BEGIN ${label}-----\n${lines(bytes, 70)}\n-----END ${label}-----\n`;
}

const lines = (bytes: Buffer, width: number) =>
  bytes
    .toString('base64')
    .match(new RegExp(`.{1,${width}}`, 'g'))!
    .join('\n');

/** PuTTY's file, version 2, unencrypted (PuTTY's manual, appendix C). */
export function puttyFile(pair: PublicKey, privateKey: KeyObject, comment: string): string {
  const algorithm = pair.type === 'rsa' ? 'ssh-rsa' : 'ssh-ed25519';
  const secret = puttySecret(pair, privateKey.export({ format: 'jwk' }));
  const signed = [algorithm, 'none', comment, pair.blob, secret].map((field) => sshString(field));
  const macKey = createHash('sha1').update('putty-private-key-file-mac-key').digest();
  const mac = createHmac('sha1', macKey).update(Buffer.concat(signed)).digest('hex');
  const section = (name: string, bytes: Buffer) => {
    const text = lines(bytes, 64);
    return `${name}-Lines: ${text.split('\n').length}\n${text}\n`;
  };
  return (
    `PuTTY-User-Key-File-2: ${algorithm}\nEncryption: none\nComment: ${comment}\n` +
    `${section('Public', pair.blob)}${section('Private', secret)}Private-MAC: ${mac}\n`
  );
}

function puttySecret({ type }: PublicKey, jwk: JsonWebKey): Buffer {
  if (type === 'ed25519') return sshString(Buffer.from(jwk.d!, 'base64url').reverse());
  return Buffer.concat([jwk.d!, jwk.p!, jwk.q!, jwk.qi!].map(sshNumber));
}
