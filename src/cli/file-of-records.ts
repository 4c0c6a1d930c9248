/** CloudTrail records in a file, of which nothing else is known: the last call in it that failed is asked about. */
import { History } from '../import/cloudtrail/history.ts';
import { importFiles } from '../import/files/import-files.ts';
import { Reads, SnapshotError } from '../import/snapshot/snapshot.ts';
import { isThere } from '../platform/node/folder.ts';
import { UsageError } from './command.ts';
import type { Connection } from './server-connection.ts';

export interface FileOfRecords {
  /** Event id of the call. */
  readonly subject: string;
  /** What it failed with: where its event is not known, the message may be. */
  readonly message: string;
  /** An account of these records alone. */
  open(): Promise<Connection>;
}

/** Undefined where the word names no such file. */
export async function fileOfRecords(word: string): Promise<FileOfRecords | undefined> {
  if (!/\.json(?:l|\.gz)?$/.test(word)) return undefined;
  if (!isThere(word)) {
    // An ARN and a message may end alike.
    if (/[\s:]/.test(word)) return undefined;
    throw new UsageError(`there is no ${word}`);
  }
  const into = { reads: new Reads(), history: new History() };
  await importFiles([word], into).catch((error: unknown) => {
    throw error instanceof SnapshotError ? new UsageError(error.message) : error;
  });
  const failed = into.history
    .events()
    .findLast(({ errorCode }) => errorCode && !/DryRunOperation/.test(errorCode));
  if (!failed?.eventID)
    throw new UsageError(
      `no record in ${word} is of a call that failed. latchkey import files ${word} --out DIR takes what it has`,
    );
  return {
    subject: failed.eventID,
    message: failed.errorMessage ?? failed.eventID,
    async open() {
      const { openSnapshot } = await import('../imported-world.ts');
      const snapshot = { folder: word, reads: into.reads, history: into.history.kept() };
      return { url: `records of ${word}`, token: '', world: await openSnapshot(snapshot) };
    },
  };
}
