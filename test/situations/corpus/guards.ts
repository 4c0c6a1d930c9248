/** What a Deny spares, and what a request has to have for a guard to let it through. */
import { encrypt, run } from '../calls.ts';
import type { Situation, Thing } from '../situation.ts';
import { DELEGATION, may, mayNot } from '../statements.ts';

/** Of a key policy. */
const toAll = (Action: string | readonly string[], Condition: object) =>
  mayNot(Action, { Sid: 'Guard', Principal: '*', Condition });
const unit: Thing = { unit: 'Prod', accounts: ['home'] };
const serviceControl = (name: string, statement: object): Thing => ({
  guardrail: name,
  on: 'Prod',
  type: 'service control policy',
  policy: [statement as never],
});
const boundary = (as: string, more: object = {}) => ({
  as,
  call: 'iam:CreateUser',
  with: { UserName: 'new', ...more },
});
const DATA = ['kms:CreateGrant', 'kms:Decrypt', 'kms:GenerateDataKey*'];
const volumes = (VolumeType: string) => ({
  BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, VolumeType } }],
});

export const GUARD_SITUATIONS: readonly Situation[] = [
  {
    name: 'deny-to-all-but-listed-principals',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html',
    story: 'A key policy denies to all whom it does not list; a new role is not on the list.',
    world: [
      { user: 'admin', allow: ['kms:*'] },
      { role: 'App', allow: ['kms:Encrypt'] },
      {
        key: 'data',
        policy: [DELEGATION, toAll('kms:Encrypt', { ArnNotEquals: { 'aws:PrincipalArn': ['<admin>'] } })],
      },
    ],
    call: encrypt('App'),
    expect: {
      verdict: 'denied',
      who: '<App>',
      denies: 'Guard',
      fixes: [
        {
          kind: 'narrowed-deny',
          target: '<data>',
          document: toAll('kms:Encrypt', { ArnNotEquals: { 'aws:PrincipalArn': ['<admin>', '<App>'] } }),
        },
      ],
      gains: [],
    },
  },
  {
    name: 'guardrail-that-spares-key-administrators',
    source:
      'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html',
    story: 'A guardrail keeps all but roles of one name from deleting keys; an operator has another name.',
    world: [
      unit,
      { key: 'data' },
      { role: 'Ops', allow: ['kms:*'] },
      serviceControl(
        'NoDelete',
        mayNot('kms:ScheduleKeyDeletion', {
          Sid: 'Guard',
          Condition: { StringNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/KeyAdmin*' } },
        }),
      ),
    ],
    call: {
      as: 'Ops',
      call: 'kms:ScheduleKeyDeletion',
      with: { KeyId: '<data>', PendingWindowInDays: 30 },
    },
    expect: {
      verdict: 'denied',
      who: '<Ops>',
      denies: 'Guard',
      says: /In account \d{12}: Narrow statement "Guard" of service control policy NoDelete on Prod \(ou-/,
      fixes: [
        {
          kind: 'narrowed-deny',
          target: '<NoDelete>',
          account: '<management>',
          document: mayNot('kms:ScheduleKeyDeletion', {
            Condition: {
              StringNotLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:role/KeyAdmin*', '<Ops>'] },
            },
          }),
        },
      ],
    },
  },
  {
    name: 'key-for-listed-services-only',
    source:
      'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service',
    story: 'A key may be used through S3 and RDS alone, and EC2 asks for it for a user.',
    world: [
      { user: 'john', allow: ['ec2:*', 'kms:*'] },
      {
        key: 'data',
        policy: [
          DELEGATION,
          toAll(DATA, {
            StringNotEquals: {
              'kms:ViaService': ['s3.us-east-1.amazonaws.com', 'rds.us-east-1.amazonaws.com'],
            },
          }),
        ],
      },
    ],
    call: {
      as: 'john',
      call: 'ec2:CreateVolume',
      with: { AvailabilityZone: 'us-east-1a', Size: 1, Encrypted: true, KmsKeyId: '<data>' },
    },
    expect: {
      verdict: 'denied',
      who: '<john>',
      denies: 'Guard',
      says: /Risk: the root user/,
      fixes: [
        {
          kind: 'narrowed-deny',
          target: '<data>',
          document: toAll(DATA, {
            StringNotEquals: {
              'kms:ViaService': [
                's3.us-east-1.amazonaws.com',
                'rds.us-east-1.amazonaws.com',
                'ec2.us-east-1.amazonaws.com',
              ],
            },
          }),
        },
      ],
      gains: ['arn:aws:iam::<home>:root'],
    },
    stillRefused: [
      {
        as: 'john',
        call: 'kms:GenerateDataKeyWithoutPlaintext',
        with: { KeyId: '<data>', KeySpec: 'AES_256' },
      },
    ],
  },
  {
    name: 'resources-of-listed-accounts-only',
    source: 'https://github.com/aws-samples/data-perimeter-policy-examples',
    story:
      "A perimeter lets accounts reach keys of the accounts that it lists; the caller's own is not there.",
    world: [
      unit,
      { account: 'friend' },
      { user: 'john', allow: ['kms:*'] },
      { key: 'data' },
      {
        key: 'foreign',
        in: 'friend',
        policy: [
          {
            Effect: 'Allow',
            Principal: { AWS: ['arn:aws:iam::<friend>:root', 'arn:aws:iam::<home>:root'] },
            Action: 'kms:*',
            Resource: '*',
          },
        ],
      },
      serviceControl(
        'Perimeter',
        mayNot('kms:Encrypt', {
          Sid: 'Guard',
          Condition: { StringNotEquals: { 'aws:ResourceAccount': ['111122223333'] } },
        }),
      ),
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      denies: 'Guard',
      fixes: [
        {
          kind: 'narrowed-deny',
          target: '<Perimeter>',
          document: mayNot('kms:Encrypt', {
            Condition: { StringNotEquals: { 'aws:ResourceAccount': ['111122223333', '<home>'] } },
          }),
        },
      ],
      gains: ['arn:aws:iam::<home>:root'],
    },
    stillRefused: [{ as: 'john', call: 'kms:Encrypt', with: { KeyId: '<foreign>', Plaintext: 'x' } }],
  },
  {
    name: 'launch-without-imds-v2',
    source:
      'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_ec2.html',
    story: 'A guardrail asks for IMDSv2, and the launch lets instances do without.',
    world: [
      unit,
      { user: 'john', allow: ['ec2:*'] },
      serviceControl(
        'Imds',
        mayNot('ec2:RunInstances', {
          Sid: 'Guard',
          Resource: 'arn:aws:ec2:*:*:instance/*',
          Condition: { StringNotEquals: { 'ec2:MetadataHttpTokens': 'required' } },
        }),
      ),
    ],
    call: run('john', { MetadataOptions: { HttpTokens: 'optional' } }),
    expect: {
      verdict: 'denied',
      who: '<john>',
      denies: 'Guard',
      fixes: [{ kind: 'request', says: /with MetadataOptions\.HttpTokens "required"/ }],
    },
    again: run('john', { MetadataOptions: { HttpTokens: 'required' } }),
  },
  {
    name: 'launch-with-volumes-of-another-type',
    source: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html',
    story: 'Volumes are to be gp3, and a launch names gp2 for one of its own.',
    world: [
      {
        user: 'john',
        policy: [
          may('ec2:*'),
          mayNot('ec2:RunInstances', {
            Sid: 'Guard',
            Resource: 'arn:aws:ec2:*:*:volume/*',
            Condition: { StringNotEquals: { 'ec2:VolumeType': 'gp3' } },
          }),
        ],
      },
    ],
    call: run('john', volumes('gp2')),
    expect: {
      verdict: 'denied',
      who: '<john>',
      denies: 'Guard',
      fixes: [{ kind: 'request', says: /with BlockDeviceMappings\.Ebs\.VolumeType "gp3"/ }],
    },
    again: run('john', volumes('gp3')),
  },
  {
    name: 'user-without-the-permissions-boundary',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html',
    story: 'Users may be made with one permissions boundary only, and the call names none.',
    world: [
      { role: 'Seed', boundary: [may('s3:*')] },
      {
        user: 'john',
        policy: [
          may('iam:CreateUser', {
            Sid: 'Bounded',
            Condition: { StringEquals: { 'iam:PermissionsBoundary': '<boundary-of-Seed>' } },
          }),
        ],
      },
    ],
    call: boundary('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      nearMiss: 'Bounded',
      fixes: [
        { kind: 'request', says: /with PermissionsBoundary "arn:aws:iam::\d+:policy\/boundary-of-Seed"/ },
      ],
    },
    again: boundary('john', { PermissionsBoundary: '<boundary-of-Seed>' }),
  },
  {
    name: 'lockout-check-may-not-be-bypassed',
    source:
      'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-bypass-policy-lockout-safety-check',
    story: 'A Deny keeps people from bypassing the lockout check, and a module sets it always.',
    world: [
      {
        user: 'john',
        policy: [
          may('kms:*'),
          mayNot('kms:*', {
            Sid: 'Guard',
            Condition: { Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } },
          }),
        ],
      },
    ],
    call: { as: 'john', call: 'kms:CreateKey', with: { BypassPolicyLockoutSafetyCheck: true } },
    expect: {
      verdict: 'denied',
      who: '<john>',
      denies: 'Guard',
      fixes: [{ kind: 'request', says: /made without BypassPolicyLockoutSafetyCheck/ }],
    },
    again: { as: 'john', call: 'kms:CreateKey', with: {} },
  },
  {
    name: 'user-whose-access-key-was-exposed',
    source: 'https://github.com/aws-samples/aws-customer-playbook-framework/pull/13',
    story: 'AWS has attached its quarantine policy to a user, whose access key was found in public.',
    world: [
      { user: 'john', allow: ['ec2:*'] },
      {
        as: 'root',
        call: 'iam:AttachUserPolicy',
        with: { UserName: 'john', PolicyArn: 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2' },
      },
    ],
    call: run('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      fixes: [
        { kind: 'fact', target: '<john>', calls: ['iam:DetachUserPolicy'], says: /replace the key first/ },
      ],
    },
  },
];
