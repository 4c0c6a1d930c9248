/** What a command finds around it: variables, directories, files of its user, and who reads what it prints. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { placeFor } from '../worlds/cli-process.ts';

const OURS = `latchkey-${process.getuid?.() ?? -1}`;

describe('the directory for what lasts as long as the user is there', () => {
  const UNUSABLE: readonly [string, string | undefined][] = [
    ['not set', undefined],
    ['set to nothing', ''],
    ['not there', '/nonexistent/run'],
    ['a file', '/dev/null'],
    ['no absolute path', 'run'],
  ];

  test('is that for temporary files where there is none, for servers and those who look for them', async (t) => {
    const place = placeFor(t);
    const TMPDIR = join(place.directory, 'tmp');
    mkdirSync(TMPDIR);
    const { url } = await place.start(['--port', '0', '--ephemeral'], { TMPDIR, XDG_RUNTIME_DIR: undefined });
    for (const [what, directory] of UNUSABLE) {
      const { stdout } = await place.run(['status'], { TMPDIR, XDG_RUNTIME_DIR: directory });
      assert.match(stdout, new RegExp(`^${url} .* in memory\n$`), what);
    }
    assert.deepEqual(readdirSync(place.directory), ['tmp']);
    assert.ok(readdirSync(TMPDIR).includes(OURS));
  });

  test('and where that is none either, a sentence says which variables count', async (t) => {
    const place = placeFor(t);
    const TMPDIR = join(place.directory, 'file');
    writeFileSync(TMPDIR, '');
    const { code, stderr } = await place.run(['status'], { TMPDIR, XDG_RUNTIME_DIR: undefined });
    assert.deepEqual(
      [code, stderr],
      [
        1,
        `latchkey: ${TMPDIR}/${OURS} cannot be written: what leads to it is a file, not a folder. ` +
          'Have TMPDIR or XDG_RUNTIME_DIR name a directory of yours\n',
      ],
    );
  });
});
