/**
 * `npm run mutate -- [path…]`: plants faults in the named files or folders, one at a time, and runs the tests that run
 * the faulty code; `path.ts:12` is one line. Prints the share that was caught and, as a diff each, those that no test noticed.
 *
 *   --since REV     without paths: the files of src/ that changed since then (default: main)
 *   --count N       that many faults, spread over the files by --seed (default 100; 0 for all)
 *   --seed N        another choice of faults
 *   --minutes N     stop after so long, with what is known by then (default 15)
 *   --jobs N        faults tried at once (default: half the processors)
 *   --thorough      every test that runs the code, not only the likeliest
 *   --json FILE     what came out, for a program
 */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Coverage, hashOf, runs, type TestFile } from './coverage.ts';
import { diffOf, type Mutant, mutantsOf, mutated } from './mutants.ts';
import { tryFault, type Verdict } from './trial.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Where a fault is likeliest to be seen: the tests of its area, and so many others. */
const LIKELIEST = 8;
const FAULT_MS = 90_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    since: { type: 'string', default: 'main' },
    count: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '15' },
    jobs: { type: 'string', default: String(Math.max(1, Math.floor(availableParallelism() / 2))) },
    thorough: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});

interface Result {
  readonly mutant: Mutant;
  readonly verdict: Verdict;
}

const endsAtMs = Date.now() + Number(values.minutes) * 60_000;
const files = sourceFiles();
const texts = new Map(files.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]));
const hashes = new Map(files.map((file) => [file, hashOf(join(ROOT, file))]));
const all = files.flatMap((file) => mutantsOf(file, texts.get(file) as string));
const chosen = choose(all.filter(isNamed), Number(values.count), Number(values.seed));
console.log(`${chosen.length} of ${all.length} faults in ${files.length} files`);
const tests = await coverage();
const results = await tryAll();
report();

/** `src/policy/glob.ts:74` is one line of a file. */
function isNamed({ file, line }: Mutant): boolean {
  const lines = positionals.flatMap((path) => path.match(/^(.*):(\d+)$/) ?? []);
  if (lines.length === 0) return true;
  return positionals.includes(file) || positionals.includes(`${file}:${line}`);
}

function sourceFiles(): string[] {
  const isSource = (path: string) => /^src\/.*\.ts$/.test(path) && !path.includes('/generated/');
  const paths = positionals.map((path) => path.replace(/:\d+$/, ''));
  const named = [...new Set(paths)].flatMap((path) =>
    statSync(join(ROOT, path)).isDirectory() ? globSync(`${path}/**/*.ts`, { cwd: ROOT }) : [path],
  );
  if (named.length > 0) return named.filter(isSource).sort();
  const changed = execFileSync('git', ['diff', '--name-only', '--diff-filter=d', values.since], {
    cwd: ROOT,
  });
  return changed.toString().split('\n').filter(isSource);
}

/** A choice that another seed makes otherwise, and the same seed the same. */
function choose(from: readonly Mutant[], count: number, seed: number): readonly Mutant[] {
  if (count === 0 || count >= from.length) return from;
  let state = seed * 2_654_435_761;
  const random = () => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return from
    .map((mutant) => ({ mutant, at: random() }))
    .sort((one, other) => one.at - other.at)
    .slice(0, count)
    .map(({ mutant }) => mutant);
}

async function coverage(): Promise<TestFile[]> {
  const paths = globSync('test/**/*.test.ts', { cwd: ROOT }).map((path) => path.replaceAll('\\', '/'));
  const known = new Coverage(ROOT);
  const measured: TestFile[] = [];
  await inParallel(paths.sort(), async (path) => {
    const test = await known.of(path);
    if (test) measured.push(test);
    else console.log(`${path} fails as it is: left out`);
  });
  return measured;
}

/** `src/services/kms/grant/grant.ts` is of `kms`, `src/policy/glob.ts` of `policy`. */
function areaOf(file: string): string {
  const [, first = '', second = ''] = file.split('/');
  return (first === 'services' ? second : first).replace(/\.ts$/, '');
}

function testsOf({ file, start }: Mutant): readonly TestFile[] {
  const isOwn = (test: TestFile) => test.path.startsWith(`test/${areaOf(file)}/`);
  const breadth = ({ sources }: TestFile) => Object.keys(sources).length;
  const covering = tests
    .filter((test) => runs(test, file, hashes.get(file) as string, start))
    .sort(
      (one, other) =>
        Number(isOwn(other)) - Number(isOwn(one)) ||
        one.durationMs - other.durationMs ||
        breadth(one) - breadth(other),
    );
  const own = covering.filter(isOwn).length;
  return values.thorough ? covering : covering.slice(0, own + LIKELIEST);
}

async function tryAll(): Promise<Result[]> {
  const found: Result[] = [];
  await inParallel(chosen, async (mutant) => {
    if (Date.now() > endsAtMs) return;
    const source = mutated(texts.get(mutant.file) as string, mutant);
    const env = { NODE_COMPILE_CACHE: join(ROOT, '.cache', 'node') };
    const verdict = await tryFault(ROOT, { file: mutant.file, source }, testsOf(mutant), {
      faultMs: FAULT_MS,
      env,
    });
    found.push({ mutant, verdict });
    if (!verdict.caught) {
      const how = verdict.of === 0 ? 'no test runs it' : `${verdict.tried} of ${verdict.of} test files ran`;
      console.log(`\nsurvived: ${mutant.file}:${mutant.line} ${mutant.kind} (${how})`);
      console.log(diffOf(mutant, texts.get(mutant.file) as string));
    }
  });
  return found;
}

function report(): void {
  const areas = Map.groupBy(results, ({ mutant }) => areaOf(mutant.file));
  const line = (name: string, of: readonly Result[]) => {
    const caught = of.filter(({ verdict }) => verdict.caught).length;
    const share = of.length > 0 ? ` ${((100 * caught) / of.length).toFixed(1)} %` : '';
    console.log(`${name}: ${caught} of ${of.length} caught${share}`);
  };
  console.log('');
  for (const [name, of] of [...areas].sort()) line(name, of);
  line('all', results);
  if (results.length < chosen.length) console.log(`${chosen.length - results.length} were not tried in time`);
  if (values.json) writeFileSync(values.json, JSON.stringify(results, null, 1));
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const worker = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, worker));
}
