/** What a command finds around it: variables, directories, files of its user, and who reads what it prints. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { makeCertificate } from '../../src/platform/node/certificate.ts';
import { BIN, exported, identity, type Place, placeFor } from '../worlds/cli-process.ts';

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

describe('what a command prints', () => {
  /** A pipe that nobody reads. */
  function unread(t: TestContext, { directory }: Place): number {
    const file = join(directory, 'pipe');
    execFileSync('mkfifo', [file]);
    const reader = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(file, constants.O_WRONLY);
    closeSync(reader);
    t.after(() => closeSync(writer));
    return writer;
  }

  async function run(place: Place, args: string[], stdout: number) {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: place.directory,
      env: place.environment,
      stdio: ['ignore', stdout, 'pipe'],
    });
    let stderr = '';
    child.stderr?.on('data', (bytes) => {
      stderr += bytes;
    });
    const [code] = await once(child, 'close');
    return { code, stderr };
  }

  test('may be left unread: the command ends as it would have', async (t) => {
    const place = placeFor(t);
    const pipe = unread(t, place);
    assert.deepEqual(await run(place, ['--help'], pipe), { code: 0, stderr: '' });
    assert.equal((await run(place, ['exec', '--help'], pipe)).code, 0);
  });

  test('may be left unread by a server: it goes on, and watch ends', async (t) => {
    const place = placeFor(t);
    const pipe = unread(t, place);
    const ended = run(place, ['start', '--port', '0', '--ephemeral'], pipe);
    let answer = await place.run(['env']);
    while (answer.code !== 0) answer = await place.run(['env']);
    const variables = exported(answer.stdout);
    const watch = run(place, ['watch'], pipe).then((how) => ({ how }));
    let watched: Awaited<typeof watch> | undefined;
    // Each call is a line, for the server's log and for whoever watches.
    while (watched === undefined) {
      assert.equal((await identity(variables)).Account, '123456789012');
      watched = await Promise.race([watch, setTimeout(50, undefined)]);
    }
    assert.deepEqual(watched.how, { code: 0, stderr: '' });
    assert.equal((await place.run(['stop'])).code, 0);
    assert.deepEqual(await ended, { code: 0, stderr: '' });
  });

  const full = { skip: !existsSync('/dev/full') && 'this system has no /dev/full' };
  test('may find no room: the exit code says so', full, async (t) => {
    const place = placeFor(t);
    const disk = openSync('/dev/full', 'w');
    t.after(() => closeSync(disk));
    assert.deepEqual(await run(place, ['--help'], disk), {
      code: 74,
      stderr: 'latchkey: what it printed is lost: cannot write: no space left on device\n',
    });
  });
});

describe('exec', () => {
  /** Files of the user, by what is in them. */
  const FILES = {
    'no-program': ['just text\n', 0o644],
    windows: ['#!/bin/sh\r\necho hi\r\n', 0o755],
    'no-interpreter': ['#!/nonexistent/python\n', 0o755],
  } as const;

  test('makes nothing for a command that cannot be run, and says why not', async (t) => {
    const place = placeFor(t);
    for (const [name, [text, mode]] of Object.entries(FILES)) {
      writeFileSync(join(place.directory, name), text);
      chmodSync(join(place.directory, name), mode);
    }
    for (const [command, code, why] of [
      ['nosuchcommand', 127, 'no such command'],
      ['./nosuchfile', 127, 'no such command'],
      ['/', 126, 'it is a directory'],
      ['./no-program', 126, './no-program is not executable (chmod +x)'],
      ['./windows', 126, "the lines of ./windows end as Windows writes them (sed -i 's/\\r$//' mends it)"],
      ['./no-interpreter', 126, '/nonexistent/python, which its first line names, is not there'],
    ] as const) {
      const how = await place.run(['exec', '--', command]);
      assert.deepEqual([how.code, how.stderr], [code, `latchkey: cannot run ${command}: ${why}\n`]);
    }
    assert.ok(!existsSync(join(place.directory, '.latchkey')));
  });

  test('takes what stands after the first word as the words of the command, without --', async (t) => {
    const place = placeFor(t);
    const script = 'console.log(process.argv.slice(1).join())';
    const words = ['-v', '--version', '--help', '--port', '1', '', '-5'];
    const { code, stdout } = await place.run([
      ...['exec', '--delays', '0', '--ephemeral', process.execPath],
      ...['-e', script, '--', ...words],
    ]);
    assert.deepEqual([code, stdout], [0, `${words.join()}\n`]);
    assert.equal((await place.run(['exec', '--nonesuch', process.execPath])).code, 2);
  });
});

describe('files and values that options name', () => {
  test('an empty value is that of a variable that is not set, and never a default', async (t) => {
    const place = placeFor(t);
    // Of an empty address Node would listen on all that the machine has.
    for (const option of ['host', 'port', 'delays', 'from', 'hostname']) {
      const { code, stderr } = await place.run(['start', '--ephemeral', `--${option}=`]);
      assert.deepEqual(
        [code, stderr],
        [2, `latchkey: --${option} is given an empty value. Try: latchkey start --help\n`],
      );
    }
    for (const port of ['0x50', '1e3', ' 80', '-1', '1.0']) {
      const { code, stderr } = await place.run(['start', '--ephemeral', `--port=${port}`]);
      assert.deepEqual([code, stderr], [2, 'latchkey: --port takes a whole number from 0 to 65535\n']);
    }
  });

  test('a certificate that nobody could call the server by', async (t) => {
    const place = placeFor(t);
    const [one, other] = [await makeCertificate([], Date.now()), await makeCertificate([], Date.now())];
    const files = { cert: one.certificate, key: one.privateKey, 'other-key': other.privateKey, empty: '' };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(place.directory, name), text);
    const start = (cert: string, key: string) =>
      place.run(['start', '--ephemeral', '--port', '0', '--tls-cert', cert, '--tls-key', key]);
    for (const [cert, key, why] of [
      ['empty', 'key', 'the first holds no certificate in PEM'],
      ['key', 'key', 'the first holds no certificate in PEM'],
      ['cert', 'empty', 'the second holds no private key in PEM, or one that is under a passphrase'],
      ['cert', 'other-key', 'the key is not that of the certificate'],
    ] as const) {
      const { code, stderr } = await start(cert, key);
      assert.deepEqual([code, stderr], [2, `latchkey: --tls-cert ${cert}, --tls-key ${key}: ${why}\n`]);
    }
    const missing = await start('nowhere', 'key');
    assert.equal(missing.stderr, 'latchkey: cannot open nowhere: no such file or directory\n');
  });
});
