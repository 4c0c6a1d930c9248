/** All that a snapshot keeps of CloudTrail, gathered in one pass over the records. */
import { isUtf8 } from 'node:buffer';
import { parseBoundedJson } from '../../aws/bounded-json.ts';
import { SnapshotError } from '../snapshot/snapshot.ts';
import { recordedChanges } from './changes/recorded-changes.ts';
import { Coverage, type TrailCoverage } from './coverage.ts';
import { Fold } from './fold.ts';
import { KeptEvents } from './kept-events.ts';
import { dropNulls, faultOfRecord } from './record-form.ts';
import { RecordSplitter, recordDepth } from './record-stream.ts';
import type { KeptEvent, TrailRecord, Use } from './use.ts';

const SERVICE_EVENT = 'AwsServiceEvent';
/** AWS's samples have the one form, its list of types the other. */
const NETWORK_ACTIVITY = /^AwsVpceEvents?$/;
const CALL_TYPES: ReadonlySet<string | undefined> = new Set(['AwsApiCall', 'AwsConsoleAction', undefined]);

/**
 * Calls; and what an endpoint's policy refused, which is recorded as network activity alone. Of what it let through there is
 * the call's own record, too. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html
 */
const isFolded = ({ eventType, errorCode }: TrailRecord): boolean =>
  CALL_TYPES.has(eventType) || (NETWORK_ACTIVITY.test(eventType ?? '') && errorCode === 'VpceAccessDenied');

/** The files of it, by their names in a snapshot. */
export const HISTORY_FILES = {
  uses: 'cloudtrail/uses.jsonl',
  events: 'cloudtrail/events.jsonl',
  coverage: 'cloudtrail/coverage.json',
  files: 'cloudtrail/files.jsonl',
} as const;

/** A log file that was folded: it is not counted again when it is handed over again. */
export interface FoldedFile {
  readonly name: string;
  readonly bytes: number;
  readonly records: number;
}

export interface KeptHistory {
  /** Read anew each time: there may be more of them than memory should hold. */
  readonly uses: Iterable<Use>;
  readonly events: readonly KeptEvent[];
  readonly coverage: readonly TrailCoverage[];
  readonly files: readonly FoldedFile[];
}

export class History {
  readonly #fold = new Fold();
  readonly #kept = new KeptEvents();
  readonly #coverage = new Coverage();
  readonly #files = new Map<string, FoldedFile>();
  readonly #skipsKnown: boolean;
  /** The last record of each trail and service that an earlier import counted. */
  readonly #knownUntil = new Map<string, string>();

  /** LookupEvents is asked for whole days: with `skipsKnown`, what an earlier import counted is not counted again. */
  constructor({ skipsKnown = false } = {}) {
    this.#skipsKnown = skipsKnown;
  }

  get records(): number {
    return this.#fold.records;
  }

  addRecord(record: TrailRecord, from: string): void {
    // What AWS does by itself is nobody's use, but may change what is there: a key's deletion when its time has come.
    if (record.eventType === SERVICE_EVENT && recordedChanges(record as KeptEvent).length > 0)
      this.#kept.add(record);
    if (!isFolded(record)) return;
    if (this.#skipsKnown && (record.eventTime as string) <= (this.#knownUntil.get(trailOf(record)) ?? ''))
      return;
    if (!this.#fold.addRecord(record)) return;
    this.#kept.add(record);
    this.#coverage.add(record, from);
  }

  /** Uses that were folded elsewhere. */
  addUse(use: Use, from: string): void {
    this.#fold.addUse(use);
    this.#coverage.addMany({
      account: use.recipient,
      region: use.region,
      source: `${use.source}.amazonaws.com`,
      records: use.count,
      first: use.first,
      last: use.last,
      from: [from],
    });
  }

  /** What a snapshot kept of records that were folded earlier. */
  restore(earlier: KeptHistory): void {
    for (const use of earlier.uses) this.#fold.addUse(use);
    for (const event of earlier.events) this.#kept.add(event);
    for (const trail of earlier.coverage) {
      this.#coverage.addMany(trail);
      this.#knownUntil.set(trailName(trail), trail.last);
    }
    for (const file of earlier.files) this.noteFile(file);
  }

  /** Whether all that a snapshot counted is counted here: it would be counted twice. */
  includes({ files, coverage }: Pick<KeptHistory, 'files' | 'coverage'>): boolean {
    const own = new Map(this.coverage().map((trail) => [trailName(trail), trail]));
    const isWithin = (trail: TrailCoverage) => {
      const known = own.get(trailName(trail));
      return (
        known && known.first <= trail.first && known.last >= trail.last && known.records >= trail.records
      );
    };
    return files.every((file) => this.hasFile(file)) && coverage.every(isWithin);
  }

  noteFile(file: FoldedFile): void {
    this.#files.set(`${file.name} ${file.bytes}`, file);
  }

  hasFile({ name, bytes }: Pick<FoldedFile, 'name' | 'bytes'>): boolean {
    return this.#files.has(`${name} ${bytes}`);
  }

  uses(): Iterable<Use> {
    return this.#fold.uses();
  }

  /** How many there are. */
  get size(): number {
    return this.#fold.size;
  }

  events(): KeptEvent[] {
    return this.#kept.events();
  }

  coverage(): TrailCoverage[] {
    return this.#coverage.trails();
  }

  /** As a snapshot has it. */
  kept(): KeptHistory {
    const uses = { [Symbol.iterator]: () => this.uses()[Symbol.iterator]() };
    return { uses, events: this.events(), files: [...this.#files.values()], coverage: this.coverage() };
  }

  *files(): Generator<[path: string, text: string | Iterable<string>]> {
    if (this.#fold.size === 0) return;
    yield [HISTORY_FILES.uses, lines(this.uses())];
    yield [HISTORY_FILES.events, lines(this.events())];
    yield [HISTORY_FILES.coverage, `${JSON.stringify(this.coverage(), undefined, 1)}\n`];
    yield [HISTORY_FILES.files, lines([...this.#files.values()])];
  }
}

function* lines(all: Iterable<object>): Generator<string> {
  for (const each of all) yield `${JSON.stringify(each)}\n`;
}

const trailName = ({ account, region, source }: TrailCoverage) => `${account}/${region}/${source}`;

const trailOf = ({ recipientAccountId, awsRegion, eventSource }: TrailRecord) =>
  `${recipientAccountId}/${awsRegion}/${eventSource}`;

/**
 * Of unusual rates of calls, and of numbers of calls, in folders beside the logs: they have no call of their own.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aggregated-events.html
 */
const SUMMARIES: ReadonlySet<string | undefined> = new Set(['AwsCloudTrailInsight', 'AwsAggregatedEvent']);

function isTrailRecord(record: TrailRecord): boolean {
  return (
    !!record &&
    typeof record === 'object' &&
    typeof record.eventName === 'string' &&
    typeof record.eventTime === 'string' &&
    !Number.isNaN(Date.parse(record.eventTime)) &&
    typeof record.eventSource === 'string' &&
    // Notifications of S3 and of SNS have records of the same members.
    record.eventSource.endsWith('.amazonaws.com')
  );
}

/** Adds the records of one file; throws a sentence where it is damaged or holds something else. */
export async function addRecords(
  history: Pick<History, 'addRecord'>,
  chunks: AsyncIterable<Buffer>,
  name: string,
  beginning: string,
): Promise<number> {
  const depth = recordDepth(beginning);
  if (depth === undefined) throw new SnapshotError(`${name} holds no CloudTrail records`);
  const splitter = new RecordSplitter(depth, name);
  let records = 0;
  let foreign = 0;
  const take = (bytes: Buffer) => {
    const record = recordOf(bytes, name);
    if (SUMMARIES.has(record?.eventType)) {
      records++;
      return;
    }
    if (!isTrailRecord(record)) {
      foreign++;
      return;
    }
    const fault = faultOfRecord(record);
    if (fault) throw new SnapshotError(`${name} is damaged: in record ${records + foreign + 1}, ${fault}`);
    dropNulls(record);
    history.addRecord(record, name);
    records++;
  };
  for await (const chunk of chunks) splitter.write(chunk, take);
  splitter.end();
  if (foreign > 0) {
    const what =
      records === 0 ? 'holds no CloudTrail records' : `has ${foreign} records that are not CloudTrail's`;
    throw new SnapshotError(
      `${name} ${what}: a record has eventSource (….amazonaws.com), eventName and eventTime`,
    );
  }
  return records;
}

/** As text in an event of LookupEvents or of a log group, or as what an event of EventBridge is about. */
type Wrapped = TrailRecord & {
  readonly CloudTrailEvent?: unknown;
  readonly message?: unknown;
  readonly detail?: TrailRecord;
};

function recordOf(bytes: Buffer, name: string): TrailRecord {
  if (!isUtf8(bytes)) throw new SnapshotError(`${name} is damaged: it is not UTF-8 text`);
  try {
    const parsed = Object(parseBoundedJson(bytes.toString())) as Wrapped;
    const text = parsed.CloudTrailEvent ?? parsed.message;
    if (typeof text === 'string' && text.startsWith('{')) return parseBoundedJson(text) as TrailRecord;
    return parsed.detail ?? parsed;
  } catch (error) {
    throw new SnapshotError(`${name} is damaged: ${(error as Error).message}`);
  }
}
