/**
 * Renames a certificate or moves it to another path. The caller must be allowed on the old name and on the new one.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateServerCertificate.html
 */
import { iam } from '../iam.ts';
import {
  requireFreeCertificateName,
  serverCertificateArn,
  serverCertificateCheck,
  serverCertificates,
} from './server-certificate.ts';

export default iam.operation('UpdateServerCertificate', {
  async checks(context, { ServerCertificateName, NewServerCertificateName, NewPath }) {
    const certificate = await serverCertificateCheck(
      context,
      ServerCertificateName,
      'UpdateServerCertificate',
    );
    const { account } = context;
    const path = NewPath ?? certificate.record?.path ?? '/';
    const name = NewServerCertificateName ?? ServerCertificateName;
    const target = serverCertificateArn({ account, path, name });
    const isMove = target !== certificate.resource && !certificate.missing;
    return { certificate, target: isMove ? { ...certificate, resource: target } : undefined };
  },
  async execute({ tx, account }, { NewServerCertificateName, NewPath }, { certificate: { record } }) {
    const name = NewServerCertificateName ?? record.name;
    await requireFreeCertificateName(tx, account, name, record.id);
    tx.put(serverCertificates, { ...record, name, path: NewPath ?? record.path });
    return {};
  },
});
