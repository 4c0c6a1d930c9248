/** Temporary credentials: who gets them, for how long, and what they may do. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  EnableMFADeviceCommand,
  IAMClient,
  ListRolesCommand,
  ListUsersCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { recordedTime } from '../../src/invoke/audit/recorded-time.ts';
import {
  ACCOUNT,
  type AuditRecord,
  allow,
  auditRecords,
  credentialsOf,
  HOUR_MS,
  newUser,
  OTHER_ACCOUNT,
  policy,
  type TestUser,
} from '../worlds/account.ts';
import { mfaCode, STEP_MS, seedBytes } from '../worlds/mfa.ts';
import { type Credentials, refusal, startServerFor, type TestServer } from '../worlds/server.ts';

const trust = (AWS: string, extra: object = {}, Action: string | string[] = 'sts:AssumeRole') =>
  policy({ Effect: 'Allow', Principal: { AWS }, Action, ...extra });

const makeUser = (server: TestServer, name: string, document?: string, account?: string) =>
  newUser(server, name, { document, account });

async function makeRole(server: TestServer, RoleName: string, AssumeRolePolicyDocument: string, more = {}) {
  const iam = server.client(IAMClient);
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, ...more }));
  return { arn: Role!.Arn!, id: Role!.RoleId! };
}

const assume = (server: TestServer, keys: Credentials, input: AssumeRoleCommandInput) =>
  server.client(STSClient, keys).send(new AssumeRoleCommand(input));

describe('AssumeRole', () => {
  test('by a user whom the trust policy names needs no policy of the user', async (t) => {
    const server = await startServerFor(t);
    const john = await makeUser(server, 'john');
    const role = await makeRole(server, 'reader', trust(john.arn), { Path: '/app/' });
    await server.client(IAMClient).send(
      new AttachRolePolicyCommand({
        RoleName: 'reader',
        PolicyArn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess',
      }),
    );
    const answer = await assume(server, john.credentials, { RoleArn: role.arn, RoleSessionName: 'work' });
    assert.match(answer.Credentials?.AccessKeyId ?? '', /^ASIA[A-Z2-7]{16}$/);
    assert.deepEqual(answer.AssumedRoleUser, {
      AssumedRoleId: `${role.id}:work`,
      Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/reader/work`,
    });
    assert.equal(answer.PackedPolicySize, undefined);
    const session = credentialsOf(answer.Credentials);
    const { Arn, UserId, Account } = await server
      .client(STSClient, session)
      .send(new GetCallerIdentityCommand({}));
    assert.deepEqual([Arn, UserId, Account], [answer.AssumedRoleUser?.Arn, `${role.id}:work`, ACCOUNT]);
    const asRole = server.client(IAMClient, session);
    assert.equal((await asRole.send(new ListUsersCommand({}))).Users?.length, 1);
    const denied = await refusal(asRole.send(new CreateUserCommand({ UserName: 'x' })));
    assert.equal(
      denied.message,
      `User: ${Arn} is not authorized to perform: iam:CreateUser on resource: arn:aws:iam::${ACCOUNT}:user/x ` +
        'because no identity-based policy allows the iam:CreateUser action',
    );
  });

  test('by a user of a trusted account needs a policy of the user as well', async (t) => {
    const server = await startServerFor(t);
    const john = await makeUser(server, 'john');
    const role = await makeRole(server, 'r', trust(ACCOUNT));
    const input = { RoleArn: role.arn, RoleSessionName: 'work' };
    assert.deepEqual(await refusal(assume(server, john.credentials, input)), {
      code: 'AccessDenied',
      message:
        `User: ${john.arn} is not authorized to perform: sts:AssumeRole on resource: ${role.arn} ` +
        'because no identity-based policy allows the sts:AssumeRole action',
      status: 403,
    });
    const mary = await makeUser(server, 'mary', allow('sts:AssumeRole', { Resource: role.arn }));
    assert.ok((await assume(server, mary.credentials, input)).Credentials);
    const untrusting = await makeRole(server, 'u', trust(mary.arn));
    assert.match(
      (await refusal(assume(server, john.credentials, { ...input, RoleArn: untrusting.arn }))).message,
      /because no role trust policy allows the sts:AssumeRole action$/,
    );
  });

  test('across accounts needs both sides, and a denial gives no reason', async (t) => {
    const server = await startServerFor(t);
    const role = await makeRole(server, 'shared', trust(ACCOUNT));
    await server.root(OTHER_ACCOUNT);
    const stranger = await makeUser(server, 'eve', allow('sts:AssumeRole'), OTHER_ACCOUNT);
    const input = { RoleArn: role.arn, RoleSessionName: 'work' };
    assert.equal(
      (await refusal(assume(server, stranger.credentials, input))).message,
      `User: ${stranger.arn} is not authorized to perform: sts:AssumeRole on resource: ${role.arn}`,
    );
    const open = await makeRole(server, 'open', trust(OTHER_ACCOUNT));
    const answer = await assume(server, stranger.credentials, { ...input, RoleArn: open.arn });
    assert.equal(answer.AssumedRoleUser?.Arn, `arn:aws:sts::${ACCOUNT}:assumed-role/open/work`);
    const without = await makeUser(server, 'adam', undefined, OTHER_ACCOUNT);
    assert.equal(
      (await refusal(assume(server, without.credentials, { ...input, RoleArn: open.arn }))).code,
      'AccessDenied',
    );
  });

  test('by root, or of a role that does not exist, is refused', async (t) => {
    const server = await startServerFor(t);
    const role = await makeRole(server, 'r', trust(ACCOUNT));
    const RoleSessionName = 'work';
    assert.deepEqual(
      await refusal(assume(server, await server.root(), { RoleArn: role.arn, RoleSessionName })),
      {
        code: 'AccessDenied',
        message: 'Roles may not be assumed by root accounts.',
        status: 403,
      },
    );
    const admin = await makeUser(server, 'admin', allow('*'));
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/none`;
    assert.deepEqual(
      (await refusal(assume(server, admin.credentials, { RoleArn, RoleSessionName }))).message.split(
        ' on ',
      )[0],
      `User: ${admin.arn} is not authorized to perform: sts:AssumeRole`,
    );
    const noArn = 'arn:aws:iam:123456789012:role';
    assert.equal(
      (await refusal(assume(server, admin.credentials, { RoleArn: noArn, RoleSessionName }))).code,
      'ValidationError',
    );
  });

  test('with an external id is decided by the condition on it', async (t) => {
    const server = await startServerFor(t);
    const john = await makeUser(server, 'john');
    const Condition = { StringEquals: { 'sts:ExternalId': 'secret-handshake' } };
    const role = await makeRole(server, 'r', trust(john.arn, { Condition }));
    const input = { RoleArn: role.arn, RoleSessionName: 'work' };
    assert.equal((await refusal(assume(server, john.credentials, input))).code, 'AccessDenied');
    assert.equal(
      (await refusal(assume(server, john.credentials, { ...input, ExternalId: 'guess' }))).code,
      'AccessDenied',
    );
    assert.ok(
      (await assume(server, john.credentials, { ...input, ExternalId: 'secret-handshake' })).Credentials,
    );
  });

  test('is narrowed by session policies, inline and by ARN', async (t) => {
    const server = await startServerFor(t);
    const john = await makeUser(server, 'john');
    const role = await makeRole(server, 'r', trust(john.arn));
    await server
      .client(IAMClient)
      .send(new PutRolePolicyCommand({ RoleName: 'r', PolicyName: 'all', PolicyDocument: allow('iam:*') }));
    const input = { RoleArn: role.arn, RoleSessionName: 'work' };
    const narrow = await assume(server, john.credentials, { ...input, Policy: allow('iam:ListUsers') });
    assert.ok((narrow.PackedPolicySize ?? 0) > 0);
    const narrowed = server.client(IAMClient, credentialsOf(narrow.Credentials));
    await narrowed.send(new ListUsersCommand({}));
    assert.match(
      (await refusal(narrowed.send(new ListRolesCommand({})))).message,
      /because no session policy allows the iam:ListRoles action$/,
    );
    const byArn = await assume(server, john.credentials, {
      ...input,
      PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' }],
    });
    const readOnly = server.client(IAMClient, credentialsOf(byArn.Credentials));
    await readOnly.send(new ListRolesCommand({}));
    assert.match(
      (await refusal(readOnly.send(new CreateUserCommand({ UserName: 'x' })))).message,
      /because no session policy allows/,
    );
    // What either allows, and neither denies.
    const Policy = policy(
      { Effect: 'Allow', Action: 'iam:CreateUser', Resource: '*' },
      { Effect: 'Deny', Action: 'iam:ListUsers', Resource: '*' },
    );
    const PolicyArns = [{ arn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' }];
    const both = await assume(server, john.credentials, { ...input, Policy, PolicyArns });
    const mixed = server.client(IAMClient, credentialsOf(both.Credentials));
    await mixed.send(new ListRolesCommand({}));
    await mixed.send(new CreateUserCommand({ UserName: 'y' }));
    assert.match(
      (await refusal(mixed.send(new ListUsersCommand({})))).message,
      /with an explicit deny in a session policy$/,
    );
    const malformed = await refusal(assume(server, john.credentials, { ...input, Policy: '{}' }));
    assert.equal(malformed.code, 'MalformedPolicyDocument');
  });

  test('takes ten managed policies as session policies, and no eleventh', async (t) => {
    const server = await startServerFor(t);
    const john = await makeUser(server, 'john');
    const role = await makeRole(server, 'r', trust(john.arn));
    const names = [
      'IAMReadOnlyAccess',
      'ReadOnlyAccess',
      'AmazonEC2ReadOnlyAccess',
      'AmazonS3ReadOnlyAccess',
      'IAMFullAccess',
      'AmazonEC2FullAccess',
      'AmazonS3FullAccess',
      'PowerUserAccess',
      'AdministratorAccess',
      'ViewOnlyAccess',
      'SecurityAudit',
    ];
    const passing = (count: number) =>
      assume(server, john.credentials, {
        RoleArn: role.arn,
        RoleSessionName: 'work',
        PolicyArns: names.slice(0, count).map((name) => ({
          arn: `arn:aws:iam::aws:policy/${/View|Security/.test(name) ? 'job-function/' : ''}${name}`,
        })),
      });
    const outcome = async (count: number) =>
      passing(count).then(
        () => 'passed',
        (error: Error) => error.message,
      );
    assert.equal(await outcome(9), 'passed');
    assert.equal(await outcome(10), 'passed');
    assert.equal(await outcome(11), 'The number of session policy ARNs exceeds the limit of 10.');
  });

  test('is recorded with its source identity and what of its room it takes', async (t) => {
    const server = await startServerFor(t);
    const john = await makeUser(server, 'john');
    const document = trust(john.arn, {}, ['sts:AssumeRole', 'sts:SetSourceIdentity']);
    const role = await makeRole(server, 'r', document);
    const answer = await assume(server, john.credentials, {
      RoleArn: role.arn,
      RoleSessionName: 'work',
      SourceIdentity: 'john',
      Policy: allow('iam:ListUsers'),
    });
    const [record] = await auditRecords(server);
    assert.deepEqual(record!.event.responseElements, {
      credentials: {
        accessKeyId: answer.Credentials!.AccessKeyId,
        expiration: recordedTime(answer.Credentials!.Expiration!.getTime()),
      },
      assumedRoleUser: { assumedRoleId: `${role.id}:work`, arn: answer.AssumedRoleUser!.Arn },
      packedPolicySize: answer.PackedPolicySize,
      sessionTokenSize: answer.SessionTokenSize,
      sessionTokenUtilization: answer.SessionTokenUtilization,
      sourceIdentity: 'john',
    });
  });

  test('ends at its time, and at once when the role is gone', async (t) => {
    const server = await startServerFor(t);
    const john = await makeUser(server, 'john');
    const role = await makeRole(server, 'r', trust(john.arn), { MaxSessionDuration: 7200 });
    const iam = server.client(IAMClient);
    const PolicyArn = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess';
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'r', PolicyArn }));
    const input = { RoleArn: role.arn, RoleSessionName: 'work' };
    const now = async () => (await server.ask<{ nowMs: number }>('clock')).nowMs;
    const beganMs = Math.floor((await now()) / 1000) * 1000;
    const hour = await assume(server, john.credentials, input);
    const lastsUntilMs = hour.Credentials!.Expiration!.getTime() - 3_600_000;
    assert.ok(beganMs <= lastsUntilMs && lastsUntilMs <= (await now()));
    assert.deepEqual(await refusal(assume(server, john.credentials, { ...input, DurationSeconds: 7201 })), {
      code: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      status: 400,
    });
    const session = credentialsOf(
      (await assume(server, john.credentials, { ...input, DurationSeconds: 900 })).Credentials,
    );
    const longer = credentialsOf(
      (await assume(server, john.credentials, { ...input, DurationSeconds: 7200 })).Credentials,
    );
    const asRole = server.client(IAMClient, session);
    await asRole.send(new ListUsersCommand({}));
    await server.advance(901_000);
    assert.deepEqual(await refusal(asRole.send(new ListUsersCommand({}))), {
      code: 'ExpiredToken',
      message: 'The security token included in the request is expired',
      status: 403,
    });
    const still = server.client(IAMClient, longer);
    await still.send(new ListUsersCommand({}));
    await iam.send(new DetachRolePolicyCommand({ RoleName: 'r', PolicyArn }));
    await iam.send(new DeleteRoleCommand({ RoleName: 'r' }));
    await makeRole(server, 'r', trust(john.arn));
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'r', PolicyArn }));
    assert.equal((await refusal(still.send(new ListUsersCommand({})))).code, 'InvalidClientTokenId');
  });

  test('chained lasts an hour, keeps the source identity and hands on transitive tags', async (t) => {
    const server = await startServerFor(t);
    const actions = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
    const john = await makeUser(server, 'john');
    const first = await makeRole(server, 'first', trust(john.arn, {}, actions), {
      MaxSessionDuration: 43_200,
    });
    const second = await makeRole(server, 'second', trust(first.arn, {}, actions), {
      MaxSessionDuration: 43_200,
    });
    const onTeam = { StringEquals: { 'aws:PrincipalTag/team': 'red', 'aws:SourceIdentity': 'john' } };
    await server.client(IAMClient).send(
      new PutRolePolicyCommand({
        RoleName: 'second',
        PolicyName: 'p',
        PolicyDocument: policy({
          Effect: 'Allow',
          Action: 'iam:ListUsers',
          Resource: '*',
          Condition: onTeam,
        }),
      }),
    );
    const started = await assume(server, john.credentials, {
      RoleArn: first.arn,
      RoleSessionName: 'one',
      SourceIdentity: 'john',
      Tags: [
        { Key: 'team', Value: 'red' },
        { Key: 'mood', Value: 'good' },
      ],
      TransitiveTagKeys: ['team'],
    });
    assert.equal(started.SourceIdentity, 'john');
    const one = credentialsOf(started.Credentials);
    const input = { RoleArn: second.arn, RoleSessionName: 'two' };
    assert.equal(
      (await refusal(assume(server, one, { ...input, DurationSeconds: 3601 }))).message,
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
    assert.equal(
      (await refusal(assume(server, one, { ...input, Tags: [{ Key: 'Team', Value: 'blue' }] }))).message,
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key " +
        'from the calling session.',
    );
    assert.equal(
      (await refusal(assume(server, one, { ...input, SourceIdentity: 'jack' }))).message,
      'The source identity is already set for this assume role session',
    );
    const chained = await assume(server, one, { ...input, DurationSeconds: 3600 });
    assert.equal(chained.SourceIdentity, 'john');
    const [record] = await auditRecords(server);
    assert.deepEqual(record!.event.requestParameters, {
      incomingTransitiveTags: { team: 'red' },
      roleArn: second.arn,
      roleSessionName: 'two',
      durationSeconds: 3600,
    });
    const two = server.client(IAMClient, credentialsOf(chained.Credentials));
    assert.equal((await two.send(new ListUsersCommand({}))).Users?.length, 1);
  });

  test('with tags needs the right to tag', async (t) => {
    const server = await startServerFor(t);
    const john = await makeUser(server, 'john');
    const role = await makeRole(server, 'r', trust(john.arn));
    const input = { RoleArn: role.arn, RoleSessionName: 'work', Tags: [{ Key: 'a', Value: 'b' }] };
    assert.match(
      (await refusal(assume(server, john.credentials, input))).message,
      /not authorized to perform: sts:TagSession on resource/,
    );
    const twice = { ...input, Tags: [...input.Tags, { Key: 'A', Value: 'c' }] };
    assert.deepEqual(await refusal(assume(server, john.credentials, twice)), {
      code: 'InvalidParameterValue',
      message: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      status: 400,
    });
    assert.equal(
      (await refusal(assume(server, john.credentials, { ...input, TransitiveTagKeys: ['z'] }))).message,
      'The specified transitive tag key must be included in the requested tags.',
    );
  });

  test('is told to CloudTrail without the secrets', async (t) => {
    const server = await startServerFor(t);
    const john = await makeUser(server, 'john');
    const role = await makeRole(server, 'r', trust(john.arn));
    const { Credentials } = await assume(server, john.credentials, {
      RoleArn: role.arn,
      RoleSessionName: 'work',
    });
    const { Events } = await server.client(CloudTrailClient).send(
      new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'AssumeRole' }],
      }),
    );
    const text = Events?.[0]?.CloudTrailEvent ?? '';
    const event = JSON.parse(text);
    assert.equal(event.responseElements.credentials.accessKeyId, Credentials?.AccessKeyId);
    assert.equal(event.responseElements.assumedRoleUser.assumedRoleId, `${role.id}:work`);
    assert.deepEqual(event.requestParameters, { roleArn: role.arn, roleSessionName: 'work' });
    assert.equal(event.readOnly, true);
    assert.deepEqual(event.resources, [{ accountId: ACCOUNT, type: 'AWS::IAM::Role', ARN: role.arn }]);
    assert.ok(!text.includes(Credentials!.SecretAccessKey!) && !text.includes(Credentials!.SessionToken!));
  });
});

describe('a trust policy decides on', () => {
  let server: TestServer;
  let john: TestUser;
  before(async () => {
    server = await startServerFor(undefined);
    john = await makeUser(server, 'john');
  });
  after(() => server.close());
  const equals = (key: string, value: string) => ({ StringEquals: { [key]: value } });
  const tagged = (Value: string) => ({ Tags: [{ Key: 'team', Value }], TransitiveTagKeys: ['team'] });
  const rows: readonly [string, object, Partial<AssumeRoleCommandInput>, Partial<AssumeRoleCommandInput>][] =
    [
      [
        'the name of the session',
        equals('sts:RoleSessionName', 'work'),
        { RoleSessionName: 'work' },
        { RoleSessionName: 'Work' },
      ],
      [
        'the source identity',
        equals('sts:SourceIdentity', 'john'),
        { SourceIdentity: 'john' },
        { SourceIdentity: 'jack' },
      ],
      [
        'a source identity at all',
        { Null: { 'sts:SourceIdentity': 'false' } },
        { SourceIdentity: 'anyone' },
        {},
      ],
      ['a tag', equals('aws:RequestTag/team', 'red'), tagged('red'), tagged('blue')],
      [
        'the keys of tags',
        { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } },
        tagged('red'),
        { Tags: [{ Key: 'mood', Value: 'good' }] },
      ],
      [
        'transitive keys',
        { 'ForAnyValue:StringEquals': { 'sts:TransitiveTagKeys': ['team'] } },
        tagged('red'),
        { Tags: [{ Key: 'team', Value: 'red' }] },
      ],
      ['tags at all', { Null: { 'aws:TagKeys': 'true' } }, {}, tagged('red')],
      [
        'transitive keys at all',
        { Null: { 'sts:TransitiveTagKeys': 'true' } },
        { Tags: [{ Key: 'team', Value: 'red' }] },
        tagged('red'),
      ],
      ['an external id at all', { Null: { 'sts:ExternalId': 'true' } }, {}, { ExternalId: 'guess' }],
    ];
  for (const [index, [what, Condition, good, bad]] of rows.entries()) {
    test(what, async () => {
      const actions = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
      const { arn: RoleArn } = await makeRole(server, `r${index}`, trust(john.arn, { Condition }, actions));
      const input = { RoleArn, RoleSessionName: 'any' };
      assert.ok((await assume(server, john.credentials, { ...input, ...good })).Credentials);
      assert.equal(
        (await refusal(assume(server, john.credentials, { ...input, ...bad }))).code,
        'AccessDenied',
      );
    });
  }

  test('the presence and the age of MFA, whose code must be whole, the own and unspent', async () => {
    const Condition = {
      Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      NumericLessThan: { 'aws:MultiFactorAuthAge': '1' },
    };
    const { arn: RoleArn } = await makeRole(server, 'guarded', trust(ACCOUNT, { Condition }));
    const ann = await makeUser(server, 'ann', allow(['sts:AssumeRole', 'sts:GetSessionToken']));
    const identities = server.client(IAMClient);
    const { VirtualMFADevice: device } = await identities.send(
      new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }),
    );
    const seed = seedBytes(Buffer.from(device!.Base32StringSeed as Uint8Array).toString());
    const { nowMs } = await server.ask<{ nowMs: number }>('clock');
    const code = (steps: number) => mfaCode(seed, nowMs + steps * STEP_MS);
    const SerialNumber = device!.SerialNumber!;
    await identities.send(
      new EnableMFADeviceCommand({
        UserName: 'ann',
        SerialNumber,
        AuthenticationCode1: code(-1),
        AuthenticationCode2: code(0),
      }),
    );
    const input = { RoleArn, RoleSessionName: 'work' };
    const UNKNOWN =
      'MultiFactorAuthentication failed, unable to validate MFA code.  ' +
      'Please verify your MFA serial number is valid and associated with this user.';
    const wrong = 'MultiFactorAuthentication failed with invalid MFA one time pass code. ';
    const good = { SerialNumber, TokenCode: code(1) };
    const other = String((Number(good.TokenCode) + 1) % 1e6).padStart(6, '0');
    const refusedWith = async (credentials: Credentials, claim: Partial<AssumeRoleCommandInput>) =>
      (await refusal(assume(server, credentials, { ...input, ...claim }))).message;
    assert.match(await refusedWith(ann.credentials, {}), /no role trust policy allows/);
    assert.equal(await refusedWith(ann.credentials, { SerialNumber }), UNKNOWN);
    assert.equal(await refusedWith(ann.credentials, { TokenCode: code(1) }), UNKNOWN);
    assert.equal(await refusedWith(ann.credentials, { ...good, SerialNumber: `${SerialNumber}x` }), UNKNOWN);
    assert.equal(await refusedWith(john.credentials, good), UNKNOWN);
    assert.equal(await refusedWith(ann.credentials, { SerialNumber, TokenCode: other }), wrong);
    const { Credentials } = await assume(server, ann.credentials, { ...input, ...good });
    assert.equal(await refusedWith(ann.credentials, good), wrong);
    // The session is known to have begun with MFA; itself it has no device.
    const session = credentialsOf(Credentials);
    await server.client(STSClient, session).send(new GetCallerIdentityCommand({}));
    const [record] = await auditRecords(server);
    const { sessionContext } = record!.event.userIdentity as { sessionContext: { attributes: object } };
    assert.equal((sessionContext.attributes as { mfaAuthenticated: string }).mfaAuthenticated, 'true');
    assert.equal(await refusedWith(session, { SerialNumber, TokenCode: code(2) }), UNKNOWN);
  });
});

describe('GetSessionToken', () => {
  test('gives the user itself, whom IAM then wants to see MFA from', async (t) => {
    const server = await startServerFor(t);
    const john = await makeUser(server, 'john', allow('*'));
    const before = Date.now();
    const { Credentials } = await server
      .client(STSClient, john.credentials)
      .send(new GetSessionTokenCommand({}));
    const hours = (Credentials!.Expiration!.getTime() - before) / HOUR_MS;
    assert.ok(hours > 11.9 && hours < 12.1);
    const [{ event }] = (await auditRecords(server)) as [AuditRecord];
    assert.deepEqual([event.eventName, event.readOnly], ['GetSessionToken', false]);
    const session = credentialsOf(Credentials);
    const sts = server.client(STSClient, session);
    assert.equal((await sts.send(new GetCallerIdentityCommand({}))).Arn, john.arn);
    assert.deepEqual(await refusal(server.client(IAMClient, session).send(new ListUsersCommand({}))), {
      code: 'InvalidClientTokenId',
      message: 'The security token included in the request is invalid',
      status: 403,
    });
    assert.deepEqual(await refusal(sts.send(new GetSessionTokenCommand({}))), {
      code: 'AccessDenied',
      message: 'Cannot call GetSessionToken with session credentials',
      status: 403,
    });
    const rooted = await server
      .client(STSClient)
      .send(new GetSessionTokenCommand({ DurationSeconds: 43_200 }));
    assert.ok(rooted.Credentials!.Expiration!.getTime() - before < 1.1 * HOUR_MS);
  });
});

describe('GetFederationToken', () => {
  test('gives what both the user and the policy allow', async (t) => {
    const server = await startServerFor(t);
    const vouching = await makeUser(
      server,
      'broker',
      allow(['sts:GetFederationToken', 'kms:*', 'cloudtrail:*']),
    );
    const sts = server.client(STSClient, vouching.credentials);
    const federated = await sts.send(
      new GetFederationTokenCommand({ Name: 'Bob', Policy: allow(['cloudtrail:LookupEvents', 'ec2:*']) }),
    );
    assert.deepEqual(federated.FederatedUser, {
      FederatedUserId: `${ACCOUNT}:Bob`,
      Arn: `arn:aws:sts::${ACCOUNT}:federated-user/Bob`,
    });
    const [{ event }] = (await auditRecords(server)).filter(
      (record) => record.event.eventName === 'GetFederationToken',
    ) as [AuditRecord];
    assert.equal(event.readOnly, false);
    assert.deepEqual((event.responseElements as { federatedUser: object }).federatedUser, {
      federatedUserId: `${ACCOUNT}:Bob`,
      arn: federated.FederatedUser?.Arn,
    });
    const bob = credentialsOf(federated.Credentials);
    await server.client(CloudTrailClient, bob).send(new LookupEventsCommand({}));
    const { Arn, UserId } = await server.client(STSClient, bob).send(new GetCallerIdentityCommand({}));
    assert.deepEqual([Arn, UserId], [federated.FederatedUser?.Arn, `${ACCOUNT}:Bob`]);
    assert.equal(
      (await refusal(server.client(IAMClient, bob).send(new ListUsersCommand({})))).code,
      'InvalidClientTokenId',
    );
    const bare = await sts.send(new GetFederationTokenCommand({ Name: 'Ann' }));
    assert.equal(bare.PackedPolicySize, bare.SessionTokenUtilization);
    const ann = server.client(CloudTrailClient, credentialsOf(bare.Credentials));
    assert.equal((await refusal(ann.send(new LookupEventsCommand({})))).code, 'AccessDeniedException');
  });

  test("gives of the root user's rights what the policy allows", async (t) => {
    const server = await startServerFor(t);
    const { Credentials } = await server
      .client(STSClient)
      .send(new GetFederationTokenCommand({ Name: 'Eve', Policy: allow('cloudtrail:LookupEvents') }));
    const eve = credentialsOf(Credentials);
    await server.client(CloudTrailClient, eve).send(new LookupEventsCommand({}));
    const { message } = await refusal(server.client(KMSClient, eve).send(new ListKeysCommand({})));
    assert.match(message, /because no session policy allows the kms:ListKeys action$/);
  });
});

describe('GetAccessKeyInfo', () => {
  test('tells the account of any key, of users, roots and sessions alike', async (t) => {
    const server = await startServerFor(t);
    const sts = server.client(STSClient);
    const other = await server.root(OTHER_ACCOUNT);
    const john = await makeUser(server, 'john');
    const { Credentials } = await server
      .client(STSClient, john.credentials)
      .send(new GetSessionTokenCommand({}));
    const accountOf = async (AccessKeyId: string) =>
      (await sts.send(new GetAccessKeyInfoCommand({ AccessKeyId }))).Account;
    assert.equal(await accountOf(other.accessKeyId), OTHER_ACCOUNT);
    assert.equal(await accountOf(john.credentials.accessKeyId), ACCOUNT);
    assert.equal(await accountOf(Credentials!.AccessKeyId!), ACCOUNT);
  });
});

test('credentials of another server are refused', async (t) => {
  const [one, two] = [await startServerFor(t), await startServerFor(t)];
  const john = await makeUser(one, 'john');
  const { Credentials } = await one.client(STSClient, john.credentials).send(new GetSessionTokenCommand({}));
  const { code, status } = await refusal(
    two.client(STSClient, credentialsOf(Credentials)).send(new GetCallerIdentityCommand({})),
  );
  assert.deepEqual([code, status], ['InvalidClientTokenId', 403]);
});
