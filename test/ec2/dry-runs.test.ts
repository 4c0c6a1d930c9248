/** A dry run is authorized as the call would be: that it is one is no attribute that the call changes, and nothing that is kept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callByName, clientsOf } from '../whole/operations/any-client.ts';
import { plausibleInput } from '../whole/operations/inputs.ts';
import { furnish } from '../whole/operations/world.ts';
import { auditRecords } from '../worlds/account.ts';
import { startServerFor } from '../worlds/server.ts';

test('no operation is decided by condition keys of DryRun', async (t) => {
  const server = await startServerFor(t);
  const pool = await furnish(server);
  const nobody = await clientsOf(server, pool.nobody);
  const operations = [...server.latchkey.runtime.registry.operations()].filter(
    ({ service, shape }) => service.id === 'ec2' && shape.input.members.some(({ name }) => name === 'DryRun'),
  );
  assert.ok(operations.length > 200, `${operations.length} operations`);
  const told: string[] = [];
  let decided = 0;
  for (const operation of operations) {
    for (const DryRun of [true, false]) {
      const { requestId } = await callByName(nobody, operation, {
        ...plausibleInput(operation, pool),
        DryRun,
      });
      const records = requestId ? await auditRecords(server, { requestId }) : [];
      const conditions = records.flatMap(({ decisions }) =>
        decisions.map(({ evidence }) => evidence?.conditions),
      );
      decided += conditions.length;
      if (JSON.stringify(conditions).includes('DryRun')) told.push(`${operation.name}, ${DryRun}`);
    }
  }
  assert.ok(decided > operations.length, `${decided} decisions`);
  assert.deepEqual(told, []);
});
