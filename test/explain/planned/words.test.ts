/**
 * Calls that are made up: what would be called on each kind of subject, how a call that failed would be made instead, a recorded one
 * made again; and the phrases that answers are put together from. Nothing needs a server.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AwsError } from '../../../src/aws/aws-error.ts';
import {
  changedSinceRead,
  changedSinceSection,
  ownersNamed,
} from '../../../src/explain/history/changed-since-read.ts';
import { keyUseLines, usageByKey, usesOfKey } from '../../../src/explain/history/key-uses.ts';
import { principalNoun } from '../../../src/explain/paths/principals.ts';
import { SUBJECT_KINDS } from '../../../src/explain/planned/planned-inputs.ts';
import type { Asking } from '../../../src/explain/planned/planned-subject.ts';
import { rebuiltCall } from '../../../src/explain/recorded/rebuilt-calls.ts';
import { seenInEvents } from '../../../src/explain/recorded/seen-in-events.ts';
import { failedRequest } from '../../../src/explain/remedies/failed-request.ts';
import { groundsInWords } from '../../../src/explain/rights/grounds-in-words.ts';
import { wantedByDeny, wantedValue } from '../../../src/explain/statements/wanted-value.ts';
import { compactJson } from '../../../src/explain/words/compact-json.ts';
import { allInWords, conditionFact, conditionInWords } from '../../../src/explain/words/condition-words.ts';
import { principalName, resourceName } from '../../../src/explain/words/names.ts';
import { pageHtml, pageText, type Section, type Style } from '../../../src/explain/words/page.ts';
import { shortName } from '../../../src/explain/words/principal-names.ts';
import type { KeptEvent, Use } from '../../../src/import/cloudtrail/use.ts';
import { type Read, Reads } from '../../../src/import/snapshot/snapshot.ts';
import type { Described } from '../../../src/invoke/imported/described.ts';
import type { PolicyPrincipal } from '../../../src/policy/decision.ts';
import type { RehearsedCall } from '../../../src/rehearsal/rehearsal.ts';
import type { Obstacle } from '../../../src/rehearsal/transcript.ts';
import { ONE_USE } from '../../worlds/one-use.ts';
import { accountReader } from '../../worlds/read-account.ts';
import { wordsOf } from '../../worlds/words.ts';

// biome-ignore lint/suspicious/noTemplateCurlyInString: policies write their variables so.
const USERNAME = '${aws:username}';
// biome-ignore lint/suspicious/noTemplateCurlyInString: as above.
const OWN_A = '${a}';

const ACCOUNT = '111122223333';
const REGION = 'us-east-1';
const AT = '2026-11-10T00:00:00Z';
const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${KEY_ID}`;
const iam = (resource: string) => `arn:aws:iam::${ACCOUNT}:${resource}`;
type Json = Readonly<Record<string, unknown>>;

const world = await accountReader()(new Reads());

const nothingRead: Described = {
  accounts: () => [],
  regions: () => [],
  of: () => undefined,
  get: () => undefined,
};

/** A file of what is printed of each case. */
const words = wordsOf(import.meta.url, (text) => text.replaceAll(KEY, 'KEY'));

test('what would be called on each kind of subject, from what is described of it', async () => {
  const { says, compare } = words('subjects');
  const INSTANCE = {
    InstanceId: 'i-0a',
    ImageId: 'ami-0a',
    InstanceType: 't3.micro',
    RootDeviceName: '/dev/xvda',
    State: { Name: 'running' },
  };
  const volume = (Device: string | undefined, more: Json = {}) => ({
    Size: 8,
    VolumeType: 'gp3',
    Iops: 3000,
    Throughput: 125,
    AvailabilityZone: `${REGION}b`,
    Attachments: Device ? [{ InstanceId: 'i-0a', Device }] : [],
    ...more,
  });
  type Described = Readonly<Record<string, Json | undefined>>;
  const show = async (title: string, subject: string, described: Described) => {
    const asks: string[] = [];
    const asking: Asking = {
      ...{ account: ACCOUNT, region: REGION, subject },
      async describe(name, input) {
        asks.push(`${name} ${JSON.stringify(input)}`);
        return described[name];
      },
    };
    for (const kind of SUBJECT_KINDS) {
      if (!(await kind.matches(asking))) continue;
      const calls = [];
      for (const [name, { verb, input }] of Object.entries(kind.calls))
        calls.push(`${name}, ${verb}: ${JSON.stringify(await input(asking))}`);
      says(
        title,
        {
          noun: kind.noun,
          service: kind.service,
          usual: await kind.usual?.(asking),
          hindrance: await kind.hindrance?.(asking),
        },
        ...calls,
        [...new Set(asks)].join('; '),
      );
      return;
    }
    says(title, 'none');
  };
  const reservation = (instance: Json) => ({ Reservations: [{ Instances: [{ ...INSTANCE, ...instance }] }] });
  await show('what is not there', 'i-0a', {});
  await show('what is no id', 'i-xyz', { 'ec2:DescribeInstances': reservation({}) });
  await show('an instance', 'i-0a', { 'ec2:DescribeInstances': reservation({}) });
  await show('a stopped one', 'i-0a', {
    'ec2:DescribeInstances': reservation({ State: { Name: 'stopped' } }),
  });
  await show('one that is nearly gone', 'i-0a', { 'ec2:DescribeInstances': { Reservations: [] } });
  await show('one in a subnet, with a profile and volumes', 'i-0a', {
    'ec2:DescribeInstances': reservation({
      SubnetId: 'subnet-0a',
      SecurityGroups: [{ GroupId: 'sg-0a' }, { GroupId: 'sg-0b' }],
      IamInstanceProfile: { Arn: iam('instance-profile/web') },
    }),
    'ec2:DescribeSubnets': { Subnets: [{}] },
    'ec2:DescribeVolumes': {
      Volumes: [
        volume('/dev/xvda', { SnapshotId: 'snap-0a' }),
        volume('/dev/sdf', { SnapshotId: 'snap-0b', VolumeType: 'gp2' }),
        volume('/dev/sdg', { Encrypted: true, KmsKeyId: KEY }),
        volume(undefined),
      ],
    },
  });
  await show('one whose subnet is gone', 'i-0a', {
    'ec2:DescribeInstances': reservation({ SubnetId: 'subnet-0a', SecurityGroups: [] }),
    'ec2:DescribeSubnets': { Subnets: [] },
  });
  await show('an attached volume', 'vol-0a', {
    'ec2:DescribeVolumes': {
      Volumes: [volume('/dev/sdg', { SnapshotId: 'snap-0a', Encrypted: true, KmsKeyId: KEY })],
    },
  });
  await show('a free volume', 'vol-0a', {
    'ec2:DescribeVolumes': { Volumes: [volume(undefined, { VolumeType: 'io1' })] },
  });
  await show('a volume that is nearly gone', 'vol-0a', { 'ec2:DescribeVolumes': {} });
  await show('a snapshot', 'snap-0a', { 'ec2:DescribeSnapshots': {} });
  await show('an image', 'ami-0a', { 'ec2:DescribeImages': { Images: [{ Architecture: 'x86_64' }] } });
  await show('an image for ARM', 'ami-0a', { 'ec2:DescribeImages': { Images: [{ Architecture: 'arm64' }] } });
  await show('an image that is nearly gone', 'ami-0a', { 'ec2:DescribeImages': {} });
  await show('a launch template', 'lt-0a', { 'ec2:DescribeLaunchTemplates': {} });
  const group = (more: Json) => ({
    'autoscaling:DescribeAutoScalingGroups': {
      AutoScalingGroups: [{ AutoScalingGroupName: 'web', ...more }],
    },
  });
  await show('a group with room', 'web', group({ DesiredCapacity: 1, MaxSize: 2 }));
  await show(
    'a group that is full',
    'arn:aws:autoscaling:x:y:z/web',
    group({ DesiredCapacity: 2, MaxSize: 2 }),
  );
  await show('a group of nothing', 'web', group({}));
  await show(
    'a group that is suspended',
    'web',
    group({
      SuspendedProcesses: [
        { ProcessName: 'Terminate' },
        { ProcessName: 'Launch', SuspensionReason: 'User suspended at x' },
      ],
    }),
  );
  await show(
    'a group that is suspended for no reason',
    'web',
    group({ SuspendedProcesses: [{ ProcessName: 'Launch' }] }),
  );
  await show(
    'a group where another process is',
    'web',
    group({ SuspendedProcesses: [{ ProcessName: 'Terminate' }] }),
  );
  await show('a stack', 'app', {
    'cloudformation:DescribeStacks': {
      Stacks: [{ StackName: 'app', RoleARN: iam('role/cfn'), Capabilities: ['CAPABILITY_IAM'] }],
    },
  });
  await show('a stack without a role', 'app', {
    'cloudformation:DescribeStacks': { Stacks: [{ StackName: 'app' }] },
  });
  compare();
});

const ANN = { kind: 'user', account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/ann` };
const external = {
  kind: 'external',
  region: REGION,
  identity: { account: ACCOUNT, principal: ANN },
} as const;
const callOf = (name: string, input: object, caller: Json = external): RehearsedCall => {
  const [id = '', operation = ''] = name.split(':');
  return { caller, operation: { service: { id }, name: operation }, input } as unknown as RehearsedCall;
};

test('a call that fails for what it asks: why, and how to call instead', async () => {
  const { says, compare } = words('failed');
  const forwarded = { ...external, kind: 'forwarded' };
  const elsewhere = KEY.replace(REGION, 'eu-west-1');
  const show = async (
    title: string,
    name: string,
    input: object,
    code: string,
    message = 'no',
    caller: Json = external,
  ) => {
    const obstacle = {
      invocation: callOf(name, input, caller),
      error: new AwsError(code, message),
    } as unknown as Obstacle;
    const failed = failedRequest(obstacle);
    if (!failed) return says(title, 'nothing is known');
    const { ports, store } = world.runtime;
    const stage = { runtime: { store, ports } } as never;
    const launch = callOf('ec2:RunInstances', {
      Keys: [elsewhere, KEY_ID, { KmsKeyId: elsewhere }],
      Other: 7,
      Bytes: new Uint8Array(1),
      None: null,
    });
    says(
      title,
      { reason: failed.reason, key: failed.key },
      ...(await failed.candidates(stage)).map(({ revise, calls, ...rest }) => {
        const call = name.startsWith('kms:') && caller === external ? callOf(name, input) : launch;
        const { caller: by, input: revised } = revise?.(call) ?? {};
        return {
          ...rest,
          calls: calls?.(stage),
          revised: revise && [(by as { region?: string } | undefined)?.region, revised],
        };
      }),
    );
  };
  for (const [who, caller] of Object.entries({ 'a user': external, 'a service': forwarded })) {
    await show(
      `${who}: a key of another Region`,
      'kms:Decrypt',
      { KeyId: elsewhere },
      'NotFoundException',
      'no',
      caller,
    );
    await show(
      `${who}: a multi-Region key of another Region`,
      'kms:Decrypt',
      { KeyId: elsewhere.replace(KEY_ID, `mrk-${KEY_ID}`) },
      'NotFoundException',
      'no',
      caller,
    );
    await show(
      `${who}: a key of this Region`,
      'kms:Decrypt',
      { KeyId: KEY },
      'NotFoundException',
      'no',
      caller,
    );
    await show(
      `${who}: a key by its id`,
      'kms:Decrypt',
      { KeyId: KEY_ID },
      'NotFoundException',
      'no',
      caller,
    );
    await show(`${who}: no key`, 'kms:ListKeys', {}, 'NotFoundException', 'no', caller);
    await show(
      `${who}: another service`,
      'ec2:RunInstances',
      { KeyId: elsewhere },
      'NotFoundException',
      'no',
      caller,
    );
    for (const code of ['InvalidKeyUsageException', 'UnsupportedOperationException']) {
      await show(
        `${who}: a key that gives no data keys, ${code}`,
        'kms:GenerateDataKey',
        { KeyId: elsewhere },
        code,
        `${KEY} key spec is RSA_2048 which is not valid`,
        caller,
      );
      await show(
        `${who}: one of which no more is said, ${code}`,
        'kms:GenerateDataKey',
        { KeyId: elsewhere },
        code,
        'no',
        caller,
      );
      await show(`${who}: none, ${code}`, 'kms:GenerateDataKey', {}, code, 'no', caller);
    }
    for (const code of ['InvalidCiphertextException', 'IncorrectKeyException']) {
      await show(`${who}: a ciphertext, ${code}`, 'kms:Decrypt', { KeyId: KEY }, code, 'no', caller);
      await show(
        `${who}: a ciphertext in a context, ${code}`,
        'kms:Decrypt',
        { EncryptionContext: { a: 'b' } },
        code,
        'no',
        caller,
      );
    }
    const slr = iam('role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling');
    const invalid = 'Policy contains a statement with one or more invalid principals.';
    for (const [what, AWS] of Object.entries({
      'a user': iam('user/none'),
      'a service-linked role': slr,
      'somebody who was deleted': `AIDA${'X'.repeat(17)}`,
      several: [iam('user/none'), slr, '*'],
    })) {
      const Policy = JSON.stringify({
        Statement: [
          { Effect: 'Allow', Principal: { AWS }, Action: 'kms:*', Resource: '*' },
          { Effect: 'Allow', Principal: '*' },
        ],
      });
      await show(
        `${who}: a policy that names ${what}`,
        'kms:PutKeyPolicy',
        { KeyId: KEY, Policy },
        'MalformedPolicyDocumentException',
        invalid,
        caller,
      );
    }
    await show(
      `${who}: a policy of a new key`,
      'kms:CreateKey',
      { Policy: JSON.stringify({ Statement: [{ Principal: { AWS: iam('user/none') } }] }) },
      'MalformedPolicyDocumentException',
      invalid,
      caller,
    );
    await show(
      `${who}: a policy that locks out`,
      'kms:CreateKey',
      { Policy: JSON.stringify({ Statement: [] }) },
      'MalformedPolicyDocumentException',
      'The new key policy will not allow you to update the key policy in the future.',
      caller,
    );
    await show(
      `${who}: a policy that is malformed otherwise`,
      'kms:PutKeyPolicy',
      { Policy: '{' },
      'MalformedPolicyDocumentException',
      'no',
      caller,
    );
    await show(
      `${who}: no policy`,
      'kms:PutKeyPolicy',
      {},
      'MalformedPolicyDocumentException',
      invalid,
      caller,
    );
    await show(
      `${who}: another error`,
      'kms:Decrypt',
      { KeyId: elsewhere },
      'DisabledException',
      'no',
      caller,
    );
  }
  compare();
});

const user: PolicyPrincipal = { kind: 'user', account: ACCOUNT, arn: iam('user/ann'), id: 'AIDAANN' };
const role = (roleArn: string): PolicyPrincipal => ({
  kind: 'role-session',
  account: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/one`,
  id: 'AROAAPP:one',
  roleArn,
  roleId: 'AROAAPP',
  serviceLinked: roleArn.includes('aws-service-role'),
});

test('a recorded call as it would be made again', () => {
  const { says, compare } = words('again');
  const event = (name: string, requestParameters: Json | null, more: Json = {}): KeptEvent => {
    const [service = '', eventName = ''] = name.split(':');
    return {
      eventSource: `${service}.amazonaws.com`,
      eventName,
      eventTime: AT,
      awsRegion: REGION,
      sourceIPAddress: '192.0.2.7',
      userIdentity: { type: 'IAMUser' },
      requestParameters,
      errorCode: 'AccessDenied',
      ...more,
    } as KeptEvent;
  };
  const made = (recorded: KeptEvent, more: Partial<Parameters<typeof rebuiltCall>[2]> = {}) =>
    rebuiltCall(world.runtime.registry, recorded, {
      ...{ principal: user, about: KEY, vpcEndpoint: undefined, start: undefined },
      ...more,
    });
  const show = (
    title: string,
    recorded: KeptEvent,
    more: Partial<Parameters<typeof rebuiltCall>[2]> = {},
  ) => {
    const call = made(recorded, more);
    const { caller, operation, input } = call ?? {};
    says(title, call ? { operation: operation?.name, input, caller } : 'none');
  };
  for (const name of [
    'CancelKeyDeletion',
    'CreateGrant',
    'Decrypt',
    'DescribeKey',
    'DisableKey',
    'EnableKey',
    'Encrypt',
    'GenerateDataKey',
    'GenerateDataKeyPair',
    'GenerateDataKeyPairWithoutPlaintext',
    'GenerateDataKeyWithoutPlaintext',
    'GetKeyPolicy',
    'GetKeyRotationStatus',
    'GetPublicKey',
    'ListGrants',
    'ScheduleKeyDeletion',
    'constructor',
  ])
    show(`kms:${name} of which nothing is recorded`, event(`kms:${name}`, null));
  show('of what nothing is known', event('kms:DescribeKey', null), { about: undefined });
  show(
    'with parameters',
    event('kms:GenerateDataKey', { keyId: KEY, keySpec: 'AES_128', encryptionContext: { a: 'b' } }),
  );
  show('with parameters, without its bytes', event('kms:Encrypt', { keyId: KEY }));
  show(
    'of another service',
    event('ec2:CreateVolume', {
      size: '8',
      availabilityZone: `${REGION}a`,
      encrypted: true,
      clientToken: 'x',
    }),
  );
  show(
    'of another service, which passed',
    event('ec2:CreateVolume', { size: '8', clientToken: 'x' }, { errorCode: undefined }),
  );
  show('of another service, without parameters', event('ec2:CreateVolume', null));
  show('of an unknown operation', event('ec2:Unknown', {}));
  show('of an unknown service', event('s3:GetObject', {}));
  const tags = (...specifications: readonly (readonly string[])[]) => ({
    tagSpecificationSet: {
      items: specifications.map((names) => ({
        resourceType: 'volume',
        tags: names.map((key) => ({ key, value: 'v' })),
      })),
    },
  });
  show(
    'with a service’s tags',
    event('ec2:CreateVolume', { size: '8', ...tags(['aws:x', 'team'], ['aws:y']) }),
  );
  show('with a service’s tags alone', event('ec2:CreateVolume', { size: '8', ...tags(['aws:x']) }));
  for (const [name, parameters] of [
    ['ec2:CopyImage', { name: 'of-web', sourceImageId: 'ami-0a', sourceRegion: REGION, clientToken: 'x' }],
    ['autoscaling:CreateAutoScalingGroup', { autoScalingGroupName: 'web', minSize: 0, maxSize: 1 }],
  ] as const)
    for (const errorCode of [undefined, 'Client.UnauthorizedOperation'])
      show(`${name} that ${errorCode ? 'was refused' : 'passed'}`, event(name, parameters, { errorCode }));
  for (const [name, member, longest] of [
    ['ec2:CopyImage', 'name', 128],
    ['autoscaling:CreateAutoScalingGroup', 'autoScalingGroupName', 255],
  ] as const) {
    const { input } = made(event(name, { [member]: 'x'.repeat(longest) }, { errorCode: undefined })) ?? {};
    says(`${name} by the longest name`, ...Object.values(input ?? {}).map((value) => String(value).length));
  }
  const slr = role(iam('role/aws-service-role/autoscaling.amazonaws.com/X'));
  show(
    'for a service',
    event('kms:DescribeKey', null, { userIdentity: { type: 'IAMUser', invokedBy: 'ec2.amazonaws.com' } }),
  );
  show(
    'for a service, by its own role',
    event('kms:DescribeKey', null, { userIdentity: { type: 'AssumedRole', invokedBy: 'ec2.amazonaws.com' } }),
    { principal: slr },
  );
  const volume = { size: '8', availabilityZone: `${REGION}a` };
  for (const [invokedBy, principal] of [
    ['cloudformation.amazonaws.com', user],
    ['cloudformation.amazonaws.com', role(iam('role/app'))],
    ['autoscaling.amazonaws.com', user],
    ['autoscaling.amazonaws.com', slr],
  ] as const)
    show(
      `by ${invokedBy} as ${principalName(principal)}`,
      event('ec2:CreateVolume', volume, { userIdentity: { type: 'IAMUser', invokedBy } }),
      { principal },
    );
  show('by a service', event('kms:DescribeKey', null), {
    principal: { kind: 'service', service: 'x.amazonaws.com' },
  });
  const attributes = (mfaAuthenticated: string) => ({ sessionContext: { attributes: { mfaAuthenticated } } });
  show('by a session', event('kms:DescribeKey', null, { userIdentity: { type: 'AssumedRole' } }), {
    principal: role(iam('role/app')),
  });
  show(
    'by a session that began with tags',
    event('kms:DescribeKey', null, { userIdentity: { type: 'AssumedRole', ...attributes('false') } }),
    {
      principal: role(iam('role/app')),
      start: { tags: { team: 'blue' }, transitiveTagKeys: [], sourceIdentity: 'ann' },
    },
  );
  show(
    'with MFA',
    event('kms:DescribeKey', null, { userIdentity: { type: 'IAMUser', ...attributes('true') } }),
  );
  show('from a hidden address', event('kms:DescribeKey', null, { sourceIPAddress: 'AWS Internal' }));
  show(
    'from no address, at no time, nowhere',
    event('kms:DescribeKey', null, { sourceIPAddress: undefined, awsRegion: undefined }),
  );
  show('through an endpoint', event('kms:DescribeKey', null), {
    vpcEndpoint: { id: 'vpce-1', account: ACCOUNT, vpcId: 'vpc-1', sourceIp: '10.0.0.5' },
  });
  compare();
});

const use = (more: Partial<Use> = {}): Use => ({
  ...ONE_USE,
  ...{ identity: 'IAMUser', arn: iam('user/ann'), id: 'AIDAANN', account: ACCOUNT, recipient: ACCOUNT },
  ...{ region: REGION, source: 'kms', name: 'Encrypt', resource: KEY, first: AT, last: AT },
  ...more,
});

test('what was changed since it was read, who used a key, and what was seen of what nobody read', () => {
  const { says, compare } = words('since');
  const reads = new Reads();
  const read = (operation: string, region: string, input: Json = {}, more: Partial<Read> = {}) =>
    reads.add({ operation, account: ACCOUNT, region, input, at: AT, from: 'aws', output: {}, ...more });
  const KeyId = { KeyId: KEY_ID };
  read('kms:GetKeyPolicy', REGION, { ...KeyId, PolicyName: 'default' });
  for (const operation of ['ListGrants', 'ListResourceTags', 'DescribeKey'])
    read(`kms:${operation}`, REGION, KeyId);
  read('kms:GetKeyRotationStatus', REGION, KeyId, { output: undefined, refused: { code: 'x', message: '' } });
  read('iam:GetAccountAuthorizationDetails', 'global');
  read('organizations:ListRoots', 'global');
  const event = (name: string, at: string, requestParameters: Json, more: Json = {}): KeptEvent => {
    const [service = '', eventName = ''] = name.split(':');
    return {
      eventSource: `${service}.amazonaws.com`,
      eventName,
      eventTime: `2026-11-${at}Z`,
      eventID: `${eventName} ${at}`,
      recipientAccountId: ACCOUNT,
      awsRegion: REGION,
      userIdentity: { arn: iam('user/bob') },
      requestParameters,
      ...more,
    } as KeptEvent;
  };
  const onKey = (name: string, at: string, more: Json = {}, key = KEY) =>
    event(
      `kms:${name}`,
      at,
      { keyId: key, ...more },
      { resources: [{ ARN: key }], responseElements: { grantId: 'g-1' } },
    );
  const show = (title: string, ...events: readonly KeptEvent[]) =>
    says(title, ...changedSinceRead(reads, { events }));
  show('nothing', onKey('PutKeyPolicy', '09T00:00:00', { policy: '{}' }));
  show('in the second in which it was read', onKey('PutKeyPolicy', '10T00:00:00', { policy: '{}' }));
  show('a second later', onKey('PutKeyPolicy', '10T00:00:01', { policy: '{}' }));
  show(
    'several times',
    onKey('PutKeyPolicy', '11T00:00:00', { policy: '{}' }),
    onKey('PutKeyPolicy', '12T00:00:00', { policy: '{}' }),
    onKey('DisableKey', '11T12:00:00'),
  );
  show(
    'each part of a key',
    onKey('CreateGrant', '11T00:00:00'),
    onKey('TagResource', '11T00:00:00', {
      tags: [
        { tagKey: 'a', tagValue: 'b' },
        { tagKey: 'c', tagValue: 'd' },
      ],
    }),
    onKey('EnableKeyRotation', '11T00:00:00'),
    onKey('UpdateKeyDescription', '11T00:00:00', { description: 'x' }),
    onKey('ImportKeyMaterial', '11T00:00:00'),
    onKey('UpdatePrimaryRegion', '11T00:00:00'),
  );
  show(
    'a key that was not read',
    onKey('PutKeyPolicy', '11T00:00:00', { policy: '{}' }, KEY.replace('1234abcd', 'ffffffff')),
  );
  show(
    'identities',
    ...['User', 'Role', 'Group'].map((noun) =>
      event(`iam:Put${noun}Policy`, '11T00:00:00', {
        [`${noun.toLowerCase()}Name`]: 'x',
        policyName: 'p',
        policyDocument: '{}',
      }),
    ),
    event('iam:SetDefaultPolicyVersion', '11T00:00:00', { policyArn: iam('policy/p'), versionId: 'v2' }),
    event('iam:CreateInstanceProfile', '11T00:00:00', { instanceProfileName: 'x' }),
  );
  show(
    'an organization',
    event('organizations:AttachPolicy', '11T00:00:00', { policyId: 'p-1', targetId: 'r-1' }),
    event(
      'organizations:AttachPolicy',
      '11T00:00:00',
      { policyId: 'p-1', targetId: 'r-1' },
      { recipientAccountId: '444455556666' },
    ),
  );
  show(
    'an instance',
    event(
      'ec2:StopInstances',
      '11T00:00:00',
      {},
      { responseElements: { instancesSet: { items: [{ instanceId: 'i-1' }] } } },
    ),
  );
  const all = (count: number) =>
    changedSinceRead(reads, {
      events: Array.from({ length: count }, (_, at) =>
        event('iam:PutUserPolicy', `11T00:00:${String(at).padStart(2, '0')}`, {
          userName: `user${at}`,
          policyName: 'p',
          policyDocument: '{}',
        }),
      ),
    });
  for (const count of [0, 1, 10, 11, 12]) says(`${count} in a section`, ...changedSinceSection(all(count)));
  says(
    'whose they are',
    ownersNamed(
      [
        KEY,
        iam('user/ann'),
        iam('role/team/app'),
        iam('policy/p'),
        'user ann, inline policy p',
        'group devs, inline policy p',
        'arn:aws:organizations::1:policy/o-1/scp/p-1',
        '*',
      ],
      ACCOUNT,
    ),
  );

  const second = KEY.replace('1234abcd', 'ffffffff');
  const uses = [
    use({ count: 2, last: '2026-11-02T00:00:00Z', lastEvent: 'e-2' }),
    use({ count: 3, last: '2026-11-01T00:00:00Z' }),
    use({ error: 'AccessDenied', last: '2026-11-03T00:00:00Z' }),
    use({ error: 'ValidationException' }),
    use({ invokedBy: 'ec2.amazonaws.com', name: 'CreateGrant' }),
    use({ arn: '', invokedBy: 'logs.amazonaws.com', identity: 'AWSService' }),
    use({ arn: '', identity: 'AWSAccount', account: '444455556666' }),
    use({ arn: '', identity: 'Unknown', account: '' }),
    use({ name: 'DescribeKey' }),
    use({ name: 'RevokeGrant' }),
    use({ source: 's3', name: 'Encrypt' }),
    use({ name: 'ReEncrypt', resource: `${KEY} ${second}`, last: '2026-11-05T00:00:00Z', count: 7 }),
    use({ resource: `arn:aws:kms:${REGION}:${ACCOUNT}:alias/app` }),
  ];
  says('uses of a key', ...usesOfKey(uses, KEY));
  says('uses of another', ...usesOfKey(uses, second));
  says('uses by key', ...usageByKey(uses));
  for (const most of [0, 1, 20]) says(`${most} lines`, ...keyUseLines(usesOfKey(uses, KEY), most));

  const rebuilt = (operation: string, output: Json | undefined, missing?: string, region = REGION) => ({
    operation,
    account: ACCOUNT,
    region,
    input: {},
    output,
    at: AT,
    from: 'x',
    rebuilt: missing ? { missing } : {},
  });
  says(
    'seen',
    ...seenInEvents(
      [
        ...[
          rebuilt('kms:DescribeKey', { KeyMetadata: {} }),
          rebuilt('kms:DescribeKey', { KeyMetadata: {} }, 'before'),
          rebuilt('kms:ListGrants', { Grants: [{}, {}, {}] }),
          rebuilt('kms:ListAliases', { Aliases: [] }),
        ],
        ...[
          rebuilt(
            'iam:GetAccountAuthorizationDetails',
            { UserDetailList: [{}], Policies: [{}] },
            'before',
            'global',
          ),
          rebuilt('organizations:ListPolicies', { Policies: [{}] }, undefined, 'global'),
          rebuilt('organizations:ListTargetsForPolicy', { Targets: [{}, {}] }, 'before', 'global'),
        ],
        ...[
          rebuilt('kms:GetKeyRotationStatus', { KeyRotationEnabled: true }, undefined, 'eu-west-1'),
          rebuilt('kms:X', undefined, undefined, 'eu-west-1'),
        ],
      ] as never,
      nothingRead,
    ),
  );
  compare();
});

test('what was read is not seen in events alone', () => {
  const scope = { account: ACCOUNT, region: REGION };
  const about = (operation: string, input: object, output: object) => ({
    ...{ ...scope, operation, input, output, at: AT, from: 'x', rebuilt: {} },
  });
  const seen = [
    about('kms:DescribeKey', { KeyId: 'read' }, { KeyMetadata: {} }),
    about('kms:DescribeKey', { KeyId: 'other' }, { KeyMetadata: {} }),
    about('kms:ListAliases', { KeyId: 'read' }, { Aliases: [{}] }),
  ] as never;
  const answered = { input: {}, output: {}, at: AT, from: 'x' };
  const described: Described = {
    ...nothingRead,
    // All aliases were listed at once, and one key was described.
    get: (operation, _scope, { KeyId = 'all' }) =>
      KeyId === (operation === 'kms:ListAliases' ? 'all' : 'read') ? answered : undefined,
  };
  assert.deepEqual(seenInEvents(seen, described), [{ ...scope, seen: { keys: { whole: 1, partial: 0 } } }]);
});

test('conditions, grounds, names and documents as phrases', () => {
  const { says, compare } = words('phrases');
  const operators = [
    ...[
      'StringEquals',
      'StringNotEquals',
      'StringEqualsIgnoreCase',
      'StringNotEqualsIgnoreCase',
      'StringLike',
      'StringNotLike',
    ],
    ...[
      'NumericEquals',
      'NumericNotEquals',
      'NumericLessThan',
      'NumericLessThanEquals',
      'NumericGreaterThan',
      'NumericGreaterThanEquals',
    ],
    ...[
      'DateEquals',
      'DateNotEquals',
      'DateLessThan',
      'DateLessThanEquals',
      'DateGreaterThan',
      'DateGreaterThanEquals',
    ],
    ...[
      'Bool',
      'BinaryEquals',
      'IpAddress',
      'NotIpAddress',
      'ArnEquals',
      'ArnLike',
      'ArnNotEquals',
      'ArnNotLike',
      'Null',
      'Invented',
    ],
  ];
  const values = [['x'], ['10.0.0.0/8', 'a b'], ['true'], ['2026-01-01T00:00:00Z', '7'], ['fd00::/8'], []];
  for (const operator of operators) {
    const forms = [
      operator,
      `${operator}IfExists`,
      `ForAnyValue:${operator}`,
      `ForAllValues:${operator}`,
      `ForAllValues:${operator}IfExists`,
    ];
    says(
      operator,
      ...forms.map((form) => conditionInWords({ operator: form, key: 'aws:Key', expected: ['x', 'y'] })),
    );
    const condition = (expected: readonly string[]) =>
      ({ operator, key: 'aws:Key', expected, holds: false }) as const;
    says(
      `${operator}: a value for it, and for a denial`,
      ...[['5'], ['t3.*', 't2.?'], ['a*', 'b'], ['true'], ['false'], []].map((expected) => [
        wantedValue(condition(expected)),
        wantedByDeny(condition(expected)),
      ]),
    );
  }
  says(
    'values',
    ...values.map((expected) => conditionInWords({ operator: 'StringEquals', key: 'k', expected })),
  );
  says(
    'a value of an instance type',
    wantedValue({ operator: 'StringLike', key: 'ec2:InstanceType', expected: ['t3.*'], holds: false }),
  );
  says(
    'a value of a variable',
    wantedValue({ operator: 'StringEquals', key: 'k', expected: [USERNAME, 'b'], holds: false }),
    wantedValue({ operator: 'StringEquals', key: 'k', expected: [OWN_A], resolved: [null], holds: false }),
    wantedValue({ operator: 'StringEquals', key: 'k', expected: [OWN_A], resolved: ['r'], holds: false }),
  );
  const fact = (key: string) => ({ operator: 'StringEquals', key, expected: ['v'] });
  says('all', allInWords([]), allInWords([fact('a'), fact('b')]));
  says(
    'facts',
    conditionFact({ operator: 'StringLike', ifExists: false, key: 'k', values: ['v'] }),
    conditionFact({ operator: 'StringLike', set: 'ForAnyValue', ifExists: true, key: 'k', values: ['v'] }),
  );
  const missing = { kind: 'policy', name: 'policy p', why: 'refused' } as const;
  const grounds = [
    { by: 'root', where: [], unless: [] },
    { by: 'root', where: [fact('a')], unless: [] },
    { by: 'root', where: [fact('a')], unless: [[fact('b')], [fact('c'), fact('d')]] },
    { by: 'root', where: [], unless: [[fact('b')]], provided: [missing] },
  ] as const;
  says(
    'grounds',
    ...grounds.map((ground) => groundsInWords([ground])),
    groundsInWords(grounds.slice(1)),
    groundsInWords([]),
  );
  const principals: PolicyPrincipal[] = [
    user,
    role(iam('role/team/app')),
    { kind: 'root', account: ACCOUNT, arn: iam('root') },
    { kind: 'federated-user', account: ACCOUNT, arn: 'x/fay', id: 'x', issuerArn: 'x', issuerId: 'x' },
    { kind: 'service', service: 's' },
    { kind: 'web-identity', provider: 'p' },
    { kind: 'anonymous' },
  ];
  says('principals', ...principals.map(principalName));
  const arns = [
    KEY,
    iam('role/team/app'),
    iam('user/ann'),
    iam('root'),
    'x',
    'arn:aws:logs:us-east-1:1:log-group:/a/b',
    'arn:aws:ec2:us-east-1:1:volume/',
    'arn:aws:s3:::b',
  ];
  says('resources', ...arns.map((arn) => `${resourceName(arn)}; ${shortName(arn)}`));
  says(
    'nouns',
    ...[
      ...arns,
      `arn:aws:sts::${ACCOUNT}:assumed-role/aws:ec2-infrastructure/i-1`,
      `arn:aws:sts::${ACCOUNT}:assumed-role/app/one`,
      iam('role/aws-service-role/x/Y'),
      'role app',
      'user ann',
      'ec2.amazonaws.com',
      ACCOUNT,
      '*',
    ].map((each) => `${each}: ${principalNoun(each)}`),
  );

  const long = (length: number) => 'x'.repeat(length);
  for (const value of [
    ...[7, null, 'text', [], {}, [1, [2, { a: 3 }]], { a: undefined }],
    ...[
      long(89),
      long(90),
      long(91),
      [long(40), long(40), long(10)],
      [long(40), long(44)],
      [long(40), long(45)],
      [{ a: long(50) }, { b: long(50) }],
    ],
    ...[
      { a: long(40), b: long(40), c: { d: [long(80), long(80)] } },
      {
        Statement: [
          {
            Effect: 'Allow',
            Action: Array.from({ length: 12 }, (_, at) => `kms:Action${at}`),
            Resource: '*',
          },
        ],
      },
    ],
  ])
    says(`as JSON: ${JSON.stringify(value)?.slice(0, 40)}`, compactJson(value), compactJson(value, 4));

  const style: Style = {
    title: (text) => `<t>${text}`,
    good: (text) => `<g>${text}`,
    bad: (text) => `<b>${text}`,
  };
  const section = (title: string, tone?: Section['tone']): Section => ({
    title,
    ...(tone && { tone }),
    blocks: ['one\n\ntwo', { text: 'deep <&>"', depth: 1 }, { document: { a: [long(100)] } }],
  });
  const page = [
    section('plain'),
    section('good', 'good'),
    section('bad', 'bad'),
    section('unknown', 'unknown'),
    section('said plain', 'plain'),
  ];
  says('a page as text', pageText(page), pageText(page, style), pageText([]));
  says('a page as HTML', pageHtml(page.slice(0, 2), { b: '<' }), pageHtml([], {}));
  compare();
});
