/** IAM's pages: `MaxItems` at most, 100 unless said otherwise, and a `Marker` where more follow. */
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
  const sorted = all
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const after = Marker === undefined ? undefined : readMarker(Marker);
  const from = after === undefined ? 0 : sorted.findIndex(({ key }) => key > after);
  const rest = from < 0 ? [] : sorted.slice(from);
  const page = rest.slice(0, MaxItems);
  const last = page.at(-1);
  const more = rest.length > page.length && last !== undefined;
  return {
    items: page.map(({ item }) => item),
    IsTruncated: more,
    ...(more && { Marker: writeMarker(last.key) }),
  };
}

const PREFIX = 'm1:';

function writeMarker(key: string): string {
  return Buffer.from(PREFIX + key).toString('base64');
}

function readMarker(marker: string): string {
  const text = Buffer.from(marker, 'base64').toString();
  if (!text.startsWith(PREFIX)) throw validationError('Invalid Marker.');
  return text.slice(PREFIX.length);
}
