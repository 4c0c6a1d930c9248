/** Policies that several share, that are full, or that were meant for others: where the least change can be made. */
import { createVolume, encrypt } from '../calls.ts';
import type { Situation, Statement, Thing } from '../situation.ts';
import {
  ADMINISTRATION,
  DELEGATION,
  forAnybody,
  forPrincipal,
  forService,
  may,
  mayNot,
} from '../statements.ts';

const groupOf = (name: string, ...users: string[]): Thing[] => [
  { as: 'root', call: 'iam:CreateGroup', with: { GroupName: name } },
  ...users.map(
    (user): Thing => ({ as: 'root', call: 'iam:AddUserToGroup', with: { GroupName: name, UserName: user } }),
  ),
];
const policyOfGroup = (name: string, ...Statement: Statement[]): Thing => ({
  as: 'root',
  call: 'iam:PutGroupPolicy',
  with: { GroupName: name, PolicyName: 'keys', PolicyDocument: Statement },
});
const managed = (PolicyName: string, ...Statement: Statement[]): Thing => ({
  as: 'root',
  call: 'iam:CreatePolicy',
  with: { PolicyName, PolicyDocument: Statement },
});
const arnOf = (name: string) => `arn:aws:iam::<home>:policy/${name}`;
const attached = (RoleName: string, name: string): Thing => ({
  as: 'root',
  call: 'iam:AttachRolePolicy',
  with: { RoleName, PolicyArn: arnOf(name) },
});
const version = (name: string, ...Statement: Statement[]): Thing => ({
  as: 'root',
  call: 'iam:CreatePolicyVersion',
  with: { PolicyArn: arnOf(name), PolicyDocument: Statement, SetAsDefault: true },
});
const ofWrongTag = may('kms:Encrypt', {
  Sid: 'Ours',
  Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
});

export const SHARED_POLICY_SITUATIONS: readonly Situation[] = [
  {
    name: 'near-miss-in-the-policy-of-a-group',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups.html',
    story: "A group's policy gives its members the use of keys, in another Region.",
    world: [
      { key: 'data' },
      { user: 'john' },
      { user: 'ann' },
      ...groupOf('Devs', 'john', 'ann'),
      policyOfGroup('Devs', ofWrongTag),
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      nearMiss: 'Ours',
      says: /aws:RequestedRegion/,
      fixes: [{ kind: 'statement', target: 'arn:aws:iam::<home>:group/Devs' }],
      gains: ['<ann>'],
    },
  },
  {
    name: 'near-miss-in-a-policy-that-two-roles-share',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html',
    story: 'A managed policy of two roles was meant for this Region, too; to put it right is for both.',
    world: [
      { key: 'data' },
      { role: 'App' },
      { role: 'Other' },
      managed('Keys', ofWrongTag),
      attached('App', 'Keys'),
      attached('Other', 'Keys'),
    ],
    call: encrypt('App'),
    expect: {
      verdict: 'denied',
      who: '<App>',
      nearMiss: 'Ours',
      says: /Risk: role Other could then call kms:Encrypt/,
      fixes: [{ kind: 'statement', target: arnOf('Keys') }],
      gains: ['<Other>'],
    },
  },
  {
    name: 'managed-policy-with-all-its-versions',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html',
    story: 'A managed policy has five versions, which are all that it can have.',
    world: [
      { key: 'data' },
      { role: 'App' },
      managed('Keys', ofWrongTag),
      ...[1, 2, 3, 4].map(() => version('Keys', ofWrongTag)),
      attached('App', 'Keys'),
    ],
    call: encrypt('App'),
    expect: {
      verdict: 'denied',
      who: '<App>',
      nearMiss: 'Ours',
    },
  },
  {
    name: 'key-policy-that-is-full',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html',
    story: 'A key policy without delegation has no room left for another statement.',
    world: [
      { role: 'App', allow: ['kms:*'] },
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          ...Array.from({ length: 111 }, (_, at) => ({
            Sid: `Statement${at}${'x'.repeat(150)}`,
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::<home>:root' },
            Action: 'kms:ListResourceTags',
            Resource: '*',
          })),
        ],
      },
    ],
    call: encrypt('App'),
    expect: { verdict: 'denied', who: '<App>', policyType: 'resource-based policy' },
  },
  {
    name: 'key-for-an-organization-of-others',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-aws.html',
    story: "A key policy lets everybody of an organization in, and names another organization's id.",
    world: [
      { unit: 'Prod', accounts: ['home'] },
      { role: 'App', allow: ['kms:*'] },
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forAnybody('kms:Encrypt', {
            Sid: 'Organization',
            Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } },
          }),
        ],
      },
    ],
    call: encrypt('App'),
    expect: {
      verdict: 'denied',
      who: '<App>',
      nearMiss: 'Organization',
      says: /aws:PrincipalOrgID/,
      fixes: [{ kind: 'new-statement', target: '<data>', document: forPrincipal('<App>', 'kms:Encrypt') }],
    },
  },
  {
    name: 'key-for-an-organization-and-an-account-without-one',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-aws.html',
    story: 'A key policy lets everybody of an organization in; the account of whoever calls is in none.',
    world: [
      { role: 'App', allow: ['kms:*'] },
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forAnybody('kms:Encrypt', {
            Sid: 'Organization',
            Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } },
          }),
        ],
      },
    ],
    call: encrypt('App'),
    expect: {
      verdict: 'denied',
      who: '<App>',
      nearMiss: 'Organization',
      says: /aws:PrincipalOrgID/,
      fixes: [{ kind: 'new-statement', target: '<data>', document: forPrincipal('<App>', 'kms:Encrypt') }],
    },
  },
  {
    name: 'deny-by-not-action-in-the-key-policy',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html',
    story: 'A key policy denies developers everything but to look, by NotAction; the use was forgotten.',
    world: [
      { role: 'Dev', allow: ['kms:*'] },
      {
        key: 'data',
        policy: [
          DELEGATION,
          {
            Sid: 'LookOnly',
            Effect: 'Deny',
            Principal: { AWS: '<Dev>' },
            NotAction: ['kms:Describe*', 'kms:List*', 'kms:Get*'],
            Resource: '*',
          },
        ],
      },
    ],
    call: encrypt('Dev'),
    expect: {
      verdict: 'denied',
      who: '<Dev>',
      denies: 'LookOnly',
      says: /NotAction/,
      fixes: [{ kind: 'narrowed-deny', target: '<data>' }],
    },
    stillRefused: [{ as: 'Dev', call: 'kms:DisableKey', with: { KeyId: '<data>' } }],
  },
  {
    name: 'deny-of-all-encryption-but-through-s3',
    source:
      'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service',
    story: 'A key was meant for S3 and denies whatever comes by another way; a volume is made under it.',
    world: [
      { user: 'john', allow: ['ec2:*', 'kms:*'] },
      {
        key: 'data',
        policy: [
          DELEGATION,
          {
            Sid: 'OnlyS3',
            Effect: 'Deny',
            Principal: '*',
            Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey*', 'kms:CreateGrant'],
            Resource: '*',
            Condition: { StringNotEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } },
          },
        ],
      },
    ],
    call: createVolume('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      denies: 'OnlyS3',
      says: /kms:ViaService/,
      fixes: [{ kind: 'narrowed-deny', target: '<data>', says: /ec2\.us-east-1\.amazonaws\.com/ }],
      gains: ['arn:aws:iam::<home>:root'],
    },
    stillRefused: [encrypt('john')],
  },
  {
    name: 'trail-of-logs-whose-key-asks-for-another-account',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html',
    story: 'The key policy admits CloudWatch Logs for log groups of the account from which it was copied.',
    world: [
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forService(
            'logs.us-east-1.amazonaws.com',
            ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
            {
              Sid: 'Logs',
              Condition: {
                ArnLike: {
                  'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:us-east-1:111111111111:log-group:*',
                },
              },
            },
          ),
        ],
      },
      { user: 'john', allow: ['logs:*', 'kms:*'] },
    ],
    call: { as: 'john', call: 'logs:CreateLogGroup', with: { logGroupName: '/app', kmsKeyId: '<data>' } },
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: 'logs.us-east-1.amazonaws.com',
      nearMiss: 'Logs',
      says: /111111111111/,
      fixes: [{ kind: 'statement', target: '<data>' }],
    },
  },
  {
    name: 'user-in-capitals-in-a-policy',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html',
    story:
      'A condition compares aws:username with the name in another case; IAM takes both for one name, policies do not.',
    world: [
      { key: 'data' },
      {
        user: 'John',
        policy: [may('kms:Encrypt', { Sid: 'His', Condition: { StringEquals: { 'aws:username': 'john' } } })],
      },
    ],
    call: encrypt('John'),
    expect: {
      verdict: 'denied',
      who: '<John>',
      nearMiss: 'His',
      says: [/aws:username/, /John/],
      fixes: [{ kind: 'statement', target: '<John>' }],
    },
  },
  {
    name: 'encryption-context-of-another-case',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html',
    story: 'A policy asks for a context value in lower case, and the program gives it with a capital.',
    world: [
      { key: 'data' },
      {
        role: 'App',
        policy: [
          may('kms:Encrypt', {
            Sid: 'Shop',
            Condition: { StringEquals: { 'kms:EncryptionContext:app': 'shop' } },
          }),
        ],
      },
    ],
    call: encrypt('App', { EncryptionContext: { app: 'Shop' } }),
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<App>',
      nearMiss: 'Shop',
      says: /"Shop"/,
      fixes: [{ kind: 'request' }],
    },
    again: encrypt('App', { EncryptionContext: { app: 'shop' } }),
  },
  {
    name: 'deny-of-an-action-by-pattern',
    source: 'own: a guard whose pattern is wider than was meant',
    story: 'A guard denies kms:*Key to keep people from managing keys; kms:GenerateDataKey ends so, too.',
    world: [
      { key: 'data' },
      { role: 'App', policy: [may('kms:*'), mayNot('kms:*Key', { Sid: 'NoManagement' })] },
    ],
    call: { as: 'App', call: 'kms:GenerateDataKey', with: { KeyId: '<data>', KeySpec: 'AES_256' } },
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<App>',
      denies: 'NoManagement',
      fixes: [{ kind: 'narrowed-deny', target: '<App>' }],
    },
    stillRefused: [
      { as: 'App', call: 'kms:DisableKey', with: { KeyId: '<data>' } },
      { as: 'App', call: 'kms:CreateKey' },
    ],
  },
];
