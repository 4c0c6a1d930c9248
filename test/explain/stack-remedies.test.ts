/** What a stack was refused: everything that its resources need is found in rehearsals of the whole stack. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CreateStackCommandInput } from '@aws-sdk/client-cloudformation';
import { ACCOUNT, allowing, trust } from '../worlds/account.ts';
import { ec2World } from '../worlds/ec2.ts';
import { applyRemedies, type Explained } from '../worlds/remedies.ts';
import { stacksOf } from '../worlds/stacks.ts';

const Resources = {
  Key: { Type: 'AWS::KMS::Key', Properties: {} },
  Logs: { Type: 'AWS::Logs::LogGroup', Properties: {} },
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: { AssumeRolePolicyDocument: JSON.parse(trust({ Service: 'ec2.amazonaws.com' })) },
  },
};

const CAPABLE: Partial<CreateStackCommandInput> = { Capabilities: ['CAPABILITY_IAM'] };

test('its resources are spoken of by kind, so that the remedies let the real stack through', async (t) => {
  const world = await ec2World(t);
  const builder = await world.user('builder', allowing('cloudformation:*'));
  const stacks = stacksOf(world.server, builder.credentials);
  await stacks.create('app', { Resources }, CAPABLE);
  const found = await world.server.ask<Explained>('explain', { subject: 'app' });
  assert.equal(found.now, 'denied', found.text);
  assert.ok(found.remediesVerified, found.text);
  assert.doesNotMatch(JSON.stringify(found.remedies), /rehearsed/);
  assert.match(JSON.stringify(found.remedies), new RegExp(`arn:aws:kms:us-east-1:${ACCOUNT}:key/\\*`));

  await applyRemedies(world.server, found);
  await stacks.remove('app');
  const { StackStatus } = await stacks.create('app', { Resources }, CAPABLE);
  assert.equal(StackStatus, 'CREATE_COMPLETE', (await stacks.story('app')).join('\n'));
});
