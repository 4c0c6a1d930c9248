import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { test } from 'node:test';

/**
 * Attaches a volume, uses it, detaches it, copies it under another key, reads and writes blocks, and searches the memory of its
 * own process for the data keys while the volume is attached and afterwards.
 */
const PROGRAM = `
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { createBlockHost } from '${new URL('../../src/dataplane/create-block-host.ts', import.meta.url).pathname}';
import { systemEntropy } from '${new URL('../../src/platform/node/index.ts', import.meta.url).pathname}';
import { NbdClient } from '${new URL('./nbd-client.ts', import.meta.url).pathname}';

/** The bytes of a half of a key are reckoned one by one: the program itself never holds a copy. */
const byteOf = (half, at) => (Math.imul(half * 2654435761 + at * 40503 + 977, 2246822519) >>> 13) & 255;

function keyOf(...halves) {
  const key = Buffer.allocUnsafeSlow(64);
  for (let at = 0; at < 64; at++) key[at] = byteOf(halves[at >> 5], at & 31);
  return key;
}

/** How many places in memory hold each of the halves. */
function copiesInMemory(...halves) {
  const wanted = halves.map((half) => {
    const prefix = Buffer.from([0, 1, 2, 3].map((at) => byteOf(half, at)));
    return { half, prefix, copies: 0 };
  });
  const fd = openSync('/proc/self/mem', 'r');
  const chunk = Buffer.allocUnsafeSlow(1024 * 1024 + 32);
  for (const line of readFileSync('/proc/self/maps', 'utf8').split('\\n')) {
    const match = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
    if (match === null || line.includes('[vvar')) continue;
    const end = Number.parseInt(match[2], 16);
    for (let at = Number.parseInt(match[1], 16); at < end; at += 1024 * 1024) {
      let count = 0;
      try {
        count = readSync(fd, chunk, 0, Math.min(chunk.length, end - at), at);
      } catch {
        continue;
      }
      for (const each of wanted) {
        const { half, prefix } = each;
        for (let found = chunk.indexOf(prefix); found >= 0 && found + 32 <= count; found = chunk.indexOf(prefix, found + 1)) {
          let same = 4;
          while (same < 32 && chunk[found + same] === byteOf(half, same)) same++;
          if (same === 32) each.copies++;
        }
      }
    }
  }
  chunk.fill(0);
  closeSync(fd);
  return wanted.map(({ copies }) => copies);
}

const host = await createBlockHost({ directory: undefined, entropy: systemEntropy() });
await host.createVolume({ volumeId: 'vol-1', sizeBytes: 1 << 20, encrypted: true });
const { nbdUri } = await host.attach('vol-1', keyOf(1, 2));
const client = await NbdClient.open(nbdUri);
await client.write(0, Buffer.alloc(100_000, 7));
await client.read(0, 100_000);
await client.close();
const attached = copiesInMemory(1, 2);
await host.detach('vol-1');
const detached = copiesInMemory(1, 2);
await host.createSnapshot({ snapshotId: 'snap-1', volumeId: 'vol-1' });
const [sourceKey, targetKey] = [keyOf(1, 2), keyOf(3, 4)];
await host.copySnapshot({ sourceSnapshotId: 'snap-1', snapshotId: 'snap-2', sourceKey, targetKey });
await host.readBlock('snap-2', 0, keyOf(3, 4));
await host.startSnapshot({ snapshotId: 'snap-3', sizeBytes: 1 << 20, encrypted: true, parentSnapshotId: 'snap-2' });
await host.writeBlock('snap-3', 0, Buffer.alloc(524_288, 7), keyOf(3, 4));
// Nor where the work is refused.
await host.readBlock('snap-2', 99, keyOf(5, 6)).catch(() => {});
await host.writeBlock('snap-3', 99, Buffer.alloc(524_288), keyOf(5, 6)).catch(() => {});
await host.writeBlock('snap-3', 0, Buffer.alloc(1), keyOf(5, 6)).catch(() => {});
await host.attach('none', keyOf(5, 6)).catch(() => {});
const taken = { sourceSnapshotId: 'snap-1', snapshotId: 'snap-2', sourceKey: keyOf(5, 6), targetKey: keyOf(3, 4) };
await host.copySnapshot(taken).catch(() => {});
const used = copiesInMemory(1, 2, 3, 4, 5, 6);
console.log(JSON.stringify({ attached, detached, used }));
await host.close();
`;

const skip = existsSync('/proc/self/mem') ? false : 'needs /proc/self/mem';

test('once it is used a data key is nowhere in the memory of the process', { skip }, async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (bytes) => {
    output += bytes;
  });
  await once(child, 'close');
  const { attached, detached, used } = JSON.parse(output);
  assert.ok(
    attached.every((copies: number) => copies > 0),
    'the search finds the key while it is in use',
  );
  assert.deepEqual(detached, [0, 0]);
  assert.deepEqual(used, [0, 0, 0, 0, 0, 0], 'nor after copies, and blocks read and written');
});
