/**
 * `npm run bench import`: real accounts of size. Each step runs in a process of its own, so that its CPU time and the most
 * memory that it ever held are its own.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GRANTS, KEYS, RECORDS, ROLES, writeAccount, writeLogs } from './import-account.ts';
import type { Measured } from './import-steps.ts';

const COLUMNS = [64, 10, 10, 10] as const;
const row = (...cells: string[]) =>
  cells.map((cell, i) => (i === 0 ? cell.padEnd(COLUMNS[0]) : cell.padStart(COLUMNS[i] as number))).join('');

export function importBench(): void {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-import-'));
  const step = (name: string) => {
    const { stdout, status } = spawnSync(
      process.execPath,
      [join(import.meta.dirname, 'import-steps.ts'), name, folder],
      { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`the step ${name} failed`);
    for (const { what, seconds, cpuSeconds, peakMegabytes } of JSON.parse(stdout) as Measured[])
      console.log(row(what, seconds.toFixed(2), cpuSeconds.toFixed(2), String(peakMegabytes)));
  };
  try {
    for (const part of ['account', 'logs']) mkdirSync(join(folder, part));
    writeAccount(join(folder, 'account'));
    const bytes = writeLogs(join(folder, 'logs'));
    console.log(
      `${ROLES} roles, ${KEYS} keys, ${GRANTS} grants; ${RECORDS} records, ${Math.round(bytes / 1e6)} MB`,
    );
    console.log(row('', 'seconds', 'CPU s', 'peak MB'));
    for (const name of ['files', 'fold', 'load', 'explain', 'who-can', 'what-if']) step(name);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
