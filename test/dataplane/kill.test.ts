import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { NbdClient } from './nbd-client.ts';

const KILLS = 5;
const BLOCKS = 256;
const BLOCK_BYTES = 4096;
const FUA = 1;
const TRIM = 4;

const root = mkdtempSync(join(tmpdir(), 'latchkey-kill-'));
after(() => rmSync(root, { recursive: true }));

const key = randomBytes(64).toString('hex');

async function start(): Promise<{ child: ChildProcess; nbdUri: string; died: Promise<unknown> }> {
  const program = new URL('./kill-host.ts', import.meta.url).pathname;
  const sizeBytes = String(BLOCKS * BLOCK_BYTES);
  const child = spawn(
    process.execPath,
    [program, join(root, 'volumes'), join(root, 'sockets'), sizeBytes, key],
    {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    },
  );
  const died = once(child, 'close');
  const [line] = (await Promise.race([once(child.stdout as NodeJS.EventEmitter, 'data'), died])) as [Buffer];
  return { child, nbdUri: line.toString().trim(), died };
}

/** A block that carries its own number and version in every sector, so that a stray or torn one is recognised. */
function blockOf(number: number, version: number): Buffer {
  const sector = Buffer.alloc(512, `block ${number} version ${version} `);
  return version === 0 ? Buffer.alloc(BLOCK_BYTES) : Buffer.concat(Array.from({ length: 8 }, () => sector));
}

/** What each block may hold: the last version that was flushed, and those written since. */
const possible = Array.from({ length: BLOCKS }, () => [0]);
let version = 0;
/** Called with each write. */
let written: (() => void) | undefined;

function nextVersion(): number {
  written?.();
  return ++version;
}

/** Once there have been so many more writes. */
function afterWrites(count: number): Promise<void> {
  return new Promise((resolve) => {
    let rest = count;
    written = () => {
      if (--rest === 0) resolve();
    };
  });
}

/** Writes and flushes until the connection breaks. Remembers a version as possible before it is sent. */
async function workload(client: NbdClient): Promise<void> {
  for (;;) {
    const taken = new Set<number>();
    const requests = Array.from({ length: randomInt(1, 24) }, () => {
      const block = randomInt(BLOCKS);
      // Two writes of a block at once could end either way.
      if (taken.has(block)) return undefined;
      taken.add(block);
      const isTrim = randomInt(6) === 0;
      const next = isTrim ? 0 : nextVersion();
      possible[block]?.push(next);
      const range = { offset: block * BLOCK_BYTES, length: BLOCK_BYTES };
      return isTrim ? client.request(TRIM, range) : client.write(range.offset, blockOf(block, next));
    });
    await Promise.all(requests);
    if (randomInt(3) > 0) {
      await client.flush();
      for (const kept of possible) kept.splice(0, kept.length - 1);
    } else if (randomInt(2) === 0) {
      const block = randomInt(BLOCKS);
      const next = nextVersion();
      possible[block]?.push(next);
      await client.write(block * BLOCK_BYTES, blockOf(block, next), FUA);
      possible[block] = [next];
    }
  }
}

async function verify(client: NbdClient): Promise<void> {
  for (let block = 0; block < BLOCKS; block++) {
    const bytes = await client.read(block * BLOCK_BYTES, BLOCK_BYTES);
    const found = possible[block]?.find((candidate) => bytes.equals(blockOf(block, candidate)));
    const text = bytes.subarray(0, 40).toString('latin1');
    assert.notEqual(found, undefined, `block ${block} is none of ${possible[block]}: ${text}`);
    // What was found is what the next rounds start from: no flush has said so, but nothing else can come back.
    possible[block] = [found as number];
  }
}

/** Snapshots come and go until the host is dead. */
async function makeAndDelete(child: ChildProcess, died: Promise<unknown>, prefix: string): Promise<void> {
  for (let count = 0; child.connected && !child.killed; count++) {
    const name = `${prefix}-${count >> 1}`;
    child.send(count % 2 === 0 ? { createSnapshot: name } : { deleteSnapshot: name }, () => {});
    await Promise.race([once(child, 'message'), died]);
  }
}

test('what was flushed survives kill -9 at any moment, snapshots coming and going, and no other block is touched', async () => {
  for (let kill = 0; kill <= KILLS; kill++) {
    const { child, nbdUri, died } = await start();
    try {
      const client = await NbdClient.open(nbdUri);
      await verify(client);
      if (kill === KILLS) break;
      const hasWritten = afterWrites(randomInt(41, 240));
      const work = workload(client).catch(() => {});
      const snapshots = makeAndDelete(child, died, `snap-${kill}`);
      await Promise.race([hasWritten, work]);
      // Anywhere in what it does with them.
      await sleep(randomInt(20));
      child.kill('SIGKILL');
      await Promise.all([work, snapshots]);
    } finally {
      child.kill('SIGKILL');
      await died;
    }
  }
  assert.ok(version > 200, `only ${version} writes: the test saw too little`);
});
