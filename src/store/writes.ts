/** What a transaction has written to one table, laid over what is committed. */
import type { AnyTable, Found } from './engine.ts';
import { positions } from './index-positions.ts';
import { END, type Span } from './key.ts';
import { SortedMap } from './sorted-map.ts';

/** The order of the table itself among those of its indexes. */
const OWN = '';

export class Writes {
  readonly #table: AnyTable;
  /** By encoded key; undefined marks a deleted record. */
  readonly #records = new Map<string, object | undefined>();
  /**
   * By the names of the indexes that were read since: positions, each with the key of its record. So a transaction of many
   * writes, which reads between them, is not the slower for each of them.
   */
  readonly #orders = new Map<string, SortedMap<string>>();

  constructor(table: AnyTable) {
    this.#table = table;
  }

  get table(): AnyTable {
    return this.#table;
  }

  get records(): ReadonlyMap<string, object | undefined> {
    return this.#records;
  }

  has(key: string): boolean {
    return this.#records.has(key);
  }

  get(key: string): object | undefined {
    return this.#records.get(key);
  }

  set(key: string, record: object | undefined): void {
    const before = this.#records.get(key);
    this.#records.set(key, record);
    for (const [index, order] of this.#orders) {
      for (const position of this.#positions(index, key, before)) order.delete(position);
      for (const position of this.#positions(index, key, record)) order.set(position, key);
    }
  }

  /** Records in the order of an index, or of the table itself: those written, and of the committed what was not. */
  over(committed: (span: Span) => readonly Found[], index: string | undefined, span: Span): Found[] {
    return merged(this.#unwritten(committed, span), this.#entries(index ?? OWN, span), span);
  }

  #entries(index: string, span: Span): Found[] {
    let order = this.#orders.get(index);
    if (order === undefined) {
      order = new SortedMap();
      for (const [key, record] of this.#records) {
        for (const position of this.#positions(index, key, record)) order.set(position, key);
      }
      this.#orders.set(index, order);
    }
    return order.keysIn(span).map((position) => {
      const key = order.get(position) as string;
      return { position, key, record: this.#records.get(key) as object };
    });
  }

  #positions(index: string, key: string, record: object | undefined): readonly string[] {
    return positions(this.#table, index === OWN ? undefined : index, key, record);
  }

  /** As many as the span has room for, as far as there are any. */
  #unwritten(committed: (span: Span) => readonly Found[], span: Span): Found[] {
    const found: Found[] = [];
    for (let rest = span; ; ) {
      const stretch = committed(rest);
      for (const each of stretch) if (!this.#records.has(each.key)) found.push(each);
      const last = stretch.at(-1);
      if (found.length >= span.limit || stretch.length < rest.limit || last === undefined) return found;
      // Those that were written since hide some: twice as many next time, however many they are.
      const place = span.reverse ? { to: last.position } : { from: last.position + END };
      rest = { ...rest, ...place, limit: rest.limit * 2 };
    }
  }
}

/** The first of two lists in the order of the span, which have no position in common. */
function merged(one: readonly Found[], other: readonly Found[], { reverse, limit }: Span): Found[] {
  const found: Found[] = [];
  let at = 0;
  let atOther = 0;
  while (found.length < limit) {
    const first = one[at];
    const second = other[atOther];
    if (first === undefined && second === undefined) break;
    const isFirst =
      second === undefined || (first !== undefined && first.position < second.position !== reverse);
    found.push((isFirst ? first : second) as Found);
    if (isFirst) at++;
    else atOther++;
  }
  return found;
}
