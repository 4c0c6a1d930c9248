/**
 * `npm run bench import`: real accounts of size, beside what it takes to read and parse the same files. Each step runs in a process of its own, so that its CPU time and the most
 * memory that it ever held are its own.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figure } from './figures.ts';
import { GRANTS, KEYS, RECORDS, ROLES, writeAccount, writeLogs } from './import-account.ts';
import type { Measured } from './import-steps.ts';

const COLUMNS = [64, 10, 10, 10, 10] as const;
const STEPS = ['files', 'fold', 'load', 'explain', 'who-can', 'what-if'];
const row = (...cells: string[]) =>
  cells.map((cell, i) => (i === 0 ? cell.padEnd(COLUMNS[0]) : cell.padStart(COLUMNS[i] as number))).join('');

export function importBench(): Figure[] {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-import-'));
  let bareSeconds = Number.NaN;
  /** Returns its processor time, in multiples of the yardstick's. */
  const step = (name: string): number => {
    const { stdout, status } = spawnSync(
      process.execPath,
      [join(import.meta.dirname, 'import-steps.ts'), name, folder],
      { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`the step ${name} failed`);
    const measured = JSON.parse(stdout) as Measured[];
    const all = measured.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
    if (Number.isNaN(bareSeconds)) bareSeconds = all;
    for (const { what, seconds, cpuSeconds, peakMegabytes } of measured) {
      const times = (cpuSeconds / bareSeconds).toFixed(2);
      console.log(row(what, seconds.toFixed(2), cpuSeconds.toFixed(2), times, String(peakMegabytes)));
    }
    return all / bareSeconds;
  };
  try {
    for (const part of ['account', 'logs']) mkdirSync(join(folder, part));
    writeAccount(join(folder, 'account'));
    const bytes = writeLogs(join(folder, 'logs'));
    console.log(
      `${ROLES} roles, ${KEYS} keys, ${GRANTS} grants; ${RECORDS} records, ${Math.round(bytes / 1e6)} MB`,
    );
    console.log(row('', 'seconds', 'CPU s', 'times', 'peak MB'));
    step('bare');
    const yardstick = 'reading and parsing the same files';
    return STEPS.map((name) => ({ name: `import: ${name}`, yardstick, times: step(name) }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
