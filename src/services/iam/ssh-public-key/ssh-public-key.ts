/**
 * SSH public keys of users, with which CodeCommit's repositories are reached. Nothing here takes them: they are kept and shown
 * (aws-facts G5.8).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_ssh-keys.html
 */
import { createHash, createPublicKey } from 'node:crypto';
import { AwsError } from '../../../aws/aws-error.ts';
import {
  blobOfLine,
  colons,
  keyOfBlob,
  openSshLine,
  type PublicKey,
  parsedKey,
  publicKeyOf,
} from '../../../service-kit/ssh-key.ts';
import type { SSHPublicKey, SSHPublicKeyMetadata } from '../../../shapes/generated/iam.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { noSuchEntity } from '../errors.ts';
import type { UserRecord } from '../user/user.ts';

export interface SshPublicKeyRecord {
  readonly account: string;
  readonly userId: string;
  /** `APKA…` */
  readonly id: string;
  /** As it was uploaded: OpenSSH's line or PEM. */
  readonly body: string;
  readonly status: 'Active' | 'Inactive';
  readonly uploadedAtMs: number;
}

export const sshPublicKeys = table<SshPublicKeyRecord>()({
  name: 'iam.ssh-public-keys',
  key: ({ account, userId, id }) => [account, userId, id],
});

const MIN_BITS = 2048;

export const sshKeysOf = (tx: ReadTransaction, user: UserRecord): Promise<SshPublicKeyRecord[]> =>
  tx.list(sshPublicKeys, { prefix: [user.account, user.id] });

export async function requireSshKey(
  tx: ReadTransaction,
  user: UserRecord,
  id: string,
): Promise<SshPublicKeyRecord> {
  const key = await tx.get(sshPublicKeys, [user.account, user.id, id]);
  if (!key) throw noSuchEntity(`The Public Key with id ${id} cannot be found.`);
  return key;
}

/** The RSA key of an uploaded body, or IAM's error. */
export function readSshPublicKey(body: string): PublicKey {
  const text = body.trim();
  const blob = blobOfLine(text);
  // What else the runtime would find a public key in, such as a private one or a certificate, is none.
  const isPem = /^-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(text);
  const key = isPem ? parsedKey(() => createPublicKey(text)) : keyOfBlob(blob ?? '');
  if (key?.asymmetricKeyType !== 'rsa') {
    throw new AwsError('UnrecognizedPublicKeyEncoding', 'Invalid public key uploaded.');
  }
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < MIN_BITS) {
    throw new AwsError('InvalidPublicKey', `The public key must have at least ${MIN_BITS} bits.`);
  }
  return publicKeyOf(key);
}

export function shownSshKey(
  record: SshPublicKeyRecord,
  userName: string,
  encoding?: 'SSH' | 'PEM',
): SSHPublicKey {
  const key = readSshPublicKey(record.body);
  const isPem = record.body.trimStart().startsWith('-----BEGIN');
  const inAnother = {
    PEM: () => key.key.export({ type: 'spki', format: 'pem' }),
    SSH: () => openSshLine(key),
  };
  const isAsUploaded = encoding === undefined || (encoding === 'PEM') === isPem;
  return {
    ...listedSshKey(record, userName),
    SSHPublicKeyBody: isAsUploaded ? record.body : String(inAnother[encoding]()),
    Fingerprint: colons(createHash('md5').update(key.blob).digest()),
  };
}

export const listedSshKey = (record: SshPublicKeyRecord, UserName: string): SSHPublicKeyMetadata => ({
  UserName,
  SSHPublicKeyId: record.id,
  Status: record.status,
  UploadDate: record.uploadedAtMs,
});
