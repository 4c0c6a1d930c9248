/** The commands for whoever works on this project. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

function run(file: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const USAGES = {
  'bench/main.ts': '`npm run bench [part …]`',
  'sim/main.ts': '`npm run sim -- [--seeds N]',
  'sim/soak/main.ts': '`npm run soak -- [--kills N]',
  'test/fuzz/main.ts': '`npm run fuzz [-- target]',
  'tools/mutate/main.ts': '`npm run mutate -- [path…]`',
};

for (const [file, usage] of Object.entries(USAGES)) {
  test(`${file} says what it takes to whoever asks for something else`, () => {
    const { status, stdout, stderr } = run(file, '--none-such');
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /^Unknown option '--none-such'/);
    assert.ok(stderr.includes(`\n\n${usage}`), stderr);
  });
}

test('and to whoever asks for that', () => {
  const { status, stdout, stderr } = run('sim/main.ts', '--help');
  assert.deepEqual([status, stderr], [0, '']);
  assert.ok(stdout.startsWith(USAGES['sim/main.ts']), stdout);
});

test('what is to be a number is one', () => {
  const { status, stderr } = run('sim/main.ts', '--seeds', 'many');
  assert.equal(status, 2);
  assert.match(stderr, /^--seeds takes a number, not "many"\.\n/);
});
