/** A certificate of a server's own making, for clients that are given it to trust. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { DAY_MS } from '../durations.ts';
import type { TlsIdentity } from '../sockets.ts';

const VALID_DAYS = 397;
/** Clocks of clients in virtual machines are behind at times. */
const EARLIER_MS = DAY_MS;

/** What clients on this machine know a server by. */
const LOCAL_NAMES = ['localhost', '*.localhost', '127.0.0.1', '::1', 'host.docker.internal'];

/** @param further names and addresses that clients know the server by: `latchkey:8080`, `*.aws.test` */
export async function makeCertificate(
  further: readonly (string | undefined)[],
  nowMs: number,
): Promise<TlsIdentity> {
  const { generate } = await import('./selfsigned.ts');
  const names = further
    .filter((name) => name !== undefined)
    .map((name) => name.replace(/(?<=^[^:]*):\d+$/, ''));
  const altNames = [...new Set([...LOCAL_NAMES, ...names])].map((name) =>
    isIP(name) ? ({ type: 7, ip: name } as const) : ({ type: 2, value: name } as const),
  );
  const { cert, private: privateKey } = await generate([{ name: 'commonName', value: 'Latchkey' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(nowMs - EARLIER_MS),
    notAfterDate: new Date(nowMs + VALID_DAYS * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  return { certificate: cert, privateKey };
}

/** Undefined where a server can speak TLS by it: the certificate, before those that signed it, and its own key. */
export function whatIsWrongWith({ certificate, privateKey }: TlsIdentity): string | undefined {
  const first = madeOf(() => new X509Certificate(certificate));
  if (!first) return 'the first holds no certificate in PEM';
  const key = madeOf(() => createPrivateKey(privateKey));
  if (!key) return 'the second holds no private key in PEM, or one that is under a passphrase';
  return first.checkPrivateKey(key) ? undefined : 'the key is not that of the certificate';
}

function madeOf<Made>(make: () => Made): Made | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
