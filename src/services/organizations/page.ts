/** Organizations' pages: `MaxResults` at most, 20 unless said otherwise, and a `NextToken` where more follow. */
import { invalidInput } from './errors.ts';

const DEFAULT_RESULTS = 20;

/** One page of a list whose order stays; a token is the number of items before the next page. */
export function pageOf<T>(
  all: readonly T[],
  { NextToken, MaxResults = DEFAULT_RESULTS }: { readonly NextToken?: string; readonly MaxResults?: number },
): { readonly items: readonly T[]; readonly next: { readonly NextToken?: string } } {
  const from = NextToken === undefined ? 0 : readToken(NextToken);
  const to = from + MaxResults;
  return { items: all.slice(from, to), next: to < all.length ? { NextToken: writeToken(to) } : {} };
}

const writeToken = (from: number) => Buffer.from(`page:${from}`).toString('base64url');

function readToken(token: string): number {
  const match = /^page:(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (!match) throw invalidInput('You specified an invalid pagination token.', 'INVALID_NEXT_TOKEN');
  return Number(match[1]);
}
