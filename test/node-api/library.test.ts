/** `import { start } from 'latchkey'`: a server in the process of a test suite. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, type TestContext, test } from 'node:test';
import { CreateVolumeCommand, DescribeVolumesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  EncryptCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Identity, Server } from '../../src/node-api/api.ts';
import { start } from '../../src/node-api/index.ts';

async function started(t: TestContext): Promise<Server> {
  const server = await start();
  t.after(() => server.close());
  return server;
}

async function clientFor<C>(
  server: Server,
  Client: new (config: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
  }) => C,
  identity?: Identity,
): Promise<C> {
  const { region, ...credentials } = await server.credentials(identity);
  return new Client({ endpoint: server.url, region, credentials, maxAttempts: 1 });
}

describe('the library', () => {
  test('gives root, users, administrators and sessions of roles, in any account and Region', async (t) => {
    const server = await started(t);
    const arnOf = async (identity?: Identity) =>
      (await (await clientFor(server, STSClient, identity)).send(new GetCallerIdentityCommand({}))).Arn;
    assert.equal(await arnOf(), 'arn:aws:iam::123456789012:root');
    assert.equal(
      await arnOf({ user: 'john', account: '111122223333' }),
      'arn:aws:iam::111122223333:user/john',
    );
    assert.equal(await arnOf({ admin: true }), 'arn:aws:iam::123456789012:user/admin');
    const iam = await clientFor(server, IAMClient, { admin: true });
    const Statement = {
      Effect: 'Allow',
      Principal: { Service: 'ec2.amazonaws.com' },
      Action: 'sts:AssumeRole',
    };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new CreateRoleCommand({ RoleName: 'node', AssumeRolePolicyDocument }));
    assert.match((await arnOf({ role: 'node' })) as string, /:assumed-role\/node\//);
    assert.equal((await server.credentials({ region: 'eu-west-1' })).env.AWS_REGION, 'eu-west-1');
    await assert.rejects(server.credentials({ role: 'nobody' }), { name: 'LatchkeyError' });
    await assert.rejects(server.credentials({ role: 'node', admin: true }), TypeError);
  });

  test('waits for work, moves the clock, and tells what was emitted', async (t) => {
    const server = await started(t);
    const ec2 = await clientFor(server, EC2Client);
    const { VolumeId } = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1 }));
    await server.settled();
    const { Volumes } = await ec2.send(new DescribeVolumesCommand({ VolumeIds: [VolumeId as string] }));
    assert.equal(Volumes?.[0]?.State, 'available');
    assert.ok((await server.events()).some(({ source }) => source === 'aws.ec2'));

    const kms = await clientFor(server, KMSClient);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata?.KeyId as string;
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    const before = await server.advance('1h');
    const after = await server.advance(7 * 86_400_000);
    assert.ok(after.getTime() - before.getTime() >= 7 * 86_400_000);
    await assert.rejects(kms.send(new DescribeKeyCommand({ KeyId })), { name: 'NotFoundException' });
    await assert.rejects(server.advance('soon'), TypeError);
  });

  test('explains a denial, tells who can, and what another policy would break', async (t) => {
    const server = await started(t);
    const kms = await clientFor(server, KMSClient, { admin: true });
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata?.KeyId as string;
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/app', TargetKeyId: KeyId }));
    await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));
    const john = await clientFor(server, KMSClient, { user: 'john' });
    const denial = await john
      .send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }))
      .catch((error) => error);
    const explanation = await server.explain(denial.message);
    assert.match(explanation.text, /john/);
    assert.match(explanation.text, /kms:Encrypt/);
    assert.match(JSON.stringify(await server.whoCan('alias/app', 'Encrypt')), /user\/admin/);
    const Statement = [
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::123456789012:user/john' },
        Action: 'kms:*',
        Resource: '*',
      },
    ];
    const change = await server.whatIf('alias/app', { Version: '2012-10-17', Statement });
    assert.match(JSON.stringify(change), /kms:Encrypt/);
    await assert.rejects(server.whoCan('alias/none'), { name: 'LatchkeyError' });
  });

  test('several servers in one process do not meet, and a child process has the environment', async (t) => {
    const [one, other] = [await started(t), await started(t)];
    const { KeyMetadata } = await (await clientFor(one, KMSClient)).send(new CreateKeyCommand({}));
    const stranger = await clientFor(other, KMSClient);
    await assert.rejects(stranger.send(new DescribeKeyCommand({ KeyId: KeyMetadata?.KeyId as string })), {
      name: 'NotFoundException',
    });
    const child = spawnSync(process.execPath, ['-p', 'process.env.AWS_ENDPOINT_URL'], {
      env: { ...one.env },
    });
    assert.equal(child.stdout.toString().trim(), one.url);
  });
});
