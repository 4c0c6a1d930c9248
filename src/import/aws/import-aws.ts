/** `latchkey import aws`: which accounts and Regions, by whom, and what becomes of the answers. */
import { GLOBAL } from '../read-row.ts';
import { LOOKUP_EVENTS } from '../reads.ts';
import { type Read, SnapshotError } from '../snapshot/snapshot.ts';
import type { AwsCalls, RoleCredentials } from './aws-calls.ts';
import { Pace, type Waiting } from './pace.ts';
import { AccountReading, type Journal, type Reader, type ReadingProgress } from './read-accounts.ts';
import { type HistoryDays, readHistory } from './read-history.ts';

export interface ImportAwsOptions {
  readonly calls: AwsCalls;
  readonly waiting: Waiting;
  /** False where what answers is not AWS. */
  readonly isPaced: boolean;
  readonly journal: Journal;
  readonly days: HistoryDays;
  /** All that are enabled, where absent. */
  readonly regions?: readonly string[];
  /** Those of the credentials alone, where absent. */
  readonly accounts?: readonly string[];
  /** The role to assume in those accounts. */
  readonly role?: string;
  readonly sinceDays: number;
  readonly onProgress?: (progress: ReadingProgress) => void;
  readonly onHistory?: (account: string, region: string, day: string, events: number) => void;
}

export async function importAws(options: ImportAwsOptions): Promise<AccountReading> {
  const { calls, waiting, journal, onProgress } = options;
  const pace = new Pace(waiting, options.isPaced);
  const nowMs = () => waiting.nowMs();
  const reading = new AccountReading({ calls, pace, journal, nowMs, onProgress });
  const home = await calls.homeRegion();
  const own = await identityOf(calls, home);
  const note = (read: Omit<Read, 'at' | 'from'>) => {
    const noted = { ...read, at: new Date(nowMs()).toISOString(), from: 'aws' };
    reading.reads.add(noted);
    journal.add(noted);
  };

  const readers: Reader[] = [];
  for (const account of options.accounts ?? [own.account]) {
    const reader =
      account === own.account ? own : await assumed(calls, home, account, options.role, own, note);
    if (reader) readers.push(reader);
  }
  const places: [Reader, string][] = [];
  for (const reader of readers) {
    const regions = options.regions ?? (await enabledRegions(calls, home, reader));
    for (const region of regions) places.push([reader, region]);
  }
  reading.placesLeft = places.length + readers.length;
  for (const reader of readers) {
    reading.placesLeft--;
    await reading.readGlobal(reader);
  }
  for (const [reader, region] of places) {
    reading.placesLeft--;
    await reading.readRegion(reader, region);
  }
  if (options.sinceDays === 0) return reading;
  for (const [reader, region] of places) {
    const history = { calls, pace, days: options.days, nowMs, onProgress: options.onHistory };
    const refused = await readHistory(reader, region, options.sinceDays, history);
    const about = { operation: LOOKUP_EVENTS, account: reader.account, region, input: {}, by: reader.by };
    note({ ...about, ...(refused ? { refused } : { output: { days: options.sinceDays } }) });
  }
  return reading;
}

async function identityOf(calls: AwsCalls, region: string, credentials?: RoleCredentials): Promise<Reader> {
  const call = { service: 'sts', operation: 'GetCallerIdentity', region, input: {}, credentials };
  const answer = await calls.call(call).catch((error: Error) => {
    throw new SnapshotError(
      `AWS does not say who reads (${error.name}: ${error.message}). Set credentials as for the AWS CLI, or name a profile: --profile NAME`,
    );
  });
  const { Account, Arn } = answer as { Account: string; Arn: string };
  return { account: Account, by: Arn, credentials };
}

async function assumed(
  calls: AwsCalls,
  region: string,
  account: string,
  role: string | undefined,
  own: Reader,
  note: (read: Omit<Read, 'at' | 'from'>) => void,
): Promise<Reader | undefined> {
  if (!role) {
    throw new SnapshotError(
      `the credentials are of account ${own.account}: name a role that may be assumed in ${account}, --role NAME`,
    );
  }
  const input = {
    RoleArn: `arn:aws:iam::${account}:role/${role.replace(/^\//, '')}`,
    RoleSessionName: 'latchkey-import',
  };
  try {
    const answer = await calls.call({ service: 'sts', operation: 'AssumeRole', region, input });
    const { AccessKeyId, SecretAccessKey, SessionToken } = (answer as { Credentials: Record<string, string> })
      .Credentials as Record<string, string>;
    const credentials = {
      accessKeyId: AccessKeyId as string,
      secretAccessKey: SecretAccessKey as string,
      sessionToken: SessionToken as string,
    };
    return await identityOf(calls, region, credentials);
  } catch (error) {
    const { name, message } = error as Error;
    const about = { operation: 'sts:GetCallerIdentity', account, region: GLOBAL, input: {}, by: own.by };
    note({ ...about, refused: { code: name, message } });
    return undefined;
  }
}

async function enabledRegions(
  calls: AwsCalls,
  region: string,
  { account, credentials }: Reader,
): Promise<string[]> {
  const call = { service: 'ec2', operation: 'DescribeRegions', region, input: {}, credentials };
  const answer = await calls.call(call).catch((error: Error) => {
    throw new SnapshotError(
      `which Regions account ${account} has enabled may not be seen (${error.name}): name them, --regions us-east-1,…`,
    );
  });
  const { Regions = [] } = answer as { Regions?: { RegionName?: string }[] };
  return Regions.map(({ RegionName = '' }) => RegionName)
    .filter(Boolean)
    .sort();
}
