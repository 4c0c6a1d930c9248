/**
 * Lists a user's signing certificates. Root has none here.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSigningCertificates.html
 */
import { iam } from '../iam.ts';
import { pageOf } from '../page.ts';
import { userOrRootChecks } from '../user/user.ts';
import { certificatesOf, shownCertificate } from './signing-certificate.ts';

export default iam.operation('ListSigningCertificates', {
  readOnly: true,
  checks: (context, { UserName }) => userOrRootChecks(context, UserName, 'ListSigningCertificates'),
  async execute({ tx }, input, { user }) {
    if (!user) return { Certificates: [], IsTruncated: false };
    const { record } = user;
    const { items, ...page } = pageOf(await certificatesOf(tx, record), input, ({ id }) => id);
    return { Certificates: items.map((each) => shownCertificate(each, record.name)), ...page };
  },
});
