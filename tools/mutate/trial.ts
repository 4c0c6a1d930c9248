/** One fault on trial: the tests that run its code are run with it, until one fails. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { TestFile } from './coverage.ts';

const PLANT = pathToFileURL(fileURLToPath(new URL('plant.ts', import.meta.url))).href;

export type Verdict =
  | { readonly caught: true; readonly by: string; readonly how: 'failed' | 'ended early' | 'deadline' }
  | { readonly caught: false; readonly tried: number; readonly of: number };

export interface Limits {
  /** For all tests of one fault together. */
  readonly faultMs: number;
  /** Kept free of what else is on the machine. */
  readonly env: Readonly<Record<string, string>>;
}

export async function tryFault(
  root: string,
  fault: { readonly file: string; readonly source: string },
  tests: readonly TestFile[],
  limits: Limits,
): Promise<Verdict> {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-mutant-'));
  const planted = join(directory, 'mutant.json');
  writeFileSync(planted, JSON.stringify({ path: resolve(root, fault.file), source: fault.source }));
  const beganMs = Date.now();
  try {
    for (const [tried, test] of tests.entries()) {
      if (Date.now() - beganMs > limits.faultMs) return { caught: false, tried, of: tests.length };
      const how = await runTest(root, test, { ...limits.env, LATCHKEY_MUTANT: planted });
      if (how !== 'passed') return { caught: true, by: test.path, how };
    }
    return { caught: false, tried: tests.length, of: tests.length };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Ends at the first test that fails: what comes after says nothing more. */
function runTest(
  root: string,
  { path, durationMs }: TestFile,
  env: Readonly<Record<string, string>>,
): Promise<'passed' | 'failed' | 'ended early' | 'deadline'> {
  return new Promise((done) => {
    const child = spawn(process.execPath, ['--test-reporter=tap', path], {
      cwd: root,
      env: { ...process.env, ...env, NODE_OPTIONS: `--import=${PLANT}` },
      stdio: ['ignore', 'pipe', 'ignore'],
      // A group of its own, so that what the test started ends with it.
      detached: true,
    });
    let how: 'passed' | 'failed' | 'deadline' = 'passed';
    const stop = (why: 'failed' | 'deadline') => {
      how = why;
      try {
        process.kill(-(child.pid as number), 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    const deadline = setTimeout(() => stop('deadline'), 15_000 + 4 * durationMs);
    child.stdout.on('data', (chunk: Buffer) => {
      if (/^\s*not ok /m.test(chunk.toString())) stop('failed');
    });
    child.on('exit', (code) => {
      clearTimeout(deadline);
      done(how === 'passed' && code !== 0 ? 'ended early' : how);
    });
  });
}
