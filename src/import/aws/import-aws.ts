/** `latchkey import aws`: which accounts and Regions, by whom, and what becomes of the answers. */
import { nearestName } from '../../aws/nearest-name.ts';
import { REGIONS } from '../../aws/regions.ts';
import type { Scope } from '../../aws/scope.ts';
import { GLOBAL, valuesAt } from '../read-row.ts';
import { DESCRIBE_REGIONS, GET_CALLER_IDENTITY, LOOKUP_EVENTS } from '../reads.ts';
import { SnapshotError } from '../snapshot/snapshot.ts';
import type { AwsCalls } from './aws-calls.ts';
import { failureOf, refusalOf, type SdkError } from './failed-call.ts';
import { NoAnswerCame, Pace, type SlowedDown, type Wait, type Waiting } from './pace.ts';
import { AccountReading, type Journal, type Reader, type ReadingProgress } from './read-accounts.ts';
import { type HistoryPages, type HistoryPart, historyCalls, readHistory } from './read-history.ts';
import { type Left, Workload } from './workload.ts';

export interface ImportAwsOptions {
  readonly calls: AwsCalls;
  readonly waiting: Waiting;
  /** False where what answers is not AWS. */
  readonly isPaced: boolean;
  readonly journal: Journal;
  readonly pages: HistoryPages;
  /** When the import began, were it in an earlier run. */
  readonly begunAtMs: number;
  /** All that are enabled, where absent. */
  readonly regions?: readonly string[];
  /** Those of the credentials alone, where absent. */
  readonly accounts?: readonly string[];
  /** The role to assume in those accounts. */
  readonly role?: string;
  readonly sinceDays: number;
  readonly onProgress?: (progress: ReadingProgress, slowedDown: SlowedDown) => void;
  readonly onWait?: (wait: Wait) => void;
  readonly onHistory?: (part: HistoryPart, left: () => Left, slowedDown: SlowedDown) => void;
}

export interface ImportedAws {
  readonly reading: AccountReading;
  readonly slowedDown: SlowedDown;
  /** Accounts whose role could not be assumed: nothing of them is known. */
  readonly unread: readonly string[];
}

export async function importAws(options: ImportAwsOptions): Promise<ImportedAws> {
  const { calls, waiting, journal, sinceDays, onProgress, onHistory } = options;
  const pace = new Pace(calls, waiting, options.isPaced, options.onWait);
  const nowMs = () => waiting.nowMs();
  const workload = new Workload(nowMs);
  const reading = new AccountReading({
    pace,
    journal,
    workload,
    nowMs,
    onProgress: (progress) => onProgress?.(progress, pace.slowedDown),
  });
  const { readers, unread } = await readersOf(options, pace, reading);
  workload.plan(
    readers.map(({ account }) => ({ account, region: GLOBAL })),
    0,
  );
  const regionsOf = (reader: Reader) => options.regions ?? enabledRegions(reading, reader);
  const places: [Reader, Scope][] = [];
  if (options.regions) {
    for (const reader of readers) await reading.readEnabledRegions(reader);
    requireRegions(
      options.regions,
      readers.flatMap((reader) => enabledRegions(reading, reader)),
    );
  }
  for (const reader of readers) {
    await reading.readGlobal(reader);
    for (const region of regionsOf(reader)) places.push([reader, { account: reader.account, region }]);
    workload.plan(
      places.map(([, place]) => place),
      0,
    );
  }
  requirePlaces(readers, places);
  for (const [, place] of places) workload.plan([place], historyCalls(place.region, sinceDays));
  for (const [reader, { region }] of places) await reading.readRegion(reader, region);
  for (const [reader, { account, region }] of sinceDays === 0 ? [] : places) {
    const refused = await readHistory(reader, region, {
      pace,
      pages: options.pages,
      sinceDays,
      begunAtMs: options.begunAtMs,
      onPart(part, wasAsked) {
        workload.done(part, undefined, wasAsked);
        onHistory?.(part, () => workload.left(), pace.slowedDown);
      },
    });
    const about = { operation: LOOKUP_EVENTS, account, region, input: {}, by: reader.by };
    reading.note({ ...about, ...(refused ? { refused } : { output: { days: sinceDays } }) });
  }
  return { reading, slowedDown: pace.slowedDown, unread };
}

async function readersOf(
  { calls, accounts, role }: ImportAwsOptions,
  pace: Pace,
  reading: AccountReading,
): Promise<{ readers: Reader[]; unread: string[] }> {
  const home = await calls.homeRegion();
  const own = await ownReader(pace, home);
  const readers: Reader[] = [];
  const unread: string[] = [];
  const others = (accounts ?? []).filter((account) => account !== own.account);
  if (others.length > 0) requireAssumable(own, others, role);
  for (const account of accounts ?? [own.account]) {
    const reader =
      account === own.account ? own : await assumed(pace, home, account, String(role), own, reading);
    if (reader) readers.push(reader);
    else unread.push(account);
  }
  return { readers, unread };
}

const identityCall = (region: string, role?: string) => ({
  service: 'sts',
  operation: 'GetCallerIdentity',
  region,
  input: {},
  role,
});

async function identityOf(
  pace: Pace,
  account: string,
  region: string,
  role?: string,
): Promise<{ Account: string; Arn: string }> {
  return (await pace.ask(identityCall(region, role), account)) as { Account: string; Arn: string };
}

function readerOf(pace: Pace, home: string, identity: Pick<Reader, 'account' | 'by' | 'role'>): Reader {
  const isStillKnown = () =>
    identityOf(pace, identity.account, home, identity.role).then(
      () => true,
      () => false,
    );
  return { ...identity, isStillKnown };
}

/** It is not known who asks, so that nothing is. */
export class NobodyReads extends SnapshotError {}

/** No answer at all is not for credentials to mend. */
function whyNobodyReads(error: SdkError): string {
  if (error instanceof NoAnswerCame)
    return `AWS cannot be reached: ${error.message}. Look at the network, the proxy (HTTPS_PROXY) and AWS_ENDPOINT_URL, where it is set`;
  return `AWS does not say whose credentials these are (${error.name}: ${error.message}). Set credentials as for the AWS CLI, or name a profile: --profile NAME`;
}

async function ownReader(pace: Pace, home: string): Promise<Reader> {
  const { Account, Arn } = await identityOf(pace, 'own', home).catch((error: SdkError) => {
    throw new NobodyReads(whyNobodyReads(error), { cause: error });
  });
  return readerOf(pace, home, { account: Account, by: Arn });
}

/** Before anything is read: it would fail for each of them. */
function requireAssumable(
  { account, by }: Reader,
  others: readonly string[],
  role: string | undefined,
): void {
  if (!role) {
    throw new SnapshotError(
      `the credentials are of account ${account}: name a role that may be assumed in ${others[0]}, --role NAME`,
    );
  }
  // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
  if (by.endsWith(':root')) {
    throw new SnapshotError(
      `the credentials are those of the root user of ${account}, who can assume no role: read ${others.join(', ')} as a user or role of ${account} that may sts:AssumeRole on role/${role} there`,
    );
  }
}

/** Undefined where the role is not there, or does not let the reader in: then nothing is known of that account. */
async function assumed(
  pace: Pace,
  home: string,
  account: string,
  roleName: string,
  own: Reader,
  reading: AccountReading,
): Promise<Reader | undefined> {
  const role = `arn:aws:iam::${account}:role/${roleName.replace(/^\//, '')}`;
  try {
    const { Arn } = await identityOf(pace, account, home, role);
    return readerOf(pace, home, { account, by: Arn, role });
  } catch (error) {
    if (error instanceof SnapshotError) throw error;
    if (failureOf(error as SdkError) === 'credentials')
      throw new SnapshotError(`the role in ${account} could not be asked for: ${(error as Error).message}`);
    const about = { operation: GET_CALLER_IDENTITY, account, region: GLOBAL, input: {}, by: own.by };
    reading.note({ ...about, refused: refusalOf(error as Error) });
    return undefined;
  }
}

function enabledRegions({ reads }: AccountReading, { account }: Reader): string[] {
  const answer = reads.get(DESCRIBE_REGIONS, { account, region: GLOBAL }, {});
  return (valuesAt(answer?.output, 'Regions[].RegionName') as string[]).sort();
}

/** Before what takes long. Those that may not be seen are left to the calls in them. */
function requireRegions(asked: readonly string[], enabled: readonly string[]): void {
  if (enabled.length === 0) return;
  const known = new Set([...REGIONS.map(({ name }) => name), ...enabled]);
  const unknown = asked.find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new SnapshotError(
    `--regions: there is no Region "${unknown}"${nearestName(unknown, [...known])}. Enabled are: ${[...new Set(enabled)].join(', ')}`,
  );
}

/** Of one account of several, that they are not known is noted with it. */
function requirePlaces(readers: readonly Reader[], places: readonly unknown[]): void {
  if (places.length > 0 || readers.length === 0) return;
  const accounts = readers.map(({ account }) => account).join(', ');
  throw new SnapshotError(
    `which Regions ${accounts} has enabled may not be seen (ec2:DescribeRegions): name them, --regions us-east-1,…`,
  );
}
