import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { type BlockDevice, readOrThrow, writeOrThrow } from '../../src/dataplane/device/device.ts';
import { EncryptedDevice } from '../../src/dataplane/device/encrypted.ts';
import { ImageDevice } from '../../src/dataplane/device/image-device.ts';
import { UnalignedDevice } from '../../src/dataplane/device/unaligned.ts';
import { ClusterMap } from '../../src/dataplane/volume/cluster-map.ts';
import { ExtentTable } from '../../src/dataplane/volume/extent-table.ts';
import type { LineagePaths } from '../../src/dataplane/volume/image.ts';
import { SYNCED_FRAME } from '../../src/dataplane/volume/journal.ts';
import { Lineage } from '../../src/dataplane/volume/lineage.ts';
import { storeUnits, visitRuns } from '../../src/dataplane/volume/placement.ts';
import { XtsCipher, XtsWorkspace } from '../../src/dataplane/xts/xts.ts';
import { nodeDisk } from '../../src/platform/node/node-disk.ts';

const UNIT_BYTES = 512;
const CLUSTER_BYTES = 16 * UNIT_BYTES;
const SIZE_BYTES = 6 * CLUSTER_BYTES;

const root = mkdtempSync(join(tmpdir(), 'latchkey-lineage-'));
after(() => rmSync(root, { recursive: true }));

const disk = nodeDisk();
const workspace = new XtsWorkspace(UNIT_BYTES);
const cipher = new XtsCipher(
  Uint8Array.from({ length: 64 }, (_, index) => index),
  workspace,
);
let directories = 0;

/** A lineage on disk with its first volume, and what each of its images should read as. */
class Bench {
  readonly directory = join(root, String(directories++));
  readonly encrypted: boolean;
  lineage: Lineage;
  readonly expected = new Map<string, Buffer>();

  constructor(encrypted: boolean, sizeBytes = SIZE_BYTES) {
    this.encrypted = encrypted;
    cpSync(mkdtempSync(join(root, 'empty-')), this.directory, { recursive: true });
    const volume = { name: 'vol-0', kind: 'volume', sizeBytes } as const;
    this.lineage = Lineage.create(disk, { unitBytes: UNIT_BYTES, encrypted }, volume, this.paths());
    this.expected.set('vol-0', Buffer.alloc(sizeBytes));
  }

  paths(directory = this.directory): LineagePaths {
    return { extents: join(directory, 'extents'), journal: join(directory, 'journal') };
  }

  device(name: string, lineage = this.lineage): BlockDevice {
    const units = new ImageDevice(lineage, lineage.image(name));
    return new UnalignedDevice(this.encrypted ? new EncryptedDevice(units, cipher, workspace) : units);
  }

  content(name: string, lineage = this.lineage): Buffer {
    const bytes = Buffer.alloc(lineage.image(name).sizeBytes, 0xee);
    readOrThrow(this.device(name, lineage), { offset: 0, bytes });
    return bytes;
  }

  /** The files as a kill would leave them, opened again. */
  survivor(): Lineage {
    const copy = `${this.directory}-${directories++}`;
    cpSync(this.directory, copy, { recursive: true });
    return Lineage.open(disk, this.paths(copy)) as Lineage;
  }

  verify(lineage: Lineage): void {
    assert.deepEqual(lineage.images.map(({ name }) => name).sort(), [...this.expected.keys()].sort());
    for (const [name, bytes] of this.expected) {
      assert.ok(this.content(name, lineage).equals(bytes), `${name} does not read as it was written`);
    }
  }

  /** Every extent in use is referred to by an image, and none is lost. */
  verifySpace(lineage: Lineage): void {
    const live = new Set<number>();
    for (const image of lineage.images) image.map.visit((_, extent) => live.add(extent));
    assert.equal(lineage.extents.used, live.size);
  }
}

/** Kind, length and CRC-32, then what is in it. */
function frame(kind: number, content: object | Buffer): Buffer {
  const payload = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
  const words = Buffer.from(Uint32Array.of(kind, payload.length).buffer);
  return Buffer.concat([words, Buffer.from(Uint32Array.of(crc32(payload, crc32(words))).buffer), payload]);
}
const [HEADER, CATALOG, CLUSTERS, BATCH, SYNCED] = [0, 1, 2, 3, 4];
const batch = (...frames: readonly Buffer[]) =>
  Buffer.concat([frame(BATCH, Buffer.concat(frames)), frame(SYNCED, Buffer.alloc(0))]);
const placed = (...[image, cluster, extent, units]: readonly [number, number, number, number]) =>
  frame(CLUSTERS, Buffer.from(Uint32Array.of(image, cluster, extent, units).buffer));

test('a volume lies on disk as it does in the files that there are', async () => {
  const bench = new Bench(true, 4 * CLUSTER_BYTES);
  const { lineage } = bench;
  const volume = lineage.image('vol-0');
  const key = new Uint8Array(64).fill(1);
  const sizeBytes = 4 * CLUSTER_BYTES;
  lineage.checkKey(key);
  storeUnits(lineage, volume, 17, Buffer.alloc(2 * UNIT_BYTES, 'a'));
  await lineage.commit();
  lineage.createImage({ name: 'snap-1', kind: 'snapshot', sizeBytes }, volume);
  storeUnits(lineage, volume, 18, Buffer.alloc(UNIT_BYTES, 'b'));
  lineage.resizeImage(volume, 2 * sizeBytes);
  await lineage.commit();
  lineage.close();
  const check = createHmac('sha256', key).update('latchkey lineage').digest('base64');
  assert.deepEqual(
    readFileSync(bench.paths().journal),
    Buffer.concat([
      batch(
        frame(HEADER, { format: 'latchkey-lineage-1', unitBytes: UNIT_BYTES, encrypted: true }),
        frame(CATALOG, { change: 'create', image: 1, name: 'vol-0', kind: 'volume', sizeBytes }),
      ),
      batch(frame(CATALOG, { change: 'key', check }), placed(1, 1, 0, 0b110)),
      batch(
        frame(CATALOG, { change: 'create', image: 2, name: 'snap-1', kind: 'snapshot', sizeBytes, base: 1 }),
        placed(1, 1, 1, 0b110),
        frame(CATALOG, { change: 'resize', image: 1, sizeBytes: 2 * sizeBytes }),
      ),
    ]),
  );
  const extents = readFileSync(bench.paths().extents);
  const unit = (at: number) => extents.toString('latin1', at * UNIT_BYTES, at * UNIT_BYTES + 2);
  assert.equal(extents.length, 19 * UNIT_BYTES);
  assert.deepEqual([1, 2, 17, 18].map(unit), ['aa', 'aa', 'aa', 'bb']);
});

const range = fc
  .tuple(
    fc.nat(SIZE_BYTES - 1),
    fc.oneof(...[UNIT_BYTES / 4, 3 * CLUSTER_BYTES].map((max) => fc.integer({ min: 1, max }))),
    fc.boolean(),
  )
  .map(([offset, length, isAligned]) => {
    const start = isAligned ? offset - (offset % UNIT_BYTES) : offset;
    const rounded = isAligned ? Math.ceil(length / UNIT_BYTES) * UNIT_BYTES : length;
    return { offset: start, length: Math.min(rounded, SIZE_BYTES - start) };
  });

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('write' as const), range, byte: fc.nat(255) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('trim' as const, 'zero' as const), range }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('snapshot' as const, 'volume' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('flush' as const, 'kill' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** Carries out a step on an image chosen by `pick`, on the lineage and on the model. */
async function take(bench: Bench, action: Step, pick: number, serial: number): Promise<void> {
  const names = [...bench.expected.keys()];
  const name = names[pick % names.length] as string;
  const model = bench.expected.get(name) as Buffer;
  const { lineage } = bench;
  if (action.do === 'write') {
    const { offset, length } = action.range;
    const bytes = Buffer.from(Uint8Array.from({ length }, (_, index) => action.byte + index * 7));
    writeOrThrow(bench.device(name), { offset, bytes });
    bytes.copy(model, offset);
  } else if (action.do === 'zero') {
    bench.device(name).writeZeroes(action.range.offset, action.range.length);
    model.fill(0, action.range.offset, action.range.offset + action.range.length);
  } else if (action.do === 'trim') {
    const { offset, length } = action.range;
    bench.device(name).trim(offset, length);
    const first = Math.ceil(offset / UNIT_BYTES) * UNIT_BYTES;
    const end = Math.floor((offset + length) / UNIT_BYTES) * UNIT_BYTES;
    if (end > first) model.fill(0, first, end);
  } else if (action.do === 'snapshot' || action.do === 'volume') {
    const copy = `${action.do}-${serial}`;
    lineage.createImage({ name: copy, kind: action.do, sizeBytes: SIZE_BYTES }, lineage.image(name));
    bench.expected.set(copy, Buffer.from(model));
  } else if (action.do === 'delete') {
    if (names.length === 1) return;
    lineage.deleteImage(lineage.image(name));
    bench.expected.delete(name);
  } else {
    await lineage.commit();
    bench.verifySpace(lineage);
    if (action.do === 'kill') {
      lineage.close();
      bench.lineage = Lineage.open(disk, bench.paths()) as Lineage;
      bench.verifySpace(bench.lineage);
    }
  }
}

/** The files of a bench with one byte of the journal spoilt, and only so many bytes of it. */
function spoiltCopy(bench: Bench, spoilt: number, bytes: number): string {
  const copy = `${bench.directory}-spoilt-${spoilt}`;
  cpSync(bench.directory, copy, { recursive: true });
  const journal = readFileSync(bench.paths(copy).journal).subarray(0, bytes);
  journal[spoilt] = (journal[spoilt] as number) ^ 0xff;
  writeFileSync(bench.paths(copy).journal, journal);
  return copy;
}

describe('a lineage of volumes and snapshots', () => {
  for (const encrypted of [true, false]) {
    test(`reads as a model does, ${encrypted ? 'encrypted' : 'in plain'}, through snapshots, trims and restarts`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(step, fc.nat(7)), { minLength: 5, maxLength: 60 }),
          async (steps) => {
            const bench = new Bench(encrypted);
            for (const [index, [action, pick]] of steps.entries()) await take(bench, action, pick, index);
            bench.verify(bench.lineage);
            await bench.lineage.commit();
            bench.verifySpace(bench.lineage);
            bench.lineage.close();
            const reopened = Lineage.open(disk, bench.paths()) as Lineage;
            bench.verify(reopened);
            bench.verifySpace(reopened);
            reopened.close();
            rmSync(bench.directory, { recursive: true });
          },
        ),
        { numRuns: 60 },
      );
    });
  }

  test('transfers longer than what is encrypted at once, alone and in batches, touch nothing beside them', () => {
    const { capacity } = workspace;
    const bench = new Bench(true, 4 * capacity * UNIT_BYTES);
    const device = bench.device('vol-0');
    const expected = bench.expected.get('vol-0')!.fill(0xee);
    writeOrThrow(device, { offset: 0, bytes: Buffer.from(expected) });
    // Each batch as places and lengths in units.
    const batches = [
      [[1, capacity - 1]],
      [[1, capacity]],
      [[1, capacity + 1]],
      [[1, 2 * capacity + 3]],
      [
        [1, capacity - 1],
        [capacity + 2, capacity + 2],
        [3 * capacity, 1],
      ],
    ] as const;
    for (const [index, batch] of batches.entries()) {
      const transfers = batch.map(([unit, count]) => ({
        offset: unit * UNIT_BYTES,
        bytes: Buffer.alloc(count * UNIT_BYTES, index),
      }));
      for (const { offset, bytes } of transfers) bytes.copy(expected, offset);
      device.write(transfers);
      bench.verify(bench.lineage);
      const back = transfers.map(({ offset, bytes }) => ({ offset, bytes: Buffer.alloc(bytes.length) }));
      device.read(back);
      assert.deepEqual(back, transfers);
    }
    bench.lineage.close();
  });

  test('whatever happens after a flush, a kill brings back at least what was flushed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(step, fc.nat(7)), { minLength: 5, maxLength: 30 }),
        fc.array(range, { minLength: 1, maxLength: 8 }),
        async (steps, laterWrites) => {
          const bench = new Bench(true);
          for (const [index, [action, pick]] of steps.entries()) await take(bench, action, pick, index);
          await bench.lineage.commit();
          const flushed = new Map([...bench.expected].map(([name, bytes]) => [name, Buffer.from(bytes)]));
          const names = [...flushed.keys()];
          const touched = new Map(names.map((name) => [name, new Set<number>()]));
          for (const [index, { offset, length }] of laterWrites.entries()) {
            const name = names[index % names.length] as string;
            writeOrThrow(bench.device(name), { offset, bytes: new Uint8Array(length).fill(0xa5) });
            const last = Math.floor((offset + length - 1) / UNIT_BYTES);
            for (let unit = Math.floor(offset / UNIT_BYTES); unit <= last; unit++)
              touched.get(name)?.add(unit);
          }
          const survivor = bench.survivor();
          for (const [name, bytes] of flushed) {
            const found = bench.content(name, survivor);
            for (let unit = 0; unit < SIZE_BYTES / UNIT_BYTES; unit++) {
              if (touched.get(name)?.has(unit)) continue;
              const [from, end] = [unit * UNIT_BYTES, (unit + 1) * UNIT_BYTES];
              assert.ok(
                found.subarray(from, end).equals(bytes.subarray(from, end)),
                `unit ${unit} of ${name}, which nobody wrote after the flush, is another one`,
              );
            }
          }
          survivor.close();
          bench.lineage.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a journal that is cut or spoilt at its end opens with the flushes that are whole', async () => {
    const bench = new Bench(false);
    // Where each flush ends, before the mark that says that it was synced.
    const ends: number[] = [statSync(bench.paths().journal).size - SYNCED_FRAME.length];
    for (let flush = 1; flush <= 4; flush++) {
      writeOrThrow(bench.device('vol-0'), {
        offset: flush * CLUSTER_BYTES,
        bytes: new Uint8Array(600).fill(flush),
      });
      await bench.lineage.commit();
      ends.push(statSync(bench.paths().journal).size - SYNCED_FRAME.length);
    }
    bench.lineage.close();
    const end = ends.at(-1) as number;
    for (let cut = ends[0] as number; cut <= end; cut += 3) {
      const copy = `${bench.directory}-cut-${cut}`;
      cpSync(bench.directory, copy, { recursive: true });
      truncateSync(bench.paths(copy).journal, cut);
      const lineage = Lineage.open(disk, bench.paths(copy)) as Lineage;
      const whole = ends.filter((position) => position <= cut).length - 1;
      const content = bench.content('vol-0', lineage);
      for (let flush = 1; flush <= 4; flush++) {
        assert.equal(content[flush * CLUSTER_BYTES + 599], flush <= whole ? flush : 0);
      }
      lineage.close();
    }
    // The last flush as a power failure tears it.
    for (let spoilt = (ends[3] as number) + SYNCED_FRAME.length; spoilt < end; spoilt += 5) {
      const copy = spoiltCopy(bench, spoilt, end);
      const lineage = Lineage.open(disk, bench.paths(copy)) as Lineage;
      const content = bench.content('vol-0', lineage);
      assert.deepEqual([content[3 * CLUSTER_BYTES], content[4 * CLUSTER_BYTES]], [3, 0], `byte ${spoilt}`);
      lineage.close();
    }
  });

  test('damage before the tail is never taken for a torn one: refused, and everything left as it is', async () => {
    const bench = new Bench(false);
    for (let flush = 1; flush <= 4; flush++) {
      writeOrThrow(bench.device('vol-0'), {
        offset: flush * CLUSTER_BYTES,
        bytes: new Uint8Array(600).fill(flush),
      });
      await bench.lineage.commit();
    }
    bench.lineage.close();
    const { size } = statSync(bench.paths().journal);
    // Any byte of any acknowledged flush, the first frame and the last among them.
    for (let spoilt = 0; spoilt < size - SYNCED_FRAME.length; spoilt += 7) {
      const copy = spoiltCopy(bench, spoilt, size);
      const before = readFileSync(bench.paths(copy).journal);
      assert.throws(() => Lineage.open(disk, bench.paths(copy)), { code: 'Damaged' }, `byte ${spoilt}`);
      assert.ok(readFileSync(bench.paths(copy).journal).equals(before));
    }
    const short = `${bench.directory}-short`;
    cpSync(bench.directory, short, { recursive: true });
    truncateSync(bench.paths(short).extents, 3 * CLUSTER_BYTES);
    assert.throws(() => Lineage.open(disk, bench.paths(short)), { code: 'Damaged' });
    assert.equal(statSync(bench.paths(short).extents).size, 3 * CLUSTER_BYTES);
  });

  test('a frame of a kind that is not known, or damage to a batch and its mark, is never passed over', async () => {
    const bench = new Bench(false);
    bench.lineage.close();
    const { journal } = bench.paths();
    const before = readFileSync(journal);
    const later = frame(BATCH, frame(CATALOG, { change: 'resize', image: 1, sizeBytes: 2 * SIZE_BYTES }));
    const spoilt = batch(frame(CATALOG, { change: 'resize', image: 1, sizeBytes: 3 * SIZE_BYTES }));
    for (const at of [20, spoilt.length - 4]) spoilt[at] = (spoilt[at] as number) ^ 0xff;
    for (const between of [frame(SYNCED + 1, Buffer.alloc(4)), spoilt]) {
      writeFileSync(journal, Buffer.concat([before, between, later]));
      assert.throws(() => Lineage.open(disk, bench.paths()), { code: 'Damaged' });
    }
    writeFileSync(journal, Buffer.concat([before, later]));
    const opened = Lineage.open(disk, bench.paths()) as Lineage;
    assert.equal(opened.image('vol-0').sizeBytes, 2 * SIZE_BYTES);
    opened.close();
  });

  test('each place that was written is found again, in whatever order and by however many they were', async () => {
    const bench = new Bench(false);
    const second = { name: 'vol-1', kind: 'volume', sizeBytes: SIZE_BYTES } as const;
    bench.lineage.createImage(second, bench.lineage.image('vol-0'));
    bench.expected.set('vol-1', Buffer.alloc(SIZE_BYTES));
    for (const cluster of [5, 0, 1, 3, 4, 2, 2]) {
      for (const [index, name] of ['vol-0', 'vol-1'].entries()) {
        const bytes = Buffer.alloc(UNIT_BYTES, 16 * cluster + index + 1);
        writeOrThrow(bench.device(name), { offset: cluster * CLUSTER_BYTES, bytes });
        bytes.copy(bench.expected.get(name)!, cluster * CLUSTER_BYTES);
      }
    }
    await bench.lineage.commit();
    bench.verify(bench.survivor());
    // What is written again where it lies is no change of place.
    const { size } = statSync(bench.paths().journal);
    writeOrThrow(bench.device('vol-0'), { offset: 0, bytes: Buffer.alloc(UNIT_BYTES, 9) });
    await bench.lineage.commit();
    assert.equal(statSync(bench.paths().journal).size, size);
    bench.lineage.close();
  });

  test('of a cluster any unit may be the only one that is left, or is kept when another is written', async () => {
    const bench = new Bench(false, 16 * CLUSTER_BYTES);
    const { lineage } = bench;
    const device = bench.device('vol-0');
    const expected = bench.expected.get('vol-0')!.fill(1);
    const unitAt = (cluster: number, unit: number) => (16 * cluster + unit) * UNIT_BYTES;
    writeOrThrow(device, { offset: 0, bytes: Buffer.from(expected) });
    for (let kept = 0; kept < 16; kept++) {
      device.trim(unitAt(kept, 0), kept * UNIT_BYTES);
      device.trim(unitAt(kept, kept + 1), (15 - kept) * UNIT_BYTES);
      expected.fill(0, unitAt(kept, 0), unitAt(kept, kept));
      expected.fill(0, unitAt(kept, kept + 1), unitAt(kept + 1, 0));
    }
    bench.verify(lineage);
    const snapshot = { name: 'snap-0', kind: 'snapshot', sizeBytes: 16 * CLUSTER_BYTES } as const;
    lineage.createImage(snapshot, lineage.image('vol-0'));
    bench.expected.set('snap-0', Buffer.from(expected));
    for (let kept = 0; kept < 16; kept++) {
      const offset = unitAt(kept, (kept + 5) % 16);
      writeOrThrow(device, { offset, bytes: Buffer.alloc(UNIT_BYTES, 2) });
      expected.fill(2, offset, offset + UNIT_BYTES);
    }
    bench.verify(lineage);
    await lineage.commit();
    bench.verify(bench.survivor());
    bench.verifySpace(lineage);
    lineage.deleteImage(lineage.image('snap-0'));
    for (let kept = 0; kept < 16; kept++) device.trim(unitAt(kept, (kept + 5) % 16), UNIT_BYTES);
    for (let kept = 0; kept < 16; kept++) device.trim(unitAt(kept, kept), UNIT_BYTES);
    await lineage.commit();
    assert.equal(lineage.extents.used, 0);
    lineage.close();
  });

  test('runs are found from any place to any other, however far apart what is written lies', () => {
    const map = new ClusterMap();
    const clusters = [1, 1023, 1024, 2050, 5000];
    for (const [extent, cluster] of clusters.entries()) map.set(cluster, extent, 0xffff);
    const places = [0, 1, 2, 1022, 1023, 1024, 1025, 2048, 2050, 2051, 3071, 4096, 5000, 5001, 7000];
    for (const first of places) {
      for (const last of places.filter((place) => place >= first)) {
        const [unit, end] = [first * 16 + 3, last * 16 + 5];
        const expected: [number, number, number][] = [];
        const add = (from: number, to: number, position: number) => {
          if (to <= from) return;
          const before = expected.at(-1);
          const continues =
            before && (position < 0 ? before[2] < 0 : before[2] + before[1] * UNIT_BYTES === position);
          if (continues) before[1] += to - from;
          else expected.push([from, to - from, position]);
        };
        let at = unit;
        for (const [extent, cluster] of clusters.entries()) {
          const [from, to] = [Math.max(unit, cluster * 16), Math.min(end, cluster * 16 + 16)];
          if (to <= from) continue;
          add(at, from, -1);
          add(from, to, (extent * 16 + from - cluster * 16) * UNIT_BYTES);
          at = to;
        }
        add(at, end, -1);
        const found: [number, number, number][] = [];
        visitRuns(map, UNIT_BYTES, unit, end - unit, (...run) => found.push(run));
        assert.deepEqual(found, expected, `${first} to ${last}`);
      }
    }
    for (const cluster of clusters) map.set(cluster, 0, 0);
    map.visit(() => assert.fail('nothing is left'));
    const whole: number[][] = [];
    visitRuns(map, UNIT_BYTES, 0, 80_000, (...run) => whole.push(run));
    assert.deepEqual(whole, [[0, 80_000, -1]]);
  });

  test('extents are given out once each, however many there are and in whatever order they are taken up', () => {
    const table = new ExtentTable();
    const all = Array.from({ length: 5000 }, (_, extent) => extent);
    assert.deepEqual(
      all.map(() => table.allocate()),
      all,
    );
    for (const extent of [7, 1024, 2048, 4096]) table.release(extent);
    assert.equal(table.used, 4996);
    assert.deepEqual(
      [1, 2, 3, 4, 5].map(() => table.allocate()),
      [7, 1024, 2048, 4096, 5000],
    );
    for (const last of [1023, 1024, 1025, 2048, 5000]) {
      const opened = new ExtentTable();
      for (const extent of [last, 3, last]) opened.retain(extent);
      assert.deepEqual([opened.used, opened.end], [2, last + 1]);
      assert.deepEqual([opened.isShared(last), opened.isShared(3)], [true, false]);
      assert.deepEqual(
        [1, 2, 3, 4].map(() => opened.allocate()),
        [0, 1, 2, 4],
      );
      opened.release(last);
      assert.deepEqual([opened.isShared(last), opened.used], [false, 6]);
      opened.release(last);
      opened.trim();
      assert.equal(opened.end, 5);
    }
  });

  test('blocks are freed with their last reference, and the file shrinks', async () => {
    const bench = new Bench(true);
    const { lineage } = bench;
    const whole = new Uint8Array(SIZE_BYTES).fill(1);
    writeOrThrow(bench.device('vol-0'), { offset: 0, bytes: whole });
    const snapshot = lineage.createImage(
      { name: 'snap-1', kind: 'snapshot', sizeBytes: SIZE_BYTES },
      lineage.image('vol-0'),
    );
    assert.equal(lineage.extents.used, 6, 'a snapshot copies nothing');
    writeOrThrow(bench.device('vol-0'), { offset: 0, bytes: whole.subarray(0, UNIT_BYTES) });
    assert.equal(lineage.extents.used, 7, 'a write after it copies one cluster');
    await lineage.commit();
    lineage.deleteImage(snapshot);
    await lineage.commit();
    assert.equal(lineage.extents.used, 6);
    bench.device('vol-0').trim(0, SIZE_BYTES);
    assert.equal(lineage.extents.used, 6, 'nothing is used again before the journal says that it is free');
    await lineage.commit();
    assert.equal(lineage.extents.used, 0);
    assert.equal(statSync(bench.paths().extents).size, 0);
    for (const clusters of [1, 2]) {
      const length = clusters * CLUSTER_BYTES;
      writeOrThrow(bench.device('vol-0'), { offset: 0, bytes: whole.subarray(0, length) });
      await lineage.commit();
      assert.equal(statSync(bench.paths().extents).size, length);
      bench.device('vol-0').trim(0, length);
      await lineage.commit();
      assert.equal(statSync(bench.paths().extents).size, 0);
    }
    lineage.close();
  });

  test('a unit that is written again after a snapshot is another, whichever it is and whatever is beside it', () => {
    const bench = new Bench(false, 16 * CLUSTER_BYTES);
    const unit = (byte: number) => Buffer.alloc(UNIT_BYTES, byte);
    // In each cluster another unit.
    const writeOne = (byte: number) => {
      for (let at = 0; at < 16; at++)
        writeOrThrow(bench.device('vol-0'), {
          offset: at * CLUSTER_BYTES + at * UNIT_BYTES,
          bytes: unit(byte),
        });
    };
    for (const isCrowded of [false, true]) {
      if (isCrowded)
        writeOrThrow(bench.device('vol-0'), { offset: 0, bytes: Buffer.alloc(CLUSTER_BYTES, 5) });
      const { lineage } = bench;
      const name = `snap-${isCrowded}`;
      writeOne(1);
      lineage.createImage({ name, kind: 'snapshot', sizeBytes: 16 * CLUSTER_BYTES }, lineage.image('vol-0'));
      const before = bench.content('vol-0');
      writeOne(2);
      assert.ok(bench.content(name).equals(before));
      for (let at = 0; at < 16; at++) before.fill(2, at * 17 * UNIT_BYTES, (at * 17 + 1) * UNIT_BYTES);
      assert.ok(bench.content('vol-0').equals(before));
    }
    bench.lineage.close();
  });

  test('room that was freed in the middle is used before the file grows, after a restart too', async () => {
    for (const restarts of [false, true]) {
      const bench = new Bench(false);
      const write = (cluster: number) =>
        writeOrThrow(bench.device('vol-0'), {
          offset: cluster * CLUSTER_BYTES,
          bytes: new Uint8Array(CLUSTER_BYTES).fill(cluster),
        });
      for (let cluster = 0; cluster < 6; cluster++) write(cluster);
      for (const cluster of [1, 2, 4]) bench.device('vol-0').trim(cluster * CLUSTER_BYTES, CLUSTER_BYTES);
      await bench.lineage.commit();
      if (restarts) {
        bench.lineage.close();
        bench.lineage = Lineage.open(disk, bench.paths()) as Lineage;
      }
      for (const cluster of [4, 2, 1]) {
        write(cluster);
        assert.equal(statSync(bench.paths().extents).size, SIZE_BYTES);
      }
      bench.lineage.close();
    }
  });

  test('trimming and writing again takes no more space', async () => {
    const bench = new Bench(false);
    for (let round = 0; round < 100; round++) {
      writeOrThrow(bench.device('vol-0'), { offset: 0, bytes: new Uint8Array(SIZE_BYTES).fill(round) });
      bench.device('vol-0').trim(0, SIZE_BYTES);
      if (round % 2 === 0) await bench.lineage.commit();
    }
    await bench.lineage.commit();
    assert.equal(bench.lineage.extents.used, 0);
    writeOrThrow(bench.device('vol-0'), { offset: 0, bytes: new Uint8Array(SIZE_BYTES).fill(1) });
    assert.ok(statSync(bench.paths().extents).size <= 3 * SIZE_BYTES);
    bench.lineage.close();
  });

  test('a map that has changed in 65,536 places is written without being asked', async () => {
    const bench = new Bench(false);
    const { lineage } = bench;
    const volume = lineage.image('vol-0');
    const extents = [lineage.extents.allocate(), lineage.extents.allocate()] as const;
    const journalBytes = async () => {
      await Promise.all([lineage.file.sync(), new Promise((resolve) => setImmediate(resolve))]);
      return statSync(bench.paths().journal).size;
    };
    const before = await journalBytes();
    // Each in turn, since the same place counts once.
    const change = (n: number) => lineage.place(volume, n % 2, extents[n % 2 ? 1 : 0], 1 + (n & 2));
    for (let n = 1; n < 65_536; n++) change(n);
    assert.equal(await journalBytes(), before);
    change(65_536);
    for (let tries = 0; tries < 100 && (await journalBytes()) === before; tries++);
    assert.ok((await journalBytes()) > before);
    await lineage.commit();
    lineage.close();
  });

  test('a rewritten journal has of each snapshot what it does not have in common with the one before', async () => {
    const clusters = 2048;
    const sizeBytes = clusters * CLUSTER_BYTES;
    const bench = new Bench(false, sizeBytes);
    const current = Buffer.alloc(sizeBytes, 'content ');
    const write = (cluster: number, bytes: Buffer) => {
      bytes.copy(current, cluster * CLUSTER_BYTES);
      writeOrThrow(bench.device('vol-0'), { offset: cluster * CLUSTER_BYTES, bytes });
    };
    write(0, Buffer.from(current));
    for (let n = 0; n < 30; n++) {
      const name = `snap-${n}`;
      bench.lineage.createImage({ name, kind: 'snapshot', sizeBytes }, bench.lineage.image('vol-0'));
      bench.expected.set(name, Buffer.from(current));
      write(n * 60, Buffer.alloc(CLUSTER_BYTES, `${n} `));
      bench.device('vol-0').trim((n * 60 + 1) * CLUSTER_BYTES, CLUSTER_BYTES);
      current.fill(0, (n * 60 + 1) * CLUSTER_BYTES, (n * 60 + 2) * CLUSTER_BYTES);
    }
    bench.expected.set('vol-0', current);
    for (let count = 0; count < 80_000; count++) {
      bench.lineage.resizeImage(bench.lineage.image('vol-0'), sizeBytes);
    }
    await bench.lineage.commit();
    const bytesOfOne = clusters * 16;
    assert.ok(statSync(bench.paths().journal).size < 2 * bytesOfOne, 'each alone would be as much');
    bench.verify(bench.lineage);
    bench.lineage.close();
    const reopened = Lineage.open(disk, bench.paths()) as Lineage;
    bench.verify(reopened);
    bench.verifySpace(reopened);
    // What one writes is not seen through another, though they had the same map.
    const written = Buffer.alloc(CLUSTER_BYTES, 'new ');
    writeOrThrow(bench.device('vol-0', reopened), { offset: 7 * CLUSTER_BYTES, bytes: written });
    written.copy(current, 7 * CLUSTER_BYTES);
    bench.verify(reopened);
    reopened.close();
  });

  test('the journal is rewritten when it has grown, and still says the same', async () => {
    const bench = new Bench(true);
    const content = Buffer.alloc(SIZE_BYTES, 'content ');
    writeOrThrow(bench.device('vol-0'), { offset: 0, bytes: content });
    bench.lineage.checkKey(new Uint8Array(64));
    const snapshot = { name: 'snap-1', kind: 'snapshot', sizeBytes: SIZE_BYTES } as const;
    bench.lineage.createImage(snapshot, bench.lineage.image('vol-0'));
    for (let count = 0; count < 80_000; count++) {
      bench.lineage.resizeImage(bench.lineage.image('vol-0'), SIZE_BYTES);
    }
    await bench.lineage.commit();
    assert.ok(statSync(bench.paths().journal).size < 2000, 'the changes alone were four million bytes');
    bench.lineage.close();
    const reopened = Lineage.open(disk, bench.paths()) as Lineage;
    for (const name of ['vol-0', 'snap-1']) assert.ok(bench.content(name, reopened).equals(content));
    assert.throws(() => reopened.checkKey(new Uint8Array(64).fill(1)), { code: 'WrongKey' });
    assert.throws(() => reopened.checkKey(undefined), { code: 'WrongKey', message: /is missing/ });
    const plain = new Bench(false).lineage;
    assert.throws(() => plain.checkKey(new Uint8Array(64)), { code: 'WrongKey', message: /is not wanted/ });
    plain.close();
    reopened.close();
  });
});
