/** The side of `latchkey import aws` that faces the user: journal, progress, and the SDK, which is loaded here only. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AwsCalls } from '../import/aws/aws-calls.ts';
import { type ImportAwsOptions, importAws } from '../import/aws/import-aws.ts';
import { importFiles } from '../import/files/import-files.ts';
import type { Read } from '../import/snapshot/snapshot.ts';
import { openForImport, saveSnapshot } from '../import/snapshot/store.ts';
import { openImportJournal } from '../platform/node/import-journal.ts';
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
  const journal = openImportJournal(folder);
  const { sdkCalls } = (await import(new URL(sdkFile, import.meta.url).href)) as {
    sdkCalls(options: { profile?: string }): AwsCalls;
  };
  const calls = sdkCalls({ profile });
  const progress = progressLine();
  const resumed = journal.lines.length;
  if (resumed > 0)
    process.stderr.write(`Going on where an import was stopped: ${resumed} answers are there.\n`);
  const dayName = (account: string, region: string, day: string) => `${account}/${region}/${day}`;
  try {
    const reading = await importAws({
      ...what,
      calls,
      waiting: { nowMs: () => Date.now(), sleep: (ms) => sleep(ms) },
      isPaced: !isLoopback(process.env.AWS_ENDPOINT_URL),
      journal: {
        reads: journal.lines.map((line) => JSON.parse(line) as Read),
        add: (read) => journal.add(JSON.stringify(read)),
      },
      days: {
        has: (account, region, day) => journal.hasFile(dayName(account, region, day)),
        add: (account, region, day, events) =>
          journal.addFile(dayName(account, region, day), JSON.stringify({ Events: events })),
      },
      ...progressOf(progress),
    });
    progress.end();
    let refused = 0;
    for (const read of reading.reads.all()) {
      into.reads.add(read);
      if (read.refused) refused++;
    }
    const { records } = await addDays(journal.filesFolder, into);
    saveSnapshot(folder, into);
    journal.discard();
    process.stdout.write(
      `${folder}: ${reading.reads.size} answers of AWS (${refused} refused) and ${records} CloudTrail records.\n` +
        `What it has, and what is missing: latchkey check --from ${folder}\n`,
    );
  } catch (error) {
    progress.end();
    const { message } = error as Error;
    throw new Error(`${message}. What was read is kept: the same command goes on from there`, {
      cause: error,
    });
  } finally {
    calls.close();
  }
}

function progressOf(line: Progress): Pick<ImportAwsOptions, 'onProgress' | 'onHistory'> {
  const startedAtMs = performance.now();
  return {
    onProgress: ({ account, region, operation, done, left, placesLeft }) => {
      const seconds = (performance.now() - startedAtMs) / 1000;
      const eta =
        left > 0 ? `, about ${timeOf((seconds / Math.max(done, 1)) * left)} for the rest of these` : '';
      const places = placesLeft > 0 ? `; ${placesLeft} places to go` : '';
      line.show(`${done} calls: ${operation} in ${account} ${region}, ${left} left${eta}${places}`);
    },
    onHistory: (account, region, day, events) =>
      line.show(`history of ${account} ${region}: ${day}, ${events} events`),
  };
}

async function addDays(
  daysFolder: string,
  into: ReturnType<typeof openForImport>,
): Promise<{ records: number }> {
  const { filesUnder } = await import('../platform/node/folder.ts');
  return filesUnder(daysFolder).next().done ? { records: 0 } : importFiles([daysFolder], into);
}

function isLoopback(url: string | undefined): boolean {
  if (!url || !URL.canParse(url)) return false;
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
}

function timeOf(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}
