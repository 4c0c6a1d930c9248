/** Durable work that is asked for early in a transaction that takes long. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forgetInstanceStep } from '../../src/services/ec2/instance/power-off-workflows.ts';
import { table } from '../../src/store/store.ts';
import { ACCOUNT, REGION } from '../worlds/account.ts';
import { startServerFor } from '../worlds/server.ts';

const rows = table<{ id: string }>()({ name: 'test.rows', key: ({ id }) => [id] });
const steps = table<{ id: string }>()({ name: 'invoke.steps', key: ({ id }) => [id] });

test('is begun once that is committed, though nothing else happens', async (t) => {
  const server = await startServerFor(t);
  const { store, workflows, clock } = server.latchkey.runtime;
  await server.settled();
  await store.transact(async (tx) => {
    const due = { dueAtMs: clock.nowMs(), account: ACCOUNT, region: REGION, requestId: 'late' };
    workflows.schedule(tx, forgetInstanceStep, { instanceId: 'i-0' }, due);
    // Long enough for a timer to run out in the middle of it: the transaction takes its turns.
    for (const end = performance.now() + 50; performance.now() < end; ) await tx.get(rows, ['x']);
  });
  const left = () => store.read((tx) => tx.list(steps, { limit: 1 }));
  for (let tries = 0; tries < 500 && (await left()).length > 0; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.deepEqual(await left(), []);
});
