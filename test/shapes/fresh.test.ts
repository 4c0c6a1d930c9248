import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { distill } from '../../tools/distill-shapes.ts';

const folder = new URL('../../src/shapes/generated/', import.meta.url);

test('the generated shapes are what "npm run shapes" makes of its sources today', () => {
  const made = distill();
  assert.deepEqual(readdirSync(folder).sort(), [...made.keys()].sort());
  for (const [name, text] of made) {
    const same = readFileSync(new URL(name, folder), 'utf8') === text;
    assert.ok(same, `src/shapes/generated/${name} is stale: run "npm run shapes"`);
  }
});
