/**
 * Requests and their replies byte by byte, in the numbers of the protocol itself, over a device that says what was asked of it
 * (https://github.com/NetworkBlockDevice/nbd/blob/master/doc/proto.md).
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { BlockDevice, Transfer } from '../../src/dataplane/device/device.ts';
import { Transmission } from '../../src/dataplane/nbd/transmission.ts';
import { systemTurns } from '../../src/platform/node/index.ts';

const UNIT = 16;
const SIZE = 1 << 30;
const MiB = 1 << 20;
const [READ, WRITE, DISCONNECT, FLUSH, TRIM, CACHE, WRITE_ZEROES, BLOCK_STATUS] = [0, 1, 2, 3, 4, 5, 6, 7];
const [FUA, NO_HOLE, DF, ONE] = [1, 2, 4, 8];

interface Asked {
  readonly command: number;
  readonly offset?: number;
  readonly length?: number;
  readonly flags?: number;
  readonly payload?: Buffer;
}

function request({ command, offset = 0, length = 0, flags = 0, payload }: Asked, cookie = 1n): Buffer {
  const header = Buffer.alloc(28);
  header.writeUInt32BE(0x25609513, 0);
  header.writeUInt16BE(flags, 4);
  header.writeUInt16BE(command, 6);
  header.writeBigUInt64BE(cookie, 8);
  header.writeBigUInt64BE(BigInt(offset), 16);
  header.writeUInt32BE(payload?.length ?? length, 24);
  return payload ? Buffer.concat([header, payload]) : header;
}

/** A device whose every byte is 7 where it is written: from `written` on. What is asked of it fails with `code`. */
class Device implements BlockDevice {
  readonly sizeBytes: number;
  readonly unitBytes = UNIT;
  readonly log: string[] = [];
  readonly memory = new Map<number, number>();
  readonly #code: string | undefined;
  readonly #written: number;

  constructor({
    code,
    written = 0,
    sizeBytes = SIZE,
  }: { code?: string; written?: number; sizeBytes?: number } = {}) {
    this.sizeBytes = sizeBytes;
    this.#code = code;
    this.#written = written;
  }

  #failed(): Error | undefined {
    return this.#code === undefined ? undefined : Object.assign(new Error(this.#code), { code: this.#code });
  }

  read(batch: readonly Transfer[]): void {
    for (const transfer of batch) {
      this.log.push(`read ${transfer.offset} ${transfer.bytes.length}`);
      transfer.error = this.#failed();
      transfer.bytes.fill(7);
    }
  }

  write(batch: readonly Transfer[]): void {
    for (const transfer of batch) {
      this.log.push(`write ${transfer.offset} ${transfer.bytes.length}`);
      transfer.error = this.#failed();
      if (transfer.bytes.length > 64) continue;
      for (const [at, byte] of transfer.bytes.entries()) this.memory.set(transfer.offset + at, byte);
    }
  }

  trim(offset: number, length: number): void {
    this.log.push(`trim ${offset} ${length}`);
    if (this.#code) throw this.#failed();
  }

  writeZeroes(offset: number, length: number): void {
    this.log.push(`zeroes ${offset} ${length}`);
    if (this.#code) throw this.#failed();
  }

  visitStretches(
    offset: number,
    length: number,
    visit: (at: number, bytes: number, is: boolean) => void,
  ): void {
    const hole = Math.min(length, Math.max(0, this.#written - offset));
    if (hole > 0) visit(offset, hole, false);
    if (hole < length) visit(offset + hole, length - hole, true);
  }

  async flush(): Promise<void> {
    this.log.push('flush');
    if (this.#code) throw this.#failed();
  }
}

const STRUCTURED = { structuredReplies: true, allocationContext: true };
const SIMPLE = { structuredReplies: false, allocationContext: false };

/** The replies to a stream, handed in as these pieces; `log` says when each leaves, between what the device does. */
async function answer(device: Device, agreement: typeof SIMPLE, pieces: readonly Buffer[]) {
  const sent: Buffer[] = [];
  let isCongested = false;
  const channel = {
    get isCongested() {
      return isCongested;
    },
    send(parts: readonly Uint8Array[], done: () => void) {
      sent.push(...parts.map((part) => Buffer.from(part)));
      device.log.push('reply');
      done();
    },
  };
  const transmission = new Transmission(device, agreement, channel, systemTurns);
  for (const piece of pieces) transmission.receive(piece);
  await transmission.drained();
  const congest = (value: boolean) => {
    isCongested = value;
  };
  return { replies: Buffer.concat(sent), transmission, congest, parts: sent };
}

const simple = (error: number, data: Uint8Array = Buffer.alloc(0), cookie = 1n) => {
  const head = Buffer.alloc(16);
  head.writeUInt32BE(0x67446698, 0);
  head.writeUInt32BE(error, 4);
  head.writeBigUInt64BE(cookie, 8);
  return Buffer.concat([head, data]);
};

const chunk = (type: number, payload: Buffer, isLast = true, cookie = 1n) => {
  const head = Buffer.alloc(20);
  head.writeUInt32BE(0x668e33ef, 0);
  head.writeUInt16BE(isLast ? 1 : 0, 4);
  head.writeUInt16BE(type, 6);
  head.writeBigUInt64BE(cookie, 8);
  head.writeUInt32BE(payload.length, 16);
  return Buffer.concat([head, payload]);
};

const words = (...values: number[]) => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
};

const data = (offset: number, length: number) =>
  Buffer.concat([words(Math.floor(offset / 2 ** 32), offset % 2 ** 32), Buffer.alloc(length, 7)]);
const failure = (error: number) => chunk(0x8001, Buffer.concat([words(error), Buffer.alloc(2)]));

describe('a request is answered, and done', () => {
  const payload = Buffer.alloc(UNIT, 9);
  const range = { offset: 32, length: 64 };
  for (const [what, asked, expected, log, simply = expected] of [
    [
      'read',
      { command: READ, ...range },
      chunk(1, data(32, 64)),
      ['read 32 64', 'reply'],
      simple(0, data(0, 64).subarray(8)),
    ],
    ['write', { command: WRITE, offset: 32, payload }, simple(0), ['write 32 16', 'reply']],
    [
      'write, safe',
      { command: WRITE, offset: 32, payload, flags: FUA },
      simple(0),
      ['write 32 16', 'flush', 'reply'],
    ],
    ['flush', { command: FLUSH }, simple(0), ['flush', 'reply']],
    ['trim', { command: TRIM, ...range }, simple(0), ['trim 32 64', 'reply']],
    ['trim, safe', { command: TRIM, ...range, flags: FUA }, simple(0), ['trim 32 64', 'flush', 'reply']],
    ['zeroes', { command: WRITE_ZEROES, ...range }, simple(0), ['zeroes 32 64', 'reply']],
    [
      'zeroes, safe',
      { command: WRITE_ZEROES, ...range, flags: FUA },
      simple(0),
      ['zeroes 32 64', 'flush', 'reply'],
    ],
    [
      'zeroes that keep the space',
      { command: WRITE_ZEROES, ...range, flags: NO_HOLE },
      simple(0),
      ['write 32 64', 'reply'],
    ],
    [
      'zeroes that keep the space, safe',
      { command: WRITE_ZEROES, ...range, flags: NO_HOLE | FUA },
      simple(0),
      ['write 32 64', 'flush', 'reply'],
    ],
    [
      'zeroes that keep the space, of more than a piece',
      { command: WRITE_ZEROES, offset: 16, length: 2 * MiB + 16, flags: NO_HOLE },
      simple(0),
      [`write 16 ${MiB}`, `write ${MiB + 16} ${MiB}`, `write ${2 * MiB + 16} 16`, 'reply'],
    ],
    ['a goodbye', { command: DISCONNECT }, Buffer.alloc(0), []],
    ['status', { command: BLOCK_STATUS, ...range }, chunk(5, words(1, 64, 0)), ['reply'], simple(22)],
  ] as const) {
    for (const [how, agreement, replies] of [
      ['in structure', STRUCTURED, expected],
      ['simply', SIMPLE, simply],
    ] as const) {
      test(`${what}, ${how}`, async () => {
        const device = new Device();
        const found = await answer(device, agreement, [request(asked)]);
        assert.deepEqual([found.replies.toString('hex'), device.log], [replies.toString('hex'), log]);
        assert.equal(found.transmission.isClosing, asked.command === DISCONNECT);
      });
    }
  }

  for (const [code, error] of [
    ['ENOSPC', 28],
    ['EDQUOT', 28],
    ['EIO', 5],
    ['other', 5],
  ] as const) {
    test(`with ${error} where the device says ${code}`, async () => {
      for (const asked of [
        { command: WRITE, offset: 0, payload },
        { command: WRITE, offset: 1, payload },
        { command: FLUSH },
        { command: TRIM, ...range },
        { command: WRITE_ZEROES, ...range },
        { command: WRITE_ZEROES, ...range, flags: NO_HOLE },
      ]) {
        const { replies } = await answer(new Device({ code }), STRUCTURED, [request(asked)]);
        assert.equal(replies.toString('hex'), simple(error).toString('hex'), JSON.stringify(asked));
      }
      const read = [request({ command: READ, ...range })];
      assert.deepEqual((await answer(new Device({ code }), STRUCTURED, read)).replies, failure(error));
      assert.deepEqual((await answer(new Device({ code }), SIMPLE, read)).replies, simple(error));
    });
  }
});

test('what was written in the same turn comes before whatever else is asked after it', async () => {
  const write = request({ command: WRITE, offset: 32, payload: Buffer.alloc(UNIT) });
  const range = { offset: 32, length: 64 };
  for (const [asked, done] of [
    [{ command: FLUSH }, 'flush'],
    [{ command: TRIM, ...range }, 'trim 32 64'],
    [{ command: WRITE_ZEROES, ...range }, 'zeroes 32 64'],
    [{ command: WRITE_ZEROES, ...range, flags: NO_HOLE }, 'write 32 64'],
    [{ command: BLOCK_STATUS, ...range }, 'status 32 64'],
  ] as const) {
    const device = new Device();
    device.visitStretches = (offset, length) => device.log.push(`status ${offset} ${length}`);
    await answer(device, STRUCTURED, [Buffer.concat([write, request(asked, 2n)])]);
    assert.deepEqual(
      device.log.filter((each) => each !== 'reply'),
      ['write 32 16', done],
    );
  }
});

test('what cannot be is refused, at and beside the edge of the volume, and nothing is done', async () => {
  const most = 32 * MiB;
  for (const [asked, error] of [
    [{ command: READ, offset: SIZE - UNIT, length: UNIT }, 0],
    [{ command: READ, offset: SIZE - UNIT, length: UNIT + 1 }, 22],
    [{ command: READ, length: most }, 0],
    [{ command: READ, length: most + 1 }, 75],
    [{ command: READ, length: 0 }, 22],
    [{ command: TRIM, offset: SIZE - 1, length: 1 }, 0],
    [{ command: TRIM, offset: SIZE, length: 1 }, 22],
    [{ command: WRITE_ZEROES, offset: SIZE - 1, length: 1 }, 0],
    [{ command: WRITE_ZEROES, offset: SIZE, length: 1 }, 28],
    [{ command: WRITE, offset: SIZE - 1, payload: Buffer.alloc(1) }, 0],
    [{ command: WRITE, offset: SIZE, payload: Buffer.alloc(1) }, 28],
    [{ command: BLOCK_STATUS, offset: SIZE - 1, length: 1 }, 22],
    [{ command: CACHE, length: 1 }, 22],
    [{ command: 8, length: 1 }, 22],
  ] as const) {
    const device = new Device();
    const { replies } = await answer(device, SIMPLE, [request(asked)]);
    assert.equal(replies.readUInt32BE(4), error, JSON.stringify({ ...asked, payload: undefined }));
    if (error !== 0) assert.deepEqual(device.log, ['reply']);
  }
});

describe('in structure', () => {
  test('a hole is no data, and a read of more than a piece is several chunks', async () => {
    const piece = 128 * 1024;
    const asked = { command: READ, offset: 0, length: piece + UNIT };
    const hole = await answer(new Device({ written: 2 * piece }), STRUCTURED, [request(asked)]);
    assert.deepEqual(hole.replies, chunk(2, words(0, 0, piece + UNIT)));
    const far = await answer(new Device(), STRUCTURED, [request({ ...asked, offset: 5 * UNIT })]);
    const parts = [chunk(1, data(5 * UNIT, piece), false), chunk(1, data(5 * UNIT + piece, UNIT))];
    assert.ok(far.replies.equals(Buffer.concat(parts)));
    const whole = await answer(new Device(), STRUCTURED, [request({ ...asked, flags: DF })]);
    assert.ok(whole.replies.equals(chunk(1, data(0, piece + UNIT))));
  });

  test('each place of the largest volume is itself', async () => {
    const sizeBytes = 16 * 2 ** 40;
    for (const offset of [2 ** 32 - UNIT, 2 ** 32, 3 * 2 ** 40 + 5 * UNIT, sizeBytes - UNIT]) {
      const device = new Device({ sizeBytes });
      const { replies } = await answer(device, STRUCTURED, [
        request({ command: READ, offset, length: UNIT }),
      ]);
      assert.deepEqual(replies, chunk(1, data(offset, UNIT)), `${offset}`);
      const asked = { command: READ, offset: offset + UNIT, length: UNIT };
      const beyond = await answer(new Device({ sizeBytes: offset + UNIT }), STRUCTURED, [request(asked)]);
      assert.deepEqual(beyond.replies, failure(22), `${offset}`);
    }
  });

  test('status tells holes apart, one stretch where one is asked for, and 256 MiB at most', async () => {
    const status = async (asked: object) => {
      const device = new Device({ written: 64 });
      return (await answer(device, STRUCTURED, [request({ command: BLOCK_STATUS, ...asked })])).replies;
    };
    assert.deepEqual(await status({ offset: 32, length: 64 }), chunk(5, words(1, 32, 3, 32, 0)));
    assert.deepEqual(await status({ offset: 32, length: 64, flags: ONE }), chunk(5, words(1, 32, 3)));
    const most = 256 * MiB;
    for (const length of [most, most + 1])
      assert.deepEqual(await status({ offset: 64, length }), chunk(5, words(1, most, 0)));
  });
});

test('status has 4096 stretches at most', async () => {
  const device = new Device();
  device.visitStretches = (offset, length, visit) => {
    for (let at = 0; at < length; at += UNIT) visit(offset + at, UNIT, at % (2 * UNIT) === 0);
  };
  for (const stretches of [4095, 4096, 4097]) {
    const asked = request({ command: BLOCK_STATUS, offset: 0, length: stretches * UNIT });
    const { replies } = await answer(device, STRUCTURED, [asked]);
    assert.equal(replies.length, 20 + 4 + 8 * Math.min(stretches, 4096));
  }
});

/** By request, for they may come in any order. */
function simpleReplies(bytes: Buffer, lengths: Readonly<Record<number, number>>): Map<number, string> {
  const found = new Map<number, string>();
  for (let at = 0; at < bytes.length; ) {
    const cookie = Number(bytes.readBigUInt64BE(at + 8));
    const end = at + 16 + (lengths[cookie] ?? 0);
    found.set(cookie, bytes.subarray(at, end).toString('hex'));
    at = end;
  }
  return new Map([...found].sort(([one], [other]) => one - other));
}

test('a stream may be cut anywhere', async () => {
  const asked: Asked[] = [
    { command: WRITE, offset: 5, payload: Buffer.from('abcdefghijklmnopqrstuvwxyz0123456789') },
    { command: READ, offset: 0, length: 48 },
    { command: WRITE, offset: 64, payload: Buffer.alloc(2 * UNIT, 'x') },
    { command: WRITE, offset: SIZE, payload: Buffer.alloc(40, 'y') },
    { command: WRITE, offset: 103, payload: Buffer.from('z') },
    { command: TRIM, offset: 0, length: 16 },
  ];
  const stream = Buffer.concat(asked.map((each, index) => request(each, BigInt(index + 1))));
  const whole = new Device();
  const { replies } = await answer(whole, SIMPLE, [stream]);
  assert.equal(simpleReplies(replies, { 2: 48 }).size, asked.length);
  assert.equal(
    Buffer.from([...whole.memory.entries()].sort(([a], [b]) => a - b).map(([, byte]) => byte)).toString(),
    `abcdefghijklmnopqrstuvwxyz0123456789${'x'.repeat(32)}z`,
  );
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat(stream.length), { maxLength: 12 }), async (cuts) => {
      const ends = [...cuts.sort((a, b) => a - b), stream.length];
      const pieces = ends.map((end, index) => stream.subarray(ends[index - 1] ?? 0, end));
      const device = new Device();
      const found = await answer(device, SIMPLE, pieces);
      assert.deepEqual(simpleReplies(found.replies, { 2: 48 }), simpleReplies(replies, { 2: 48 }));
      assert.deepEqual(device.memory, whole.memory);
    }),
    { numRuns: 150, examples: [[Array.from(stream.keys())]] },
  );
});

test('what is no request ends the connection, and what comes after a goodbye is not done', async () => {
  const noise = request({ command: WRITE, offset: 0, payload: Buffer.alloc(UNIT) });
  noise[0] = 0;
  for (const stream of [
    noise,
    Buffer.concat([request({ command: DISCONNECT }), request({ command: FLUSH })]),
  ]) {
    const device = new Device();
    const { transmission } = await answer(device, SIMPLE, [stream]);
    assert.deepEqual([transmission.isClosing, device.log], [true, []]);
  }
});

test('a client that does not take its replies is asked to wait, with what it has sent', async () => {
  const device = new Device();
  const { transmission, congest } = await answer(device, SIMPLE, []);
  congest(true);
  const stream = request({ command: FLUSH });
  assert.deepEqual([transmission.receive(stream), device.log], [stream, []]);
  congest(false);
  assert.equal(transmission.receive(stream).length, 0);
});

test('what passed through the replies is wiped at the end, but for what is still being sent', async () => {
  const sent: Uint8Array[] = [];
  const channel = {
    isCongested: false,
    send(parts: readonly Uint8Array[], done: () => void) {
      sent.push(...parts);
      done();
    },
  };
  const transmission = new Transmission(new Device(), SIMPLE, channel, systemTurns);
  for (let turn = 0; turn < 3; turn++) transmission.receive(request({ command: READ, length: UNIT }));
  await transmission.drained();
  const isZero = (bytes: Uint8Array) => bytes.every((byte) => byte === 0);
  assert.ok(sent.length > 0 && !sent.some(isZero));
  transmission.wipe();
  assert.ok(sent.every(isZero));
});

test('replies of one turn leave together, as far as 260 KiB hold them', async () => {
  const room = 256 * 1024 + 4096;
  for (const [lengths, sends] of [
    [[room - 2 * 16 - UNIT, UNIT], 1],
    [[room - 2 * 16 - UNIT + 1, UNIT], 2],
    [[room, UNIT], 2],
  ] as const) {
    const device = new Device();
    const stream = lengths.map((length, index) => request({ command: READ, length }, BigInt(index)));
    const { replies } = await answer(device, SIMPLE, [Buffer.concat(stream)]);
    const expected = lengths.map((length, index) => simple(0, Buffer.alloc(length, 7), BigInt(index)));
    assert.ok(replies.equals(Buffer.concat(expected)));
    assert.equal(device.log.filter((each) => each === 'reply').length, sends, `${lengths}`);
  }
});
