/**
 * Reads accounts through the SDK, row by row of reads.ts. Each page is journalled as it comes, so an import that was
 * stopped goes on where it was; a refusal is an answer too. Nothing is ever written to an account.
 */
import type { Scope } from '../../aws/scope.ts';
import { GLOBAL, type ReadRow, valuesAt, withPage } from '../read-row.ts';
import { DESCRIBE_REGIONS, READS, rowOf } from '../reads.ts';
import { formFault } from '../snapshot/answer-form.ts';
import { describedOutput } from '../snapshot/described.ts';
import { inputName, type Read, Reads, SnapshotError } from '../snapshot/snapshot.ts';
import { failureOf, type Refusal, refusalOf, type SdkError } from './failed-call.ts';
import type { Pace } from './pace.ts';
import type { Left, Workload } from './workload.ts';

/** What there is of an answer whose last page has not come. */
export interface Begun extends Pick<Read, 'operation' | 'account' | 'region' | 'input'> {
  readonly output: Readonly<Record<string, unknown>>;
  /** Of the next page. */
  readonly token: unknown;
}

/** Where answers are kept until the import is whole. */
export interface Journal {
  readonly reads: Iterable<Read>;
  /** Pages of answers, in the order in which they came. */
  readonly pages: Iterable<Begun>;
  add(read: Read): void;
  addPage(page: Begun): void;
}

export interface ReadingProgress extends Scope {
  readonly operation: string;
  readonly done: number;
  readonly left: () => Left;
}

export interface ReadingOptions {
  readonly pace: Pace;
  readonly journal: Journal;
  readonly workload: Workload;
  readonly nowMs: () => number;
  readonly onProgress?: (progress: ReadingProgress) => void;
}

/** An account to read, and by whom. */
export interface Reader {
  readonly account: string;
  readonly by: string;
  /** Assumed for it; the reader's own account is read by the credentials as they are. */
  readonly role?: string;
  /** Whether AWS still knows the credentials: it disowns them in a Region that is not enabled, too. */
  isStillKnown(): Promise<boolean>;
}

/** How many calls of a row are under way at a time. */
const CONCURRENCY = 8;
/** A Region that serves the global services. */
const GLOBAL_ENDPOINT = 'us-east-1';

const callName = ({ operation, account, region, input }: Omit<Begun, 'output' | 'token'>) =>
  `${account}/${region}/${operation}?${inputName(input)}`;

export class AccountReading {
  readonly #options: ReadingOptions;
  readonly reads = new Reads();
  readonly #begun = new Map<string, Begun>();
  #done = 0;

  constructor(options: ReadingOptions) {
    this.#options = options;
    const { reads, pages } = options.journal;
    for (const read of reads) this.reads.add(read);
    for (const page of pages) {
      const name = callName(page);
      const { output } = this.#begun.get(name) ?? {};
      this.#begun.set(name, { ...page, output: withPage(rowOf(page.operation), output, page.output) });
    }
  }

  /** What is the same in all Regions. */
  async readGlobal(reader: Reader): Promise<void> {
    for (const row of READS) if (row.scope !== 'region') await this.#row(reader, GLOBAL, row);
  }

  /** Before the rest: whether those that were named are there. */
  async readEnabledRegions(reader: Reader): Promise<void> {
    await this.#row(reader, GLOBAL, rowOf(DESCRIBE_REGIONS) as ReadRow);
  }

  async readRegion(reader: Reader, region: string): Promise<void> {
    for (const row of READS) if (row.scope === 'region') await this.#row(reader, region, row);
  }

  /** A call may give what further calls of its own row are about, as units have units. */
  async #row(reader: Reader, region: string, row: ReadRow): Promise<void> {
    const place = { account: reader.account, region };
    const { workload, onProgress } = this.#options;
    const asked = new Set<string>();
    for (;;) {
      const inputs = this.#inputs(row, place).filter((input) => !asked.has(inputName(input)));
      workload.expect(place, row, asked.size + inputs.length);
      if (inputs.length === 0) return;
      for (const input of inputs) asked.add(inputName(input));
      await inTurns(CONCURRENCY, inputs, async (input) => {
        const isNew = await this.#read(reader, region, row, input);
        if (isNew) this.#done++;
        workload.done(place, row, isNew);
        const left = () => workload.left();
        onProgress?.({ ...place, operation: row.operation, done: this.#done, left });
      });
      if (!row.each) return;
    }
  }

  #inputs({ each, input = {} }: ReadRow, place: Scope): Read['input'][] {
    if (!each) return [input];
    const values = new Set<unknown>();
    const all: Read['input'][] = [];
    for (const { operation, of, path, as, listed } of each) {
      const answers = this.reads.of(operation, place) ?? [];
      for (const { output } of of
        ? answers.filter((each) => inputName(each.input) === inputName(of))
        : answers) {
        for (const value of valuesAt(output, path)) {
          if (values.has(value)) continue;
          values.add(value);
          all.push({ ...input, [as]: listed ? [value] : value });
        }
      }
    }
    return all;
  }

  /** False where the answer was there. */
  async #read(reader: Reader, region: string, row: ReadRow, input: Read['input']): Promise<boolean> {
    const { operation } = row;
    const { account, by } = reader;
    if (this.reads.get(operation, { account, region }, input)) return false;
    const about = { operation, account, region, input };
    const answer = await this.#pages(reader, row, about).then(
      (output) => answerOf(operation, output),
      async (error: SdkError) =>
        row.absent?.includes(error.name)
          ? { output: {} }
          : { refused: await refusedTo(reader, error, about) },
    );
    this.note({ ...about, by, ...answer });
    return true;
  }

  /** An answer as of now. */
  note(read: Omit<Read, 'at' | 'from'>): void {
    const { journal, nowMs } = this.#options;
    const { operation, account, region, input, ...rest } = read;
    const about = { operation, account, region, input, at: new Date(nowMs()).toISOString() };
    const noted = plain({ ...about, from: 'aws', ...rest }) as unknown as Read;
    this.reads.add(noted);
    journal.add(noted);
  }

  async #pages({ account, role }: Reader, row: ReadRow, about: Omit<Begun, 'output' | 'token'>) {
    const { pace, journal } = this.#options;
    const { operation, region, input } = about;
    const [service, name] = operation.split(':') as [string, string];
    const at = region === GLOBAL ? GLOBAL_ENDPOINT : region;
    const earlier = this.#begun.get(callName(about));
    let { output: whole, token } = earlier ?? {};
    for (;;) {
      const page = row.token && token !== undefined ? { ...input, [row.token[0]]: token } : input;
      const call = { service, operation: name, region: at, input: page, role };
      const answer = await pace.ask(call, account).catch((error: SdkError) => {
        // Tokens do not last as long as a journal may lie.
        if (token === earlier?.token && token !== undefined && failureOf(error) === 'refused')
          return undefined;
        throw error;
      });
      if (!answer) {
        whole = token = undefined;
        continue;
      }
      const output = plain(describedOutput(operation, answer));
      whole = withPage(row, whole, output);
      const next = row.token && (answer as Record<string, unknown>)[row.token[1]];
      if (next === undefined || next === '' || next === token) return whole;
      token = next;
      journal.addPage({ ...about, output, token });
    }
  }
}

/** What has not the form of AWS's answers would make the whole snapshot unreadable: it is unknown. */
function answerOf(operation: string, output: Begun['output']): Pick<Read, 'output' | 'refused'> {
  const fault = formFault(operation, output);
  return fault
    ? { refused: { code: 'MalformedAnswer', message: `the answer is not AWS's: ${fault}` } }
    : { output };
}

/** Through JSON, so that an answer is the same from the journal. */
const plain = (value: object) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>;

/** Runs the work for each, some at a time; the first failure ends it. */
async function inTurns<T>(width: number, all: readonly T[], work: (each: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < all.length) await work(all[next++] as T);
  };
  await Promise.all(Array.from({ length: Math.min(width, all.length) }, worker));
}

/** What AWS itself refused, or could not answer; anything else (no network, no credentials) ends the import. */
export async function refusedTo(
  reader: Reader,
  error: SdkError,
  { operation, region }: Pick<Begun, 'operation' | 'region'>,
): Promise<Refusal> {
  if (error instanceof SnapshotError) throw error;
  const failure = failureOf(error);
  const isOfPlace = failure === 'credentials' && region !== GLOBAL && (await reader.isStillKnown());
  if (failure === 'refused' || failure === 'failing' || isOfPlace) return refusalOf(error);
  throw new SnapshotError(`${operation} could not be asked in ${region}: ${error.name}: ${error.message}`);
}
