/** What an organization keeps its accounts from: service and resource control policies. */
import { encrypt } from '../calls.ts';
import type { Situation, Thing } from '../situation.ts';
import { FOR_AWS_RESOURCES, may, mayNot } from '../statements.ts';

const startWeb = { as: 'john', call: 'ec2:StartInstances', with: { InstanceIds: ['<web>'] } };
const prod: Thing = { unit: 'Prod', accounts: ['home'] };
const john: Thing = { user: 'john', allow: ['ec2:*', 'kms:*'] };
const serviceControl = (name: string, ...policy: readonly object[]): Thing => ({
  guardrail: name,
  on: 'Prod',
  type: 'service control policy',
  policy: policy as never,
});

export const GUARDRAIL_SITUATIONS: readonly Situation[] = [
  {
    name: 'scp-denies-grants-of-services',
    source:
      'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples.html',
    story: 'A service control policy of a landing zone denies grants for AWS resources on its units.',
    world: [
      prod,
      { key: 'data' },
      john,
      { instance: 'web', keys: ['data'], isStopped: true },
      serviceControl('NoGrants', mayNot('kms:CreateGrant', { Sid: 'Grants', Condition: FOR_AWS_RESOURCES })),
    ],
    call: startWeb,
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:CreateGrant',
      policyType: 'service control policy',
      denies: 'Grants',
      says: [/NoGrants/, /Prod/, /kms:GrantIsForAWSResource/],
      fixes: [{ kind: 'narrowed-deny', target: '<NoGrants>', account: '<management>' }],
    },
  },
  {
    name: 'scp-region-deny-by-not-action',
    source: 'https://github.com/aws/karpenter-provider-aws/issues/8190',
    story: 'A Region guardrail with NotAction denies what is asked in a Region that is not on its list.',
    world: [
      prod,
      { key: 'data', region: 'eu-west-1' },
      john,
      serviceControl('Regions', {
        Sid: 'OnlyUsEast',
        Effect: 'Deny',
        NotAction: ['iam:*', 'organizations:*', 'sts:*', 'support:*'],
        Resource: '*',
        Condition: { StringNotEquals: { 'aws:RequestedRegion': ['us-east-1'] } },
      }),
    ],
    call: encrypt('john', {}, { region: 'eu-west-1' }),
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:Encrypt',
      policyType: 'service control policy',
      denies: 'OnlyUsEast',
      says: [/aws:RequestedRegion/, /eu-west-1/],
      fixes: [{ kind: 'narrowed-deny', target: '<Regions>', account: '<management>' }],
    },
  },
  {
    name: 'scp-allow-list-without-kms',
    source:
      'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html',
    story: 'A unit has an allow-list in place of FullAWSAccess, and KMS is not on it.',
    world: [
      prod,
      { key: 'data' },
      john,
      {
        guardrail: 'Allowed',
        on: 'Prod',
        type: 'service control policy',
        policy: [may(['ec2:*', 's3:*', 'iam:*', 'sts:*'])],
        isAllowList: true,
      },
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      policyType: 'service control policy',
      says: /Prod/,
      fixes: [
        {
          kind: 'new-statement',
          target: '<Allowed>',
          account: '<management>',
          document: may('kms:Encrypt'),
        },
      ],
      gains: ['arn:aws:iam::<home>:root'],
    },
  },
  {
    name: 'scp-allow-list-on-the-root-and-the-unit',
    source:
      'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html',
    story: 'Two levels have allow-lists, and neither has KMS: what one level lacks is denied.',
    world: [
      prod,
      { key: 'data' },
      john,
      {
        guardrail: 'AllowedOnUnit',
        on: 'Prod',
        type: 'service control policy',
        policy: [may(['ec2:*', 'iam:*', 'sts:*'])],
        isAllowList: true,
      },
      {
        guardrail: 'AllowedOnAccount',
        on: 'home',
        type: 'service control policy',
        policy: [may(['ec2:*', 'iam:*', 'sts:*', 's3:*'])],
        isAllowList: true,
      },
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      policyType: 'service control policy',
      fixes: [
        { kind: 'new-statement', target: '<AllowedOnUnit>', document: may('kms:Encrypt') },
        { kind: 'new-statement', target: '<AllowedOnAccount>', document: may('kms:Encrypt') },
      ],
      gains: ['arn:aws:iam::<home>:root'],
    },
  },
  {
    name: 'scp-protects-keys-from-deletion',
    source:
      'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples.html',
    story: 'An administrator schedules the deletion of a key, which a guardrail denies to all but one role.',
    world: [
      prod,
      { key: 'data' },
      john,
      serviceControl(
        'Keys',
        mayNot(['kms:ScheduleKeyDeletion', 'kms:DisableKey'], {
          Sid: 'KeepKeys',
          Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/KeyAdministration' } },
        }),
      ),
    ],
    call: { as: 'john', call: 'kms:ScheduleKeyDeletion', with: { KeyId: '<data>', PendingWindowInDays: 30 } },
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:ScheduleKeyDeletion',
      policyType: 'service control policy',
      denies: 'KeepKeys',
      says: /KeyAdministration/,
      fixes: [{ kind: 'narrowed-deny', target: '<Keys>' }],
    },
  },
  {
    name: 'rcp-keeps-a-partner-out',
    source: 'https://docs.datadoghq.com/security/default_rules/def-000-4x9',
    story:
      'A resource control policy keeps everybody outside the organization from its keys, and a partner was invited.',
    world: [
      prod,
      { account: 'partner' },
      {
        key: 'data',
        policy: [
          { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::<home>:root' }, Action: 'kms:*', Resource: '*' },
          {
            Sid: 'Partner',
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::<partner>:root' },
            Action: 'kms:Encrypt',
            Resource: '*',
          },
        ],
      },
      { user: 'pat', allow: ['kms:*'], in: 'partner' },
      {
        guardrail: 'Perimeter',
        on: 'Prod',
        type: 'resource control policy',
        policy: [
          {
            Sid: 'OurOwnOnly',
            Effect: 'Deny',
            Principal: '*',
            Action: 'kms:*',
            Resource: '*',
            Condition: {
              StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-example0000' },
              BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
            },
          },
        ],
      },
    ],
    call: encrypt('pat', {}, { in: 'partner' }),
    expect: {
      verdict: 'denied',
      who: '<pat>',
      action: 'kms:Encrypt',
      resource: '<data>',
      policyType: 'resource control policy',
      denies: 'OurOwnOnly',
      says: [/aws:PrincipalOrgID/, /Perimeter/],
      fixes: [{ kind: 'narrowed-deny', target: '<Perimeter>', account: '<management>' }],
    },
  },
  {
    name: 'management-account-is-exempt',
    source: 'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html',
    story: 'A guardrail on the root binds every account but the one that manages the organization.',
    world: [
      prod,
      { user: 'boss', allow: ['kms:*'], in: 'management' },
      { key: 'data', in: 'management' },
      {
        guardrail: 'NoKms',
        on: 'root',
        type: 'service control policy',
        policy: [mayNot('kms:*', { Sid: 'NoKms' })],
      },
    ],
    call: encrypt('boss', {}, { in: 'management' }),
    ask: { subject: '<data>' },
    expect: { verdict: 'allowed', who: '<boss>', action: 'kms:Encrypt' },
  },
];
