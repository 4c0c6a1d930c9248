/** What the records speak for: which trails, which days, which services. What is not in there was not seen. */
import type { TrailRecord } from './use.ts';

export interface TrailCoverage {
  readonly account: string;
  readonly region: string;
  /** `kms.amazonaws.com` */
  readonly source: string;
  readonly records: number;
  readonly first: string;
  readonly last: string;
  readonly from: readonly string[];
}

const MAX_SOURCES = 32;

export class Coverage {
  readonly #trails = new Map<string, { -readonly [K in keyof TrailCoverage]: TrailCoverage[K] }>();

  add(
    { recipientAccountId = '', awsRegion = '', eventSource = '', eventTime = '' }: TrailRecord,
    from: string,
  ): void {
    this.addMany({
      account: recipientAccountId,
      region: awsRegion,
      source: eventSource,
      records: 1,
      first: eventTime,
      last: eventTime,
      from: [from],
    });
  }

  addMany(seen: TrailCoverage): void {
    const name = `${seen.account}/${seen.region}/${seen.source}`;
    const known = this.#trails.get(name);
    if (!known) {
      this.#trails.set(name, { ...seen });
      return;
    }
    known.records += seen.records;
    if (seen.first < known.first) known.first = seen.first;
    if (seen.last > known.last) known.last = seen.last;
    for (const from of seen.from) {
      if (!known.from.includes(from) && known.from.length < MAX_SOURCES) known.from = [...known.from, from];
    }
  }

  trails(): TrailCoverage[] {
    return [...this.#trails].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, trail]) => trail);
  }
}
