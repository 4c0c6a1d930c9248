/** The room for bodies, replies that are written as they come about, and the gate that holds requests back while something happens to all of them. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { VirtualTime } from '../../src/rehearsal/virtual-time.ts';
import type { BodyStream, HttpReply, HttpRequest } from '../../src/wire/http.ts';
import { BodyCollector, BodyRoom, type RequestBody } from '../../src/wire/request-body.ts';
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

test('a streamed reply ends with its body, and has no end where that fails', async () => {
  const replies = new StreamedReplies();
  const [well, ill] = [new Reader(), new Reader()];
  const signals: AbortSignal[] = [];
  await replies.send(response(well), async (write, left) => {
    signals.push(left);
    write('a');
    write('b');
  });
  const failed = replies.send(response(ill), () => Promise.reject(new Error('broken')));
  await assert.rejects(failed, /broken/);
  assert.deepEqual([well.written, well.isEnded, ill.isEnded], ['ab', true, false]);
  replies.close();
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [false],
    'what has ended is left alone',
  );
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

test('a body that is refused gives back its room at once, though it is read on, and no more than that', async () => {
  const room = new BodyRoom(10);
  const chunks = [Buffer.alloc(64 * 1024 + 5), Buffer.alloc(6)];
  const refused = new BodyCollector(Readable.from(chunks) as IncomingMessage, 2 ** 20, room);
  assert.equal((await refused.collect()).outcome, 'no-room');
  const whole = await collected(64 * 1024 + 10, room);
  assert.equal(whole.outcome, 'complete');
  whole.release();
  refused.release();
  assert.equal((await collected(64 * 1024 + 11, room)).outcome, 'no-room');
});

test('of a body that was refused, nothing more takes room', async () => {
  const room = new BodyRoom(10);
  const first = await collected(64 * 1024 + 5, room);
  const refused = arriving(2 ** 20, room);
  await refused.brought(Buffer.alloc(64 * 1024 + 6));
  first.release();
  await refused.brought(Buffer.alloc(1));
  assert.equal((await collected(64 * 1024 + 10, room)).outcome, 'complete');
  refused.request.emit('end');
  await settle();
  assert.deepEqual(refused.ended.body, { outcome: 'no-room' });
});

/** A request whose body comes when the test says so, and what became of it. */
function arriving(maxBytes: number, room = new BodyRoom(0)) {
  const request = Object.assign(new EventEmitter(), { pauses: 0, pause: () => request.pauses++ });
  const collector = new BodyCollector(request as unknown as IncomingMessage, maxBytes, room);
  const ended: { body?: RequestBody } = {};
  void collector.collect().then((body) => Object.assign(ended, { body }));
  const brought = async (chunk: Buffer) => {
    request.emit('data', chunk);
    await settle();
    return ended.body?.outcome;
  };
  return { request, collector, ended, brought };
}

test('a refused body is read on up to 64 MiB beyond its limit, and no byte further', async () => {
  const mebibyte = Buffer.alloc(2 ** 20);
  const { request, brought } = arriving(10);
  for (let times = 0; times < 64; times++) assert.equal(await brought(mebibyte), undefined);
  assert.equal(await brought(Buffer.alloc(10)), undefined);
  assert.equal(request.pauses, 0);
  assert.equal(await brought(Buffer.alloc(1)), 'too-large');
  assert.equal(request.pauses, 1);
});

test('a body in one piece is that piece, one of many is all of them, and one without any is empty', async () => {
  const piece = Buffer.from('once');
  for (const [pieces, whole] of [
    [[], ''],
    [[piece], 'once'],
    [[piece, piece], 'onceonce'],
  ] as const) {
    const { request, ended, brought } = arriving(10);
    for (const each of pieces) await brought(each);
    request.emit('end');
    await settle();
    assert.ok(ended.body?.outcome === 'complete');
    assert.equal(ended.body.bytes.toString(), whole);
    if (pieces.length === 1) assert.ok(ended.body.bytes === piece);
  }
});

test('what came of a body is let go once it is joined, or refused', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const came = { joined: ['end'], refused: [], released: [] } as const;
  const held = [];
  for (const [how, events] of Object.entries(came)) {
    const { request, collector, brought } = arriving(how === 'refused' ? 100 : 1000);
    const refs: WeakRef<object>[] = [];
    for (let times = 0; times < 4; times++) {
      const chunk = Buffer.from(new ArrayBuffer(40));
      refs.push(new WeakRef(chunk));
      await brought(chunk);
    }
    for (const event of events) request.emit(event);
    if (how === 'released') collector.release();
    held.push({ how, refs, collector, request });
  }
  for (const { how, refs } of held) {
    const kept = () => refs.filter((ref) => ref.deref()).length;
    // The engine may hold on to the last one for a while.
    for (let turn = 0; turn < 20 && kept() > 1; turn++) {
      await settle();
      collect();
    }
    assert.ok(kept() <= 1, `${how}: ${kept()} pieces are kept`);
  }
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

test('what is done alone begins at once where its own request is all that is at hand', async () => {
  for (const others of [0, 1]) {
    const { time, gate, ask } = gateOf();
    for (let times = 0; times < others; times++) void ask();
    let isBegun = false;
    await gate.alone(async () => {
      isBegun = true;
    });
    assert.ok(isBegun);
    assert.equal(time.leap(Number.POSITIVE_INFINITY), false, 'nothing was waited for');
  }
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
