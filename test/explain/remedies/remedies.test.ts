/** Of each kind of denial: the change that is proposed is the mildest, is where it can live, and helps when it is made. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  CompleteSnapshotCommand,
  EBSClient,
  ListSnapshotBlocksCommand,
  StartSnapshotCommand,
} from '@aws-sdk/client-ebs';
import {
  CreateVolumeCommand,
  DescribeVolumesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  GetUserCommand,
  IAMClient,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateGrantCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyPairWithoutPlaintextCommand,
  KMSClient,
  RevokeGrantCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { ACCOUNT, OTHER_ACCOUNT } from '../../worlds/account.ts';
import { ec2World, type User, type World } from '../../worlds/ec2.ts';
import { applyRemedies, type Explained } from '../../worlds/remedies.ts';
import { refusal } from '../../worlds/server.ts';

let world: World;
before(async () => {
  world = await ec2World(undefined);
});
after(() => world.server.close());

const ROOT = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
const ADMINISTRATION = {
  Sid: 'Administration',
  Effect: 'Allow',
  Principal: ROOT,
  Action: [
    'kms:PutKeyPolicy',
    'kms:GetKeyPolicy',
    'kms:DescribeKey',
    'kms:EnableKey',
    'kms:DisableKey',
    'kms:TagResource',
    'kms:ScheduleKeyDeletion',
    'kms:CancelKeyDeletion',
    'kms:CreateAlias',
  ],
  Resource: '*',
};
const ENDPOINT = 'vpce-0123456789abcdef0';
const policyOf = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });

let made = 0;
const newUser = (...statements: object[]) =>
  world.user(
    `u${++made}`,
    ...(statements.length > 0 ? statements : [{ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }]),
  );
const encrypt = ({ kms }: User, KeyId: string, EncryptionContext?: Record<string, string>) =>
  kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x'), EncryptionContext }));

async function explained(subject: string, accountId?: string): Promise<Explained> {
  const found = await world.server.ask<Explained>('explain', { subject, accountId });
  assert.equal(found.now, 'denied', found.text);
  assert.ok(found.remediesVerified, JSON.stringify(found.remedies, null, 1));
  return found;
}

const lastEvent = async (name: string) =>
  String((await world.trail({ name: 'EventName', value: name })).at(-1)?.eventID);

const kindsOf = ({ remedies }: Explained) => remedies.map(({ kind }) => kind);

describe('a near miss comes before a new statement', () => {
  test('kms:ViaService of another Region: its value, beside the one that is there', async () => {
    const user = await newUser();
    const via = {
      Effect: 'Allow',
      Principal: { AWS: user.arn },
      Action: ['kms:GenerateDataKey*', 'kms:CreateGrant', 'kms:DescribeKey'],
      Resource: '*',
      Condition: { StringEquals: { 'kms:ViaService': 'ec2.eu-west-1.amazonaws.com' } },
    };
    const keyArn = await world.newKey(policyOf(ADMINISTRATION, via));
    const create = async () =>
      (
        await user.ec2.send(
          new CreateVolumeCommand({
            AvailabilityZone: 'us-east-1a',
            Size: 1,
            Encrypted: true,
            KmsKeyId: keyArn,
          }),
        )
      ).VolumeId as string;
    const volume = await create();
    await world.server.settled();
    const found = await explained(volume);
    assert.deepEqual(kindsOf(found), ['statement']);
    const { Condition } = found.remedies[0]?.document as typeof via;
    assert.deepEqual(Condition, {
      StringEquals: { 'kms:ViaService': ['ec2.eu-west-1.amazonaws.com', 'ec2.us-east-1.amazonaws.com'] },
    });
    await applyRemedies(world.server, found);
    const again = await create();
    await world.server.settled();
    assert.equal((await world.volume(again))?.State, 'available');
    // The condition still holds direct use off.
    assert.equal(
      (await refusal(user.kms.send(new GenerateDataKeyCommand({ KeyId: keyArn, KeySpec: 'AES_256' })))).code,
      'AccessDeniedException',
    );
  });

  test('a wildcard under StringEquals: the operator', async () => {
    const user = await newUser();
    const via = {
      Effect: 'Allow',
      Principal: { AWS: user.arn },
      Action: 'kms:*',
      Resource: '*',
      Condition: { StringEquals: { 'kms:ViaService': 'ec2.*.amazonaws.com' } },
    };
    const keyArn = await world.newKey(policyOf(ADMINISTRATION, via));
    const create = async () =>
      (
        await user.ec2.send(
          new CreateVolumeCommand({
            AvailabilityZone: 'us-east-1a',
            Size: 1,
            Encrypted: true,
            KmsKeyId: keyArn,
          }),
        )
      ).VolumeId as string;
    const volume = await create();
    await world.server.settled();
    const found = await explained(volume);
    assert.deepEqual((found.remedies[0]?.document as typeof via).Condition, {
      StringLike: { 'kms:ViaService': 'ec2.*.amazonaws.com' },
    });
    await applyRemedies(world.server, found);
    const again = await create();
    await world.server.settled();
    assert.equal((await world.volume(again))?.State, 'available');
  });

  test('an alias as Resource: the key', async () => {
    const keyArn = await world.newKey();
    const alias = `arn:aws:kms:us-east-1:${ACCOUNT}:alias/app`;
    const user = await newUser({ Effect: 'Allow', Action: 'kms:Encrypt', Resource: alias });
    await refusal(encrypt(user, keyArn));
    const found = await explained(keyArn);
    assert.deepEqual(kindsOf(found), ['fact']);
    assert.equal((found.remedies[0]?.document as { Resource: string }).Resource, keyArn);
    await applyRemedies(world.server, found);
    await encrypt(user, keyArn);
  });

  test('a role that was deleted and made again: its ARN is put again, in that statement', async () => {
    const trust = JSON.stringify(policyOf({ Effect: 'Allow', Principal: ROOT, Action: 'sts:AssumeRole' }));
    const role = { RoleName: 'app', AssumeRolePolicyDocument: trust };
    const { Role } = await world.iam.send(new CreateRoleCommand(role));
    const use = {
      Sid: 'Use',
      Effect: 'Allow',
      Principal: { AWS: Role?.Arn },
      Action: 'kms:Encrypt',
      Resource: '*',
    };
    const keyArn = await world.newKey(policyOf(ADMINISTRATION, use));
    await world.iam.send(new DeleteRoleCommand({ RoleName: 'app' }));
    await world.iam.send(new CreateRoleCommand(role));
    const user = await newUser({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' });
    const { Credentials: session } = await world.server
      .client(STSClient, user.credentials)
      .send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 's1' }));
    const kms = world.server.client(KMSClient, {
      accessKeyId: session?.AccessKeyId as string,
      secretAccessKey: session?.SecretAccessKey as string,
      sessionToken: session?.SessionToken,
    });
    await refusal(encrypt({ ...user, kms }, keyArn));
    const found = await explained(keyArn);
    assert.deepEqual(kindsOf(found), ['fact']);
    await applyRemedies(world.server, found);
    await encrypt({ ...user, kms }, keyArn);
  });

  test('a tag of another case: the tag', async () => {
    const { KeyMetadata } = await world.kms.send(
      new CreateKeyCommand({ Tags: [{ TagKey: 'team', TagValue: 'Red' }] }),
    );
    const keyArn = KeyMetadata?.Arn as string;
    const user = await newUser({
      Effect: 'Allow',
      Action: 'kms:Encrypt',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/team': 'red' } },
    });
    await refusal(encrypt(user, keyArn));
    const found = await explained(keyArn);
    assert.deepEqual(kindsOf(found), ['fact']);
    assert.equal(found.remedies[0]?.calls?.[0]?.operation, 'TagResource');
    await applyRemedies(world.server, found);
    await encrypt(user, keyArn);
  });
});

describe('the request, before any policy', () => {
  test('an external id that was left out', async () => {
    const user = await newUser({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' });
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: user.arn },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': 'secret-7' } },
    };
    const { Role } = await world.iam.send(
      new CreateRoleCommand({
        RoleName: 'vendor',
        AssumeRolePolicyDocument: JSON.stringify(policyOf(statement)),
      }),
    );
    await refusal(
      world.server
        .client(STSClient, user.credentials)
        .send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 's1' })),
    );
    const found = await explained(await lastEvent('AssumeRole'));
    assert.deepEqual(kindsOf(found), ['request']);
    assert.match(found.text, /Change no policy: .*ExternalId/);
    assert.deepEqual(found.remedies[0]?.calls ?? [], []);
  });

  test('MFA, asked for by an Allow and by a Deny', async () => {
    const keyArn = await world.newKey();
    const asked = await newUser({
      Effect: 'Allow',
      Action: 'kms:*',
      Resource: '*',
      Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
    });
    await refusal(encrypt(asked, keyArn));
    assert.deepEqual(kindsOf(await explained(keyArn)), ['request']);
    const other = await world.newKey();
    const denied = await newUser(
      { Effect: 'Allow', Action: 'kms:*', Resource: '*' },
      {
        Sid: 'NoMfa',
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
      },
    );
    await refusal(encrypt(denied, other));
    const found = await explained(other);
    assert.deepEqual(kindsOf(found), ['request']);
    assert.match(found.text, /MFA/);
  });

  test('an encryption context that the statement asks for', async () => {
    const keyArn = await world.newKey();
    const user = await newUser({
      Effect: 'Allow',
      Action: 'kms:Encrypt',
      Resource: '*',
      Condition: { StringEquals: { 'kms:EncryptionContext:Department': 'finance' } },
    });
    await refusal(encrypt(user, keyArn));
    const found = await explained(keyArn);
    assert.deepEqual(kindsOf(found), ['request']);
    assert.match(found.text, /Department="finance"/);
    await encrypt(user, keyArn, { Department: 'finance' });
  });
});

describe('the way of the call, which a Deny asks for', () => {
  const VPC = 'vpc-0123456789abcdef0';
  for (const [condition, how] of [
    [{ StringNotEquals: { 'aws:SourceVpce': ENDPOINT } }, `through VPC endpoint ${ENDPOINT}`],
    [{ StringNotEqualsIfExists: { 'aws:SourceVpc': VPC } }, `through an endpoint of ${VPC}`],
    [
      { ArnNotEquals: { 'aws:SourceVpcArn': `arn:aws:ec2:us-east-1:${ACCOUNT}:vpc/${VPC}` } },
      `through an endpoint of ${VPC}`,
    ],
    [
      { StringNotEqualsIfExists: { 'aws:VpceAccount': ACCOUNT } },
      `through a VPC endpoint of account ${ACCOUNT}`,
    ],
    [{ Bool: { 'aws:SecureTransport': 'false' } }, 'over HTTPS'],
  ] as const) {
    test(how, async () => {
      const everybody = { Principal: '*', Action: 'kms:*Encrypt', Resource: '*' };
      const keyArn = await world.newKey(
        policyOf(
          { Effect: 'Allow', Principal: ROOT, Action: 'kms:*', Resource: '*' },
          { Sid: 'Way', Effect: 'Deny', ...everybody, Condition: condition },
        ),
      );
      await refusal(encrypt(await newUser({ Effect: 'Allow', Action: 'kms:*', Resource: '*' }), keyArn));
      const found = await explained(keyArn);
      assert.deepEqual(kindsOf(found), ['request'], found.text);
      assert.match(found.text, new RegExp(`"Way" .* does not deny a call that is made ${how}\\.`));
    });
  }
});

test('what a call makes has a name that the rehearsal gives anew: it is asked for once', async () => {
  const maker = await world.user('maker', { Effect: 'Allow', Action: 'kms:CreateKey', Resource: '*' });
  const Policy = JSON.stringify(
    policyOf({ Effect: 'Allow', Principal: ROOT, Action: 'kms:*', Resource: '*' }),
  );
  const kms = world.server.client(KMSClient, maker.credentials);
  const Tags = [{ TagKey: 'team', TagValue: 'storage' }];
  assert.match((await refusal(kms.send(new CreateKeyCommand({ Policy, Tags })))).message, /kms:PutKeyPolicy/);
  const found = await world.server.ask<Explained>('explain', { subject: 'user/maker' });
  assert.deepEqual(found.following, []);
  assert.doesNotMatch(found.text, /would have gone on/);
  await applyRemedies(world.server, found);
  await kms.send(new CreateKeyCommand({ Policy, Tags }));
});

describe('a deny is narrowed', () => {
  test('by what AWS services do for the caller, where an address was refused that is theirs', async () => {
    const keyArn = await world.newKey();
    const user = await newUser(
      { Effect: 'Allow', Action: ['ec2:*', 'kms:*'], Resource: '*' },
      {
        Sid: 'Office',
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { NotIpAddress: { 'aws:SourceIp': '127.0.0.0/8' } },
      },
    );
    const create = async () =>
      (
        await user.ec2.send(
          new CreateVolumeCommand({
            AvailabilityZone: 'us-east-1a',
            Size: 1,
            Encrypted: true,
            KmsKeyId: keyArn,
          }),
        )
      ).VolumeId as string;
    const volume = await create();
    await world.server.settled();
    const found = await explained(volume);
    assert.deepEqual(kindsOf(found), ['narrowed-deny']);
    const { Condition } = found.remedies[0]?.document as { Condition: object };
    assert.deepEqual(Condition, {
      NotIpAddress: { 'aws:SourceIp': '127.0.0.0/8' },
      BoolIfExists: { 'aws:ViaAWSService': 'false' },
    });
    await applyRemedies(world.server, found);
    const again = await create();
    await world.server.settled();
    assert.equal((await world.volume(again))?.State, 'available');
  });

  test('by what no such call can have, where a perimeter asks for a key that AWS gives other services alone', async () => {
    const Condition = { StringNotEquals: { 'aws:ResourceAccount': ACCOUNT } };
    const everything = { Action: '*', Resource: '*' };
    const insider = await world.user(
      'insider',
      { Effect: 'Allow', ...everything },
      { Sid: 'Perimeter', Effect: 'Deny', ...everything, Condition },
    );
    const { SnapshotId } = await world.server
      .client(EBSClient)
      .send(new StartSnapshotCommand({ VolumeSize: 1 }));
    const change = { SnapshotId, ChangedBlocksCount: 0 };
    await world.server.client(EBSClient).send(new CompleteSnapshotCommand(change));
    await world.server.settled();
    const list = () =>
      world.server.client(EBSClient, insider.credentials).send(new ListSnapshotBlocksCommand({ SnapshotId }));
    assert.equal((await refusal(list())).code, 'AccessDeniedException');
    const found = await explained('user/insider');
    assert.match(found.text, /AWS does not put aws:ResourceAccount into requests of ebs:ListSnapshotBlocks;/);
    assert.deepEqual(kindsOf(found), ['narrowed-deny']);
    assert.deepEqual((found.remedies[0]?.document as { Condition: object }).Condition, {
      ...Condition,
      Null: { 'aws:ResourceAccount': 'false' },
    });
    await applyRemedies(world.server, found);
    assert.deepEqual((await list()).Blocks, []);
  });

  test('twice, where two of the calls meet it: one change, which says what it is for', async () => {
    const keyArn = await world.newKey(
      policyOf(
        { Effect: 'Allow', Principal: ROOT, Action: 'kms:*', Resource: '*' },
        {
          Sid: 'Guard',
          Effect: 'Deny',
          Principal: '*',
          Action: ['kms:CreateGrant', 'kms:Decrypt'],
          Resource: '*',
          Condition: { ArnNotLike: { 'aws:PrincipalArn': ROOT.AWS } },
        },
      ),
    );
    const user = await newUser({ Effect: 'Allow', Action: ['ec2:*', 'kms:*'], Resource: '*' });
    const run = () =>
      world.run(
        {
          BlockDeviceMappings: [
            { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: keyArn } },
          ],
        },
        user.ec2,
      );
    const instance = await run();
    await world.server.settled();
    const found = await explained(instance);
    assert.deepEqual(kindsOf(found), ['narrowed-deny']);
    assert.match(
      found.remedies[0]?.sentence ?? '',
      /^Narrow statement "Guard" .*, so that it spares what AWS services do for a caller, and spares arn:.*ec2-infrastructure:$/,
    );
    await applyRemedies(world.server, found);
    const again = await run();
    await world.server.settled();
    assert.equal((await world.instance(again))?.State?.Name, 'running');
  });
});

describe("a deny that is the caller's own goes on to deny the rest", () => {
  const own = async (user: User, name: string, ...Action: string[]) => {
    await world.iam.send(
      new PutUserPolicyCommand({
        UserName: name,
        PolicyName: 'guard',
        PolicyDocument: JSON.stringify(policyOf({ Sid: 'Guard', Effect: 'Deny', Action, Resource: '*' })),
      }),
    );
    return user;
  };

  test('where it denies by patterns, however many wildcards they have', async () => {
    const keyArn = await world.newKey();
    const hostile = `kms:${'*?'.repeat(17)}_*`;
    const allowed = await newUser({ Effect: 'Allow', Action: 'kms:*', Resource: '*' });
    const user = await own(allowed, `u${made}`, 'iam:*', 'KMS:generatedatakeypair?*', hostile);
    const make = () =>
      user.kms.send(
        new GenerateDataKeyPairWithoutPlaintextCommand({ KeyId: keyArn, KeyPairSpec: 'ECC_NIST_P256' }),
      );
    await refusal(make());
    const found = await explained(`user/u${made}`);
    assert.deepEqual(kindsOf(found), ['narrowed-deny']);
    const { Action } = found.remedies[0]?.document as { Action: string[] };
    assert.deepEqual(Action, ['iam:*', hostile]);
    await applyRemedies(world.server, found);
    await make();
  });

  test('where what it denies of other services nobody has listed', async () => {
    const user = await own(await newUser(), `u${made}`, 'ec2:*', 'kms:Enc*');
    await refusal(
      user.ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1, Encrypted: true })),
    );
    const found = await world.server.ask<Explained>('explain', { subject: `user/u${made}` });
    for (const { document } of found.remedies) {
      const { Effect, Action } = document as { Effect?: string; Action?: string[] };
      if (Effect === 'Deny') assert.deepEqual(Action, ['ec2:*', 'kms:Enc*']);
    }
  });
});

describe('a state', () => {
  test('a disabled key that the policies refuse too: both, in one round', async () => {
    const keyArn = await world.newKey();
    const user = await newUser();
    await world.kms.send(new DisableKeyCommand({ KeyId: keyArn }));
    await refusal(encrypt(user, keyArn));
    const found = await explained(keyArn);
    assert.deepEqual(kindsOf(found).toSorted(), ['new-statement', 'state']);
    await applyRemedies(world.server, found);
    await encrypt(user, keyArn);
  });

  test('a key on its way out: its deletion is cancelled', async () => {
    const keyArn = await world.newKey();
    await world.kms.send(new ScheduleKeyDeletionCommand({ KeyId: keyArn, PendingWindowInDays: 7 }));
    await refusal(world.kms.send(new EncryptCommand({ KeyId: keyArn, Plaintext: Buffer.from('x') })));
    const found = await explained(keyArn);
    assert.deepEqual(
      found.remedies[0]?.calls?.map(({ operation }) => operation),
      ['CancelKeyDeletion', 'EnableKey'],
    );
    await applyRemedies(world.server, found);
    await world.kms.send(new EncryptCommand({ KeyId: keyArn, Plaintext: Buffer.from('x') }));
  });
});

describe('across accounts', () => {
  test('both sides, each in its own account', async () => {
    const foreign = world.server.client(KMSClient, await world.server.root(OTHER_ACCOUNT));
    const { KeyMetadata } = await foreign.send(new CreateKeyCommand({}));
    const keyArn = KeyMetadata?.Arn as string;
    const user = await newUser();
    await refusal(encrypt(user, keyArn));
    const found = await explained(keyArn);
    assert.deepEqual(
      found.remedies.map(({ account }) => account).toSorted(),
      [ACCOUNT, OTHER_ACCOUNT].toSorted(),
    );
    await applyRemedies(world.server, found);
    await encrypt(user, keyArn);
  });
});

describe('the world has moved on', () => {
  test('what was denied would be allowed now, and the change that made it so is named', async () => {
    const keyArn = await world.newKey();
    const user = await newUser();
    await refusal(encrypt(user, keyArn));
    await world.iam.send(
      new PutUserPolicyCommand({
        UserName: user.arn.split('/').at(-1),
        PolicyName: 'kms',
        PolicyDocument: JSON.stringify(policyOf({ Effect: 'Allow', Action: 'kms:*', Resource: '*' })),
      }),
    );
    const Ebs = { Encrypted: true, KmsKeyId: keyArn };
    await world.run({ BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs }] });
    const found = await world.server.ask<Explained>('explain', { subject: keyArn });
    assert.equal(found.now, 'allowed');
    assert.deepEqual(found.remedies, []);
    assert.match(found.text, /It would be allowed now/);
    // What was done in the same second, but before the call, is none of them, nor are the grants of EC2's own.
    assert.deepEqual(
      found.since?.map(({ action }) => action),
      ['iam:PutUserPolicy'],
    );
  });
});

test('a start that somebody else has made since says nothing of the one that was denied', async () => {
  const KmsKeyId = await world.newKey();
  const user = await newUser();
  const Ebs = { Encrypted: true, KmsKeyId };
  const on = { InstanceIds: [await world.run({ BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs }] })] };
  await world.server.settled();
  await world.ec2.send(new StopInstancesCommand(on));
  await world.server.settled();
  await user.ec2.send(new StartInstancesCommand(on));
  await world.server.settled();
  const denied = await lastEvent('CreateGrant');
  await world.ec2.send(new StartInstancesCommand(on));
  await world.server.settled();
  const found = await explained(denied);
  assert.equal(found.outerCall?.action, 'ec2:StartInstances');
  assert.deepEqual(kindsOf(found), ['new-statement']);
});

describe('what changed since the like was let through', () => {
  test('a grant that was revoked, named by whoever starts an instance and the key alike', async () => {
    const keyArn = await world.newKey();
    const user = await newUser();
    const { GrantId } = await world.kms.send(
      new CreateGrantCommand({
        ...{ KeyId: keyArn, GranteePrincipal: user.arn },
        Operations: ['GenerateDataKeyWithoutPlaintext', 'Decrypt', 'CreateGrant', 'DescribeKey'],
      }),
    );
    const Ebs = { Encrypted: true, KmsKeyId: keyArn };
    const instance = await world.run({ BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs }] }, user.ec2);
    await world.server.settled();
    await world.kms.send(new RevokeGrantCommand({ KeyId: keyArn, GrantId }));
    const on = { InstanceIds: [instance] };
    await user.ec2.send(new StopInstancesCommand(on));
    await world.server.settled();
    await user.ec2.send(new StartInstancesCommand(on));
    await world.server.settled();
    const { before, text } = await explained(instance);
    assert.deepEqual(
      before?.changes.map(({ action, by }) => [action, by]),
      [['kms:RevokeGrant', ROOT.AWS]],
    );
    assert.match(
      text,
      /Such a call was allowed before, last at .* Changed in between: kms:RevokeGrant on key /,
    );
  });

  test('a key that was disabled, a policy that was put; nothing where there was no such call before', async () => {
    const keyArn = await world.newKey();
    const kms = { Effect: 'Allow', Action: 'kms:*', Resource: '*' };
    const [user, other] = [await newUser(kms), await newUser(kms)];
    const changesOf = async (who: User) => {
      await refusal(encrypt(who, keyArn));
      const { before } = await world.server.ask<Explained>('explain', {
        subject: await lastEvent('Encrypt'),
      });
      return before?.changes.map(({ action }) => action);
    };
    await encrypt(user, keyArn);
    await world.kms.send(new DisableKeyCommand({ KeyId: keyArn }));
    assert.deepEqual(await changesOf(user), ['kms:DisableKey']);
    await world.kms.send(new EnableKeyCommand({ KeyId: keyArn }));
    await encrypt(user, keyArn);
    const PolicyDocument = JSON.stringify(policyOf({ ...kms, Effect: 'Deny' }));
    for (const UserName of [user.name, other.name])
      await world.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'none', PolicyDocument }));
    assert.deepEqual(await changesOf(user), ['iam:PutUserPolicy']);
    assert.equal(await changesOf(other), undefined);
  });
});

test('a fix is never put where it cannot be stored: what PutKeyPolicy would refuse is not proposed', async () => {
  const [user, other] = [await newUser(), await newUser()];
  const admin = {
    Effect: 'Allow',
    Principal: ROOT,
    Action: ['kms:PutKeyPolicy', 'kms:GetKeyPolicy'],
    Resource: '*',
  };
  const trust = JSON.stringify(policyOf({ Effect: 'Allow', Principal: ROOT, Action: 'sts:AssumeRole' }));
  const { Role } = await world.iam.send(
    new CreateRoleCommand({ RoleName: 'gone', AssumeRolePolicyDocument: trust }),
  );
  const keyArn = await world.newKey(
    policyOf(admin, {
      ...{ Effect: 'Allow', Principal: { AWS: [Role?.Arn, other.arn] } },
      ...{ Action: 'kms:DescribeKey', Resource: '*' },
    }),
  );
  await world.iam.send(new DeleteRoleCommand({ RoleName: 'gone' }));
  await refusal(encrypt(user, keyArn));
  const found = await explained(keyArn);
  await applyRemedies(world.server, found);
  await encrypt(user, keyArn);
  // Whoever is there still keeps what the statement gave him.
  await other.kms.send(new DescribeKeyCommand({ KeyId: keyArn }));
});

test('the risk of a change: who else gains by it', async () => {
  const { KeyMetadata } = await world.kms.send(
    new CreateKeyCommand({ Tags: [{ TagKey: 'stage', TagValue: 'test' }] }),
  );
  const keyArn = KeyMetadata?.Arn as string;
  const byStage = {
    Effect: 'Allow',
    Action: 'kms:Encrypt',
    Resource: keyArn,
    Condition: { StringEquals: { 'aws:ResourceTag/stage': 'prod' } },
  };
  const user = await newUser(byStage);
  const other = await newUser(byStage);
  await refusal(encrypt(user, keyArn));
  const found = await explained(keyArn);
  assert.deepEqual(kindsOf(found), ['fact']);
  assert.deepEqual(
    found.gains?.map(({ principal }) => principal),
    [other.arn],
  );
  assert.match(
    found.text,
    new RegExp(`Risk: user ${other.arn.split('/').at(-1)} could then call kms:Encrypt too`),
  );
});

test('who else gains on what has no Region is asked in that of the call', async () => {
  const { Policy } = await world.iam.send(
    new CreatePolicyCommand({
      PolicyName: 'bound',
      PolicyDocument: JSON.stringify(policyOf({ Effect: 'Allow', Action: 'kms:*', Resource: '*' })),
    }),
  );
  const inRegion = (region: string) =>
    newUser({
      ...{ Effect: 'Allow', Action: ['ec2:*', 'iam:*'], Resource: '*' },
      Condition: { StringEquals: { 'aws:RequestedRegion': region } },
    });
  const [user, same, elsewhere] = [
    await inRegion('us-east-1'),
    await inRegion('us-east-1'),
    await inRegion('eu-west-1'),
  ];
  for (const { name: UserName } of [user, same, elsewhere])
    await world.iam.send(
      new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: Policy?.Arn }),
    );
  for (const call of [
    () => user.ec2.send(new DescribeVolumesCommand({})),
    () => world.server.client(IAMClient, user.credentials).send(new GetUserCommand({ UserName: same.name })),
  ]) {
    const { message } = await refusal(call());
    const found = await explained(message);
    assert.deepEqual(
      found.gains?.map(({ principal }) => principal),
      [same.arn],
    );
  }
});
