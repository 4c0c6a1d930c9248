/** STS's whole answers: who somebody is, and every kind of session, with its limits and what is recorded. */
import { test } from 'node:test';
import { allowing, credentialsOf, newUser, policy, rootOf, statement, trust } from '../worlds/account.ts';
import type { Credentials } from '../worlds/server.ts';
import { type Transcript, transcripts } from '../worlds/transcript.ts';
import { AUDIENCE, HOST, ISSUER, keySet, NOBODY, token } from '../worlds/web-identity.ts';

const { server, transcript } = await transcripts(import.meta.url);

/** A session of whatever kind: the answer without its secrets, and the credentials where there are any. */
async function start(t: Transcript, operation: string, input: object, as: Credentials) {
  const { Credentials: given, ...rest } = (await t.silent(`sts:${operation}`, input, { as })).output;
  const { AccessKeyId, Expiration } = (given ?? {}) as Record<string, unknown>;
  const { WebIdentityToken, ...shown } = input as Record<string, unknown>;
  t.step(
    `${operation} ${JSON.stringify(shown).slice(0, 200)}`,
    given ? { AccessKeyId, Expiration, ...rest } : rest,
  );
  return given ? credentialsOf(given) : NOBODY;
}

test('sessions of each kind', async () => {
  const account = '100000000001';
  const t = transcript(account, 'sessions');
  const mia = (await newUser(server, 'mia', { account, allow: [allowing('sts:*', 'kms:*')] })).credentials;
  const role = (name: string, document: string, rest: object = {}) =>
    t.silent('iam:CreateRole', { RoleName: name, AssumeRolePolicyDocument: document, ...rest });
  const own = { AWS: rootOf(account) };
  await role('app', trust(own, { Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'] }), {
    MaxSessionDuration: 7200,
  });
  await role('plain', trust(own));
  await role('external', trust(own, { Condition: { StringEquals: { 'sts:ExternalId': 'x1' } } }));
  await t.silent('iam:PutRolePolicy', {
    RoleName: 'app',
    PolicyName: 'p',
    PolicyDocument: policy(allowing('*')),
  });
  const arn = (name: string) => `arn:aws:iam::${account}:role/${name}`;
  const assume = (input: object, as = mia) =>
    start(t, 'AssumeRole', { RoleSessionName: 'task', ...input }, as);
  await t.call('sts:GetCallerIdentity');
  await t.call('sts:GetCallerIdentity', {}, { as: mia });
  const session = await assume({ RoleArn: arn('app') });
  await t.call('sts:GetCallerIdentity', {}, { as: session });
  await t.call('sts:GetAccessKeyInfo', { AccessKeyId: session.accessKeyId });
  for (const AccessKeyId of [mia.accessKeyId, 'AKIAIOSFODNN7EXAMPLE', 'x'])
    await t.call('sts:GetAccessKeyInfo', { AccessKeyId });
  for (const DurationSeconds of [899, 900, 7200, 7201, 43200, 43201])
    await assume({ RoleArn: arn('app'), DurationSeconds });
  for (const input of [
    { RoleArn: arn('none') },
    { RoleArn: 'x' },
    { RoleArn: arn('external') },
    { RoleArn: arn('external'), ExternalId: 'x2' },
    { RoleArn: arn('external'), ExternalId: 'x1' },
    { RoleArn: arn('plain'), Tags: [{ Key: 'a', Value: 'b' }] },
    { RoleArn: arn('plain'), SourceIdentity: 'mia' },
    {
      RoleArn: arn('app'),
      Tags: [{ Key: 'a', Value: 'b' }],
      TransitiveTagKeys: ['a'],
      SourceIdentity: 'mia',
    },
    {
      RoleArn: arn('app'),
      Tags: [
        { Key: 'a', Value: 'b' },
        { Key: 'A', Value: 'c' },
      ],
    },
    { RoleArn: arn('app'), TransitiveTagKeys: ['a'] },
    { RoleArn: arn('app'), Policy: policy(allowing('kms:*')) },
    { RoleArn: arn('app'), Policy: '{' },
    { RoleArn: arn('app'), PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }] },
    { RoleArn: arn('app'), PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/None' }] },
    {
      RoleArn: arn('app'),
      Policy: policy(statement(Array.from({ length: 80 }, (_, i) => `kms:Action${i}Of${i * 7919}`))),
    },
    { RoleArn: arn('app'), SerialNumber: 'arn:aws:iam::1:mfa/x', TokenCode: '123456' },
    { RoleArn: arn('app'), RoleSessionName: 'a' },
    { RoleArn: arn('app'), RoleSessionName: 'a b' },
  ])
    await assume(input);
  await assume({ RoleArn: arn('app') }, await server.root(account));
  const chained = await assume({
    RoleArn: arn('app'),
    Tags: [{ Key: 'a', Value: 'b' }],
    TransitiveTagKeys: ['a'],
  });
  for (const input of [
    {},
    { DurationSeconds: 3600 },
    { DurationSeconds: 3601 },
    { Tags: [{ Key: 'a', Value: 'c' }] },
  ])
    await assume({ RoleArn: arn('app'), ...input }, chained);
  const other = (operation: string, input: object, as = mia) => start(t, operation, input, as);
  for (const DurationSeconds of [undefined, 899, 900, 129600, 129601]) {
    await other('GetSessionToken', { DurationSeconds });
    await other('GetFederationToken', { Name: 'bob', DurationSeconds, Policy: policy(allowing('kms:*')) });
  }
  await other('GetSessionToken', {}, session);
  await other('GetFederationToken', { Name: 'bob', Tags: [{ Key: 'a', Value: 'b' }] });
  await other('GetFederationToken', { Name: 'bob' }, session);
  for (const DurationSeconds of [undefined, 3600, 3601])
    await other('GetSessionToken', { DurationSeconds }, await server.root(account));
  const root = await server.root(account);
  const federated = { Name: 'bob', Policy: policy(allowing('iam:*', 'kms:*')) };
  for (const as of [
    await other('GetSessionToken', {}),
    await other('GetSessionToken', {}, root),
    await other('GetFederationToken', federated),
    await other('GetFederationToken', federated, root),
    await other('GetFederationToken', {
      Name: 'tim',
      PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
    }),
  ]) {
    await t.call('sts:GetCallerIdentity', {}, { as });
    await t.call('kms:ListKeys', {}, { as });
    await t.call('sts:GetFederationToken', { Name: 'xx' }, { as });
  }
  await t.call('sts:DecodeAuthorizationMessage', { EncodedMessage: 'x' }, { as: mia });
  await t.recorded();
  const names: Record<string, unknown> = {};
  for (const AttributeValue of ['mia', 'root', 'bob', 'tim', 'app', 'task']) {
    const LookupAttributes = [{ AttributeKey: 'Username', AttributeValue }];
    const { output } = await t.silent('cloudtrail:LookupEvents', { LookupAttributes });
    names[AttributeValue] = Object.groupBy(
      output.Events as { EventName: string }[],
      ({ EventName }) => EventName,
    );
  }
  t.step(
    'LookupEvents by Username',
    Object.fromEntries(Object.entries(names).map(([name, events]) => [name, Object.keys(events as object)])),
  );
  t.compare();
});

test('sessions of web identities', async () => {
  const account = '100000000002';
  const t = transcript(account, 'web-identities');
  const role = `arn:aws:iam::${account}:role/deployer`;
  await server.ask('issuer', { url: ISSUER, keySet });
  await t.silent('iam:CreateOpenIDConnectProvider', { Url: ISSUER, ClientIDList: [AUDIENCE, 'other'] });
  const Federated = `arn:aws:iam::${account}:oidc-provider/${HOST}`;
  const Action = ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'];
  await t.silent('iam:CreateRole', {
    RoleName: 'deployer',
    AssumeRolePolicyDocument: trust({ Federated }, { Action }),
  });
  const asserted = {
    'https://aws.amazon.com/tags': { principal_tags: { team: ['red'] }, transitive_tag_keys: ['team'] },
    'https://aws.amazon.com/source_identity': 'jane',
  };
  const assume = (claims: object, input: object = {}) =>
    start(
      t,
      'AssumeRoleWithWebIdentity',
      { RoleArn: role, RoleSessionName: 'run-1', WebIdentityToken: token(claims), ...input },
      NOBODY,
    );
  for (const as of [
    await assume({}),
    await assume({ sub: 'jane', aud: ['other', 'third'] }),
    await assume({ azp: 'other', ...asserted }, { DurationSeconds: 900 }),
    await assume({}, { Policy: policy(allowing('kms:*')) }),
  ]) {
    await t.call('sts:GetCallerIdentity', {}, { as });
    await t.call('kms:ListKeys', {}, { as });
  }
  await assume({}, { DurationSeconds: 3601 });
  await assume({}, { RoleSessionName: 'a' });
  await assume({}, { Policy: '{' });
  await assume({}, { RoleArn: `${role}s` });
  await assume({ aud: 'nobody' });
  await assume({ exp: 1 });
  await assume({ iss: 'https://elsewhere.example.com' });
  await t.recorded();
  t.compare();
});
