/**
 * X.509 signing certificates of users, for the SOAP APIs of old. Nothing here takes them: they are kept and shown
 * (aws-facts G5.8).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
import type { SigningCertificate } from '../../../shapes/generated/iam.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { noSuchEntity } from '../errors.ts';
import type { UserRecord } from '../user/user.ts';

export interface SigningCertificateRecord {
  readonly account: string;
  readonly userId: string;
  readonly id: string;
  readonly body: string;
  readonly status: 'Active' | 'Inactive';
  readonly uploadedAtMs: number;
}

export const signingCertificates = table<SigningCertificateRecord>()({
  name: 'iam.signing-certificates',
  key: ({ account, userId, id }) => [account, userId, id],
});

export const MAX_CERTIFICATES_PER_USER = 2;

export const certificatesOf = (tx: ReadTransaction, user: UserRecord): Promise<SigningCertificateRecord[]> =>
  tx.list(signingCertificates, { prefix: [user.account, user.id] });

export async function requireCertificate(
  tx: ReadTransaction,
  user: UserRecord,
  id: string,
): Promise<SigningCertificateRecord> {
  const certificate = await tx.get(signingCertificates, [user.account, user.id, id]);
  if (!certificate) throw noSuchEntity(`The Certificate with id ${id} cannot be found.`);
  return certificate;
}

export const shownCertificate = (record: SigningCertificateRecord, UserName: string): SigningCertificate => ({
  UserName,
  CertificateId: record.id,
  CertificateBody: record.body,
  Status: record.status,
  UploadDate: record.uploadedAtMs,
});
