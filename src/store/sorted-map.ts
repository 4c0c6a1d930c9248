/** Keys in order, in memory. */
import type { Span } from './key.ts';

/** More keys than this in one run and it is split: inserting moves at most this many. */
const MAX_RUN_LENGTH = 512;

/** A map whose keys can also be walked in order: a hash map beside sorted runs of its keys. */
export class SortedMap<V> {
  readonly #values = new Map<string, V>();
  /** Never empty as a whole; each run sorted, and before the next one. */
  readonly #runs: string[][] = [[]];

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: V): void {
    if (!this.#values.has(key)) this.#insert(key);
    this.#values.set(key, value);
  }

  delete(key: string): void {
    if (!this.#values.delete(key)) return;
    const at = this.#runAt(key);
    const run = this.#runs[at] as string[];
    run.splice(firstNotBelow(run, key), 1);
    if (run.length === 0 && this.#runs.length > 1) this.#runs.splice(at, 1);
  }

  keysIn({ from, to, reverse, limit }: Span): string[] {
    const keys: string[] = [];
    if (limit <= 0) return keys;
    for (const key of reverse ? this.#descending(from, to) : this.#ascending(from, to)) {
      keys.push(key);
      if (keys.length >= limit) break;
    }
    return keys;
  }

  /** Keys from `from` (inclusive) to `to` (exclusive), upwards. */
  *#ascending(from: string, to: string): Generator<string> {
    for (let at = this.#runAt(from); at < this.#runs.length; at++) {
      const run = this.#runs[at] as string[];
      for (let i = firstNotBelow(run, from); i < run.length; i++) {
        const key = run[i] as string;
        if (key >= to) return;
        yield key;
      }
    }
  }

  /** The same keys downwards. */
  *#descending(from: string, to: string): Generator<string> {
    for (let at = this.#runAt(to); at >= 0; at--) {
      const run = this.#runs[at] as string[];
      for (let i = firstNotBelow(run, to) - 1; i >= 0; i--) {
        const key = run[i] as string;
        if (key < from) return;
        yield key;
      }
    }
  }

  #insert(key: string): void {
    const at = this.#runAt(key);
    const run = this.#runs[at] as string[];
    run.splice(firstNotBelow(run, key), 0, key);
    if (run.length > MAX_RUN_LENGTH) this.#runs.splice(at + 1, 0, run.splice(run.length >> 1));
  }

  /** The last run that begins at or before the key, or the first one. */
  #runAt(key: string): number {
    let low = 0;
    let high = this.#runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#runs[middle]?.[0] as string) <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function firstNotBelow(run: readonly string[], key: string): number {
  let low = 0;
  let high = run.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((run[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
