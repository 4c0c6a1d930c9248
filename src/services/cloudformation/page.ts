/** CloudFormation's pages: 100 items, and an opaque NextToken where more follow. */
import * as shared from '../../service-kit/page.ts';
import type { Key } from '../../store/store.ts';
import { validationError } from './cloudformation.ts';

const PAGE_SIZE = 100;

const invalidToken = (token: string) => validationError(`Invalid nextToken ${token}`);

/** One page in the order of `placeOf` or, for `reverse`, against it. */
export function pageOf<T>(
  all: readonly T[],
  placeOf: (item: T, index: number) => Key,
  token: string | undefined,
  { reverse = false } = {},
): { readonly items: T[]; readonly NextToken?: string } {
  const page = shared.pageOf({ token, limit: PAGE_SIZE, invalidToken, reverse }, all, placeOf);
  return { items: page.items, NextToken: page.token };
}
