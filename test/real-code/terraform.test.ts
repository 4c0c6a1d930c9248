/**
 * Terraform's AWS provider, unmodified, applies what the examples and the configurations here describe (these of the kinds
 * that modules make), sees no difference after, and destroys it. All at one time: the provider sleeps between its looks.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { KMSClient, ListAliasesCommand } from '@aws-sdk/client-kms';
import { startServerFor } from '../worlds/server.ts';
import { missingTerraform, terraformOf } from '../worlds/terraform.ts';

const EXAMPLES = new URL('../../examples/terraform/', import.meta.url);
const FOLDER = new URL('terraform/', import.meta.url);
const TIMEOUT_MS = 400_000;

const setUp = async (t: TestContext, configuration: URL) => {
  const server = await startServerFor(t);
  return { server, terraform: await terraformOf(t, server, fileURLToPath(configuration)) };
};

describe('terraform', { skip: missingTerraform, concurrency: true }, () => {
  for (const name of readdirSync(FOLDER)) {
    test(`a configuration of the kind that modules make: ${name}`, { timeout: TIMEOUT_MS }, async (t) => {
      const { terraform } = await setUp(t, new URL(name, FOLDER));
      await terraform.apply();
      await terraform.planNothing();
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
    await terraform.destroy();
    const { Volumes: volumes } = await ec2.send(new DescribeVolumesCommand({}));
    assert.deepEqual(volumes, []);
    const { Users: users } = await server.client(IAMClient).send(new ListUsersCommand({}));
    assert.deepEqual(users, []);
    const { Aliases: aliases = [] } = await server.client(KMSClient).send(new ListAliasesCommand({}));
    assert.ok(!aliases.some(({ AliasName }) => AliasName === 'alias/example-volumes'));
  });
});
