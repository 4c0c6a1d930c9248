/** What a server reads of the tables that ship with it before anybody calls it: they are most of what it would hold at rest. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';
import { mock, test } from 'node:test';

test('a server reads the shapes of a service when that is called, and not before', async () => {
  const read = mock.method(fs, 'readFileSync');
  syncBuiltinESMExports();
  const tables = () =>
    read.mock.calls
      .map(({ arguments: [path] }) => String(path))
      .filter((path) => path.includes('/src/') && path.endsWith('.json'))
      .map((path) => basename(path));

  const { startLatchkey } = await import('../../src/assemble.ts');
  const latchkey = await startLatchkey();
  try {
    assert.deepEqual(tables(), ['services.json']);

    await fetch(latchkey.url, { method: 'POST', headers: { 'x-amz-target': 'TrentService.ListKeys' } });
    assert.ok(tables().includes('kms.json'));
    assert.ok(!tables().includes('ec2.json'));
  } finally {
    await latchkey.close();
  }
});
