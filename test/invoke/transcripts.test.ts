/** Whole records of calls by callers of each kind, with all that their decisions were made of, and denials in AWS's words. */
import { test } from 'node:test';
import {
  allowing,
  auditRecords,
  credentialsOf,
  denying,
  newUser,
  policy,
  rootOf,
  statement,
  trust,
} from '../worlds/account.ts';
import type { Credentials } from '../worlds/server.ts';
import { type Transcript, transcripts } from '../worlds/transcript.ts';

const { server, transcript } = await transcripts(import.meta.url);
const IMAGE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';

/** The records of these operations, whole, but for what no two runs have in common. */
async function records(t: Transcript, account: string, names: readonly string[]): Promise<void> {
  for (const record of (await auditRecords(server)).reverse()) {
    const { eventName, recipientAccountId } = record.event;
    if (recipientAccountId !== account || !names.includes(eventName)) continue;
    const text = JSON.stringify(record).replaceAll(/aws-sdk-js\/[^"]*/g, 'the SDK');
    t.step(eventName, JSON.parse(text));
  }
}

test('a start in the name of its user: forwarded, by grants, and as the infrastructure', async () => {
  const account = '100000000001';
  const t = transcript(account, 'start');
  const mia = (await newUser(server, 'mia', { account, allow: [allowing('*')] })).credentials;
  await t.silent('iam:TagUser', { UserName: 'mia', Tags: [{ Key: 'team', Value: 'core' }] });
  const KmsKeyId = (await t.silent('kms:CreateKey', { Tags: [{ TagKey: 'app', TagValue: 'shop' }] })).at(
    'KeyMetadata',
    'Arn',
  );
  const Ebs = { VolumeSize: 1, Encrypted: true, KmsKeyId };
  await t.silent(
    'ec2:RunInstances',
    {
      ImageId: IMAGE,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs }],
      ClientToken: 'once',
    },
    { as: mia },
  );
  await server.settled();
  t.nameNothing();
  await records(t, account, ['CreateGrant', 'Decrypt', 'GenerateDataKeyWithoutPlaintext', 'RunInstances']);
  t.compare();
});

test('refusals: by nobody’s allowing, by each kind of policy that denies, and by each that does not allow', async () => {
  const account = '100000000002';
  const t = transcript(account, 'denials');
  const user = async (name: string, allow: object[], rest: object = {}) =>
    (await newUser(server, name, { account, allow, ...rest })).credentials;
  const managed = async (PolicyName: string, document: string) =>
    (await t.silent('iam:CreatePolicy', { PolicyName, PolicyDocument: document })).at('Policy', 'Arn');
  const narrow = await managed('narrow', policy(allowing('ec2:*')));
  const forbidding = await managed('forbidding', policy(allowing('*'), denying('kms:Encrypt')));
  const admin = await user('admin', [allowing('*')]);
  const callers: Record<string, Credentials> = {
    nobody: await user('nobody', []),
    denied: await user('denied', [allowing('*'), { ...denying('kms:Encrypt'), Sid: 'Never' }]),
    unbounded: await user('unbounded', [allowing('*')], { boundary: narrow }),
    forbidden: await user('forbidden', [allowing('*')], { boundary: forbidding }),
  };
  await t.silent('iam:CreateRole', {
    RoleName: 'app',
    AssumeRolePolicyDocument: trust({ AWS: rootOf(account) }),
  });
  await t.silent('iam:PutRolePolicy', {
    RoleName: 'app',
    PolicyName: 'all',
    PolicyDocument: policy(allowing('*')),
  });
  const assume = async (rest: object) => {
    const answer = await t.silent(
      'sts:AssumeRole',
      { RoleArn: `arn:aws:iam::${account}:role/app`, RoleSessionName: 'task', ...rest },
      { as: admin },
    );
    return credentialsOf(answer.output.Credentials as object);
  };
  callers.sessionNarrow = await assume({ Policy: policy(allowing('ec2:*')) });
  callers.sessionDenied = await assume({ Policy: policy(allowing('*'), denying('kms:*')) });
  callers.sessionManaged = await assume({ PolicyArns: [{ arn: narrow }] });
  callers.session = await assume({ SourceIdentity: undefined });
  const federated = await t.silent(
    'sts:GetFederationToken',
    { Name: 'bob', Policy: policy(allowing('ec2:*')) },
    { as: admin },
  );
  callers.federated = credentialsOf(federated.output.Credentials as object);
  const open = (await t.silent('kms:CreateKey')).at('KeyMetadata', 'Arn');
  const root = { Effect: 'Allow', Principal: { AWS: rootOf(account) }, Action: 'kms:*', Resource: '*' };
  const key = async (...statements: object[]) =>
    (
      await t.silent('kms:CreateKey', { Policy: policy(...statements), BypassPolicyLockoutSafetyCheck: true })
    ).at('KeyMetadata', 'Arn');
  const keys: Record<string, string> = {
    open,
    closed: await key({ ...root, Action: ['kms:Put*', 'kms:Describe*'] }),
    denying: await key(root, {
      ...root,
      Principal: '*',
      Effect: 'Deny',
      Action: 'kms:Encrypt',
      Sid: 'Nobody',
    }),
  };
  const Plaintext = Buffer.from('x');
  for (const [who, as] of Object.entries(callers)) {
    for (const [which, KeyId] of Object.entries(keys)) {
      const { output } = await t.silent('kms:Encrypt', { KeyId, Plaintext }, { as });
      t.step(`${who} with the key ${which}`, output.refused ? output : 'allowed');
    }
  }
  const other = (await newUser(server, 'other', { account: '200000000002', allow: [allowing('*')] }))
    .credentials;
  for (const [which, KeyId] of Object.entries(keys)) {
    const { output } = await t.silent('kms:Encrypt', { KeyId, Plaintext }, { as: other });
    t.step(`of another account with the key ${which}`, output);
  }
  for (const [operation, input] of [
    ['ec2:DescribeVolumes', {}],
    ['ec2:CreateVolume', { AvailabilityZone: 'us-east-1a', Size: 1 }],
    ['iam:GetUser', { UserName: 'admin' }],
    ['logs:DescribeLogGroups', {}],
    ['sts:AssumeRole', { RoleArn: `arn:aws:iam::${account}:role/app`, RoleSessionName: 'task' }],
    ['events:ListRules', {}],
    ['ssm:DescribeParameters', {}],
    ['autoscaling:DescribeAutoScalingGroups', {}],
    ['cloudformation:ListStacks', {}],
    ['cloudtrail:LookupEvents', {}],
    ['organizations:DescribeOrganization', {}],
    ['kms:ListKeys', {}],
  ] as const)
    await t.call(operation, input, { as: callers.nobody });
  t.nameNothing();
  await records(t, account, ['Encrypt']);
  t.compare();
});

test('an organization’s control of services and resources', async () => {
  const account = '100000000003';
  const t = transcript(account, 'organization');
  const member = '200000000003';
  const mia = (await newUser(server, 'mia', { account: member, allow: [allowing('*')] })).credentials;
  await t.silent('organizations:CreateOrganization', { FeatureSet: 'ALL' });
  const rootId = (await t.silent('organizations:ListRoots')).at('Roots', 0, 'Id');
  for (const PolicyType of ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'])
    await t.silent('organizations:EnablePolicyType', { RootId: rootId, PolicyType });
  const invited = await t.silent('organizations:InviteAccountToOrganization', {
    Target: { Type: 'ACCOUNT', Id: member },
  });
  await t.silent(
    'organizations:AcceptHandshake',
    { HandshakeId: invited.at('Handshake', 'Id') },
    { as: await server.root(member) },
  );
  const attach = async (Name: string, Type: string, Content: string) => {
    const PolicyId = (
      await t.silent('organizations:CreatePolicy', { Name, Description: '', Type, Content })
    ).at('Policy', 'PolicySummary', 'Id');
    await t.silent('organizations:AttachPolicy', { PolicyId, TargetId: member });
    return PolicyId;
  };
  const KeyId = (await t.silent('kms:CreateKey', {}, { as: mia })).at('KeyMetadata', 'Arn');
  const attempt = async (title: string) => {
    const { output } = await t.silent('kms:Encrypt', { KeyId, Plaintext: Buffer.from('x') }, { as: mia });
    t.step(title, output.refused ? output : 'allowed');
  };
  await attempt('before');
  const scp = await attach(
    'no-kms',
    'SERVICE_CONTROL_POLICY',
    policy({ ...denying('kms:Encrypt'), Sid: 'NoKms' }),
  );
  await attempt('denied by a service control policy');
  await t.silent('organizations:DetachPolicy', { PolicyId: scp, TargetId: member });
  await attach('ec2-only', 'SERVICE_CONTROL_POLICY', policy(allowing('ec2:*')));
  await t.silent('organizations:DetachPolicy', { PolicyId: 'p-FullAWSAccess', TargetId: member });
  await attempt('allowed by no service control policy');
  await t.silent('organizations:AttachPolicy', { PolicyId: 'p-FullAWSAccess', TargetId: member });
  const Condition = { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-other00000' } };
  await attach(
    'only-ours',
    'RESOURCE_CONTROL_POLICY',
    policy(statement('kms:*', { Effect: 'Deny', Principal: '*', Condition })),
  );
  await attempt('denied by a resource control policy');
  t.nameNothing();
  await records(t, member, ['Encrypt']);
  t.compare();
});
