/**
 * What things cost, as last committed (figures.json): processor time in multiples of what a yardstick takes in the same run (a
 * bare node:http server for a call of as many bytes). So a busy or another machine changes it little, and a regression shows.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('./figures.json', import.meta.url);
/** What runs of one state differ by, on a machine that does other things too. */
const TOLERANCE = 1.25;

export interface Figure {
  readonly name: string;
  readonly yardstick: string;
  /** Processor time, in multiples of the yardstick's. */
  readonly times: number;
}

type Committed = Readonly<Record<string, number>>;

const committed = (): Committed => JSON.parse(readFileSync(FILE, 'utf8')) as Committed;

/** A sentence for each figure that is worse than the committed one, or that has none. */
export function warnings(figures: readonly Figure[]): string[] {
  const before = committed();
  return figures.flatMap(({ name, yardstick, times }) => {
    const was = before[name];
    if (was === undefined) return [`${name} has no committed figure; --record writes one`];
    if (times <= was * TOLERANCE) return [];
    return [
      `${name} costs ${times.toFixed(2)} times the processor time of ${yardstick}; ${was.toFixed(2)} is committed`,
    ];
  });
}

export function record(figures: readonly Figure[]): void {
  const all = { ...committed(), ...Object.fromEntries(figures.map(({ name, times }) => [name, times])) };
  const rounded = Object.entries(all).map(([name, times]) => [name, Number(times.toFixed(2))]);
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(rounded), null, 2)}\n`);
}
