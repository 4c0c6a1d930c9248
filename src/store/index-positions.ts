/** Where the indexes of a table have a record. */
import type { AnyTable, IndexPosition } from './engine.ts';
import { indexPosition } from './key.ts';

/** Where a record stands in an index, or in the table itself. */
export function positions(
  table: AnyTable,
  index: string | undefined,
  key: string,
  record: object | undefined,
): string[] {
  if (record === undefined) return [];
  if (index === undefined) return [key];
  const keys = table.indexes[index]?.(record) ?? [];
  const all = keys.map((indexKey) => indexPosition(indexKey, key));
  return all.length > 1 ? [...new Set(all)] : all;
}

export function indexPositions(table: AnyTable, key: string, record: object | undefined): IndexPosition[] {
  return Object.keys(table.indexes).flatMap((index) =>
    positions(table, index, key, record).map((position) => ({ index, position })),
  );
}
