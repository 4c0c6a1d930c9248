/** What has not ended yet, and why it does not: a stack waits for a resource that fails and is tried again, or will fail. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DescribeInstanceRefreshesCommand, StartInstanceRefreshCommand } from '@aws-sdk/client-auto-scaling';
import * as cf from '@aws-sdk/client-cloudformation';
import { CreateLaunchTemplateVersionCommand, CreateVolumeCommand } from '@aws-sdk/client-ec2';
import { DisableKeyCommand } from '@aws-sdk/client-kms';
import { allowing, ZONE } from '../../worlds/account.ts';
import { encryptedRoot } from '../../worlds/ec2.ts';
import { type GroupWorld, groupWorld } from '../../worlds/groups.ts';
import { applyRemedies, type Explained } from '../../worlds/remedies.ts';
import { type Stacks, stacksOf } from '../../worlds/stacks.ts';
import { groupTemplate, launched, volumeOf, WAIT } from '../../worlds/waiting-stacks.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-under-way-'));
let world: GroupWorld;
let stacks: Stacks;
before(async () => {
  world = await groupWorld({ after: () => undefined }, { templates: folder, delays: 1 });
  stacks = stacksOf(world.server);
});
after(async () => {
  await world.server.close();
  rmSync(folder, { recursive: true });
});

const explain = (subject: string) => world.server.ask<Explained>('explain', { subject });
/** In steps, since what is due in a leap is done at its end. */
async function pass(ms: number, steps = 6) {
  for (let step = 0; step < steps; step++) await world.server.advance(ms / steps);
}

/** Begins a stack, with the rights of this client, and gives it some time. */
async function begin(StackName: string, template: object, client = stacks.client, ms = 60_000) {
  await client.send(new cf.CreateStackCommand({ StackName, TemplateBody: JSON.stringify(template) }));
  await pass(ms);
}

const since = String.raw`since \d{4}-\d\d-\d\dT[\d:.]+Z`;

test('a stack whose group launches nothing: the failure of the group, what mends it, and then what is left to wait for', async () => {
  await begin('app', groupTemplate(launched(world.imageId, await world.newKey())));
  const group = await stacks.physicalId('app', 'Group');
  const stalled = await explain('app');
  const ofGroup = await explain(group);
  assert.match(
    stalled.symptom ?? '',
    new RegExp(
      `^The creation of stack app is under way ${since} and waits for Group: Auto Scaling group ${group} could not launch: .*KMS`,
    ),
  );
  assert.deepEqual(
    [stalled.verdict, stalled.headline, stalled.remedies],
    ['denied', ofGroup.headline, ofGroup.remedies],
  );
  assert.match(stalled.headline, /^role AWSServiceRoleForAutoScaling may not kms:/);
  assert.ok(stalled.remediesVerified, stalled.text);

  await applyRemedies(world.server, stalled);
  assert.equal((await explain('app')).now, 'allowed');
  await pass(15 * 60_000);
  assert.match(
    (await explain('app')).headline,
    new RegExp(
      `^The creation of stack app is under way ${since} and waits for Group; nothing has failed yet\\.$`,
    ),
  );
  await stacks.client.send(
    new cf.SignalResourceCommand({
      StackName: 'app',
      LogicalResourceId: 'Group',
      UniqueId: 'i',
      Status: 'SUCCESS',
    }),
  );
  await pass(5000, 1);
  assert.equal((await stacks.settled('app')).StackStatus, 'CREATE_COMPLETE');
});

test('a stack within a stack, each with what it waits for', async () => {
  writeFileSync(
    join(folder, 'inner.json'),
    JSON.stringify(groupTemplate(launched(world.imageId, await world.newKey()))),
  );
  const Nested = { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'inner.json' } };
  await begin('outer', { Resources: { Nested } });
  const { symptom, verdict, remediesVerified, text } = await explain('outer');
  assert.match(
    symptom ?? '',
    new RegExp(
      `^The creation of stack outer is under way ${since} and waits for Nested: ` +
        `The creation of stack outer-Nested-\\w+ is under way ${since} and waits for Group: Auto Scaling group `,
    ),
  );
  assert.deepEqual([verdict, remediesVerified], ['denied', true], text);
});

test('a stack whose instance and volume will fail for their keys', async () => {
  const builder = await world.user('builder', allowing('cloudformation:*', 'ec2:*'));
  const { client } = stacksOf(world.server, builder.credentials);
  const [one, other] = [await world.newKey(), await world.newKey()];
  const Instance = { Type: 'AWS::EC2::Instance', Properties: launched(world.imageId, one) };
  await begin('machine', { Resources: { Instance, Volume: volumeOf(other) } }, client, 400);
  const instance = await stacks.physicalId('machine', 'Instance');
  const { symptom, verdict, others, remediesVerified, text } = await explain('machine');
  assert.match(
    symptom ?? '',
    new RegExp(
      `^The creation of stack machine is under way ${since} and waits for Instance, Volume: ${instance} is being launched, and will be terminated$`,
    ),
  );
  assert.deepEqual([verdict, remediesVerified], ['denied', true], text);
  assert.deepEqual(
    others?.map(({ who, resource }) => [who, resource]),
    [['user builder', other]],
  );
});

test('a stack that was to attach a volume whose key was disabled meanwhile', async () => {
  const KeyId = await world.newKey();
  const InstanceId = await world.run();
  const { VolumeId } = await world.ec2.send(
    new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, Encrypted: true, KmsKeyId: KeyId }),
  );
  await pass(12_000);
  const Properties = { InstanceId, VolumeId, Device: '/dev/sdf' };
  const template = { Resources: { Disk: { Type: 'AWS::EC2::VolumeAttachment', Properties } } };
  await begin('disk', template, undefined, 200);
  assert.match(
    (await explain('disk')).headline,
    new RegExp(
      `^The creation of stack disk is under way ${since} and waits for Disk; nothing has failed yet`,
    ),
  );
  await world.kms.send(new DisableKeyCommand({ KeyId }));
  await pass(6000);
  const { symptom, headline } = await explain('disk');
  assert.match(symptom ?? '', /^stack disk: Disk CREATE_FAILED: Volume attachment between .* is gone$/);
  assert.match(headline, /DisabledException/);
});

test('what failed before is not why an update waits', async () => {
  const key = await world.newKey();
  await begin('twice', { Resources: { Key: { Type: 'AWS::KMS::Key', Properties: {} } } }, undefined, 6000);
  const update = async (template: object) => {
    await stacks.client.send(
      new cf.UpdateStackCommand({ StackName: 'twice', TemplateBody: JSON.stringify(template) }),
    );
    await pass(10_000, 2);
  };
  const bad = { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/aws/no', TargetKeyId: key } };
  await update({ Resources: { Bad: bad } });
  assert.equal((await stacks.settled('twice')).StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
  await update({ Resources: WAIT });
  assert.match(
    (await explain('twice')).headline,
    new RegExp(
      `^The update of stack twice is under way ${since} and waits for Wait; nothing has failed yet\\.$`,
    ),
  );
});

test('an instance refresh whose instances cannot be launched', async () => {
  const template = await world.newTemplate();
  await world.newGroup(template, { LaunchTemplate: { LaunchTemplateId: template, Version: '$Latest' } });
  await pass(60_000);
  await world.ec2.send(
    new CreateLaunchTemplateVersionCommand({
      LaunchTemplateId: template,
      SourceVersion: '1',
      LaunchTemplateData: encryptedRoot(await world.newKey()),
    }),
  );
  const of = { AutoScalingGroupName: 'web' };
  await world.autoscaling.send(new StartInstanceRefreshCommand(of));
  const { InstanceRefreshes: [refresh] = [] } = await world.autoscaling.send(
    new DescribeInstanceRefreshesCommand(of),
  );
  const id = refresh?.InstanceRefreshId as string;
  await pass(10 * 60_000);
  const stalled = await explain(id);
  assert.match(
    stalled.symptom ?? '',
    /^Instance refresh .* waits for its launches: Auto Scaling group web could not launch: /,
  );
  assert.ok(stalled.remediesVerified, stalled.text);
  await applyRemedies(world.server, stalled);
  await pass(3_600_000);
  const { InstanceRefreshes: [done] = [] } = await world.autoscaling.send(
    new DescribeInstanceRefreshesCommand(of),
  );
  assert.equal(done?.Status, 'Successful');
});
