/** Calls that nobody made: what `latchkey can` says, beside what the front door and IAM's simulator then do. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CreateVolumeCommand } from '@aws-sdk/client-ec2';
import { CreateRoleCommand, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { CreateAliasCommand, DecryptCommand, EncryptCommand } from '@aws-sdk/client-kms';
import type { CanAnswer } from '../../../src/explain/planned/can.ts';
import { renderExplanation } from '../../../src/explain/why/render.ts';
import { ACCOUNT, allowing, denying, OTHER_ACCOUNT, REGION, rootOf, trust } from '../../worlds/account.ts';
import { ec2World, type User, type World } from '../../worlds/ec2.ts';
import { refusal } from '../../worlds/server.ts';

let world: World;
before(async () => {
  world = await ec2World(undefined);
});
after(() => world.server.close());

interface Options {
  readonly context?: Record<string, string>;
  readonly through?: string;
}
const can = (principal: string, action: string, resource?: string, options: Options = {}) =>
  world.server.ask<CanAnswer>('can', { principal, action, resource, ...options });
const encrypt = (user: User, KeyId: string, EncryptionContext?: Record<string, string>) =>
  user.kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x'), EncryptionContext }));
const onlyRoot = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: rootOf(ACCOUNT) },
      Action: ['kms:Put*', 'kms:Encrypt'],
      Resource: '*',
    },
  ],
};

describe('can', () => {
  test('says yes, with what allows it; no, with what is missing and the least that would fix it', async () => {
    const key = await world.newKey();
    await world.kms.send(new CreateAliasCommand({ AliasName: 'alias/can', TargetKeyId: key }));
    const ann = await world.user('ann', allowing('kms:Encrypt'));
    const yes = await can('user/ann', 'kms:Encrypt', 'alias/can');
    assert.equal(yes.verdict, 'allowed');
    assert.match(
      yes.headline,
      /^user ann may kms:Encrypt on key \S+ \(alias\/can\): user ann, inline policy policy, statement 1 allows it\.$/,
    );
    await encrypt(ann, key);
    const no = await can(ann.arn, 'kms:Decrypt', key);
    assert.deepEqual([no.verdict, no.remediesVerified], ['denied', true]);
    assert.match(
      renderExplanation(no),
      /may not kms:Decrypt .*\nNo identity-based policy of user ann allows kms:Decrypt: the key policy leaves it to them\./,
    );
    const { CiphertextBlob } = await encrypt(ann, key);
    await refusal(ann.kms.send(new DecryptCommand({ CiphertextBlob })));
  });

  test('says on what it depends, and no more once that is given', async () => {
    const key = await world.newKey();
    const bob = await world.user('bob', {
      ...allowing('kms:Encrypt'),
      Condition: { StringEquals: { 'kms:EncryptionContext:app': 'shop' } },
    });
    const open = await can('user/bob', 'kms:Encrypt', key);
    assert.equal(open.verdict, 'depends');
    assert.match(
      open.headline,
      /user bob may kms:Encrypt on key \S+ only where kms:EncryptionContext:app is "shop"\.$/,
    );
    const given = (app: string) =>
      can('user/bob', 'kms:Encrypt', key, { context: { 'kms:EncryptionContext:app': app } });
    assert.deepEqual([(await given('shop')).verdict, (await given('other')).verdict], ['allowed', 'denied']);
    assert.match((await given('other')).headline, /: it may where kms:EncryptionContext:app is "shop"\.$/);
    assert.equal((await can('user/bob', 'KMS:encrypt', key)).verdict, 'depends');
    await encrypt(bob, key, { app: 'shop' });
    await refusal(encrypt(bob, key, { app: 'other' }));
  });

  test('what it proposes keeps the conditions that held', async () => {
    const key = await world.newKey();
    const held = { 'kms:CallerAccount': ACCOUNT };
    await world.user('kim', {
      ...allowing('kms:Encrypt'),
      Condition: { StringEquals: { 'kms:ViaService': `ec2.${REGION}.amazonaws.com`, ...held } },
    });
    const { verdict, remedies, remediesVerified } = await can('user/kim', 'kms:Encrypt', key);
    assert.deepEqual([verdict, remediesVerified], ['denied', true]);
    const document = remedies[0]?.document as { Statement: [{ Condition: object }] };
    assert.deepEqual(document.Statement[0].Condition, { StringEquals: held });
  });

  test('where the request itself could be another, no policy is changed', async () => {
    const key = await world.newKey();
    await world.user('kit', {
      ...allowing('kms:Encrypt'),
      Condition: { StringEquals: { 'kms:EncryptionContext:app': 'shop' } },
    });
    const context = { 'kms:EncryptionContext:app': 'other' };
    const { verdict, remedies, remediesVerified } = await can('user/kit', 'kms:Encrypt', key, { context });
    assert.deepEqual([verdict, remediesVerified], ['denied', true]);
    assert.equal(remedies[0]?.kind, 'request');
    assert.match(remedies[0]?.sentence ?? '', /Change no policy: .*app="shop"/);
  });

  test('through a service, which brings its own conditions', async () => {
    const viaEc2 = { StringEquals: { 'kms:ViaService': `ec2.${REGION}.amazonaws.com` } };
    const key = await world.newKey();
    const eve = await world.user(
      'eve',
      { ...allowing('kms:GenerateDataKeyWithoutPlaintext'), Condition: viaEc2 },
      allowing('ec2:*'),
    );
    const action = 'kms:GenerateDataKeyWithoutPlaintext';
    assert.equal((await can('user/eve', action, key)).verdict, 'denied');
    assert.equal((await can('user/eve', action, key, { through: 'ec2:CreateVolume' })).verdict, 'allowed');
    const volume = { AvailabilityZone: `${REGION}a`, Size: 1, Encrypted: true, KmsKeyId: key };
    await eve.ec2.send(new CreateVolumeCommand(volume));
  });

  test('tags of a resource, trust of a role, and actions without a resource', async () => {
    const tagged = (value: string) =>
      world.ec2.send(
        new CreateVolumeCommand({
          ...{ AvailabilityZone: `${REGION}a`, Size: 1 },
          TagSpecifications: [{ ResourceType: 'volume', Tags: [{ Key: 'team', Value: value }] }],
        }),
      );
    const [red, blue] = [await tagged('red'), await tagged('blue')];
    await world.user('red-team', {
      ...allowing('ec2:DeleteVolume'),
      Condition: { StringEquals: { 'ec2:ResourceTag/team': 'red' } },
    });
    assert.equal((await can('user/red-team', 'ec2:DeleteVolume', red.VolumeId)).verdict, 'allowed');
    assert.equal((await can('user/red-team', 'ec2:DeleteVolume', blue.VolumeId)).verdict, 'denied');
    await world.server.root(OTHER_ACCOUNT);
    await world.iam.send(
      new CreateRoleCommand({
        RoleName: 'vendor-2',
        AssumeRolePolicyDocument: trust({ AWS: rootOf(OTHER_ACCOUNT) }),
      }),
    );
    await world.user('assumer', allowing('sts:AssumeRole', 'kms:ListKeys'));
    assert.equal((await can('user/assumer', 'sts:AssumeRole', 'role/vendor-2')).verdict, 'denied');
    assert.equal((await can('user/assumer', 'kms:ListKeys')).verdict, 'allowed');
  });

  test('each action that KMS has may be asked for, served or not, in any case', async () => {
    for (const action of ['kms:synchronizeMULTIRegionKey', 'kms:ConnectCustomKeyStore', 'kms:Encapsulate']) {
      assert.equal((await can('root', action)).verdict, 'allowed', action);
    }
  });

  test('a key of some services only is left open in others, of which it is not known who has it', async () => {
    const Condition = { StringEquals: { 'aws:VpceAccount': ACCOUNT } };
    await world.user('inside', {
      ...allowing('s3:GetObject', 'kms:ListKeys', 'ec2:DescribeVolumes'),
      Condition,
    });
    const answers = ['s3:GetObject', 'kms:ListKeys', 'ec2:DescribeVolumes'].map((action) =>
      can('user/inside', action),
    );
    const [s3, kms, ec2] = await Promise.all(answers);
    assert.match(s3!.headline, /own policies allow s3:GetObject/);
    assert.deepEqual([kms!.verdict, ec2!.verdict], ['depends', 'denied']);
  });

  test('what cannot be asked is said', async () => {
    const cases: [string, string, string | undefined, RegExp][] = [
      ['user/nobody', 'kms:Encrypt', undefined, /There is no principal user\/nobody/],
      ['root', 'Encrypt', undefined, /Encrypt is not an action/],
      ['root', 'kms:Decript', undefined, /KMS has no action kms:Decript; the nearest name is kms:Decrypt\./],
      ['root', 'kms:Bogus', undefined, /KMS has no action kms:Bogus\.$/],
      ['root', 'kms:ReEncrypt', undefined, /KMS has no action kms:ReEncrypt; .* kms:ReEncryptFrom\./],
      ['root', 'kms:Encrypt', 'alias/none', /There is no alias\/none in account/],
    ];
    for (const [principal, action, resource, words] of cases) {
      await assert.rejects(can(principal, action, resource), words);
    }
  });
});

describe("IAM's simulator agrees", () => {
  const simulate = async (PolicySourceArn: string, ResourceArn: string, action = 'kms:Encrypt') => {
    const { EvaluationResults } = await world.iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn,
        ActionNames: [action],
        ResourceArns: [ResourceArn],
      }),
    );
    return EvaluationResults![0]!.EvalDecision;
  };

  test('on a key whose policy leaves the account nothing, and on one that does', async () => {
    const [closed, open] = [
      await world.newKey({
        ...onlyRoot,
        Statement: [{ ...onlyRoot.Statement[0], Action: ['kms:PutKeyPolicy'] }],
      }),
      await world.newKey(),
    ];
    const user = await world.user('simulated', allowing('kms:*'));
    const barred = await world.user('barred', allowing('kms:*'), denying('kms:Encrypt'));
    for (const [key, who, verdict, decision] of [
      [closed, user, 'denied', 'implicitDeny'],
      [open, user, 'allowed', 'allowed'],
      [open, barred, 'denied', 'explicitDeny'],
    ] as const) {
      assert.equal((await can(who.arn, 'kms:Encrypt', key)).verdict, verdict);
      assert.equal(await simulate(who.arn, key), decision);
    }
    await refusal(encrypt(user, closed));
    await encrypt(user, open);
  });
});
