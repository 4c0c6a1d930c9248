/** The room for bodies, replies that are written as they come about, and the gate that holds requests back while something happens to all of them. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { VirtualTime } from '../../src/rehearsal/virtual-time.ts';
import type { BodyStream, HttpReply, HttpRequest } from '../../src/wire/http.ts';
import { BodyCollector, BodyRoom } from '../../src/wire/request-body.ts';
import { RequestGate } from '../../src/wire/request-gate.ts';
import { StreamedReplies } from '../../src/wire/streamed-replies.ts';

/** A reader that takes what is written when it is told to. */
class Reader extends EventEmitter {
  written = '';
  writableLength = 0;
  isEnded = false;

  write(chunk: string): void {
    this.written += chunk;
    this.writableLength += chunk.length;
  }

  end(): void {
    this.isEnded = true;
  }
}

const response = (reader: Reader) => reader as unknown as ServerResponse;
const untilLeft: BodyStream = (_, left) =>
  new Promise((resolve) => (left.aborted ? resolve() : left.addEventListener('abort', () => resolve())));

/** Long enough for all promises that have settled. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('a streamed reply ends with its body, whether that is well or not', async () => {
  const replies = new StreamedReplies();
  const [well, ill] = [new Reader(), new Reader()];
  await replies.send(response(well), async (write, left) => {
    write('a');
    write('b');
    assert.equal(left.aborted, false);
  });
  const failed = replies.send(response(ill), () => Promise.reject(new Error('broken')));
  await assert.rejects(failed, /broken/);
  assert.deepEqual([well.written, well.isEnded, ill.isEnded], ['ab', true, true]);
});

const ENDS: Readonly<Record<string, (reader: Reader, replies: StreamedReplies) => void>> = {
  'its reader leaves': (reader) => reader.emit('close'),
  'the server closes': (_, replies) => replies.close(),
};

for (const [why, end] of Object.entries(ENDS)) {
  test(`a streamed reply ends when ${why}`, async () => {
    const replies = new StreamedReplies();
    const reader = new Reader();
    const sent = replies.send(response(reader), untilLeft);
    await settle();
    assert.equal(reader.isEnded, false);
    end(reader, replies);
    await sent;
    assert.equal(reader.isEnded, true);
  });
}

test('a streamed reply that begins while the server closes ends at once', async () => {
  const replies = new StreamedReplies();
  const reader = new Reader();
  replies.close();
  await replies.send(response(reader), untilLeft);
  assert.equal(reader.isEnded, true);
});

test('a reader may lag by four mebibytes, and no more', async () => {
  const replies = new StreamedReplies();
  await replies.send(response(new Reader()), async (write, left) => {
    write('x'.repeat(4 * 1024 * 1024));
    assert.equal(left.aborted, false);
    write('x');
    assert.equal(left.aborted, true);
  });
});

/** A body of so many bytes, which comes in pieces, in a room. */
function collected(bytes: number, room: BodyRoom, pieces = 1) {
  const chunks = [...Array(pieces - 1).fill(Buffer.alloc(1)), Buffer.alloc(bytes - pieces + 1)];
  const collector = new BodyCollector(Readable.from(chunks) as IncomingMessage, 2 ** 20, room);
  return collector.collect().then(({ outcome }) => ({ outcome, release: () => collector.release() }));
}

test('of each body 64 KiB need no room, and what is more needs as much, until it is released', async () => {
  const KIB = 1024;
  const none = new BodyRoom(0);
  assert.equal((await collected(64 * KIB, none)).outcome, 'complete');
  assert.equal((await collected(64 * KIB + 1, none)).outcome, 'no-room');
  const room = new BodyRoom(10);
  const first = await collected(64 * KIB + 9, room);
  assert.equal(first.outcome, 'complete');
  assert.equal((await collected(64 * KIB + 2, room)).outcome, 'no-room');
  assert.equal((await collected(64 * KIB + 1, room)).outcome, 'complete');
  first.release();
  const inPieces = await collected(64 * KIB + 9, room, 20);
  assert.equal(inPieces.outcome, 'complete');
  inPieces.release();
  assert.equal((await collected(64 * KIB + 11, room)).outcome, 'no-room');
});

test('a body that is refused gives back its room at once, though it is read on', async () => {
  const room = new BodyRoom(10);
  const chunks = [Buffer.alloc(64 * 1024 + 5), Buffer.alloc(6)];
  const request = Readable.from(chunks) as IncomingMessage;
  const { outcome } = await new BodyCollector(request, 2 ** 20, room).collect();
  assert.equal(outcome, 'no-room');
  assert.equal((await collected(64 * 1024 + 10, room)).outcome, 'complete');
});

/** A gate whose requests are answered when the test says so. */
function gateOf() {
  const time = new VirtualTime(0);
  const atHand: PromiseWithResolvers<HttpReply>[] = [];
  const gate = new RequestGate(() => {
    const reply = Promise.withResolvers<HttpReply>();
    atHand.push(reply);
    return reply.promise;
  }, time);
  const ask = () => gate.handle({} as HttpRequest);
  const answer = (index: number) => atHand[index]?.resolve({} as HttpReply);
  return { time, gate, atHand, ask, answer };
}

test('what is done alone waits for the requests at hand but one, and holds back those that come', async () => {
  const { time, gate, atHand, ask, answer } = gateOf();
  const own = ask();
  const others = [ask(), ask()] as const;
  const steps: string[] = [];
  const work = Promise.withResolvers<void>();
  const alone = gate.alone(() => {
    steps.push('begun');
    return work.promise;
  });
  const late = ask().then(() => steps.push('late'));
  await settle();
  for (const [index, other] of others.entries()) {
    assert.deepEqual([steps, atHand.length], [[], 3]);
    answer(index + 1);
    await other;
    await settle();
  }
  assert.deepEqual([steps, atHand.length], [['begun'], 3]);
  const meanwhile = gate.alone(() => assert.fail('what is under way is enough'));
  work.resolve();
  await Promise.all([alone, meanwhile]);
  await settle();
  assert.equal(atHand.length, 4);
  answer(0);
  answer(3);
  await Promise.all([own, late]);
  assert.deepEqual(steps, ['begun', 'late']);
  assert.equal(time.leap(Number.POSITIVE_INFINITY), false, 'nothing waits any more');
});

test('what is done alone waits five seconds, and goes on though a request hangs', async () => {
  const { time, gate, ask } = gateOf();
  void ask();
  void ask();
  let isBegun = false;
  const alone = gate.alone(async () => {
    isBegun = true;
  });
  await settle();
  assert.equal(time.leap(4_999), false);
  await settle();
  assert.equal(isBegun, false);
  assert.equal(time.leap(5_000), true);
  await alone;
  assert.equal(isBegun, true);
});

test('a gate opens again after work that failed', async () => {
  const { gate, atHand, ask, answer } = gateOf();
  await assert.rejects(
    gate.alone(() => Promise.reject(new Error('broken'))),
    /broken/,
  );
  const asked = ask();
  await settle();
  assert.equal(atHand.length, 1);
  answer(0);
  await asked;
});
