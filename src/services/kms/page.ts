/** KMS's pages: `Limit` and `Marker` in, `NextMarker` and `Truncated` out. */
import * as shared from '../../service-kit/page.ts';
import type { Key } from '../../store/store.ts';
import { invalidMarker } from './errors.ts';

export interface PageRequest {
  readonly Limit?: number;
  readonly Marker?: string;
}

export interface Page<T> {
  readonly items: T[];
  readonly NextMarker?: string;
  readonly Truncated: boolean;
}

/** `keyOf` is where a page continues. */
export async function page<T>(
  request: PageRequest,
  defaultLimit: number,
  read: (range: { after?: Key; limit: number }) => Promise<readonly T[]>,
  keyOf: (item: T) => Key,
): Promise<Page<T>> {
  return told(await shared.readPage(inTerms(request, defaultLimit), read, keyOf));
}

/** A page of what is at hand already. */
export async function pageOf<T>(
  request: PageRequest,
  defaultLimit: number,
  all: readonly T[],
): Promise<Page<T>> {
  return told(await shared.pageOf(inTerms(request, defaultLimit), all));
}

const inTerms = ({ Limit, Marker }: PageRequest, defaultLimit: number) => ({
  token: Marker,
  limit: Limit ?? defaultLimit,
  invalidToken: invalidMarker,
});

const told = <T>({ items, token }: shared.Page<T>): Page<T> =>
  token === undefined ? { items, Truncated: false } : { items, NextMarker: token, Truncated: true };
