/** Pages of a listing whose token is the key after which the next page begins. */
import type { AwsError } from '../aws/aws-error.ts';
import type { Key } from '../store/store.ts';

export interface PageRequest {
  readonly token: string | undefined;
  readonly limit: number;
  /** The error for a token that is none of ours. */
  invalidToken(): AwsError;
}

export interface Page<T> {
  readonly items: T[];
  /** Undefined on the last page. */
  readonly token: string | undefined;
}

/** Reads one more than fits, to know whether there is a next page. */
export async function readPage<T>(
  { token, limit, invalidToken }: PageRequest,
  read: (range: { after?: Key; limit: number }) => Promise<readonly T[]>,
  keyOf: (item: T) => Key,
): Promise<Page<T>> {
  const after = token === undefined ? undefined : readKey(token);
  if (token !== undefined && !after) throw invalidToken();
  const found = await read({ after, limit: limit + 1 });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, token: found.length > limit && last !== undefined ? writeKey(keyOf(last)) : undefined };
}

/** A page of what is at hand already, in its order. */
export function pageOf<T>(request: PageRequest, all: readonly T[]): Promise<Page<T>> {
  const places = new Map(all.map((item, place) => [item, place]));
  return readPage(
    request,
    async ({ after, limit }) => {
      const from = after === undefined ? 0 : Number(after[0]) + 1;
      return all.slice(from, from + limit);
    },
    (item) => [places.get(item) as number],
  );
}

const writeKey = (key: Key) => Buffer.from(JSON.stringify(key)).toString('base64url');

function readKey(token: string): Key | undefined {
  try {
    const key: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    const isKey =
      Array.isArray(key) && key.every((part) => typeof part === 'string' || Number.isFinite(part));
    return isKey ? (key as Key) : undefined;
  } catch {
    return undefined;
  }
}
