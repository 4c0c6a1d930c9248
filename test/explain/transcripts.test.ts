/** Whole answers of what is asked of denials and rights: facts, words and remedies, for callers and policies of each kind. */
import { test } from 'node:test';
import {
  allowing,
  credentialsOf,
  denying,
  newUser,
  policy,
  rootOf,
  statement,
  trust,
  ZONE,
} from '../worlds/account.ts';
import type { Credentials, TestServer } from '../worlds/server.ts';
import { type Transcript, transcriptAlone } from '../worlds/transcript.ts';

const IMAGE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
const Plaintext = Buffer.from('x');

/** Without the stretches of time that they fell into. */
async function usesOf(server: TestServer, t: Transcript, key: string): Promise<void> {
  const { stretches, ...uses } = await server.ask<Record<string, unknown>>('key-uses', { key });
  t.step('key-uses', uses);
}

/** The event of the caller's latest call of an operation. */
async function eventOf(t: Transcript, EventName: string): Promise<string> {
  const LookupAttributes = [{ AttributeKey: 'EventName', AttributeValue: EventName }];
  return (await t.silent('cloudtrail:LookupEvents', { LookupAttributes, MaxResults: 1 })).at(
    'Events',
    0,
    'EventId',
  );
}

async function refused(t: Transcript, as: Credentials, name: string, input: object): Promise<string> {
  await t.call(name, input, { as });
  return eventOf(t, name.split(':')[1] as string);
}

test('an instance that its user may not start: why, since when, and what helps', async (context) => {
  const account = '100000000001';
  const { server, t } = await transcriptAlone(context, import.meta.url, account, 'instance');
  const KmsKeyId = (await t.silent('kms:CreateKey')).at('KeyMetadata', 'Arn');
  const john = await newUser(server, 'john', { account, allow: [allowing('ec2:*')] });
  const made = await t.silent('ec2:RunInstances', {
    ImageId: IMAGE,
    InstanceType: 't3.micro',
    MinCount: 1,
    MaxCount: 1,
    BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 4, Encrypted: true, KmsKeyId } }],
  });
  const InstanceId = made.at('Instances', 0, 'InstanceId');
  await server.settled();
  await t.silent('ec2:StopInstances', { InstanceIds: [InstanceId] });
  await server.settled();
  await t.silent('ec2:StartInstances', { InstanceIds: [InstanceId] }, { as: john.credentials });
  await server.settled();
  await t.ask('problems');
  await t.ask('explain', { subject: InstanceId });
  await t.ask('timeline', { subject: InstanceId });
  const eventId = await eventOf(t, 'CreateGrant');
  await t.ask('explain', { subject: eventId });
  await t.ask('decision', { eventId });
  await t.ask('can', { principal: 'user/john', action: 'ec2:StartInstances', resource: InstanceId });
  await t.ask('who-can', { key: KmsKeyId, action: 'kms:CreateGrant' });
  await t.ask('paths', { key: KmsKeyId });
  await t.ask('paths', { instance: InstanceId });
  await t.ask('key-users', { keys: [KmsKeyId] });
  await usesOf(server, t, KmsKeyId);
  await t.ask('audit');
  await t.ask('explain', { subject: 'i-00000000000000001' });
  await t.ask('explain', { subject: 'nothing' });
  t.compare();
});

test('a refusal by each kind of policy, and by a key that cannot be used', async (context) => {
  const account = '100000000002';
  const { server, t } = await transcriptAlone(context, import.meta.url, account, 'refusals');
  const kms = allowing('kms:*');
  const KeyId = (await t.silent('kms:CreateKey')).at('KeyMetadata', 'Arn');
  const boundary = (
    await t.silent('iam:CreatePolicy', { PolicyName: 'bound', PolicyDocument: policy(allowing('ec2:*')) })
  ).at('Policy', 'Arn');
  const callers: Record<string, Credentials> = {
    implicit: (await newUser(server, 'implicit', { account })).credentials,
    denied: (await newUser(server, 'denied', { account, allow: [kms, denying('kms:Encrypt')] })).credentials,
    bounded: (await newUser(server, 'bounded', { account, allow: [kms], boundary })).credentials,
    conditional: (
      await newUser(server, 'conditional', {
        account,
        allow: [
          statement('kms:*', {
            Condition: {
              StringEquals: { 'kms:EncryptionContext:app': 'shop' },
              Bool: { 'aws:SecureTransport': 'true' },
            },
          }),
        ],
      })
    ).credentials,
    elsewhere: (
      await newUser(server, 'elsewhere', {
        account,
        allow: [{ ...kms, Resource: KeyId.replace('us-east-1', 'us-west-2') }],
      })
    ).credentials,
  };
  await t.silent('iam:CreateRole', {
    RoleName: 'app',
    AssumeRolePolicyDocument: trust({ AWS: rootOf(account) }),
  });
  await t.silent('iam:PutRolePolicy', { RoleName: 'app', PolicyName: 'p', PolicyDocument: policy(kms) });
  const assume = {
    RoleArn: `arn:aws:iam::${account}:role/app`,
    RoleSessionName: 'task',
    Policy: policy(allowing('ec2:*')),
  };
  const admin = (await newUser(server, 'admin', { account, allow: [allowing('*')] })).credentials;
  const session = await t.silent('sts:AssumeRole', assume, { as: admin });
  callers.session = credentialsOf(session.output.Credentials as object);
  for (const as of Object.values(callers)) {
    const subject = await refused(t, as, 'kms:Encrypt', { KeyId, Plaintext });
    await t.ask('explain', { subject });
  }
  const other = (await newUser(server, 'other', { account: '200000000002', allow: [kms] })).credentials;
  await t.ask('explain', { subject: await refused(t, other, 'kms:Encrypt', { KeyId, Plaintext }) });
  await t.silent('kms:DisableKey', { KeyId });
  await t.ask('explain', { subject: await refused(t, admin, 'kms:Encrypt', { KeyId, Plaintext }) });
  await t.silent('kms:ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
  await t.ask('explain', { subject: await refused(t, admin, 'kms:Encrypt', { KeyId, Plaintext }) });
  await t.ask('who-can', { key: KeyId, action: 'kms:Encrypt' });
  await t.ask('problems');
  await t.ask('activity', { limit: 5, outcome: 'denied' });
  t.compare();
});

test('who can, what can, can, and what would be if', async (context) => {
  const account = '100000000003';
  const { server, t } = await transcriptAlone(context, import.meta.url, account, 'rights');
  await server.root('200000000003');
  const own = (...more: object[]) =>
    policy({ Effect: 'Allow', Principal: { AWS: rootOf(account) }, Action: 'kms:*', Resource: '*' }, ...more);
  const reader = (await newUser(server, 'reader', { account, allow: [allowing('kms:Decrypt')] })).credentials;
  await newUser(server, 'grantee', { account });
  const writer = await newUser(server, 'writer', { account });
  await t.silent('iam:CreateRole', {
    RoleName: 'job',
    AssumeRolePolicyDocument: trust({ Service: 'ec2.amazonaws.com' }),
  });
  const viaEc2 = {
    StringEquals: { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com', 'kms:CallerAccount': account },
  };
  const Policy = own(
    {
      Sid: 'Writers',
      Effect: 'Allow',
      Principal: { AWS: writer.arn },
      Action: ['kms:Encrypt', 'kms:GenerateDataKey*'],
      Resource: '*',
    },
    { Sid: 'Ec2', Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*', Condition: viaEc2 },
    {
      Sid: 'Partner',
      Effect: 'Allow',
      Principal: { AWS: rootOf('200000000003') },
      Action: 'kms:Decrypt',
      Resource: '*',
    },
    {
      Sid: 'Night',
      Effect: 'Deny',
      Principal: '*',
      Action: 'kms:Decrypt',
      Resource: '*',
      Condition: { DateLessThan: { 'aws:CurrentTime': '2001-01-01T00:00:00Z' } },
    },
  );
  const key = (
    await t.call('kms:CreateKey', { Policy, Description: 'of all', Tags: [{ TagKey: 'a', TagValue: 'b' }] })
  ).at('KeyMetadata', 'Arn');
  await t.silent('kms:CreateAlias', { AliasName: 'alias/all', TargetKeyId: key });
  await t.call('kms:CreateGrant', {
    KeyId: key,
    GranteePrincipal: `arn:aws:iam::${account}:user/grantee`,
    Operations: ['Decrypt', 'CreateGrant'],
    Constraints: { EncryptionContextSubset: { app: 'shop' } },
    Name: 'g',
  });
  for (const action of ['kms:Encrypt', 'kms:Decrypt', 'kms:CreateGrant', 'kms:PutKeyPolicy', 'kms:None'])
    await t.ask('who-can', { key, action });
  await t.ask('who-can', { key: 'alias/all', action: 'kms:GenerateDataKey' });
  await t.ask('who-can', { key: 'alias/none', action: 'kms:Decrypt' });
  for (const principal of ['user/reader', 'user/writer', 'user/grantee', 'role/job', 'user/none'])
    await t.ask('what-can', { principal });
  for (const [principal, action] of [
    ['user/reader', 'kms:Decrypt'],
    ['user/reader', 'kms:Encrypt'],
    ['user/writer', 'kms:Encrypt'],
    ['user/grantee', 'kms:Decrypt'],
    ['role/job', 'kms:Decrypt'],
  ])
    await t.ask('can', { principal, action, resource: key });
  const sealed = await t.silent('kms:Encrypt', { KeyId: key, Plaintext });
  await t.silent('kms:Decrypt', { CiphertextBlob: sealed.output.CiphertextBlob }, { as: reader });
  await t.silent('kms:Encrypt', { KeyId: key, Plaintext }, { as: writer.credentials });
  for (const change of [
    { key, policy: own() },
    {
      key,
      policy: policy({ Effect: 'Allow', Principal: { AWS: writer.arn }, Action: 'kms:*', Resource: '*' }),
    },
    { key, policy: '{' },
    { key, state: 'Disabled' },
    { principal: 'user/reader', policy: policy(allowing('kms:*')) },
  ])
    await t.ask('what-if', change);
  await t.ask('paths', { key });
  await t.ask('paths', { principal: 'user/writer' });
  await t.ask('key-users', { keys: [key, 'alias/none'] });
  await usesOf(server, t, key);
  await t.ask('audit');
  t.compare();
});

test('a stack, a volume and a copy that came to nothing', async (context) => {
  const account = '100000000004';
  const { server, t } = await transcriptAlone(context, import.meta.url, account, 'subjects');
  const mia = (
    await newUser(server, 'mia', {
      account,
      allow: [allowing('ec2:*', 'cloudformation:*')],
    })
  ).credentials;
  const closed = policy({
    Effect: 'Allow',
    Principal: { AWS: rootOf(account) },
    Action: ['kms:Describe*', 'kms:Get*', 'kms:Put*', 'kms:CreateGrant'],
    Resource: '*',
  });
  const KmsKeyId = (
    await t.silent('kms:CreateKey', { Policy: closed, BypassPolicyLockoutSafetyCheck: true })
  ).at('KeyMetadata', 'Arn');
  const volume = await t.call(
    'ec2:CreateVolume',
    { AvailabilityZone: ZONE, Size: 1, Encrypted: true, KmsKeyId },
    { as: mia },
  );
  await server.settled();
  await t.ask('explain', { subject: volume.at('VolumeId') });
  const plain = await t.silent('ec2:CreateVolume', { AvailabilityZone: ZONE, Size: 1 });
  await server.settled();
  const snapshot = await t.silent('ec2:CreateSnapshot', { VolumeId: plain.at('VolumeId') });
  await server.settled();
  const source = { SourceSnapshotId: snapshot.at('SnapshotId'), SourceRegion: 'us-east-1' };
  const copy = await refused(t, mia, 'ec2:CopySnapshot', { ...source, Encrypted: true, KmsKeyId });
  await t.ask('explain', { subject: copy });
  const Resources = {
    Disk: {
      Type: 'AWS::EC2::Volume',
      Properties: { AvailabilityZone: ZONE, Size: 1, Encrypted: true, KmsKeyId },
    },
  };
  await t.call(
    'cloudformation:CreateStack',
    { StackName: 'app', TemplateBody: JSON.stringify({ Resources }) },
    { as: mia },
  );
  await server.settled();
  await t.ask('explain', { subject: 'app' });
  await t.ask('timeline', { subject: 'app' });
  await t.ask('problems');
  t.compare();
});

/** What is said of a denied call and would help, without what other tests show whole. */
async function explained(t: Transcript, title: string, subject: string): Promise<void> {
  const { output } = await t.silentAsk('explain', { subject });
  const { headline, checks, remedies, remediesVerified, gains, others } = output;
  const summaries = (checks as { summary: string }[]).map(({ summary }) => summary);
  t.step(title, { headline, summaries, remedies, remediesVerified, gains, others });
}

test('a near miss in each place that a policy can be in, written as one statement', async (context) => {
  const account = '100000000005';
  const { server, t } = await transcriptAlone(context, import.meta.url, account, 'places');
  const document = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement });
  const root = { Effect: 'Allow', Principal: { AWS: rootOf(account) }, Action: 'kms:*', Resource: '*' };
  const KeyId = (await t.silent('kms:CreateKey', { Policy: document(root) })).at('KeyMetadata', 'Arn');
  const ofProd = statement('kms:*', { Condition: { StringEquals: { 'aws:ResourceTag/stage': 'prod' } } });
  const inContext = statement('kms:*', {
    Condition: {
      StringEquals: { 'kms:EncryptionContext:app': 'shop' },
      'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['app'] },
    },
  });
  const managed = async (PolicyName: string, Statement: object) =>
    (await t.silent('iam:CreatePolicy', { PolicyName, PolicyDocument: document(Statement) })).at(
      'Policy',
      'Arn',
    );
  const refusal = async (title: string, as: Credentials, name = 'kms:Encrypt', input: object = {}) => {
    const subject = await refused(
      t,
      as,
      name,
      name.startsWith('kms:') ? { KeyId, Plaintext, ...input } : input,
    );
    await explained(t, title, subject);
  };
  const fresh = (name: string, options: object = {}) => newUser(server, name, { account, ...options });

  const attached = await fresh('attached');
  const PolicyArn = await managed('of-prod', ofProd);
  await t.silent('iam:AttachUserPolicy', { UserName: 'attached', PolicyArn });
  await refusal('a managed policy', attached.credentials);

  const member = await fresh('member');
  await t.silent('iam:CreateGroup', { GroupName: 'keepers' });
  await t.silent('iam:PutGroupPolicy', {
    GroupName: 'keepers',
    PolicyName: 'of-prod',
    PolicyDocument: document(ofProd),
  });
  await t.silent('iam:AddUserToGroup', { GroupName: 'keepers', UserName: 'member' });
  await refusal('a policy of a group', member.credentials);

  const inline = await fresh('inline');
  await t.silent('iam:PutUserPolicy', {
    UserName: 'inline',
    PolicyName: 'in-context',
    PolicyDocument: document(inContext),
  });
  await refusal('a policy of a user', inline.credentials);
  await refusal('with more in the context', inline.credentials, 'kms:Encrypt', {
    EncryptionContext: { app: 'shop', more: 'of it' },
  });

  const bounded = await fresh('bounded', {
    allow: [allowing('kms:*')],
    boundary: await managed('bound', ofProd),
  });
  await refusal('a permissions boundary', bounded.credentials);

  const kept = await fresh('kept');
  await t.silent('iam:AttachUserPolicy', {
    UserName: 'kept',
    PolicyArn: await managed('but-prod', {
      ...statement('kms:*', { Condition: { StringNotEquals: { 'aws:ResourceTag/stage': 'prod' } } }),
      Effect: 'Deny',
    }),
  });
  await t.silent('iam:AttachUserPolicy', {
    UserName: 'kept',
    PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
  });
  await refusal('a Deny of a managed policy', kept.credentials);

  const trusting = JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: rootOf(account) },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': 'abc' } },
    },
  });
  const RoleArn = (
    await t.silent('iam:CreateRole', { RoleName: 'app', AssumeRolePolicyDocument: trusting })
  ).at('Role', 'Arn');
  const assuming = await fresh('assuming', { allow: [allowing('sts:AssumeRole')] });
  await refusal('a trust policy', assuming.credentials, 'sts:AssumeRole', {
    RoleArn,
    RoleSessionName: 'one',
  });

  const VolumeId = (await t.silent('ec2:CreateVolume', { AvailabilityZone: ZONE, Size: 1 })).at('VolumeId');
  await server.settled();
  const tagging = await fresh('tagging', {
    allow: [statement('ec2:*', { Condition: { StringEquals: { 'ec2:ResourceTag/stage': 'prod' } } })],
  });
  await refusal('a tag of a volume', tagging.credentials, 'ec2:DeleteVolume', { VolumeId });
  const ofTeam = await fresh('of-team', {
    allow: [statement('kms:*', { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } } })],
  });
  await refusal('a tag of the caller', ofTeam.credentials);
  const byAlias = await fresh('by-alias', {
    allow: [statement('kms:*', { Condition: { StringEquals: { 'kms:ResourceAliases': 'alias/app' } } })],
  });
  await refusal('an alias', byAlias.credentials);
  const wild = await fresh('wild', {
    allow: [
      statement('kms:*', {
        Condition: { StringEquals: { 'aws:PrincipalArn': `arn:aws:iam::${account}:user/w*` } },
      }),
    ],
  });
  await refusal('a wildcard where none counts', wild.credentials);

  // A key policy alone, of one statement, which only says who administers.
  const Action = ['kms:Describe*', 'kms:Get*', 'kms:Put*', 'kms:List*'];
  await t.silent('kms:PutKeyPolicy', {
    KeyId,
    Policy: document({ ...root, Action }),
    BypassPolicyLockoutSafetyCheck: true,
  });
  const all = await fresh('all', { allow: [allowing('kms:*')] });
  await refusal('a key policy', all.credentials);
  await explained(t, 'the key', KeyId);
  await explained(t, 'the user who met several', 'user/inline');
  t.compare();
});
