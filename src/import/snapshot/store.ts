/** A snapshot from its folder, and back. What is read is held to the format; a damaged file is named. */
import {
  filesUnder,
  isThere,
  linesOf,
  readText,
  replaceFolder,
  requireFolderCanBeMade,
  textIfThere,
  type WrittenFile,
} from '../../platform/node/folder.ts';
import { isFolder } from '../../platform/node/is-folder.ts';
import type { TrailCoverage } from '../cloudtrail/coverage.ts';
import { type FoldedFile, HISTORY_FILES, History, type KeptHistory } from '../cloudtrail/history.ts';
import type { KeptEvent, Use } from '../cloudtrail/use.ts';
import { addFile, isReadFile, MANIFEST, manifestText, readFiles, requireManifest } from './folder.ts';
import { Reads, SnapshotError } from './snapshot.ts';

export interface Snapshot {
  readonly folder: string;
  readonly reads: Reads;
  readonly history: KeptHistory;
}

export function loadSnapshot(folder: string): Snapshot {
  if (!isThere(folder)) {
    throw new SnapshotError(
      `there is no ${folder}. Make a snapshot: latchkey import aws --out ${folder}, or latchkey import files PATH… --out ${folder}`,
    );
  }
  requireManifest(textIfThere(`${folder}/${MANIFEST}`), folder);
  const reads = new Reads();
  for (const { path, name } of filesUnder(folder)) {
    if (isReadFile(name)) addFile(reads, name, readText(path));
  }
  return { folder, reads, history: loadHistory(folder) };
}

function loadHistory(folder: string): KeptHistory {
  function* entries<T>(file: string): Generator<T> {
    let number = 0;
    for (const line of linesOf(`${folder}/${file}`)) {
      number++;
      if (line !== '') yield parsed(line, `${file}, line ${number}`) as T;
    }
  }
  const coverage = textIfThere(`${folder}/${HISTORY_FILES.coverage}`);
  return {
    uses: { [Symbol.iterator]: () => entries<Use>(HISTORY_FILES.uses) },
    events: [...entries<KeptEvent>(HISTORY_FILES.events)],
    files: [...entries<FoldedFile>(HISTORY_FILES.files)],
    coverage: coverage ? (parsed(coverage, HISTORY_FILES.coverage) as TrailCoverage[]) : [],
  };
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SnapshotError(`${what} of the snapshot is damaged: ${(error as Error).message}`);
  }
}

/** What an import adds to: the snapshot that is there, or an empty one. */
export function openForImport(
  folder: string,
  options: { skipsKnown?: boolean } = {},
): { reads: Reads; history: History } {
  const history = new History(options);
  const isNew = !isThere(folder);
  if (!isNew && !isFolder(folder)) throw new SnapshotError(`${folder} is a file: --out takes a folder`);
  const isEmpty = isNew || filesUnder(folder).next().done;
  if (!isEmpty && textIfThere(`${folder}/${MANIFEST}`) === undefined) {
    throw new SnapshotError(
      `${folder} holds something other than a snapshot, and is left as it is: give --out a folder that is not there yet, or a snapshot to add to`,
    );
  }
  requireFolderCanBeMade(folder);
  if (isEmpty) return { reads: new Reads(), history };
  const earlier = loadSnapshot(folder);
  history.restore(earlier.history);
  return { reads: earlier.reads, history };
}

export function saveSnapshot(folder: string, { reads, history }: { reads: Reads; history: History }): void {
  replaceFolder(folder, snapshotFiles(reads, history));
}

function* snapshotFiles(reads: Reads, history: History): Generator<WrittenFile> {
  yield [MANIFEST, manifestText()];
  yield* readFiles(reads);
  yield* history.files();
}
