/** The in-process twin of the worker threads: the same volumes, in the caller's own thread. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { BlockStore } from '../../src/dataplane/block-store.ts';
import { openBlockHost } from '../../src/dataplane/create-block-host.ts';
import { BusyPolling } from '../../src/dataplane/nbd/busy-polling.ts';
import { inProcessPool } from '../../src/dataplane/worker-pool.ts';
import { systemEntropy, systemTurns } from '../../src/platform/node/index.ts';
import { nodeDisk } from '../../src/platform/node/node-disk.ts';
import { nodeSockets } from '../../src/platform/node/node-sockets.ts';
import { NbdClient } from './nbd-client.ts';

test('serves volumes as the threads do, and what it has flushed is there for the next', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-twin-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const open = () => {
    const disk = nodeDisk(2);
    const store = new BlockStore(
      { directory, socketDirectory: directory, unitBytes: 4096 },
      { disk, sockets: nodeSockets, turns: systemTurns, polling: new BusyPolling() },
    );
    const entropy = systemEntropy();
    return openBlockHost({ entropy, pool: inProcessPool(store), disk, directory, release: () => {} });
  };
  const names = ['vol-1', 'vol-2', 'vol-3', 'vol-4'];
  const first = await open();
  for (const [index, volumeId] of names.entries()) {
    await first.createVolume({ volumeId, sizeBytes: 1 << 20, encrypted: true });
    const { nbdUri } = await first.attach(volumeId, new Uint8Array(64).fill(index + 1));
    const client = await NbdClient.open(nbdUri);
    await client.write(4096, Buffer.alloc(4096, volumeId));
    await client.flush();
    await client.close();
  }
  await first.close();
  const second = await open();
  assert.deepEqual([...second.images()].sort(), names);
  for (const [index, volumeId] of names.entries()) {
    const { nbdUri } = await second.attach(volumeId, new Uint8Array(64).fill(index + 1));
    const client = await NbdClient.open(nbdUri);
    assert.ok((await client.read(4096, 4096)).equals(Buffer.alloc(4096, volumeId)));
    await client.close();
  }
  await second.close();
});
