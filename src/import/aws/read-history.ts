/**
 * CloudTrail's event history through LookupEvents: fifty events a call, two calls a second, and the last ninety days only. For
 * one instance's story it is enough; for a busy account's, the bucket's log files or athena-sql are. A day is kept once whole.
 */
import type { AwsCalls } from './aws-calls.ts';
import type { Pace } from './pace.ts';
import type { Reader } from './read-accounts.ts';

export interface HistoryDays {
  has(account: string, region: string, day: string): boolean;
  add(account: string, region: string, day: string, events: readonly object[]): void;
}

export interface HistoryOptions {
  readonly calls: AwsCalls;
  readonly pace: Pace;
  readonly days: HistoryDays;
  readonly nowMs: () => number;
  readonly onProgress?: (account: string, region: string, day: string, events: number) => void;
}

/** Whose calls are about keys, and by what policies are changed. */
const SOURCES = ['kms', 'ec2', 'autoscaling', 'cloudformation', 'sts'];
const GLOBAL_SOURCES = ['iam', 'organizations'];
const DAY_MS = 86_400_000;
/** LookupEvents has no more. */
const MAX_DAYS = 90;

/** Undefined, or why it was refused. */
export async function readHistory(
  reader: Reader,
  region: string,
  sinceDays: number,
  options: HistoryOptions,
): Promise<{ code: string; message: string } | undefined> {
  const today = Math.floor(options.nowMs() / DAY_MS);
  for (let back = Math.min(sinceDays, MAX_DAYS); back >= 0; back--) {
    const day = new Date((today - back) * DAY_MS).toISOString().slice(0, 10);
    // Of the current day there may be more by now.
    if (back > 0 && options.days.has(reader.account, region, day)) continue;
    const events: object[] = [];
    const sources = region === 'us-east-1' ? [...SOURCES, ...GLOBAL_SOURCES] : SOURCES;
    for (const source of sources) {
      const refused = await readDay(reader, region, source, (today - back) * DAY_MS, events, options);
      if (refused) return refused;
      options.onProgress?.(reader.account, region, day, events.length);
    }
    options.days.add(reader.account, region, day, events);
  }
  return undefined;
}

async function readDay(
  { account, credentials }: Reader,
  region: string,
  source: string,
  fromMs: number,
  into: object[],
  { calls, pace }: HistoryOptions,
): Promise<{ code: string; message: string } | undefined> {
  let NextToken: string | undefined;
  do {
    await pace.turn('cloudtrail', `${account}/${region}`);
    const input = {
      LookupAttributes: [{ AttributeKey: 'EventSource', AttributeValue: `${source}.amazonaws.com` }],
      StartTime: new Date(fromMs),
      EndTime: new Date(fromMs + DAY_MS - 1000),
      MaxResults: 50,
      NextToken,
    };
    const call = { service: 'cloudtrail', operation: 'LookupEvents', region, input, credentials };
    let page: { Events?: object[]; NextToken?: string };
    try {
      page = (await calls.call(call)) as typeof page;
    } catch (error) {
      const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
      if (($metadata?.httpStatusCode ?? 500) >= 500) throw error;
      return { code: name, message };
    }
    into.push(...(page.Events ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return undefined;
}
