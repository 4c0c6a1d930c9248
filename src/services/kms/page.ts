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

/** A page of what a table or index holds. */
export async function readPage<T>(
  request: PageRequest,
  defaultLimit: number,
  read: (range: { after?: Key; limit: number }) => Promise<readonly T[]>,
  keyOf: (item: T) => Key,
): Promise<Page<T>> {
  return toMarkerPage(await shared.readPage(toShared(request, defaultLimit), read, keyOf));
}

/** A page of what is at hand already, in the order of `placeOf`. */
export const pageOf = <T>(
  request: PageRequest,
  defaultLimit: number,
  all: readonly T[],
  placeOf: (item: T) => Key,
): Page<T> => toMarkerPage(shared.pageOf(toShared(request, defaultLimit), all, placeOf));

const toShared = ({ Limit, Marker }: PageRequest, defaultLimit: number) => ({
  token: Marker,
  limit: Limit ?? defaultLimit,
  invalidToken: invalidMarker,
});

const toMarkerPage = <T>({ items, token }: shared.Page<T>): Page<T> =>
  token === undefined ? { items, Truncated: false } : { items, NextMarker: token, Truncated: true };
