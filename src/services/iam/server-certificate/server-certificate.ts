/**
 * Server certificates. Nothing here serves TLS with them: they are kept and shown, without their private keys
 * (aws-facts G5.8).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_server-certs.html
 */
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check, ConditionValues } from '../../../invoke/verdict.ts';
import type { ServerCertificateMetadata } from '../../../shapes/generated/iam.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { alreadyExists, noSuchEntity } from '../errors.ts';
import { arnOf, identityKey } from '../identity/identity.ts';
import { type TagList, taggedCheck } from '../tag/tag.ts';

export interface ServerCertificateRecord {
  readonly account: string;
  /** `ASCA…` */
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly body: string;
  readonly chain?: string;
  readonly tags: TagList;
  readonly uploadedAtMs: number;
  readonly expiresAtMs: number;
}

export const serverCertificates = table<ServerCertificateRecord>()({
  name: 'iam.server-certificates',
  key: identityKey,
  indexes: { name: ({ account, name }) => [[account, name.toLowerCase()]] },
});

export const MAX_SERVER_CERTIFICATES = 20;

export const serverCertificateArn = (named: Pick<ServerCertificateRecord, 'account' | 'path' | 'name'>) =>
  arnOf({ noun: 'server-certificate' }, named);

async function findServerCertificate(
  tx: ReadTransaction,
  account: string,
  name: string,
): Promise<ServerCertificateRecord | undefined> {
  const [found] = await tx.find(serverCertificates, 'name', {
    prefix: [account, name.toLowerCase()],
    limit: 1,
  });
  return found;
}

/** Refuses a name that another certificate has. */
export async function requireFreeCertificateName(
  tx: ReadTransaction,
  account: string,
  name: string,
  id?: string,
): Promise<void> {
  const namesake = await findServerCertificate(tx, account, name);
  if (namesake && namesake.id !== id) {
    throw alreadyExists(`The Server Certificate with name ${name} already exists.`);
  }
}

export async function serverCertificateCheck(
  { tx, account }: ResolveContext,
  name: string,
  action: string,
  conditions: ConditionValues = {},
): Promise<Check<ServerCertificateRecord>> {
  const found = await findServerCertificate(tx, account, name);
  return taggedCheck(
    { action, resource: serverCertificateArn(found ?? { account, path: '/', name }), account, conditions },
    found,
    () => noSuchEntity(`The Server Certificate with name ${name} cannot be found.`),
  );
}

export const shownMetadata = (record: ServerCertificateRecord): ServerCertificateMetadata => ({
  Path: record.path,
  ServerCertificateName: record.name,
  ServerCertificateId: record.id,
  Arn: serverCertificateArn(record),
  UploadDate: record.uploadedAtMs,
  Expiration: record.expiresAtMs,
});
