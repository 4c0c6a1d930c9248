/** What an import has so far, beside the folder that it will be: a stopped import goes on from here. */
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { makePrivateDirectory } from './private-file.ts';

export interface ImportJournal {
  /** Lines that were added, by this or an earlier run. A line that was cut off by a crash is passed over. */
  readonly lines: readonly string[];
  add(line: string): void;
  /** Names of the files of one folder, in order. */
  filesIn(folder: string): readonly string[];
  file(name: string): string;
  addFile(name: string, text: string): void;
  readonly filesFolder: string;
  discard(): void;
}

const ENDING = '.json.gz';

export function openImportJournal(folder: string): ImportJournal {
  const directory = `${folder}.partial`;
  const journal = join(directory, 'answers.jsonl');
  const filesFolder = join(directory, 'history');
  makePrivateDirectory(filesFolder);
  const text = existsSync(journal) ? readFileSync(journal, 'utf8') : '';
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole !== text) writeFileSync(journal, whole, { mode: 0o600 });
  const pathOf = (name: string) => join(filesFolder, `${name}${ENDING}`);
  return {
    lines: whole.split('\n').filter(Boolean),
    filesFolder,
    add: (line) => appendFileSync(journal, `${line}\n`, { mode: 0o600 }),
    filesIn(name) {
      const path = join(filesFolder, name);
      const all = existsSync(path) ? readdirSync(path) : [];
      return all
        .filter((file) => file.endsWith(ENDING))
        .map((file) => `${name}/${file.slice(0, -ENDING.length)}`)
        .sort();
    },
    file: (name) => gunzipSync(readFileSync(pathOf(name))).toString(),
    addFile(name, content) {
      makePrivateDirectory(dirname(pathOf(name)));
      // A file is there whole, or not at all.
      const begun = `${pathOf(name)}.tmp`;
      writeFileSync(begun, gzipSync(content), { mode: 0o600 });
      renameSync(begun, pathOf(name));
    },
    discard: () => rmSync(directory, { recursive: true, force: true }),
  };
}
