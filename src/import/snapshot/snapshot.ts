/**
 * A snapshot of real accounts: what was read, each call's answer with who asked, when and from where, or that it was
 * refused. docs/snapshot-format.md describes the folder that it is kept in.
 */
import type { Scope } from '../../aws/scope.ts';
import { GLOBAL } from '../read-row.ts';

export interface Provenance {
  /** ISO 8601. */
  readonly at: string;
  /** ARN of the reader, where it is known. */
  readonly by?: string;
  /** `aws`, or the file that it was taken from. */
  readonly from: string;
}

/** `region` is `global` for what is the same in all Regions. */
export interface Read extends Scope, Provenance {
  /** `kms:GetKeyPolicy` */
  readonly operation: string;
  /** What the call was about; empty where it takes nothing. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly output?: Readonly<Record<string, unknown>>;
  /** The reader may not see this, or the source does not have it: it is unknown, not empty. */
  readonly refused?: { readonly code: string; readonly message: string };
}

/** What a sentence takes of a text that is not ours. */
const [SENTENCE_BEGINS, SENTENCE_ENDS] = [600, 200];

/** A fault of what was handed over, that a sentence can answer: of what it quotes, however long that is, the ends. */
export class SnapshotError extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    const isLong = sentence.length > SENTENCE_BEGINS + SENTENCE_ENDS;
    const ends = `${sentence.slice(0, SENTENCE_BEGINS)} … ${sentence.slice(-SENTENCE_ENDS)}`;
    super(isLong ? ends : sentence, options);
  }
}

export function inputName(input: Read['input']): string {
  return Object.keys(input)
    .sort()
    .map((name) => `${name}=${JSON.stringify(input[name])}`)
    .join('&');
}

const callName = ({ operation, account, region }: Pick<Read, 'operation' | 'account' | 'region'>) =>
  `${account}/${region}/${operation}`;

export class Reads {
  readonly #calls = new Map<string, Map<string, Read>>();

  /** Keeps the later of two answers to the same question; an answer beats a refusal. */
  add(read: Read): void {
    const name = callName(read);
    const answers = this.#calls.get(name) ?? new Map<string, Read>();
    this.#calls.set(name, answers);
    const input = inputName(read.input);
    const known = answers.get(input);
    if (!known || isBetter(read, known)) answers.set(input, read);
  }

  *all(): Generator<Read> {
    for (const answers of this.#calls.values()) yield* answers.values();
  }

  /** The answers of one operation in one place; undefined where nobody asked. */
  of(operation: string, { account, region }: Scope): readonly Read[] | undefined {
    const answers = this.#calls.get(callName({ operation, account, region }));
    return answers && [...answers.values()];
  }

  /** The answer to one question in one place. */
  get(operation: string, { account, region }: Scope, input: Read['input']): Read | undefined {
    return this.#calls.get(callName({ operation, account, region }))?.get(inputName(input));
  }

  get size(): number {
    let size = 0;
    for (const answers of this.#calls.values()) size += answers.size;
    return size;
  }

  accounts(): string[] {
    return [...new Set([...this.all()].map(({ account }) => account))].sort();
  }

  /** The account and Region with the most answers: where most keys and instances are. */
  mainPlace(): Scope | undefined {
    const places = new Map<string, Scope & { answers: number }>();
    for (const { account, region } of this.all()) {
      if (region === GLOBAL) continue;
      const place = places.get(`${account}/${region}`) ?? { account, region, answers: 0 };
      places.set(`${account}/${region}`, { ...place, answers: place.answers + 1 });
    }
    const [main] = [...places.values()].sort(
      (a, b) => b.answers - a.answers || (a.account + a.region < b.account + b.region ? -1 : 1),
    );
    return main && { account: main.account, region: main.region };
  }

  regions(): string[] {
    const regions = new Set([...this.all()].map(({ region }) => region));
    regions.delete(GLOBAL);
    return [...regions].sort();
  }
}

function isBetter(one: Read, other: Read): boolean {
  if (!!one.refused !== !!other.refused) return !one.refused;
  return one.at >= other.at;
}
