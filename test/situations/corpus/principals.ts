/** Callers that a policy does not mean, or does not mean any more. */
import { encrypt } from '../calls.ts';
import type { Situation, Thing } from '../situation.ts';
import { ADMINISTRATION, DELEGATION, forAnybody, forPrincipal, may, mayNot } from '../statements.ts';

/** The role is deleted, and made again under the same name. */
const recreated = (role: string): Thing[] => [
  { as: 'root', call: 'iam:DeleteRole', with: { RoleName: role } },
  { role },
];

export const PRINCIPAL_SITUATIONS: readonly Situation[] = [
  {
    name: 'role-deleted-and-made-again',
    source: 'https://github.com/terraform-aws-modules/terraform-aws-kms/pull/18',
    story: 'A role was deleted and made again; the key policy still means the one that is gone.',
    world: [
      { role: 'App' },
      { key: 'data', policy: [ADMINISTRATION, forPrincipal('<App>', 'kms:Encrypt', { Sid: 'Use' })] },
      ...recreated('App'),
    ],
    call: encrypt('App'),
    expect: {
      verdict: 'denied',
      who: '<App>',
      nearMiss: 'Use',
      says: /deleted/,
      neverSays: /new-statement/,
      fixes: [{ kind: 'fact', target: '<data>', document: forPrincipal('<App>', 'kms:Encrypt') }],
    },
  },
  {
    name: 'dead-principal-beside-the-fix',
    source: 'https://github.com/Nike-Inc/cerberus/pull/25',
    story: 'The key policy names a deleted role beside; no statement can be added while it is there.',
    world: [
      { role: 'Gone' },
      { user: 'john' },
      { key: 'data', policy: [ADMINISTRATION, forPrincipal('<Gone>', 'kms:Decrypt', { Sid: 'Old' })] },
      { as: 'root', call: 'iam:DeleteRole', with: { RoleName: 'Gone' } },
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      policyType: 'resource-based policy',
      says: /deleted/,
      fixes: [{ kind: 'new-statement', target: '<data>', document: forPrincipal('<john>', 'kms:Encrypt') }],
    },
  },
  {
    name: 'session-named-in-the-key-policy',
    source: 'https://github.com/pulumi/pulumi-aws/issues/5173',
    story: 'The key policy names the session of whoever deployed it; the next deployment has another name.',
    world: [
      { role: 'Deploy' },
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forPrincipal('arn:aws:sts::<home>:assumed-role/Deploy/build-1', 'kms:Encrypt', { Sid: 'Deployer' }),
        ],
      },
    ],
    call: encrypt('Deploy', {}, { session: 'build-2' }),
    expect: {
      verdict: 'denied',
      who: '<Deploy>',
      nearMiss: 'Deployer',
      says: /session build-1/,
      fixes: [{ kind: 'fact', target: '<data>', document: forPrincipal('<Deploy>', 'kms:Encrypt') }],
    },
  },
  {
    name: 'not-principal-with-the-role-only',
    source: 'https://neverendingqs.com/2017/09/24/not-principal.html',
    story: 'A Deny with NotPrincipal names the role, and so denies its sessions.',
    world: [
      { role: 'App' },
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forPrincipal('<App>', 'kms:Encrypt'),
          {
            Sid: 'EverybodyElse',
            Effect: 'Deny',
            NotPrincipal: { AWS: ['<App>', 'arn:aws:iam::<home>:root'] },
            Action: 'kms:Encrypt',
            Resource: '*',
          },
        ],
      },
    ],
    call: encrypt('App'),
    expect: {
      verdict: 'denied',
      who: '<App>',
      denies: 'EverybodyElse',
      policyType: 'resource-based policy',
      says: /NotPrincipal/,
      fixes: [{ kind: 'narrowed-deny', target: '<data>' }],
    },
  },
  {
    name: 'boundary-without-kms',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html',
    story:
      "A developer's role may use the key by its policy, and its permissions boundary says nothing of KMS.",
    world: [
      { key: 'data' },
      {
        role: 'Dev',
        policy: [may('kms:Encrypt', { Resource: '<data>' })],
        boundary: [may(['ec2:*', 's3:*'])],
      },
    ],
    call: encrypt('Dev'),
    expect: {
      verdict: 'denied',
      who: '<Dev>',
      policyType: 'permissions boundary',
      fixes: [
        {
          kind: 'new-statement',
          target: '<boundary-of-Dev>',
          document: may('kms:Encrypt', { Resource: '<data>' }),
        },
      ],
    },
  },
  {
    name: 'boundary-that-denies',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html',
    story: 'A boundary denies the use of a key to whomever it bounds.',
    world: [
      { key: 'data' },
      { user: 'john', allow: ['kms:*'], boundary: [may('*'), mayNot('kms:Encrypt', { Sid: 'NoSecrets' })] },
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      policyType: 'permissions boundary',
      denies: 'NoSecrets',
      fixes: [{ kind: 'narrowed-deny', target: '<boundary-of-john>' }],
    },
  },
  {
    name: 'session-policy-without-kms',
    source: 'https://github.com/aws/aws-sdk-js/issues/4303',
    story: 'A session is started with a session policy that leaves KMS out.',
    world: [{ key: 'data' }, { role: 'App', allow: ['kms:*', 's3:*'] }],
    call: encrypt('App', {}, { sessionPolicy: [may('s3:*')] }),
    expect: {
      verdict: 'denied',
      who: '<App>',
      policyType: 'session policy',
      fixes: [{ kind: 'request', says: /session policy/ }],
    },
    again: encrypt('App', {}, { sessionPolicy: [may('s3:*'), may('kms:Encrypt', { Resource: '<data>' })] }),
  },
  {
    name: 'user-of-no-policy',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html',
    story: 'A new user has no policy at all.',
    world: [{ key: 'data' }, { user: 'new' }],
    call: encrypt('new'),
    expect: {
      verdict: 'denied',
      who: '<new>',
      policyType: 'identity-based policy',
      says: /none is attached/,
      fixes: [
        { kind: 'new-statement', target: '<new>', document: may('kms:Encrypt', { Resource: '<data>' }) },
      ],
      gains: [],
    },
  },
  {
    name: 'eight-policies-and-none-of-kms',
    source: 'own: a user of many groups',
    story: 'A user has many statements, of which none speaks of the key; the answer must still be short.',
    world: [
      { key: 'data' },
      {
        user: 'john',
        policy: ['s3', 'sqs', 'sns', 'logs', 'ec2', 'iam', 'lambda', 'dynamodb'].map((service) =>
          may(`${service}:*`),
        ),
      },
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      policyType: 'identity-based policy',
      fixes: [{ kind: 'new-statement', target: '<john>' }],
    },
  },
  {
    name: 'root-of-the-account-left-out',
    source:
      'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-root-enable-iam',
    story: 'A key policy names one administrator and nobody else; the root user may not use the key.',
    world: [
      { user: 'admin', allow: ['kms:*'] },
      { key: 'data', policy: [forPrincipal('<admin>', 'kms:*', { Sid: 'Admin' })] },
    ],
    call: encrypt('root'),
    expect: {
      verdict: 'denied',
      who: 'arn:aws:iam::<home>:root',
      policyType: 'resource-based policy',
      fixes: [{ kind: 'new-statement', target: '<data>' }],
    },
  },
  {
    name: 'everybody-of-a-condition-that-misses',
    source:
      'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account',
    story:
      'The key policy lets everybody of an account use the key by kms:CallerAccount, and names another account.',
    world: [
      { account: 'partner' },
      { user: 'john', allow: ['kms:*'] },
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forAnybody('kms:Encrypt', {
            Sid: 'Account',
            Condition: { StringEquals: { 'kms:CallerAccount': '<partner>' } },
          }),
        ],
      },
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      nearMiss: 'Account',
      says: /kms:CallerAccount/,
      fixes: [{ kind: 'new-statement', target: '<data>', document: forPrincipal('<john>', 'kms:Encrypt') }],
    },
  },
  {
    name: 'key-policy-that-nobody-may-change',
    source: 'https://repost.aws/knowledge-center/update-key-policy-future',
    story: 'A key policy names one administrator, who was deleted; nobody may change it any more.',
    world: [
      { user: 'john', allow: ['kms:*'] },
      { user: 'admin' },
      { key: 'data' },
      {
        as: 'root',
        call: 'kms:PutKeyPolicy',
        with: {
          KeyId: '<data>',
          BypassPolicyLockoutSafetyCheck: true,
          Policy: [
            forPrincipal('<admin>', 'kms:*'),
            forPrincipal('arn:aws:iam::<home>:root', ['kms:Describe*', 'kms:Get*', 'kms:List*']),
          ],
        },
      },
      { as: 'root', call: 'iam:DeleteUser', with: { UserName: 'admin' } },
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      policyType: 'resource-based policy',
      says: [
        /AIDA\w+\), which was deleted/,
        /This may help, but nobody in account \d+ who was tried \(its root user first\) may do it: Add this statement to the key policy/,
        /was told: .* is not authorized to perform: kms:PutKeyPolicy/,
        /only AWS Support can make the key manageable again/,
      ],
      neverSays: /No change of policy was found/,
      fixes: [],
    },
  },
  {
    name: 'role-of-a-permission-set',
    source: 'https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html',
    story: 'A developer signs in by IAM Identity Center, whose roles nobody else can change.',
    world: [
      { key: 'data' },
      {
        role: 'AWSReservedSSO_Developer_0123456789abcdef',
        path: '/aws-reserved/sso.amazonaws.com/eu-west-1/',
        policy: [may('ec2:*')],
      },
    ],
    call: encrypt('AWSReservedSSO_Developer_0123456789abcdef'),
    expect: {
      verdict: 'denied',
      who: '<AWSReservedSSO_Developer_0123456789abcdef>',
      says: /In IAM Identity Center, .* permission set Developer/,
      neverSays: /put-role-policy/,
    },
  },
  {
    name: 'inline-policies-at-their-quota',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html',
    story: "A user's inline policies have no room left for another statement.",
    world: [
      { key: 'data' },
      {
        user: 'john',
        policy: [may(Array.from({ length: 74 }, (_, number) => `s3:GetObjectSomething${number}`))],
      },
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      fixes: [
        { kind: 'new-statement', target: '<john>', calls: ['iam:CreatePolicy', 'iam:AttachUserPolicy'] },
      ],
      gains: [],
    },
  },
  {
    name: 'boundary-that-is-of-aws',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html',
    story: 'A role is bounded by PowerUserAccess, which allows no users to be made.',
    world: [
      { role: 'App', allow: ['iam:*'] },
      {
        as: 'root',
        call: 'iam:PutRolePermissionsBoundary',
        with: { RoleName: 'App', PermissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess' },
      },
    ],
    call: { as: 'App', call: 'iam:CreateUser', with: { UserName: 'new' } },
    expect: {
      verdict: 'denied',
      who: '<App>',
      policyType: 'permissions boundary',
      says: /another permissions boundary, which allows iam:CreateUser too: PowerUserAccess is AWS's/,
    },
  },
  {
    name: 'root-user-of-a-member-account',
    source:
      'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html',
    story: 'A guardrail keeps root users from the use of keys, and one calls all the same.',
    world: [
      { unit: 'Prod', accounts: ['home'] },
      { key: 'data' },
      {
        guardrail: 'NoRoot',
        on: 'Prod',
        type: 'service control policy',
        policy: [
          mayNot(['kms:Decrypt', 'kms:Encrypt'], {
            Sid: 'NoRoot',
            Condition: { StringLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:root' } },
          }),
        ],
      },
    ],
    call: encrypt('root'),
    expect: {
      verdict: 'denied',
      denies: 'NoRoot',
      says: /is there to keep root users from it; call it as a user or a role that may/,
      neverSays: /Narrow/,
    },
  },
  {
    name: 'caller-missing-in-a-list-of-user-ids',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html',
    story: 'A key policy denies to all but the ids that it lists, and a new role has another.',
    world: [
      { role: 'App', allow: ['kms:*'] },
      {
        key: 'data',
        policy: [
          DELEGATION,
          mayNot('kms:Encrypt', {
            Sid: 'Ids',
            Principal: '*',
            Condition: { StringNotLike: { 'aws:userid': ['AROAAAAAAAAAAAAAAAAAA:*', '<home>'] } },
          }),
        ],
      },
    ],
    call: encrypt('App'),
    expect: {
      verdict: 'denied',
      who: '<App>',
      denies: 'Ids',
      fixes: [{ kind: 'narrowed-deny', target: '<data>', says: /spares sessions of the role AROA/ }],
      gains: [],
    },
  },
];
