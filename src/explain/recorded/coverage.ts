/** What an imported account's snapshot has, what its reader was refused, and what nobody read. */
import { asText } from '../../aws/as-text.ts';
import type { Scope } from '../../aws/scope.ts';
import type { KeptHistory } from '../../import/cloudtrail/history.ts';
import { GLOBAL, type ReadRow, type ReadSource, valuesAt } from '../../import/read-row.ts';
import { LOOKUP_EVENTS, READS } from '../../import/reads.ts';
import type { Read, Reads } from '../../import/snapshot/snapshot.ts';
import { type ChangedSinceRead, changedSinceRead } from '../history/changed-since-read.ts';
import type { SeenPlace } from './seen-in-events.ts';

export interface PlaceCoverage {
  readonly account: string;
  readonly region: string;
  /** By what the calls give: `keys`, 12. */
  readonly read: Readonly<Record<string, number>>;
  /** By operation and code, with how often. */
  readonly refused: Readonly<Record<string, number>>;
  /** What nobody asked for: `grants`. */
  readonly missing: readonly string[];
}

export interface HistoryRefused extends Scope {
  /** `AccessDeniedException to arn:…` */
  readonly why: string;
}

/** With what events tell of what nobody has read. */
export interface CoverageOfAll extends CoverageReport {
  readonly seen: readonly SeenPlace[];
}

export interface CoverageReport {
  readonly readAt: { readonly first: string; readonly last: string };
  readonly by: readonly string[];
  readonly places: readonly PlaceCoverage[];
  readonly trails: {
    readonly records: number;
    readonly first?: string;
    readonly last?: string;
    /** Accounts and Regions with records, and how many of them are of KMS. */
    readonly places: readonly {
      readonly account: string;
      readonly region: string;
      readonly records: number;
      readonly kms: number;
    }[];
    /** Trails that exclude KMS: their silence says nothing. */
    readonly withoutKms: readonly string[];
    /** Where the event history was refused, and nothing else is recorded. */
    readonly refused: readonly HistoryRefused[];
  };
  /** The last changed first. */
  readonly changedSince: readonly ChangedSinceRead[];
}

export function coverageOf(reads: Reads, history: Pick<KeptHistory, 'coverage' | 'events'>): CoverageReport {
  const all = [...reads.all()];
  const times = all.map(({ at }) => at).sort();
  return {
    readAt: { first: times[0] ?? '', last: times.at(-1) ?? '' },
    by: [...new Set(all.flatMap(({ by }) => by ?? []))].sort(),
    places: placesOf(reads),
    trails: trailsOf(history, all),
    changedSince: changedSinceRead(reads, history),
  };
}

function placesOf(reads: Reads): PlaceCoverage[] {
  const places: PlaceCoverage[] = [];
  for (const account of reads.accounts()) {
    for (const region of [GLOBAL, ...reads.regions()]) {
      const place = placeOf(reads, account, region);
      if (place) places.push(place);
    }
  }
  return places;
}

function placeOf(reads: Reads, account: string, region: string): PlaceCoverage | undefined {
  const read: Record<string, number> = {};
  const refused: Record<string, number> = {};
  const missing = new Set<string>();
  const rows = READS.filter(({ scope }) => (scope === 'region') === (region !== GLOBAL));
  for (const row of rows) {
    const answers = (reads.of(row.operation, { account, region }) ?? []).filter((each) => isOf(row, each));
    if (answers.length === 0) {
      // What hangs on a list that is empty has nothing to be asked for.
      if (!row.each || row.each.some((source) => hasAny(reads, source, account, region)))
        missing.add(row.gives);
      continue;
    }
    for (const answer of answers) {
      if (answer.refused) {
        const name = `${row.operation}: ${answer.refused.code}`;
        refused[name] = (refused[name] ?? 0) + 1;
      } else read[row.gives] = (read[row.gives] ?? 0) + countOf(row.lists, answer);
    }
  }
  return Object.keys(read).length + Object.keys(refused).length === 0
    ? undefined
    : { account, region, read, refused, missing: [...missing] };
}

/** Of rows with the same operation, whose call an answer is to. */
const isOf = ({ input = {}, each }: ReadRow, answer: Read): boolean =>
  isAnswerTo(input, answer) && (each ? each.some(({ as }) => Object.hasOwn(answer.input, as)) : true);

const isAnswerTo = (input: Readonly<Record<string, unknown>>, answer: Read): boolean =>
  Object.entries(input).every(
    ([name, value]) => JSON.stringify(answer.input[name]) === JSON.stringify(value),
  );

const hasAny = (
  reads: Reads,
  { operation, of = {}, path }: ReadSource,
  account: string,
  region: string,
): boolean =>
  (reads.of(operation, { account, region }) ?? []).some(
    (answer) => isAnswerTo(of, answer) && valuesAt(answer.output, path).length > 0,
  );

function countOf(lists: readonly string[] | undefined, { output }: Read): number {
  if (!lists) return 1;
  return lists.reduce((sum, name) => sum + ((output?.[name] as unknown[] | undefined)?.length ?? 0), 0);
}

function trailsOf(
  { coverage }: Pick<KeptHistory, 'coverage'>,
  all: readonly Read[],
): CoverageReport['trails'] {
  const firsts = coverage.map(({ first }) => first).sort();
  const lasts = coverage.map(({ last }) => last).sort();
  const places = new Map<string, { account: string; region: string; records: number; kms: number }>();
  for (const { account, region, source, records } of coverage) {
    const place = places.get(`${account}/${region}`) ?? { account, region, records: 0, kms: 0 };
    place.records += records;
    if (source === 'kms.amazonaws.com') place.kms += records;
    places.set(`${account}/${region}`, place);
  }
  const refused = all.filter(
    ({ operation, account, region, refused: why }) =>
      operation === LOOKUP_EVENTS && why && !places.has(`${account}/${region}`),
  );
  return {
    refused: refused.map(({ account, region, by = 'the reader', refused: { code } = { code: '' } }) => ({
      account,
      region,
      why: `${code} to ${by}`,
    })),
    records: coverage.reduce((sum, { records }) => sum + records, 0),
    first: firsts[0],
    last: lasts.at(-1),
    places: [...places.values()],
    withoutKms: all
      .filter(leavesKmsOut)
      .map(({ output, input }) => asText(output?.TrailARN ?? input.TrailName)),
  };
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html */
function leavesKmsOut({ operation, output }: Read): boolean {
  if (operation !== 'cloudtrail:GetEventSelectors' || !output) return false;
  const excluded = valuesAt(output, 'EventSelectors[].ExcludeManagementEventSources[]');
  const fields = valuesAt(output, 'AdvancedEventSelectors[].FieldSelectors[]') as {
    Field?: string;
    NotEquals?: string[];
  }[];
  const notEquals = fields
    .filter(({ Field }) => Field === 'eventSource')
    .flatMap(({ NotEquals = [] }) => NotEquals);
  return [...excluded, ...notEquals].includes('kms.amazonaws.com');
}

/** Of a snapshot without any history. */
export const NO_RECORDS =
  'CloudTrail: no records. What was refused in the past, and how far answers can be trusted, cannot be told.\n  Add log files: latchkey import files PATH… --out DIR, or read the last days: latchkey import aws --since 30d --out DIR';

/** Whom policies keep out of the event history may be given the trail's log files. */
export const historyRefused = ({ account, region, why }: HistoryRefused): string =>
  `CloudTrail of account ${account}, ${region}: LookupEvents was refused (${why}), so what happened there is unknown.\n  Add log files of its trail, or of its organization's: latchkey import files PATH… --out DIR`;
