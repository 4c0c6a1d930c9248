/**
 * Lists a user's signing certificates.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSigningCertificates.html
 */
import { iam } from '../iam.ts';
import { pageOf } from '../page.ts';
import { ownUserCheck } from '../user/user.ts';
import { certificatesOf, shownCertificate } from './signing-certificate.ts';

export default iam.operation('ListSigningCertificates', {
  readOnly: true,
  checks: async (context, { UserName }) => ({
    user: await ownUserCheck(context, UserName, 'ListSigningCertificates'),
  }),
  async execute({ tx }, input, { user: { record } }) {
    const { items, ...page } = pageOf(await certificatesOf(tx, record), input, ({ id }) => id);
    return { Certificates: items.map((each) => shownCertificate(each, record.name)), ...page };
  },
});
