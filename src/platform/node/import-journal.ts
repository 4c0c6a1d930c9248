/** What an import has so far, beside the folder that it will be: a stopped import goes on from here. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface ImportJournal {
  /** Lines that were added, by this or an earlier run. A line that was cut off by a crash is passed over. */
  readonly lines: readonly string[];
  add(line: string): void;
  hasFile(name: string): boolean;
  addFile(name: string, text: string): void;
  readonly filesFolder: string;
  discard(): void;
}

export function openImportJournal(folder: string): ImportJournal {
  const directory = `${folder}.partial`;
  const file = join(directory, 'answers.jsonl');
  const filesFolder = join(directory, 'history');
  mkdirSync(filesFolder, { recursive: true, mode: 0o700 });
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole !== text) writeFileSync(file, whole, { mode: 0o600 });
  const pathOf = (name: string) => join(filesFolder, `${name}.json.gz`);
  return {
    lines: whole.split('\n').filter(Boolean),
    filesFolder,
    add: (line) => appendFileSync(file, `${line}\n`, { mode: 0o600 }),
    hasFile: (name) => existsSync(pathOf(name)),
    addFile(name, content) {
      mkdirSync(dirname(pathOf(name)), { recursive: true });
      writeFileSync(pathOf(name), gzipSync(content), { mode: 0o600 });
    },
    discard: () => rmSync(directory, { recursive: true, force: true }),
  };
}
