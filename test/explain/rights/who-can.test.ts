/** Who may use a key, as `latchkey who-can` tells it, beside what the front door then does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateServiceLinkedRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  CreateGrantCommand,
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import { renderWhoCan } from '../../../src/explain/rights/render-who-can.ts';
import type { KeyUser, WhoCan } from '../../../src/explain/rights/who-can.ts';
import { ACCOUNT, allowing, REGION } from '../../worlds/account.ts';
import { ec2World, type World } from '../../worlds/ec2.ts';
import { refusal } from '../../worlds/server.ts';

const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const OTHER_ACCOUNT = '111122223333';
const USES = [
  'Encrypt',
  'Decrypt',
  'ReEncryptFrom',
  'ReEncryptTo',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
];
const CONTROLS = ['CreateGrant', 'DescribeKey', 'PutKeyPolicy', 'DisableKey', 'ScheduleKeyDeletion'];

const whoCan = (world: World, key: string, action?: string) =>
  world.server.ask<WhoCan>('who-can', { key, action });

const userOf = (answer: WhoCan, who: string) => answer.users.find((user) => user.who === who);
const rights = (user: KeyUser | undefined, way: KeyUser['rights'][number]['way']) =>
  (user?.rights ?? [])
    .filter(
      (right) =>
        right.way === way && right.grounds.some(({ where, unless }) => where.length + unless.length === 0),
    )
    .map(({ action }) => action.replace('kms:', ''));

test('the default key policy: root, and whom IAM allows', async (t) => {
  const world = await ec2World(t);
  const key = await world.newKey();
  await world.user('ann', allowing('kms:Encrypt', 'kms:GenerateDataKey*'));
  await world.user('bob', allowing('ec2:*'));
  for (const name of ['b', 'a', 'c'])
    await world.kms.send(new CreateAliasCommand({ AliasName: `alias/${name}`, TargetKeyId: key }));
  const answer = await whoCan(world, key);
  assert.equal(answer.alias, 'alias/a');
  assert.equal((await whoCan(world, 'alias/b')).alias, 'alias/b');
  assert.deepEqual(rights(userOf(answer, `the root user of account ${ACCOUNT}`), 'directly'), [
    ...USES,
    ...CONTROLS,
  ]);
  const expected = ['Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext'];
  assert.deepEqual(rights(userOf(answer, 'user ann'), 'directly'), expected);
  assert.deepEqual(rights(userOf(answer, 'user ann'), 'through EC2'), expected);
  assert.equal(userOf(answer, 'user bob'), undefined);
  assert.match(
    renderWhoCan(answer),
    /user ann\n {4}directly and through EC2: Encrypt, GenerateDataKey, GenerateDataKeyWithoutPlaintext\n/,
  );
  assert.match(
    renderWhoCan(answer),
    /ScheduleKeyDeletion\. The other principal of account \d{12} may do none of it\.$/,
  );
});

test('a key for EC2 only, and a service-linked role that is let in by the key policy alone', async (t) => {
  const world = await ec2World(t);
  const iam = world.server.client(IAMClient);
  await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: 'autoscaling.amazonaws.com' }));
  const role = `arn:aws:iam::${ACCOUNT}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;
  const statement = (principal: string, actions: string[], Condition?: object) => ({
    ...{ Effect: 'Allow', Principal: { AWS: principal }, Action: actions, Resource: '*' },
    ...(Condition && { Condition }),
  });
  const key = await world.newKey({
    Version: '2012-10-17',
    Statement: [
      statement(ROOT, ['kms:Put*', 'kms:Describe*']),
      statement(ROOT, ['kms:Generate*', 'kms:CreateGrant'], {
        StringEquals: { 'kms:ViaService': `ec2.${REGION}.amazonaws.com` },
      }),
      statement(role, ['kms:CreateGrant'], { Bool: { 'kms:GrantIsForAWSResource': true } }),
    ],
  });
  const john = await world.user('john', allowing('kms:*'));
  const answer = await whoCan(world, key);
  const user = userOf(answer, 'user john');
  assert.deepEqual(rights(user, 'directly'), ['DescribeKey', 'PutKeyPolicy']);
  assert.deepEqual(rights(user, 'through EC2'), [
    ...['GenerateDataKey', 'GenerateDataKeyWithoutPlaintext'],
    ...['CreateGrant', 'DescribeKey', 'PutKeyPolicy'],
  ]);
  await refusal(john.kms.send(new GenerateDataKeyCommand({ KeyId: key, KeySpec: 'AES_256' })));
  const linked = userOf(answer, 'role AWSServiceRoleForAutoScaling');
  assert.deepEqual([rights(linked, 'directly'), rights(linked, 'through EC2')], [[], ['CreateGrant']]);
});

test('a condition on the request is told, and holds at the front door', async (t) => {
  const world = await ec2World(t);
  const key = await world.newKey();
  const ann = await world.user('ann', {
    ...allowing('kms:Encrypt'),
    Condition: { StringEquals: { 'kms:EncryptionContext:app': 'shop' } },
  });
  const answer = await whoCan(world, key, 'kms:Encrypt');
  assert.deepEqual(answer.actions, ['kms:Encrypt']);
  const [right] = userOf(answer, 'user ann')?.rights ?? [];
  assert.deepEqual(right?.grounds[0]?.where, [
    { operator: 'StringEquals', key: 'kms:EncryptionContext:app', expected: ['shop'] },
  ]);
  assert.match(renderWhoCan(answer), /Encrypt, where kms:EncryptionContext:app is "shop"/);
  const encrypt = (EncryptionContext?: Record<string, string>) =>
    ann.kms.send(new EncryptCommand({ KeyId: key, Plaintext: Buffer.from('x'), EncryptionContext }));
  await refusal(encrypt());
  await encrypt({ app: 'shop' });
});

test('grants: of a user, of an instance, and of another account', async (t) => {
  const world = await ec2World(t);
  const key = await world.newKey();
  const bob = await world.user('bob');
  const grant = (GranteePrincipal: string) =>
    world.kms.send(new CreateGrantCommand({ KeyId: key, GranteePrincipal, Operations: ['Decrypt'] }));
  await grant(bob.arn);
  await world.server.root(OTHER_ACCOUNT);
  await grant(`arn:aws:iam::${OTHER_ACCOUNT}:root`);
  const instance = await world.run({
    BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: key } }],
  });
  await world.server.settled();
  const answer = await whoCan(world, key, 'kms:decrypt');
  assert.deepEqual(rights(userOf(answer, 'user bob'), 'directly'), ['Decrypt']);
  assert.deepEqual(rights(userOf(answer, `the root user of account ${OTHER_ACCOUNT}`), 'directly'), [
    'Decrypt',
  ]);
  const session = `arn:aws:sts::${ACCOUNT}:assumed-role/aws:ec2-infrastructure/${instance}`;
  assert.ok(answer.otherGrants.some(({ grantee }) => grantee === session));
  assert.match(
    renderWhoCan(answer),
    new RegExp(`  ${session}\n {4}Decrypt, where aws:ebs:id is vol-[0-9a-f]{17} \\(grant [0-9a-f]{8}…\\)`),
  );
  const { CiphertextBlob } = await world.kms.send(
    new EncryptCommand({ KeyId: key, Plaintext: Buffer.from('x') }),
  );
  for (const client of [bob.kms, world.server.client(KMSClient, await world.server.root(OTHER_ACCOUNT))]) {
    await client.send(new DecryptCommand({ KeyId: key, CiphertextBlob }));
  }
});

test('what is no key, and what is no action on it, is said', async (t) => {
  const world = await ec2World(t);
  const key = await world.newKey();
  const because = (call: Promise<unknown>) =>
    call.then(
      () => assert.fail('it was answered'),
      (error: Error) => error.message,
    );
  assert.match(await because(whoCan(world, 'alias/none')), /^NotFoundException: Alias /);
  assert.match(
    await because(whoCan(world, key, 'kms:Frobnicate')),
    /^kms:Frobnicate is not an action on a key\. There are: .*kms:RevokeGrant, /,
  );
});

test('what EC2 grants to an instance: by a grant that covers it, and where the kind of constraint is asked for', async (t) => {
  const world = await ec2World(t);
  const key = await world.newKey();
  const grantee = async (name: string, ...Operations: ('CreateGrant' | 'Decrypt' | 'Encrypt')[]) => {
    const { arn } = await world.user(name);
    await world.kms.send(new CreateGrantCommand({ KeyId: key, GranteePrincipal: arn, Operations }));
  };
  await grantee('lends', 'CreateGrant', 'Decrypt');
  await grantee('lends-other', 'CreateGrant', 'Encrypt');
  const asking = (type: string) => ({
    Effect: 'Allow',
    Action: 'kms:CreateGrant',
    Resource: '*',
    Condition: { StringEquals: { 'kms:GrantConstraintType': type } },
  });
  await world.user('subset', asking('EncryptionContextSubset'));
  await world.user('equals', asking('EncryptionContextEquals'));
  const answer = await whoCan(world, key, 'CreateGrant');
  const waysOf = (who: string) => userOf(answer, who)?.rights.map(({ way }) => way) ?? [];
  assert.ok(waysOf('user lends').includes('through EC2'));
  assert.ok(!waysOf('user lends-other').includes('through EC2'));
  // Whoever calls himself gives on what he holds.
  for (const who of ['user lends', 'user lends-other'])
    assert.deepEqual(rights(userOf(answer, who), 'directly'), ['CreateGrant'], who);
  assert.deepEqual(rights(userOf(answer, 'user subset'), 'through EC2'), ['CreateGrant']);
  assert.ok(!waysOf('user equals').includes('through EC2'));
});
