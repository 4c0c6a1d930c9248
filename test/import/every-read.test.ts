/** The least policy of an import is what an import does: each action that it lists is called, and each call is listed. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { CreateImageCommand, CreateLaunchTemplateCommand, CreateSnapshotCommand } from '@aws-sdk/client-ec2';
import { EventBridgeClient, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { CreateOpenIDConnectProviderCommand } from '@aws-sdk/client-iam';
import { CreateOrganizationCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { actionsRead } from '../../src/import/plan.ts';
import { openImportedWorld } from '../../src/imported-world.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { importedFrom } from '../worlds/imported.ts';

/** Listed, and called only where there is what a Latchkey server has none of. */
const NOT_CALLED: Readonly<Record<string, string>> = {
  'cloudtrail:GetEventSelectors': 'called for each trail, and trails cannot be made here',
};

const folder = mkdtempSync(join(tmpdir(), 'latchkey-every-read-'));
after(() => rmSync(folder, { recursive: true }));

async function missingFrom(world: World, name: string, called: Set<string>): Promise<readonly string[]> {
  const out = join(folder, name);
  await importedFrom(world.server, out, {
    onCall: ({ service, operation }) => called.add(`${service}:${operation}`),
  });
  const imported = await openImportedWorld(out);
  const { coverage } = (await imported.questions.check?.({})) as unknown as {
    coverage: { places: { missing: string[] }[] };
  };
  await imported.close();
  return coverage.places.flatMap(({ missing }) => missing);
}

test('an import leaves nothing unknown where there is an instance, and no image of its own to ask about', async (t) => {
  const world = await ec2World(t);
  await world.run();
  await world.server.settled();
  assert.deepEqual(await missingFrom(world, 'plain', new Set()), []);
});

test('the least policy lists what an import calls where there is something of everything, and nothing else', async (t) => {
  const world = await ec2World(t);
  const { ec2, iam, server } = world;
  await world.newKey();
  const InstanceId = await world.run();
  await server.settled();
  const VolumeId = (await world.instance(InstanceId)).BlockDeviceMappings?.[0]?.Ebs?.VolumeId;
  await ec2.send(new CreateSnapshotCommand({ VolumeId }));
  await ec2.send(new CreateImageCommand({ InstanceId, Name: 'own' }));
  await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: 'web',
      LaunchTemplateData: { ImageId: world.imageId },
    }),
  );
  await iam.send(
    new CreateOpenIDConnectProviderCommand({
      Url: 'https://token.example.com',
      ThumbprintList: ['0'.repeat(40)],
    }),
  );
  const TemplateBody = JSON.stringify({ Resources: { Key: { Type: 'AWS::KMS::Key' } } });
  await server.client(CloudFormationClient).send(new CreateStackCommand({ StackName: 'keys', TemplateBody }));
  await server.client(OrganizationsClient).send(new CreateOrganizationCommand({}));
  await server
    .client(EventBridgeClient)
    .send(new PutRuleCommand({ Name: 'hourly', ScheduleExpression: 'rate(1 hour)' }));
  await server.settled();

  const called = new Set<string>();
  assert.deepEqual(await missingFrom(world, 'full', called), []);
  const listed = actionsRead();
  assert.deepEqual(
    listed.filter((action) => !called.has(action)),
    Object.keys(NOT_CALLED),
  );
  // Whoever has credentials may ask who he is.
  const needed = [...called].filter((name) => name !== 'sts:GetCallerIdentity');
  assert.deepEqual(
    needed.filter((name) => !listed.includes(name)),
    [],
  );
});
