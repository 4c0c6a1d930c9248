/** Auto Scaling's pages: `MaxRecords` at most, 50 unless said otherwise, and a `NextToken` where more follow. */
import * as shared from '../../service-kit/page.ts';
import type { Key } from '../../store/store.ts';
import { invalidNextToken, validationError } from './errors.ts';

const DEFAULT_RECORDS = 50;

interface PageRequest {
  readonly NextToken?: string;
  readonly MaxRecords?: number;
}

/** One page in the order of `placeOf` or, for `reverse`, against it. */
export function pageOf<T>(
  all: readonly T[],
  placeOf: (item: T) => Key,
  { NextToken, MaxRecords = DEFAULT_RECORDS }: PageRequest,
  { max = 100, reverse = false } = {},
): { readonly items: readonly T[]; readonly NextToken?: string } {
  if (MaxRecords < 1 || MaxRecords > max) {
    throw validationError(`MaxRecords must be greater than 0 and less than or equal to ${max}.`);
  }
  const request = { token: NextToken, limit: MaxRecords, invalidToken: invalidNextToken, reverse };
  const { items, token } = shared.pageOf(request, all, placeOf);
  return { items, NextToken: token };
}
