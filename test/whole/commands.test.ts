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

for (const [file, first] of Object.entries({
  'bench/main.ts': '`npm run bench [part …]`',
  'sim/main.ts': '`npm run sim -- [--seeds N]',
  'sim/soak/main.ts': '`npm run soak -- [--kills N]',
  'test/fuzz/main.ts': '`npm run fuzz [-- target]',
  'tools/mutate/main.ts': '`npm run mutate -- [path…]`',
})) {
  test(`${file} says what it takes, to whoever asks and to whoever asks for something else`, () => {
    const help = run(file, '--help');
    assert.deepEqual([help.status, help.stderr], [0, '']);
    assert.ok(help.stdout.startsWith(first), help.stdout);
    const wrong = run(file, '--none-such');
    assert.deepEqual([wrong.status, wrong.stdout], [2, '']);
    assert.match(wrong.stderr, /^Unknown option '--none-such'/);
    assert.ok(wrong.stderr.endsWith(`\n\n${help.stdout}`), wrong.stderr);
  });
}

test('what is to be a number is one', () => {
  const { status, stderr } = run('sim/main.ts', '--seeds', 'many');
  assert.equal(status, 2);
  assert.match(stderr, /^--seeds takes a number, not "many"\.\n/);
});
