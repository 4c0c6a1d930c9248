/** Auto Scaling's pages: `MaxRecords` at most, 50 unless said otherwise, and a `NextToken` where more follow. */
import { invalidNextToken, validationError } from './errors.ts';

const DEFAULT_RECORDS = 50;

interface PageRequest {
  readonly NextToken?: string;
  readonly MaxRecords?: number;
}

/** One page of a list whose order stays; the token names the last item shown. */
export function pageOf<T>(
  all: readonly T[],
  idOf: (item: T) => string,
  { NextToken, MaxRecords = DEFAULT_RECORDS }: PageRequest,
  most = 100,
): { readonly items: readonly T[]; readonly NextToken?: string } {
  if (MaxRecords < 1 || MaxRecords > most) {
    throw validationError(`MaxRecords must be greater than 0 and less than or equal to ${most}.`);
  }
  const from = NextToken === undefined ? 0 : all.findIndex((item) => idOf(item) === readToken(NextToken)) + 1;
  if (NextToken !== undefined && from === 0) throw invalidNextToken();
  const items = all.slice(from, from + MaxRecords);
  const last = items.at(-1);
  const isMore = last !== undefined && from + items.length < all.length;
  return { items, NextToken: isMore ? writeToken(idOf(last)) : undefined };
}

const MARK = 'autoscaling:';

const writeToken = (id: string) => Buffer.from(MARK + id).toString('base64url');

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith(MARK)) throw invalidNextToken();
  return text.slice(MARK.length);
}
