/** Imported worlds of nothing but CloudTrail log files, gone when the file's tests are over. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importFiles } from '../../src/import/files/import-files.ts';
import { openForImport } from '../../src/import/snapshot/store.ts';
import type { ImportedWorld } from '../../src/imported-world.ts';
import { importedWorlds } from '../worlds/read-account.ts';
import { ACCOUNT } from './published-records.ts';
import { logFile } from './records.ts';

export interface LogsWorlds {
  /** That the snapshots are under: `NAME-snapshot`. */
  readonly folder: string;
  worldOf(name: string, records: readonly object[]): Promise<ImportedWorld>;
}

export function logsWorlds(): LogsWorlds {
  const { folder, open } = importedWorlds();
  const worldOf = async (name: string, records: readonly object[]) => {
    const logs = join(folder, name, 'AWSLogs', ACCOUNT, 'CloudTrail', 'us-east-1', '2026', '11', '01');
    mkdirSync(logs, { recursive: true });
    writeFileSync(join(logs, `${ACCOUNT}_CloudTrail_us-east-1_20261101T0005Z_abc.json.gz`), logFile(records));
    const snapshot = `${name}-snapshot`;
    const into = openForImport(join(folder, snapshot));
    await importFiles([join(folder, name)], into);
    return open(snapshot, into);
  };
  return { folder, worldOf };
}
