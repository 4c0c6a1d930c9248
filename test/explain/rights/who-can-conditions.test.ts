/** Who may use a key where it depends on the request, and who is named that is no user or role: said, and held at the front door. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  PutRolePolicyCommand,
  TagUserCommand,
} from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  CreateGrantCommand,
  DecryptCommand,
  DisableKeyCommand,
  EncryptCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { renderWhatCan } from '../../../src/explain/rights/render-what-can.ts';
import { renderWhoCan } from '../../../src/explain/rights/render-who-can.ts';
import type { WhatCan } from '../../../src/explain/rights/what-can.ts';
import type { WhoCan } from '../../../src/explain/rights/who-can.ts';
import { ACCOUNT, allowing, credentialsOf, rootOf, trust } from '../../worlds/account.ts';
import { ec2World, type World } from '../../worlds/ec2.ts';
import { refusal } from '../../worlds/server.ts';

let world: World;
before(async () => {
  world = await ec2World(undefined);
});
after(() => world.server.close());

const keyStatement = (Principal: object | string, Action: string | string[], rest: object = {}) => ({
  ...{ Effect: 'Allow', Principal, Action, Resource: '*' },
  ...rest,
});
const keyPolicy = (...more: object[]) => ({
  Version: '2012-10-17',
  Statement: [keyStatement({ AWS: rootOf(ACCOUNT) }, 'kms:*'), ...more],
});
const whoCan = (key: string, action = 'kms:Encrypt') => world.server.ask<WhoCan>('who-can', { key, action });
const directly = (answer: WhoCan, who: string) =>
  answer.users.find((user) => user.who === who)?.rights.find(({ way }) => way === 'directly');
const encrypt = (kms: KMSClient, KeyId: string, EncryptionContext?: Record<string, string>) =>
  kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x'), EncryptionContext }));

describe('conditions that a caller or the circumstances can meet are told as conditions', () => {
  const cases: [title: string, Condition: object, words: RegExp][] = [
    [
      'network',
      { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } },
      /where aws:SourceIp is within 127\.0\.0\.0\/8$/m,
    ],
    [
      'time',
      {
        DateLessThan: { 'aws:CurrentTime': '2099-01-01T00:00:00Z' },
        DateGreaterThan: { 'aws:CurrentTime': '2001-01-01' },
      },
      /where aws:CurrentTime is before 2099-01-01T00:00:00Z and aws:CurrentTime is after 2001-01-01$/m,
    ],
    ['transport', { Bool: { 'aws:SecureTransport': 'false' } }, /where aws:SecureTransport is false$/m],
  ];
  for (const [name, Condition, words] of cases) {
    test(`${name}, and whoever is told of may`, async () => {
      const key = await world.newKey();
      const user = await world.user(`by-${name}`, { ...allowing('kms:Encrypt'), Condition });
      const answer = await whoCan(key);
      assert.equal(directly(answer, `user by-${name}`)?.grounds.length, 1);
      assert.match(renderWhoCan(answer), words);
      await encrypt(user.kms, key);
    });
  }

  test('two values of one list that must both be there', async () => {
    const key = await world.newKey();
    const Condition = {
      'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': 'app' },
      'ForAnyValue:StringLike': { 'kms:EncryptionContextKeys': 'tenant-*' },
    };
    const user = await world.user('of-both', { ...allowing('kms:Encrypt'), Condition });
    const answer = await whoCan(key);
    assert.equal(directly(answer, 'user of-both')?.grounds.length, 1);
    await encrypt(user.kms, key, { app: 'shop', 'tenant-1': 'a' });
    await refusal(encrypt(user.kms, key, { app: 'shop' }));
  });

  test('a condition that no request can meet gives no right', async () => {
    const key = await world.newKey();
    const impossible = {
      both: { StringEquals: { 'aws:SourceVpce': 'vpce-1' }, StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } },
      facts: { StringEquals: { 'kms:KeySpec': 'RSA_2048' } },
      via: { StringEquals: { 'kms:ViaService': 'ec2.*.amazonaws.com' } },
      tag: { StringEquals: { 'aws:ResourceTag/team': 'red' } },
      alias: { 'ForAnyValue:StringLike': { 'kms:ResourceAliases': 'alias/app*' } },
    };
    for (const [name, Condition] of Object.entries(impossible)) {
      await world.user(`never-${name}`, { ...allowing('kms:Encrypt'), Condition });
    }
    const listed = (await whoCan(key)).users.filter(({ who }) => who.startsWith('user never-'));
    assert.deepEqual(listed, []);
    await world.kms.send(new CreateAliasCommand({ AliasName: 'alias/application', TargetKeyId: key }));
    const withAlias = (await whoCan(key)).users.filter(({ who }) => who.startsWith('user never-'));
    assert.deepEqual(
      withAlias.map(({ who }) => who),
      ['user never-alias'],
    );
  });
});

test('a denial that can be avoided is told as one, and one that cannot takes the right away', async () => {
  const key = await world.newKey();
  const deny = (Condition: object) => ({ Effect: 'Deny', Action: 'kms:Encrypt', Resource: '*', Condition });
  const free = await world.user(
    'needs-context',
    allowing('kms:Encrypt'),
    deny({ Null: { 'kms:EncryptionContext:app': 'true' } }),
  );
  await world.user(
    'needs-mfa',
    allowing('kms:Encrypt'),
    deny({ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }),
  );
  await world.user(
    'barred',
    allowing('kms:Encrypt'),
    deny({ StringNotEquals: { 'aws:ResourceTag/team': 'red' } }),
  );
  const answer = await whoCan(key);
  const text = renderWhoCan(answer);
  assert.match(text, /user needs-context\n.*Encrypt, unless kms:EncryptionContext:app is absent$/m);
  assert.match(
    text,
    /user needs-mfa\n.*unless aws:MultiFactorAuthPresent is false, or aws:MultiFactorAuthPresent is absent$/m,
  );
  assert.equal(directly(answer, 'user barred'), undefined);
  await encrypt(free.kms, key, { app: 'shop' });
  await refusal(encrypt(free.kms, key));
});

test('a grantee with a constraint, with the context that the grant asks for', async () => {
  const key = await world.newKey();
  const grantee = await world.user('constrained');
  await world.kms.send(
    new CreateGrantCommand({
      KeyId: key,
      GranteePrincipal: grantee.arn,
      Operations: ['Encrypt', 'Decrypt'],
      Constraints: { EncryptionContextSubset: { Department: 'IT' } },
    }),
  );
  const answer = await whoCan(key);
  const [ground] = directly(answer, 'user constrained')?.grounds ?? [];
  assert.ok(ground && ground.by !== 'root' && 'grantId' in ground.by);
  assert.match(
    renderWhoCan(answer),
    /user constrained\n.*Encrypt, where kms:EncryptionContext:Department is "IT"$/m,
  );
  await encrypt(grantee.kms, key, { Department: 'IT' });
  await refusal(encrypt(grantee.kms, key, { department: 'IT' }));
});

test('one session of a role, where the key policy names it', async () => {
  const assumer = await world.user('assumer', allowing('sts:AssumeRole'));
  const { Role } = await world.iam.send(
    new CreateRoleCommand({
      RoleName: 'deployer',
      AssumeRolePolicyDocument: trust({ AWS: rootOf(ACCOUNT) }),
    }),
  );
  const session = `arn:aws:sts::${ACCOUNT}:assumed-role/deployer/release`;
  const key = await world.newKey(keyPolicy(keyStatement({ AWS: session }, 'kms:Encrypt')));
  const answer = await whoCan(key);
  assert.equal(directly(answer, 'role deployer'), undefined);
  assert.ok(directly(answer, 'session release of role deployer'));
  const sts = world.server.client(STSClient, assumer.credentials);
  const as = async (RoleSessionName: string) => {
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: Role!.Arn!, RoleSessionName }));
    return world.server.client(KMSClient, credentialsOf(Credentials));
  };
  await encrypt(await as('release'), key);
  await refusal(encrypt(await as('other'), key));
});

test('services, accounts that are not here, and everybody', async () => {
  await world.server.root('555566667777');
  const key = await world.newKey(
    keyPolicy(
      keyStatement({ Service: 'logs.us-east-1.amazonaws.com' }, 'kms:Encrypt', {
        Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:*:*:*' } },
      }),
      keyStatement('*', 'kms:Encrypt', {
        Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-partner' } },
      }),
    ),
  );
  const text = renderWhoCan(await whoCan(key));
  assert.match(
    text,
    /AWS services\n {2}the service logs\.us-east-1\.amazonaws\.com\n.*where kms:EncryptionContext:aws:logs:arn matches "arn:aws:logs:\*:\*:\*"/,
  );
  assert.match(
    text,
    /every AWS account: whoever its own policies allow\n.*where aws:PrincipalOrgID is "o-partner"/,
  );
});

test('a key that only a managed policy of this account speaks of is not open to every account', async () => {
  const key = await world.newKey(
    keyPolicy(
      keyStatement({ AWS: '*' }, 'kms:Encrypt', {
        Condition: { StringEquals: { 'kms:CallerAccount': ACCOUNT } },
      }),
    ),
  );
  const { users } = await whoCan(key);
  assert.ok(!users.some(({ principal }) => principal === '*'));
});

test('a disabled key, and a role that was deleted and made again', async () => {
  const make = () =>
    world.iam.send(
      new CreateRoleCommand({
        RoleName: 'phoenix',
        AssumeRolePolicyDocument: trust({ AWS: rootOf(ACCOUNT) }),
      }),
    );
  const { Role } = await make();
  const key = await world.newKey(keyPolicy(keyStatement({ AWS: Role!.Arn! }, 'kms:Encrypt')));
  await world.iam.send(new DeleteRoleCommand({ RoleName: 'phoenix' }));
  await make();
  await world.kms.send(new DisableKeyCommand({ KeyId: key }));
  const answer = await whoCan(key);
  assert.equal(directly(answer, 'role phoenix'), undefined);
  assert.equal(answer.state, 'Disabled');
  const text = renderWhoCan(answer);
  assert.match(text, /The key is disabled: it cannot be used until that changes/);
  assert.match(text, new RegExp(`${Role!.RoleId}, which was ${Role!.Arn}, deleted at 20`));
});

test('every action on a key may be asked about, with and without prefix', async () => {
  const key = await world.newKey();
  for (const action of ['RevokeGrant', 'kms:tagresource', 'UpdateAlias', 'List*']) {
    assert.ok(directly(await whoCan(key, action), `the root user of account ${ACCOUNT}`), action);
  }
});

test('each right names what it comes from, and equal principals are told together', async () => {
  const key = await world.newKey();
  for (let at = 0; at < 6; at++) {
    const RoleName = `many-${at}`;
    await world.iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust({ AWS: rootOf(ACCOUNT) }) }),
    );
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [allowing('kms:Verify*')] });
    await world.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'use', PolicyDocument }));
  }
  const answer = await whoCan(key, 'VerifyMac');
  assert.match(
    renderWhoCan(answer),
    /7 principals: the root user of account \d{12}, role many-0, role many-1 and 4 more/,
  );
  const verbose = renderWhoCan(answer, { verbose: true });
  assert.match(verbose, /VerifyMac \(by role many-3, inline policy use, statement 1\)/);
});

test('what a principal may do with each key', async (t) => {
  const world = await ec2World(t);
  const key = await world.newKey();
  await world.newKey();
  const user = await world.user('selective', { ...allowing('kms:Decrypt', 'kms:Encrypt'), Resource: key });
  await world.iam.send(new TagUserCommand({ UserName: 'selective', Tags: [{ Key: 'team', Value: 'red' }] }));
  const ask = (principal: string) => world.server.ask<WhatCan>('what-can', { principal });
  const answer = await ask('user/selective');
  assert.deepEqual(
    answer.keys.map((each) => each.key),
    [key],
  );
  assert.deepEqual(await ask(user.arn), answer);
  assert.equal(
    renderWhatCan(answer),
    [
      'What user selective may do with keys',
      `key ${key.split('/')[1]}\n    directly and through EC2: Encrypt, Decrypt`,
      'With the other 1 of the 2 keys that are known here: nothing.',
    ].join('\n\n'),
  );
  const { CiphertextBlob } = await encrypt(user.kms, key);
  await user.kms.send(new DecryptCommand({ CiphertextBlob }));
  await assert.rejects(ask('user/nobody'), /There is no principal user\/nobody in account/);
});
