/** An update that fails at a resource of which it had changed something already: the rollback changes that back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as iam from '@aws-sdk/client-iam';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { userWith } from '../worlds/account.ts';
import { startServerFor } from '../worlds/server.ts';
import { stacksOf } from '../worlds/stacks.ts';

const Capabilities: 'CAPABILITY_NAMED_IAM'[] = ['CAPABILITY_NAMED_IAM'];
const ALL = { Effect: 'Allow', Action: '*', Resource: '*' };
const key = (Description: string, Tags: object[] = []) => ({
  Resources: { Key: { Type: 'AWS::KMS::Key', Properties: { Description, Tags } } },
});

async function world(t: Parameters<typeof startServerFor>[0], denied: string) {
  const server = await startServerFor(t);
  const caller = await userWith(server, 'builder', ALL, { Effect: 'Deny', Action: denied, Resource: '*' });
  return { server, stacks: stacksOf(server, caller), client: server.client(iam.IAMClient) };
}

test('a key has its former description where it could not be given its tags', async (t) => {
  const { server, stacks } = await world(t, 'kms:TagResource');
  const root = stacksOf(server);
  await root.create('s', key('before'));
  const KeyId = await root.physicalId('s', 'Key');
  const kms = server.client(KMSClient);
  const description = async () =>
    (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.Description;
  const { StackStatus } = await stacks.update('s', key('after', [{ Key: 'k', Value: 'v' }]));
  assert.equal(StackStatus, 'UPDATE_ROLLBACK_COMPLETE', (await root.story('s')).join('\n'));
  assert.equal(await description(), 'before');
  // Without a rollback it stays as it is, and the same once more does the rest.
  const again = key('later', [{ Key: 'k', Value: 'v' }]);
  assert.equal((await stacks.update('s', again, { DisableRollback: true })).StackStatus, 'UPDATE_FAILED');
  assert.equal(await description(), 'later');
  assert.equal((await root.update('s', again, { DisableRollback: true })).StackStatus, 'UPDATE_COMPLETE');
});

test('a role loses the policies that it got, and what it never got is not missed', async (t) => {
  const { stacks, client, server } = await world(t, 'iam:AttachRolePolicy');
  const root = stacksOf(server);
  const trust = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const document = (Statement: object) => ({ Version: '2012-10-17', Statement });
  const role = (properties: object) => ({
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: { RoleName: 'worker', AssumeRolePolicyDocument: document(trust), ...properties },
      },
    },
  });
  await root.create('s', role({}), { Capabilities });
  const wanted = role({
    Description: 'd',
    Policies: [{ PolicyName: 'inline', PolicyDocument: document(ALL) }],
    ManagedPolicyArns: ['arn:aws:iam::aws:policy/IAMReadOnlyAccess'],
  });
  const { StackStatus } = await stacks.update('s', wanted, { Capabilities });
  assert.equal(StackStatus, 'UPDATE_ROLLBACK_COMPLETE', (await root.story('s')).join('\n'));
  const { PolicyNames } = await client.send(new iam.ListRolePoliciesCommand({ RoleName: 'worker' }));
  const { Role } = await client.send(new iam.GetRoleCommand({ RoleName: 'worker' }));
  assert.deepEqual([PolicyNames, Role?.Description ?? ''], [[], '']);
});

test('what was refused at once is not asked for again', async (t) => {
  const { server, stacks } = await world(t, 'kms:UpdateKeyDescription');
  const root = stacksOf(server);
  await root.create('s', key('before'));
  const { StackStatus } = await stacks.update('s', key('after'));
  assert.equal(StackStatus, 'UPDATE_ROLLBACK_COMPLETE', (await root.story('s')).join('\n'));
});
