import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { registrations, SERVICES } from '../../tools/register-operations.ts';

test('the registered operations are those that the folders hold', () => {
  const made = registrations();
  assert.ok(made.size >= 11);
  for (const [path, text] of made) {
    const same = readFileSync(new URL(path, SERVICES), 'utf8') === text;
    assert.ok(same, `src/services/${path} is stale: run "npm run operations"`);
  }
});
