/** Calls that a statement asks to be made with something more, or with something else. */
import { encrypt, run } from '../calls.ts';
import type { Call, Situation } from '../situation.ts';
import { may, mayNot } from '../statements.ts';

const IAM = 'https://docs.aws.amazon.com/IAM/latest/UserGuide';
const KMS = 'https://docs.aws.amazon.com/kms/latest/developerguide';
const EC2 = 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide';
const withTemplate = { LaunchTemplate: { LaunchTemplateId: '<template>' } };
const volume = (KmsKeyId: string): Call => ({
  as: 'john',
  call: 'ec2:CreateVolume',
  with: { AvailabilityZone: 'us-east-1a', Size: 1, Encrypted: true, KmsKeyId },
});
const grant = (more: object = {}): Call => ({
  as: 'john',
  call: 'kms:CreateGrant',
  with: { KeyId: '<data>', GranteePrincipal: '<App>', Operations: ['Decrypt'], ...more },
});
const encryptBy = (EncryptionAlgorithm: string): Call => encrypt('john', { EncryptionAlgorithm });
const john = { verdict: 'denied', who: '<john>' } as const;
const fromTemplate = (arn: string) =>
  may('ec2:RunInstances', { Sid: 'Template', Condition: { ArnLike: { 'ec2:LaunchTemplate': arn } } });
const ofConsole = (...agents: string[]) =>
  may('kms:Encrypt', {
    Sid: 'Console',
    Condition: { StringLike: { 'aws:UserAgent': agents.length === 1 ? agents[0] : agents } },
  });

export const MADE_OTHERWISE_SITUATIONS: readonly Situation[] = [
  {
    name: 'volume-with-another-key-than-the-one',
    source: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html',
    story: 'A deny spares volumes of one key, by ec2:KmsKeyId, and a user makes one with another.',
    world: [
      { key: 'data' },
      { key: 'ours' },
      {
        user: 'john',
        policy: [
          may(['ec2:*', 'kms:*']),
          mayNot('ec2:CreateVolume', {
            Sid: 'OurKey',
            Condition: { StringNotEqualsIfExists: { 'ec2:KmsKeyId': '<ours>' } },
          }),
        ],
      },
    ],
    call: volume('<data>'),
    expect: {
      ...john,
      denies: 'OurKey',
      fixes: [{ kind: 'request', says: /that is made with KmsKeyId "arn:/ }],
    },
    again: volume('<ours>'),
    stillRefused: [volume('<data>')],
  },
  {
    name: 'launch-without-the-template',
    source: `${EC2}/use-launch-templates-to-control-launching-instances.html`,
    story: 'A user may launch from one launch template only, and launches by hand.',
    world: [
      { template: 'template' },
      {
        user: 'john',
        policy: [fromTemplate('arn:aws:ec2:us-east-1:<home>:launch-template/<template>')],
      },
    ],
    call: run('john'),
    expect: {
      ...john,
      nearMiss: 'Template',
      fixes: [{ kind: 'request', says: /with a launch template whose ARN is/ }],
    },
    again: run('john', withTemplate),
    stillRefused: [run('john')],
  },
  {
    name: 'launch-without-any-template',
    source: `${EC2}/use-launch-templates-to-control-launching-instances.html`,
    story: 'A user may launch from any launch template of the account, and launches by hand.',
    world: [
      { template: 'template' },
      { user: 'john', policy: [fromTemplate('arn:aws:ec2:us-east-1:<home>:launch-template/*')] },
    ],
    call: run('john'),
    expect: {
      ...john,
      nearMiss: 'Template',
      fixes: [{ kind: 'request', says: /with a launch template whose ARN is like/ }],
    },
    again: run('john', withTemplate),
    stillRefused: [run('john')],
  },
  {
    name: 'grant-without-the-retiring-principal',
    source: `${KMS}/conditions-kms.html`,
    story: 'A user may create grants that the role Ops can retire, and names no retiring principal.',
    world: [
      { key: 'data' },
      { role: 'App' },
      { role: 'Ops' },
      {
        user: 'john',
        policy: [
          may('kms:CreateGrant', {
            Sid: 'Retire',
            Condition: { StringEquals: { 'kms:RetiringPrincipal': '<Ops>' } },
          }),
        ],
      },
    ],
    call: grant(),
    expect: {
      ...john,
      nearMiss: 'Retire',
      fixes: [{ kind: 'request', says: /with RetiringPrincipal "arn:aws:iam::\d+:role\/Ops"/ }],
    },
    again: grant({ RetiringPrincipal: '<Ops>' }),
    stillRefused: [grant()],
  },
  {
    name: 'key-for-those-who-say-who-they-are',
    source: `${IAM}/id_credentials_temp_control-access_monitor.html`,
    story: 'A role may use keys in sessions that have a source identity, and its session has none.',
    world: [
      { key: 'data' },
      {
        role: 'App',
        trust: [
          {
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::<home>:root' },
            Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
          },
        ],
        policy: [
          may('kms:Encrypt', { Sid: 'Known', Condition: { StringLike: { 'aws:SourceIdentity': '*' } } }),
        ],
      },
    ],
    call: encrypt('App'),
    expect: {
      verdict: 'denied',
      who: '<App>',
      nearMiss: 'Known',
      fixes: [{ kind: 'request', says: /begun with the source identity like "\*"/ }],
    },
    again: encrypt('App', {}, { sourceIdentity: 'kim' }),
    stillRefused: [encrypt('App')],
  },
  {
    name: 'key-for-the-console-alone',
    source: `${IAM}/reference_policies_condition-keys.html#condition-keys-useragent`,
    story: 'A user may use keys in the console, by aws:UserAgent, and calls with a program.',
    world: [{ key: 'data' }, { user: 'john', policy: [ofConsole('console.amazonaws.com')] }],
    call: encrypt('john'),
    expect: {
      ...john,
      nearMiss: 'Console',
      fixes: [
        {
          kind: 'statement',
          target: '<john>',
          document: [ofConsole('console.amazonaws.com', 'aws-sdk-js/*')],
        },
      ],
    },
  },
  {
    name: 'duration-that-no-assumed-role-tells',
    source: `${IAM}/reference_policies_iam-condition-keys.html`,
    story:
      'A user may assume roles for at most an hour, by sts:DurationSeconds, which requests for tokens alone have.',
    world: [
      { role: 'App' },
      {
        user: 'john',
        policy: [
          may('sts:AssumeRole', {
            Sid: 'Short',
            Condition: { NumericLessThanEquals: { 'sts:DurationSeconds': '3600' } },
          }),
        ],
      },
    ],
    call: {
      as: 'john',
      call: 'sts:AssumeRole',
      with: { RoleArn: '<App>', RoleSessionName: 'john', DurationSeconds: 3600 },
    },
    expect: {
      ...john,
      nearMiss: 'Short',
      says: /AWS does not put sts:DurationSeconds into requests of sts:AssumeRole/,
      fixes: [
        { kind: 'new-statement', target: '<john>', document: [may('sts:AssumeRole', { Resource: '<App>' })] },
      ],
    },
  },
  {
    name: 'secrets-of-a-path',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html',
    story:
      'A role reads the parameters of a path with their values, and may neither list them nor use their key.',
    world: [
      { key: 'data' },
      ...['/app/user', '/app/password'].map((Name) => ({
        as: 'root',
        call: 'ssm:PutParameter',
        with: { Name, Value: 'x', Type: 'SecureString', KeyId: '<data>' },
      })),
      { role: 'App' },
    ],
    call: { as: 'App', call: 'ssm:GetParametersByPath', with: { Path: '/app', WithDecryption: true } },
    expect: {
      verdict: 'denied',
      who: '<App>',
      action: 'ssm:GetParametersByPath',
      fixes: [
        {
          kind: 'new-statement',
          target: '<App>',
          document: [
            may('ssm:GetParametersByPath', { Resource: 'arn:aws:ssm:us-east-1:<home>:parameter/app' }),
            may('kms:Decrypt', {
              Resource: '<data>',
              Condition: { StringEquals: { 'kms:ViaService': 'ssm.us-east-1.amazonaws.com' } },
            }),
          ],
        },
      ],
    },
  },
  {
    name: 'algorithm-with-another-hash',
    source: `${KMS}/conditions-kms.html`,
    story: 'A user may encrypt with SHA-256 alone, by kms:EncryptionAlgorithm, and encrypts with SHA-1.',
    world: [
      { key: 'data', spec: 'RSA_2048' },
      {
        user: 'john',
        policy: [
          may('kms:Encrypt', {
            Sid: 'Sha256',
            Condition: { StringLike: { 'kms:EncryptionAlgorithm': '*_SHA_256' } },
          }),
        ],
      },
    ],
    call: encryptBy('RSAES_OAEP_SHA_1'),
    expect: {
      ...john,
      nearMiss: 'Sha256',
      fixes: [{ kind: 'request', says: /with EncryptionAlgorithm like "\*_SHA_256"/ }],
    },
    again: encryptBy('RSAES_OAEP_SHA_256'),
    stillRefused: [encryptBy('RSAES_OAEP_SHA_1')],
  },
  {
    name: 'role-that-is-lent-and-not-taken',
    source: `${IAM}/access_policies-cross-account-resource-access.html`,
    story: 'A role trusts an account, whose user has no policy that lets him assume it.',
    world: [
      { account: 'partner' },
      {
        role: 'Shared',
        trust: [
          {
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::<partner>:root' },
            Action: 'sts:AssumeRole',
          },
        ],
      },
      { user: 'john', in: 'partner' },
    ],
    call: {
      as: 'john',
      in: 'partner',
      call: 'sts:AssumeRole',
      with: { RoleArn: '<Shared>', RoleSessionName: 'john' },
    },
    expect: {
      ...john,
      action: 'sts:AssumeRole',
      says: /both sides must allow it: account \d+ does, account \d+ does not/,
      fixes: [
        {
          kind: 'new-statement',
          target: '<john>',
          document: [may('sts:AssumeRole', { Resource: '<Shared>' })],
        },
      ],
    },
  },
];
