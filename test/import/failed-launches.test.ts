/** What is said of launches that failed: the cause, whoever looked afterwards; and how far the way out was tried. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { CreateImageCommand, DescribeInstanceAttributeCommand } from '@aws-sdk/client-ec2';
import { GetKeyPolicyCommand } from '@aws-sdk/client-kms';
import { History } from '../../src/import/cloudtrail/history.ts';
import { Reads } from '../../src/import/snapshot/snapshot.ts';
import type { ImportedWorld } from '../../src/imported-world.ts';
import { allowing, denying, lookupEvents } from '../worlds/account.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { readAccount } from '../worlds/imported.ts';
import { accountReader } from '../worlds/read-account.ts';
import type { Explained } from '../worlds/remedies.ts';
import { stacksOf } from '../worlds/stacks.ts';
import { logsWorlds } from './logs-world.ts';

const readAccountOf = accountReader();
const { worldOf } = logsWorlds();
let world: World;
let logs: ImportedWorld;
const made: Record<'key' | 'stack' | 'machine', string> = { key: '', stack: '', machine: '' };
before(async () => {
  world = await ec2World(undefined);
  made.key = await world.newKey();
  const Ebs = { VolumeSize: 1, Encrypted: true, KmsKeyId: made.key };
  const BlockDeviceMappings = [{ DeviceName: '/dev/sdf', Ebs }];
  const builder = await world.user('builder', allowing('cloudformation:*', 'ec2:*'));
  const base = { InstanceId: await world.run(), Name: 'own' };
  await world.server.settled();
  const { ImageId = '' } = await world.ec2.send(new CreateImageCommand(base));
  await world.server.settled();
  const Properties = { ImageId, InstanceType: 't3.micro', BlockDeviceMappings };
  const Resources = { Machine: { Type: 'AWS::EC2::Instance', Properties } };
  const failed = await stacksOf(world.server, builder.credentials).create('web', { Resources });
  made.stack = failed.StackId ?? '';
  made.machine = await world.run({ ImageId, BlockDeviceMappings }, builder.ec2);
  await world.server.settled();
  const { credentials, ec2, kms } = await world.user('reader');
  const cloudformation = world.server.client(CloudFormationClient, credentials);
  const attribute = { InstanceId: made.machine, Attribute: 'userData' } as const;
  const refused = (call: Promise<unknown>) => assert.rejects(call, /not authorized/);
  await refused(cloudformation.send(new ListStackResourcesCommand({ StackName: made.stack })));
  await refused(ec2.send(new DescribeInstanceAttributeCommand(attribute)));
  await refused(kms.send(new GetKeyPolicyCommand({ KeyId: made.key })));
  logs = await worldOf('logs', await lookupEvents(world.server));
});
after(() => world.server.close());

const CAUSE = /^user builder may not kms:GenerateDataKeyWithoutPlaintext on key /;

describe('what was refused to whoever looked afterwards is not the cause of a failure', () => {
  for (const subject of ['stack', 'machine', 'key'] as const)
    test(`asked by ${subject}`, async () => {
      const arn = made[subject];
      for (const asked of [arn, subject === 'stack' ? 'web' : arn.slice(arn.lastIndexOf('/') + 1)]) {
        const found = (await logs.questions.explain?.({ subject: asked })) as Explained;
        assert.match(found.headline, CAUSE, asked);
        const live = await world.server.ask<Explained>('explain', { subject: asked });
        assert.match(live.headline, CAUSE, asked);
      }
    });

  test('and is told of whoever was refused it', async () => {
    const { headline } = (await logs.questions.explain?.({ subject: 'user/reader' })) as Explained;
    assert.match(headline, /^user reader may not \w+:(?:List|Describe|Get)/);
  });
});

test('a launch that cannot be rehearsed is not said to be, and why is told', async () => {
  const { credentials } = await world.user('importer', allowing('*'), denying('ec2:DescribeImages'));
  const into = { reads: new Reads(), history: new History() };
  await readAccount(world.server, into, { credentials });
  const { questions } = await readAccountOf(into.reads, into.history);
  for (const subject of [made.stack, made.machine]) {
    const found = (await questions.explain?.({ subject })) as Explained;
    const { remediesVerified, unrehearsed, text } = found;
    assert.equal(remediesVerified, false, text);
    assert.equal(unrehearsed?.action, 'ec2:RunInstances', text);
    assert.match(unrehearsed.why, /^InvalidAMIID\.NotFound: /);
    assert.match(text, /not on the whole of ec2:RunInstances, which may ask for more\./);
    assert.doesNotMatch(text, /Verified/);
  }
});
