/** As whom clients are let in, servers that are left running, and the log of their calls: each as a user of the command meets it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CreateVolumeCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { clientOf, exported, identity, placeFor } from '../worlds/cli-process.ts';

const here = { concurrency: 2 };

describe('env', here, () => {
  test('gives a user, an administrator, and a session of a role', async (t) => {
    const place = placeFor(t);
    await place.start(['--port', '0', '--ephemeral']);
    const as = async (...args: string[]) => exported((await place.run(['env', ...args])).stdout);
    const john = await as('--as', 'user/john');
    assert.equal((await identity(john)).Arn, 'arn:aws:iam::123456789012:user/john');
    assert.equal((await as('--as', 'user/john')).AWS_SECRET_ACCESS_KEY, john.AWS_SECRET_ACCESS_KEY);
    await assert.rejects(clientOf(KMSClient, john).send(new CreateKeyCommand({})), /not authorized/);

    const admin = await as('--admin');
    const iam = clientOf(IAMClient, admin);
    await clientOf(KMSClient, admin).send(new CreateKeyCommand({}));
    for (const [RoleName, Principal] of [
      ['deploy', { AWS: 'arn:aws:iam::123456789012:root' }],
      ['node', { Service: 'ec2.amazonaws.com' }],
      ['closed', { AWS: 'arn:aws:iam::123456789012:user/john' }],
    ] as const) {
      const Statement = [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }];
      const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    }
    for (const name of ['deploy', 'node']) {
      const session = await as('--as', `role/${name}`);
      assert.match((await identity(session)).Arn as string, new RegExp(`:assumed-role/${name}/`));
      assert.doesNotMatch(
        (await place.run(['env', '--as', `role/${name}`])).stdout,
        /unset AWS_SESSION_TOKEN/,
      );
    }
    for (const [who, sentence] of [
      [
        'role/closed',
        /role\/closed in account 123456789012: User: .* is not authorized to perform: sts:AssumeRole/,
      ],
      ['role/nobody', /role\/nobody in account 123456789012: The role with name nobody cannot be found\./],
      ['john', /--as takes user\/NAME or role\/NAME/],
    ] as const) {
      const refused = await place.run(['env', '--as', who]);
      assert.deepEqual([refused.code, refused.stdout], [2, '']);
      assert.match(refused.stderr, sentence);
    }
  });

  test('is written for the shell that evaluates it, and as profiles of several accounts', async (t) => {
    const place = placeFor(t);
    const { url } = await place.start(['--port', '0', '--ephemeral']);
    const output = async (...args: string[]) => (await place.run(['env', ...args])).stdout;
    assert.equal(JSON.parse(await output('--format', 'json')).AWS_ENDPOINT_URL, url);
    assert.match(await output('--format', 'dotenv'), new RegExp(`^AWS_ENDPOINT_URL=${url}$`, 'm'));
    assert.match(await output('--format', 'fish'), new RegExp(`^set -gx AWS_ENDPOINT_URL '${url}'$`, 'm'));
    assert.match(await output('--format', 'powershell'), /^\$Env:AWS_REGION = 'us-east-1'$/m);
    const wrong = await place.run(['env', '--format', 'cmd']);
    assert.equal(wrong.stderr, 'latchkey: --format is one of sh, fish, powershell, json, dotenv\n');

    const file = join(place.directory, 'profiles');
    const variables = await output('--profiles', file, '111122223333', '444455556666');
    assert.match(variables, /^unset .*AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY$/m);
    const config = readFileSync(file, 'utf8');
    assert.deepEqual(config.match(/^\[.*\]$/gm), [
      '[default]',
      '[profile 111122223333]',
      '[profile 444455556666]',
    ]);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  test('what a server sends cannot become a command of the shell', async (t) => {
    const evil = createServer((_request, response) => {
      const secretAccessKey = "'; touch hacked; echo '";
      response.end(
        JSON.stringify({ accountId: '1', accessKeyId: '$(touch hacked)', secretAccessKey, region: '`id`' }),
      );
    });
    t.after(() => evil.close());
    await new Promise<void>((listening) => evil.listen(0, '127.0.0.1', listening));
    const endpoint = `http://127.0.0.1:${(evil.address() as AddressInfo).port}`;
    const place = placeFor(t);
    const { stdout } = await place.run(['env'], {
      AWS_ENDPOINT_URL: endpoint,
      LATCHKEY_TOKEN: 'x'.repeat(16),
    });
    const shell = spawnSync('sh', ['-c', `${stdout}\nprintf %s "$AWS_SECRET_ACCESS_KEY"`], {
      cwd: place.directory,
    });
    assert.equal(shell.stdout.toString(), "'; touch hacked; echo '");
    assert.equal(existsSync(join(place.directory, 'hacked')), false);
  });
});

describe('start, in the background', here, () => {
  test('--detach returns once it is ready; status and stop find it', async (t) => {
    const place = placeFor(t);
    writeFileSync(join(place.directory, '10-key.sh'), 'latchkey_test=1; touch "$PWD/ran-$AWS_REGION"\n');
    const options = ['--ephemeral', '--port', '0', '--init', '.'];
    const started = await place.run(['start', '--detach', '--json', ...options]);
    assert.equal(started.code, 0, started.stderr);
    const { url, pid } = JSON.parse(started.stdout);
    t.after(() => spawnSync('kill', [String(pid)]));
    assert.ok(existsSync(join(place.directory, 'ran-us-east-1')), 'the script ran before it was ready');
    const [listed] = JSON.parse((await place.run(['status', '--json'])).stdout);
    assert.deepEqual([listed.url, listed.pid, listed.status], [url, pid, 'ok']);
    assert.equal((await place.run(['stop'])).code, 0);
    assert.equal((await place.run(['status'])).code, 1);
    await assert.rejects(fetch(url));
  });

  test('a script that fails, or that is not there, says so and leaves nothing running', async (t) => {
    const place = placeFor(t);
    writeFileSync(join(place.directory, 'fails.sh'), 'exit 3\n');
    for (const detach of [[], ['--detach']]) {
      const failed = await place.run(['start', ...detach, '--ephemeral', '--port', '0', '--init', '.']);
      assert.equal(failed.code, 1);
      assert.match(failed.stderr, /fails\.sh ended with exit code 3; the server was not started/);
    }
    const missing = await place.run(['start', '--ephemeral', '--port', '0', '--init', 'nowhere']);
    assert.match(missing.stderr, /^latchkey: --init: cannot list nowhere: no such file or directory\n$/);
    assert.equal((await place.run(['status'])).code, 1);
  });
});

describe('the log of calls', here, () => {
  test('start prints a line for each, and what EC2 asked KMS under the call that it was for', async (t) => {
    const place = placeFor(t);
    const server = await place.start(['--port', '0', '--ephemeral', '--log', 'text']);
    const watching = place.spawn(['watch', '--denied', '--json']);
    let watched = '';
    watching.stdout?.on('data', (chunk) => (watched += chunk));
    const john = exported((await place.run(['env', '--as', 'user/john'])).stdout);
    const admin = exported((await place.run(['env', '--admin'])).stdout);
    await clientOf(EC2Client, admin).send(
      new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1, Encrypted: true }),
    );
    await assert.rejects(clientOf(KMSClient, john).send(new ListKeysCommand({})));
    while (!watched.includes('ListKeys')) await new Promise((resume) => setTimeout(resume, 50));
    watching.kill('SIGINT');
    const { stdout } = await server.stop('SIGTERM');
    assert.match(
      stdout,
      /user\/admin {2}ec2:CreateVolume volume\/\* {2}allowed: .*AdministratorAccess.*\n +└ user\/admin through ec2-frontend-api {2}kms:GenerateDataKeyWithoutPlaintext key\/\w{8}… {2}allowed/,
    );
    assert.match(
      stdout,
      /user\/john {2}kms:ListKeys {2}DENIED: no identity-based policy allows kms:ListKeys\n/,
    );
    const lines = watched
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      lines.map(({ action, outcome }) => [action, outcome]),
      [['kms:ListKeys', 'denied']],
    );
  });
});
