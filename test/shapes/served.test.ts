import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PAGE, servedOperations } from '../../tools/served-operations.ts';

test('docs/served-operations.md is what "npm run served" makes of the services today', () => {
  const same = readFileSync(PAGE, 'utf8') === servedOperations();
  assert.ok(same, 'docs/served-operations.md is stale: run "npm run served"');
});

test('and has every service', () => {
  const page = servedOperations();
  const folders = readdirSync(new URL('../../src/services/', import.meta.url), { withFileTypes: true });
  const services = folders.filter((entry) => entry.isDirectory());
  assert.equal(page.match(/^## /gm)?.length, services.length);
  for (const name of ['`CreateGrant`', '`RunInstances`', '`AssumeRole`', '`PutRule`', '`LookupEvents`']) {
    assert.ok(page.includes(name), name);
  }
});
