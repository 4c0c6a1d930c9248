/** What a stack was refused: everything that its resources need is found in rehearsals of the whole stack. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CreateStackCommandInput } from '@aws-sdk/client-cloudformation';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { ACCOUNT, allowing, rootOf, statement, trust } from '../../worlds/account.ts';
import { ec2World } from '../../worlds/ec2.ts';
import { applyRemedies, type Explained } from '../../worlds/remedies.ts';
import { refusal } from '../../worlds/server.ts';
import { stacksOf } from '../../worlds/stacks.ts';

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
  // By the names that they have outside a rehearsal.
  const named = (arn: string) => ({ Resource: `arn:aws:${arn}` });
  const builder = await world.user(
    'builder',
    statement('cloudformation:*', named(`cloudformation:us-east-1:${ACCOUNT}:stack/app/*`)),
    statement('logs:*', named(`logs:us-east-1:${ACCOUNT}:log-group:app-Logs-*`)),
  );
  const stacks = stacksOf(world.server, builder.credentials);
  await stacks.create('app', { Resources }, CAPABLE);
  const asked = (question: object) => world.server.ask<Explained>('explain', { subject: 'app', ...question });
  const found = await asked({});
  assert.equal(found.now, 'denied', found.text);
  assert.ok(found.remediesVerified, found.text);
  assert.doesNotMatch(JSON.stringify(found.remedies), /rehearsed/);
  assert.match(JSON.stringify(found.remedies), new RegExp(`arn:aws:kms:us-east-1:${ACCOUNT}:key/\\*`));
  for (const { plan = [] } of [
    found,
    await asked({ as: 'user/builder', input: { TemplateBody: JSON.stringify({ Resources }) } }),
  ])
    assert.deepEqual(
      plan.flatMap(({ action, resource, allowed }) => (allowed ? [`${action} ${resource}`] : [])),
      [
        `cloudformation:CreateStack arn:aws:cloudformation:us-east-1:${ACCOUNT}:stack/app/*`,
        ...['CreateLogGroup', 'TagResource'].map(
          (name) => `logs:${name} arn:aws:logs:us-east-1:${ACCOUNT}:log-group:app-*:log-stream:`,
        ),
      ],
    );

  await applyRemedies(world.server, found);
  await stacks.remove('app');
  const { StackStatus } = await stacks.create('app', { Resources }, CAPABLE);
  assert.equal(StackStatus, 'CREATE_COMPLETE', (await stacks.story('app')).join('\n'));
});

test('a key policy that locks out whoever sets it is told with both ways out, and whose stack it was of', async (t) => {
  const world = await ec2World(t);
  const ann = await world.user('ann', allowing('kms:*', 'cloudformation:*'));
  const onlyUse = statement('kms:Encrypt', { Principal: { AWS: rootOf(ACCOUNT) } });
  const Policy = { Version: '2012-10-17', Statement: [onlyUse] };
  await refusal(ann.kms.send(new CreateKeyCommand({ Policy: JSON.stringify(Policy) })));
  const explained = (subject: string) => world.server.ask<Explained>('explain', { subject });
  const [ofRequest] = (await world.trail({ name: 'EventName', value: 'CreateKey' })).slice(-1);
  const direct = await explained(ofRequest!.requestID!);
  const reason = 'its key policy would not let user ann change the key policy again';
  assert.match(direct.text, new RegExp(`^kms:CreateKey failed: ${reason}\\. No policy refused it\\.`));
  assert.match(direct.text, /let the document allow kms:PutKeyPolicy to user ann\.\n {2}\(Verified/);

  const Key = { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: Policy } };
  await stacksOf(world.server, ann.credentials).create('keys', { Resources: { Key } });
  const { text } = await explained('keys');
  assert.match(text, new RegExp(reason));
  assert.match(text, /user ann \(\S+\) called cloudformation:CreateStack at /);
  assert.match(
    text,
    /For that, cloudformation\.amazonaws\.com called kms:CreateKey, with the rights of user ann\./,
  );

  const whole = { ...onlyUse, Action: 'kms:*' };
  const stacks = stacksOf(world.server, ann.credentials);
  const withPolicy = (Statement: object[]) => ({
    Resources: { Key: { ...Key, Properties: { KeyPolicy: { ...Policy, Statement } } } },
  });
  await stacks.create('grown', withPolicy([whole]));
  await stacks.update('grown', withPolicy([onlyUse]));
  const ofUpdate = await explained('grown');
  assert.match(ofUpdate.text, /called cloudformation:UpdateStack at /);
  assert.doesNotMatch(ofUpdate.text, /would be allowed now/);
});
