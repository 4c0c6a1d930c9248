/** The side of `latchkey import aws` that faces the user: journal, progress, and the SDK, which is loaded here only. */
import { setTimeout as sleep } from 'node:timers/promises';
import { counted } from '../explain/words/names.ts';
import type { AwsCalls } from '../import/aws/aws-calls.ts';
import { type ImportAwsOptions, type ImportedAws, importAws, NobodyReads } from '../import/aws/import-aws.ts';
import type { SlowedDown } from '../import/aws/pace.ts';
import type { Left } from '../import/aws/workload.ts';
import { importFiles } from '../import/files/import-files.ts';
import { openForImport, saveSnapshot } from '../import/snapshot/store.ts';
import { filesUnder } from '../platform/node/folder.ts';
import { keepHeapSmall } from '../platform/node/heap.ts';
import { whyNotWritten } from '../platform/node/private-file.ts';
import { importJournal } from './import-journal.ts';
import { type Progress, progressLine } from './progress.ts';

export interface AwsImport {
  readonly profile?: string;
  readonly regions?: readonly string[];
  readonly accounts?: readonly string[];
  readonly role?: string;
  readonly sinceDays: number;
}

/** Named by its file, so that the SDK stays out of the bundle that every command loads. */
const sdkFile = import.meta.url.endsWith('.ts') ? '../import/aws/sdk.ts' : './aws-sdk.js';

export async function importFromAws(folder: string, { profile, ...what }: AwsImport): Promise<void> {
  const into = openForImport(folder, { skipsKnown: true });
  const { journal, pages, begunAtMs, answers, filesFolder, discard } = importJournal(folder, Date.now());
  const { sdkCalls } = (await import(new URL(sdkFile, import.meta.url).href)) as {
    sdkCalls(options: { profile?: string }): AwsCalls;
  };
  const calls = sdkCalls({ profile });
  const progress = progressLine();
  if (answers > 0)
    process.stderr.write(`Going on where an import was stopped: ${answers} answers are there.\n`);
  try {
    const imported = await importAws({
      ...what,
      calls,
      waiting: { nowMs: () => Date.now(), sleep: (ms) => sleep(ms) },
      isPaced: !isLoopback(process.env.AWS_ENDPOINT_URL),
      journal,
      pages,
      begunAtMs,
      ...progressOf(progress),
    });
    progress.end();
    let refused = 0;
    for (const read of imported.reading.reads.all()) {
      into.reads.add(read);
      if (read.refused) refused++;
    }
    const hasPages = !filesUnder(filesFolder).next().done;
    keepHeapSmall();
    const { records } = hasPages ? await importFiles([filesFolder], into) : { records: 0 };
    saveSnapshot(folder, into);
    discard();
    process.stdout.write(
      `${folder}: ${imported.reading.reads.size} answers of AWS (${refused} refused) and ${records} CloudTrail records.\n` +
        notes(imported)
          .map((note) => `${note}\n`)
          .join('') +
        `What it has, and what is missing: latchkey check --from ${folder}\n`,
    );
  } catch (error) {
    progress.end();
    const message = whyNotWritten(folder, error) ?? (error as Error).message;
    if (error instanceof NobodyReads && answers === 0) {
      discard();
      throw new Error(`${message}. Nothing was read`, { cause: error });
    }
    throw new Error(`${message}. What was read is kept: the same command goes on from there`, {
      cause: error,
    });
  } finally {
    calls.close();
  }
}

function notes({ unread, slowedDown }: ImportedAws): string[] {
  const all: string[] = [];
  if (unread.length > 0) {
    all.push(
      `Nothing is known of ${unread.join(', ')}: the role is not there, or does not let the reader assume it.`,
    );
  }
  if (slowedDown.times > 0) all.push(`${slowedText(slowedDown)}.`);
  return all;
}

const slowedText = ({ times, waitedMs }: SlowedDown): string =>
  `AWS asked ${times === 1 ? 'once' : `${times} times`} to slow down, which took ${timeOf(waitedMs / 1000)}`;

function progressOf(line: Progress): Pick<ImportAwsOptions, 'onProgress' | 'onWait' | 'onHistory'> {
  const ending = (left: () => Left, slowedDown: SlowedDown) => {
    const { calls, seconds, places } = left();
    const slow = slowedDown.times > 0 ? `; ${slowedText(slowedDown)}` : '';
    return `about ${calls} calls in ${counted(places, 'place')} left, ${timeOf(seconds)}${slow}`;
  };
  return {
    onProgress: ({ account, region, operation, done, left }, slowedDown) =>
      line.show(() => `${done} calls: ${operation} in ${account} ${region}; ${ending(left, slowedDown)}`),
    onWait: ({ call: { service, operation, region }, why, ms }) =>
      line.show(() => `${service}:${operation} in ${region}: ${why}, asked again in ${timeOf(ms / 1000)}`),
    onHistory: ({ account, region, day, source }, left, slowedDown) =>
      line.show(() => `history of ${account} ${region}: ${source}, ${day}; ${ending(left, slowedDown)}`),
  };
}

function isLoopback(url: string | undefined): boolean {
  if (!url || !URL.canParse(url)) return false;
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
}

function timeOf(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
