/** KMS's pages: `Limit` and `Marker` in, `NextMarker` and `Truncated` out. */
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

/** Reads one record more than fits, to know whether there is a next page. `keyOf` is where a page continues. */
export async function page<T>(
  { Limit, Marker }: PageRequest,
  defaultLimit: number,
  read: (range: { after?: Key; limit: number }) => Promise<readonly T[]>,
  keyOf: (item: T) => Key,
): Promise<Page<T>> {
  const limit = Limit ?? defaultLimit;
  const found = await read({
    after: Marker === undefined ? undefined : readMarker(Marker),
    limit: limit + 1,
  });
  const items = found.slice(0, limit);
  if (found.length <= limit) return { items, Truncated: false };
  return { items, NextMarker: writeMarker(keyOf(items.at(-1) as T)), Truncated: true };
}

/** A page of what is at hand already. */
export function pageOf<T>(request: PageRequest, defaultLimit: number, all: readonly T[]): Promise<Page<T>> {
  const places = new Map(all.map((item, place) => [item, place]));
  return page(
    request,
    defaultLimit,
    async ({ after, limit }) => {
      const from = after === undefined ? 0 : Number(after[0]) + 1;
      return all.slice(from, from + limit);
    },
    (item) => [places.get(item) as number],
  );
}

const writeMarker = (key: Key) => Buffer.from(JSON.stringify(key)).toString('base64url');

function readMarker(marker: string): Key {
  try {
    const key: unknown = JSON.parse(Buffer.from(marker, 'base64url').toString());
    const isKey =
      Array.isArray(key) && key.every((part) => typeof part === 'string' || Number.isFinite(part));
    if (isKey) return key as Key;
  } catch {
    // Falls through: no marker of ours.
  }
  throw invalidMarker();
}
