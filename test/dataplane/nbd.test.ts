import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import type { WorkerBlockHost } from '../../src/dataplane/block-host.ts';
import { createBlockHost } from '../../src/dataplane/create-block-host.ts';
import {
  COMMAND,
  COMMAND_FLAG,
  NBD_ERROR,
  OPTION,
  OPTION_REPLY,
  REPLY_TYPE,
} from '../../src/dataplane/nbd/protocol.ts';
import { systemEntropy } from '../../src/platform/node/index.ts';
import { goData, metaContextQuery, NbdClient, socketOf } from './nbd-client.ts';

const MiB = 1024 * 1024;

describe('the NBD server', () => {
  let host: WorkerBlockHost;
  let nbdUri = '';

  before(async () => {
    host = await createBlockHost({ directory: undefined, entropy: systemEntropy() });
    await host.createVolume({ volumeId: 'vol-1', sizeBytes: 64 * MiB, encrypted: true });
    ({ nbdUri } = await host.attach('vol-1', randomBytes(64)));
  });
  after(() => host.close());

  async function withClient(work: (client: NbdClient) => Promise<void>, options = {}): Promise<void> {
    const client = await NbdClient.open(nbdUri, options);
    try {
      await work(client);
    } finally {
      await client.close();
    }
  }

  /** The server still serves others: a garbled client is nobody else's problem. */
  async function assertAlive(): Promise<void> {
    await withClient(async (client) => {
      await client.write(63 * MiB, Buffer.alloc(512, 3));
      assert.ok((await client.read(63 * MiB, 512)).equals(Buffer.alloc(512, 3)));
    });
  }

  test('haggles as fixed newstyle: list, info, unknown exports and options, contexts', async () => {
    const client = new NbdClient(connect(socketOf(nbdUri)));
    await client.greet();
    const list = await client.option(OPTION.list);
    assert.equal(list[0]?.data.subarray(4).toString(), 'vol-1');
    assert.equal((await client.option(OPTION.info, goData('other')))[0]?.type, OPTION_REPLY.unknown);
    assert.equal((await client.option(OPTION.go, Buffer.alloc(3)))[0]?.type, OPTION_REPLY.invalid);
    assert.equal((await client.option(4711))[0]?.type, OPTION_REPLY.unsupported);
    assert.equal((await client.option(OPTION.startTls))[0]?.type, OPTION_REPLY.unsupported);
    const early = await client.option(OPTION.setMetaContext, metaContextQuery('', 'base:allocation'));
    assert.equal(early[0]?.type, OPTION_REPLY.invalid, 'contexts need structured replies');
    await client.option(OPTION.structuredReply);
    const contexts = await client.option(OPTION.listMetaContext, metaContextQuery('vol-1'));
    assert.equal(contexts[0]?.data.subarray(4).toString(), 'base:allocation');
    const foreign = await client.option(OPTION.setMetaContext, metaContextQuery('', 'qemu:dirty-bitmap:x'));
    assert.deepEqual(
      foreign.map(({ type }) => type),
      [OPTION_REPLY.ack],
    );
    await client.go('vol-1');
    assert.equal(client.sizeBytes, 64 * MiB);
    const unasked = await client.request(COMMAND.blockStatus, { length: 4096 });
    assert.equal(unasked.error, NBD_ERROR.invalid, 'no context was agreed on');
    await client.close();
  });

  test('reads what was written at any offset and length, with simple and structured replies', async () => {
    for (const structured of [true, false]) {
      await withClient(
        async (client) => {
          const model = await client.read(0, MiB);
          const access = fc.record({
            offset: fc.nat(MiB - 1),
            length: fc.oneof(fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 1, max: 300_000 })),
            byte: fc.nat(255),
            isAligned: fc.boolean(),
          });
          await fc.assert(
            fc.asyncProperty(fc.array(access, { minLength: 1, maxLength: 12 }), async (accesses) => {
              for (const { offset, length, byte, isAligned } of accesses) {
                const start = isAligned ? offset - (offset % 4096) : offset;
                const bytes = Buffer.alloc(Math.min(length, MiB - start), byte);
                bytes.copy(model, start);
                await client.write(start, bytes);
              }
              const ranges = accesses.map(
                ({ offset, length }) => [offset, Math.min(length, MiB - offset)] as const,
              );
              const found = await Promise.all(ranges.map((range) => client.read(...range)));
              found.forEach((bytes, index) => {
                const [offset, length] = ranges[index] as readonly [number, number];
                assert.ok(bytes.equals(model.subarray(offset, offset + length)));
              });
            }),
            { numRuns: 40 },
          );
        },
        { structured },
      );
    }
  });

  test('carries out many requests at once, small parts of the same unit included', async () => {
    await withClient(async (client) => {
      const sectors = Array.from({ length: 512 }, (_, index) => index);
      await Promise.all(
        sectors.map((index) => client.write(2 * MiB + 512 * index, Buffer.alloc(512, index))),
      );
      const found = await Promise.all(sectors.map((index) => client.read(2 * MiB + 512 * index, 512)));
      found.forEach((bytes, index) => {
        assert.ok(bytes.equals(Buffer.alloc(512, index)), `sector ${index}`);
      });
    });
  });

  test('answers all that came in one read of the socket, though the replies are far more than the socket takes', async () => {
    await withClient(async (client) => {
      const part = 32 * 1024;
      const model = randomBytes(MiB);
      await client.write(0, model);
      client.socket.cork();
      const reads = Array.from({ length: 700 }, (_, index) => client.read((index % 32) * part, part));
      client.socket.uncork();
      (await Promise.all(reads)).forEach((bytes, index) => {
        assert.ok(bytes.equals(model.subarray((index % 32) * part, ((index % 32) + 1) * part)));
      });
    });
  });

  test('answers a write that ends where a full read of the socket does', async () => {
    await withClient(async (client) => {
      const bytes = randomBytes(256 * 1024 - 28);
      for (let times = 0; times < 20; times++) await client.write(times, bytes);
      assert.ok((await client.read(19, bytes.length)).equals(bytes));
    });
  });

  test('answers all that was asked by a client that takes its replies late', async () => {
    const client = await NbdClient.open(nbdUri);
    client.socket.pause();
    const length = 256 * 1024;
    const reads = Array.from({ length: 64 }, () => client.read(0, length));
    // What it has asked and was not yet looked at is kept, whatever others say.
    await withClient((other) => other.write(32 * MiB, Buffer.alloc(MiB, 0xff)));
    client.socket.resume();
    for (const bytes of await Promise.all(reads)) assert.equal(bytes.length, length);
    client.socket.destroy();
  });

  test('a write on one connection is read on another, and any of them may flush it', async () => {
    await withClient((one) =>
      withClient(async (other) => {
        await one.write(4 * MiB, Buffer.alloc(8192, 9));
        await other.flush();
        assert.ok((await other.read(4 * MiB, 8192)).equals(Buffer.alloc(8192, 9)));
      }),
    );
  });

  test('tells what is allocated; trim and write-zeroes make holes that read as zeros', async () => {
    await withClient(async (client) => {
      const base = 16 * MiB;
      const status = async (flags = 0) => {
        const { data } = await client.request(COMMAND.blockStatus, { offset: base, length: MiB, flags });
        const words = Array.from({ length: data.length / 4 - 1 }, (_, index) =>
          data.readUInt32BE(4 * index + 4),
        );
        return words.map((word, index) => (index % 2 === 0 ? word : word === 0));
      };
      await client.write(base, Buffer.alloc(MiB, 1));
      assert.deepEqual(await status(), [MiB, true]);
      await client.request(COMMAND.trim, { offset: base + 4096, length: 8192 });
      await client.request(COMMAND.writeZeroes, { offset: base + 65_000, length: 10_000 });
      assert.ok((await client.read(base + 65_000, 10_000)).equals(Buffer.alloc(10_000)));
      assert.equal((await client.read(base + 64_999, 1))[0], 1);
      assert.equal((await client.read(base + 75_000, 1))[0], 1);
      await client.request(COMMAND.writeZeroes, { offset: base + 300_000, length: 100 });
      const around = Buffer.concat([Buffer.of(1), Buffer.alloc(100), Buffer.of(1)]);
      assert.deepEqual(await client.read(base + 299_999, 102), around, 'within a unit');
      assert.deepEqual(await status(), [
        ...[4096, true, 8192, false, 53_248, true, 8192, false],
        ...[MiB - 73_728, true],
      ]);
      assert.deepEqual(await status(COMMAND_FLAG.oneExtent), [4096, true]);
      const zeroes = { offset: base, length: MiB, flags: COMMAND_FLAG.noHole };
      assert.equal((await client.request(COMMAND.writeZeroes, zeroes)).error, 0);
      assert.deepEqual(await status(), [MiB, true], 'NO_HOLE keeps the space');
      assert.ok((await client.read(base, MiB)).equals(Buffer.alloc(MiB)));
      await client.request(COMMAND.trim, { offset: base, length: MiB });
      const hole = await client.request(COMMAND.read, { offset: base, length: MiB });
      assert.equal(hole.type, REPLY_TYPE.offsetHole);
    });
  });

  test('a large read comes in pieces, unless the client wants it whole', async () => {
    await withClient(async (client) => {
      const content = randomBytes(MiB);
      await client.write(24 * MiB, content);
      for (const flags of [0, COMMAND_FLAG.dontFragment]) {
        const range = { offset: 24 * MiB, length: MiB, flags };
        const { data, chunks } = await client.request(COMMAND.read, range);
        assert.equal(chunks, flags === 0 ? 8 : 1);
        assert.ok(data.equals(content));
      }
    });
  });

  test('refuses what is out of range, empty, too long or unknown, and goes on', async () => {
    await withClient(async (client) => {
      const size = client.sizeBytes;
      const refusals: [number, { offset?: number; length?: number }, Buffer | undefined, number][] = [
        [COMMAND.read, { offset: size, length: 1 }, undefined, NBD_ERROR.invalid],
        [COMMAND.read, { offset: 2 ** 63, length: 4096 }, undefined, NBD_ERROR.invalid],
        [COMMAND.read, { length: 33 * MiB }, undefined, NBD_ERROR.overflow],
        [COMMAND.read, { length: 0 }, undefined, NBD_ERROR.invalid],
        [COMMAND.write, { offset: size - 1, length: 2 }, Buffer.alloc(2), NBD_ERROR.noSpace],
        [COMMAND.write, { length: 33 * MiB }, Buffer.alloc(33 * MiB), NBD_ERROR.overflow],
        [COMMAND.trim, { offset: size - 4096, length: 8192 }, undefined, NBD_ERROR.invalid],
        [COMMAND.writeZeroes, { offset: size, length: 1 }, undefined, NBD_ERROR.noSpace],
        [COMMAND.cache, { length: 4096 }, undefined, NBD_ERROR.invalid],
        [99, { length: 4096 }, undefined, NBD_ERROR.invalid],
      ];
      for (const [command, range, payload, error] of refusals) {
        assert.equal((await client.request(command, range, payload)).error, error, `command ${command}`);
      }
      await client.write(size - 4096, Buffer.alloc(4096, 8));
      assert.equal((await client.read(size - 1, 1))[0], 8);
    });
  });

  /** A few bytes at a time, each in a turn of its own. */
  function inCrumbs(socket: Socket): Socket {
    const write = socket.write.bind(socket);
    let last: Promise<unknown> = Promise.resolve();
    const writeCrumbs = (bytes: Buffer) => {
      for (let at = 0; at < bytes.length; at += 613) {
        last = last.then(() => {
          write(bytes.subarray(at, at + 613));
          return new Promise((resolve) => setImmediate(resolve));
        });
      }
      return true;
    };
    socket.write = writeCrumbs as typeof socket.write;
    return socket.setNoDelay(true);
  }

  test('takes what comes in crumbs, cut anywhere, while others speak', async () => {
    const offsets = [20 * MiB + 17, 21 * MiB + 5, 22 * MiB];
    await Promise.all(
      offsets.map(async (offset) => {
        const client = new NbdClient(inCrumbs(connect(socketOf(nbdUri))));
        await client.greet();
        // Longer than a crumb, so that half of it waits for the rest.
        const option = await client.option(4711, Buffer.alloc(4000, 1));
        assert.equal(option[0]?.type, OPTION_REPLY.unsupported);
        await client.go('vol-1');
        const content = randomBytes(9000);
        const written = client.write(offset, content);
        await client.request(COMMAND.flush, {});
        await written;
        assert.ok((await client.read(offset, 9000)).equals(content));
        await client.close();
      }),
    );
  });

  test('cuts off garbage, in the handshake and after it, and serves the others', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 30, maxLength: 300 }),
        fc.boolean(),
        async (noise, isLate) => {
          const socket = connect(socketOf(nbdUri));
          socket.on('error', () => {});
          const client = isLate ? await NbdClient.open(nbdUri) : undefined;
          const victim = client?.socket ?? socket;
          victim.resume();
          // Not by chance a valid start.
          noise[0] = 0xff;
          victim.end(noise);
          await once(victim, 'close');
          socket.destroy();
        },
      ),
      { numRuns: 30 },
    );
    await assertAlive();
  });

  test('leaves no connection open of clients that have said goodbye, in the handshake or after it', {
    skip: existsSync('/proc/self/fd') ? false : 'the open files of a process are not seen here',
  }, async () => {
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    for (let n = 0; n < 20; n++) {
      await withClient((client) => client.read(0, 4096).then(() => undefined));
      const hesitant = new NbdClient(connect(socketOf(nbdUri)));
      await hesitant.greet();
      const closed = once(hesitant.socket, 'close');
      await hesitant.option(OPTION.abort);
      await closed;
    }
    for (let turns = 0; turns < 10_000 && open() > before; turns++) await nextTurn();
    assert.ok(open() <= before, `${open() - before} more files are open`);
  });

  test('survives clients that vanish in the middle of a request or do not take their replies', async () => {
    const greedy = await NbdClient.open(nbdUri);
    await greedy.write(0, randomBytes(16 * MiB));
    greedy.socket.pause();
    for (let count = 0; count < 50; count++)
      greedy.request(COMMAND.read, { length: 16 * MiB }).catch(() => {});
    const halfway = await NbdClient.open(nbdUri);
    halfway.request(COMMAND.write, { length: 8 * MiB }, Buffer.alloc(100_000)).catch(() => {});
    await assertAlive();
    halfway.socket.destroy();
    greedy.socket.destroy();
    await assertAlive();
  });

  test('detach answers what was asked and closes the door', async () => {
    await host.createVolume({ volumeId: 'vol-2', sizeBytes: MiB, encrypted: false });
    const second = await host.attach('vol-2');
    const client = await NbdClient.open(second.nbdUri);
    await client.write(0, Buffer.alloc(4096, 1));
    const closed = once(client.socket, 'close');
    await host.detach('vol-2');
    await closed;
    await assert.rejects(client.read(0, 1));
    await assert.rejects(NbdClient.open(second.nbdUri));
    const again = await host.attach('vol-2');
    const reader = await NbdClient.open(again.nbdUri);
    assert.equal((await reader.read(0, 1))[0], 1);
    await reader.close();
  });
});
