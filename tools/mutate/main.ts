/**
 * `npm run mutate -- [path…]`: plants faults in the named files or folders, one at a time, and runs the tests that run
 * the faulty code; `path.ts:12` is one line. Prints the share that was caught and, as a diff each, those that no test noticed.
 *
 *   --since REV     without paths: the files of src/ that changed since then (default: main)
 *   --count N       that many faults of each area, chosen by --seed (default 100; 0 for all)
 *   --seed N        another choice of faults; a choice stays as it is while other lines change
 *   --minutes N     stop after so long, with what is known by then (default 15)
 *   --jobs N        faults tried at once (default: half the processors)
 *   --fault-seconds N  of the processor, at most, for the tests of one fault (default 10)
 *   --tests GLOB    the tests to run, instead of those of the area
 *   --survivors FILE   the diffs go there too
 *   --again FILE    only the faults that a file of survivors lists
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readArguments } from '../arguments.ts';
import { areaOf, TOO_LONG, testsOf } from './areas.ts';
import { Copies } from './bench.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import { changedLines, diffOf, type Result, readEquivalents, table } from './report.ts';
import { type Numbered, schemataOf } from './schemata.ts';
import { Trial, type Verdict } from './trial.ts';
import { rejectedByTypes } from './types.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const { values, positionals, numberOf, refuse } = readArguments(import.meta.url, {
  since: { type: 'string', default: 'main' },
  count: { type: 'string', default: '100' },
  seed: { type: 'string', default: '1' },
  minutes: { type: 'string', default: '15' },
  jobs: { type: 'string', default: String(Math.max(1, Math.floor(availableParallelism() / 2))) },
  'fault-seconds': { type: 'string', default: '10' },
  tests: { type: 'string' },
  survivors: { type: 'string' },
  again: { type: 'string' },
});

const endsAtMs = Date.now() + numberOf('minutes') * 60_000;
const texts = new Map(sourceFiles().map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]));
const textOf = ({ file }: Mutant) => texts.get(file) as string;
const equivalents = new Set(
  readEquivalents(new URL('equivalent-faults.json', import.meta.url)).map(({ file, before, after }) =>
    JSON.stringify([file, before, after]),
  ),
);
const possible = [...texts].flatMap(([file, text]) => mutantsOf(file, text)).filter(isVisible);
const all = possible.filter(isNamed);
const chosen = [...Map.groupBy(all, ({ file }) => areaOf(file)).values()].flatMap(choose);
console.log(`${chosen.length} of ${all.length} faults in ${texts.size} files`);
const survivors: string[] = [];
const results: Result[] = [];
for (const [area, mutants] of Map.groupBy(chosen, ({ file }) => areaOf(file))) await tryArea(area, mutants);
console.log(`\n${table(results)}`);
if (results.length < chosen.length) console.log(`${chosen.length - results.length} were not tried in time`);
if (values.survivors) writeFileSync(values.survivors, survivors.join('\n'));

/** `src/policy/glob.ts:74` is one line of a file. */
function isNamed(mutant: Mutant): boolean {
  const { file, line } = mutant;
  if (values.again && !listed().has(keyOf(mutant))) return false;
  if (!positionals.some((path) => /:\d+$/.test(path))) return true;
  return positionals.includes(file) || positionals.includes(`${file}:${line}`);
}

function listed(): ReadonlySet<string> {
  const lines = readFileSync(values.again as string, 'utf8').match(/^key: .*$/gm) ?? [];
  return new Set(lines.map((line) => line.slice('key: '.length)));
}

function isVisible(mutant: Mutant): boolean {
  const { before, after } = changedLines(mutant, textOf(mutant));
  return !equivalents.has(JSON.stringify([mutant.file, before.trim(), after.trim()]));
}

function sourceFiles(): string[] {
  const isSource = (path: string) => /^src\/.*\.ts$/.test(path) && !path.includes('/generated/');
  const paths = positionals.map((path) => path.replace(/:\d+$/, ''));
  const missing = [...paths.map((path) => join(ROOT, path)), ...(values.again ? [values.again] : [])].find(
    (path) => !existsSync(path),
  );
  if (missing !== undefined) refuse(`There is no ${missing}.`);
  const named = [...new Set(paths)].flatMap((path) =>
    statSync(join(ROOT, path)).isDirectory() ? globSync(`${path}/**/*.ts`, { cwd: ROOT }) : [path],
  );
  if (named.length > 0) return named.filter(isSource).sort();
  const changed = execFileSync('git', ['diff', '--name-only', '--diff-filter=d', values.since], {
    cwd: ROOT,
  });
  return changed.toString().split('\n').filter(isSource);
}

/** The change itself, wherever its line is. */
function keyOf(mutant: Mutant): string {
  const { before, after } = changedLines(mutant, textOf(mutant));
  return createHash('sha256')
    .update(JSON.stringify([mutant.file, before, after]))
    .digest('hex')
    .slice(0, 16);
}

function choose(from: readonly Mutant[]): readonly Mutant[] {
  const count = numberOf('count');
  if (count === 0 || values.again) return from;
  const drawn = (mutant: Mutant) =>
    createHash('sha256')
      .update(`${values.seed} ${keyOf(mutant)}`)
      .digest('hex');
  return from
    .map((mutant) => ({ mutant, at: drawn(mutant) }))
    .sort((one, other) => (one.at < other.at ? -1 : 1))
    .slice(0, count)
    .map(({ mutant }) => mutant);
}

async function tryArea(area: string, mutants: readonly Mutant[]): Promise<void> {
  const numbered = mutants.map((mutant, index): Numbered => ({ ...mutant, id: index + 1 }));
  // The others of the same files are never switched on: they show which tests run the file.
  const sources = new Set(numbered.map(({ file }) => file));
  const others = possible.filter((mutant) => sources.has(mutant.file) && !mutants.includes(mutant));
  const markers = others.map((mutant, index): Numbered => ({ ...mutant, id: numbered.length + index + 1 }));
  const byFile = Map.groupBy([...numbered, ...markers], ({ file }) => file);
  const copies = new Copies(
    ROOT,
    new Map([...byFile].map(([file, of]) => [file, schemataOf(texts.get(file) as string, of)])),
  );
  const trial = new Trial(ROOT, copies, { endsAtMs, faultMs: 1000 * numberOf('fault-seconds') });
  try {
    const patterns = values.tests ? [values.tests] : testsOf(area);
    const files = new Set(patterns.flatMap((pattern) => globSync(pattern, { cwd: ROOT })));
    await trial.measure([...files].filter((file) => !TOO_LONG.test(file)).sort());
    console.log(`${area}: ${numbered.length} faults`);
    const unnoticed: Result[] = [];
    await trial.tryAll(numbered, markers, numberOf('jobs'), ({ fault: mutant, verdict }) => {
      if (verdict.caught) results.push({ mutant, verdict });
      else {
        unnoticed.push({ mutant, verdict });
        console.log(describe(mutant, verdict));
      }
    });
    const rejected = rejectedByTypes(
      ROOT,
      unnoticed.map(({ mutant }) => mutant),
      texts,
    );
    for (const { mutant, verdict } of unnoticed) {
      if (rejected.has(mutant)) {
        results.push({ mutant, verdict: { caught: true, by: 'tsc' } });
        console.log(`\nrefused by the compiler: ${mutant.file}:${mutant.line} ${mutant.kind}`);
      } else {
        results.push({ mutant, verdict });
        survivors.push(describe(mutant, verdict));
      }
    }
  } finally {
    copies.remove();
  }
}

function describe(mutant: Mutant, verdict: Verdict): string {
  const how = verdict.caught ? '' : `${verdict.tried} of ${verdict.of} tests that run it`;
  return [
    `\nsurvived: ${mutant.file}:${mutant.line} ${mutant.kind} (${how})`,
    `key: ${keyOf(mutant)}`,
    diffOf(mutant, textOf(mutant)),
  ].join('\n');
}
