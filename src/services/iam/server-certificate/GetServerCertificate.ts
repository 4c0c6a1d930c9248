/**
 * Shows a certificate, with its chain and tags and without its private key.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServerCertificate.html
 */
import { iam } from '../iam.ts';
import { serverCertificateCheck, shownMetadata } from './server-certificate.ts';

export default iam.operation('GetServerCertificate', {
  readOnly: true,
  checks: async (context, { ServerCertificateName }) => ({
    certificate: await serverCertificateCheck(context, ServerCertificateName, 'GetServerCertificate'),
  }),
  execute(_context, _input, { certificate: { record } }) {
    const ServerCertificate = {
      ServerCertificateMetadata: shownMetadata(record),
      CertificateBody: record.body,
      CertificateChain: record.chain,
      Tags: [...record.tags],
    };
    return { ServerCertificate };
  },
});
