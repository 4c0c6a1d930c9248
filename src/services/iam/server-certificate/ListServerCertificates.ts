/**
 * Lists the account's server certificates under a path, without bodies and tags.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServerCertificates.html
 */
import { iam } from '../iam.ts';
import { pageOf } from '../page.ts';
import { serverCertificateArn, serverCertificates, shownMetadata } from './server-certificate.ts';

export default iam.operation('ListServerCertificates', {
  readOnly: true,
  checks: ({ account }, { PathPrefix: path = '/' }) => ({
    certificates: {
      action: 'iam:ListServerCertificates',
      resource: serverCertificateArn({ account, path, name: '' }),
      account,
      record: undefined,
    },
  }),
  async execute({ tx, account }, input) {
    const all = await tx.find(serverCertificates, 'name', { prefix: [account] });
    const under = all.filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
    const { items, ...page } = pageOf(under, input, ({ name }) => name.toLowerCase());
    return { ServerCertificateMetadataList: items.map(shownMetadata), ...page };
  },
});
