/** What came of the faults: scores by area, and what no test noticed as diffs. */
import { readFileSync } from 'node:fs';
import { areaOf } from './areas.ts';
import type { Mutant } from './mutants.ts';
import type { Verdict } from './trial.ts';

export interface Result {
  readonly mutant: Mutant;
  readonly verdict: Verdict;
}

/** A fault that changes nothing anybody could see, known by the lines that it changes. */
export interface Equivalent {
  readonly file: string;
  readonly before: string;
  readonly after: string;
  readonly why: string;
}

export const readEquivalents = (path: URL): readonly Equivalent[] => JSON.parse(readFileSync(path, 'utf8'));

/** The lines that the fault changes, before and after. */
export function changedLines({ start, end, replacement }: Mutant, text: string) {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const until = text.indexOf('\n', end);
  const to = until < 0 ? text.length : until;
  const before = text.slice(from, to);
  return { before, after: text.slice(from, start) + replacement + text.slice(end, to) };
}

/** As a diff shows them. */
export function diffOf(mutant: Mutant, text: string): string {
  const { before, after } = changedLines(mutant, text);
  const marked = (mark: string, lines: string) => lines.replaceAll(/^/gm, `${mark} `);
  return `${marked('-', before)}\n${marked('+', after)}`;
}

export function table(results: readonly Result[]): string {
  const areas = Map.groupBy(results, ({ mutant }) => areaOf(mutant.file));
  const row = (name: string, of: readonly Result[]) => {
    const caught = of.filter(({ verdict }) => verdict.caught).length;
    const share = of.length > 0 ? `${((100 * caught) / of.length).toFixed(1)} %` : '';
    return `| ${name} | ${of.length} | ${caught} | ${share} |`;
  };
  return [
    '| area | faults | caught | share |',
    '|---|---|---|---|',
    ...[...areas].sort().map(([name, of]) => row(name, of)),
    ...(areas.size > 1 ? [row('all', results)] : []),
  ].join('\n');
}
