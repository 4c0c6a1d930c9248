/** The CSV of the query in athena-sql.ts, as Athena and CloudTrail Lake give it. */
import { SnapshotError } from '../snapshot/snapshot.ts';
import { CSV_COLUMNS } from './athena-sql.ts';
import { shapeOfText, type Use } from './use.ts';

/** A quoted cell may hold anything, a doubled quote for a quote; rows end with LF or CRLF. */
function* csvRows(text: string, name: string): Generator<string[]> {
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let cell: string;
    if (text[at] === '"') {
      let end = at + 1;
      for (;;) {
        end = text.indexOf('"', end);
        if (end < 0) throw new SnapshotError(`${name} is damaged: a quoted cell does not end`);
        if (text[end + 1] !== '"') break;
        end += 2;
      }
      cell = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    } else {
      let end = at;
      while (end < text.length && text[end] !== ',' && text[end] !== '\n' && text[end] !== '\r') end++;
      cell = text.slice(at, end);
      at = end;
    }
    row.push(cell);
    if (text[at] === ',') {
      at++;
      if (at === text.length) row.push('');
      continue;
    }
    if (text[at] === '\r') at++;
    if (at < text.length && text[at] !== '\n')
      throw new SnapshotError(`${name} is damaged: text stands after a quoted cell`);
    at++;
    yield row;
    row = [];
  }
  if (row.length > 0) yield row;
}

const LISTS: ReadonlySet<string> = new Set(['sessions', 'addresses', 'vpcEndpoints', 'mfa']);

/** The columns of a CSV, by its beginning, without what programs put around their names. */
export function csvHeader(beginning: string): string[] {
  const [line = ''] = beginning.replace(/^\ufeff/, '').split('\n', 1);
  return line
    .replaceAll('"', '')
    .split(',')
    .map((column) => column.trim());
}

export const areUses = (header: readonly string[]): boolean =>
  CSV_COLUMNS.every((column) => header.includes(column));

export function* usesOfCsv(text: string, name: string): Generator<Use> {
  const rows = csvRows(text, name);
  rows.next();
  yield* usesOfRows(csvHeader(text), rows, name);
}

export function* usesOfRows(
  header: readonly string[],
  rows: Iterable<readonly string[]>,
  name: string,
): Generator<Use> {
  for (const cells of rows) {
    if (cells.length === 1 && cells[0] === '') continue;
    if (cells.length !== header.length) {
      throw new SnapshotError(
        `${name} is damaged: a row has ${cells.length} cells, and the header ${header.length}`,
      );
    }
    const use: Record<string, unknown> = {};
    for (const [i, column] of header.entries()) {
      const cell = cells[i] as string;
      use[column] = LISTS.has(column) ? cell.split(' ').filter(Boolean).sort() : cell;
    }
    const count = Number(use.count);
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new SnapshotError(`${name} is damaged: "${String(use.count)}" is no count of calls`);
    }
    for (const column of ['first', 'last'])
      if (Number.isNaN(Date.parse(use[column] as string)))
        throw new SnapshotError(`${name} is damaged: "${String(use[column])}" is no time`);
    const { context, grant } = use as unknown as Use;
    yield { ...use, context: shapeOfText(context), grant: shapeOfText(grant), count } as Use;
  }
}
