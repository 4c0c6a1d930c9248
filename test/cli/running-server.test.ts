/** What the commands do with a server that runs: reset it, list its volumes, and what it says by itself. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  CreateVolumeCommand,
  DescribeImagesCommand,
  DescribeVolumesCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { CreateKeyCommand, KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { start } from '../../src/node-api/index.ts';
import { clientOf, exported, placeFor } from '../worlds/cli-process.ts';

describe('reset', () => {
  test('forgets everything but the accounts, whose root credentials stay good', async (t) => {
    const server = await start();
    t.after(() => server.close());
    const kms = clientOf(KMSClient, server.env);
    const other = clientOf(KMSClient, (await server.credentials({ account: '111122223333' })).env);
    const user = clientOf(KMSClient, (await server.credentials({ user: 'john' })).env);
    await Promise.all([kms, other].map((client) => client.send(new CreateKeyCommand({}))));
    const volume = { AvailabilityZone: 'us-east-1a', Size: 1, Encrypted: true };
    await clientOf(EC2Client, server.env).send(new CreateVolumeCommand(volume));
    await server.advance('30d');

    await server.reset();
    assert.deepEqual((await kms.send(new ListKeysCommand({}))).Keys, []);
    assert.deepEqual((await other.send(new ListKeysCommand({}))).Keys, []);
    const { Volumes } = await clientOf(EC2Client, server.env).send(new DescribeVolumesCommand({}));
    assert.deepEqual(Volumes, []);
    await assert.rejects(user.send(new ListKeysCommand({})), { name: 'UnrecognizedClientException' });
    assert.ok((await server.advance(0)).getTime() < Date.now() + 60_000);
    assert.equal((await server.events()).length, 0);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    assert.equal(KeyMetadata?.KeyState, 'Enabled');
  });

  test('lets calls that come meanwhile wait, and ends those at hand first', async (t) => {
    const server = await start();
    t.after(() => server.close());
    const kms = clientOf(KMSClient, server.env);
    const make = () => kms.send(new CreateKeyCommand({}));
    const before = Array.from({ length: 5 }, make);
    const resets = [server.reset(), server.reset()];
    const during = Array.from({ length: 5 }, make);
    await Promise.all([...before, ...resets, ...during]);
    const { Keys = [] } = await kms.send(new ListKeysCommand({}));
    assert.ok(Keys.length <= 10);
  });

  test('erases a directory only by force, and for good, but for its root key', async (t) => {
    const place = placeFor(t);
    const first = await place.start(['--port', '0', '--data', 'data']);
    const variables = exported((await place.run(['env'])).stdout);
    const kms = clientOf(KMSClient, variables);
    await kms.send(new CreateKeyCommand({}));
    const rootKey = readFileSync(join(place.directory, 'data/root.key'));
    assert.equal(readFileSync(join(place.directory, 'data/.gitignore'), 'utf8'), '*\n');
    assert.match(
      (await place.run(['status'])).stdout,
      new RegExp(`pid ${first.child.pid} {2}ok .* ${join(place.directory, 'data')}`),
    );

    const refused = await place.run(['reset']);
    assert.equal(refused.code, 2);
    assert.match(
      refused.stderr,
      /^latchkey: this server keeps what it has in \S*data; to erase that: latchkey reset --force\n$/,
    );
    assert.equal((await kms.send(new ListKeysCommand({}))).Keys?.length, 1);

    assert.equal((await place.run(['reset', '--force'])).code, 0);
    assert.deepEqual((await kms.send(new ListKeysCommand({}))).Keys, []);
    const { stdout } = await first.stop();
    assert.match(stdout, /kms:CreateKey[\s\S]*kms:ListKeys[\s\S]*kms:ListKeys/, 'the log goes on');

    const second = await place.start(['--port', '0', '--data', 'data']);
    const again = clientOf(KMSClient, { ...variables, AWS_ENDPOINT_URL: second.url });
    assert.deepEqual((await again.send(new ListKeysCommand({}))).Keys, []);
    assert.deepEqual(readFileSync(join(place.directory, 'data/root.key')), rootKey);
    assert.ok(existsSync(join(place.directory, 'data/latchkey.db')));
  });
});

test('volume list: what is attached, to which instance, under which key, and where', async (t) => {
  const place = placeFor(t);
  await place.start(['--port', '0', '--ephemeral', '--delays', '0']);
  const ec2 = clientOf(EC2Client, exported((await place.run(['env'])).stdout));
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
  const image = Images.find(({ Architecture }) => Architecture === 'x86_64')!;
  const Ebs = { VolumeSize: 8, Encrypted: true };
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: image.ImageId,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      BlockDeviceMappings: [{ DeviceName: image.RootDeviceName, Ebs }],
    }),
  );
  const instanceId = Instances![0]!.InstanceId!;
  let listed: string[] = [];
  // A launch goes on after its reply.
  for (let tries = 0; tries < 50 && listed.length === 0; tries++) {
    listed = (await place.run(['volume', 'list'])).stdout.trim().split('\n').filter(Boolean);
  }
  assert.match(listed[0]!, /^VOLUME +SIZE +ATTACHED TO +KEY +NBD URI$/);
  assert.match(
    listed[1]!,
    new RegExp(`^vol-\\w+ +8 GiB +${instanceId} ${image.RootDeviceName} +arn:aws:kms:\\S+ +nbd\\+unix:\\S+$`),
  );
  const [volume] = JSON.parse((await place.run(['volume', 'list', '--json'])).stdout);
  assert.equal(volume.instances[0].instanceId, instanceId);
});

test('dummy credentials are refused in AWS’s words, and the server says once what to do', async (t) => {
  const place = placeFor(t);
  const server = await place.start(['--port', '0', '--ephemeral']);
  const dummy = { AWS_ENDPOINT_URL: server.url, AWS_REGION: 'us-east-1' };
  for (const AWS_ACCESS_KEY_ID of ['test', 'AKIAIOSFODNN7EXAMPLE']) {
    const kms = clientOf(KMSClient, { ...dummy, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: 'test' });
    await assert.rejects(kms.send(new ListKeysCommand({})), { name: 'UnrecognizedClientException' });
  }
  const { stderr } = await server.stop();
  assert.equal(stderr.match(/eval "\$\(npx latchkey env\)"; .*--auth open/g)?.length, 1, stderr);
});

test('a browser at the address is told what this is; clients of AWS are answered as by AWS', async (t) => {
  const server = await start();
  t.after(() => server.close());
  const get = async (path: string, headers: Record<string, string>) => {
    const response = await fetch(new URL(path, server.url), { headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
  const page = await get('/', browser);
  assert.equal(page.status, 200);
  assert.match(page.text, new RegExp(`npx latchkey env --admin --endpoint ${server.url}`));
  // Nothing is loaded from anywhere, and nothing runs.
  assert.match(page.headers.get('content-security-policy')!, /^default-src 'none'; style-src 'sha256-/);
  assert.doesNotMatch(page.text, /<script|https?:\/\/(?!127\.0\.0\.1)/);
  for (const [path, headers] of [
    ['/', { accept: '*/*' }],
    ['/?Action=ListBuckets', browser],
    ['/', { ...browser, authorization: 'AWS4-HMAC-SHA256 Credential=x' }],
    ['/elsewhere', browser],
  ] as const) {
    assert.notEqual((await get(path, headers)).status, 200, path);
  }
});

test('the version is told wherever it is asked for', async (t) => {
  const place = placeFor(t);
  const [own, ofCommand] = await Promise.all([place.run(['--version']), place.run(['start', '--version'])]);
  assert.deepEqual([ofCommand.code, ofCommand.stdout], [0, own.stdout]);
});
