/** What entries of the audit log refer to is kept for as long as they are, and no longer. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CreateKeyCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import type { ExplanationAnswer } from '../../src/control/explanations.ts';
import { auditLog, type CloudTrailEvent } from '../../src/invoke/audit/audit.ts';
import { keptPolicies } from '../../src/invoke/audit/evidence.ts';
import { keptCalls } from '../../src/invoke/audit/recorded-call.ts';
import { byTime, forgetUnreferred, type Referred } from '../../src/invoke/audit/referred.ts';
import { keepHistoryBounded } from '../../src/invoke/audit/retention.ts';
import { systemTimers, systemTurns } from '../../src/platform/node/index.ts';
import type { Timers } from '../../src/platform/ports.ts';
import { openMemoryStore } from '../../src/store/memory/memory-store.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { log, type Store, table } from '../../src/store/store.ts';
import { allowing, DAY_MS, HOUR_MS, newUser } from '../worlds/account.ts';
import { refusal, startServerFor } from '../worlds/server.ts';

test('a call and its policies go with the last entry that needs them, and what is kept is explained', async (t) => {
  const server = await startServerFor(t);
  const { store, clock } = server.latchkey.runtime;
  const { KeyMetadata } = await server.client(KMSClient).send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata!.Arn!;
  const denied = async (name: string) => {
    const { credentials } = await newUser(server, name, { allow: [allowing(`kms:Describe${name}`)] });
    const kms = server.client(KMSClient, credentials);
    return () => refusal(kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('text') })));
  };
  const kept = () =>
    store.read(async (tx) => ({
      calls: (await tx.list(keptCalls)).map(({ eventId }) => eventId),
      policies: (await tx.list(keptPolicies)).map(({ policy }) => JSON.stringify(policy)),
    }));
  const has = ({ policies }: Awaited<ReturnType<typeof kept>>, name: string) =>
    policies.some((text) => text.toLowerCase().includes(`describe${name}`));

  const [gone, used] = [await denied('gone'), await denied('used')];
  await gone();
  await used();
  const before = await kept();
  assert.ok(has(before, 'gone') && has(before, 'used'));
  await server.advance(60 * DAY_MS);
  await used();
  await server.advance(31 * DAY_MS);
  const stop = keepHistoryBounded({ store, clock, timers: systemTimers, turns: systemTurns }, (error) =>
    assert.fail(error as Error),
  );
  t.after(stop);
  for (let tries = 0; tries < 500 && has(await kept(), 'gone'); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const after = await kept();
  assert.ok(!has(after, 'gone') && has(after, 'used'));
  assert.deepEqual(
    before.calls.filter((eventId) => after.calls.includes(eventId)),
    [],
  );
  const { verdict, remediesVerified } = await server.ask<ExplanationAnswer>('explain', {
    subject: 'user/used',
  });
  assert.equal(verdict, 'denied');
  assert.equal(remediesVerified, true);
});

test('calls go with the entries that a full memory has forgotten, not an hour later', async (t) => {
  const store = openMemoryStore({ maxLogBytes: 40_000 });
  t.after(() => store.close());
  const timers: Timers = {
    after: (delayMs, callback) => systemTimers.after(delayMs < HOUR_MS ? 0 : delayMs, callback),
  };
  const clock = { nowMs: () => 2000 };
  t.after(
    keepHistoryBounded({ store, clock, timers, turns: systemTurns }, (error) => assert.fail(`${error}`)),
  );
  for (let atMs = 1; atMs <= 2000; atMs++) {
    await store.transact(async (tx) => {
      const eventId = `event ${atMs}`;
      const event = { eventID: eventId, text: randomUUID() } as unknown as CloudTrailEvent;
      tx.append(auditLog, {
        stream: 's',
        atMs,
        labels: { EventId: eventId },
        body: { event, decisions: [] },
      });
      tx.put(keptCalls, { eventId, sealed: '', referredMs: atMs });
    });
  }
  const oldest = () => store.read((tx) => tx.find(keptCalls, 'byTime', { limit: 1 }));
  const earliestMs = store.earliestMs(auditLog) as number;
  assert.ok(earliestMs > 100, `${earliestMs}`);
  for (let tries = 0; tries < 200 && ((await oldest())[0]?.referredMs as number) < earliestMs; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.equal((await oldest())[0]?.referredMs, earliestMs);
});

interface Row extends Referred {
  readonly id: number;
}

const rows = table<Row>()({ name: 'test.rows', key: ({ id }) => [id], indexes: { byTime } });
/** As a table was declared before times were noted. */
const earlierRows = table<Row>()({ name: 'test.rows', key: ({ id }) => [id] });
const trail = log('test.trail');

test('nothing is forgotten any more once it is over, though it is over in the midst', async (t) => {
  const store = openMemoryStore();
  t.after(() => store.close());
  const waiting: (() => void)[] = [];
  const timers: Timers = {
    after(_delayMs, callback) {
      waiting.push(callback);
      return { cancel: () => void waiting.splice(waiting.indexOf(callback), 1) };
    },
  };
  const world = { store, clock: { nowMs: () => 0 }, timers, turns: systemTurns };
  const idle = async () => {
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  const stop = keepHistoryBounded(world, (error) => assert.fail(`${error}`));
  waiting.shift()?.();
  await idle();
  assert.equal(waiting.length, 1);
  waiting.shift()?.();
  stop();
  await idle();
  assert.equal(waiting.length, 0);
});

for (const kind of ['memory', 'sqlite'] as const) {
  describe(`what a log of the ${kind} store refers to`, () => {
    test('goes after the entries; what has no time yet gets one', async (t) => {
      const directory = mkdtempSync(join(tmpdir(), 'latchkey-retention-'));
      t.after(() => rmSync(directory, { recursive: true }));
      const file = join(directory, 'store.db');
      let store: Store = kind === 'memory' ? openMemoryStore() : openSqliteStore({ file });
      t.after(() => store.close());
      if (kind === 'sqlite') {
        await store.transact(async (tx) => tx.put(earlierRows, { id: 0 }));
        await store.close();
        store = openSqliteStore({ file });
      }
      const atMs = (id: number) => id * HOUR_MS;
      await store.transact(async (tx) => {
        for (let id = 1; id <= 1200; id++) {
          tx.append(trail, { stream: 's', atMs: atMs(id), labels: {}, body: id });
          tx.put(rows, { id, referredMs: atMs(id) });
        }
      });
      const forget = async () => {
        while ((await forgetUnreferred(store, trail, rows, { nowMs: atMs(1200), lagMs: HOUR_MS })) > 0);
        return (await store.read((tx) => tx.list(rows))).map(({ id }) => id);
      };
      const old = kind === 'sqlite' ? [0] : [];
      assert.equal((await forget()).length, 1200 + old.length);
      // Blocks are packed beside; only those that are can go.
      const oldestLeft = async () => {
        while ((await store.trim(trail, atMs(1100))) > 0);
        return (await store.read((tx) => tx.scan(trail, { limit: 5000 }))).at(-1)?.body as number;
      };
      let oldest = await oldestLeft();
      while (oldest <= 512) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        oldest = await oldestLeft();
      }
      assert.equal(store.earliestMs(trail), atMs(oldest));
      const left = await forget();
      assert.deepEqual(left.slice(0, old.length), old);
      assert.equal(left[old.length], oldest - 1);
      assert.equal(left.at(-1), 1200);
    });
  });
}
