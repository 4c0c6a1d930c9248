/** Archives keep what arrives on a bus, and replays put it there again. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CancelReplayCommand,
  CreateArchiveCommand,
  CreateEventBusCommand,
  DeleteArchiveCommand,
  DescribeArchiveCommand,
  DescribeReplayCommand,
  ListArchivesCommand,
  ListReplaysCommand,
  PutEventsCommand,
  StartReplayCommand,
  type StartReplayCommandInput,
  UpdateArchiveCommand,
} from '@aws-sdk/client-eventbridge';
import { ACCOUNT, REGION } from '../worlds/account.ts';
import { eventsWorld } from '../worlds/events.ts';
import { refusal } from '../worlds/server.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const BUS = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`;
const ARCHIVE = `arn:aws:events:${REGION}:${ACCOUNT}:archive/orders`;

async function archived(context: Parameters<typeof eventsWorld>[0], input: object = {}) {
  const world = await eventsWorld(context);
  const { server, events } = world;
  await events.send(new CreateArchiveCommand({ ArchiveName: 'orders', EventSourceArn: BUS, ...input }));
  const put = (n: number, Source = 'my.app') =>
    events.send(
      new PutEventsCommand({ Entries: [{ Source, DetailType: 'order', Detail: JSON.stringify({ n }) }] }),
    );
  const describe = () => events.send(new DescribeArchiveCommand({ ArchiveName: 'orders' }));
  const nowMs = () => server.latchkey.runtime.clock.nowMs();
  const replay = (input: Partial<StartReplayCommandInput> = {}) =>
    events.send(
      new StartReplayCommand({
        ReplayName: 'again',
        EventSourceArn: ARCHIVE,
        EventStartTime: new Date(nowMs() - 2 * DAY_MS),
        EventEndTime: new Date(nowMs() + DAY_MS),
        Destination: { Arn: BUS },
        ...input,
      }),
    );
  return { ...world, put, describe, replay, nowMs };
}

describe('archives', () => {
  test('keep what fits their pattern, for as many days as they say', async (t) => {
    const { server, events, put, describe } = await archived(t, {
      EventPattern: '{"source":["my.app"]}',
      RetentionDays: 2,
      Description: 'orders',
    });
    await put(1);
    await put(2, 'other.app');
    await server.settled();
    const { SizeBytes, CreationTime, $metadata: _, ...archive } = await describe();
    assert.ok(SizeBytes! > 20 && CreationTime);
    assert.deepEqual(archive, {
      ArchiveName: 'orders',
      ArchiveArn: ARCHIVE,
      EventSourceArn: BUS,
      EventPattern: '{"source":["my.app"]}',
      Description: 'orders',
      State: 'ENABLED',
      RetentionDays: 2,
      EventCount: 1,
    });
    await events.send(new UpdateArchiveCommand({ ArchiveName: 'orders', Description: 'changed' }));
    assert.equal((await describe()).Description, 'changed');
    await server.advance(3 * DAY_MS);
    assert.deepEqual([(await describe()).EventCount, (await describe()).SizeBytes], [0, 0]);
    const { Archives } = await events.send(new ListArchivesCommand({ EventSourceArn: BUS }));
    assert.deepEqual(
      Archives!.map(({ ArchiveName }) => ArchiveName),
      ['orders'],
    );
    await events.send(new DeleteArchiveCommand({ ArchiveName: 'orders' }));
    assert.equal((await refusal(describe())).message, 'Archive orders does not exist.');
  });

  test('let go of each event when its own days are over', async (t) => {
    const { server, put, describe } = await archived(t, { RetentionDays: 2 });
    const kept = async () => {
      await server.settled();
      return (await describe()).EventCount;
    };
    await put(1);
    await server.advance(DAY_MS);
    await put(2);
    assert.equal(await kept(), 2);
    await server.advance(0.9 * DAY_MS);
    assert.equal(await kept(), 2);
    await server.advance(0.2 * DAY_MS);
    assert.equal(await kept(), 1);
    await server.advance(0.8 * DAY_MS);
    assert.equal(await kept(), 1);
    await server.advance(0.2 * DAY_MS);
    assert.equal(await kept(), 0);
  });

  test('are there once, of a bus that is there, with a pattern that is one', async (t) => {
    const { events } = await archived(t);
    const make = async (input: object) => {
      const command = new CreateArchiveCommand({ ArchiveName: 'new', EventSourceArn: BUS, ...input });
      return (await refusal(events.send(command))).message;
    };
    assert.equal(await make({ ArchiveName: 'orders' }), 'Archive orders already exists.');
    assert.match(await make({ EventPattern: '{' }), /^Event pattern is not valid/);
    assert.equal(await make({ EventSourceArn: `${BUS}s` }), 'Event bus defaults does not exist.');
  });
});

describe('replays', () => {
  test('put events again for the rules that they name, marked with their name', async (t) => {
    const { server, events, watch, put, replay, describe } = await archived(t);
    const pattern = { source: ['my.app'] };
    const one = await watch('one', { pattern });
    const two = await watch('two', { pattern });
    for (const n of [1, 2, 3]) await put(n);
    await server.settled();
    const rule = `arn:aws:events:${REGION}:${ACCOUNT}:rule/one`;
    const started = await replay({ Destination: { Arn: BUS, FilterArns: [rule] } });
    assert.equal(started.State, 'STARTING');
    const seen = await one.caught();
    const again = seen.filter((event) => event['replay-name'] === 'again');
    assert.deepEqual([seen.length, again.length], [6, 3]);
    const first = seen.find((event) => event.id === again[0]!.id && !event['replay-name']);
    assert.deepEqual(again[0], { ...first, 'replay-name': 'again' });
    assert.equal((await two.caught()).length, 3);
    const told = await events.send(new DescribeReplayCommand({ ReplayName: 'again' }));
    assert.equal(told.State, 'COMPLETED');
    assert.ok(told.EventLastReplayedTime && told.ReplayEndTime);
    const { Replays } = await events.send(new ListReplaysCommand({ State: 'COMPLETED' }));
    assert.equal(Replays!.length, 1);
    // What is replayed is not archived again; the calls that CloudTrail told of meanwhile are.
    const before = (await describe()).EventCount;
    await replay({ ReplayName: 'once-more' });
    await server.settled();
    assert.equal((await describe()).EventCount, before! + 1);
  });

  test('are refused for another time, bus, archive or name than can be, and once they are over', async (t) => {
    const { events, replay, nowMs, server } = await archived(t);
    await events.send(new CreateEventBusCommand({ Name: 'other' }));
    const message = async (input: Partial<StartReplayCommandInput>) => (await refusal(replay(input))).message;
    assert.match(
      await message({ EventEndTime: new Date(nowMs() - 3 * DAY_MS) }),
      /EventStartTime must be before EventEndTime/,
    );
    const other = { Arn: BUS.replace('default', 'other') };
    assert.match(await message({ Destination: other }), /Cross event bus replay is not permitted/);
    assert.equal(
      await message({ EventSourceArn: `${ARCHIVE}x` }),
      'Parameter EventSourceArn is not valid. Reason: Archive ordersx does not exist.',
    );
    await replay();
    assert.equal(await message({}), 'Replay again already exists.');
    await server.settled();
    const cancelled = await refusal(events.send(new CancelReplayCommand({ ReplayName: 'again' })));
    assert.equal(cancelled.code, 'IllegalStatusException');
  });
});

describe('a replay', () => {
  test('is of what came from its start on, and before its end', async (t) => {
    const { server, watch, put, replay, nowMs } = await archived(t);
    const again = await watch('again', {
      pattern: { source: ['my.app'], 'replay-name': [{ exists: true }] },
    });
    // Events carry whole seconds.
    const secondMs = () => Math.floor(nowMs() / 1000) * 1000;
    const times: number[] = [];
    for (const n of [1, 2, 3, 4]) {
      times.push(secondMs());
      await put(n);
      await server.advance(10_000);
    }
    await replay({
      EventStartTime: new Date(times[1] as number),
      EventEndTime: new Date(times[3] as number),
    });
    const numbers = (await again.caught()).map(({ detail }) => (detail as { n: number }).n);
    assert.deepEqual(numbers.sort(), [2, 3]);
  });

  test('that is cancelled ends before its end', async (t) => {
    const { server, events, watch, replay } = await archived(t);
    const again = await watch('again', {
      pattern: { source: ['my.app'], 'replay-name': [{ exists: true }] },
    });
    const Entries = Array.from({ length: 10 }, (_, n) => ({
      Source: 'my.app',
      DetailType: 'order',
      Detail: JSON.stringify({ n }),
    }));
    for (let batch = 0; batch < 25; batch++) await events.send(new PutEventsCommand({ Entries }));
    await server.settled();
    // Between the first batch that is put and the next, somebody cancels it.
    const { runtime } = server.latchkey;
    const { transact } = runtime.store;
    let isCancelled = false;
    let isLooking = false;
    runtime.store.transact = async (body) => {
      const result = await transact.call(runtime.store, body);
      if (!isCancelled && !isLooking) {
        isLooking = true;
        const { State } = await events.send(new DescribeReplayCommand({ ReplayName: 'again' })).catch(() => ({
          State: undefined,
        }));
        if (State === 'RUNNING') {
          isCancelled = true;
          runtime.store.transact = transact;
          await events.send(new CancelReplayCommand({ ReplayName: 'again' }));
        }
        isLooking = false;
      }
      return result as never;
    };
    await replay();
    await server.settled();
    runtime.store.transact = transact;
    assert.ok(isCancelled, 'the replay was seen running');
    const { State, ReplayEndTime } = await events.send(new DescribeReplayCommand({ ReplayName: 'again' }));
    assert.equal(State, 'CANCELLED');
    assert.ok(ReplayEndTime);
    const caught = (await again.caught()).length;
    assert.ok(caught > 0 && caught < 250, `${caught} were replayed`);
  });
});
