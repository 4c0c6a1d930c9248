/** Why a statement or grant did not match, in words that show the trap: each case is built, called and explained. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CreateVolumeCommand } from '@aws-sdk/client-ec2';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  TagUserCommand,
} from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  EncryptCommand,
  KMSClient,
  PutKeyPolicyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-kms';
import {
  AttachPolicyCommand,
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  DescribeCreateAccountStatusCommand,
  DetachPolicyCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { ExplanationAnswer } from '../../../src/control/explanations.ts';
import {
  ACCOUNT,
  allowing,
  credentialsOf,
  denying,
  newUser,
  policy,
  rootOf,
  trust,
  ZONE,
} from '../../worlds/account.ts';
import { ec2World, type World } from '../../worlds/ec2.ts';
import { refusal } from '../../worlds/server.ts';

let world: World;
let assumers = 0;
before(async () => {
  world = await ec2World(undefined);
});
after(() => world.server.close());

const explain = async (subject: string, accountId?: string) =>
  world.server.ask<ExplanationAnswer>('explain', { subject, accountId });
const encrypt = (kms: KMSClient, KeyId: string, EncryptionContext?: Record<string, string>) =>
  kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x'), EncryptionContext }));
const forKey = (Principal: object | string, rest: object = {}) => ({
  ...{ Effect: 'Allow', Principal, Action: 'kms:Encrypt', Resource: '*' },
  ...rest,
});
const keyPolicy = (...more: object[]) => ({
  Version: '2012-10-17',
  Statement: [
    forKey(
      { AWS: rootOf(ACCOUNT) },
      { Action: ['kms:Put*', 'kms:Describe*', 'kms:CreateGrant', 'kms:Tag*'] },
    ),
    ...more,
  ],
});
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key`;

describe('identity-based conditions and resources', () => {
  const where = (Condition: object) => ({ ...allowing('kms:Encrypt'), Condition });
  const unless = (Condition: object, rest: object = {}) => ({
    ...denying('kms:Encrypt'),
    Condition,
    ...rest,
  });
  const cases: Record<string, [statements: object[], words: RegExp]> = {
    'alias ARN as resource': [
      [{ ...allowing('kms:Encrypt'), Resource: `arn:aws:kms:us-east-1:${ACCOUNT}:alias/x` }],
      /it is about "arn:aws:kms:us-east-1:\d+:alias\/x": an alias's ARN stands for the alias itself, never for its key/,
    ],
    'another Region': [
      [{ ...allowing('kms:Encrypt'), Resource: `${KEY.replace('us-east-1', 'eu-west-1')}/*` }],
      /it is about "arn:aws:kms:eu-west-1:/,
    ],
    'wildcard in StringEquals': [
      [where({ StringEquals: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/*' } })],
      /StringEquals takes \* and \? literally: wildcards need StringLike/,
    ],
    'list key with a plain operator': [
      [where({ StringEquals: { 'kms:ResourceAliases': 'alias/reasons' } })],
      /the request has "alias\/reasons"; kms:ResourceAliases is a list, which a plain StringEquals never matches: use ForAnyValue:StringEquals/,
    ],
    'tag in another case': [
      [where({ StringEquals: { 'aws:ResourceTag/team': 'red' } })],
      /the request has "Red"; they differ only in case, and the comparison is case-sensitive/,
    ],
    'policy variable': [
      [where({ StringEquals: { 'aws:ResourceTag/team': `\${aws:PrincipalTag/Team}` } })],
      /is "blue \(from \$\{aws:PrincipalTag\/Team\}\)": the request has "Red"/,
    ],
    'policy variable without a value': [
      [where({ StringEquals: { 'aws:ResourceTag/team': `\${aws:PrincipalTag/None}` } })],
      /a policy variable in it has no value in this request/,
    ],
    'MFA that long-term keys never have': [
      [where({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } })],
      /the request has no aws:MultiFactorAuthPresent \(long-term access keys never carry it, only sessions from STS do\)/,
    ],
    'Deny of an absent key by a negated operator': [
      [allowing('kms:*'), unless({ StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } })],
      /denies kms:Encrypt: aws:SourceVpce is not "vpce-1": the request has no aws:SourceVpce \(the call did not come through a VPC endpoint\); StringNotEquals is true when the key is absent/,
    ],
    'Deny by IfExists': [
      [allowing('kms:*'), unless({ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } })],
      /BoolIfExists is true when the key is absent/,
    ],
    'Deny by ForAllValues of nothing': [
      [allowing('kms:*'), unless({ 'ForAllValues:StringEquals': { 'aws:TagKeys': 'a' } })],
      /ForAllValues is true when there is no value at all/,
    ],
    'Deny by Null': [
      [allowing('kms:*'), unless({ Null: { 'kms:EncryptionContext:app': 'true' } })],
      /kms:EncryptionContext:app is absent: the request has no kms:EncryptionContext:app \(the call has no such encryption context\)/,
    ],
    'Deny of a network': [
      [allowing('kms:*'), unless({ NotIpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '192.0.2.0/24'] } })],
      /aws:SourceIp is outside 10\.0\.0\.0\/8 and 192\.0\.2\.0\/24: the request has "127\.0\.0\.1"/,
    ],
    'Deny by NotAction': [
      [allowing('kms:*'), { Effect: 'Deny', NotAction: ['iam:*', 'sts:*'], Resource: '*' }],
      /it covers every action but "iam:\*" and "sts:\*"/,
    ],
    'Deny by NotResource': [
      [allowing('kms:*'), { Effect: 'Deny', Action: 'kms:*', NotResource: `${KEY}/other` }],
      /it covers every resource but "arn:aws:kms:us-east-1:\d+:key\/other"/,
    ],
  };
  let key: string;
  before(async () => {
    key = await world.newKey();
    await world.kms.send(new CreateAliasCommand({ AliasName: 'alias/reasons', TargetKeyId: key }));
    await world.kms.send(new TagResourceCommand({ KeyId: key, Tags: [{ TagKey: 'team', TagValue: 'Red' }] }));
  });
  for (const [at, [name, [statements, words]]] of Object.entries(cases).entries()) {
    test(name, async () => {
      const user = await world.user(`case-${at}`, ...statements);
      await world.iam.send(
        new TagUserCommand({ UserName: user.name, Tags: [{ Key: 'Team', Value: 'blue' }] }),
      );
      await refusal(encrypt(user.kms, key));
      const { text, checks } = await explain(user.arn);
      assert.match(text, words);
      // The summary alone, at the top, says it.
      assert.match(checks[0]?.summary ?? '', words);
    });
  }

  test('the key as it is named elsewhere: in another Region, in another account, without its kind', async () => {
    for (const [at, [Resource, words]] of [
      [key.replace('us-east-1', 'eu-west-1'), /, which is in another Region/],
      [key.replace(ACCOUNT, '999988887777'), /, which belongs to another account/],
      [key.replace('key/', ''), /, which lacks "key\/"/],
      [`${KEY}/other`, /, not this one/],
    ].entries() as ArrayIterator<[number, [string, RegExp]]>) {
      const user = await world.user(`elsewhere-${at}`, { ...allowing('kms:Encrypt'), Resource });
      await refusal(encrypt(user.kms, key));
      assert.match((await explain(user.arn)).text, words);
    }
  });
});

test("a service's own address, where a Deny looks at the caller's network", async () => {
  const key = await world.newKey();
  const user = await world.user('networked', allowing('ec2:*', 'kms:*'), {
    ...denying('kms:*'),
    Condition: { NotIpAddress: { 'aws:SourceIp': '127.0.0.0/8' } },
  });
  const instance = await world.run(
    {
      BlockDeviceMappings: [
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: key } },
      ],
    },
    user.ec2,
  );
  await world.server.settled();
  const { text } = await explain(instance);
  assert.match(
    text,
    /the request has the address of an AWS service, which asked for the caller \(Bool aws:ViaAWSService identifies such calls\)/,
  );
});

describe('principals', () => {
  const role = async (RoleName: string, Path?: string) => {
    const input = { RoleName, Path, AssumeRolePolicyDocument: trust({ AWS: rootOf(ACCOUNT) }) };
    const { Role } = await world.iam.send(new CreateRoleCommand(input));
    const PolicyDocument = policy(allowing('kms:*'));
    await world.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'kms', PolicyDocument }));
    return Role!;
  };
  const as = async (RoleArn: string, RoleSessionName = 'one') => {
    const assumer = await newUser(world.server, `assumer-${++assumers}`, { allow: [allowing('sts:*')] });
    const sts = world.server.client(STSClient, assumer.credentials);
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName }));
    return world.server.client(KMSClient, credentialsOf(Credentials));
  };

  test('a role that was deleted and made again', async () => {
    const first = await role('reborn');
    const key = await world.newKey(keyPolicy(forKey({ AWS: first.Arn! })));
    const { iam } = world;
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'reborn', PolicyName: 'kms' }));
    await iam.send(new DeleteRoleCommand({ RoleName: 'reborn' }));
    const second = await role('reborn');
    await refusal(encrypt(await as(second.Arn!), key));
    const { text } = await explain(key);
    assert.match(
      text,
      new RegExp(
        `it names "role reborn \\(${first.RoleId}\\), which was deleted", not the caller: ${first.RoleId} was ${first.Arn} until it was deleted at 20\\S+; the one that has the name today is ${second.RoleId}, a different principal`,
      ),
    );
  });

  test('another session of the role', async () => {
    const { Arn } = await role('shifts');
    const session = `arn:aws:sts::${ACCOUNT}:assumed-role/shifts/day`;
    const key = await world.newKey(keyPolicy(forKey({ AWS: session })));
    await refusal(encrypt(await as(Arn!, 'night'), key));
    assert.match(
      (await explain(key)).text,
      /it names "session day of role shifts", not the caller: that is the session day of the same role; this one is night/,
    );
  });

  test('what changed since of the role and its key alone is named, to a session too', async () => {
    const { Arn } = await role('changed');
    const statement = forKey({ AWS: Arn! });
    const key = await world.newKey(keyPolicy({ ...statement, Effect: 'Deny' }));
    await refusal(encrypt(await as(Arn!), key));
    const PolicyDocument = policy(allowing('kms:*'));
    const PolicyName = 'more';
    await world.iam.send(new PutRolePolicyCommand({ RoleName: 'changed', PolicyName, PolicyDocument }));
    const { name: UserName } = await world.user('bystander');
    await world.iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
    await world.kms.send(
      new PutKeyPolicyCommand({ KeyId: key, Policy: JSON.stringify(keyPolicy(statement)) }),
    );
    const { since = [] } = await explain(key);
    assert.deepEqual(
      since.map(({ action }) => action),
      ['iam:PutRolePolicy', 'kms:PutKeyPolicy'],
    );
  });

  test("aws:PrincipalArn without the role's path, and of a session", async () => {
    const { Arn } = await role('pathed', '/team/');
    const without = `arn:aws:iam::${ACCOUNT}:role/pathed`;
    const session = `arn:aws:sts::${ACCOUNT}:assumed-role/pathed/one`;
    for (const [value, words] of [
      [without, /the role's path is part of its ARN, and is missing or different in the policy/],
      [
        [rootOf(ACCOUNT), session],
        /aws:PrincipalArn of a session is the ARN of its role, never the session's own/,
      ],
    ] as const) {
      const key = await world.newKey(
        keyPolicy(forKey('*', { Condition: { ArnEquals: { 'aws:PrincipalArn': value } } })),
      );
      await refusal(encrypt(await as(Arn!), key));
      const { checks } = await explain(key);
      assert.match(checks[0]?.summary ?? '', words);
      assert.match(
        checks[0]?.summary ?? '',
        /Statement 2 of the key policy is meant for role pathed, but does not match/,
      );
    }
  });

  test('a Deny with NotPrincipal that names the role alone', async () => {
    const { Arn } = await role('spared');
    const key = await world.newKey(
      keyPolicy(forKey({ AWS: Arn! }), {
        Effect: 'Deny',
        NotPrincipal: { AWS: [Arn!, rootOf(ACCOUNT)] },
        Action: 'kms:Encrypt',
        Resource: '*',
      }),
    );
    await refusal(encrypt(await as(Arn!), key));
    assert.match(
      (await explain(key)).text,
      /a Deny with NotPrincipal spares a session only if it lists the role \(\S+\), the session \(\S+\) and the account/,
    );
  });
});

describe('grants that nearly fit', () => {
  const grant = (KeyId: string, GranteePrincipal: string, more: object = {}) =>
    world.kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal, Operations: ['Encrypt'], ...more }));

  test('a constraint in another case, and another operation', async () => {
    const key = await world.newKey(keyPolicy());
    const user = await world.user('granted');
    await grant(key, user.arn, { Constraints: { EncryptionContextSubset: { Department: 'IT' } } });
    await grant(key, user.arn, { Operations: ['Decrypt'] });
    await refusal(encrypt(user.kms, key, { department: 'IT' }));
    const { text, checks } = await explain(key);
    assert.match(
      text,
      /its constraint requires the encryption context to have Department=IT: the call has department=IT; the keys differ in case/,
    );
    assert.match(text, /it allows Decrypt, not Encrypt/);
    assert.equal(checks[0]?.nearGrants.length, 2);
  });

  test('a grant to the account, whose identity policies count then', async () => {
    const key = await world.newKey(keyPolicy());
    const user = await world.user('of-the-account');
    await grant(key, rootOf(ACCOUNT));
    await refusal(encrypt(user.kms, key));
    const { checks } = await explain(key);
    assert.deepEqual(
      checks[0]?.nearGrants.map(({ why }) => why),
      ["its grantee is the account, so the caller's own policies must allow the call as well"],
    );
  });

  test('a grant that was issued by the wrong account', async () => {
    await world.server.root('444455556666');
    const owner = world.server.client(KMSClient, await world.server.root('444455556666'));
    const { KeyMetadata } = await owner.send(new CreateKeyCommand({}));
    const user = await world.user('across');
    await owner.send(
      new CreateGrantCommand({
        KeyId: KeyMetadata!.Arn!,
        GranteePrincipal: user.arn,
        Operations: ['Encrypt'],
      }),
    );
    await refusal(encrypt(user.kms, KeyMetadata!.Arn!));
    const { checks, text } = await explain(user.arn);
    assert.match(
      checks[0]?.nearGrants[0]?.why ?? '',
      /it was issued by account 444455556666, so the caller's own account \d{12} must allow the call as well/,
    );
    assert.doesNotMatch(text, /would do as well|allows it$/m);
  });
});

describe('a volume under a key that gives no data keys', () => {
  const keys = [
    ['RSA_2048', 'ENCRYPT_DECRYPT', 'RSA_2048'],
    ['RSA_2048', 'SIGN_VERIFY', 'no symmetric encryption key'],
    ['HMAC_256', 'GENERATE_VERIFY_MAC', 'no symmetric encryption key'],
  ] as const;
  for (const [KeySpec, KeyUsage, said] of keys)
    test(`${KeySpec} for ${KeyUsage}`, async () => {
      const { KeyMetadata } = await world.kms.send(new CreateKeyCommand({ KeySpec, KeyUsage }));
      const input = { AvailabilityZone: ZONE, Size: 1, Encrypted: true, KmsKeyId: KeyMetadata!.Arn! };
      const { VolumeId } = await world.ec2.send(new CreateVolumeCommand(input));
      await world.server.settled();
      const { headline } = await explain(VolumeId!);
      assert.match(headline, new RegExp(` is ${said}, and volumes take only symmetric encryption keys`));
    });
});

test('a service control policy, by its name and its organizational unit', async () => {
  const organizations = world.server.client(OrganizationsClient);
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  const { Roots } = await organizations.send(new ListRootsCommand({}));
  const RootId = Roots![0]!.Id!;
  await organizations.send(new EnablePolicyTypeCommand({ RootId, PolicyType: 'SERVICE_CONTROL_POLICY' }));
  const { OrganizationalUnit: unit } = await organizations.send(
    new CreateOrganizationalUnitCommand({ ParentId: RootId, Name: 'Workloads' }),
  );
  const { CreateAccountStatus: begun } = await organizations.send(
    new CreateAccountCommand({ AccountName: 'prod', Email: 'prod@example.com' }),
  );
  await world.server.settled();
  const { CreateAccountStatus: made } = await organizations.send(
    new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: begun!.Id! }),
  );
  const AccountId = made!.AccountId!;
  await organizations.send(
    new MoveAccountCommand({ AccountId, SourceParentId: RootId, DestinationParentId: unit!.Id! }),
  );
  const Content = policy({
    ...denying('kms:Encrypt'),
    Sid: 'RegionGuard',
    Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
  });
  const { Policy } = await organizations.send(
    new CreatePolicyCommand({ Name: 'regions', Description: '', Type: 'SERVICE_CONTROL_POLICY', Content }),
  );
  await organizations.send(
    new AttachPolicyCommand({ PolicyId: Policy!.PolicySummary!.Id!, TargetId: unit!.Id! }),
  );
  const member = await newUser(world.server, 'member', { account: AccountId, allow: [allowing('kms:*')] });
  const key = await world.server
    .client(KMSClient, await world.server.root(AccountId))
    .send(new CreateKeyCommand({}));
  const kms = world.server.client(KMSClient, member.credentials);
  await refusal(encrypt(kms, key.KeyMetadata!.Arn!));
  const { checks, text } = await explain(member.arn, AccountId);
  assert.match(
    checks[0]?.summary ?? '',
    /^Service control policy regions on Workloads \(ou-\S+\), statement "RegionGuard", denies kms:Encrypt: aws:RequestedRegion is not "eu-west-1": the request has "us-east-1"/,
  );
  assert.ok(text.split('\n').length <= 30, text);

  const allowList = await organizations.send(
    new CreatePolicyCommand({
      ...{ Name: 'ec2-only', Description: '', Type: 'SERVICE_CONTROL_POLICY' },
      Content: policy(allowing('ec2:*')),
    }),
  );
  for (const command of [
    new AttachPolicyCommand({ PolicyId: allowList.Policy!.PolicySummary!.Id!, TargetId: unit!.Id! }),
    new DetachPolicyCommand({ PolicyId: Policy!.PolicySummary!.Id!, TargetId: unit!.Id! }),
    new DetachPolicyCommand({ PolicyId: 'p-FullAWSAccess', TargetId: unit!.Id! }),
  ])
    await organizations.send(command as AttachPolicyCommand);
  await refusal(encrypt(kms, key.KeyMetadata!.Arn!));
  const { checks: lacking } = await explain(member.arn, AccountId);
  assert.match(
    lacking[0]?.summary ?? '',
    /^No service control policy on Workloads \(ou-\S+\) allows kms:Encrypt, and what one level does not allow is denied/,
  );
});
