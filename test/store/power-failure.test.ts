/**
 * SQLite reaches its files past the disk port, but not their syncs: so it is known of every byte whether it was on stable
 * storage when the power failed. What was not is lost, torn and reordered in each image of the files, as a disk may.
 */
import assert from 'node:assert/strict';
import { fstatSync, mkdirSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { FileSync } from '../../src/platform/disk.ts';
import { Random } from '../../src/platform/simulated/random.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { SqliteEngine } from '../../src/store/sqlite/sqlite-store.ts';
import { TransactionalStore } from '../../src/store/transactions.ts';
import { audit, TELLERS, transfer } from './crash-bank.ts';

const SECTOR_BYTES = 512;
const CHECKPOINT_BYTES = 24 * 8192;
const TRANSFERS = 60;
const MAX_SYNC_TURNS = 6;

type FileName = 'latchkey.db' | 'latchkey.db-wal';

interface Image {
  readonly files: Readonly<Record<FileName, Buffer>>;
  readonly acknowledged: readonly number[];
}

/** A sync that does nothing, told by the file and by the file that was synced before it. */
type DroppedSync = (file: FileName, before: FileName | undefined) => boolean;

/** The two files of a store, and of each what is certain to survive. */
class WatchedFiles {
  readonly #random: Random;
  readonly #drops: DroppedSync;
  readonly #watched = new Map<FileName, { readonly fd: number; durable: Buffer }>();
  #lastSynced: FileName | undefined;
  readonly #directory: string;

  constructor(directory: string, random: Random, drops: DroppedSync) {
    this.#directory = directory;
    this.#random = random;
    this.#drops = drops;
  }

  sync(name: FileName): FileSync {
    // One descriptor for good: closing one would lose SQLite's locks.
    const fd = openSync(join(this.#directory, name), 'r');
    // The empty database was synced by SQLite itself when it was made.
    const file = { fd, durable: content(fd) };
    this.#watched.set(name, file);
    const random = this.#random;
    const begin = () => {
      const isDropped = this.#drops(name, this.#lastSynced);
      this.#lastSynced = name;
      return isDropped ? file.durable : content(file.fd);
    };
    return {
      async sync() {
        const covered = begin();
        for (let turns = random.below(MAX_SYNC_TURNS); turns >= 0; turns--) await turn();
        file.durable = covered;
      },
      syncNow() {
        file.durable = begin();
      },
      close() {},
    };
  }

  /** What a power failure at this moment may leave. */
  torn(): Image['files'] {
    const mayKeep = this.#random.below(4) / 3;
    const files = [...this.#watched].map(([name, { fd, durable }]) => {
      const current = content(fd);
      const image = Buffer.alloc(this.#random.chance(0.5) ? current.length : durable.length);
      durable.copy(image);
      for (let at = 0; at < image.length; at += SECTOR_BYTES) {
        if (this.#random.chance(mayKeep)) current.copy(image, at, at, at + SECTOR_BYTES);
      }
      return [name, image];
    });
    return Object.fromEntries(files);
  }
}

function content(fd: number): Buffer {
  const bytes = Buffer.alloc(fstatSync(fd).size);
  readSync(fd, bytes, 0, bytes.length, 0);
  return bytes;
}

/** Runs the bank, and gives what power failures at many moments of it would have left. */
async function images(t: TestContext, seed: number, drops: DroppedSync): Promise<Image[]> {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-power-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const random = new Random(seed);
  const files = new WatchedFiles(directory, random, drops);
  const file = join(directory, 'latchkey.db');
  const engine = new SqliteEngine(openDatabase(file), {
    file,
    openSyncs: () => ({ log: files.sync('latchkey.db-wal'), pages: files.sync('latchkey.db') }),
    checkpointBytes: CHECKPOINT_BYTES,
  });
  const store = new TransactionalStore(engine);
  const acknowledged: number[] = Array(TELLERS).fill(0);
  const taken: Image[] = [];
  let working = TELLERS;
  const serve = async (id: number) => {
    while ((acknowledged[id] as number) < TRANSFERS) {
      acknowledged[id] = await transfer(store, id);
      // So that some come while a sync is under way.
      for (let turns = random.below(MAX_SYNC_TURNS); turns > 0; turns--) await turn();
    }
    working--;
  };
  const all = Promise.all(Array.from({ length: TELLERS }, (_, id) => serve(id)));
  while (working > 0) {
    await turn();
    if (random.chance(0.1)) taken.push({ files: files.torn(), acknowledged: [...acknowledged] });
  }
  await all;
  await store.close();
  return taken;
}

/** What is wrong with the first image that is. */
async function firstLoss(t: TestContext, found: readonly Image[]): Promise<string | undefined> {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-image-'));
  t.after(() => rmSync(directory, { recursive: true }));
  for (const [index, { files, acknowledged }] of found.entries()) {
    const at = join(directory, String(index));
    mkdirSync(at);
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(at, name), bytes);
    try {
      const made = await audit(join(at, 'latchkey.db'), []);
      for (const [id, transfers] of acknowledged.entries()) {
        assert.ok((made[id] as number) >= transfers, `transfer ${transfers} of teller ${id} was lost`);
      }
    } catch (error) {
      return `image ${index}: ${(error as Error).message}`;
    }
    rmSync(at, { recursive: true });
  }
  return undefined;
}

describe('a power failure at any moment', () => {
  test('takes nothing that was acknowledged, and leaves nothing halved', async (t) => {
    const found = await images(t, 1, () => false);
    assert.ok(found.length > 50, `${found.length} moments`);
    assert.equal(await firstLoss(t, found), undefined);
  });

  const faults: Readonly<Record<string, DroppedSync>> = {
    'of the log': (file, before) => file === 'latchkey.db-wal' && before === file,
    'of the pages that a checkpoint has copied': (file) => file === 'latchkey.db',
    'of the first frame of a log that is begun anew': (_file, before) => before === 'latchkey.db',
  };
  for (const [which, drops] of Object.entries(faults)) {
    test(`would show that the sync ${which} was forgotten`, async (t) => {
      for (let seed = 1; seed <= 5; seed++) {
        if ((await firstLoss(t, await images(t, seed, drops))) !== undefined) return;
      }
      assert.fail('nothing was lost');
    });
  }
});
