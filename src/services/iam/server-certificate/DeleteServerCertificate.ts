/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServerCertificate.html */
import { iam } from '../iam.ts';
import { serverCertificateCheck, serverCertificates } from './server-certificate.ts';

export default iam.operation('DeleteServerCertificate', {
  checks: async (context, { ServerCertificateName }) => ({
    certificate: await serverCertificateCheck(context, ServerCertificateName, 'DeleteServerCertificate'),
  }),
  execute({ tx }, _input, { certificate: { record } }) {
    tx.delete(serverCertificates, [record.account, record.id]);
    return {};
  },
});
