/** What takes its time can be signalled, cut short, cancelled and taken up again. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as cf from '@aws-sdk/client-cloudformation';
import { IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { resealForwardSessions } from '../../src/invoke/identity/forward-session.ts';
import { userWith } from '../worlds/account.ts';
import { imageOf } from '../worlds/ec2.ts';
import { refusal, type TestServer } from '../worlds/server.ts';
import { type Stacks, shareStacks, stacksOf } from '../worlds/stacks.ts';

const MINUTE_MS = 60_000;

let server: TestServer;
let stacks: Stacks;
let waiting: object;
shareStacks(async (world) => {
  ({ server, stacks } = world);
  waiting = {
    Type: 'AWS::EC2::Instance',
    Properties: { ImageId: await imageOf(server), InstanceType: 't3.micro' },
    CreationPolicy: { ResourceSignal: { Count: 1, Timeout: 'PT1H' } },
  };
});

const key = (Description: string) => ({ Type: 'AWS::KMS::Key', Properties: { Description } });

/** Begins a creation and comes back when the instance runs and waits for its signal. */
async function begin(name: string, more: Partial<cf.CreateStackCommandInput> = {}): Promise<string> {
  const TemplateBody = JSON.stringify({ Resources: { Instance: waiting } });
  const { StackId } = await stacks.client.send(
    new cf.CreateStackCommand({ StackName: name, TemplateBody, ...more }),
  );
  await awaitRunning(name);
  return StackId as string;
}

async function awaitRunning(name: string): Promise<void> {
  await server.settled();
  await server.advance(2000);
  const story = await stacks.story(name);
  assert.ok(story.includes('CREATE_IN_PROGRESS Instance: Resource creation Initiated'), story.join('\n'));
}

const signal = (StackName: string, Status: 'SUCCESS' | 'FAILURE') =>
  stacks.client.send(
    new cf.SignalResourceCommand({ StackName, LogicalResourceId: 'Instance', UniqueId: 'i-1', Status }),
  );

describe('a creation that waits for a signal', () => {
  test('is complete once it comes', async () => {
    await begin('signalled');
    await signal('signalled', 'SUCCESS');
    await server.advance(2000);
    assert.equal((await stacks.settled('signalled')).StackStatus, 'CREATE_COMPLETE');
  });

  test('fails when a failure is signalled', async () => {
    await begin('unwell');
    await signal('unwell', 'FAILURE');
    await server.advance(2000);
    assert.equal((await stacks.settled('unwell')).StackStatus, 'ROLLBACK_COMPLETE');
    assert.match((await stacks.story('unwell')).join('\n'), /Received FAILURE signal with UniqueId i-1/);
  });

  test('fails when none comes in time', async () => {
    await begin('silent');
    await server.advance(61 * MINUTE_MS);
    assert.equal((await stacks.settled('silent')).StackStatus, 'ROLLBACK_COMPLETE');
    assert.match(
      (await stacks.story('silent')).join('\n'),
      /CREATE_FAILED Instance: Failed to receive 1 resource signal\(s\) within the specified duration/,
    );
  });

  test('fails when the stack’s own time is over', async () => {
    await begin('slow', { TimeoutInMinutes: 5 });
    await server.advance(6 * MINUTE_MS);
    assert.equal((await stacks.settled('slow')).StackStatus, 'ROLLBACK_COMPLETE');
    assert.match(
      (await stacks.story('slow')).join('\n'),
      /ROLLBACK_IN_PROGRESS slow: Stack creation time exceeded the specified timeout\. Rollback requested by user\./,
    );
  });

  test('keeps its caller’s rights while it is under way, a deletion in its place those of its own', async () => {
    const kept = () =>
      server.latchkey.runtime.store.transact((tx) => resealForwardSessions(tx, (sealed) => sealed));
    const before = await kept();
    await begin('lent');
    assert.equal(await kept(), before + 1);
    await signal('lent', 'SUCCESS');
    await stacks.settled('lent');
    assert.equal(await kept(), before);
    const id = await begin('lent-again');
    await stacks.client.send(new cf.DeleteStackCommand({ StackName: id }));
    assert.equal(await kept(), before + 1);
    await stacks.settled(id);
    assert.equal(await kept(), before);
  });

  test('ends when its stack is deleted', async () => {
    const id = await begin('unwanted');
    assert.equal((await stacks.remove('unwanted')).StackStatus, 'DELETE_COMPLETE');
    assert.equal((await stacks.story(id)).at(-1), 'DELETE_COMPLETE unwanted');
  });
});

describe('an update that waits', () => {
  const update = (own: Stacks, name: string, description: string) =>
    own.client.send(
      new cf.UpdateStackCommand({
        StackName: name,
        TemplateBody: JSON.stringify({ Resources: { Key: key(description), Instance: waiting } }),
      }),
    );
  const cancel = (StackName: string) => stacks.client.send(new cf.CancelUpdateStackCommand({ StackName }));

  test('goes back when it is cancelled', async () => {
    await stacks.create('cancelled', { Resources: { Key: key('before') } });
    await update(stacks, 'cancelled', 'after');
    await awaitRunning('cancelled');
    await cancel('cancelled');
    assert.equal((await stacks.settled('cancelled')).StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
    const story = await stacks.story('cancelled');
    assert.ok(story.includes('CREATE_FAILED Instance: Resource creation cancelled'));
    assert.ok(story.includes('UPDATE_ROLLBACK_IN_PROGRESS cancelled: Stack update cancelled'));
    assert.ok(story.includes('DELETE_COMPLETE Instance'));
  });

  test('and cannot go back is taken up again by somebody who can', async () => {
    await stacks.create('fickle', { Resources: { Key: key('before') } });
    const keyId = await stacks.physicalId('fickle', 'Key');
    const fickle = await userWith(server, 'fickle', { Effect: 'Allow', Action: '*', Resource: '*' });
    await update(stacksOf(server, fickle), 'fickle', 'after');
    await awaitRunning('fickle');
    await server.client(IAMClient).send(
      new PutUserPolicyCommand({
        UserName: 'fickle',
        PolicyName: 'policy',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }],
        }),
      }),
    );
    await cancel('fickle');
    const failed = await stacks.settled('fickle');
    assert.equal(failed.StackStatus, 'UPDATE_ROLLBACK_FAILED');
    assert.equal(failed.StackStatusReason, 'The following resource(s) failed to update: [Key]. ');
    const refused = await refusal(update(stacks, 'fickle', 'other'));
    assert.match(
      refused.message,
      /^Stack:arn:\S+ is in UPDATE_ROLLBACK_FAILED state and can not be updated\.$/,
    );
    await stacks.client.send(new cf.ContinueUpdateRollbackCommand({ StackName: 'fickle' }));
    const story = await stacks.settled('fickle').then(() => stacks.story('fickle'));
    assert.equal(story.at(-1), 'UPDATE_ROLLBACK_COMPLETE fickle', story.join('\n'));
    const { KeyMetadata } = await server.client(KMSClient).send(new DescribeKeyCommand({ KeyId: keyId }));
    assert.equal(KeyMetadata?.Description, 'before');
  });
});
