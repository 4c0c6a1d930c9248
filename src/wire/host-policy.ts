import { AwsError } from '../aws/aws-error.ts';
import type { HttpRequest } from './http.ts';

/**
 * Keeps web pages away from a server on the loopback interface. A page may resolve its own name to 127.0.0.1
 * (DNS rebinding) or simply send a request there; both betray themselves in Host, Origin or Sec-Fetch-Site.
 */
export interface HostPolicy {
  /** The error to answer with, or undefined when the request may pass. `localAddress` is where it arrived. */
  check(headers: HttpRequest['headers'], localAddress: string | undefined): AwsError | undefined;
}

const LOOPBACK = ['localhost', '*.localhost', '127.0.0.1', '[::1]'];
const AUTHORITY = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/;
/** No Origin goes with these two, so they must be judged by themselves. */
const OWN_SITE: ReadonlySet<string> = new Set(['same-origin', 'none']);

/**
 * @param hostnames further names to answer to: `kms.test`, `*.aws.test`; the server's port goes with each, or
 *   the one given with it (`latchkey:8080`, behind a port mapping)
 */
export function hostPolicy(port: number, hostnames: readonly string[]): HostPolicy {
  const exact = new Set<string>();
  const suffixes: string[] = [];
  for (const hostname of [...LOOPBACK, ...hostnames.map((name) => name.toLowerCase())]) {
    const authority = /:\d+$/.test(hostname) ? hostname : `${hostname}:${port}`;
    if (authority.startsWith('*.')) suffixes.push(authority.slice(1));
    else exact.add(authority);
  }
  const known = (authority: string) =>
    exact.has(authority) || suffixes.some((suffix) => authority.endsWith(suffix));

  return {
    check(headers, localAddress) {
      const { host, origin } = headers;
      const authority = parseAuthority(host ?? '', port);
      const named = authority !== undefined && known(authority);
      // An address cannot be rebound: a page that names it was served from it.
      if (!named && authority !== `${bracketed(localAddress)}:${port}`) return foreign('Host', host);
      if (origin !== undefined && !ownOrigin(origin, authority as string, known)) {
        return foreign('Origin', origin);
      }
      const site = headers['sec-fetch-site'];
      return site === undefined || OWN_SITE.has(site) ? undefined : foreign('Sec-Fetch-Site', site);
    },
  };
}

/** `host:port`, lower case, the port filled in when absent; undefined when malformed. */
function parseAuthority(text: string, defaultPort: number): string | undefined {
  const parts = AUTHORITY.exec(text.toLowerCase());
  return parts ? `${parts[1]}:${Number(parts[2] ?? defaultPort)}` : undefined;
}

/** An origin always has a port, 80 or 443 when it names none, and so another server's may not pass for ours. */
function ownOrigin(origin: string, ownAuthority: string, known: (authority: string) => boolean): boolean {
  const scheme = /^http(s?):\/\//.exec(origin);
  if (!scheme) return false;
  const authority = parseAuthority(origin.slice(scheme[0].length), scheme[1] ? 443 : 80);
  return authority !== undefined && (authority === ownAuthority || known(authority));
}

function bracketed(address: string | undefined): string {
  const plain = (address ?? '').replace(/^::ffff:(?=\d+\.)/, '');
  return plain.includes(':') ? `[${plain}]` : plain;
}

function foreign(header: string, value: string | undefined): AwsError {
  const said =
    value === undefined ? 'is missing' : `"${value.slice(0, 100)}" is not one this server answers to`;
  return new AwsError(
    'AccessDenied',
    `The request was refused because its ${header} header ${said}; use localhost and the server's port.`,
    403,
  );
}
