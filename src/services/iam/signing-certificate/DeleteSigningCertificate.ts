/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteSigningCertificate.html */
import { iam } from '../iam.ts';
import { ownUserCheck } from '../user/user.ts';
import { requireCertificate, signingCertificates } from './signing-certificate.ts';

export default iam.operation('DeleteSigningCertificate', {
  checks: async (context, { UserName }) => ({
    user: await ownUserCheck(context, UserName, 'DeleteSigningCertificate'),
  }),
  async execute({ tx }, { CertificateId: id }, { user: { record } }) {
    const { account, userId } = await requireCertificate(tx, record, id);
    tx.delete(signingCertificates, [account, userId, id]);
    return {};
  },
});
