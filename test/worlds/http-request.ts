/** A request as it reaches the wire's code, for tests of what that makes of it. */
import type { HttpRequest } from '../../src/wire/http.ts';

export interface RequestParts extends Omit<Partial<HttpRequest>, 'body'> {
  readonly body?: string | Buffer;
}

export const httpRequest = ({ body = '', ...parts }: RequestParts = {}): HttpRequest => ({
  method: 'POST',
  path: '/',
  query: '',
  headers: {},
  body: Buffer.from(body),
  remoteAddress: '127.0.0.1',
  secureTransport: false,
  ...parts,
});

export const formRequest = (body: string, query = ''): HttpRequest =>
  httpRequest({ query, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body });
