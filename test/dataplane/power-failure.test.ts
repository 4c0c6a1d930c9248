/**
 * Whatever the block host has answered is there when the power comes back, and whatever it had not answered is there whole
 * or not at all: random snapshots, copies, writes and deletions over a disk that loses what was not synced.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BlockStore } from '../../src/dataplane/block-store.ts';
import { openBlockHost } from '../../src/dataplane/create-block-host.ts';
import { BusyPolling } from '../../src/dataplane/nbd/busy-polling.ts';
import { SNAPSHOT_BLOCK_BYTES } from '../../src/dataplane/volume/snapshot-blocks.ts';
import { inProcessPool } from '../../src/dataplane/worker-pool.ts';
import { systemEntropy, systemTurns } from '../../src/platform/node/index.ts';
import { nodeSockets } from '../../src/platform/node/node-sockets.ts';
import { SimulatedDisk } from '../../src/platform/simulated/disk.ts';
import { Random } from '../../src/platform/simulated/random.ts';

type BlockHost = Awaited<ReturnType<typeof openBlockHost>>;

const DIRECTORY = '/volumes';
const SIZE_BYTES = 2 * SNAPSHOT_BLOCK_BYTES;
const SEEDS = 25;
const LIVES = 3;
const STEPS = 6;

/** An image: its data key, if any, and the byte that each of its blocks is full of. */
interface Image {
  readonly kind: 'snapshot' | 'volume';
  readonly key: number | undefined;
  readonly blocks: readonly [number, number];
}
type Images = ReadonlyMap<string, Image>;

/** What is done to the host, and what is there once it is answered. */
interface Step {
  /** The image that is made, changed or deleted. */
  readonly name: string;
  readonly run: (host: BlockHost) => Promise<unknown>;
  readonly after: Images;
}

const keyOf = ({ key }: Pick<Image, 'key'>) =>
  key === undefined ? undefined : Buffer.alloc(64, key).fill(key + 1, 32);

function anyStep(random: Random, images: Images, serial: number): Step {
  const name = `image-${serial}`;
  const made = (image: Image) => new Map([...images, [name, image]]);
  const ofKind = (kind: Image['kind']) => [...images].filter(([, image]) => image.kind === kind);
  const [snapshots, volumes] = [ofKind('snapshot'), ofKind('volume')];
  const encrypted = (image: Image) => image.key !== undefined;
  const kinds = ['start', ...(snapshots.length > 0 ? ['write', 'write', 'copy', 'volume', 'delete'] : [])];
  if (volumes.length > 0) kinds.push('snapshot', 'snapshot');
  const kind = random.pick(kinds);
  if (kind === 'start') {
    const image: Image = {
      kind: 'snapshot',
      key: random.chance(0.5) ? 1 + random.below(200) : undefined,
      blocks: [0, 0],
    };
    return {
      name,
      run: (host) =>
        host.startSnapshot({ snapshotId: name, sizeBytes: SIZE_BYTES, encrypted: encrypted(image) }),
      after: made(image),
    };
  }
  if (kind === 'snapshot') {
    const [volumeId, image] = random.pick(volumes);
    return {
      name,
      run: (host) => host.createSnapshot({ snapshotId: name, volumeId }),
      after: made({ ...image, kind: 'snapshot' }),
    };
  }
  const [snapshotId, image] = random.pick(snapshots);
  if (kind === 'write') {
    const [index, byte] = [random.below(2), 1 + random.below(255)];
    const blocks = image.blocks.with(index, byte) as [number, number];
    return {
      name: snapshotId,
      run: (host) =>
        host.writeBlock(snapshotId, index, Buffer.alloc(SNAPSHOT_BLOCK_BYTES, byte), keyOf(image)),
      after: new Map([...images, [snapshotId, { ...image, blocks }]]),
    };
  }
  if (kind === 'copy') {
    const key = 1 + random.below(200);
    const copy = { sourceSnapshotId: snapshotId, snapshotId: name };
    return {
      name,
      run: (host) => host.copySnapshot({ ...copy, sourceKey: keyOf(image), targetKey: keyOf({ key }) }),
      after: made({ ...image, key }),
    };
  }
  if (kind === 'volume') {
    const volume = { volumeId: name, sizeBytes: SIZE_BYTES, encrypted: encrypted(image), snapshotId };
    return { name, run: (host) => host.createVolume(volume), after: made({ ...image, kind: 'volume' }) };
  }
  return {
    name: snapshotId,
    run: (host) => host.deleteSnapshot(snapshotId),
    after: new Map([...images].filter(([each]) => each !== snapshotId)),
  };
}

/** What the blocks of an image are full of; of a volume nothing, since only a client reads it. */
async function contentOf(host: BlockHost, name: string, image: Image): Promise<(number | 'mixed')[]> {
  if (image.kind === 'volume') return [...image.blocks];
  return Promise.all(
    image.blocks.map(async (_, index) => {
      const bytes = Buffer.from(await host.readBlock(name, index, keyOf(image)));
      const [first = 0] = bytes;
      return bytes.equals(Buffer.alloc(bytes.length, first)) ? first : 'mixed';
    }),
  );
}

test('what was answered outlives the power, and what was not is whole or not there', async () => {
  let interrupted = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = new Random(seed);
    const disk = new SimulatedDisk(random, systemTurns);
    const open = () => {
      const options = { directory: DIRECTORY, socketDirectory: '/sockets', unitBytes: 4096 };
      const platform = { disk, sockets: nodeSockets, turns: systemTurns, polling: new BusyPolling() };
      const pool = inProcessPool(new BlockStore(options, platform));
      return openBlockHost({ entropy: systemEntropy(), pool, disk, directory: DIRECTORY, release: () => {} });
    };
    let images: Images = new Map();
    let host = await open();
    for (let life = 0; life < LIVES; life++) {
      for (let step = 0; step < STEPS; step++) {
        const { run, after } = anyStep(random, images, 10 * life + step);
        await run(host);
        images = after;
      }
      const last = anyStep(random, images, 10 * life + STEPS);
      const ended = last.run(host).then(
        () => undefined,
        () => undefined,
      );
      for (let turns = random.below(3); turns > 0; turns--) await new Promise((next) => setImmediate(next));
      disk.crash();
      await ended;
      host = await open();
      assert.deepEqual(host.damaged, [], `seed ${seed}`);
      const names = new Set(host.images());
      const isThere = names.has(last.name);
      if (isThere !== images.has(last.name)) interrupted++;
      const expected = new Map(images);
      const touched = images.get(last.name) ?? last.after.get(last.name);
      if (isThere && touched) expected.set(last.name, touched);
      else expected.delete(last.name);
      assert.deepEqual([...names].sort(), [...expected.keys()].sort(), `seed ${seed}`);
      for (const [name, image] of expected) {
        const found = await contentOf(host, name, image);
        const isChanging = name === last.name && images.has(name) && last.after.has(name);
        for (const [index, byte] of image.blocks.entries()) {
          // A block whose write was cut off is the old one, the new one, or some sectors of each.
          if (isChanging && last.after.get(name)?.blocks[index] !== byte) continue;
          assert.equal(found[index], byte, `seed ${seed}: block ${index} of ${name}`);
        }
        if (!isChanging) continue;
        await last.run(host);
        expected.set(name, last.after.get(name) as Image);
      }
      images = expected;
    }
    // Space is neither lost nor given out twice: what is left can all be deleted, and leaves nothing.
    for (const [name, { kind }] of images) {
      await (kind === 'volume' ? host.deleteVolume(name) : host.deleteSnapshot(name));
    }
    disk.crash();
    await open();
    assert.deepEqual(disk.list(DIRECTORY), [], `seed ${seed}`);
  }
  assert.ok(interrupted > SEEDS / 10, `${interrupted} calls were cut off and left something`);
});
