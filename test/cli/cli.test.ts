/** The `latchkey` command as its users meet it: processes, exit codes, and each sentence that it says. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { BIN, clientOf, exported, identity, placeFor } from '../worlds/cli-process.ts';
import { refusal } from '../worlds/server.ts';

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));
const here = { concurrency: 2 };

describe('what is mistyped', here, () => {
  const cases: readonly [string, string[], string][] = [
    ['a command', ['frob'], 'unknown command "frob". Try: latchkey --help'],
    [
      'a command nearly',
      ['explian', 'i-1'],
      'unknown command "explian"; the nearest name is explain. Try: latchkey --help',
    ],
    ['an option', ['start', '--nonesuch'], "Unknown option '--nonesuch'. Try: latchkey start --help"],
    [
      'an option nearly',
      ['start', '--emphemeral'],
      "Unknown option '--emphemeral'; the nearest name is --ephemeral. Try: latchkey start --help",
    ],
    [
      'an option of every command that asks a server',
      ['explain', '--prot', '4711', 'i-1'],
      "Unknown option '--prot'; the nearest name is --port. Try: latchkey explain --help",
    ],
    [
      'an option without its value',
      ['start', '--data'],
      "Option '--data <value>' argument missing. Try: latchkey start --help",
    ],
    ['a word too many', ['start', 'now'], '"now" is not expected there. Try: latchkey start --help'],
    [
      'a directory that is none',
      ['start', '--data', ''],
      '--data is given an empty value. Try: latchkey start --help',
    ],
    ['a port', ['start', '--port', '70000'], '--port takes a whole number from 0 to 65535'],
    ['a mode', ['start', '--auth', 'none'], '--auth is strict or open'],
    ['an account', ['start', '--account', '12'], '--account takes twelve digits'],
    ['delays', ['start', '--delays', 'x'], '--delays takes a factor from 0 to 1000'],
    ['a passphrase variable', ['start', '--passphrase-env', 'LATCHKEY_NONE'], 'LATCHKEY_NONE is not set'],
    [
      'both of two',
      ['start', '--data', 'd', '--ephemeral'],
      '--ephemeral keeps nothing, --data keeps everything: which is it to be?',
    ],
    ['a file that is not there', ['explain', 'none.json'], 'there is no none.json'],
    ['a server to stop', ['stop'], 'no server is running: there is nothing to stop'],
    [
      'no snapshot to redact',
      ['redact'],
      'which snapshot, and where to? latchkey redact --from DIR --out DIR2',
    ],
    ['nothing to run', ['exec'], 'run what? latchkey exec -- COMMAND'],
    ['nothing to explain', ['explain'], 'explain what? latchkey explain i-…'],
    ['no key to ask about', ['who-can'], 'who may use which key? latchkey who-can alias/app'],
    [
      'the action before the key',
      ['who-can', 'kms:Decrypt', 'alias/app'],
      'the key comes first: latchkey who-can alias/app kms:Decrypt',
    ],
    [
      'no key to compare for',
      ['what-if'],
      'what is to change, and to which policy? Try: latchkey what-if alias/app < policy.json',
    ],
    ['how far', ['clock', 'advance', 'much'], 'advance how far? latchkey clock advance 30s, 15m, 12h, 7d'],
    [
      'how far back',
      ['clock', 'advance', '-5d'],
      'the clock never goes back. Forward: latchkey clock advance 5d',
    ],
    ['delays below zero', ['start', '--delays', '-1'], '--delays takes a factor from 0 to 1000'],
    ...[['console'], ['start'], ['what-can', 'eve'], ['explain', 'i-1']].map(
      (args) =>
        [
          `${args[0]} of a snapshot that is not there`,
          [...args, '--from', 'none'],
          'there is no none. Make a snapshot: latchkey import aws --out none, or latchkey import files PATH… --out none',
        ] as [string, string[], string],
    ),
    ['the way', ['clock', 'back'], 'the clock cannot "back". Try: latchkey clock advance 7d'],
    ['a volume verb', ['volume', 'frob'], 'try: latchkey volume list, or: latchkey volume connect vol-…'],
    ...[
      ['env'],
      ['explain', 'i-1'],
      ['who-can', 'alias/app'],
      ['what-if', 'alias/app'],
      ['clock'],
      ['volume', 'list'],
      ['rekey'],
    ].map(
      (args) =>
        [`${args[0]} without a server`, args, 'no server is running. Start one: npx latchkey start'] as [
          string,
          string[],
          string,
        ],
    ),
  ];
  test('is answered with one sentence and exit code 2', async (t) => {
    const place = placeFor(t);
    for (const [what, args, sentence] of cases) {
      const { code, stdout, stderr } = await place.run(args);
      assert.deepEqual(
        { code, stdout, stderr },
        { code: 2, stdout: '', stderr: `latchkey: ${sentence}\n` },
        what,
      );
    }
    assert.deepEqual(readdirSync(place.directory), [`latchkey-${process.getuid?.()}`]);
  });

  test('help and the version are told', async (t) => {
    const place = placeFor(t);
    const { stdout, code } = await place.run(['--help']);
    assert.equal(code, 0);
    const commands = [...stdout.matchAll(/^ {2}([\w-]+) +\S/gm)].map(([, name]) => name as string);
    for (const name of [
      'start',
      'exec',
      'env',
      'explain',
      'who-can',
      'what-if',
      'volume',
      'clock',
      'rekey',
    ]) {
      assert.ok(commands.includes(name), name);
    }
    const helps = await Promise.all(commands.map((name) => place.run([name, '--help'])));
    for (const help of helps) {
      assert.equal(help.code, 0);
      assert.match(help.stdout, /^Usage: /);
    }
    const { version } = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8'));
    assert.equal((await place.run(['--version'])).stdout, `${version}\n`);
  });
});

describe('start', here, () => {
  test('says where it listens and what it keeps, and ends on SIGTERM and on SIGINT', async (t) => {
    const place = placeFor(t);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const server = await place.start(['--port', '0', '--data', 'kept']);
      const { stdout, stderr, code } = await server.stop(signal);
      assert.equal(
        stdout,
        `Latchkey is listening on ${server.url}, keeping everything in kept.\nIn another shell: eval "$(npx latchkey env)"; to look at it in the browser: npx latchkey console\n`,
      );
      assert.equal(stderr, '');
      assert.equal(code, 0);
      assert.equal((await place.run(['env'])).code, 2, 'it is no longer found');
    }
  });

  test('keeps everything in .latchkey unless told otherwise, and with --ephemeral nothing', async (t) => {
    const place = placeFor(t);
    await (await place.start(['--port', '0', '--ephemeral'])).stop();
    assert.equal(existsSync(join(place.directory, '.latchkey')), false);
    await (await place.start(['--port', '0'])).stop();
    assert.ok(existsSync(join(place.directory, '.latchkey/latchkey.db')));
    assert.equal(statSync(join(place.directory, '.latchkey')).mode & 0o777, 0o700);
  });

  test('says when its port is taken, and leaves nothing running', async (t) => {
    const place = placeFor(t);
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    t.after(() => other.close());
    const { port } = other.address() as { port: number };
    // Pending work in the data directory must not keep the failed start alive.
    const first = await place.start(['--port', '0', '--data', 'd']);
    const kms = clientOf(KMSClient, exported((await place.run(['env'])).stdout));
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: KeyMetadata?.KeyId }));
    await first.stop();
    const { code, stderr } = await place.run(['start', '--port', String(port), '--data', 'd']);
    assert.equal(
      stderr,
      `latchkey: port ${port} is taken by another program, or another Latchkey. Take a free one: --port 0\n`,
    );
    assert.equal(code, 1);
  });

  test('says when its directory is in use, is none, or its root key is another', async (t) => {
    const place = placeFor(t);
    const server = await place.start(['--port', '0', '--data', 'd']);
    const second = await place.run(['start', '--port', '0', '--data', 'd']);
    assert.equal(second.code, 1);
    assert.equal(
      second.stderr,
      `latchkey: d/latchkey.db is in use by another process: process ${server.child.pid} serves it at ${server.url}. ` +
        'Use that server, stop it first, or give this one another --data\n',
    );
    assert.equal((await place.run(['env'])).code, 0, 'the first goes on');
    await server.stop();

    writeFileSync(join(place.directory, 'file'), '');
    const file = await place.run(['start', '--port', '0', '--data', 'file']);
    assert.deepEqual([file.code, file.stderr], [1, 'latchkey: file is not a directory\n']);

    const rootKey = join(place.directory, 'd/root.key');
    const kept = readFileSync(rootKey);
    rmSync(rootKey);
    // Nor for another account is a second root key written beside what the first one seals.
    for (const account of ['123456789012', '999999999999']) {
      const lost = await place.run(['start', '--port', '0', '--data', 'd', '--account', account]);
      assert.equal(lost.code, 1);
      assert.match(
        lost.stderr,
        /^latchkey: root\.key is missing in d, and what is kept there cannot be opened/,
      );
      assert.ok(!existsSync(rootKey));
    }

    await (await place.start(['--port', '0', '--data', 'other'])).stop();
    writeFileSync(rootKey, readFileSync(join(place.directory, 'other/root.key')));
    const replaced = await place.run(['start', '--port', '0', '--data', 'd', '--account', '999999999999']);
    assert.equal(replaced.code, 1);
    assert.match(
      replaced.stderr,
      /^latchkey: what is kept in d cannot be opened with its root\.key: this is sealed under root key [0-9a-f]{8}, which is not held\. Put back/,
    );
    writeFileSync(rootKey, kept);
    assert.equal((await (await place.start(['--port', '0', '--data', 'd'])).stop()).code, 0);
  });

  test('is for its user alone: no inspector on SIGUSR1, and no link followed to a directory of others', async (t) => {
    const place = placeFor(t);
    const server = await place.start(['--port', '0', '--ephemeral']);
    server.child.kill('SIGUSR1');
    assert.equal((await identity(exported((await place.run(['env'])).stdout))).Account, '123456789012');
    const { stderr } = await server.stop();
    assert.doesNotMatch(stderr, /Debugger listening/);

    const victim = join(place.directory, 'victim');
    mkdirSync(victim, { mode: 0o755 });
    const runtime = join(place.directory, 'runtime');
    mkdirSync(runtime);
    symlinkSync(victim, join(runtime, `latchkey-${process.getuid?.()}`));
    const linked = await place.run(['start', '--port', '0', '--ephemeral'], { XDG_RUNTIME_DIR: runtime });
    assert.equal(linked.code, 1);
    assert.match(linked.stderr, /is not a directory, and must be one of your own/);
    assert.equal(statSync(victim).mode & 0o777, 0o755);
  });

  test('seals under a passphrase, and asks for it ever after', async (t) => {
    const place = placeFor(t);
    const args = ['--port', '0', '--data', 'd', '--passphrase-env', 'PHRASE'];
    await (await place.start(args, { PHRASE: 'correct horse' })).stop();
    const without = await place.run(['start', '--port', '0', '--data', 'd']);
    assert.equal(
      without.stderr,
      'latchkey: the root key in d/root.key is protected by a passphrase, and none was given\n',
    );
    const wrong = await place.run(['start', ...args], { PHRASE: 'battery staple' });
    assert.equal(wrong.stderr, 'latchkey: the passphrase does not open the root key in d/root.key\n');
    await (await place.start(args, { PHRASE: 'correct horse' })).stop();
  });

  test('listens on loopback only, and to its own names only', async (t) => {
    const place = placeFor(t);
    const { port, url } = await place.start(['--port', '0', '--ephemeral']);
    assert.match(url, /^http:\/\/127\.0\.0\.1:/);
    const addresses = Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of addresses) {
      const socket = connect(port, address);
      const [event] = await Promise.race([
        once(socket, 'error'),
        once(socket, 'connect').then(() => ['connected']),
      ]);
      socket.destroy();
      assert.equal((event as NodeJS.ErrnoException).code, 'ECONNREFUSED', address);
    }
    const rebound = await fetch(`${url}/_latchkey/health`, { headers: { origin: 'http://evil.example' } });
    assert.equal(rebound.status, 403);
    assert.equal((await fetch(`${url}/_latchkey/account`, { method: 'POST' })).status, 403);
  });
});

describe('env', here, () => {
  test('exports the root of an account, which is made when it is new', async (t) => {
    const place = placeFor(t);
    const { url } = await place.start(['--port', '0', '--ephemeral']);
    const { stdout } = await place.run(['env']);
    const variables = exported(stdout);
    assert.deepEqual(Object.keys(variables), [
      'AWS_ENDPOINT_URL',
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_REGION',
      'AWS_DEFAULT_REGION',
    ]);
    assert.equal(variables.AWS_ENDPOINT_URL, url);
    assert.equal(variables.AWS_REGION, 'us-east-1');
    // What would lead a client past these: an endpoint for one service goes before that for all.
    const misled = await place.run(['env'], { AWS_ENDPOINT_URL_KMS: 'https://kms.us-east-1.amazonaws.com' });
    for (const name of ['AWS_SESSION_TOKEN', 'AWS_PROFILE', 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'])
      assert.match(stdout, new RegExp(`^unset .*\\b${name}\\b`, 'm'));
    assert.match(misled.stdout, /^unset .*\bAWS_ENDPOINT_URL_KMS\b/m);
    assert.equal((await identity(variables)).Arn, 'arn:aws:iam::123456789012:root');

    const other = exported(
      (await place.run(['env', '--account', '111122223333', '--region', 'eu-west-1'])).stdout,
    );
    assert.equal((await identity(other)).Arn, 'arn:aws:iam::111122223333:root');
    assert.equal(other.AWS_REGION, 'eu-west-1');
    const { KeyMetadata } = await clientOf(KMSClient, other).send(new CreateKeyCommand({}));
    assert.match(KeyMetadata?.Arn as string, /^arn:aws:kms:eu-west-1:111122223333:key\//);
    const again = exported((await place.run(['env', '--account', '111122223333'])).stdout);
    assert.equal(again.AWS_SECRET_ACCESS_KEY, other.AWS_SECRET_ACCESS_KEY);

    for (const [args, sentence] of [
      [['--account', '12'], 'an account id is twelve digits'],
      [['--region', 'mars'], 'mars is not a region'],
    ] as const) {
      const { code, stdout, stderr } = await place.run(['env', ...args]);
      assert.deepEqual({ code, stdout, stderr }, { code: 2, stdout: '', stderr: `latchkey: ${sentence}\n` });
    }
  });

  test('of several servers asks the one that is named, and never another in its place', async (t) => {
    const place = placeFor(t);
    const first = await place.start(['--port', '0', '--ephemeral']);
    const second = await place.start(['--port', '0', '--ephemeral']);
    const { code, stderr } = await place.run(['env']);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^latchkey: several servers run: \S+, \S+\. Say which: --port PORT, or set AWS_ENDPOINT_URL\.\n$/,
    );
    for (const command of [['env'], ['explain', 'i-1'], ['who-can', 'alias/a'], ['exec', '--', 'true']]) {
      const elsewhere = await place.run(command, { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' });
      assert.equal(elsewhere.code, 2, command[0]);
      assert.match(
        elsewhere.stderr,
        /^latchkey: no Latchkey of yours runs at http:\/\/127\.0\.0\.1:1, which AWS_ENDPOINT_URL names\. There is: /,
      );
    }
    for (const { url, port } of [first, second]) {
      const named: [string[], NodeJS.ProcessEnv][] = [
        [['env'], { AWS_ENDPOINT_URL: url }],
        [['env'], { AWS_ENDPOINT_URL: `http://localhost:${port}` }],
        [['env', '--port', String(port)], {}],
        [['env', '--endpoint', `http://localhost:${port}/`], { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }],
      ];
      for (const [args, environment] of named) {
        const { stdout } = await place.run(args, environment);
        assert.equal(exported(stdout).AWS_ENDPOINT_URL, url, args.join(' '));
      }
    }
  });
});

describe('exec', here, () => {
  const printing = ['node', '-e', 'console.log(JSON.stringify(process.env))'];

  test('runs a command with a server of its own, and ends it afterwards', async (t) => {
    const place = placeFor(t);
    const { stdout, code } = await place.run(['exec', '--ephemeral', '--', ...printing], {
      AWS_PROFILE: 'mine',
    });
    assert.equal(code, 0);
    const environment = JSON.parse(stdout);
    assert.match(environment.AWS_ENDPOINT_URL, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(environment.AWS_REGION, 'us-east-1');
    assert.equal(environment.AWS_PROFILE, undefined);
    await assert.rejects(fetch(environment.AWS_ENDPOINT_URL));
    assert.equal(existsSync(join(place.directory, '.latchkey')), false);
  });

  test('uses the server that runs, unless it is to be ephemeral', async (t) => {
    const place = placeFor(t);
    const { url } = await place.start(['--port', '0', '--ephemeral']);
    const endpointOf = async (...options: string[]) =>
      JSON.parse((await place.run(['exec', ...options, '--', ...printing])).stdout).AWS_ENDPOINT_URL;
    assert.equal(await endpointOf(), url);
    assert.notEqual(await endpointOf('--ephemeral'), url);
  });

  test('without --ephemeral keeps what it made for the next', async (t) => {
    const place = placeFor(t);
    const secret = async () =>
      JSON.parse((await place.run(['exec', '--', ...printing])).stdout).AWS_SECRET_ACCESS_KEY;
    assert.equal(await secret(), await secret());
    assert.ok(existsSync(join(place.directory, '.latchkey/latchkey.db')));
  });

  test('passes exit codes on as a shell does', async (t) => {
    const place = placeFor(t);
    const codes = [
      [['sh', '-c', 'exit 7'], 7],
      [['true'], 0],
      [['sh', '-c', 'kill -KILL $$'], 137],
      [['no-such-command'], 127],
    ] as const;
    for (const [command, expected] of codes) {
      const { code, stderr } = await place.run(['exec', '--ephemeral', '--', ...command]);
      assert.equal(code, expected, command.join(' '));
      const sentence = expected === 127 ? 'latchkey: cannot run no-such-command: no such command\n' : '';
      assert.equal(stderr, sentence);
    }
  });

  test('passes signals on, and ends with the command', async (t) => {
    const place = placeFor(t);
    const child = place.spawn([
      'exec',
      '--ephemeral',
      '--',
      'sh',
      '-c',
      'trap "exit 42" TERM; echo ready; while :; do sleep 0.05; done',
    ]);
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    assert.equal(code, 42);
  });

  test('inside it, env and explain speak of the same server and account', async (t) => {
    const place = placeFor(t);
    await place.start(['--port', '0', '--ephemeral']);
    const script = `echo $AWS_ENDPOINT_URL; node ${BIN} env --account 222233334444; node ${BIN} explain nothing`;
    const { stdout, code } = await place.run([
      'exec',
      '--ephemeral',
      '--account',
      '111122223333',
      '--',
      'sh',
      '-c',
      script,
    ]);
    const [url] = stdout.split('\n');
    assert.equal(exported(stdout).AWS_ENDPOINT_URL, url);
    assert.match(stdout, /Nothing is recorded about nothing in account 111122223333, Region us-east-1\./);
    assert.equal(code, 3);
  });
});

describe('who is let in', here, () => {
  const dummies = (url: string, accessKeyId: string) => ({
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'test',
  });

  test('strict: only known keys with right signatures', async (t) => {
    const place = placeFor(t);
    const { url } = await place.start(['--port', '0', '--ephemeral']);
    for (const accessKeyId of ['test', '111122223333', 'AKIAIOSFODNN7EXAMPLE']) {
      const { code, status } = await refusal(identity(dummies(url, accessKeyId)));
      assert.deepEqual({ code, status }, { code: 'InvalidClientTokenId', status: 403 });
    }
    const known = exported((await place.run(['env'])).stdout);
    const { code } = await refusal(identity({ ...known, AWS_SECRET_ACCESS_KEY: 'test' }));
    assert.equal(code, 'SignatureDoesNotMatch');
  });

  test('open: unknown keys are the root of the default account, or of the account that they name', async (t) => {
    const place = placeFor(t);
    const { url } = await place.start([
      '--port',
      '0',
      '--ephemeral',
      '--auth',
      'open',
      '--account',
      '999988887777',
    ]);
    assert.equal((await identity(dummies(url, 'test'))).Arn, 'arn:aws:iam::999988887777:root');
    assert.equal((await identity(dummies(url, '111122223333'))).Arn, 'arn:aws:iam::111122223333:root');
    await clientOf(IAMClient, dummies(url, 'test')).send(new CreateUserCommand({ UserName: 'john' }));
    const known = exported((await place.run(['env'])).stdout);
    assert.equal((await identity(known)).Arn, 'arn:aws:iam::999988887777:root');
    const { code } = await refusal(identity({ ...known, AWS_SECRET_ACCESS_KEY: 'test' }));
    assert.equal(code, 'SignatureDoesNotMatch', 'a known key is verified all the same');
  });
});

describe('clock, explain, volume', here, () => {
  test('the clock moves on, things happen, and a restart does not move it back', async (t) => {
    const place = placeFor(t);
    const server = await place.start(['--port', '0', '--data', 'd']);
    const kms = clientOf(KMSClient, exported((await place.run(['env'])).stdout));
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata?.KeyId;
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    const before = Date.parse((await place.run(['clock'])).stdout.trim());
    const { stdout } = await place.run(['clock', 'advance', '8d']);
    assert.match(stdout, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\n$/);
    assert.ok(Date.parse(stdout.trim()) - before >= 8 * 86_400_000);
    assert.equal((await refusal(kms.send(new DescribeKeyCommand({ KeyId })))).code, 'NotFoundException');
    const tooFar = await place.run(['clock', 'advance', '9999d']);
    assert.deepEqual(
      [tooFar.code, tooFar.stderr],
      [2, 'latchkey: the clock moves on by ten years at most\n'],
    );
    await server.stop();
    await place.start(['--port', '0', '--data', 'd']);
    assert.ok(Date.parse((await place.run(['clock'])).stdout.trim()) >= Date.parse(stdout.trim()));
  });

  test('explain: exit code 3 for what nothing is known of, 0 and JSON or text for what was allowed', async (t) => {
    const place = placeFor(t);
    await place.start(['--port', '0', '--ephemeral']);
    const unknown = await place.run(['explain', 'i-0123456789abcdef0']);
    assert.deepEqual(
      [unknown.code, unknown.stdout],
      [
        3,
        [
          'Nothing is recorded about i-0123456789abcdef0 in account 123456789012, Region us-east-1.',
          'What is in another account or Region is found with --account ID and --region REGION, and of a real account that was imported with --from DIR.',
          '',
        ].join('\n'),
      ],
    );
    const asJson = await place.run(['explain', 'i-0123456789abcdef0', '--json']);
    assert.equal(asJson.code, 3);
    assert.equal(JSON.parse(asJson.stdout).found, false);

    const kms = clientOf(KMSClient, exported((await place.run(['env'])).stdout));
    const { KeyMetadata, $metadata } = await kms.send(new CreateKeyCommand({}));
    for (const subject of [$metadata.requestId, KeyMetadata?.Arn, KeyMetadata?.KeyId]) {
      const { code, stdout } = await place.run(['explain', subject as string]);
      assert.equal(code, 0);
      assert.match(
        stdout,
        /the root user of account 123456789012 \(arn:aws:iam::123456789012:root\) called kms:CreateKey/,
      );
    }
    const { stdout } = await place.run(['explain', $metadata.requestId as string, '--json']);
    const { found, verdict, event } = JSON.parse(stdout);
    assert.deepEqual([found, verdict, event.eventName], [true, 'allowed', 'CreateKey']);
  });

  test('can, what-can, audit: exit codes, JSON and pages; colours only where they are wanted', async (t) => {
    const place = placeFor(t);
    await place.start(['--port', '0', '--ephemeral']);
    const kms = clientOf(KMSClient, exported((await place.run(['env'])).stdout));
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const key = KeyMetadata?.Arn as string;
    const allowed = await place.run(['can', 'root', 'kms:Decrypt', key]);
    assert.equal(allowed.code, 0);
    assert.match(allowed.stdout, /^the root user of account 123456789012 may kms:Decrypt on key /);
    const given = ['can', 'root', 's3:GetObject', '--context', 'aws:SourceIp=192.0.2.1', '--json'];
    const unserved = await place.run(given);
    assert.deepEqual([unserved.code, JSON.parse(unserved.stdout).verdict], [3, 'unknown']);
    const wrong = await place.run(['can', 'root', 'kms:Decrypt', key, '--context', 'aws:SourceIp']);
    assert.deepEqual(
      [wrong.code, wrong.stderr],
      [2, 'latchkey: --context takes KEY=VALUE, not aws:SourceIp\n'],
    );
    const what = await place.run(['what-can', 'root']);
    assert.match(what.stdout, /^What the root user of account 123456789012 may do with keys\n\nkey /);
    const audited = await place.run(['audit', '--sarif']);
    assert.deepEqual([audited.code, JSON.parse(audited.stdout).version], [0, '2.1.0']);
    const page = await place.run(['explain', key, '--html']);
    assert.match(page.stdout, /^<!doctype html>[\s\S]*<h1 class="good">/);
    assert.doesNotMatch(page.stdout, /<script|https?:\/\/(?!docs)/);
    const ansi = String.fromCharCode(27);
    const coloured = await place.run(['explain', key], { FORCE_COLOR: '1' });
    assert.ok(coloured.stdout.startsWith(ansi));
    const plain = await place.run(['explain', key], { NO_COLOR: '1' });
    assert.ok(!plain.stdout.includes(ansi));
  });

  test('what-if: exit code 1 when something would be denied, 0 when nothing would, 2 where there is no telling', async (t) => {
    const place = placeFor(t);
    await place.start(['--port', '0', '--ephemeral']);
    const kms = clientOf(KMSClient, exported((await place.run(['env'])).stdout));
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata?.KeyId as string;
    await kms.send(new DescribeKeyCommand({ KeyId }));
    const policyOf = (Action: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action, Resource: '*' },
        ],
      });
    const run = async (policy: string, ...more: string[]) => {
      const { code, stdout, stderr } = await place.run(['what-if', KeyId, ...more], {}, policy);
      return { code, said: stdout || stderr };
    };
    assert.match((await run(policyOf('kms:*'))).said, /was decided again, and comes out the same/);
    assert.equal((await run(policyOf('kms:*'))).code, 0);
    const { code, said } = await run(policyOf('kms:PutKeyPolicy'), '--json');
    const { denied, judged } = JSON.parse(said);
    assert.deepEqual([code, judged, denied[0].action, denied[0].count], [1, 1, 'kms:DescribeKey', 1]);
    const malformed = await run('{');
    assert.equal(malformed.code, 2);
    assert.match(malformed.said, /^latchkey: The policy is not JSON at line 1, column 2: /);
  });

  test('volume: nothing attached is an empty list, and said of a volume', async (t) => {
    const place = placeFor(t);
    await place.start(['--port', '0', '--ephemeral']);
    const list = await place.run(['volume', 'list']);
    assert.deepEqual([list.code, list.stdout], [0, '']);
    assert.equal(list.stderr, 'No volume is attached to a running instance.\n');
    const { code, stderr } = await place.run(['volume', 'connect', 'vol-1']);
    assert.equal(code, 1);
    assert.match(stderr, /^latchkey: vol-1 is not attached to a running instance/);
  });
});

test('npx latchkey works from the checkout', async (t) => {
  const { environment } = placeFor(t);
  const { stdout } = await promisify(execFile)(
    'npx',
    ['latchkey', 'exec', '--ephemeral', '--', 'sh', '-c', 'echo $AWS_REGION'],
    {
      cwd: CHECKOUT,
      env: environment,
    },
  );
  assert.equal(stdout, 'us-east-1\n');
});
