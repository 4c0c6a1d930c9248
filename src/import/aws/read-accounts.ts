/**
 * Reads accounts through the SDK, row by row of reads.ts. Each answer is journalled as it comes, so an import that was
 * stopped goes on where it was; a refusal is an answer too. Nothing is ever written to an account.
 */

import type { Scope } from '../../aws/scope.ts';
import { GLOBAL, type ReadRow, valuesAt } from '../read-row.ts';
import { READS } from '../reads.ts';
import { describedOutput } from '../snapshot/described.ts';
import { inputName, type Read, Reads, SnapshotError } from '../snapshot/snapshot.ts';
import type { AwsCalls, RoleCredentials } from './aws-calls.ts';
import type { Pace } from './pace.ts';

/** Where answers are kept until the import is whole. */
export interface Journal {
  readonly reads: Iterable<Read>;
  add(read: Read): void;
}

export interface ReadingProgress {
  readonly account: string;
  readonly region: string;
  readonly operation: string;
  readonly done: number;
  readonly refused: number;
  /** Calls that are known to be still to come for this row, and in how many further places rows are still to be read. */
  readonly left: number;
  readonly placesLeft: number;
}

export interface ReadingOptions {
  readonly calls: AwsCalls;
  readonly pace: Pace;
  readonly journal: Journal;
  readonly nowMs: () => number;
  readonly onProgress?: (progress: ReadingProgress) => void;
}

/** An account to read, and by whom. */
export interface Reader {
  readonly account: string;
  readonly by: string;
  readonly credentials?: RoleCredentials;
}

/** How many calls of a row are under way at a time. */
const CONCURRENCY = 8;
/** A Region that serves the global services. */
const GLOBAL_ENDPOINT = 'us-east-1';

export class AccountReading {
  readonly #options: ReadingOptions;
  readonly reads = new Reads();
  #done = 0;
  #refused = 0;
  placesLeft = 0;

  constructor(options: ReadingOptions) {
    this.#options = options;
    for (const read of options.journal.reads) this.reads.add(read);
  }

  /** What is the same in all Regions. */
  async readGlobal(reader: Reader): Promise<void> {
    for (const row of READS) if (row.scope !== 'region') await this.#row(reader, GLOBAL, row);
  }

  async readRegion(reader: Reader, region: string): Promise<void> {
    for (const row of READS) if (row.scope === 'region') await this.#row(reader, region, row);
  }

  /** A call may give what further calls of its own row are about, as units have units. */
  async #row(reader: Reader, region: string, row: ReadRow): Promise<void> {
    const place = { account: reader.account, region };
    const asked = new Set<string>();
    for (;;) {
      const inputs = this.#inputs(row, place).filter((input) => !asked.has(inputName(input)));
      if (inputs.length === 0) return;
      for (const input of inputs) asked.add(inputName(input));
      let left = inputs.length;
      await inTurns(CONCURRENCY, inputs, async (input) => {
        await this.#read(reader, region, row, input);
        left--;
        this.#options.onProgress?.({
          ...place,
          operation: row.operation,
          done: this.#done,
          refused: this.#refused,
          left,
          placesLeft: this.placesLeft,
        });
      });
      if (!row.each) return;
    }
  }

  #inputs({ each, input = {} }: ReadRow, place: Scope): Read['input'][] {
    if (!each) return [input];
    const values = new Set<unknown>();
    const all: Read['input'][] = [];
    for (const { operation, path, as, listed } of each) {
      for (const { output } of this.reads.of(operation, place) ?? []) {
        for (const value of valuesAt(output, path)) {
          if (values.has(value)) continue;
          values.add(value);
          all.push({ ...input, [as]: listed ? [value] : value });
        }
      }
    }
    return all;
  }

  async #read(reader: Reader, region: string, row: ReadRow, input: Read['input']): Promise<void> {
    const { operation } = row;
    const { account, by } = reader;
    if (this.reads.get(operation, { account, region }, input)) return;
    const { journal, nowMs } = this.#options;
    const about = { operation, account, region, input, at: new Date(nowMs()).toISOString(), by, from: 'aws' };
    const read = await this.#pages(reader, region, row, input).then(
      (output): Read => ({ ...about, output: describedOutput(operation, output) }),
      (error): Read => ({ ...about, ...refusalOf(error, row) }),
    );
    this.#done++;
    if (read.refused) this.#refused++;
    // Through JSON, so that a read is the same from the journal.
    const plain = JSON.parse(JSON.stringify(read)) as Read;
    this.reads.add(plain);
    journal.add(plain);
  }

  async #pages(
    { account, credentials }: Reader,
    region: string,
    row: ReadRow,
    input: object,
  ): Promise<object> {
    const { calls, pace } = this.#options;
    const [service, operation] = row.operation.split(':') as [string, string];
    const whole: Record<string, unknown> = {};
    let token: unknown;
    do {
      const page: Record<string, unknown> =
        row.token && token !== undefined ? { ...input, [row.token[0]]: token } : { ...input };
      await pace.turn(service, `${account}/${region}`);
      const at = region === GLOBAL ? GLOBAL_ENDPOINT : region;
      const output = (await calls.call({
        service,
        operation,
        region: at,
        input: page,
        credentials,
      })) as Record<string, unknown>;
      for (const [name, value] of Object.entries(output)) {
        const sofar = whole[name];
        whole[name] =
          Array.isArray(sofar) && Array.isArray(value) && row.lists?.includes(name)
            ? [...sofar, ...value]
            : value;
      }
      const next = row.token && output[row.token[1]];
      if (next !== undefined && next === token) break;
      token = next;
    } while (token !== undefined && token !== '');
    return whole;
  }
}

/** Runs the work for each, some at a time; the first failure ends it. */
async function inTurns<T>(width: number, all: readonly T[], work: (each: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < all.length) await work(all[next++] as T);
  };
  await Promise.all(Array.from({ length: Math.min(width, all.length) }, worker));
}

interface SdkError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** What AWS itself refused; anything else (no network, no credentials) ends the import. */
function refusalOf(error: SdkError, row: ReadRow): Pick<Read, 'output' | 'refused'> {
  if (row.absent?.includes(error.name)) return { output: {} };
  const status = error.$metadata?.httpStatusCode;
  // An expired token is no property of the account: it is read again once there is a new one.
  if (
    status === undefined ||
    status < 400 ||
    /Expired|InvalidClientTokenId|SignatureDoesNotMatch/.test(error.name)
  ) {
    throw new SnapshotError(`${row.operation} could not be asked: ${error.name}: ${error.message}`);
  }
  if (status >= 500 && status !== 501) {
    throw new SnapshotError(`${row.operation} failed at AWS (${error.name}: ${error.message})`);
  }
  return { refused: { code: error.name, message: error.message.slice(0, 500) } };
}
