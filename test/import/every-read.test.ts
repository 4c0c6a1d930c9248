/** What an account does not have is known not to be there. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openImportedWorld } from '../../src/imported-world.ts';
import { ec2World } from '../worlds/ec2.ts';
import { importedFrom } from '../worlds/imported.ts';

test('an import leaves nothing unknown where there is an instance, and no image of its own to ask about', async (t) => {
  const out = mkdtempSync(join(tmpdir(), 'latchkey-every-read-'));
  t.after(() => rmSync(out, { recursive: true }));
  const world = await ec2World(t);
  await world.run();
  await world.server.settled();
  await importedFrom(world.server, out);
  const imported = await openImportedWorld(out);
  const { coverage } = (await imported.questions.check?.({})) as unknown as {
    coverage: { places: { missing: string[] }[] };
  };
  await imported.close();
  assert.deepEqual(
    coverage.places.flatMap(({ missing }) => missing),
    [],
  );
});
