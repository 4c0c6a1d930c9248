/** Organizations' pages: `MaxResults` at most, 20 unless said otherwise, and a `NextToken` where more follow. */
import * as shared from '../../service-kit/page.ts';
import { invalidInput } from './errors.ts';

const DEFAULT_RESULTS = 20;

const invalidToken = () => invalidInput('You specified an invalid pagination token.', 'INVALID_NEXT_TOKEN');

/** One page in the order of `idOf`, which is unique among the items. */
export function pageOf<T>(
  all: readonly T[],
  idOf: (item: T) => string,
  { NextToken, MaxResults = DEFAULT_RESULTS }: { readonly NextToken?: string; readonly MaxResults?: number },
): { readonly items: readonly T[]; readonly NextToken?: string } {
  const request = { token: NextToken, limit: MaxResults, invalidToken };
  const { items, token } = shared.pageOf(request, all, (item) => [idOf(item)]);
  return { items, NextToken: token };
}
