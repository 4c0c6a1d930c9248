/**
 * Terraform's AWS provider, unmodified, applies what the examples and the configurations here describe (these of the kinds
 * that modules make), sees no difference after, changes it where there is a `change.tfvars`, and destroys it. All at one time: the provider sleeps between its looks.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  EC2Client,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { CreateAccessKeyCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { KMSClient, ListAliasesCommand } from '@aws-sdk/client-kms';
import { servingOptions } from '../../src/imported-world.ts';
import { credentialsOf } from '../worlds/account.ts';
import { importedFrom } from '../worlds/imported.ts';
import { startServerFor, type TestServer } from '../worlds/server.ts';
import { missingTerraform, type Terraform, terraformOf } from '../worlds/terraform.ts';

const EXAMPLES = new URL('../../examples/terraform/', import.meta.url);
const FOLDER = new URL('terraform/', import.meta.url);
const TIMEOUT_MS = 400_000;

const setUp = async (t: TestContext, configuration: URL) => {
  const server = await startServerFor(t);
  return { server, terraform: await terraformOf(t, server, fileURLToPath(configuration)) };
};

/** What an import does not read: credentials. */
const NOT_IN_A_FORK = ['aws_iam_access_key.john'];

/** John's start fails in a fork as in the account, and is mended there by Terraform with the account's state. */
async function triedInFork(t: TestContext, server: TestServer, terraform: Terraform): Promise<void> {
  const ec2 = server.client(EC2Client);
  const { Reservations: [found] = [] } = await ec2.send(
    new DescribeInstancesCommand({
      Filters: [{ Name: 'block-device-mapping.device-name', Values: ['/dev/sdg'] }],
    }),
  );
  const InstanceIds = [found?.Instances?.[0]?.InstanceId ?? ''];
  await ec2.send(new StopInstancesCommand({ InstanceIds }));
  await server.settled();
  const snapshot = mkdtempSync(join(tmpdir(), 'latchkey-terraform-fork-'));
  t.after(() => rmSync(snapshot, { recursive: true }));
  await importedFrom(server, snapshot);
  const fork = await startServerFor(t, servingOptions(snapshot, true));
  const there = await terraform.against(fork);
  assert.deepEqual(await there.planned(), NOT_IN_A_FORK);

  const john = await fork.client(IAMClient).send(new CreateAccessKeyCommand({ UserName: 'example-john' }));
  const johns = fork.client(EC2Client, credentialsOf(john.AccessKey));
  const started = async () => {
    await johns.send(new StartInstancesCommand({ InstanceIds }));
    await fork.settled();
    const { Reservations: [shown] = [] } = await johns.send(new DescribeInstancesCommand({ InstanceIds }));
    return shown?.Instances?.[0]?.State?.Name;
  };
  assert.equal(await started(), 'stopped');
  const Statement = [{ Effect: 'Allow', Action: ['ec2:*', 'kms:CreateGrant'], Resource: '*' }];
  const document = JSON.stringify(JSON.stringify({ Version: '2012-10-17', Statement }));
  there.write('fix_override.tf', `resource "aws_iam_user_policy" "john" {\n  policy = ${document}\n}\n`);
  await there.apply('aws_iam_user_policy.john');
  assert.equal(await started(), 'running');
}

describe('terraform', { skip: missingTerraform, concurrency: true }, () => {
  for (const name of readdirSync(FOLDER)) {
    test(`a configuration of the kind that modules make: ${name}`, { timeout: TIMEOUT_MS }, async (t) => {
      const { terraform } = await setUp(t, new URL(name, FOLDER));
      await terraform.apply();
      await terraform.planNothing();
      const change = fileURLToPath(new URL(`${name}/change.tfvars`, FOLDER));
      if (existsSync(change)) {
        terraform.write('terraform.tfvars', readFileSync(change, 'utf8'));
        await terraform.apply();
        await terraform.planNothing();
      }
      await terraform.destroy();
    });
  }

  test('the examples', { timeout: TIMEOUT_MS }, async (t) => {
    const { server, terraform } = await setUp(t, EXAMPLES);
    await terraform.apply();

    const ec2 = server.client(EC2Client);
    const { Images: [copy] = [] } = await ec2.send(
      new DescribeImagesCommand({
        Owners: ['self'],
        Filters: [{ Name: 'name', Values: ['example-golden-encrypted'] }],
      }),
    );
    assert.equal(copy?.State, 'available');
    assert.ok(copy.BlockDeviceMappings?.[0]?.Ebs?.Encrypted);
    const { Reservations: launched = [] } = await ec2.send(
      new DescribeInstancesCommand({ Filters: [{ Name: 'instance-state-name', Values: ['running'] }] }),
    );
    assert.equal(launched.flatMap(({ Instances }) => Instances ?? []).length, 9);

    await terraform.planNothing();
    await triedInFork(t, server, terraform);
    await terraform.destroy();
    const { Volumes: volumes } = await ec2.send(new DescribeVolumesCommand({}));
    assert.deepEqual(volumes, []);
    const { Users: users } = await server.client(IAMClient).send(new ListUsersCommand({}));
    assert.deepEqual(users, []);
    const { Aliases: aliases = [] } = await server.client(KMSClient).send(new ListAliasesCommand({}));
    assert.ok(!aliases.some(({ AliasName }) => AliasName === 'alias/example-volumes'));
  });
});
