/**
 * Keeps web pages away from a server on the loopback interface. A page may resolve its own name to 127.0.0.1
 * (DNS rebinding) or simply send a request there; both betray themselves in Host, Origin or Sec-Fetch-Site.
 */
import { AwsError } from '../aws/aws-error.ts';
import type { HttpRequest } from './http.ts';

export interface HostPolicy {
  /** The error to answer with, or undefined when the request may pass. `localAddress` is where it arrived. */
  check(headers: HttpRequest['headers'], localAddress: string | undefined): AwsError | undefined;
}

/** Docker's name for the machine that a container runs on stands in hosts files only: no page can own it. */
const LOOPBACK = ['localhost', '*.localhost', '127.0.0.1', '[::1]', 'host.docker.internal'];
const LOOPBACK_AT_ANY_PORT =
  /^(?:(?:[a-z0-9_-]+\.)*localhost|127\.0\.0\.1|\[::1\]|host\.docker\.internal):\d+$/;
const AUTHORITY = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/;
/** No Origin goes with these two, so they must be judged by themselves. */
const OWN_SITE: ReadonlySet<string> = new Set(['same-origin', 'none']);

export interface HostPolicyOptions {
  readonly port: number;
  /**
   * Further names to answer to: `kms.test`, `*.aws.test`; the server's port goes with each, or the one given with it
   * (`latchkey:8080`, behind a port mapping).
   */
  readonly hostnames?: readonly string[];
  /**
   * Whether the server listens on every address, as in a container, whose port may be mapped to any other: the names
   * of this machine are then answered to with whatever port. An Origin must still be the very host of its request.
   */
  readonly anyPort?: boolean;
}

export function hostPolicy({ port, hostnames = [], anyPort = false }: HostPolicyOptions): HostPolicy {
  const exact = new Set<string>();
  const suffixes: string[] = [];
  for (const hostname of [...LOOPBACK, ...hostnames.map((name) => name.toLowerCase())]) {
    const authority = /:\d+$/.test(hostname) ? hostname : `${hostname}:${port}`;
    if (authority.startsWith('*.')) suffixes.push(authority.slice(1));
    else exact.add(authority);
  }
  const known = (authority: string) =>
    exact.has(authority) ||
    suffixes.some((suffix) => authority.endsWith(suffix)) ||
    (anyPort && LOOPBACK_AT_ANY_PORT.test(authority));
  // An address cannot be rebound: a page that names it was served from it.
  const answersTo = (authority: string | undefined, localAddress: string | undefined) =>
    authority !== undefined && (known(authority) || authority === `${bracketed(localAddress)}:${port}`);
  /** Where any port is answered to, a page of another server on this machine would pass for ours by its name alone. */
  const isOwnOrigin = (origin: string | undefined, host: string | undefined, localAddress?: string) =>
    anyPort
      ? origin !== undefined && origin === parseAuthority(host ?? '', port)
      : answersTo(origin, localAddress);
  // Clients name the same host in each request.
  let accepted: string | undefined;

  return {
    check(headers, localAddress) {
      const { host, origin } = headers;
      if (host === undefined || host !== accepted) {
        if (!answersTo(parseAuthority(host ?? '', port), localAddress)) return foreign('Host', host);
        accepted = host;
      }
      if (origin !== undefined && !isOwnOrigin(originAuthority(origin), host, localAddress)) {
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

/** An origin always has a port, 80 or 443 when it names none, and so another server's cannot pass for ours. */
function originAuthority(origin: string): string | undefined {
  const scheme = /^http(s?):\/\//.exec(origin);
  return scheme ? parseAuthority(origin.slice(scheme[0].length), scheme[1] ? 443 : 80) : undefined;
}

/** An IPv4 address without the form that it has on a socket of both families; empty of a socket that is gone. */
export function plainAddress(address = ''): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

function bracketed(address: string | undefined): string {
  const plain = plainAddress(address);
  return plain.includes(':') ? `[${plain}]` : plain;
}

function foreign(header: string, value: string | undefined): AwsError {
  const said =
    value === undefined ? 'is missing' : `"${value.slice(0, 100)}" is not one this server answers to`;
  return new AwsError(
    'AccessDenied',
    `The request was refused because its ${header} header ${said}; use localhost and the server's port, ` +
      'or start the server with --hostname NAME[:PORT].',
    403,
  );
}
