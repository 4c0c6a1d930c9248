/** In one thread, where buffers and ciphers can be watched: data keys and what is made of them are cleared after use. */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { WorkerBlockHost } from '../../src/dataplane/block-host.ts';
import { BlockStore } from '../../src/dataplane/block-store.ts';
import { openBlockHost } from '../../src/dataplane/create-block-host.ts';
import { BusyPolling } from '../../src/dataplane/nbd/busy-polling.ts';
import { inProcessPool, type StoreWorker, type WorkerPool } from '../../src/dataplane/worker-pool.ts';
import { systemEntropy, systemTurns } from '../../src/platform/node/index.ts';
import { nodeDisk } from '../../src/platform/node/node-disk.ts';
import { nodeSockets } from '../../src/platform/node/node-sockets.ts';
import { recordWipes } from '../worlds/wiped.ts';
import { NbdClient } from './nbd-client.ts';

const BLOCK_BYTES = 524_288;
const MiB = 1024 * 1024;
const PLAINTEXT = new Uint8Array(BLOCK_BYTES).fill(7);

const isZero = (bytes: Uint8Array) => bytes.every((byte) => byte === 0);

interface Watched {
  readonly host: WorkerBlockHost;
  /** The key whose bytes are all `byte`, as it is handed in. */
  key(byte: number, length?: number): Uint8Array;
}

/** Each use of data keys, done or refused. Those of `vol-1` and `snap-1` are under key 1, those of `snap-2` under key 2. */
const USES: Readonly<Record<string, (watched: Watched) => Promise<unknown>>> = {
  'a volume is attached, written, read and detached': async ({ host, key }) => {
    const { nbdUri } = await host.attach('vol-1', key(1));
    const client = await NbdClient.open(nbdUri);
    await client.write(0, Buffer.alloc(100_000, 7));
    await client.read(0, 100_000);
    await client.close();
    await host.detach('vol-1');
  },
  'a volume is attached twice': async ({ host, key }) => {
    await host.attach('vol-1', key(1));
    await assert.rejects(host.attach('vol-1', key(1)), { code: 'InUse' });
    await host.detach('vol-1');
  },
  'a volume is still attached at the end': ({ host, key }) => host.attach('vol-1', key(1)),
  'a volume that is not there': ({ host, key }) =>
    assert.rejects(host.attach('vol-9', key(1)), { code: 'NotFound' }),
  'a volume under another key': ({ host, key }) =>
    assert.rejects(host.attach('vol-1', key(9)), { code: 'WrongKey' }),
  'a key that is too short': ({ host, key }) =>
    assert.rejects(host.attach('vol-1', key(1, 32)), { code: 'WrongKey' }),
  'a block is read': ({ host, key }) => host.readBlock('snap-1', 0, key(1)),
  'a block that is not there is read': ({ host, key }) =>
    assert.rejects(host.readBlock('snap-1', 2, key(1)), { code: 'InvalidRequest' }),
  'a block is written': ({ host, key }) => host.writeBlock('snap-2', 0, PLAINTEXT.slice(), key(2)),
  'a block that is not there is written': ({ host, key }) =>
    assert.rejects(host.writeBlock('snap-2', 2, new Uint8Array(BLOCK_BYTES), key(2)), {
      code: 'InvalidRequest',
    }),
  'a block of the wrong size is written': ({ host, key }) =>
    assert.rejects(host.writeBlock('snap-2', 0, new Uint8Array(1), key(2)), { code: 'InvalidRequest' }),
  'a snapshot is copied under another key': ({ host, key }) =>
    host.copySnapshot({
      sourceSnapshotId: 'snap-1',
      snapshotId: 'snap-3',
      sourceKey: key(1),
      targetKey: key(3),
    }),
  'a snapshot is copied with a wrong key': ({ host, key }) =>
    assert.rejects(
      host.copySnapshot({
        sourceSnapshotId: 'snap-1',
        snapshotId: 'snap-3',
        sourceKey: key(9),
        targetKey: key(3),
      }),
      { code: 'WrongKey' },
    ),
  'a snapshot is copied with a key that is too short': ({ host, key }) =>
    assert.rejects(
      host.copySnapshot({
        sourceSnapshotId: 'snap-1',
        snapshotId: 'snap-3',
        sourceKey: key(1),
        targetKey: key(3, 32),
      }),
      { code: 'WrongKey' },
    ),
  'a copy takes a name that is taken': ({ host, key }) =>
    assert.rejects(
      host.copySnapshot({
        sourceSnapshotId: 'snap-1',
        snapshotId: 'snap-2',
        sourceKey: key(1),
        targetKey: key(3),
      }),
      { code: 'Exists' },
    ),
};

/** OpenSSL clears the key of a cipher once it is finished: none may be left that is not. */
function recordCiphers(t: TestContext): () => number {
  const real = { createCipheriv: crypto.createCipheriv, createDecipheriv: crypto.createDecipheriv };
  let unfinished = 0;
  const watched = (create: typeof crypto.createCipheriv): typeof create =>
    ((...input: Parameters<typeof create>) => {
      const cipher = create(...input);
      const final = cipher.final.bind(cipher) as () => Buffer<ArrayBuffer>;
      unfinished++;
      cipher.final = (() => {
        unfinished--;
        return final();
      }) as typeof cipher.final;
      return cipher;
    }) as typeof create;
  const replace = (by: object) => {
    Object.assign(crypto, by);
    syncBuiltinESMExports();
  };
  replace({
    createCipheriv: watched(real.createCipheriv),
    createDecipheriv: watched(real.createDecipheriv as unknown as typeof real.createCipheriv),
  });
  t.after(() => replace(real));
  return () => unfinished;
}

type Keys = readonly Uint8Array[];

/** As with threads: what is transferred is gone here. `arrive` sees the keys that the store is handed. */
function transferring(store: BlockStore, arrive: (keys: Keys) => void): WorkerPool {
  const pool = inProcessPool(store);
  const worker: StoreWorker = {
    images: 0,
    call(method, input, transfer = [], progress) {
      const moved = structuredClone(input, { transfer });
      const { key, sourceKey, targetKey } = (moved ?? {}) as Record<string, Uint8Array | undefined>;
      arrive([key, sourceKey, targetKey].filter((each) => each !== undefined));
      return pool.choose().call(method, moved, [], progress);
    },
  };
  return { ...pool, choose: () => worker };
}

async function newHost(t: TestContext, arrive: (keys: Keys) => void): Promise<WorkerBlockHost> {
  const socketDirectory = mkdtempSync(join(tmpdir(), 'latchkey-wipes-'));
  t.after(() => rmSync(socketDirectory, { recursive: true, force: true }));
  const disk = nodeDisk(2);
  const platform = { disk, sockets: nodeSockets, turns: systemTurns, polling: new BusyPolling() };
  const store = new BlockStore({ directory: undefined, socketDirectory, unitBytes: 4096 }, platform);
  const parts = { entropy: systemEntropy(), pool: transferring(store, arrive), disk, directory: undefined };
  const host = await openBlockHost({ ...parts, release: () => {} });
  t.after(() => host.close());
  await host.startSnapshot({ snapshotId: 'snap-1', sizeBytes: MiB, encrypted: true });
  await host.writeBlock('snap-1', 0, PLAINTEXT.slice(), new Uint8Array(64).fill(1));
  await host.startSnapshot({ snapshotId: 'snap-2', sizeBytes: MiB, encrypted: true });
  await host.writeBlock('snap-2', 0, PLAINTEXT.slice(), new Uint8Array(64).fill(2));
  await host.createVolume({ volumeId: 'vol-1', sizeBytes: MiB, encrypted: true, snapshotId: 'snap-1' });
  return host;
}

describe('no data key is left, nor a cipher that is made of one, where', () => {
  for (const [what, use] of Object.entries(USES)) {
    test(what, async (t) => {
      const given: { readonly key: Uint8Array; readonly bytes: Buffer }[] = [];
      const arrived: Uint8Array[] = [];
      const host = await newHost(t, (keys) => {
        arrived.push(...keys);
        assert.ok(given.every(({ key }) => isZero(key)));
      });
      const unfinished = recordCiphers(t);
      const { all } = recordWipes(t);
      const key = (byte: number, length = 64) => {
        const bytes = Buffer.alloc(length, byte);
        const handedIn = new Uint8Array(bytes);
        given.push({ key: handedIn, bytes });
        return handedIn;
      };
      await use({ host, key });
      await host.close();
      assert.ok(given.length > 0);
      for (const each of [...given.map(({ key }) => key), ...arrived]) assert.ok(isZero(each));
      assert.equal(unfinished(), 0);
      // Each is moved into a buffer that can be handed to a thread: it goes with that too.
      for (const { bytes } of given.filter(({ bytes }) => bytes.length === 64)) {
        assert.ok(all().filter((each) => each.equals(bytes)).length >= 2);
      }
    });
  }
});

/** What is reckoned with a key in `vol-1` and `snap-1`, and how many arrays held it: each is cleared. */
describe('nothing is left of', () => {
  const attached = USES['a volume is attached, written, read and detached']!;
  const copied = USES['a snapshot is copied under another key']!;
  const watched = async (t: TestContext, use: (watched: Watched) => Promise<unknown>) => {
    const host = await newHost(t, () => {});
    const { all } = recordWipes(t, 4 * MiB);
    await use({ host, key: (byte) => new Uint8Array(64).fill(byte) });
    return { host, all };
  };

  test('the halves of a data key beside the key by which OpenSSL is told of a tweak of zero', async (t) => {
    const { all } = await watched(t, attached);
    const half = Buffer.alloc(32, 1);
    const pairs = all().filter((each) => each.length === 64 && each.subarray(0, 32).equals(half));
    assert.equal(pairs.filter((each) => !each.subarray(32).equals(half)).length, 3);
  });

  test('tweaks: as they came from OpenSSL, in the cache, and in the workspace', async (t) => {
    const { all } = await watched(t, attached);
    const tweak = crypto.createCipheriv('aes-256-ecb', Buffer.alloc(32, 1), null).update(Buffer.alloc(16));
    const sizes = all()
      .filter((each) => each.includes(tweak))
      .map(({ length }) => length)
      .sort((one, other) => one - other);
    assert.deepEqual(sizes, [64 * 16, 5 * 65_536, MiB]);
  });

  test('plaintext between a snapshot and its copy, done or failed', async (t) => {
    const { all } = await watched(t, copied);
    assert.ok(all().some((each) => each.equals(PLAINTEXT)));
  });

  for (const end of ['detached', 'left by its client'] as const) {
    test(`what was read, once the volume is ${end}`, async (t) => {
      const { all } = await watched(t, async ({ host, key }) => {
        const client = await NbdClient.open((await host.attach('vol-1', key(1))).nbdUri);
        await client.read(0, 100_000);
        await (end === 'detached' ? host.detach('vol-1') : client.close());
      });
      const plain = Buffer.alloc(100_000, 7);
      // The workspace, in which it was decrypted, is cleared too.
      const replies = () => all().filter(({ length }) => length === 256 * 1024 + 4096);
      const isWiped = () => replies().some((each) => each.includes(plain));
      for (let turns = 0; turns < 10_000 && !isWiped(); turns++) await setImmediate();
      assert.ok(isWiped());
    });
  }
});
