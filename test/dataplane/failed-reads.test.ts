/** Reads that fail in one of their pieces: the chunk that ends a reply is the last (https://github.com/NetworkBlockDevice/nbd/blob/master/doc/proto.md). */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BlockDevice } from '../../src/dataplane/device/device.ts';
import {
  COMMAND,
  REPLY_FLAG,
  REPLY_TYPE,
  REQUEST_MAGIC,
  SIMPLE_REPLY_MAGIC,
  STRUCTURED_REPLY_MAGIC,
} from '../../src/dataplane/nbd/protocol.ts';
import { Transmission } from '../../src/dataplane/nbd/transmission.ts';
import { systemTurns } from '../../src/platform/node/index.ts';

const PIECE = 128 * 1024;
const UNIT = 4096;
const EIO = 5;

/** Written throughout; the reads that begin at one of `damaged` fail. */
const deviceWith = (damaged: readonly number[]): BlockDevice => ({
  sizeBytes: 1 << 20,
  unitBytes: UNIT,
  read(batch) {
    for (const transfer of batch) {
      if (damaged.includes(transfer.offset))
        transfer.error = Object.assign(new Error('EIO'), { code: 'EIO' });
      else transfer.bytes.fill(7);
    }
  },
  visitStretches: (offset, length, visit) => visit(offset, length, true),
  write: () => assert.fail('nothing is written'),
  trim: () => assert.fail('nothing is trimmed'),
  writeZeroes: () => assert.fail('nothing is written'),
  flush: async () => {},
});

function answerTo(damaged: readonly number[], structuredReplies: boolean, ...lengths: number[]): Buffer {
  const sent: Buffer[] = [];
  const channel = {
    isCongested: false,
    send: (parts: readonly Uint8Array[]) => sent.push(...parts.map((part) => Buffer.from(part))),
  };
  const agreement = { structuredReplies, allocationContext: false };
  const transmission = new Transmission(deviceWith(damaged), agreement, channel, systemTurns);
  let offset = 0;
  const requests = lengths.map((length, index) => {
    const request = Buffer.alloc(28);
    request.writeUInt32BE(REQUEST_MAGIC, 0);
    request.writeUInt16BE(COMMAND.read, 6);
    request.writeBigUInt64BE(BigInt(index + 1), 8);
    request.writeBigUInt64BE(BigInt(offset), 16);
    request.writeUInt32BE(length, 24);
    offset += length;
    return request;
  });
  transmission.receive(Buffer.concat(requests));
  return Buffer.concat(sent);
}

/** As `1 data`, `1 error 5, done`: the request that it answers, what it is, and whether it ends the answer. */
function* chunksOf(bytes: Buffer): Generator<string> {
  for (let at = 0; at < bytes.length; ) {
    assert.equal(bytes.readUInt32BE(at), STRUCTURED_REPLY_MAGIC);
    const done = (bytes.readUInt16BE(at + 4) & REPLY_FLAG.done) !== 0 ? ', done' : '';
    const type = bytes.readUInt16BE(at + 6);
    const request = bytes.readBigUInt64BE(at + 8);
    const what = type === REPLY_TYPE.error ? `error ${bytes.readUInt32BE(at + 20)}` : 'data';
    yield `${request} ${what}${done}`;
    at += 20 + bytes.readUInt32BE(at + 16);
  }
}

describe('a read of several pieces', () => {
  for (const [what, damaged, expected] of [
    ['the last', [PIECE], ['1 data', `1 error ${EIO}, done`]],
    ['the first', [0], [`1 error ${EIO}`, '1 data, done']],
    ['each', [0, PIECE], [`1 error ${EIO}`, `1 error ${EIO}, done`]],
    ['none', [], ['1 data', '1 data, done']],
  ] as const) {
    test(`of which ${what} fails is ended by its last chunk`, () => {
      assert.deepEqual([...chunksOf(answerTo(damaged, true, 2 * PIECE))], expected);
    });
  }

  test('keeps its place among the other requests of the turn', () => {
    assert.deepEqual(
      [...chunksOf(answerTo([UNIT], true, UNIT, UNIT, UNIT))],
      ['1 data, done', `2 error ${EIO}, done`, '3 data, done'],
    );
  });

  test('has one error and no data in a simple reply', () => {
    const reply = answerTo([0], false, 2 * PIECE);
    assert.equal(reply.length, 16);
    assert.equal(reply.readUInt32BE(0), SIMPLE_REPLY_MAGIC);
    assert.equal(reply.readUInt32BE(4), EIO);
  });
});
