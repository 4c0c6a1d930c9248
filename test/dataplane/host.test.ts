import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { WorkerBlockHost } from '../../src/dataplane/block-host.ts';
import { type BlockHostOptions, createBlockHost } from '../../src/dataplane/create-block-host.ts';
import type { BlockDevice, StretchVisitor } from '../../src/dataplane/device/device.ts';
import { BlockFailure, type BlockFailureCode } from '../../src/dataplane/failure.ts';
import { copyBlocks } from '../../src/dataplane/volume/snapshot-blocks.ts';
import type { BlockHost } from '../../src/invoke/ports/hosts.ts';
import { systemEntropy, systemTurns } from '../../src/platform/node/index.ts';
import { NbdClient, socketOf } from './nbd-client.ts';

const MiB = 1024 * 1024;
const BLOCK_BYTES = 524_288;

const root = mkdtempSync(join(tmpdir(), 'latchkey-host-'));
after(() => rmSync(root, { recursive: true }));

let directories = 0;
const newDirectory = () => join(root, String(directories++));

async function withHost(
  options: Partial<BlockHostOptions>,
  work: (host: WorkerBlockHost) => Promise<void>,
): Promise<void> {
  const host = await createBlockHost({ directory: undefined, entropy: systemEntropy(), ...options });
  try {
    await work(host satisfies BlockHost);
  } finally {
    await host.close();
  }
}

/** Attaches, works on the volume over NBD, and detaches. */
async function withVolume<Result>(
  host: WorkerBlockHost,
  volumeId: string,
  key: Buffer | undefined,
  work: (client: NbdClient) => Promise<Result>,
): Promise<Result> {
  const { nbdUri } = await host.attach(volumeId, key && Buffer.from(key));
  const client = await NbdClient.open(nbdUri);
  try {
    return await work(client);
  } finally {
    await client.close();
    await host.detach(volumeId);
  }
}

const failsWith = (code: BlockFailureCode) => (error: unknown) =>
  error instanceof BlockFailure && error.code === code;

const lineagesIn = (directory: string) => readdirSync(directory).filter((name) => name !== 'sockets');

function allBytes(directory: string): Buffer {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  assert.ok(files.length > 0);
  return Buffer.concat(files.map((file) => readFileSync(join(file.parentPath, file.name))));
}

describe('the block host', () => {
  test('keeps at its end what was written and nobody flushed, of volumes that are attached still', async () => {
    const directory = newDirectory();
    const text = Buffer.alloc(10_000, 'not flushed ');
    await withHost({ directory }, async (host) => {
      await host.createVolume({ volumeId: 'vol-1', sizeBytes: MiB, encrypted: false });
      const client = await NbdClient.open((await host.attach('vol-1')).nbdUri);
      await client.write(100, text);
      await client.close();
    });
    await withHost({ directory }, async (host) => {
      const found = await withVolume(host, 'vol-1', undefined, (client) => client.read(100, text.length));
      assert.ok(found.equals(text));
    });
  });

  test('an encrypted volume is there after a restart, and only for its own key', async () => {
    const directory = newDirectory();
    const key = randomBytes(64);
    const text = Buffer.alloc(3 * 4096 + 100, 'the quick brown fox ');
    await withHost({ directory }, async (host) => {
      await host.createVolume({ volumeId: 'vol-1', sizeBytes: 8 * MiB, encrypted: true });
      await withVolume(host, 'vol-1', key, (client) => client.write(4096, text));
    });
    assert.deepEqual(readdirSync(directory).length, 1, 'the sockets are gone');
    await withHost({ directory }, async (host) => {
      await assert.rejects(host.attach('vol-1', randomBytes(64)), failsWith('WrongKey'));
      await assert.rejects(host.attach('vol-1'), failsWith('WrongKey'));
      await assert.rejects(host.attach('vol-1', randomBytes(32)), failsWith('WrongKey'));
      const found = await withVolume(host, 'vol-1', key, (client) => client.read(4096, text.length));
      assert.ok(found.equals(text));
    });
  });

  test('what lies on disk is ciphertext for an encrypted volume, its snapshots and copies, and plaintext otherwise', async () => {
    const pattern = Buffer.from('PLAINTEXT-PATTERN-');
    const text = Buffer.alloc(MiB, pattern);
    for (const encrypted of [true, false]) {
      const directory = newDirectory();
      const key = encrypted ? randomBytes(64) : undefined;
      const copyKey = encrypted ? randomBytes(64) : undefined;
      await withHost({ directory }, async (host) => {
        await host.createVolume({ volumeId: 'vol-1', sizeBytes: 4 * MiB, encrypted });
        await withVolume(host, 'vol-1', key, async (client) => {
          await client.write(0, text);
          await client.write(2 * MiB + 7, text.subarray(0, 1000));
        });
        await host.createSnapshot({ snapshotId: 'snap-1', volumeId: 'vol-1' });
        await host.copySnapshot({
          sourceSnapshotId: 'snap-1',
          snapshotId: 'snap-2',
          sourceKey: key && Buffer.from(key),
          targetKey: copyKey && Buffer.from(copyKey),
        });
      });
      const bytes = allBytes(directory);
      assert.ok(bytes.length > 2 * MiB);
      assert.equal(bytes.includes(pattern), !encrypted);
      for (const secret of [key, copyKey]) {
        if (secret !== undefined) assert.ok(!bytes.includes(secret.subarray(0, 16)));
      }
    }
  });

  test("a data key leaves the caller's buffer, whatever comes of the call", async () => {
    await withHost({}, async (host) => {
      await host.createVolume({ volumeId: 'vol-1', sizeBytes: MiB, encrypted: true });
      await host.startSnapshot({ snapshotId: 'snap-1', sizeBytes: MiB, encrypted: true });
      const keys: Buffer[] = [];
      const key = (bytes = 64) => {
        keys.push(randomBytes(bytes));
        return keys.at(-1)!;
      };
      const block = Buffer.alloc(BLOCK_BYTES);
      const copy = (sourceSnapshotId: string, snapshotId: string, bytes?: number) =>
        host.copySnapshot({ sourceSnapshotId, snapshotId, sourceKey: key(), targetKey: key(bytes) });
      await host.attach('vol-1', key());
      const refused: [BlockFailureCode, () => Promise<unknown>][] = [
        ['InUse', () => host.attach('vol-1', key())],
        ['NotFound', () => host.attach('vol-none', key())],
        ['WrongKey', () => host.attach('vol-1', key(32))],
        ['NotFound', () => host.readBlock('snap-none', 0, key())],
        ['NotFound', () => host.writeBlock('snap-none', 0, block, key())],
        ['InvalidRequest', () => host.writeBlock('snap-1', 0, block.subarray(1), key())],
        ['NotFound', () => copy('snap-none', 'snap-2')],
        ['Exists', () => copy('snap-1', 'snap-1')],
        ['InvalidRequest', () => copy('snap-1', '')],
        ['WrongKey', () => copy('snap-1', 'snap-2', 32)],
      ];
      const isEmpty = (each: Buffer) => each.every((byte) => byte === 0);
      for (const [code, call] of refused) {
        const answer = call();
        if (code !== 'WrongKey') assert.ok(isEmpty(keys.at(-1)!), 'at once');
        await assert.rejects(answer, failsWith(code));
      }
      for (const key of keys) assert.ok(isEmpty(key));
    });
  });

  test('a snapshot is a point in time, shares its blocks, and makes volumes that are independent', async () => {
    const directory = newDirectory();
    const key = randomBytes(64);
    await withHost({ directory }, async (host) => {
      await host.createVolume({ volumeId: 'vol-1', sizeBytes: 4 * MiB, encrypted: true });
      const before = Buffer.alloc(2 * MiB, 1);
      await withVolume(host, 'vol-1', key, async (client) => {
        await client.write(0, before);
        await host.createSnapshot({ snapshotId: 'snap-1', volumeId: 'vol-1' });
        await client.write(MiB, Buffer.alloc(4096, 2));
      });
      assert.ok(allBytes(directory).length < 2.5 * MiB, 'the snapshot holds no blocks of its own');
      await host.createVolume({
        volumeId: 'vol-2',
        sizeBytes: 8 * MiB,
        encrypted: true,
        snapshotId: 'snap-1',
      });
      await host.deleteSnapshot('snap-1');
      await host.deleteVolume('vol-1');
      await withVolume(host, 'vol-2', key, async (client) => {
        assert.equal(client.sizeBytes, 8 * MiB);
        assert.ok((await client.read(0, 2 * MiB)).equals(before));
        assert.ok((await client.read(2 * MiB, 6 * MiB)).equals(Buffer.alloc(6 * MiB)));
      });
    });
  });

  test('a snapshot holds what had been written when it was asked for, while writes go on', async () => {
    await withHost({}, async (host) => {
      await host.createVolume({ volumeId: 'vol-1', sizeBytes: MiB, encrypted: false });
      await withVolume(host, 'vol-1', undefined, async (client) => {
        // Each round writes its number to the first unit and then to the last one.
        let isOver = false;
        const writing = (async () => {
          for (let round = 1; !isOver; round = (round % 250) + 1) {
            await client.write(0, Buffer.alloc(4096, round));
            await client.write(MiB - 4096, Buffer.alloc(4096, round));
          }
        })();
        for (let count = 0; count < 20; count++) {
          await host.createSnapshot({ snapshotId: `snap-${count}`, volumeId: 'vol-1' });
        }
        isOver = true;
        await writing;
      });
      for (let count = 0; count < 20; count++) {
        const [first, last] = await Promise.all(
          [0, 1].map((index) => host.readBlock(`snap-${count}`, index)),
        );
        const ahead = (first?.[0] ?? 0) - (last?.[BLOCK_BYTES - 1] ?? 0);
        assert.ok([0, 1, -249].includes(ahead), `a snapshot mixes rounds: ${ahead}`);
        assert.ok(
          first?.subarray(0, 4096).every((byte) => byte === first[0]),
          'a unit is torn',
        );
      }
    });
  });

  test('a volume is grown while it is attached, and never shrunk', async () => {
    await withHost({}, async (host) => {
      await host.createVolume({ volumeId: 'vol-1', sizeBytes: MiB, encrypted: false });
      const { nbdUri } = await host.attach('vol-1');
      await host.resizeVolume('vol-1', 3 * MiB);
      const client = await NbdClient.open(nbdUri);
      assert.equal(client.sizeBytes, 3 * MiB);
      await client.write(3 * MiB - 4096, Buffer.alloc(4096, 1));
      await client.close();
      await assert.rejects(host.resizeVolume('vol-1', MiB), failsWith('InvalidRequest'));
      assert.equal(await host.createSnapshot({ snapshotId: 'snap-0', volumeId: 'vol-1' }), 3 * MiB);
      // A snapshot that is asked for while the volume grows is of the grown volume, and says so.
      const growth = host.resizeVolume('vol-1', 4 * MiB);
      assert.equal(await host.createSnapshot({ snapshotId: 'snap-1', volumeId: 'vol-1' }), 4 * MiB);
      await growth;
      await host.createVolume({
        volumeId: 'vol-2',
        sizeBytes: 4 * MiB,
        encrypted: false,
        snapshotId: 'snap-1',
      });
    });
  });

  test('what is attached cannot be deleted, and a name is taken once', async () => {
    await withHost({}, async (host) => {
      const volume = { volumeId: 'vol-1', sizeBytes: MiB, encrypted: false };
      await host.createVolume(volume);
      await assert.rejects(host.createVolume(volume), failsWith('Exists'));
      const { nbdUri } = await host.attach('vol-1');
      assert.deepEqual(await host.attachments(), [{ volumeId: 'vol-1', nbdUri }]);
      await assert.rejects(host.deleteVolume('vol-1'), failsWith('InUse'));
      await host.detach('vol-1');
      assert.deepEqual(await host.attachments(), []);
      assert.equal(existsSync(socketOf(nbdUri)), false);
      await host.deleteVolume('vol-1');
      await assert.rejects(host.attach('vol-1'), failsWith('NotFound'));
    });
  });

  test('names that would leave the directory, and sizes that are none, are refused', async () => {
    await withHost({}, async (host) => {
      for (const volumeId of ['../vol', '', 'vol/1', '.', 'v'.repeat(65)]) {
        const created = host.createVolume({ volumeId, sizeBytes: MiB, encrypted: false });
        await assert.rejects(created, failsWith('InvalidRequest'), volumeId);
      }
      for (const sizeBytes of [0, -4096, 1000]) {
        const created = host.createVolume({ volumeId: 'vol-1', sizeBytes, encrypted: false });
        await assert.rejects(created, failsWith('InvalidRequest'));
      }
    });
  });

  test('what is not there is named as what was looked for', async () => {
    await withHost({}, async (host) => {
      await host.createVolume({ volumeId: 'vol-1', sizeBytes: MiB, encrypted: false });
      const looks: [string, () => Promise<unknown>][] = [
        ['volume snap-1', () => host.attach('snap-1')],
        ['volume none', () => host.createSnapshot({ snapshotId: 'snap-2', volumeId: 'none' })],
        ['snapshot vol-1', () => host.readBlock('vol-1', 0)],
        ['snapshot none', () => host.deleteSnapshot('none')],
        [
          'image none',
          () =>
            host.createVolume({ volumeId: 'vol-2', sizeBytes: MiB, encrypted: false, snapshotId: 'none' }),
        ],
      ];
      for (const [what, look] of looks)
        await assert.rejects(look(), { code: 'NotFound', message: `There is no ${what}.` });
    });
  });

  test('blocks are shared only among the encrypted, or among what is plain', async () => {
    await withHost({}, async (host) => {
      for (const encrypted of [true, false]) {
        const [volumeId, snapshotId] = [`vol-${encrypted}`, `snap-${encrypted}`];
        await host.createVolume({ volumeId, sizeBytes: MiB, encrypted });
        await host.createSnapshot({ snapshotId, volumeId });
        const made = { volumeId: 'vol-new', sizeBytes: MiB, encrypted: !encrypted, snapshotId };
        await assert.rejects(host.createVolume(made), failsWith('InvalidRequest'));
        const started = { snapshotId: 'snap-new', sizeBytes: MiB, encrypted: !encrypted };
        await assert.rejects(
          host.startSnapshot({ ...started, parentSnapshotId: snapshotId }),
          failsWith('InvalidRequest'),
        );
      }
    });
  });

  test('deleting the last image of a lineage leaves nothing on disk', async () => {
    const directory = newDirectory();
    await withHost({ directory }, async (host) => {
      await host.createVolume({ volumeId: 'vol-1', sizeBytes: MiB, encrypted: false });
      await host.createSnapshot({ snapshotId: 'snap-1', volumeId: 'vol-1' });
      await host.deleteVolume('vol-1');
      assert.equal(lineagesIn(directory).length, 1);
      await host.deleteSnapshot('snap-1');
      assert.deepEqual(lineagesIn(directory), []);
    });
  });
});

describe('snapshots by blocks of 512 KiB', () => {
  test('are filled, listed and read back under their data key', async () => {
    for (const encrypted of [true, false]) {
      const key = () => (encrypted ? Buffer.alloc(64, 1).fill(2, 32) : undefined);
      await withHost({}, async (host) => {
        await host.startSnapshot({ snapshotId: 'snap-1', sizeBytes: 1024 * MiB, encrypted });
        for (const index of [2047, 0, 5]) {
          await host.writeBlock('snap-1', index, Buffer.alloc(BLOCK_BYTES, index + 1), key());
        }
        assert.deepEqual(await host.listBlocks('snap-1', -1, 100), [0, 5, 2047]);
        assert.deepEqual(await host.listBlocks('snap-1', 0, 1), [5]);
        const block = await host.readBlock('snap-1', 5, key());
        assert.ok(Buffer.from(block).equals(Buffer.alloc(BLOCK_BYTES, 6)));
        const hole = await host.readBlock('snap-1', 6, key());
        assert.ok(Buffer.from(hole).equals(Buffer.alloc(BLOCK_BYTES)));
        for (const index of [2048, -1]) {
          await assert.rejects(host.readBlock('snap-1', index, key()), failsWith('InvalidRequest'));
        }
        const short = host.writeBlock('snap-1', 0, Buffer.alloc(4096), key());
        await assert.rejects(short, failsWith('InvalidRequest'));
      });
    }
  });

  test('are listed from any block on, however far apart those with data are, and the last may be a part', async () => {
    await withHost({}, async (host) => {
      const sizeBytes = 1024 * BLOCK_BYTES + 4096;
      await host.startSnapshot({ snapshotId: 'snap-1', sizeBytes, encrypted: false });
      const block = (byte: number) => Buffer.alloc(BLOCK_BYTES, byte);
      for (const index of [130, 1024]) await host.writeBlock('snap-1', index, block(1));
      await host.startSnapshot({
        snapshotId: 'snap-2',
        sizeBytes,
        encrypted: false,
        parentSnapshotId: 'snap-1',
      });
      for (const index of [300, 130]) await host.writeBlock('snap-2', index, block(2));
      for (const after of [-1, 0, 5, 127, 128, 129, 130, 131, 299, 300, 1022, 1023, 1024, 2000]) {
        const beyond = (...indexes: number[]) => indexes.filter((index) => index > after);
        assert.deepEqual(await host.listBlocks('snap-1', after, 9), beyond(130, 1024), `${after}`);
        assert.deepEqual(await host.listBlocks('snap-2', after, 9), beyond(130, 300, 1024), `${after}`);
        for (const [one, other] of [
          ['snap-1', 'snap-2'],
          ['snap-2', 'snap-1'],
        ] as const) {
          const changed = await host.changedBlocks(one, other, after, 9);
          assert.deepEqual(
            changed.map(({ index }) => index),
            beyond(130, 300),
            `${one} to ${other} after ${after}`,
          );
        }
      }
      await host.copySnapshot({ sourceSnapshotId: 'snap-2', snapshotId: 'snap-3' });
      for (const [index, byte] of [
        [130, 2],
        [300, 2],
        [1024, 1],
      ] as const) {
        const expected = Buffer.alloc(BLOCK_BYTES);
        expected.fill(byte, 0, index === 1024 ? 4096 : undefined);
        assert.ok(Buffer.from(await host.readBlock('snap-3', index)).equals(expected), `${index}`);
      }
    });
  });

  test('a block of which the first unit alone was written, twice, has changed', async () => {
    await withHost({}, async (host) => {
      await host.createVolume({ volumeId: 'vol-1', sizeBytes: MiB, encrypted: false });
      await withVolume(host, 'vol-1', undefined, async (client) => {
        for (const snapshotId of ['snap-1', 'snap-2']) {
          await client.write(0, Buffer.alloc(4096, 1));
          await host.createSnapshot({ snapshotId, volumeId: 'vol-1' });
        }
      });
      const changed = { index: 0, inFirst: true, inSecond: true };
      assert.deepEqual(await host.changedBlocks('snap-1', 'snap-2', -1, 9), [changed]);
    });
  });

  test('a copy says each percent once, in turns of their own', async () => {
    const device = {
      sizeBytes: 200 * BLOCK_BYTES,
      visitStretches: (offset: number, length: number, visit: StretchVisitor) => visit(offset, length, false),
    } as unknown as BlockDevice;
    let turns = 0;
    const counting = {
      next(callback: () => void) {
        turns++;
        return systemTurns.next(callback);
      },
    };
    const said: [percent: number, turns: number][] = [];
    const indexes = Array.from({ length: 200 }, (_, index) => index);
    await copyBlocks(device, device, indexes, counting, (percent) => said.push([percent, turns]));
    assert.deepEqual(
      said,
      Array.from({ length: 100 }, (_, index) => [index + 1, 2 * index + 1]),
    );
  });

  test('tell what changed between two of a lineage, and refuse to compare strangers', async () => {
    await withHost({}, async (host) => {
      await host.createVolume({ volumeId: 'vol-1', sizeBytes: 8 * MiB, encrypted: false });
      await withVolume(host, 'vol-1', undefined, async (client) => {
        for (const block of [1, 2, 3]) await client.write(block * BLOCK_BYTES, Buffer.alloc(4096, 1));
        await host.createSnapshot({ snapshotId: 'snap-1', volumeId: 'vol-1' });
        await client.write(2 * BLOCK_BYTES + 8192, Buffer.alloc(512, 2));
        await client.write(9 * BLOCK_BYTES, Buffer.alloc(512, 2));
        await client.request(4, { offset: 3 * BLOCK_BYTES, length: BLOCK_BYTES });
        await host.createSnapshot({ snapshotId: 'snap-2', volumeId: 'vol-1' });
      });
      assert.deepEqual(await host.changedBlocks('snap-1', 'snap-2', -1, 100), [
        { index: 2, inFirst: true, inSecond: true },
        { index: 3, inFirst: true, inSecond: false },
        { index: 9, inFirst: false, inSecond: true },
      ]);
      assert.deepEqual(await host.changedBlocks('snap-1', 'snap-2', 2, 1), [
        { index: 3, inFirst: true, inSecond: false },
      ]);
      assert.deepEqual(
        (await host.changedBlocks(undefined, 'snap-2', -1, 100)).map(({ index }) => index),
        [1, 2, 9],
      );
      await host.startSnapshot({ snapshotId: 'snap-3', sizeBytes: 8 * MiB, encrypted: false });
      await assert.rejects(host.changedBlocks('snap-1', 'snap-3', -1, 100), failsWith('Unrelated'));
      await host.startSnapshot({
        snapshotId: 'snap-4',
        sizeBytes: 8 * MiB,
        encrypted: false,
        parentSnapshotId: 'snap-2',
      });
      await host.writeBlock('snap-4', 0, Buffer.alloc(BLOCK_BYTES, 4));
      assert.deepEqual(await host.changedBlocks('snap-2', 'snap-4', -1, 100), [
        { index: 0, inFirst: false, inSecond: true },
      ]);
      assert.deepEqual(await host.listBlocks('snap-2', -1, 100), [1, 2, 9], 'the parent is as it was');
    });
  });

  test('a copy of as many blocks as there are percents reports each of them', async () => {
    await withHost({}, async (host) => {
      const sizeBytes = 200 * BLOCK_BYTES;
      await host.startSnapshot({ snapshotId: 'snap-1', sizeBytes, encrypted: false });
      for (let index = 0; index < 200; index += 2)
        await host.writeBlock('snap-1', index, Buffer.alloc(BLOCK_BYTES, 1));
      const percents: number[] = [];
      const progress = (percent: number) => percents.push(percent);
      await host.copySnapshot({ sourceSnapshotId: 'snap-1', snapshotId: 'snap-2', progress });
      assert.deepEqual(
        percents,
        Array.from({ length: 100 }, (_, at) => at + 1),
      );
    });
  });

  test('a copy is under another key, reports progress, and is no part of its source', async () => {
    const directory = newDirectory();
    const [oldKey, newKey] = [randomBytes(64), randomBytes(64)];
    const content = randomBytes(5 * MiB);
    await withHost({ directory }, async (host) => {
      await host.createVolume({ volumeId: 'vol-1', sizeBytes: 16 * MiB, encrypted: true });
      await withVolume(host, 'vol-1', oldKey, (client) => client.write(3 * MiB, content));
      await host.createSnapshot({ snapshotId: 'snap-1', volumeId: 'vol-1' });
      const percents: number[] = [];
      const copy = { sourceSnapshotId: 'snap-1', snapshotId: 'snap-2' };
      const keys = () => ({ sourceKey: Buffer.from(oldKey), targetKey: Buffer.from(newKey) });
      await host.copySnapshot({ ...copy, ...keys(), progress: (percent) => percents.push(percent) });
      assert.equal(percents.at(-1), 100);
      assert.ok(percents.length >= 10 && percents.every((percent, i) => percent > (percents[i - 1] ?? 0)));
      const wrong = { ...keys(), sourceKey: randomBytes(64), snapshotId: 'snap-3' };
      await assert.rejects(host.copySnapshot({ ...copy, ...wrong }), failsWith('WrongKey'));
      assert.equal(lineagesIn(directory).length, 2, 'a copy that failed leaves nothing');
      await host.deleteSnapshot('snap-1');
      await host.deleteVolume('vol-1');
    });
    await withHost({ directory }, async (host) => {
      await host.createVolume({
        volumeId: 'vol-2',
        sizeBytes: 16 * MiB,
        encrypted: true,
        snapshotId: 'snap-2',
      });
      await assert.rejects(host.attach('vol-2', Buffer.from(oldKey)), failsWith('WrongKey'));
      await withVolume(host, 'vol-2', newKey, async (client) => {
        assert.ok((await client.read(3 * MiB, content.length)).equals(content));
      });
    });
  });
});
