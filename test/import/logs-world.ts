/** Imported worlds of nothing but CloudTrail log files, gone when the file's tests are over. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { importFiles } from '../../src/import/files/import-files.ts';
import { openForImport, saveSnapshot } from '../../src/import/snapshot/store.ts';
import { type ImportedWorld, openImportedWorld } from '../../src/imported-world.ts';
import { ACCOUNT } from './published-records.ts';
import { logFile } from './records.ts';

export interface LogsWorlds {
  /** That the snapshots are under: `NAME-snapshot`. */
  readonly folder: string;
  worldOf(name: string, records: readonly object[]): Promise<ImportedWorld>;
}

export function logsWorlds(): LogsWorlds {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-logs-'));
  const worlds: ImportedWorld[] = [];
  after(async () => {
    for (const world of worlds) await world.close();
    rmSync(folder, { recursive: true });
  });
  const worldOf = async (name: string, records: readonly object[]) => {
    const logs = join(folder, name, 'AWSLogs', ACCOUNT, 'CloudTrail', 'us-east-1', '2026', '11', '01');
    mkdirSync(logs, { recursive: true });
    writeFileSync(join(logs, `${ACCOUNT}_CloudTrail_us-east-1_20261101T0005Z_abc.json.gz`), logFile(records));
    const out = join(folder, `${name}-snapshot`);
    const into = openForImport(out);
    await importFiles([join(folder, name)], into);
    saveSnapshot(out, into);
    const world = await openImportedWorld(out);
    worlds.push(world);
    return world;
  };
  return { folder, worldOf };
}
