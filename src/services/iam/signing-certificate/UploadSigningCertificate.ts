/**
 * Gives a user a signing certificate, at most two.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSigningCertificate.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { base32 } from '../../../platform/identifiers.ts';
import { exceedsQuota, malformedCertificate } from '../errors.ts';
import { iam } from '../iam.ts';
import { parsedCertificate } from '../server-certificate/certificate.ts';
import { ownUserCheck } from '../user/user.ts';
import {
  certificatesOf,
  MAX_CERTIFICATES_PER_USER,
  type SigningCertificateRecord,
  shownCertificate,
  signingCertificates,
} from './signing-certificate.ts';

const ID_CHARACTERS = 32;

export default iam.operation('UploadSigningCertificate', {
  checks: async (context, { UserName }) => ({
    user: await ownUserCheck(context, UserName, 'UploadSigningCertificate'),
  }),
  async execute({ tx, account, nowMs, entropy }, { CertificateBody: body }, { user: { record } }) {
    const certificate = parsedCertificate(body);
    if (!certificate) throw malformedCertificate(`Certificate ${body} is malformed.`);
    const existing = await certificatesOf(tx, record);
    const fingerprints = existing.map((each) => parsedCertificate(each.body)?.fingerprint256);
    if (fingerprints.includes(certificate.fingerprint256)) {
      const id = existing[fingerprints.indexOf(certificate.fingerprint256)]?.id;
      throw new AwsError('DuplicateCertificate', `The certificate is already associated as ${id}.`, 409);
    }
    if (existing.length >= MAX_CERTIFICATES_PER_USER) {
      throw exceedsQuota('CertificatesPerUser', MAX_CERTIFICATES_PER_USER);
    }
    const uploaded: SigningCertificateRecord = {
      account,
      userId: record.id,
      id: base32(entropy, ID_CHARACTERS),
      body,
      status: 'Active',
      uploadedAtMs: nowMs,
    };
    tx.put(signingCertificates, uploaded);
    return { Certificate: shownCertificate(uploaded, record.name) };
  },
});
