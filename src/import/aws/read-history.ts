/**
 * CloudTrail's event history through LookupEvents: fifty events a call, two calls a second, and the last ninety days only. For
 * one instance's story it is enough; for a busy account's, the bucket's log files or athena-sql are. Each page is kept as it came.
 */
import type { Scope } from '../../aws/scope.ts';
import { DAY_MS } from '../../platform/durations.ts';
import { LOOKUP_EVENTS } from '../reads.ts';
import { failureOf, type Refusal, type SdkError } from './failed-call.ts';
import type { Pace } from './pace.ts';
import { type Reader, refusedTo } from './read-accounts.ts';

/** Of a service in a place, on a day. */
export interface HistoryPart extends Scope {
  readonly day: string;
  readonly source: string;
}

export interface HistoryPage {
  readonly Events: readonly object[];
  /** Of the next page; absent in the last one. */
  readonly NextToken?: string;
}

export interface HistoryPages {
  /** How many are kept, and the last of them. */
  kept(part: HistoryPart): { readonly pages: number; readonly last?: HistoryPage };
  keep(part: HistoryPart, number: number, page: HistoryPage): void;
}

export interface HistoryOptions {
  readonly pace: Pace;
  readonly pages: HistoryPages;
  readonly sinceDays: number;
  /** When the import began, which days of it are counted from. */
  readonly begunAtMs: number;
  readonly onPart?: (part: HistoryPart, wasAsked: boolean) => void;
}

/** Whose calls are about keys, and by what policies are changed. */
const SOURCES = ['kms', 'ec2', 'autoscaling', 'cloudformation', 'sts', 'logs'];
const GLOBAL_SOURCES = ['iam', 'organizations'];
/** LookupEvents has no more. */
const MAX_DAYS = 90;

const sourcesIn = (region: string) => (region === 'us-east-1' ? [...SOURCES, ...GLOBAL_SOURCES] : SOURCES);
const daysOf = (sinceDays: number) => Math.min(sinceDays, MAX_DAYS);

/** How many calls it takes at least. */
export const historyCalls = (region: string, sinceDays: number): number =>
  sinceDays === 0 ? 0 : (daysOf(sinceDays) + 1) * sourcesIn(region).length;

/** Undefined, or why it was refused. */
export async function readHistory(
  reader: Reader,
  region: string,
  options: HistoryOptions,
): Promise<Refusal | undefined> {
  const today = Math.floor(options.begunAtMs / DAY_MS);
  for (let back = daysOf(options.sinceDays); back >= 0; back--) {
    const day = new Date((today - back) * DAY_MS).toISOString().slice(0, 10);
    for (const source of sourcesIn(region)) {
      const part = { account: reader.account, region, day, source };
      try {
        options.onPart?.(part, await readPart(reader, part, options));
      } catch (error) {
        return refusedTo(reader, error as SdkError, { operation: LOOKUP_EVENTS, region });
      }
    }
  }
  return undefined;
}

/** False where all its pages were kept. */
async function readPart(reader: Reader, part: HistoryPart, options: HistoryOptions): Promise<boolean> {
  const { pace, pages } = options;
  const { account, role } = reader;
  const { pages: kept, last } = pages.kept(part);
  if (last && !last.NextToken) return false;
  const fromMs = Date.parse(part.day);
  let NextToken = last?.NextToken;
  let number = kept;
  do {
    const input = {
      LookupAttributes: [{ AttributeKey: 'EventSource', AttributeValue: `${part.source}.amazonaws.com` }],
      StartTime: new Date(fromMs),
      EndTime: new Date(fromMs + DAY_MS - 1000),
      MaxResults: 50,
      NextToken,
    };
    const call = { service: 'cloudtrail', operation: 'LookupEvents', region: part.region, input, role };
    const page = await pace.ask(call, account).catch((error: SdkError) => {
      // Tokens do not last as long as pages may lie.
      if (number === kept && NextToken !== undefined && failureOf(error) === 'refused') return undefined;
      throw error;
    });
    if (!page) return readPart(reader, part, { ...options, pages: { ...pages, kept: () => ({ pages: 0 }) } });
    const { Events = [], NextToken: next } = page as Partial<HistoryPage>;
    NextToken = next || undefined;
    pages.keep(part, number++, { Events, NextToken });
  } while (NextToken);
  return true;
}
