/** X.509 certificates as IAM takes them: PEM, with the key that they are for and the chain that vouches for them. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { AwsError } from '../../../aws/aws-error.ts';
import { malformedCertificate } from '../errors.ts';

/** The certificate of a PEM text; undefined for anything else. */
export function parsedCertificate(pem: string): X509Certificate | undefined {
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) return undefined;
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

export function requireServerCertificate(pem: string): X509Certificate {
  const certificate = parsedCertificate(pem);
  if (certificate) return certificate;
  throw malformedCertificate('Unable to parse certificate. Please ensure the certificate is in PEM format.');
}

/** Refuses a key that is not the certificate's. The key is looked at and not kept: nothing here serves TLS with it. */
export function requireMatchingKey(certificate: X509Certificate, privateKeyPem: string): void {
  let matches: boolean;
  try {
    matches = certificate.checkPrivateKey(createPrivateKey(privateKeyPem));
  } catch {
    throw malformedCertificate('Invalid Private Key.');
  }
  if (!matches) throw new AwsError('KeyPairMismatch', 'The private key does not match the certificate.');
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Refuses a chain in which a certificate is not signed by the next, beginning with the one that is uploaded. */
export function requireChain(certificate: X509Certificate, chainPem: string): void {
  const signers = chainPem.match(PEM_CERTIFICATE) ?? [];
  let signed: X509Certificate = certificate;
  // The certificate that the chain is for counts as -1.
  let index = -1;
  for (const pem of signers) {
    const signer = parsedCertificate(pem);
    if (!signer || !isSignedBy(signed, signer)) break;
    signed = signer;
    index++;
  }
  if (signers.length > 0 && index === signers.length - 1) return;
  throw malformedCertificate(
    'Unable to validate certificate chain. The certificate chain must start with the immediate signing certificate, ' +
      `followed by any intermediaries in order. The index within the chain of the invalid certificate is: ${index}`,
  );
}

const isSignedBy = (certificate: X509Certificate, signer: X509Certificate) =>
  certificate.checkIssued(signer) && certificate.verify(signer.publicKey);
