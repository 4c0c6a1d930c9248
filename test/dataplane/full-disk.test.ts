/** Volumes on a disk that fills, that fails, and that keeps of a crash no more than it must. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { BlockStore } from '../../src/dataplane/block-store.ts';
import { openBlockHost } from '../../src/dataplane/create-block-host.ts';
import { BusyPolling } from '../../src/dataplane/nbd/busy-polling.ts';
import { COMMAND, NBD_ERROR } from '../../src/dataplane/nbd/protocol.ts';
import type { LineagePaths } from '../../src/dataplane/volume/image.ts';
import { type CatalogChange, encodeFrame } from '../../src/dataplane/volume/journal.ts';
import { JournalFile } from '../../src/dataplane/volume/journal-file.ts';
import { Lineage } from '../../src/dataplane/volume/lineage.ts';
import { clearUnits, storeUnits } from '../../src/dataplane/volume/placement.ts';
import { SNAPSHOT_BLOCK_BYTES } from '../../src/dataplane/volume/snapshot-blocks.ts';
import { inProcessPool } from '../../src/dataplane/worker-pool.ts';
import type { Disk, DiskFile } from '../../src/platform/disk.ts';
import { systemEntropy, systemTurns } from '../../src/platform/node/index.ts';
import { nodeSockets } from '../../src/platform/node/node-sockets.ts';
import { SimulatedDisk } from '../../src/platform/simulated/disk.ts';
import { Random } from '../../src/platform/simulated/random.ts';
import { NbdClient } from './nbd-client.ts';

const DIRECTORY = '/volumes';
const MIB = 1 << 20;

function bench(seed = 1, socketDirectory = '/sockets') {
  const disk = new SimulatedDisk(new Random(seed), systemTurns);
  const newPool = (on: Disk = disk) =>
    inProcessPool(
      new BlockStore(
        { directory: DIRECTORY, socketDirectory, unitBytes: 4096 },
        { disk: on, sockets: nodeSockets, turns: systemTurns, polling: new BusyPolling() },
      ),
    );
  const open = async (on: Disk = disk, pool = newPool(on)) =>
    openBlockHost({ entropy: systemEntropy(), pool, disk: on, directory: DIRECTORY, release: () => {} });
  return { disk, newPool, open };
}

describe('a full disk', () => {
  test('lets volumes go, whose room it needs', async () => {
    const { disk, open } = bench();
    const host = await open();
    await host.createVolume({ volumeId: 'vol-1', sizeBytes: MIB, encrypted: false });
    disk.faults.isFull = true;
    await host.deleteVolume('vol-1');
    assert.deepEqual([...host.images()], []);
    assert.deepEqual(disk.list(DIRECTORY), []);
  });

  test('refuses a snapshot, of which nothing is left', async () => {
    const { disk, open } = bench();
    const host = await open();
    await host.createVolume({ volumeId: 'vol-1', sizeBytes: MIB, encrypted: false });
    disk.faults.isFull = true;
    await assert.rejects(host.createSnapshot({ snapshotId: 'snap-1', volumeId: 'vol-1' }), {
      code: 'ENOSPC',
    });
    disk.faults.isFull = false;
    await host.createSnapshot({ snapshotId: 'snap-2', volumeId: 'vol-1' });
    await host.close();
    assert.deepEqual([...(await open()).images()].sort(), ['snap-2', 'vol-1']);
  });

  test('refuses to delete one of two that share blocks, which can be asked for again', async () => {
    const { disk, open } = bench();
    const host = await open();
    await host.createVolume({ volumeId: 'vol-1', sizeBytes: MIB, encrypted: false });
    await host.createSnapshot({ snapshotId: 'snap-1', volumeId: 'vol-1' });
    disk.faults.isFull = true;
    await assert.rejects(host.deleteSnapshot('snap-1'), { code: 'ENOSPC' });
    disk.faults.isFull = false;
    await host.deleteSnapshot('snap-1');
    disk.crash();
    assert.deepEqual([...(await open()).images()], ['vol-1']);
  });
});

test('a write for which there is no room takes none, whether its blocks are new or shared', async () => {
  const { disk } = bench();
  disk.makeDirectory(DIRECTORY);
  const paths = { extents: `${DIRECTORY}/extents`, journal: `${DIRECTORY}/journal` };
  const image = { name: 'vol-1', kind: 'volume', sizeBytes: MIB } as const;
  const lineage = Lineage.create(disk, { unitBytes: 4096, encrypted: false }, image, paths);
  const volume = lineage.image('vol-1');
  const cluster = (byte: number) => Buffer.alloc(16 * 4096, byte);
  const [shared, own, fresh] = [0, 16, 32];
  storeUnits(lineage, volume, shared, cluster(1));
  lineage.createImage({ name: 'snap-1', kind: 'snapshot', sizeBytes: MIB }, volume);
  storeUnits(lineage, volume, own, cluster(1));
  const { used } = lineage.extents;
  for (const at of [shared, shared + 3, fresh, own + 8]) {
    disk.faults.isFull = true;
    assert.throws(() => storeUnits(lineage, volume, at, cluster(2)), { code: 'ENOSPC' }, `${at}`);
    disk.faults.isFull = false;
    assert.equal(lineage.extents.used, used, `${at}`);
  }
  storeUnits(lineage, volume, shared, cluster(2));
  storeUnits(lineage, volume, fresh, cluster(2));
  assert.equal(lineage.extents.used, used + 2);
  const another = { extents: `${DIRECTORY}/another`, journal: `${DIRECTORY}/another-journal` };
  const empty = Lineage.create(disk, { unitBytes: 4096, encrypted: false }, image, another);
  disk.faults.isFull = true;
  assert.throws(() => storeUnits(empty, empty.image('vol-1'), 0, cluster(1)), { code: 'ENOSPC' });
  assert.equal(empty.extents.used, 0);
});

test('a worker is known to have as many images as it serves, whatever was deleted, damaged or opened anew', async () => {
  const { disk, newPool, open } = bench();
  const pool = newPool();
  const host = await open(disk, pool);
  for (const volumeId of ['vol-1', 'vol-2', 'vol-3'])
    await host.createVolume({ volumeId, sizeBytes: MIB, encrypted: false });
  await host.createSnapshot({ snapshotId: 'snap-1', volumeId: 'vol-1' });
  assert.equal(pool.choose().images, 4);
  await host.deleteVolume('vol-2');
  assert.equal(pool.choose().images, 3);
  await host.close();
  for (const damaged of [0, 1]) {
    const next = newPool();
    const opened = await open(disk, next);
    assert.equal(opened.damaged.length, damaged);
    const images = [...opened.images()];
    assert.equal(next.choose().images, images.length);
    await opened.close();
    const [some] = disk.list(DIRECTORY) ?? [];
    disk.open(`${DIRECTORY}/${some}/journal`, 'edit').write(0, Buffer.alloc(64, 0xff));
  }
  const last = newPool();
  const left = await open(disk, last);
  for (const name of left.images())
    await (name.startsWith('vol') ? left.deleteVolume(name) : left.deleteSnapshot(name));
  assert.equal(last.choose().images, 0);
});

/** Counts the files that are open, and what is asked of the disk, of which one thing may fail. */
function counted(disk: Disk) {
  const count = { open: 0, asked: 0, failsAt: 0, code: '' };
  const ask = () => {
    if (++count.asked === count.failsAt) throw Object.assign(new Error(count.code), { code: count.code });
  };
  const watchedFile = (file: DiskFile): DiskFile => {
    let isOpen = true;
    count.open++;
    const asking =
      <In extends unknown[], Out>(method: (...input: In) => Out) =>
      (...input: In): Out => {
        assert.ok(isOpen, 'a file is used that is closed');
        ask();
        return method(...input);
      };
    return {
      size: asking(file.size),
      read: asking(file.read),
      write: asking(file.write),
      truncate: asking(file.truncate),
      syncNow: asking(file.syncNow),
      sync: async () => asking(file.sync)(),
      close() {
        assert.ok(isOpen, 'a file is closed twice');
        isOpen = false;
        count.open--;
        file.close();
      },
    };
  };
  const asked =
    <In extends unknown[], Out>(method: (...input: In) => Out) =>
    (...input: In): Out => {
      ask();
      return method.apply(disk, input);
    };
  const watched: Disk = {
    list: asked(disk.list),
    makeDirectory: asked(disk.makeDirectory),
    rename: asked(disk.rename),
    remove: asked(disk.remove),
    syncDirectory: asked(disk.syncDirectory),
    open: (...input) => watchedFile(asked(disk.open)(...input)),
    openNameless: () => watchedFile(asked(disk.openNameless)()),
  };
  return { watched, count };
}

test('what could not be deleted is still there', async () => {
  const { disk, open } = bench();
  const host = await open();
  await host.startSnapshot({ snapshotId: 'snap-1', sizeBytes: MIB, encrypted: false });
  const { rename } = disk;
  disk.rename = () => {
    throw Object.assign(new Error('EIO'), { code: 'EIO' });
  };
  await assert.rejects(host.deleteSnapshot('snap-1'), { code: 'EIO' });
  disk.rename = rename;
  assert.deepEqual(await host.listBlocks('snap-1', -1, 9), []);
  await host.deleteSnapshot('snap-1');
  assert.deepEqual([...host.images()], []);
});

test('a host that cannot list its directory is closed, and says why', async () => {
  const { disk, newPool } = bench();
  disk.list = () => {
    throw Object.assign(new Error('EIO'), { code: 'EIO' });
  };
  const ended: string[] = [];
  const pool = { ...newPool(), close: async () => void ended.push('closed') };
  const release = () => void ended.push('released');
  const opened = openBlockHost({ entropy: systemEntropy(), pool, disk, directory: DIRECTORY, release });
  await assert.rejects(opened, { code: 'EIO' });
  assert.deepEqual(ended, ['closed', 'released']);
});

describe('a volume that is attached', () => {
  const socketDirectory = mkdtempSync(join(tmpdir(), 'latchkey-full-disk-'));
  after(() => rmSync(socketDirectory, { recursive: true }));
  const key = (byte: number) => new Uint8Array(64).fill(byte).fill(byte + 1, 32);

  test('knows its key from then on, and keeps what was written once it is detached, whenever the power fails', async () => {
    for (const isDetached of [false, true]) {
      for (let seed = 1; seed <= 4; seed++) {
        const { disk, open } = bench(seed, socketDirectory);
        const host = await open();
        await host.createVolume({ volumeId: 'vol-1', sizeBytes: MIB, encrypted: true });
        const { nbdUri } = await host.attach('vol-1', key(1));
        if (isDetached) {
          const client = await NbdClient.open(nbdUri);
          await client.write(0, Buffer.alloc(4096, 7));
          await client.close();
          await host.detach('vol-1');
        }
        disk.crash();
        await host.close().catch(() => {});
        const next = await open();
        await assert.rejects(next.attach('vol-1', key(9)), { code: 'WrongKey' });
        const again = await NbdClient.open((await next.attach('vol-1', key(1))).nbdUri);
        assert.deepEqual(await again.read(0, 4096), Buffer.alloc(4096, isDetached ? 7 : 0));
        await again.close();
        await next.close();
      }
    }
  });

  test('refuses the writes for which there is no room, and does those of the same turn for which there is', async (t) => {
    for (const encrypted of [true, false]) {
      const { disk, open } = bench(1, socketDirectory);
      const { open: openFile } = disk;
      let room = Number.POSITIVE_INFINITY;
      disk.open = (...input) => {
        const file = openFile.apply(disk, input);
        const write = (position: number, bytes: Uint8Array) => {
          if (position + bytes.length > room) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
          file.write(position, bytes);
        };
        return { ...file, write };
      };
      const host = await open();
      t.after(() => host.close());
      await host.createVolume({ volumeId: 'vol-1', sizeBytes: MIB, encrypted });
      const { nbdUri } = await host.attach('vol-1', encrypted ? key(1) : undefined);
      const client = await NbdClient.open(nbdUri);
      const unit = (byte: number) => Buffer.alloc(4096, byte);
      const [known, other, fresh] = [0, 2 * 4096, MIB / 2];
      for (const offset of [known, other]) await client.write(offset, unit(1));
      room = 16 * 4096;
      client.socket.cork();
      const turn = [fresh, known, fresh + 2 * 4096, other].map((offset) =>
        client.request(COMMAND.write, { offset, length: 4096 }, unit(2)),
      );
      client.socket.uncork();
      const errors = (await Promise.all(turn)).map(({ error }) => error);
      assert.deepEqual(errors, [NBD_ERROR.noSpace, 0, NBD_ERROR.noSpace, 0]);
      for (const offset of [known, other]) assert.deepEqual(await client.read(offset, 4096), unit(2));
      assert.deepEqual(await client.read(fresh, 4096), unit(0));
      await client.close();
    }
  });

  test('is none where its socket cannot be made', async () => {
    const { open } = bench(1, join(socketDirectory, 'none'));
    const host = await open();
    await host.createVolume({ volumeId: 'vol-1', sizeBytes: MIB, encrypted: false });
    for (let tries = 0; tries < 2; tries++) await assert.rejects(host.attach('vol-1'), { code: 'EACCES' });
    await host.close();
  });
});

describe('a journal that is written anew', () => {
  const path = `${DIRECTORY}/journal`;
  const change = (image: number) => encodeFrame('catalog', { change: 'delete', image });
  const imagesIn = (disk: Disk) => {
    const found: number[] = [];
    const reader = {
      header: () => {},
      catalog: (each: CatalogChange) => void ('image' in each && found.push(each.image)),
      clusters: () => {},
    };
    JournalFile.open(disk, path, reader).close();
    return found;
  };

  test('is the old one or the new one, whichever call fails, and goes on', async () => {
    for (let failsAt = 1, asked = Number.POSITIVE_INFINITY; failsAt <= asked; failsAt++) {
      const { disk } = bench();
      disk.makeDirectory(DIRECTORY);
      const { watched, count } = counted(disk);
      const journal = JournalFile.create(watched, path, [change(1), change(2)]);
      Object.assign(count, { asked: 0, failsAt, code: 'EIO' });
      let hasFailed = false;
      try {
        journal.replace([change(3)]);
      } catch {
        hasFailed = true;
      }
      asked = count.asked;
      assert.equal(hasFailed, failsAt <= asked);
      assert.equal(count.open, 1, `call ${failsAt}`);
      journal.write([change(4)]);
      await journal.sync();
      journal.close();
      assert.equal(count.open, 0);
      const found = imagesIn(disk).join();
      assert.ok(found === '3,4' || (hasFailed && found === '1,2,4'), `call ${failsAt}: ${found}`);
    }
  });

  test('is there with all that was synced after it, whenever the power fails', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { disk } = bench(seed);
      disk.makeDirectory(DIRECTORY);
      const journal = JournalFile.create(disk, path, [change(1)]);
      journal.replace([change(2)]);
      journal.write([change(3)]);
      await journal.sync();
      disk.crash();
      assert.deepEqual(imagesIn(disk), [2, 3], `seed ${seed}`);
    }
  });

  test('waits for room where there is none', async () => {
    for (const [code, isBroken] of [
      ['ENOSPC', false],
      ['EIO', true],
    ] as const) {
      const { disk } = bench();
      disk.makeDirectory(DIRECTORY);
      const image = { name: 'vol-1', kind: 'volume', sizeBytes: MIB } as const;
      const paths = { extents: `${DIRECTORY}/extents`, journal: path };
      const lineage = Lineage.create(disk, { unitBytes: 4096, encrypted: false }, image, paths);
      for (let count = 0; count < 80_000; count++) lineage.resizeImage(lineage.image('vol-1'), MIB);
      const { open } = disk;
      disk.open = (at, mode) => {
        if (mode === 'replace') throw Object.assign(new Error(code), { code });
        return open.call(disk, at, mode);
      };
      const committed = lineage.commit();
      if (isBroken) await assert.rejects(committed, { code });
      else await committed;
      assert.ok(disk.content(path).length > 4_000_000);
    }
  });
});

describe('no file stays open', () => {
  test('of what is deleted', async () => {
    const { disk, open } = bench();
    const { watched, count } = counted(disk);
    const host = await open(watched);
    for (const volumeId of ['vol-1', 'vol-2']) {
      await host.createVolume({ volumeId, sizeBytes: MIB, encrypted: false });
      await host.createSnapshot({ snapshotId: 'snap-1', volumeId });
      assert.equal(count.open, 2);
      await host.deleteSnapshot('snap-1');
      await host.deleteVolume(volumeId);
      assert.equal(count.open, 0);
    }
  });

  /** One life of a host, and the next. */
  const live = async (open: (disk: Disk) => ReturnType<typeof openBlockHost>, disk: Disk) => {
    const key = (byte: number) => new Uint8Array(64).fill(byte).fill(byte + 1, 32);
    const block = new Uint8Array(SNAPSHOT_BLOCK_BYTES).fill(1);
    const uses: ((host: Awaited<ReturnType<typeof open>>) => Promise<unknown>)[] = [
      (host) => host.createVolume({ volumeId: 'vol-1', sizeBytes: MIB, encrypted: false }),
      (host) => host.createSnapshot({ snapshotId: 'snap-1', volumeId: 'vol-1' }),
      (host) => host.startSnapshot({ snapshotId: 'snap-2', sizeBytes: MIB, encrypted: true }),
      (host) => host.writeBlock('snap-2', 0, block.slice(), key(1)),
      (host) =>
        host.copySnapshot({
          sourceSnapshotId: 'snap-2',
          snapshotId: 'snap-3',
          sourceKey: key(1),
          targetKey: key(3),
        }),
      (host) => host.deleteVolume('vol-1'),
      (host) => host.deleteSnapshot('snap-2'),
    ];
    for (const each of [uses, []]) {
      const host = await open(disk).catch(() => undefined);
      if (!host) continue;
      for (const use of each) await use(host).catch(() => {});
      await host.close().catch(() => {});
    }
  };

  for (const code of ['EIO', 'ENOSPC']) {
    test(`of a host that is closed, whichever call of the disk fails with ${code}`, async () => {
      for (let failsAt = 1, asked = Number.POSITIVE_INFINITY; failsAt <= asked; failsAt++) {
        const { disk, open } = bench();
        const { watched, count } = counted(disk);
        Object.assign(count, { failsAt, code });
        await live(open, watched);
        assert.equal(count.open, 0, `call ${failsAt}`);
        asked = count.asked;
      }
    });
  }

  test('of what is found damaged, wherever and however', async () => {
    for (const [name, spoil] of Object.entries({
      'a frame of the journal': (paths: LineagePaths, disk: Disk) =>
        disk.open(paths.journal, 'edit').write(20, Buffer.from('X')),
      'the end of the blocks': (paths: LineagePaths, disk: Disk) =>
        disk.open(paths.extents, 'edit').truncate(1),
      'all of the journal': (paths: LineagePaths, disk: Disk) => disk.open(paths.journal, 'edit').truncate(0),
      'the journal': (paths: LineagePaths, disk: Disk) => disk.remove(paths.journal),
      'the blocks': (paths: LineagePaths, disk: Disk) => disk.remove(paths.extents),
    })) {
      const { disk, open } = bench();
      await live(open, disk);
      const extents = disk.paths().find((path) => path.endsWith('/extents') && disk.content(path).length > 0);
      assert.ok(extents);
      spoil({ extents, journal: extents.replace('extents', 'journal') }, disk);
      const { watched, count } = counted(disk);
      const host = await open(watched);
      await host.close();
      assert.deepEqual([host.damaged.length, count.open], [1, 0], name);
    }
  });
});

test('once a disk has failed, nothing more is written to it, and what was there is as it was', async () => {
  const { disk } = bench();
  disk.makeDirectory(DIRECTORY);
  const paths = { extents: `${DIRECTORY}/extents`, journal: `${DIRECTORY}/journal` };
  const image = { name: 'vol-1', kind: 'volume', sizeBytes: MIB } as const;
  const lineage = Lineage.create(disk, { unitBytes: 4096, encrypted: false }, image, paths);
  const volume = lineage.image('vol-1');
  const unit = (byte: number) => Buffer.alloc(4096, byte);
  storeUnits(lineage, volume, 0, unit(1));
  disk.faults.failsSyncs = true;
  await assert.rejects(lineage.commit(), { code: 'EIO' });
  disk.faults.failsSyncs = false;
  const before = Object.values(paths).map((path) => Buffer.from(disk.content(path)));
  assert.throws(() => storeUnits(lineage, volume, 0, unit(2)), { code: 'Broken' });
  assert.throws(() => storeUnits(lineage, volume, 9, unit(2)), { code: 'Broken' });
  assert.throws(() => clearUnits(lineage, volume, 0, 1), { code: 'Broken' });
  await assert.rejects(lineage.commit(), { code: 'Broken' });
  assert.deepEqual(
    Object.values(paths).map((path) => disk.content(path)),
    before,
  );
});

test('a removal that a crash cuts short is finished by the next start, or was never begun', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { disk, open } = bench(seed);
    const host = await open();
    await host.createVolume({ volumeId: 'vol-1', sizeBytes: MIB, encrypted: false });
    // The names go one by one: the power fails before any of that is durable.
    const { syncDirectory } = disk;
    if (seed % 2 === 0) disk.syncDirectory = () => {};
    await host.deleteVolume('vol-1');
    disk.syncDirectory = syncDirectory;
    disk.crash();
    const next = await open();
    assert.deepEqual(next.damaged, []);
    const left = disk.list(DIRECTORY) ?? [];
    assert.equal(left.length, [...next.images()].length, 'directories that are no volume');
  }
});

test('a last batch whose mark a crash took is marked at the next start, so that damage to it is seen', async () => {
  let taken = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const { disk } = bench(seed);
    disk.makeDirectory(DIRECTORY);
    const paths = { extents: `${DIRECTORY}/extents`, journal: `${DIRECTORY}/journal` };
    const image = { name: 'vol-1', kind: 'volume', sizeBytes: MIB } as const;
    const lineage = Lineage.create(disk, { unitBytes: 4096, encrypted: false }, image, paths);
    lineage.resizeImage(lineage.image('vol-1'), 2 * MIB);
    await lineage.commit();
    const { length } = disk.content(paths.journal);
    disk.crash();
    if (disk.content(paths.journal).length < length) taken++;
    // Where there is no room for the mark, it waits.
    disk.faults.isFull = true;
    assert.ok(Lineage.open(disk, paths));
    disk.faults.isFull = false;
    Lineage.open(disk, paths)?.close();
    disk.crash();
    const damaged = disk.open(paths.journal, 'edit');
    damaged.write(disk.content(paths.journal).lastIndexOf('resize'), Buffer.from('X'));
    assert.throws(() => Lineage.open(disk, paths), { code: 'Damaged' });
  }
  assert.ok(taken > 0, 'no crash took the mark');
});

test('a journal that is new is marked, so that damage to it is seen', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { disk } = bench(seed);
    disk.makeDirectory(DIRECTORY);
    const paths = { extents: `${DIRECTORY}/extents`, journal: `${DIRECTORY}/journal` };
    const image = { name: 'vol-1', kind: 'volume', sizeBytes: MIB } as const;
    Lineage.create(disk, { unitBytes: 4096, encrypted: false }, image, paths);
    disk.crash();
    disk.open(paths.journal, 'edit').write(40, Buffer.from('X'));
    assert.throws(() => Lineage.open(disk, paths), { code: 'Damaged' }, `seed ${seed}`);
  }
});
