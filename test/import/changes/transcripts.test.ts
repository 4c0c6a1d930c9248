/**
 * What trails alone tell: each call by which a thing is made, changed or ended that decisions rest on, made once. First what each
 * record says was changed, then the answers of AWS as they are put together from all of them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Explanation } from '../../../src/explain/denial/explanation.ts';
import { rebuiltAnswers } from '../../../src/explain/recorded/rebuilt/rebuilt-account.ts';
import { recordedChanges } from '../../../src/import/cloudtrail/changes/recorded-changes.ts';
import { History } from '../../../src/import/cloudtrail/history.ts';
import { Reads } from '../../../src/import/snapshot/snapshot.ts';
import { loadSnapshot, saveSnapshot } from '../../../src/import/snapshot/store.ts';
import { openImportedWorld } from '../../../src/imported-world.ts';
import { compareText } from '../../../src/platform/compare-text.ts';
import { allow, allowing, newUser, policy, rootOf, trust, ZONE } from '../../worlds/account.ts';
import { addEvents, eventsOf } from '../../worlds/imported.ts';
import type { TestServer } from '../../worlds/server.ts';
import { type Transcript, transcriptAlone } from '../../worlds/transcript.ts';

const REGIONS = ['us-east-1', 'eu-west-1'];
const IMAGE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';

/** The folder of what an import keeps of the records. */
async function keptOf(
  context: Pick<TestContext, 'after'>,
  server: TestServer,
  account: string,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-changes-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const history = new History();
  for (const region of REGIONS)
    await addEvents(history, await eventsOf(server, await server.root(account), region));
  saveSnapshot(folder, { reads: new Reads(), history });
  return folder;
}

/** CloudTrail's times are whole seconds: each call is of a second of its own, so that what came later is known. */
const ticking = (server: TestServer, t: Transcript): Calling => ({
  async silent(name, input, caller) {
    const answer = await t.silent(name, input, caller);
    await server.advance(1000);
    return answer;
  },
});
type Calling = Pick<Transcript, 'silent'>;

/** Times as text, as people read them too, and as seconds or milliseconds of the epoch. */
const TIME =
  /\d{4}-\d\d-\d\dT[\d:.]+Z|[A-Z][a-z]{2} \d{1,2}, \d{4}, [\d:]{7,8} [AP]M|(?<=":)1[789]\d{8}(?:\d{3}|\.\d+)?(?=[,}])/g;
const withoutTimes = (value: object): object =>
  JSON.parse(JSON.stringify(value).replaceAll(TIME, (time) => (/[TM]/.test(time) ? '<time>' : '"<time>"')));

/** Identities are all of one kind of calls. */
async function changeIdentity(t: Calling, noun: 'User' | 'Role' | 'Group', PolicyArn: string) {
  const named = (name: string) => ({ [`${noun}Name`]: name });
  const trusting =
    noun === 'Role' ? { AssumeRolePolicyDocument: trust({ Service: 'ec2.amazonaws.com' }) } : {};
  const tags =
    noun === 'Group'
      ? {}
      : {
          Tags: [
            { Key: 'team', Value: 'blue' },
            { Key: 'stage', Value: 'prod' },
          ],
        };
  const call = (operation: string, name: string, more: object = {}) =>
    t.silent(`iam:${operation}`, { ...named(name), ...more });
  const PolicyDocument = allow('kms:*');
  for (const name of ['kept', 'gone'])
    await call(`Create${noun}`, name, { Path: '/app/', ...trusting, ...tags });
  for (const PolicyName of ['kept', 'gone'])
    await call(`Put${noun}Policy`, 'kept', { PolicyName, PolicyDocument });
  await call(`Put${noun}Policy`, 'kept', { PolicyName: 'kept', PolicyDocument: allow('ec2:*') });
  await call(`Delete${noun}Policy`, 'kept', { PolicyName: 'gone' });
  const aws = { PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' };
  for (const each of [aws, { PolicyArn }]) await call(`Attach${noun}Policy`, 'kept', each);
  await call(`Detach${noun}Policy`, 'kept', aws);
  if (noun !== 'Group') {
    await call(`Tag${noun}`, 'kept', {
      Tags: [
        { Key: 'team', Value: 'red' },
        { Key: 'empty', Value: '' },
      ],
    });
    await call(`Untag${noun}`, 'kept', { TagKeys: ['stage'] });
    const PermissionsBoundary = PolicyArn;
    await call(`Create${noun}`, 'bounded', { ...trusting, PermissionsBoundary });
    await call(`Put${noun}PermissionsBoundary`, 'kept', { PermissionsBoundary });
    await call(`Put${noun}PermissionsBoundary`, 'gone', { PermissionsBoundary });
    await call(`Delete${noun}PermissionsBoundary`, 'gone');
  }
  await call(`Delete${noun}`, 'gone');
}

async function changeIdentities(t: Calling): Promise<void> {
  const arn = async (PolicyName: string) =>
    (await t.silent('iam:CreatePolicy', { PolicyName, PolicyDocument: allow('kms:Decrypt') })).at(
      'Policy',
      'Arn',
    );
  const [kept, switched, gone] = [await arn('kept'), await arn('switched'), await arn('gone')];
  const version = { PolicyDocument: allow('kms:Encrypt') };
  await t.silent('iam:CreatePolicyVersion', { PolicyArn: kept, ...version });
  await t.silent('iam:CreatePolicyVersion', { PolicyArn: switched, ...version, SetAsDefault: true });
  await t.silent('iam:CreatePolicyVersion', { PolicyArn: switched, ...version });
  await t.silent('iam:SetDefaultPolicyVersion', { PolicyArn: switched, VersionId: 'v3' });
  await t.silent('iam:DeletePolicy', { PolicyArn: gone });
  for (const noun of ['User', 'Role', 'Group'] as const) await changeIdentity(t, noun, kept);
  for (const GroupName of ['kept', 'left']) {
    await t.silent('iam:CreateGroup', { GroupName });
    await t.silent('iam:AddUserToGroup', { GroupName, UserName: 'kept' });
  }
  await t.silent('iam:RemoveUserFromGroup', { GroupName: 'left', UserName: 'kept' });
  await t.silent('iam:UpdateGroup', { GroupName: 'left', NewGroupName: 'renamed' });
  await t.silent('iam:UpdateGroup', { GroupName: 'kept', NewPath: '/moved/' });
  await t.silent('iam:UpdateUser', { UserName: 'bounded', NewUserName: 'renamed' });
  await t.silent('iam:UpdateAssumeRolePolicy', {
    RoleName: 'kept',
    PolicyDocument: trust({ Service: 'lambda.amazonaws.com' }),
  });
  await t.silent('iam:CreateServiceLinkedRole', { AWSServiceName: 'autoscaling.amazonaws.com' });
  for (const InstanceProfileName of ['kept', 'gone']) {
    await t.silent('iam:CreateInstanceProfile', { InstanceProfileName, Path: '/app/' });
    await t.silent('iam:AddRoleToInstanceProfile', { InstanceProfileName, RoleName: 'kept' });
  }
  await t.silent('iam:RemoveRoleFromInstanceProfile', { InstanceProfileName: 'gone', RoleName: 'kept' });
  await t.silent('iam:CreateInstanceProfile', { InstanceProfileName: 'empty' });
  await t.silent('iam:DeleteInstanceProfile', { InstanceProfileName: 'gone' });
  const provider = async (host: string) =>
    (
      await t.silent('iam:CreateOpenIDConnectProvider', {
        Url: `https://${host}/path`,
        ClientIDList: ['sts', 'other'],
        ThumbprintList: ['a'.repeat(40)],
      })
    ).at('OpenIDConnectProviderArn');
  const OpenIDConnectProviderArn = await provider('kept.example.com');
  const of = (operation: string, more: object) =>
    t.silent(`iam:${operation}`, { OpenIDConnectProviderArn, ...more });
  await of('AddClientIDToOpenIDConnectProvider', { ClientID: 'more' });
  await of('RemoveClientIDFromOpenIDConnectProvider', { ClientID: 'other' });
  await of('UpdateOpenIDConnectProviderThumbprint', { ThumbprintList: ['b'.repeat(40)] });
  await t.silent('iam:DeleteOpenIDConnectProvider', {
    OpenIDConnectProviderArn: await provider('gone.example.com'),
  });
}

async function changeKeys(t: Calling, account: string): Promise<void> {
  const made = async (input: object = {}) =>
    (await t.silent('kms:CreateKey', input)).at('KeyMetadata', 'Arn');
  const Tags = [
    { TagKey: 'team', TagValue: 'blue' },
    { TagKey: 'stage', TagValue: 'prod' },
  ];
  const KeyId = await made({ Description: 'first', Tags });
  const onKey = (operation: string, more: object = {}) => t.silent(`kms:${operation}`, { KeyId, ...more });
  await onKey('PutKeyPolicy', {
    Policy: policy({ Effect: 'Allow', Principal: { AWS: rootOf(account) }, Action: 'kms:*', Resource: '*' }),
  });
  await onKey('TagResource', {
    Tags: [
      { TagKey: 'team', TagValue: 'red' },
      { TagKey: 'empty', TagValue: '' },
    ],
  });
  await onKey('UntagResource', { TagKeys: ['stage'] });
  await onKey('UpdateKeyDescription', { Description: 'second' });
  await onKey('EnableKeyRotation');
  await onKey('DisableKeyRotation');
  await onKey('EnableKeyRotation');
  await t.silent('kms:CreateAlias', { AliasName: 'alias/kept', TargetKeyId: KeyId });
  await t.silent('kms:CreateAlias', { AliasName: 'alias/gone', TargetKeyId: KeyId });
  await t.silent('kms:DeleteAlias', { AliasName: 'alias/gone' });
  const grant = { GranteePrincipal: rootOf(account), Operations: ['Decrypt', 'RetireGrant'] };
  const grants = [];
  for (const Name of ['kept', 'revoked', 'retired', 'retired-by-token'])
    grants.push(
      (await onKey('CreateGrant', { ...grant, Name, Constraints: { EncryptionContextSubset: { a: 'b' } } }))
        .output,
    );
  const [, revoked, retired, byToken] = grants;
  await onKey('RevokeGrant', { GrantId: revoked?.GrantId });
  await onKey('RetireGrant', { GrantId: retired?.GrantId });
  await t.silent('kms:RetireGrant', { GrantToken: byToken?.GrantToken });
  const second = await made({
    Policy: policy({ Effect: 'Allow', Principal: { AWS: rootOf(account) }, Action: 'kms:*', Resource: '*' }),
  });
  await t.silent('kms:UpdateAlias', { AliasName: 'alias/kept', TargetKeyId: second });
  await t.silent('kms:DisableKey', { KeyId: second });
  await t.silent('kms:EnableKey', { KeyId: second });
  for (const [operation, more] of [
    ['DisableKey', {}],
    ['ScheduleKeyDeletion', { PendingWindowInDays: 7 }],
  ] as const)
    await t.silent(`kms:${operation}`, { KeyId: await made(), ...more });
  const back = await made();
  await t.silent('kms:ScheduleKeyDeletion', { KeyId: back, PendingWindowInDays: 8 });
  await t.silent('kms:CancelKeyDeletion', { KeyId: back });
  const primary = await made({ MultiRegion: true });
  await t.silent('kms:ReplicateKey', { KeyId: primary, ReplicaRegion: 'eu-west-1', Tags });
}

async function changeWorkload(t: Calling, server: TestServer): Promise<void> {
  const Tags = [
    { Key: 'team', Value: 'blue' },
    { Key: 'stage', Value: 'prod' },
  ];
  const tagged = (ResourceType: string) => ({ TagSpecifications: [{ ResourceType, Tags }] });
  const made = async (operation: string, input: object, ...at: (string | number)[]) => {
    const answer = await t.silent(`ec2:${operation}`, input);
    await server.settled();
    return answer.at(...at);
  };
  const launch = {
    ImageId: IMAGE,
    InstanceType: 't3.micro',
    MinCount: 1,
    MaxCount: 1,
    ...tagged('instance'),
  };
  const instances: Record<string, string> = {};
  for (const name of ['running', 'stopped', 'started', 'gone'])
    instances[name] = await made('RunInstances', launch, 'Instances', 0, 'InstanceId');
  const { running, stopped, started, gone } = instances;
  await made('StopInstances', { InstanceIds: [stopped, started] });
  await made('StartInstances', { InstanceIds: [started] });
  await made('TerminateInstances', { InstanceIds: [gone] });
  const volumes: string[] = [];
  for (let count = 0; count < 4; count++)
    volumes.push(
      await made('CreateVolume', { AvailabilityZone: ZONE, Size: 1, ...tagged('volume') }, 'VolumeId'),
    );
  const [attached, detached, deleted] = volumes;
  for (const VolumeId of [attached, detached])
    await made('AttachVolume', {
      VolumeId,
      InstanceId: running,
      Device: VolumeId === attached ? '/dev/sdf' : '/dev/sdg',
    });
  await made('DetachVolume', { VolumeId: detached, InstanceId: running });
  await made('DeleteVolume', { VolumeId: deleted });
  await made('CreateTags', {
    Resources: [running, attached],
    Tags: [
      { Key: 'team', Value: 'red' },
      { Key: 'empty', Value: '' },
    ],
  });
  await made('DeleteTags', { Resources: [running], Tags: [{ Key: 'stage' }] });
  const snapshot = await made('CreateSnapshot', { VolumeId: attached, ...tagged('snapshot') }, 'SnapshotId');
  const copy = await made(
    'CopySnapshot',
    { SourceSnapshotId: snapshot, SourceRegion: 'us-east-1' },
    'SnapshotId',
  );
  await made('DeleteSnapshot', { SnapshotId: copy });
  const share = (how: 'Add' | 'Remove', UserId: string) =>
    made('ModifySnapshotAttribute', {
      SnapshotId: snapshot,
      CreateVolumePermission: { [how]: [{ UserId }] },
    });
  await share('Add', '111122223333');
  await share('Add', '444455556666');
  await share('Remove', '111122223333');
  await made('ModifySnapshotAttribute', {
    SnapshotId: snapshot,
    CreateVolumePermission: { Add: [{ Group: 'all' }] },
  });
  const ImageId = (await t.silent('ec2:DescribeInstances')).at('Reservations', 0, 'Instances', 0, 'ImageId');
  const LaunchTemplateData = { InstanceType: 't3.micro', ImageId };
  const template = async (LaunchTemplateName: string) =>
    made(
      'CreateLaunchTemplate',
      { LaunchTemplateName, LaunchTemplateData, VersionDescription: 'one' },
      'LaunchTemplate',
      'LaunchTemplateId',
    );
  const LaunchTemplateId = await template('kept');
  const next = { LaunchTemplateId, SourceVersion: '1', LaunchTemplateData: { InstanceType: 't3.small' } };
  await made('CreateLaunchTemplateVersion', next);
  await made('CreateLaunchTemplateVersion', {
    LaunchTemplateId,
    LaunchTemplateData,
    VersionDescription: 'three',
  });
  await made('ModifyLaunchTemplate', { LaunchTemplateId, DefaultVersion: '2' });
  await made('DeleteLaunchTemplate', { LaunchTemplateId: await template('gone') });
  const VpcId = (await t.silent('ec2:DescribeVpcs')).at('Vpcs', 0, 'VpcId');
  const endpoint = () =>
    made(
      'CreateVpcEndpoint',
      { VpcId, VpcEndpointType: 'Interface', ServiceName: 'com.amazonaws.us-east-1.kms' },
      'VpcEndpoint',
      'VpcEndpointId',
    );
  const VpcEndpointId = await endpoint();
  const PolicyDocument = policy({ Effect: 'Allow', Principal: '*', Action: 'kms:Decrypt', Resource: '*' });
  await made('ModifyVpcEndpoint', { VpcEndpointId, PolicyDocument });
  await made('DeleteVpcEndpoints', { VpcEndpointIds: [await endpoint()] });
  const key = (await t.silent('kms:CreateKey')).at('KeyMetadata', 'Arn');
  await made('EnableEbsEncryptionByDefault', {});
  await made('ModifyEbsDefaultKmsKeyId', { KmsKeyId: key });
  for (const [operation, region] of [
    ['ec2:DisableEbsEncryptionByDefault', 'eu-west-1'],
    ['ec2:ResetEbsDefaultKmsKeyId', 'eu-west-1'],
  ] as const)
    await t.silent(operation, {}, { region });
  for (const AutoScalingGroupName of ['kept', 'gone'])
    await t.silent('autoscaling:CreateAutoScalingGroup', {
      AutoScalingGroupName,
      AvailabilityZones: [ZONE],
      MinSize: 0,
      MaxSize: 1,
      LaunchTemplate: { LaunchTemplateId, Version: '$Latest' },
    });
  await t.silent('autoscaling:UpdateAutoScalingGroup', { AutoScalingGroupName: 'kept', MaxSize: 3 });
  await t.silent('autoscaling:DeleteAutoScalingGroup', { AutoScalingGroupName: 'gone' });
  for (const LaunchConfigurationName of ['kept', 'gone'])
    await t.silent('autoscaling:CreateLaunchConfiguration', {
      LaunchConfigurationName,
      ...LaunchTemplateData,
    });
  await t.silent('autoscaling:DeleteLaunchConfiguration', { LaunchConfigurationName: 'gone' });
}

/** The account that is made in it. */
async function changeOrganization(t: Calling, server: TestServer): Promise<string> {
  await t.silent('organizations:CreateOrganization', { FeatureSet: 'ALL' });
  const RootId = (await t.silent('organizations:ListRoots')).at('Roots', 0, 'Id');
  await t.silent('organizations:EnablePolicyType', { RootId, PolicyType: 'SERVICE_CONTROL_POLICY' });
  await t.silent('organizations:EnablePolicyType', { RootId, PolicyType: 'RESOURCE_CONTROL_POLICY' });
  await t.silent('organizations:DisablePolicyType', { RootId, PolicyType: 'RESOURCE_CONTROL_POLICY' });
  const ParentId = RootId;
  const unit = (await t.silent('organizations:CreateOrganizationalUnit', { ParentId, Name: 'prod' })).at(
    'OrganizationalUnit',
    'Id',
  );
  const status = await t.silent('organizations:CreateAccount', {
    AccountName: 'member',
    Email: 'member@example.com',
  });
  await server.settled();
  const AccountId = (
    await t.silent('organizations:DescribeCreateAccountStatus', {
      CreateAccountRequestId: status.at('CreateAccountStatus', 'Id'),
    })
  ).at('CreateAccountStatus', 'AccountId');
  await t.silent('organizations:MoveAccount', {
    AccountId,
    SourceParentId: RootId,
    DestinationParentId: unit,
  });
  const guard = async (Name: string) =>
    (
      await t.silent('organizations:CreatePolicy', {
        Name,
        Description: Name,
        Type: 'SERVICE_CONTROL_POLICY',
        Content: policy(allowing('*')),
      })
    ).at('Policy', 'PolicySummary', 'Id');
  const [kept, gone] = [await guard('kept'), await guard('gone')];
  for (const TargetId of [RootId, unit, AccountId])
    await t.silent('organizations:AttachPolicy', { PolicyId: kept, TargetId });
  await t.silent('organizations:DetachPolicy', { PolicyId: kept, TargetId: RootId });
  await t.silent('organizations:UpdatePolicy', {
    PolicyId: kept,
    Content: policy(allowing('kms:*', 'ec2:*')),
  });
  await t.silent('organizations:DeletePolicy', { PolicyId: gone });
  return AccountId;
}

/** What one user is let do and denied, while his policies, a grant, a group and the key's policy change. */
async function callsInBetween(t: Calling, server: TestServer, account: string): Promise<string> {
  const { arn, credentials } = await newUser(server, 'caller', { account });
  const KeyId = (await t.silent('kms:CreateKey', {})).at('KeyMetadata', 'Arn');
  const use = { KeyId, Plaintext: Buffer.from('x'), EncryptionContext: { app: 'shop' } };
  const calls = async () => {
    await t.silent('kms:Encrypt', use, { as: credentials });
    await t.silent('kms:GenerateDataKey', { KeyId, KeySpec: 'AES_256' }, { as: credentials });
    await t.silent(
      'ec2:CreateVolume',
      { AvailabilityZone: ZONE, Size: 1, Encrypted: true, KmsKeyId: KeyId },
      { as: credentials },
    );
    await server.settled();
  };
  const UserName = 'caller';
  const mine = (PolicyName: string, PolicyDocument: string) =>
    t.silent('iam:PutUserPolicy', { UserName, PolicyName, PolicyDocument });
  await calls();
  await mine('all', allow(['kms:Encrypt', 'ec2:*']));
  await calls();
  await mine('all', allow(['kms:*', 'ec2:*']));
  await calls();
  await mine('not', policy({ Effect: 'Deny', Action: 'kms:Encrypt', Resource: '*' }));
  await calls();
  await t.silent('iam:DeleteUserPolicy', { UserName, PolicyName: 'not' });
  const PolicyArn = (
    await t.silent('iam:CreatePolicy', { PolicyName: 'bound', PolicyDocument: allow('ec2:*') })
  ).at('Policy', 'Arn');
  await t.silent('iam:PutUserPermissionsBoundary', { UserName, PermissionsBoundary: PolicyArn });
  await calls();
  await t.silent('iam:DeleteUserPermissionsBoundary', { UserName });
  await t.silent('iam:DeleteUserPolicy', { UserName, PolicyName: 'all' });
  const grant = await t.silent('kms:CreateGrant', { KeyId, GranteePrincipal: arn, Operations: ['Encrypt'] });
  await calls();
  await t.silent('kms:RevokeGrant', { KeyId, GrantId: grant.at('GrantId') });
  await t.silent('iam:CreateGroup', { GroupName: 'callers' });
  await t.silent('iam:PutGroupPolicy', {
    GroupName: 'callers',
    PolicyName: 'p',
    PolicyDocument: allow(['kms:*', 'ec2:*']),
  });
  await t.silent('iam:AddUserToGroup', { GroupName: 'callers', UserName });
  await calls();
  const closed = {
    Effect: 'Allow',
    Principal: { AWS: rootOf(account) },
    Action: ['kms:Put*', 'kms:Encrypt'],
    Resource: '*',
  };
  await t.silent('kms:PutKeyPolicy', { KeyId, Policy: policy(closed), BypassPolicyLockoutSafetyCheck: true });
  await calls();
  await t.silent('kms:DisableKey', { KeyId });
  return KeyId;
}

test('what is said of calls while policies changed, by the records alone', async (context) => {
  const account = '100000000022';
  const { server, t } = await transcriptAlone(context, import.meta.url, account, 'in-between');
  const key = await callsInBetween(ticking(server, t), server, account);
  const world = await openImportedWorld(await keptOf(context, server, account));
  context.after(() => world.close());
  const principal = 'user/caller';
  const asked: [question: string, body: Readonly<Record<string, unknown>>][] = [
    ['check', {}],
    ['explain', { subject: principal }],
    ['explain', { subject: key }],
    ['who-can', { key }],
    ['what-can', { principal }],
    ['can', { principal, action: 'kms:Encrypt', resource: key }],
    ['can', { principal, action: 'kms:Decrypt', resource: key }],
    ['audit', {}],
    [
      'what-if',
      {
        key,
        policy: policy({
          Effect: 'Allow',
          Principal: { AWS: rootOf(account) },
          Action: 'kms:*',
          Resource: '*',
        }),
      },
    ],
    [
      'what-if',
      {
        key,
        policy: policy({
          Effect: 'Allow',
          Principal: { AWS: rootOf(account) },
          Action: 'kms:Put*',
          Resource: '*',
        }),
      },
    ],
    ['what-if', { target: principal, inline: 'p', policy: allow('kms:Decrypt') }],
    ['what-if', { key, state: 'disabled' }],
  ];
  for (const [question, body] of asked) {
    const answer = await world.questions[question]?.({ ...body, accountId: account });
    // Events are other transcripts' business, and name the client's machine.
    const { event, outerEvent, ...shown } = answer as Partial<Explanation>;
    t.step(`${question} ${Object.keys(body)}`, withoutTimes(shown));
  }
  t.compare();
});

test('what each record says was changed, and what an account holds by its records alone', async (context) => {
  const account = '100000000021';
  const { server, t } = await transcriptAlone(context, import.meta.url, account, 'changes');
  const calling = ticking(server, t);
  await changeIdentities(calling);
  await changeKeys(calling, account);
  await changeWorkload(calling, server);
  t.hide(await changeOrganization(calling, server), 'member');
  const { credentials } = await newUser(server, 'caller', { account, allow: [allowing('kms:*')] });
  await calling.silent('kms:ListKeys', {}, { as: credentials });
  const folder = await keptOf(context, server, account);
  const { history } = loadSnapshot(folder);
  // What a call makes a service do stands in the same second as the call, and CloudTrail promises no order.
  const inOrder = history.events.toSorted(
    (a, b) =>
      compareText(String(a.eventTime), String(b.eventTime)) ||
      compareText(String(a.eventName), String(b.eventName)),
  );
  for (const event of inOrder) {
    const changes = recordedChanges(event);
    if (changes.length === 0) continue;
    const shown = changes.map(({ event: _, ...change }) => change);
    t.step(`${event.eventSource} ${event.eventName}`, withoutTimes(shown));
  }
  const described = {
    accounts: () => [account],
    regions: () => REGIONS,
    of: () => undefined,
    get: () => undefined,
  };
  for (const { operation, region, input, output, rebuilt, by } of rebuiltAnswers(described, history))
    t.step(`${operation} in ${region}`, withoutTimes({ input, output, by, ...rebuilt }));
  t.compare();
});
