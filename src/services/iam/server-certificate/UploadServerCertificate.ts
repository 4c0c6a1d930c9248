/**
 * Keeps a certificate that fits the private key that comes with it, and the chain where there is one.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadServerCertificate.html
 */
import type { Check } from '../../../invoke/verdict.ts';
import { exceedsQuota } from '../errors.ts';
import { iam } from '../iam.ts';
import { newId } from '../identity/identity.ts';
import { creationTagCheck, newTags, requestTagKeys, shownTags } from '../tag/tag.ts';
import { requireChain, requireMatchingKey, requireServerCertificate } from './certificate.ts';
import {
  MAX_SERVER_CERTIFICATES,
  requireFreeCertificateName,
  type ServerCertificateRecord,
  serverCertificateArn,
  serverCertificates,
  shownMetadata,
} from './server-certificate.ts';

export default iam.operation('UploadServerCertificate', {
  checks({ account }, { ServerCertificateName: name, Path: path = '/', Tags }) {
    const certificate: Check<undefined> = {
      action: 'iam:UploadServerCertificate',
      resource: serverCertificateArn({ account, path, name }),
      account,
      record: undefined,
      conditions: () => requestTagKeys(Tags),
    };
    return { certificate, tag: creationTagCheck(certificate, 'TagServerCertificate', Tags) };
  },
  async execute({ tx, account, nowMs, entropy }, input) {
    const { ServerCertificateName: name, CertificateBody: body, CertificateChain: chain } = input;
    await requireFreeCertificateName(tx, account, name);
    const certificate = requireServerCertificate(body);
    requireMatchingKey(certificate, input.PrivateKey);
    if (chain !== undefined) requireChain(certificate, chain);
    const existing = await tx.list(serverCertificates, { prefix: [account], limit: MAX_SERVER_CERTIFICATES });
    if (existing.length >= MAX_SERVER_CERTIFICATES) {
      throw exceedsQuota('ServerCertificatesPerAccount', MAX_SERVER_CERTIFICATES);
    }
    const record: ServerCertificateRecord = {
      account,
      id: newId(entropy, 'ASCA'),
      name,
      path: input.Path ?? '/',
      // White space around the texts is gone when they are read (the Terraform provider counts on it).
      body: body.trim(),
      chain: chain?.trim(),
      tags: newTags(input.Tags),
      uploadedAtMs: nowMs,
      expiresAtMs: certificate.validToDate.getTime(),
    };
    tx.put(serverCertificates, record);
    return { ServerCertificateMetadata: shownMetadata(record), ...shownTags(record.tags) };
  },
});
