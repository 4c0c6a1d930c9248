/**
 * Makes a user's signing certificate active or inactive.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSigningCertificate.html
 */
import { iam } from '../iam.ts';
import { requestedStatus } from '../status.ts';
import { ownUserCheck } from '../user/user.ts';
import { requireCertificate, signingCertificates } from './signing-certificate.ts';

export default iam.operation('UpdateSigningCertificate', {
  checks: async (context, { UserName }) => ({
    user: await ownUserCheck(context, UserName, 'UpdateSigningCertificate'),
  }),
  async execute({ tx }, { CertificateId: id, Status }, { user: { record } }) {
    const status = requestedStatus(Status);
    tx.put(signingCertificates, { ...(await requireCertificate(tx, record, id)), status });
    return {};
  },
});
