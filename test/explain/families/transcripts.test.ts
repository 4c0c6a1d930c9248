/** Whole answers by families: each row of a table that the code has, asked once. */
import { test } from 'node:test';
import type { Explanation } from '../../../src/explain/denial/explanation.ts';
import type { WhoCan } from '../../../src/explain/rights/who-can.ts';
import { allowing, credentialsOf, newUser, policy, statement, trust, ZONE } from '../../worlds/account.ts';
import { type Transcript, transcriptAlone } from '../../worlds/transcript.ts';

const IMAGE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';

/** What an answer says, and what its text leaves out; other transcripts show statements, documents and events whole. */
function inShort(answer: Partial<Explanation> & { readonly text?: string }): object {
  const { version, found, headline, text, plan, checks, remedies, event, outerEvent, ...rest } = answer;
  return {
    text: text?.split('\n'),
    ...rest,
    missing: checks?.flatMap(({ missing = [] }) => missing),
    plan: plan?.map(({ who, by, operation, action, resource, allowed, missing = [] }) =>
      [allowed ? 'may' : 'may not', action, resource, `(${operation} by ${by} ${who})`, ...missing].join(' '),
    ),
    remedies: remedies?.map(({ kind, account, target, by, isUntried, terraform }) =>
      Object.values({ kind, account, target, by, isUntried, terraform }).join(' '),
    ),
  };
}

const explained = async (t: Transcript, title: string, body: object) =>
  t.step(title, inShort((await t.silentAsk('explain', body)).output));

test('a call that nobody made, on each kind of subject: by whom it is allowed, and by whom it is not', async (context) => {
  const account = '100000000011';
  const { server, t } = await transcriptAlone(context, import.meta.url, account, 'plans');
  const made = async (name: string, input: object, ...at: (string | number)[]) => {
    const answer = await t.silent(name, input);
    await server.settled();
    return answer.at(...at);
  };
  const KmsKeyId = await made('kms:CreateKey', {}, 'KeyMetadata', 'Arn');
  const may = allowing('ec2:*', 'autoscaling:*', 'cloudformation:*', 'iam:*', 'ssm:*');
  await newUser(server, 'ann', { account, allow: [may, allowing('kms:*')] });
  await newUser(server, 'bob', { account, allow: [may] });
  await newUser(server, 'eve', { account });
  await t.silent('iam:CreateRole', {
    RoleName: 'web',
    AssumeRolePolicyDocument: trust({ Service: 'ec2.amazonaws.com' }),
  });
  await t.silent('iam:CreateInstanceProfile', { InstanceProfileName: 'web' });
  await t.silent('iam:AddRoleToInstanceProfile', { InstanceProfileName: 'web', RoleName: 'web' });

  const Ebs = { VolumeSize: 9, VolumeType: 'gp3', Throughput: 200, Iops: 3500, Encrypted: true, KmsKeyId };
  const launch = { ImageId: IMAGE, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 };
  const running = await made(
    'ec2:RunInstances',
    {
      ...launch,
      IamInstanceProfile: { Name: 'web' },
      BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs }],
    },
    ...['Instances', 0, 'InstanceId'],
  );
  const stopped = await made('ec2:RunInstances', launch, 'Instances', 0, 'InstanceId');
  await made('ec2:StopInstances', { InstanceIds: [stopped] });
  const attached = (
    await t.silent('ec2:DescribeVolumes', { Filters: [{ Name: 'attachment.device', Values: ['/dev/sdf'] }] })
  ).at('Volumes', 0, 'VolumeId');
  const inZone = { AvailabilityZone: ZONE, Size: 2 };
  const free = await made('ec2:CreateVolume', { ...inZone, Encrypted: true, KmsKeyId }, 'VolumeId');
  const plain = await made(
    'ec2:CreateVolume',
    { AvailabilityZone: ZONE, Size: 8, VolumeType: 'io1', Iops: 100 },
    'VolumeId',
  );
  const snapshot = await made('ec2:CreateSnapshot', { VolumeId: free }, 'SnapshotId');
  const restored = await made(
    'ec2:CreateVolume',
    { AvailabilityZone: ZONE, SnapshotId: snapshot },
    'VolumeId',
  );
  const image = await made('ec2:CreateImage', { InstanceId: running, Name: 'of-web' }, 'ImageId');
  const arm = await made(
    'ec2:RegisterImage',
    {
      Name: 'of-arm',
      Architecture: 'arm64',
      RootDeviceName: '/dev/xvda',
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId: snapshot } }],
    },
    'ImageId',
  );
  const template = await made(
    'ec2:CreateLaunchTemplate',
    {
      LaunchTemplateName: 'web',
      LaunchTemplateData: {
        ImageId: IMAGE,
        InstanceType: 't3.micro',
        BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs }],
      },
    },
    ...['LaunchTemplate', 'LaunchTemplateId'],
  );
  for (const [AutoScalingGroupName, MaxSize] of [
    ['full', 0],
    ['room', 2],
  ] as const)
    await made('autoscaling:CreateAutoScalingGroup', {
      AutoScalingGroupName,
      AvailabilityZones: [ZONE],
      MinSize: 0,
      MaxSize,
      LaunchTemplate: { LaunchTemplateId: template },
    });
  const Disk = { Type: 'AWS::EC2::Volume', Properties: { ...inZone, Encrypted: true, KmsKeyId } };
  const TemplateBody = JSON.stringify({ Resources: { Disk } });
  await made('cloudformation:CreateStack', { StackName: 'app', TemplateBody });

  const asked: [title: string, body: { subject: string } & Record<string, unknown>][] = [
    ['a running instance', { subject: running }],
    ['a stopped one', { subject: stopped }],
    ['one like the stopped one', { subject: stopped, call: 'RunInstances' }],
    ['an attached volume', { subject: attached }],
    ['it is attached again', { subject: attached, call: 'AttachVolume' }],
    ['a free volume', { subject: free }],
    ['it is attached', { subject: free, call: 'AttachVolume', input: { InstanceId: stopped } }],
    [
      'it is attached under another name',
      { subject: free, call: 'AttachVolume', input: { InstanceId: stopped, Device: '/dev/sdg' } },
    ],
    ['a snapshot is taken of it', { subject: free, call: 'CreateSnapshot' }],
    ['a volume without a key', { subject: plain }],
    ['a volume of a snapshot', { subject: restored }],
    ['a snapshot', { subject: snapshot }],
    ['it is copied', { subject: snapshot, call: 'CopySnapshot' }],
    ['an image', { subject: image }],
    ['it is copied', { subject: image, call: 'CopyImage' }],
    ['an image for ARM', { subject: arm }],
    ['a launch template', { subject: template }],
    ['a group that is full', { subject: 'full' }],
    ['a group with room', { subject: 'room' }],
    ['it may be larger', { subject: 'room', call: 'UpdateAutoScalingGroup' }],
    ['a stack without its template', { subject: 'app' }],
    ['a stack with it', { subject: 'app', input: { TemplateBody } }],
    ['a call that is none of such a subject', { subject: running, call: 'CopyImage' }],
    ['what is not there', { subject: 'i-00000000000000001' }],
    ['what no call is planned for', { subject: 'alias/app' }],
  ];
  for (const [title, body] of asked)
    for (const as of body.call || body.input ? ['ann', 'bob'] : ['ann', 'bob', 'eve'])
      await explained(t, `${title}, by ${as}`, { ...body, as: `user/${as}` });
  for (const as of ['user/none', 'role/web', 'root', '111122223333'])
    await explained(t, `by ${as}`, { subject: free, as });
  await t.silent('autoscaling:SuspendProcesses', {
    AutoScalingGroupName: 'room',
    ScalingProcesses: ['Launch'],
  });
  for (const as of ['ann', 'eve'])
    t.step(
      `a group that launches nothing, by ${as}`,
      (await t.silentAsk('explain', { subject: 'room', as: `user/${as}` })).output,
    );
  t.compare();
});

/** Keys of conditions that a direct call to KMS does not have, for reasons that are told. */
const ABSENT = [
  'kms:ViaService',
  'aws:SourceVpc',
  'aws:SourceVpce',
  'aws:VpcSourceIp',
  'aws:MultiFactorAuthAge',
  'kms:EncryptionContext:app',
  'kms:ResourceAliases',
  'kms:RequestAlias',
  'aws:ResourceTag/stage',
  'aws:PrincipalTag/team',
  'aws:RequestTag/team',
  'aws:PrincipalOrgID',
  'aws:ResourceOrgID',
  'sts:ExternalId',
  'iam:PassedToService',
  'aws:SourceArn',
  'aws:SourceAccount',
  'kms:GrantIsForAWSResource',
  'custom:Key',
];
/** Of the keys that have no other values. */
const FORMED: Readonly<Record<string, string>> = {
  'kms:ViaService': 's3.us-east-1.amazonaws.com',
  'aws:SourceVpc': 'vpc-0123456789abcdef0',
  'aws:SourceVpce': 'vpce-0123456789abcdef0',
  'aws:PrincipalOrgID': 'o-another',
  'aws:SourceArn': 'arn:aws:s3:::bucket',
  'aws:SourceAccount': '111122223333',
};

// biome-ignore lint/suspicious/noTemplateCurlyInString: policies write their variables so.
const OWN_TEAM = '${aws:PrincipalTag/team}';

type Condition = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
type Row = readonly [title: string, condition: Condition, call: string, input?: object];

test('a condition of each kind that does not hold: why, and the least that makes it', async (context) => {
  const account = '100000000012';
  const { server, t } = await transcriptAlone(context, import.meta.url, account, 'conditions');
  const KeyId = (await t.silent('kms:CreateKey')).at('KeyMetadata', 'Arn');
  const VolumeId = (await t.silent('ec2:CreateVolume', { AvailabilityZone: ZONE, Size: 1 })).at('VolumeId');
  await server.settled();
  const SourceSnapshotId = (await t.silent('ec2:CreateSnapshot', { VolumeId })).at('SnapshotId');
  const RoleArn = (
    await t.silent('iam:CreateRole', {
      RoleName: 'web',
      Path: '/app/',
      AssumeRolePolicyDocument: trust({ AWS: `arn:aws:iam::${account}:root` }),
    })
  ).at('Role', 'Arn');
  await server.settled();
  const use = { KeyId, Plaintext: Buffer.from('x') };
  const zone = { AvailabilityZone: ZONE, Size: 1 };
  const equals = (key: string, ...values: string[]): Condition => ({ StringEquals: { [key]: values } });
  const blue = equals('aws:RequestTag/team', 'blue');
  const other = { Key: 'team', Value: 'red' };
  const more = { Key: 'more', Value: 'of it' };
  const launch = { ImageId: IMAGE, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 };
  const ofTags: Row[] = [
    [
      'a key',
      blue,
      'kms:CreateKey',
      {
        Tags: [
          { TagKey: 'team', TagValue: 'red' },
          { TagKey: 'more', TagValue: 'of it' },
        ],
      },
    ],
    ['a log group', blue, 'logs:CreateLogGroup', { logGroupName: 'a', tags: { team: 'red', more: 'of it' } }],
    [
      'a role',
      blue,
      'iam:CreateRole',
      { RoleName: 'b', AssumeRolePolicyDocument: trust({ AWS: account }), Tags: [other, more] },
    ],
    ['a session', blue, 'sts:AssumeRole', { RoleArn, RoleSessionName: 'one', Tags: [other, more] }],
    ['a parameter', blue, 'ssm:PutParameter', { Name: 'c', Type: 'String', Value: 'x', Tags: [other, more] }],
    ['a rule', blue, 'events:PutRule', { Name: 'd', ScheduleExpression: 'rate(1 day)', Tags: [other, more] }],
    [
      'a stack',
      blue,
      'cloudformation:CreateStack',
      {
        StackName: 'e',
        TemplateBody: '{"Resources":{"P":{"Type":"AWS::CloudFormation::WaitConditionHandle"}}}',
        Tags: [other, more],
      },
    ],
    [
      'a volume',
      blue,
      'ec2:CreateVolume',
      { ...zone, TagSpecifications: [{ ResourceType: 'volume', Tags: [other, more] }] },
    ],
    ['a volume without tags', blue, 'ec2:CreateVolume', zone],
    [
      'a launch, of which a volume alone has tags',
      blue,
      'ec2:RunInstances',
      { ...launch, TagSpecifications: [{ ResourceType: 'volume', Tags: [more] }] },
    ],
    ['tags alone', blue, 'ec2:CreateTags', { Resources: [VolumeId], Tags: [other, more] }],
    ['tags like a pattern', { StringLike: { 'aws:RequestTag/team': ['b*', 'r?se'] } }, 'kms:CreateKey'],
  ];
  const ofInput: Row[] = [
    ['Encrypted', { Bool: { 'ec2:Encrypted': 'true' } }, 'ec2:CreateVolume', zone],
    [
      'Encrypted of a copy',
      { Bool: { 'ec2:Encrypted': 'true' } },
      'ec2:CopySnapshot',
      { SourceSnapshotId, SourceRegion: 'us-east-1' },
    ],
    ['Encrypted of a launch', { Bool: { 'ec2:Encrypted': 'true' } }, 'ec2:RunInstances', launch],
    [
      'InstanceType',
      { StringLike: { 'ec2:InstanceType': ['t2.*', 'm5.?arge'] } },
      'ec2:RunInstances',
      launch,
    ],
    [
      'Size at most',
      { NumericLessThan: { 'ec2:VolumeSize': '8' } },
      'ec2:CreateVolume',
      { ...zone, Size: 8 },
    ],
    [
      'Size at least',
      { NumericGreaterThan: { 'ec2:VolumeSize': '8' } },
      'ec2:CreateVolume',
      { ...zone, Size: 8 },
    ],
    [
      'Size if there is one',
      { NumericGreaterThanIfExists: { 'ec2:VolumeSize': '8' } },
      'ec2:CreateVolume',
      { ...zone, Size: 8 },
    ],
    ['VolumeType', equals('ec2:VolumeType', 'gp3'), 'ec2:CreateVolume', zone],
    [
      'KeySpec',
      equals('kms:KeySpec', 'RSA_2048'),
      'kms:CreateKey',
      { KeyUsage: 'SIGN_VERIFY', KeySpec: 'RSA_3072' },
    ],
    [
      'KeyUsage',
      equals('kms:KeyUsage', 'SIGN_VERIFY'),
      'kms:CreateKey',
      { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' },
    ],
    ['Origin', equals('kms:KeyOrigin', 'EXTERNAL'), 'kms:CreateKey'],
    ['MultiRegion', { Bool: { 'kms:MultiRegion': 'true' } }, 'kms:CreateKey'],
    [
      'PendingWindowInDays',
      { NumericGreaterThanEquals: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '20' } },
      'kms:ScheduleKeyDeletion',
      { KeyId, PendingWindowInDays: 7 },
    ],
    ['ExternalId', equals('sts:ExternalId', 'abc'), 'sts:AssumeRole', { RoleArn, RoleSessionName: 'one' }],
    [
      'RoleSessionName',
      { StringLike: { 'sts:RoleSessionName': 'ci-*' } },
      'sts:AssumeRole',
      { RoleArn, RoleSessionName: 'one' },
    ],
    [
      'encryption context',
      equals('kms:EncryptionContext:app', 'shop'),
      'kms:Encrypt',
      { ...use, EncryptionContext: { APP: 'other', more: 'of it' } },
    ],
    [
      'encryption context like a pattern',
      { StringLike: { 'kms:EncryptionContext:app': 's*' } },
      'kms:Encrypt',
      use,
    ],
  ];
  const ofSession: Row[] = [
    ['MFA', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }, 'kms:Encrypt', use],
    ['MFA of late', { NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } }, 'kms:Encrypt', use],
    ['no MFA', { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }, 'kms:Encrypt', use],
    [
      'an address',
      { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '2001:db8::/32'] } },
      'kms:Encrypt',
      use,
    ],
    ['TLS', { Bool: { 'aws:SecureTransport': 'true' } }, 'kms:Encrypt', use],
    [
      'a day that is past',
      { DateLessThan: { 'aws:CurrentTime': '2001-01-01T00:00:00Z' } },
      'kms:Encrypt',
      use,
    ],
  ];
  const ofFacts: Row[] = [
    ['a tag of the key', equals('aws:ResourceTag/stage', 'prod'), 'kms:Encrypt', use],
    [
      'a tag of the key, by a pattern',
      { StringLike: { 'aws:ResourceTag/stage': 'pr*' } },
      'kms:Encrypt',
      use,
    ],
    ['a tag of the volume', equals('ec2:ResourceTag/stage', 'prod'), 'ec2:DeleteVolume', { VolumeId }],
    ['a tag of the caller', equals('aws:PrincipalTag/team', 'blue'), 'kms:Encrypt', use],
    [
      'the tag that the call has',
      equals('kms:EncryptionContext:team', OWN_TEAM),
      'kms:Encrypt',
      { ...use, EncryptionContext: { team: 'blue' } },
    ],
    ['an alias', { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/app' } }, 'kms:Encrypt', use],
    ['an alias without a set operator', equals('kms:ResourceAliases', 'alias/app'), 'kms:Encrypt', use],
  ];
  const arn = (name: string) => `arn:aws:iam::${account}:user/${name}`;
  const ofValues: Row[] = [
    ['a wildcard', equals('aws:PrincipalArn', arn('*')), 'kms:Encrypt', use],
    ['a wildcard beside a value', equals('aws:PrincipalArn', arn('none'), arn('row-*')), 'kms:Encrypt', use],
    [
      'another case',
      equals('kms:EncryptionContext:app', 'none', 'SHOP'),
      'kms:Encrypt',
      { ...use, EncryptionContext: { app: 'shop' } },
    ],
    [
      'white space',
      equals('kms:EncryptionContext:app', 'none', 'shop '),
      'kms:Encrypt',
      { ...use, EncryptionContext: { app: 'shop' } },
    ],
    [
      'another value',
      equals('kms:EncryptionContext:app', 'one', 'two'),
      'kms:Encrypt',
      { ...use, EncryptionContext: { app: 'shop' } },
    ],
    [
      'two conditions',
      { ...equals('kms:EncryptionContext:app', 'one'), Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      'kms:Encrypt',
      use,
    ],
    [
      'two keys of one operator',
      { StringEquals: { 'kms:EncryptionContext:app': 'one', 'kms:EncryptionAlgorithm': 'RSAES_OAEP_SHA_1' } },
      'kms:Encrypt',
      { ...use, EncryptionContext: { app: 'two' } },
    ],
    [
      'a list',
      { StringEquals: { 'kms:EncryptionContextKeys': 'app' } },
      'kms:Encrypt',
      { ...use, EncryptionContext: { app: 'x', more: 'y' } },
    ],
    [
      'all of a list',
      { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': 'app' } },
      'kms:Encrypt',
      { ...use, EncryptionContext: { app: 'x', more: 'y' } },
    ],
    ['another account', equals('kms:CallerAccount', '111122223333'), 'kms:Encrypt', use],
    ['no value at all', { Null: { 'kms:EncryptionContext:app': 'false' } }, 'kms:Encrypt', use],
    [
      'a value where none may be',
      { Null: { 'kms:EncryptionContext:app': 'true' } },
      'kms:Encrypt',
      { ...use, EncryptionContext: { app: 'x' } },
    ],
  ];
  const ofAbsence = ABSENT.map(
    (key): Row => [`absent ${key}`, equals(key, FORMED[key] ?? 'x'), 'kms:Encrypt', use],
  );
  let count = 0;
  const refusal = async (title: string, statements: readonly object[], call: string, input: object = {}) => {
    count += 1;
    const { name, credentials } = await newUser(server, `row-${count}`, { account, allow: statements });
    await t.silent(call, input, { as: credentials });
    await explained(t, title, { subject: `user/${name}` });
  };
  for (const [title, Condition, call, input] of [
    ...ofTags,
    ...ofInput,
    ...ofSession,
    ...ofFacts,
    ...ofValues,
    ...ofAbsence,
  ])
    await refusal(`allowed by ${title}`, [statement('*', { Condition })], call, input);

  const denied: Row[] = [
    [
      'a day that is past',
      { DateGreaterThan: { 'aws:CurrentTime': '2001-01-01T00:00:00Z' } },
      'kms:Encrypt',
      use,
    ],
    [
      'no MFA, if that is said',
      { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
      'kms:Encrypt',
      use,
    ],
    ['no MFA', { Null: { 'aws:MultiFactorAuthAge': 'true' } }, 'kms:Encrypt', use],
    ['no word of MFA', { Null: { 'aws:MultiFactorAuthPresent': 'true' } }, 'kms:Encrypt', use],
    ['no tag', { Null: { 'aws:RequestTag/team': 'true' } }, 'kms:CreateKey'],
    ['no tag of the caller', { Null: { 'aws:PrincipalTag/team': 'true' } }, 'kms:Encrypt', use],
    ['no encryption context', { Null: { 'kms:EncryptionContext:app': 'true' } }, 'kms:Encrypt', use],
    ['other addresses', { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, 'kms:Encrypt', use],
    ['another tag', { StringNotEquals: { 'aws:RequestTag/team': ['blue', 'green'] } }, 'kms:CreateKey'],
    [
      'another tag, if there is one',
      { StringNotEqualsIfExists: { 'aws:PrincipalTag/team': 'blue' } },
      'kms:Encrypt',
      use,
    ],
    ['another key tag', { StringNotLike: { 'aws:ResourceTag/stage': 'pr*' } }, 'kms:Encrypt', use],
    [
      'no value of a list',
      { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': 'app' } },
      'kms:Encrypt',
      use,
    ],
    [
      'a size above',
      { NumericGreaterThan: { 'ec2:VolumeSize': '4' } },
      'ec2:CreateVolume',
      { ...zone, Size: 8 },
    ],
    [
      'a size of at least',
      { NumericGreaterThanEquals: { 'ec2:VolumeSize': '8' } },
      'ec2:CreateVolume',
      { ...zone, Size: 8 },
    ],
    ['a size below', { NumericLessThan: { 'ec2:VolumeSize': '8' } }, 'ec2:CreateVolume', zone],
    ['a size of at most', { NumericLessThanEquals: { 'ec2:VolumeSize': '1' } }, 'ec2:CreateVolume', zone],
    ['unencrypted volumes', { Bool: { 'ec2:Encrypted': 'false' } }, 'ec2:CreateVolume', zone],
    ['a type', equals('ec2:InstanceType', 't3.micro'), 'ec2:RunInstances', launch],
    ['whatever comes', {}, 'kms:Encrypt', use],
  ];
  for (const [title, Condition, call, input] of denied)
    await refusal(
      `denied by ${title}`,
      [allowing('*'), statement('*', { Effect: 'Deny', Condition })],
      call,
      input,
    );

  // Of a role, whose path is part of its ARN, and which a session wears.
  const keeper = (await newUser(server, 'keeper', { account, allow: [allowing('sts:*')] })).credentials;
  for (const [title, Condition] of [
    [
      'its ARN without the path',
      equals('aws:PrincipalArn', `arn:aws:iam::${account}:role/other`, `arn:aws:iam::${account}:role/web`),
    ],
    ['the ARN of the session', equals('aws:PrincipalArn', `arn:aws:sts::${account}:assumed-role/web/one`)],
    ['a tag of the role', equals('aws:PrincipalTag/team', 'blue')],
    ['a tag of the session', equals('aws:PrincipalTag/team', OWN_TEAM)],
  ] as const) {
    const PolicyDocument = policy(statement('kms:*', { Condition }));
    await t.silent('iam:PutRolePolicy', { RoleName: 'web', PolicyName: 'p', PolicyDocument });
    const session = await t.silent('sts:AssumeRole', { RoleArn, RoleSessionName: 'one' }, { as: keeper });
    await t.silent('kms:Encrypt', use, { as: credentialsOf(session.output.Credentials as object) });
    await explained(t, `a role, by ${title}`, { subject: 'role/app/web' });
  }
  t.compare();
});

test('an audit finds a thing of each kind, and names few, some and many', async (context) => {
  const account = '100000000013';
  const { server, t } = await transcriptAlone(context, import.meta.url, account, 'findings');
  const root = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
  const everybody = (Action: string | string[], more: object = {}) => ({
    Effect: 'Allow',
    Principal: '*',
    Action,
    Resource: '*',
    ...more,
  });
  const key = async (alias: string, statements: readonly object[], more: object = {}) => {
    const Policy = policy(...statements);
    const input = { Policy, BypassPolicyLockoutSafetyCheck: true, ...more };
    const KeyId = (await t.silent('kms:CreateKey', input)).at('KeyMetadata', 'Arn');
    await t.silent('kms:CreateAlias', { AliasName: `alias/${alias}`, TargetKeyId: KeyId });
    return KeyId;
  };
  const users: string[] = [];
  for (const name of ['ann', 'bob', 'cid', 'dan', 'eve', 'fay', 'gus'])
    users.push((await newUser(server, name, { account })).arn);
  const [ann, bob] = users;
  await key('open', [root, everybody('kms:Decrypt', { Sid: 'All' })]);
  await key('wide-open', [root, everybody('kms:*')]);
  await key('open-to-others', [
    root,
    { Effect: 'Allow', NotPrincipal: { AWS: ann }, Action: 'kms:Encrypt', Resource: '*' },
  ]);
  const Condition = {
    IpAddress: { 'aws:SourceIp': '203.0.113.0/24' },
    StringEquals: { 'aws:PrincipalOrgID': 'o-other' },
  };
  await key('kept-by-a-condition', [root, everybody(['kms:Decrypt', 'kms:Encrypt'], { Condition })]);
  const granting = { Effect: 'Allow', Action: 'kms:CreateGrant', Resource: '*' };
  await key('one-grants', [root, { ...granting, Sid: 'Grants', Principal: { AWS: ann } }]);
  await key('many-grant', [root, { ...granting, Principal: { AWS: users } }]);
  for (const [name, narrowed] of [
    ['of-aws', { Bool: { 'kms:GrantIsForAWSResource': 'true' } }],
    ['via', { StringEquals: { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' } }],
    ['for', { StringEquals: { 'kms:GranteePrincipal': bob } }],
    ['to-do', { 'ForAllValues:StringEquals': { 'kms:GrantOperations': 'Decrypt' } }],
    ['in-context', { StringEquals: { 'kms:EncryptionContext:a': 'b' } }],
  ] as const)
    await key(`grants-${name}`, [root, { ...granting, Principal: { AWS: ann }, Condition: narrowed }]);
  const gone = (await newUser(server, 'gone', { account })).arn;
  const named = await key('names-the-deleted', [
    root,
    { ...granting, Action: 'kms:Decrypt', Principal: { AWS: [gone, ann] } },
  ]);
  await t.silent('kms:CreateGrant', { KeyId: named, GranteePrincipal: gone, Operations: ['Decrypt'] });
  await key('nobodys', [{ ...root, Action: 'kms:Describe*' }]);
  for (const UserName of ['gone'])
    for (const [call, input] of [
      [
        'iam:DeleteAccessKey',
        {
          UserName,
          AccessKeyId: (await t.silent('iam:ListAccessKeys', { UserName })).at(
            'AccessKeyMetadata',
            0,
            'AccessKeyId',
          ),
        },
      ],
      ['iam:DeleteUser', { UserName }],
    ] as const)
      await t.silent(call, input);

  const zone = { AvailabilityZone: ZONE, Size: 1, Encrypted: true };
  for (const [alias, count, end] of [
    ['disabled', 1, 'kms:DisableKey'],
    ['leaving', 2, 'kms:ScheduleKeyDeletion'],
  ] as const) {
    const KmsKeyId = await key(alias, [root]);
    for (let at = 0; at < count; at++) await t.silent('ec2:CreateVolume', { ...zone, KmsKeyId });
    await server.settled();
    await t.silent(end, { KeyId: KmsKeyId });
  }
  await t.silent('iam:CreateGroup', { GroupName: 'granters' });
  for (const UserName of ['ann', 'bob', 'cid', 'dan', 'eve', 'fay'])
    await t.silent('iam:AddUserToGroup', { GroupName: 'granters', UserName });
  const PolicyDocument = policy(
    statement('s3:*'),
    statement(['kms:CreateGrant', 'kms:Decrypt'], { Sid: 'Grants' }),
  );
  await t.silent('iam:PutGroupPolicy', { GroupName: 'granters', PolicyName: 'p', PolicyDocument });
  const PolicyArn = (await t.silent('iam:CreatePolicy', { PolicyName: 'grants', PolicyDocument })).at(
    'Policy',
    'Arn',
  );
  for (const UserName of ['ann', 'gus']) await t.silent('iam:AttachUserPolicy', { UserName, PolicyArn });
  await t.silent('iam:AttachUserPolicy', {
    UserName: 'gus',
    PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
  });
  await newUser(server, 'hal', { account, allow: [statement('*')] });

  const closed = [
    { ...root, Condition: { StringNotLike: { 'aws:PrincipalArn': '*AWSServiceRoleForAutoScaling' } } },
  ];
  const keyOfGroup = await key('of-a-group', closed);
  const template = async (LaunchTemplateName: string, Ebs: object) =>
    (
      await t.silent('ec2:CreateLaunchTemplate', {
        LaunchTemplateName,
        LaunchTemplateData: {
          ImageId: IMAGE,
          InstanceType: 't3.micro',
          BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs }],
        },
      })
    ).at('LaunchTemplate', 'LaunchTemplateId');
  const LaunchTemplateId = await template('under-a-key', {
    VolumeSize: 1,
    Encrypted: true,
    KmsKeyId: keyOfGroup,
  });
  await t.silent('ec2:CreateLaunchTemplateVersion', {
    LaunchTemplateId,
    SourceVersion: '1',
    LaunchTemplateData: { BlockDeviceMappings: [{ DeviceName: '/dev/sdg', Ebs: { VolumeSize: 1 } }] },
  });
  const group = (AutoScalingGroupName: string, LaunchTemplate: object) =>
    t.silent('autoscaling:CreateAutoScalingGroup', {
      AutoScalingGroupName,
      AvailabilityZones: [ZONE],
      MinSize: 0,
      MaxSize: 1,
      LaunchTemplate,
    });
  await group('of-the-first', { LaunchTemplateId, Version: '1' });
  await group('of-the-default', { LaunchTemplateId, Version: '$Default' });
  await group('of-the-latest', { LaunchTemplateId, Version: '$Latest' });
  await t.ask('audit');
  await t.silent('ec2:EnableEbsEncryptionByDefault');
  await t.silent('ec2:ModifyEbsDefaultKmsKeyId', { KmsKeyId: await key('by-default', closed) });
  const { output } = await t.silentAsk('audit');
  const { findings } = output as { findings: { rule: string }[] };
  t.step(
    'with a default key',
    findings.filter(({ rule }) => rule === 'default-key-not-for-groups'),
  );
  t.compare();
});

const rightsIn = ({ users }: Partial<WhoCan>) =>
  users?.flatMap(({ who, rights }) =>
    rights.map(({ action, way, grounds }) => [
      `${who} may ${action} ${way}`,
      ...grounds.map(({ by, where, unless }) => ({
        by: typeof by === 'object' && 'index' in by ? `${by.policyName} ${by.index + 1}` : by,
        where,
        unless,
      })),
    ]),
  );

/** Of how a call comes, by a condition of a key policy each: what lets it in one way and not another. */
const WAYS: Readonly<Record<string, Condition>> = {
  'through EC2': { StringEquals: { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' } },
  'through another service': { StringEquals: { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' } },
  'through any service': { Bool: { 'aws:ViaAWSService': 'true' } },
  'through none': { Bool: { 'aws:ViaAWSService': 'false' } },
  'called via EC2': { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'ec2.amazonaws.com' } },
  'with a context, through EC2': {
    StringEquals: { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' },
    Null: { 'kms:EncryptionContextKeys': 'false' },
  },
  'with a context, through another service': {
    StringEquals: { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' },
    Null: { 'kms:EncryptionContextKeys': 'false' },
  },
  'in the context of a volume': { StringLike: { 'kms:EncryptionContext:aws:ebs:id': 'vol-*' } },
  'for AWS resources': { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
  'a grant to decrypt': { 'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt'] } },
  'a grant under a constraint': { StringEquals: { 'kms:GrantConstraintType': 'EncryptionContextSubset' } },
  'from a network': { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
  'not from a network': { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
  'of the account': { StringEquals: { 'kms:CallerAccount': '100000000014' } },
  'by a service itself': { StringEquals: { 'aws:SourceAccount': '100000000014' } },
  'over TLS': { Bool: { 'aws:SecureTransport': 'true' } },
  'with MFA': { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
};

test('who may use a key in which way, and one call in each', async (context) => {
  const account = '100000000014';
  const { server, t } = await transcriptAlone(context, import.meta.url, account, 'ways');
  const ann = await newUser(server, 'ann', { account });
  await newUser(server, 'bob', { account, allow: [allowing('kms:*')] });
  const administering = {
    Effect: 'Allow',
    Principal: { AWS: ann.arn },
    Action: 'kms:PutKeyPolicy',
    Resource: '*',
  };
  const keyOf = async (...statements: object[]) =>
    (
      await t.silent('kms:CreateKey', { Policy: policy(...statements), BypassPolicyLockoutSafetyCheck: true })
    ).at('KeyMetadata', 'Arn');
  const calls = [
    ['user/ann', 'kms:Decrypt'],
    ['user/ann', 'kms:CreateGrant'],
    ['user/ann', 'kms:DescribeKey'],
  ] as const;
  for (const [title, Condition] of Object.entries(WAYS)) {
    const letIn = {
      Effect: 'Allow',
      Principal: { AWS: ann.arn, Service: 'ec2.amazonaws.com' },
      Resource: '*',
      Condition,
    };
    const key = await keyOf(administering, {
      ...letIn,
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*', 'kms:CreateGrant', 'kms:DescribeKey'],
    });
    const { output } = await t.silentAsk('who-can', { key });
    const can: Record<string, unknown> = {};
    for (const [principal, action] of calls)
      for (const through of [undefined, 'ec2', 'secretsmanager']) {
        const answer = (await t.silentAsk('can', { principal, action, resource: key, through })).output;
        can[`${principal} ${action} ${through ?? 'directly'}`] = [
          answer.verdict,
          answer.headline,
          answer.refused,
        ].join(' ');
      }
    t.step(title, { users: rightsIn(output), can });
  }
  const key = await keyOf({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'kms:*',
    Resource: '*',
  });
  for (const [Operations, Constraints] of [
    [['CreateGrant', 'Decrypt']],
    [['CreateGrant', 'Encrypt']],
    [['CreateGrant', 'Decrypt'], { EncryptionContextSubset: { a: 'b' } }],
  ] as const) {
    const grant = await t.silent('kms:CreateGrant', {
      KeyId: key,
      GranteePrincipal: ann.arn,
      Operations,
      Constraints,
    });
    for (const through of [undefined, 'ec2']) {
      const { output } = await t.silentAsk('can', {
        principal: 'user/ann',
        action: 'kms:CreateGrant',
        resource: key,
        through,
      });
      t.step(`by a grant for ${Operations} ${through ?? 'directly'}`, {
        ...output,
        checks: undefined,
        text: undefined,
      });
    }
    t.step(
      'who can then',
      rightsIn((await t.silentAsk('who-can', { key, action: 'kms:CreateGrant' })).output),
    );
    await t.silent('kms:RevokeGrant', { KeyId: key, GrantId: grant.at('GrantId') });
  }
  t.compare();
});
