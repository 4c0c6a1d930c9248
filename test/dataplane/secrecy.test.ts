import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { test } from 'node:test';

/**
 * Attaches a volume, uses it, detaches it, and searches the memory of its own process for the data key while it is
 * attached and afterwards. The key is derived from a seed piece by piece, so that the program itself never holds a copy.
 */
const PROGRAM = `
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { createBlockHost } from '${new URL('../../src/dataplane/create-block-host.ts', import.meta.url).pathname}';
import { systemEntropy } from '${new URL('../../src/platform/node/index.ts', import.meta.url).pathname}';
import { NbdClient } from '${new URL('./nbd-client.ts', import.meta.url).pathname}';

const half = (name) => createHash('sha256').update(name).digest();

/** Whether any place in memory holds 32 bytes whose SHA-256 is that of a half of the key: looks for the first 4 bytes, then compares digests. */
function copiesInMemory(prefix, digest) {
  let copies = 0;
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
      for (let found = chunk.indexOf(prefix); found >= 0 && found + 32 <= count; found = chunk.indexOf(prefix, found + 1)) {
        if (createHash('sha256').update(chunk.subarray(found, found + 32)).digest('hex') === digest) copies++;
      }
    }
  }
  chunk.fill(0);
  closeSync(fd);
  return copies;
}

const host = await createBlockHost({ directory: undefined, entropy: systemEntropy() });
await host.createVolume({ volumeId: 'vol-1', sizeBytes: 1 << 20, encrypted: true });
const key = Buffer.allocUnsafeSlow(64);
for (const [index, name] of ['one', 'two'].entries()) {
  const part = half(name);
  part.copy(key, 32 * index);
  part.fill(0);
}
const prefixes = ['one', 'two'].map((name) => {
  const part = half(name);
  const prefix = Buffer.from(part.subarray(0, 4));
  const digest = createHash('sha256').update(part).digest('hex');
  part.fill(0);
  return { prefix, digest };
});
const search = () => prefixes.map(({ prefix, digest }) => copiesInMemory(prefix, digest));
const { nbdUri } = await host.attach('vol-1', key);
const client = await NbdClient.open(nbdUri);
await client.write(0, Buffer.alloc(100_000, 7));
await client.read(0, 100_000);
await client.close();
const attached = search();
await host.detach('vol-1');
const detached = search();
console.log(JSON.stringify({ attached, detached }));
await host.close();
`;

const skip = existsSync('/proc/self/mem') ? false : 'needs /proc/self/mem';

test('after a detach the data key is nowhere in the memory of the process', { skip }, async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (bytes) => {
    output += bytes;
  });
  await once(child, 'close');
  const { attached, detached } = JSON.parse(output);
  assert.ok(
    attached.every((copies: number) => copies > 0),
    'the search finds the key while it is in use',
  );
  assert.deepEqual(detached, [0, 0]);
});
