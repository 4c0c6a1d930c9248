/** How a server is found once it listens: by commands on this machine, by clients over TLS, and by who finds its data taken. */
import { resolve } from 'node:path';
import type { LatchkeyOptions } from './latchkey.ts';
import { makeCertificate } from './platform/node/certificate.ts';
import { noteHolder } from './platform/node/data-holder.ts';
import { machineClock } from './platform/node/index.ts';
import { announceServer, certificateFileOf, type SecureAddress } from './platform/node/running-server.ts';
import type { TlsIdentity } from './platform/sockets.ts';
import type { RunningServer } from './wire/server.ts';

/** What it is to speak TLS with, if it is to: a certificate of its own making, or the one that was given. */
export async function tlsIdentity({
  tls,
  host,
  hostnames = [],
}: LatchkeyOptions): Promise<TlsIdentity | undefined> {
  return tls === true ? makeCertificate([host, ...hostnames], machineClock.nowMs()) : tls;
}

export function announce(
  { url, secureUrl }: RunningServer,
  { tls, data }: LatchkeyOptions,
  { token, certificate }: { readonly token: string; readonly certificate?: string },
): { readonly secure?: SecureAddress; takeBack(): void } {
  const { pid } = process;
  const certificateFile = tls === true ? certificateFileOf(url) : undefined;
  const secure = secureUrl === undefined ? undefined : { url: secureUrl, certificateFile };
  const takeBackServer = announceServer({
    url,
    token,
    pid,
    secure,
    data: data && resolve(data),
    certificate,
  });
  const takeBackHolder = data ? noteHolder(data, { url, pid }) : undefined;
  return {
    secure,
    takeBack() {
      takeBackHolder?.();
      takeBackServer();
    },
  };
}
