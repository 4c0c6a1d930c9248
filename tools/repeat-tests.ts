/**
 * `npm run test:repeat -- N [path…]`: runs the test files (default: all) N times, each time in another order and with the
 * machine as busy as the tests make it, and names those that passed at one time and failed at another. Of three rounds one is
 * as ever, in one simulated work is late, and in one calls are (unsteady.ts).
 */
import { spawn } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const LOADED = ['./tools/lighter-test-runner.ts', './tools/unsteady.ts'];
/** At once: more than `npm test` runs, as what flickers does so on a busy machine. */
const JOBS = 3;

const LATE = [undefined, 'work', 'calls'];

const [times = '3', ...paths] = process.argv.slice(2);
const rounds = Number(times);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error('usage: npm run test:repeat -- N [path…]');

const named = paths.flatMap((path) =>
  statSync(path).isDirectory() ? globSync(`${path}/**/*.test.ts`, { cwd: ROOT }) : [path],
);
const files = named.length > 0 ? named : globSync('test/**/*.test.ts', { cwd: ROOT }).sort();
const failures = new Map<string, string[]>();

for (let round = 1; round <= rounds; round++) {
  const rest = shuffled(files);
  const worker = async () => {
    for (let file = rest.shift(); file !== undefined; file = rest.shift()) {
      const failed = await failingTests(file, LATE[(round - 1) % LATE.length]);
      if (failed !== undefined) failures.set(file, [...(failures.get(file) ?? []), failed]);
    }
  };
  await Promise.all(Array.from({ length: JOBS }, worker));
  console.log(`round ${round} of ${rounds}: ${failures.size} of ${files.length} files have failed so far`);
}
for (const [file, each] of failures) {
  const how =
    each.length === rounds ? 'fails every time' : `flickers: failed ${each.length} of ${rounds} times`;
  console.log(`\n${file} ${how}\n${[...new Set(each)].join('\n')}`);
}
process.exitCode = failures.size > 0 ? 1 : 0;

/** The names of the tests that failed, one a line; undefined where all passed. */
function failingTests(file: string, late: string | undefined): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [...LOADED.flatMap((each) => ['--import', each]), '--test-reporter=tap', file],
      {
        cwd: ROOT,
        env: { ...process.env, UNSTEADY: late },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk;
    });
    child.on('exit', (code) => {
      const failed = [...text.matchAll(/^ *not ok \d+ - (.*)$/gm)].map(([, name]) => `  ${name}`);
      resolve(code === 0 ? undefined : failed.join('\n') || `  ended with ${code}`);
    });
  });
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
}
