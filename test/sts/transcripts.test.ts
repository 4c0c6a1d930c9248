/** STS's whole answers: who somebody is, and every kind of session, with its limits and what is recorded. */
import { test } from 'node:test';
import { allowing, credentialsOf, newUser, policy, rootOf, statement, trust } from '../worlds/account.ts';
import { transcripts } from '../worlds/transcript.ts';

const { server, transcript } = await transcripts(import.meta.url);

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
  const assume = async (input: object, as = mia) => {
    const answer = await t.silent('sts:AssumeRole', { RoleSessionName: 'task', ...input }, { as });
    const { Credentials, ...rest } = answer.output;
    const { AccessKeyId, Expiration } = (Credentials ?? {}) as Record<string, unknown>;
    t.step(
      `AssumeRole ${JSON.stringify(input).slice(0, 200)}`,
      Credentials ? { AccessKeyId, Expiration, ...rest } : rest,
    );
    return answer;
  };
  await t.call('sts:GetCallerIdentity');
  await t.call('sts:GetCallerIdentity', {}, { as: mia });
  const first = await assume({ RoleArn: arn('app') });
  const session = credentialsOf(first.output.Credentials as object);
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
      Policy: policy(statement(Array.from({ length: 90 }, (_, i) => `kms:Action${i}Of${i * 7919}`))),
    },
    { RoleArn: arn('app'), SerialNumber: 'arn:aws:iam::1:mfa/x', TokenCode: '123456' },
    { RoleArn: arn('app'), RoleSessionName: 'a' },
    { RoleArn: arn('app'), RoleSessionName: 'a b' },
  ])
    await assume(input);
  await assume({ RoleArn: arn('app') }, await server.root(account));
  const tagged = await assume({
    RoleArn: arn('app'),
    Tags: [{ Key: 'a', Value: 'b' }],
    TransitiveTagKeys: ['a'],
  });
  const chained = credentialsOf(tagged.output.Credentials as object);
  for (const input of [
    {},
    { DurationSeconds: 3600 },
    { DurationSeconds: 3601 },
    { Tags: [{ Key: 'a', Value: 'c' }] },
  ])
    await assume({ RoleArn: arn('app'), ...input }, chained);
  const other = async (operation: string, input: object, as = mia) => {
    const { Credentials, ...rest } = (await t.silent(`sts:${operation}`, input, { as })).output;
    const { AccessKeyId, Expiration } = (Credentials ?? {}) as Record<string, unknown>;
    t.step(
      `${operation} ${JSON.stringify(input).slice(0, 200)}`,
      Credentials ? { AccessKeyId, Expiration, ...rest } : rest,
    );
  };
  for (const DurationSeconds of [undefined, 899, 900, 129600, 129601]) {
    await other('GetSessionToken', { DurationSeconds });
    await other('GetFederationToken', { Name: 'bob', DurationSeconds, Policy: policy(allowing('kms:*')) });
  }
  await other('GetSessionToken', {}, session);
  await other('GetFederationToken', { Name: 'bob', Tags: [{ Key: 'a', Value: 'b' }] });
  await other('GetFederationToken', { Name: 'bob' }, session);
  for (const DurationSeconds of [undefined, 3600, 3601])
    await other('GetSessionToken', { DurationSeconds }, await server.root(account));
  await t.recorded();
  t.compare();
});
