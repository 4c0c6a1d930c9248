/** Volumes on a disk that fills, that fails, and that keeps of a crash no more than it must. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BlockStore } from '../../src/dataplane/block-store.ts';
import { openBlockHost } from '../../src/dataplane/create-block-host.ts';
import { BusyPolling } from '../../src/dataplane/nbd/busy-polling.ts';
import type { LineagePaths } from '../../src/dataplane/volume/image.ts';
import { Lineage } from '../../src/dataplane/volume/lineage.ts';
import { clearUnits, storeUnits } from '../../src/dataplane/volume/placement.ts';
import { SNAPSHOT_BLOCK_BYTES } from '../../src/dataplane/volume/snapshot-blocks.ts';
import { inProcessPool } from '../../src/dataplane/worker-pool.ts';
import type { Disk, DiskFile } from '../../src/platform/disk.ts';
import { systemEntropy, systemTurns } from '../../src/platform/node/index.ts';
import { nodeSockets } from '../../src/platform/node/node-sockets.ts';
import { SimulatedDisk } from '../../src/platform/simulated/disk.ts';
import { Random } from '../../src/platform/simulated/random.ts';

const DIRECTORY = '/volumes';
const MIB = 1 << 20;

function bench(seed = 1) {
  const disk = new SimulatedDisk(new Random(seed), systemTurns);
  const newPool = (on: Disk = disk) =>
    inProcessPool(
      new BlockStore(
        { directory: DIRECTORY, socketDirectory: '/sockets', unitBytes: 4096 },
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
    Lineage.open(disk, paths)?.close();
    disk.crash();
    const damaged = disk.open(paths.journal, 'edit');
    damaged.write(disk.content(paths.journal).lastIndexOf('resize'), Buffer.from('X'));
    assert.throws(() => Lineage.open(disk, paths), { code: 'Damaged' });
  }
  assert.ok(taken > 0, 'no crash took the mark');
});
