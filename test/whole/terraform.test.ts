/** Terraform's AWS provider, unmodified, applies, reads back and destroys what `examples/terraform` describes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
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

const EXAMPLES = fileURLToPath(new URL('../../examples/terraform/', import.meta.url));
const TIMEOUT_MS = 240_000;

test('terraform applies the examples, sees no difference after, and destroys them', {
  skip: missingTerraform,
  timeout: TIMEOUT_MS,
}, async (t) => {
  const server = await startServerFor(t);
  const terraform = await terraformOf(t, server, EXAMPLES);
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
