/**
 * Pages of a listing. A token is the place of the last item shown, so the next page begins after it whether or not the
 * item is still there: nothing is skipped and nothing is shown twice.
 */
import type { AwsError } from '../aws/aws-error.ts';
import { compareText } from '../platform/compare-text.ts';
import { encodeKey } from '../store/key.ts';
import type { Key } from '../store/store.ts';

export interface PageRequest {
  readonly token: string | undefined;
  readonly limit: number;
  /** The error for a token that is not one of ours. */
  invalidToken(token: string): AwsError;
}

export interface Page<T> {
  readonly items: T[];
  /** Undefined on the last page. */
  readonly token: string | undefined;
}

/** A page of what a table or index holds, in its order. */
export async function readPage<T>(
  request: PageRequest,
  read: (range: { after?: Key; limit: number }) => Promise<readonly T[]>,
  keyOf: (item: T) => Key,
): Promise<Page<T>> {
  // One more than fits, to know whether there is a next page.
  const found = await read({ after: placeBefore(request), limit: request.limit + 1 });
  return cut(found, request.limit, keyOf);
}

/**
 * A page of what is at hand already, in the order of `placeOf` or, for `reverse`, against it. Places are unique among the
 * items, and an item keeps its place for as long as it is there.
 */
export function pageOf<T>(
  request: PageRequest & { readonly reverse?: boolean },
  all: readonly T[],
  placeOf: (item: T, index: number) => Key,
): Page<T> {
  const sign = request.reverse ? -1 : 1;
  const placed = all
    .map((item, index) => placedAt(item, placeOf(item, index)))
    .sort((one, other) => sign * compareText(one.order, other.order));
  const before = placeBefore(request);
  const mark = before && encodeKey(before);
  const from = mark === undefined ? 0 : placed.findIndex(({ order }) => sign * compareText(order, mark) > 0);
  const { items, token } = cut(from < 0 ? [] : placed.slice(from), request.limit, ({ place }) => place);
  return { items: items.map(({ item }) => item), token };
}

const placedAt = <T>(item: T, place: Key) => ({ item, place, order: encodeKey(place) });

function cut<T>(found: readonly T[], limit: number, keyOf: (item: T) => Key): Page<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const isMore = found.length > limit && last !== undefined;
  return { items, token: isMore ? writeToken(keyOf(last)) : undefined };
}

function placeBefore({ token, invalidToken }: PageRequest): Key | undefined {
  if (token === undefined) return undefined;
  const key = readToken(token);
  if (!key) throw invalidToken(token);
  return key;
}

const writeToken = (key: Key) => Buffer.from(JSON.stringify(key)).toString('base64url');

function readToken(token: string): Key | undefined {
  try {
    const key: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    const isKey =
      Array.isArray(key) && key.every((part) => typeof part === 'string' || Number.isFinite(part));
    return isKey ? (key as Key) : undefined;
  } catch {
    return undefined;
  }
}
