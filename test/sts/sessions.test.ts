/** Temporary credentials: who gets them, for how long, and what they may do. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  IAMClient,
  ListRolesCommand,
  ListUsersCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { type Credentials, refusal, startServerFor, type TestServer } from '../worlds/server.ts';

const ACCOUNT = '123456789012';
const OTHER = '210987654321';
const HOUR_MS = 3_600_000;

const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (Action: string | string[], Resource: string | string[] = '*') =>
  policy({ Effect: 'Allow', Action, Resource });
const trust = (AWS: string, extra: object = {}, Action: string | string[] = 'sts:AssumeRole') =>
  policy({ Effect: 'Allow', Principal: { AWS }, Action, ...extra });

type Temporary = {
  AccessKeyId?: string;
  SecretAccessKey?: string;
  SessionToken?: string;
  Expiration?: Date;
};
const credentials = (given: Temporary | undefined): Credentials => ({
  accessKeyId: given!.AccessKeyId!,
  secretAccessKey: given!.SecretAccessKey!,
  sessionToken: given!.SessionToken,
});

async function makeUser(server: TestServer, UserName: string, PolicyDocument?: string, accountId?: string) {
  const iam = server.client(IAMClient, await server.root(accountId));
  const { User } = await iam.send(new CreateUserCommand({ UserName }));
  if (PolicyDocument) {
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }));
  }
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { arn: User!.Arn!, id: User!.UserId!, keys: credentials(AccessKey) };
}

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
    const answer = await assume(server, john.keys, { RoleArn: role.arn, RoleSessionName: 'work' });
    assert.match(answer.Credentials?.AccessKeyId ?? '', /^ASIA[A-Z2-7]{16}$/);
    assert.deepEqual(answer.AssumedRoleUser, {
      AssumedRoleId: `${role.id}:work`,
      Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/reader/work`,
    });
    assert.equal(answer.PackedPolicySize, undefined);
    const session = credentials(answer.Credentials);
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
    assert.deepEqual(await refusal(assume(server, john.keys, input)), {
      code: 'AccessDenied',
      message:
        `User: ${john.arn} is not authorized to perform: sts:AssumeRole on resource: ${role.arn} ` +
        'because no identity-based policy allows the sts:AssumeRole action',
      status: 403,
    });
    const mary = await makeUser(server, 'mary', allow('sts:AssumeRole', role.arn));
    assert.ok((await assume(server, mary.keys, input)).Credentials);
    const untrusting = await makeRole(server, 'u', trust(mary.arn));
    assert.match(
      (await refusal(assume(server, john.keys, { ...input, RoleArn: untrusting.arn }))).message,
      /because no role trust policy allows the sts:AssumeRole action$/,
    );
  });

  test('across accounts needs both sides, and a denial gives no reason', async (t) => {
    const server = await startServerFor(t);
    const role = await makeRole(server, 'shared', trust(ACCOUNT));
    await server.root(OTHER);
    const stranger = await makeUser(server, 'eve', allow('sts:AssumeRole'), OTHER);
    const input = { RoleArn: role.arn, RoleSessionName: 'work' };
    assert.equal(
      (await refusal(assume(server, stranger.keys, input))).message,
      `User: ${stranger.arn} is not authorized to perform: sts:AssumeRole on resource: ${role.arn}`,
    );
    const open = await makeRole(server, 'open', trust(OTHER));
    const answer = await assume(server, stranger.keys, { ...input, RoleArn: open.arn });
    assert.equal(answer.AssumedRoleUser?.Arn, `arn:aws:sts::${ACCOUNT}:assumed-role/open/work`);
    const without = await makeUser(server, 'adam', undefined, OTHER);
    assert.equal(
      (await refusal(assume(server, without.keys, { ...input, RoleArn: open.arn }))).code,
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
      (await refusal(assume(server, admin.keys, { RoleArn, RoleSessionName }))).message.split(' on ')[0],
      `User: ${admin.arn} is not authorized to perform: sts:AssumeRole`,
    );
    const noArn = 'arn:aws:iam:123456789012:role';
    assert.equal(
      (await refusal(assume(server, admin.keys, { RoleArn: noArn, RoleSessionName }))).code,
      'ValidationError',
    );
  });

  test('with an external id is decided by the condition on it', async (t) => {
    const server = await startServerFor(t);
    const john = await makeUser(server, 'john');
    const Condition = { StringEquals: { 'sts:ExternalId': 'secret-handshake' } };
    const role = await makeRole(server, 'r', trust(john.arn, { Condition }));
    const input = { RoleArn: role.arn, RoleSessionName: 'work' };
    assert.equal((await refusal(assume(server, john.keys, input))).code, 'AccessDenied');
    assert.equal(
      (await refusal(assume(server, john.keys, { ...input, ExternalId: 'guess' }))).code,
      'AccessDenied',
    );
    assert.ok((await assume(server, john.keys, { ...input, ExternalId: 'secret-handshake' })).Credentials);
  });

  test('is narrowed by session policies, inline and by ARN', async (t) => {
    const server = await startServerFor(t);
    const john = await makeUser(server, 'john');
    const role = await makeRole(server, 'r', trust(john.arn));
    await server
      .client(IAMClient)
      .send(new PutRolePolicyCommand({ RoleName: 'r', PolicyName: 'all', PolicyDocument: allow('iam:*') }));
    const input = { RoleArn: role.arn, RoleSessionName: 'work' };
    const narrow = await assume(server, john.keys, { ...input, Policy: allow('iam:ListUsers') });
    assert.ok((narrow.PackedPolicySize ?? 0) > 0);
    const narrowed = server.client(IAMClient, credentials(narrow.Credentials));
    await narrowed.send(new ListUsersCommand({}));
    assert.match(
      (await refusal(narrowed.send(new ListRolesCommand({})))).message,
      /because no session policy allows the iam:ListRoles action$/,
    );
    const byArn = await assume(server, john.keys, {
      ...input,
      PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' }],
    });
    const readOnly = server.client(IAMClient, credentials(byArn.Credentials));
    await readOnly.send(new ListRolesCommand({}));
    assert.match(
      (await refusal(readOnly.send(new CreateUserCommand({ UserName: 'x' })))).message,
      /because no session policy allows/,
    );
    const malformed = await refusal(assume(server, john.keys, { ...input, Policy: '{}' }));
    assert.equal(malformed.code, 'MalformedPolicyDocument');
  });

  test('ends at its time, and at once when the role is gone', async (t) => {
    const server = await startServerFor(t);
    const john = await makeUser(server, 'john');
    const role = await makeRole(server, 'r', trust(john.arn), { MaxSessionDuration: 7200 });
    const iam = server.client(IAMClient);
    const PolicyArn = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess';
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'r', PolicyArn }));
    const input = { RoleArn: role.arn, RoleSessionName: 'work' };
    assert.deepEqual(await refusal(assume(server, john.keys, { ...input, DurationSeconds: 7201 })), {
      code: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      status: 400,
    });
    const session = credentials(
      (await assume(server, john.keys, { ...input, DurationSeconds: 900 })).Credentials,
    );
    const longer = credentials(
      (await assume(server, john.keys, { ...input, DurationSeconds: 7200 })).Credentials,
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
    const started = await assume(server, john.keys, {
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
    const one = credentials(started.Credentials);
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
    const chained = await assume(server, one, input);
    assert.equal(chained.SourceIdentity, 'john');
    const two = server.client(IAMClient, credentials(chained.Credentials));
    assert.equal((await two.send(new ListUsersCommand({}))).Users?.length, 1);
  });

  test('with tags needs the right to tag', async (t) => {
    const server = await startServerFor(t);
    const john = await makeUser(server, 'john');
    const role = await makeRole(server, 'r', trust(john.arn));
    const input = { RoleArn: role.arn, RoleSessionName: 'work', Tags: [{ Key: 'a', Value: 'b' }] };
    assert.match(
      (await refusal(assume(server, john.keys, input))).message,
      /not authorized to perform: sts:TagSession on resource/,
    );
    const twice = { ...input, Tags: [...input.Tags, { Key: 'A', Value: 'c' }] };
    assert.deepEqual(await refusal(assume(server, john.keys, twice)), {
      code: 'InvalidParameterValue',
      message: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      status: 400,
    });
    assert.equal(
      (await refusal(assume(server, john.keys, { ...input, TransitiveTagKeys: ['z'] }))).message,
      'The specified transitive tag key must be included in the requested tags.',
    );
  });

  test('is told to CloudTrail without the secrets', async (t) => {
    const server = await startServerFor(t);
    const john = await makeUser(server, 'john');
    const role = await makeRole(server, 'r', trust(john.arn));
    const { Credentials } = await assume(server, john.keys, { RoleArn: role.arn, RoleSessionName: 'work' });
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
    assert.ok(!text.includes(Credentials!.SecretAccessKey!) && !text.includes(Credentials!.SessionToken!));
  });
});

describe('GetSessionToken', () => {
  test('gives the user itself, whom IAM then wants to see MFA from', async (t) => {
    const server = await startServerFor(t);
    const john = await makeUser(server, 'john', allow('*'));
    const before = Date.now();
    const { Credentials } = await server.client(STSClient, john.keys).send(new GetSessionTokenCommand({}));
    const hours = (Credentials!.Expiration!.getTime() - before) / HOUR_MS;
    assert.ok(hours > 11.9 && hours < 12.1);
    const session = credentials(Credentials);
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
    const sts = server.client(STSClient, vouching.keys);
    const federated = await sts.send(
      new GetFederationTokenCommand({ Name: 'Bob', Policy: allow(['cloudtrail:LookupEvents', 'ec2:*']) }),
    );
    assert.deepEqual(federated.FederatedUser, {
      FederatedUserId: `${ACCOUNT}:Bob`,
      Arn: `arn:aws:sts::${ACCOUNT}:federated-user/Bob`,
    });
    const bob = credentials(federated.Credentials);
    await server.client(CloudTrailClient, bob).send(new LookupEventsCommand({}));
    const { Arn, UserId } = await server.client(STSClient, bob).send(new GetCallerIdentityCommand({}));
    assert.deepEqual([Arn, UserId], [federated.FederatedUser?.Arn, `${ACCOUNT}:Bob`]);
    assert.equal(
      (await refusal(server.client(IAMClient, bob).send(new ListUsersCommand({})))).code,
      'InvalidClientTokenId',
    );
    const bare = await sts.send(new GetFederationTokenCommand({ Name: 'Ann' }));
    const ann = server.client(CloudTrailClient, credentials(bare.Credentials));
    assert.equal((await refusal(ann.send(new LookupEventsCommand({})))).code, 'AccessDeniedException');
  });
});

describe('GetAccessKeyInfo', () => {
  test('tells the account of any key, of users, roots and sessions alike', async (t) => {
    const server = await startServerFor(t);
    const sts = server.client(STSClient);
    const other = await server.root(OTHER);
    const john = await makeUser(server, 'john');
    const { Credentials } = await server.client(STSClient, john.keys).send(new GetSessionTokenCommand({}));
    const accountOf = async (AccessKeyId: string) =>
      (await sts.send(new GetAccessKeyInfoCommand({ AccessKeyId }))).Account;
    assert.equal(await accountOf(other.accessKeyId), OTHER);
    assert.equal(await accountOf(john.keys.accessKeyId), ACCOUNT);
    assert.equal(await accountOf(Credentials!.AccessKeyId!), ACCOUNT);
  });
});

test('credentials of another server are refused', async (t) => {
  const [one, two] = [await startServerFor(t), await startServerFor(t)];
  const john = await makeUser(one, 'john');
  const { Credentials } = await one.client(STSClient, john.keys).send(new GetSessionTokenCommand({}));
  const { code, status } = await refusal(
    two.client(STSClient, credentials(Credentials)).send(new GetCallerIdentityCommand({})),
  );
  assert.deepEqual([code, status], ['InvalidClientTokenId', 403]);
});
