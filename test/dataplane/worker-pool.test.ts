/** Which thread a new lineage goes to. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type StoreWorker, ThreadPool } from '../../src/dataplane/worker-pool.ts';
import { cores } from '../../src/platform/node/index.ts';

test('an idle thread, else a new one while there are cores, else the one with the fewest images', async (t) => {
  const socketDirectory = mkdtempSync(join(tmpdir(), 'latchkey-pool-'));
  const pool = new ThreadPool({ directory: undefined, socketDirectory, unitBytes: 4096 });
  t.after(async () => {
    await pool.close();
    rmSync(socketDirectory, { recursive: true });
  });
  const workers: StoreWorker[] = [];
  while (workers.length < cores()) {
    const worker = pool.choose();
    assert.ok(!workers.includes(worker));
    assert.equal(pool.choose(), worker);
    worker.images = 3 + workers.length;
    workers.push(worker);
  }
  for (const fewest of [...workers].reverse()) {
    fewest.images = 2;
    assert.equal(pool.choose(), fewest);
    fewest.images = 20;
  }
  const last = workers.at(-1) as StoreWorker;
  last.images = 0;
  assert.equal(pool.choose(), last);
});
