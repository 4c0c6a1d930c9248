/** What every Describe operation does: by ids or all, filtered, in pages. */
import type { Scope } from '../../../aws/scope.ts';
import type { Filter } from '../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import {
  listResources,
  type ResourceKind,
  type ResourceRecord,
  requireId,
  visible,
} from '../resource/kind.ts';
import { type FilterFields, filtersTest } from './filter.ts';
import {
  type Page,
  type PageLimits,
  type PageRequest,
  pageOf,
  readPage,
  requireNoPageOfIds,
} from './page.ts';

export interface Description<R extends ResourceRecord> {
  readonly kind: ResourceKind<R>;
  readonly ids: readonly string[] | undefined;
  /** The ids' name in the error for ids with MaxResults, e.g. `volumeIds`. */
  readonly idsName: string;
  readonly filters: readonly Filter[] | undefined;
  readonly fields: FilterFields<R>;
  readonly page?: PageRequest;
  readonly limits?: PageLimits;
  /** All that the caller may see, where that is more than its own stored records. */
  readonly list?: () => Promise<readonly R[]>;
  /** What else a record must pass to be shown, beside the filters. */
  readonly also?: (record: R) => boolean;
}

export async function describeResources<R extends ResourceRecord>(
  tx: ReadTransaction,
  scope: Scope,
  description: Description<R>,
): Promise<Page<R>> {
  const { kind, ids, idsName, filters, fields, page = {}, limits, also } = description;
  requireNoPageOfIds(idsName, ids, page);
  const matches = filtersTest(filters, fields);
  const isShown = (record: R) => matches(record) && (also?.(record) ?? true);
  if (ids && ids.length > 0) return sortedPage(await byIds(tx, kind, scope, ids));
  if (description.list) return sortedPage(await description.list());
  const { page: read } = kind.records;
  if (!read) return sortedPage(await listResources(tx, kind, scope));
  const isVisible = (record: R) => kind.isVisible?.(record) ?? true;
  return readPage(page, limits, (range) =>
    firstThat(
      (record) => isVisible(record) && isShown(record),
      range,
      (stretch) => read(tx, scope, stretch),
    ),
  );

  function sortedPage(found: readonly R[]): Page<R> {
    const sorted = found
      .filter(isShown)
      .sort((one, other) => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0));
    return pageOf(sorted, (record) => record.id, page, limits);
  }
}

interface Stretch {
  readonly after?: string;
  readonly limit: number;
}

/** Records read at one time, once the first of them were not enough. */
const STRETCH = 1000;

/** The first of those that pass, in the order of their ids; no more are read than it takes to find them. */
async function firstThat<R extends ResourceRecord>(
  passes: (record: R) => boolean,
  { after, limit }: Stretch,
  read: (stretch: Stretch) => Promise<readonly R[]>,
): Promise<R[]> {
  const found: R[] = [];
  let next: Stretch = { after, limit: Math.min(limit, STRETCH) };
  for (;;) {
    const records = await read(next);
    found.push(...records.filter(passes));
    if (found.length >= limit || records.length < next.limit) return found.slice(0, limit);
    next = { after: records.at(-1)?.id, limit: STRETCH };
  }
}

/** The resources of a list of ids, each once; AWS's error when one of them is missing. */
async function byIds<R extends ResourceRecord>(
  tx: ReadTransaction,
  kind: ResourceKind<R>,
  scope: Scope,
  ids: readonly string[],
): Promise<R[]> {
  const wanted = [...new Set(ids)];
  for (const id of wanted) requireId(kind, id);
  const found = await Promise.all(wanted.map((id) => kind.records.find(tx, scope, id)));
  const shown = found.flatMap((record) => visible(kind, record) ?? []);
  const missing = wanted.filter((_, index) => !(kind.hidden ? found[index] : visible(kind, found[index])));
  if (missing.length > 0) throw kind.notFound(missing);
  return shown;
}
