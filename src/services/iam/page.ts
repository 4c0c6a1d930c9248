/** IAM's pages: `MaxItems` at most, 100 unless said otherwise, and a `Marker` where more follow. */
import * as shared from '../../service-kit/page.ts';
import { validationError } from './errors.ts';

export interface PageRequest {
  readonly Marker?: string;
  readonly MaxItems?: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

const DEFAULT_MAX_ITEMS = 100;

/** One page in the order of `keyOf`, which is unique among the items and stays the same while they live. */
export function pageOf<T>(
  all: readonly T[],
  { Marker, MaxItems = DEFAULT_MAX_ITEMS }: PageRequest,
  keyOf: (item: T) => string,
): Page<T> {
  const request = { token: Marker, limit: MaxItems, invalidToken: () => validationError('Invalid Marker.') };
  const { items, token } = shared.pageOf(request, all, (item) => [keyOf(item)]);
  return token === undefined ? { items, IsTruncated: false } : { items, IsTruncated: true, Marker: token };
}
