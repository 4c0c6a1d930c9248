/** The canonical request of Signature Version 4. */
import { compareText } from '../platform/compare-text.ts';
import { encodePath, normalizeQueryComponent } from './percent-encoding.ts';

/** The parts of an HTTP request that a signature covers. `wire/http.ts`'s `HttpRequest` is one. */
export interface SignedRequest {
  readonly method: string;
  /** As received, still percent-encoded, without the query. */
  readonly path: string;
  /** As received, without the `?`. */
  readonly query: string;
  /** Names in lower case; the values of a repeated header joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * The path of every service but S3: dot segments and doubled slashes removed, then encoded once more.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function canonicalPath(path: string): string {
  // Nearly every call of these services is to it.
  if (path === '/' || path === '') return '/';
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const trailingSlash = kept.length > 0 && path.endsWith('/') ? '/' : '';
  return encodePath(`/${kept.join('/')}${trailingSlash}`);
}

/** The names and values of a query as sent, still percent-encoded; either may be empty. */
export function queryParts(query: string): [name: string, value: string][] {
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=');
      return equals < 0 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)];
    });
}

/** Each name and value encoded in the one canonical way, sorted by name, then by value. */
export function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs = queryParts(query)
    // A signature cannot cover itself.
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map((pair) => pair.map(normalizeQueryComponent) as [string, string]);
  pairs.sort(([nameA, valueA], [nameB, valueB]) => compareText(nameA, nameB) || compareText(valueA, valueB));
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

/** One `name:value` line per signed header, or undefined when the request lacks one of them. */
export function canonicalHeaders(
  headers: SignedRequest['headers'],
  signedHeaders: readonly string[],
): string | undefined {
  let lines = '';
  for (const name of signedHeaders) {
    const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
    if (value === undefined) return undefined;
    lines += `${name}:${collapseSpaces(value)}\n`;
  }
  return lines;
}

function collapseSpaces(value: string): string {
  return /\s\s|[^\S ]/.test(value) ? value.trim().replace(/\s+/g, ' ') : value.trim();
}
