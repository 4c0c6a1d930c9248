/** The journal of `latchkey import aws` as files: a line an answer or page, and a file a page of CloudTrail's history. */
import type { Begun, Journal } from '../import/aws/read-accounts.ts';
import type { HistoryPage, HistoryPages, HistoryPart } from '../import/aws/read-history.ts';
import type { Read } from '../import/snapshot/snapshot.ts';
import { openImportJournal } from '../platform/node/import-journal.ts';

type Line = { readonly begunAtMs: number } | { readonly read: Read } | { readonly page: Begun };

export interface KeptImport {
  readonly journal: Journal;
  readonly pages: HistoryPages;
  /** When the import began, by the first of its runs. */
  readonly begunAtMs: number;
  /** How many answers an earlier run has left. */
  readonly answers: number;
  /** Of the pages of history. */
  readonly filesFolder: string;
  discard(): void;
}

const partName = ({ account, region, day, source }: HistoryPart) => `${account}/${region}/${day}/${source}`;

export function importJournal(folder: string, nowMs: number): KeptImport {
  const { lines, add, filesIn, file, addFile, filesFolder, discard } = openImportJournal(folder);
  const put = (line: Line) => add(JSON.stringify(line));
  const reads: Read[] = [];
  const pages: Begun[] = [];
  let begunAtMs: number | undefined;
  for (const text of lines) {
    const line = JSON.parse(text) as Line;
    if ('read' in line) reads.push(line.read);
    else if ('page' in line) pages.push(line.page);
    else begunAtMs = line.begunAtMs;
  }
  if (begunAtMs === undefined) put({ begunAtMs: nowMs });
  return {
    journal: { reads, pages, add: (read) => put({ read }), addPage: (page) => put({ page }) },
    pages: {
      kept(part) {
        const names = filesIn(partName(part));
        const name = names.at(-1);
        return { pages: names.length, last: name ? (JSON.parse(file(name)) as HistoryPage) : undefined };
      },
      keep: (part, number, page) =>
        addFile(`${partName(part)}/${String(number).padStart(6, '0')}`, JSON.stringify(page)),
    },
    begunAtMs: begunAtMs ?? nowMs,
    answers: reads.length + pages.length,
    filesFolder,
    discard,
  };
}
