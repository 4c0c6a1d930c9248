/** By a name, of whomever or whatever: what somebody was denied comes first, then what was denied about him, then the rest. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  CreateRoleCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { DescribeKeyCommand, DisableKeyCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { ExplanationAnswer } from '../../../src/control/explanations.ts';
import { ACCOUNT, allowing, credentialsOf, policy, rootOf, trust } from '../../worlds/account.ts';
import { ec2World, type World } from '../../worlds/ec2.ts';
import { refusal } from '../../worlds/server.ts';

let world: World;
let key: string;
before(async () => {
  world = await ec2World(undefined);
  key = await world.newKey();
});
after(() => world.server.close());

const explain = (subject: string) => world.server.ask<ExplanationAnswer>('explain', { subject });
const encrypt = (kms: KMSClient, KeyId = key) =>
  kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));

/** A session of a role that may do nothing with keys. */
async function sessionOf(RoleName: string, RoleSessionName: string): Promise<KMSClient> {
  const assumer = await world.user(`assumer-of-${RoleName}-${RoleSessionName}`, allowing('sts:*'));
  const { Credentials } = await world.server
    .client(STSClient, assumer.credentials)
    .send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${ACCOUNT}:role/${RoleName}`, RoleSessionName }));
  return world.server.client(KMSClient, credentialsOf(Credentials));
}

async function newRole(RoleName: string): Promise<string> {
  const AssumeRolePolicyDocument = trust({ AWS: rootOf(ACCOUNT) });
  const { Role } = await world.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  const PolicyDocument = policy(allowing('ec2:*'));
  await world.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'ec2', PolicyDocument }));
  return Role!.RoleId!;
}

describe('a user', () => {
  test('by each of her names: her own denied call, not what was done to her', async () => {
    const eve = await world.user('eve', allowing('s3:*'));
    await refusal(encrypt(eve.kms));
    await refusal(eve.kms.send(new DescribeKeyCommand({ KeyId: key })));
    const bob = await world.user('bob');
    await refusal(
      world.server.client(IAMClient, bob.credentials).send(new DeleteUserCommand({ UserName: 'eve' })),
    );
    const { accessKeyId } = eve.credentials;
    for (const subject of ['eve', 'user/eve', 'user eve', eve.arn, eve.id, accessKeyId]) {
      const { verdict, headline, chosen } = await explain(subject);
      assert.equal(verdict, 'denied', subject);
      assert.match(headline, /^user eve may not kms:Encrypt on key /, subject);
      assert.match(
        chosen ?? '',
        /^Of the 2 calls that .+ was denied, this is the latest that does more/,
        subject,
      );
    }
    const { text, others } = await explain('eve');
    assert.deepEqual(
      others?.map(({ who, action }) => `${who} ${action}`),
      ['user eve kms:DescribeKey', 'user bob iam:DeleteUser'],
    );
    assert.match(text, /The others are under "Also denied", each with the event to ask for\./);
  });

  test('who was denied nothing: what was denied about her, and that it is that', async () => {
    await world.user('fay', allowing('kms:*'));
    const mallory = await world.user('mallory');
    const iam = world.server.client(IAMClient, mallory.credentials);
    await refusal(iam.send(new DeleteUserCommand({ UserName: 'fay' })));
    for (const subject of ['fay', 'user/fay']) {
      const { headline, chosen } = await explain(subject);
      assert.match(headline, /^user mallory may not iam:DeleteUser on user fay/, subject);
      assert.match(
        chosen ?? '',
        /^Nothing was denied to user fay; this was denied to somebody who asked for/,
      );
    }
  });

  test('for whom something failed, and who was denied nothing', async () => {
    const disabled = await world.newKey();
    await world.kms.send(new DisableKeyCommand({ KeyId: disabled }));
    const gil = await world.user('gil', allowing('kms:*'));
    await refusal(encrypt(gil.kms, disabled));
    const { verdict, headline, chosen } = await explain('gil');
    assert.equal(verdict, 'failed');
    assert.match(headline, /^kms:Encrypt on key .* failed with DisabledException/);
    assert.match(chosen ?? '', /^Nothing was denied to user gil; this failed last\./);
  });

  test('who got whatever she asked for, though root has made her and her key', async () => {
    const hal = await world.user('hal', allowing('kms:*'));
    await encrypt(hal.kms);
    for (const subject of ['hal', 'user/hal', hal.credentials.accessKeyId]) {
      const { verdict, headline } = await explain(subject);
      assert.equal(verdict, 'allowed', subject);
      assert.match(headline, / was not denied anything in the recorded calls\.$/, subject);
    }
  });

  test('who was deleted since: by what records have of her', async () => {
    const ida = await world.user('ida', allowing('s3:*'));
    await refusal(encrypt(ida.kms));
    const UserName = 'ida';
    const { accessKeyId: AccessKeyId } = ida.credentials;
    await world.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    await world.iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: 'policy' }));
    await world.iam.send(new DeleteUserCommand({ UserName }));
    for (const subject of ['ida', 'user/ida', ida.arn, ida.id, AccessKeyId]) {
      const { headline } = await explain(subject);
      assert.match(headline, /^user ida may not kms:Encrypt on key /, subject);
    }
  });
});

describe('a role', () => {
  test('by its bare name and id, and one session by its name, its ARN and its id', async () => {
    const id = await newRole('worker');
    await refusal(encrypt(await sessionOf('worker', 'nightly')));
    const other = await world.newKey();
    await refusal(encrypt(await sessionOf('worker', 'jane@example.com'), other));
    const session = `arn:aws:sts::${ACCOUNT}:assumed-role/worker`;
    for (const [subject, about] of [
      ...['worker', 'role/worker', 'role worker', id].map((each) => [each, other] as const),
      ...['jane@example.com', `${session}/jane@example.com`, `${id}:jane@example.com`].map(
        (each) => [each, other] as const,
      ),
      ...['nightly', `${session}/nightly`, `${id}:nightly`].map((each) => [each, key] as const),
    ]) {
      const { headline, call } = await explain(subject);
      assert.match(headline, /^role worker may not kms:Encrypt on key /, subject);
      assert.equal(call?.resource, about, subject);
    }
  });

  test('an instance, whose session is called by its id: what it was denied, not that it was launched', async () => {
    const instance = await world.run();
    await world.server.settled();
    await newRole('node');
    await refusal(encrypt(await sessionOf('node', instance)));
    const { verdict, headline } = await explain(instance);
    assert.equal(verdict, 'denied');
    assert.match(headline, /^role node may not kms:Encrypt on key /);
  });
});

test('the root user, and whoever is of an account', async () => {
  const Principal = { AWS: rootOf(ACCOUNT) };
  const ADMINISTRATION = ['kms:PutKeyPolicy', 'kms:GetKeyPolicy', 'kms:DescribeKey'];
  const closed = await world.newKey({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: ADMINISTRATION, Resource: '*' }],
  });
  await refusal(encrypt(world.kms, closed));
  for (const subject of ['root', rootOf(ACCOUNT), ACCOUNT]) {
    const { headline } = await explain(subject);
    assert.match(headline, /^the root user of account \d{12} may not kms:Encrypt on key /, subject);
  }
});
