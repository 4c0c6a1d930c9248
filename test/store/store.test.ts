import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMemoryStore } from '../../src/store/memory/memory-store.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { storeContract } from './contract.ts';

storeContract('memory', () => openMemoryStore());

storeContract('sqlite', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-store-'));
  const store = openSqliteStore({ file: join(directory, 'latchkey.db') });
  t.after(async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  });
  return store;
});

storeContract('fork', () => openMemoryStore().fork());
