/** More calls that are to be made otherwise, and more that policies name by mistake. */
import type { Call, Situation } from '../situation.ts';
import {
  ADMINISTRATION,
  DELEGATION,
  forAnybody,
  forPrincipal,
  forService,
  may,
  mayNot,
} from '../statements.ts';

const KMS = 'https://docs.aws.amazon.com/kms/latest/developerguide';
const IAM = 'https://docs.aws.amazon.com/IAM/latest/UserGuide';
const LOGS = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html';
const EC2_VALUES = 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html';

const john = { verdict: 'denied', who: '<john>' } as const;
const encrypt = (as: string, more: Partial<Call> = {}): Call => ({
  as,
  call: 'kms:Encrypt',
  with: { KeyId: '<data>', Plaintext: 'x' },
  ...more,
});
const newKey = (more: object = {}): Call => ({ as: 'john', call: 'kms:CreateKey', with: more });
const keysOf = (Sid: string, Condition: object) => may('kms:CreateKey', { Sid, Condition });
const launch = (InstanceType: string): Call => ({
  as: 'john',
  call: 'ec2:RunInstances',
  with: { ImageId: '<public-image>', InstanceType, MinCount: 1, MaxCount: 1 },
});
const LAUNCHED_WITH = ['*:volume/*', '*:subnet/*', '*:network-interface/*', '*:security-group/*', ':image/*'];
const USE_OF_LOGS = [
  'kms:Encrypt*',
  'kms:Decrypt*',
  'kms:ReEncrypt*',
  'kms:GenerateDataKey*',
  'kms:Describe*',
];
const encryptedGroup: Call = {
  as: 'john',
  call: 'logs:CreateLogGroup',
  with: { logGroupName: '/app', kmsKeyId: '<data>' },
};
const shareWith = (UserId: string): Call => ({
  as: 'john',
  call: 'ec2:ModifySnapshotAttribute',
  with: { SnapshotId: '<snap>', CreateVolumePermission: { Add: [{ UserId }] } },
});
const trusted = (...accounts: string[]) =>
  may('ec2:ModifySnapshotAttribute', {
    Sid: 'Trusted',
    Condition: { 'ForAllValues:StringEquals': { 'ec2:Add/userId': accounts } },
  });
const stackOfKey: Call = {
  as: 'john',
  call: 'cloudformation:CreateStack',
  with: {
    StackName: 'keys',
    TemplateBody: {
      Resources: {
        Key: {
          Type: 'AWS::KMS::Key',
          Properties: { KeyPolicy: { Version: '2012-10-17', Statement: [DELEGATION] } },
        },
      },
    },
  },
};
const multiRegion: Call = { as: 'root', call: 'kms:CreateKey', with: { MultiRegion: true }, name: 'data' };
const replica: Call = {
  as: 'root',
  call: 'kms:ReplicateKey',
  with: { KeyId: '<data>', ReplicaRegion: 'eu-west-1' },
  name: 'replica',
};
const inIreland = (call: string, more: object): Call => ({
  as: 'john',
  region: 'eu-west-1',
  call,
  with: more,
});

export const FURTHER_REQUEST_SITUATIONS: readonly Situation[] = [
  {
    name: 'key-of-another-kind',
    source: `${KMS}/conditions-kms.html`,
    story: 'A user may make keys of elliptic curves, by a pattern, and makes one of RSA.',
    world: [{ user: 'john', policy: [keysOf('Curves', { StringLike: { 'kms:KeySpec': 'ECC_*' } })] }],
    call: newKey({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }),
    expect: {
      ...john,
      nearMiss: 'Curves',
      fixes: [{ kind: 'request', says: /with KeySpec like "ECC_\*" \(and a KeyUsage/ }],
    },
    again: newKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }),
    stillRefused: [newKey({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' })],
  },
  {
    name: 'key-of-the-usual-kind',
    source: `${KMS}/conditions-kms.html`,
    story: 'A user may make RSA keys alone, and names no kind, nor what the key is for.',
    world: [{ user: 'john', policy: [keysOf('Rsa', { StringLike: { 'kms:KeySpec': 'RSA_*' } })] }],
    call: newKey(),
    expect: {
      ...john,
      nearMiss: 'Rsa',
      fixes: [{ kind: 'request', says: /with KeySpec like "RSA_\*" \(and a KeyUsage/ }],
    },
    again: newKey({ KeySpec: 'RSA_4096', KeyUsage: 'ENCRYPT_DECRYPT' }),
    stillRefused: [newKey()],
  },
  {
    name: 'key-for-another-use',
    source: `${KMS}/conditions-kms.html`,
    story: 'A user may make keys to sign with, and makes one without saying what it is for.',
    world: [{ user: 'john', policy: [keysOf('Sign', { StringEquals: { 'kms:KeyUsage': 'SIGN_VERIFY' } })] }],
    call: newKey(),
    expect: {
      ...john,
      nearMiss: 'Sign',
      fixes: [{ kind: 'request', says: /with KeyUsage "SIGN_VERIFY" \(and a KeySpec/ }],
    },
    again: newKey({ KeyUsage: 'SIGN_VERIFY', KeySpec: 'RSA_2048' }),
    stillRefused: [newKey()],
  },
  {
    name: 'origin-that-a-guard-keeps-out',
    source: `${KMS}/conditions-kms.html`,
    story: 'A Deny keeps material from outside away, by kms:KeyOrigin, and the call asks for such a key.',
    world: [
      {
        user: 'john',
        policy: [
          may('kms:CreateKey'),
          mayNot('kms:CreateKey', {
            Sid: 'NoExternal',
            Condition: { StringEquals: { 'kms:KeyOrigin': 'EXTERNAL' } },
          }),
        ],
      },
    ],
    call: newKey({ Origin: 'EXTERNAL' }),
    expect: {
      ...john,
      denies: 'NoExternal',
      fixes: [{ kind: 'request', says: /made with Origin other than "EXTERNAL"\.$/ }],
    },
    again: newKey(),
    stillRefused: [newKey({ Origin: 'EXTERNAL' })],
  },
  {
    name: 'instance-of-another-family',
    source: EC2_VALUES,
    story: 'A user may launch instances of one family, by a pattern, and launches another.',
    world: [
      {
        user: 'john',
        policy: [
          may('ec2:RunInstances', {
            Sid: 'Family',
            Resource: 'arn:aws:ec2:*:*:instance/*',
            Condition: { StringLike: { 'ec2:InstanceType': 'm5.*' } },
          }),
          may('ec2:RunInstances', { Resource: LAUNCHED_WITH.map((each) => `arn:aws:ec2:*:${each}`) }),
        ],
      },
    ],
    call: launch('t3.micro'),
    expect: {
      ...john,
      nearMiss: 'Family',
      fixes: [{ kind: 'request', says: /with InstanceType like "m5\.\*"\.$/ }],
    },
    again: launch('m5.large'),
    stillRefused: [launch('t3.micro')],
  },
  {
    name: 'keys-made-by-stacks-alone',
    source: `${IAM}/reference_policies_condition-keys.html#condition-keys-calledvia`,
    story: 'Keys may be made by CloudFormation for a user, by aws:CalledVia, and he makes one himself.',
    world: [
      {
        user: 'john',
        policy: [
          may(['cloudformation:*', 'kms:DescribeKey', 'kms:PutKeyPolicy']),
          keysOf('Stacks', {
            'ForAnyValue:StringEquals': { 'aws:CalledVia': ['cloudformation.amazonaws.com'] },
          }),
        ],
      },
    ],
    call: newKey(),
    expect: {
      ...john,
      nearMiss: 'Stacks',
      fixes: [
        { kind: 'request', says: /where the call is made by cloudformation\.amazonaws\.com for the caller/ },
      ],
    },
    again: stackOfKey,
    stillRefused: [newKey()],
  },
  {
    name: 'secure-string-that-is-new',
    source: `${KMS}/services-parameter-store.html`,
    story: 'A role writes a first secret under a key, and may neither write parameters nor use the key.',
    world: [{ key: 'data' }, { role: 'App', policy: [may('s3:*')] }],
    call: {
      as: 'App',
      call: 'ssm:PutParameter',
      with: { Name: '/app/secret', Value: 'x', Type: 'SecureString', KeyId: '<data>' },
    },
    expect: {
      verdict: 'denied',
      who: '<App>',
      action: 'ssm:PutParameter',
      fixes: [
        {
          kind: 'new-statement',
          target: '<App>',
          document: [
            may(['ssm:PutParameter'], {
              Resource: ['arn:aws:ssm:us-east-1:<home>:parameter/app/secret'],
            }),
            may(['kms:Encrypt'], {
              Resource: ['<data>'],
              Condition: { StringEquals: { 'kms:ViaService': 'ssm.us-east-1.amazonaws.com' } },
            }),
          ],
        },
      ],
    },
  },
  {
    name: 'key-policy-that-names-the-logs-of-another-region',
    source: LOGS,
    story: 'A key policy was copied from Ireland, and admits the CloudWatch Logs of there.',
    world: [
      {
        key: 'data',
        policy: [ADMINISTRATION, forService('logs.eu-west-1.amazonaws.com', USE_OF_LOGS, { Sid: 'Logs' })],
      },
      { user: 'john', allow: ['logs:*', 'kms:*'] },
    ],
    call: encryptedGroup,
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: 'logs.us-east-1.amazonaws.com',
      resource: '<data>',
      nearMiss: 'Logs',
      says: /names "logs\.eu-west-1\.amazonaws\.com", not the caller: it is the same service in another Region/,
      fixes: [
        {
          kind: 'statement',
          target: '<data>',
          document: {
            Effect: 'Allow',
            Principal: { Service: ['logs.eu-west-1.amazonaws.com', 'logs.us-east-1.amazonaws.com'] },
            Action: USE_OF_LOGS,
            Resource: '*',
          },
        },
      ],
    },
  },
  {
    name: 'key-policy-that-names-logs-without-a-region',
    source: LOGS,
    story: 'A key policy admits logs.amazonaws.com, and CloudWatch Logs has its Region in its name.',
    world: [
      {
        key: 'data',
        policy: [ADMINISTRATION, forService('logs.amazonaws.com', USE_OF_LOGS, { Sid: 'Logs' })],
      },
      { user: 'john', allow: ['logs:*', 'kms:*'] },
    ],
    call: encryptedGroup,
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: 'logs.us-east-1.amazonaws.com',
      nearMiss: 'Logs',
      says: /it is the same service without its Region/,
      fixes: [{ kind: 'statement', target: '<data>', says: /name logs\.us-east-1\.amazonaws\.com beside/ }],
    },
  },
  {
    name: 'principal-type-that-there-is-not',
    source: `${IAM}/reference_policies_condition-keys.html#condition-keys-principaltype`,
    story: 'A key policy means the roles of an account by the type Role; sessions of roles have another.',
    world: [
      { role: 'App' },
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forAnybody('kms:Encrypt', {
            Sid: 'Roles',
            Condition: { StringEquals: { 'aws:PrincipalAccount': '<home>', 'aws:PrincipalType': 'Role' } },
          }),
        ],
      },
    ],
    call: encrypt('App'),
    expect: {
      verdict: 'denied',
      who: '<App>',
      nearMiss: 'Roles',
      fixes: [
        {
          kind: 'statement',
          target: '<data>',
          document: forAnybody('kms:Encrypt', {
            Condition: {
              StringEquals: { 'aws:PrincipalAccount': '<home>', 'aws:PrincipalType': 'AssumedRole' },
            },
          }),
        },
      ],
      gains: [],
    },
  },
  {
    name: 'primary-key-on-its-way-out',
    source: `${KMS}/multi-region-keys-delete.html`,
    story: 'A primary key was scheduled for deletion, and waits for its replicas to be gone.',
    world: [
      multiRegion,
      replica,
      { as: 'root', call: 'kms:ScheduleKeyDeletion', with: { KeyId: '<data>' } },
      { user: 'john', allow: ['kms:*'] },
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'failed',
      says: /the key was pending replica deletion/,
      fixes: [{ kind: 'state', target: '<data>', calls: ['kms:CancelKeyDeletion', 'kms:EnableKey'] }],
    },
  },
  {
    name: 'replica-meant-by-its-primary',
    source: `${KMS}/multi-region-keys-auth.html`,
    story: 'A user may use a multi-Region key by its ARN in Virginia, and uses its replica in Ireland.',
    world: [
      multiRegion,
      replica,
      { user: 'john', policy: [may('kms:Encrypt', { Sid: 'Primary', Resource: '<data>' })] },
    ],
    call: inIreland('kms:Encrypt', { KeyId: '<replica>', Plaintext: 'x' }),
    expect: {
      ...john,
      says: /is about "arn:aws:kms:us-east-1:\d+:key\/mrk-\w+", which is in another Region/,
      fixes: [
        {
          kind: 'new-statement',
          target: '<john>',
          document: [may(['kms:Encrypt'], { Resource: ['<replica>'] })],
        },
      ],
    },
  },
  {
    name: 'key-with-one-of-two-tags',
    source: `${KMS}/tag-authorization.html`,
    story: 'Keys may be used that have a team and a stage, and a key has its team alone.',
    world: [
      { key: 'data', tags: { team: 'red' } },
      {
        user: 'john',
        policy: [
          may('kms:Encrypt', {
            Sid: 'Both',
            Condition: { StringEquals: { 'aws:ResourceTag/team': 'red', 'aws:ResourceTag/stage': 'prod' } },
          }),
        ],
      },
    ],
    call: encrypt('john'),
    expect: {
      ...john,
      nearMiss: 'Both',
      says: /the request has no aws:ResourceTag\/stage \(the resource has no such tag\)/,
      fixes: [{ kind: 'fact', target: '<data>', calls: ['kms:TagResource'] }],
    },
  },
  {
    name: 'sharing-with-another-account-than-the-trusted',
    source: EC2_VALUES,
    story: 'Snapshots may be shared with one account, by ec2:Add/userId, and one is shared with another.',
    world: [{ snapshot: 'snap' }, { user: 'john', policy: [trusted('111111111111')] }],
    call: shareWith('222222222222'),
    expect: {
      ...john,
      nearMiss: 'Trusted',
      fixes: [{ kind: 'statement', target: '<john>', document: trusted('111111111111', '222222222222') }],
    },
    stillRefused: [shareWith('333333333333')],
  },
  {
    name: 'partner-let-in-through-the-ec2-of-another-region',
    source: `${KMS}/key-policy-modifying-external-accounts.html`,
    story: "A partner's key admits an account through EC2 of Ireland, and a volume is made in Virginia.",
    world: [
      { account: 'owner' },
      {
        key: 'data',
        in: 'owner',
        policy: [
          {
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::<owner>:root' },
            Action: 'kms:*',
            Resource: '*',
          },
          forPrincipal(
            'arn:aws:iam::<home>:root',
            ['kms:GenerateDataKey*', 'kms:CreateGrant', 'kms:DescribeKey'],
            {
              Sid: 'Partner',
              Condition: { StringEquals: { 'kms:ViaService': 'ec2.eu-west-1.amazonaws.com' } },
            },
          ),
        ],
      },
      { user: 'john', allow: ['ec2:*', 'kms:*'] },
    ],
    call: {
      as: 'john',
      call: 'ec2:CreateVolume',
      with: { AvailabilityZone: 'us-east-1a', Size: 1, Encrypted: true, KmsKeyId: '<data>' },
    },
    expect: {
      ...john,
      nearMiss: 'Partner',
      fixes: [
        {
          kind: 'statement',
          account: '<owner>',
          says: /kms:ViaService must also name "ec2\.us-east-1\.amazonaws\.com"/,
        },
      ],
      gains: ['arn:aws:iam::<home>:root'],
    },
  },
  {
    name: 'can-through-a-service-alone',
    source: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html',
    story:
      'Whether a role may decrypt under the key of a secret, which is lent through Secrets Manager alone.',
    world: [
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forAnybody('kms:Decrypt', {
            Sid: 'Secrets',
            Condition: {
              StringEquals: {
                'kms:CallerAccount': '<home>',
                'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com',
              },
            },
          }),
        ],
      },
      { role: 'App', allow: ['secretsmanager:GetSecretValue', 'kms:Decrypt'] },
    ],
    can: { principal: '<App>', action: 'kms:Decrypt', resource: '<data>' },
    expect: {
      verdict: 'denied',
      nearMiss: 'Secrets',
      says: /It may be asked for through secretsmanager: --through secretsmanager tells/,
    },
  },
];
