/** Calls that a statement would allow, were they made otherwise: with MFA, an external id, a context, another value. */
import { encrypt } from '../calls.ts';
import type { Situation, Thing } from '../situation.ts';
import { DELEGATION, forPrincipal, may, mayNot } from '../statements.ts';

const grantTo = (GranteePrincipal: string, more: object = {}) => ({
  as: 'john',
  call: 'kms:CreateGrant',
  with: { KeyId: '<data>', GranteePrincipal, Operations: ['Decrypt'], ...more },
});
const assume = (as: string, more: object = {}) => ({
  as,
  call: 'sts:AssumeRole',
  with: { RoleArn: '<Vendor>', RoleSessionName: 'audit', ...more },
});
const vendorTrust = (Condition: object): Thing => ({
  role: 'Vendor',
  trust: [
    { Sid: 'Vendor', Effect: 'Allow', Principal: { AWS: '<john>' }, Action: 'sts:AssumeRole', Condition },
  ],
});
const launchWithRole = {
  as: 'john',
  call: 'ec2:RunInstances',
  with: {
    ImageId: '<public-image>',
    InstanceType: 't3.micro',
    MinCount: 1,
    MaxCount: 1,
    IamInstanceProfile: { Name: 'Web' },
  },
};
const passing = (service: string) =>
  may('iam:PassRole', { Resource: '<Web>', Condition: { StringEquals: { 'iam:PassedToService': service } } });
const MFA = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };

export const REQUEST_SITUATIONS: readonly Situation[] = [
  {
    name: 'external-id-left-out',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user_externalid.html',
    story: "A vendor assumes a customer's role and forgets the external id.",
    world: [
      { user: 'john', allow: ['sts:AssumeRole'] },
      vendorTrust({ StringEquals: { 'sts:ExternalId': 'customer-7' } }),
    ],
    call: assume('john'),
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'sts:AssumeRole',
      resource: '<Vendor>',
      policyType: 'role trust policy',
      nearMiss: 'Vendor',
      says: /sts:ExternalId/,
      fixes: [{ kind: 'request', says: /customer-7/ }],
    },
    again: assume('john', { ExternalId: 'customer-7' }),
    stillRefused: [assume('john')],
  },
  {
    name: 'external-id-of-another-customer',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user_externalid.html',
    story: "A vendor assumes a customer's role with the external id of another.",
    world: [
      { user: 'john', allow: ['sts:AssumeRole'] },
      vendorTrust({ StringEquals: { 'sts:ExternalId': 'customer-7' } }),
    ],
    call: assume('john', { ExternalId: 'customer-8' }),
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<john>',
      nearMiss: 'Vendor',
      says: /customer-8/,
      fixes: [{ kind: 'request', says: /customer-7/ }],
    },
    again: assume('john', { ExternalId: 'customer-7' }),
    stillRefused: [assume('john', { ExternalId: 'customer-8' })],
  },
  {
    name: 'session-tags-that-the-trust-policy-leaves-out',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html',
    story: 'A session is to have tags, and the trust policy allows sts:AssumeRole alone.',
    world: [
      { user: 'john', allow: ['sts:*'] },
      {
        role: 'Vendor',
        trust: [{ Effect: 'Allow', Principal: { AWS: '<john>' }, Action: 'sts:AssumeRole' }],
      },
    ],
    call: assume('john', { Tags: [{ Key: 'team', Value: 'red' }] }),
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'sts:TagSession',
      resource: '<Vendor>',
      says: /does not let user john give its sessions tags/,
      fixes: [
        {
          kind: 'new-statement',
          target: '<Vendor>',
          document: { Effect: 'Allow', Principal: { AWS: '<john>' }, Action: 'sts:TagSession' },
        },
      ],
    },
  },
  {
    name: 'source-identity-that-the-trust-policy-leaves-out',
    source:
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html',
    story: 'A session is to have a source identity, and the trust policy allows sts:AssumeRole alone.',
    world: [
      { user: 'john', allow: ['sts:*'] },
      {
        role: 'Vendor',
        trust: [{ Effect: 'Allow', Principal: { AWS: '<john>' }, Action: 'sts:AssumeRole' }],
      },
    ],
    call: assume('john', { SourceIdentity: 'john' }),
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'sts:SetSourceIdentity',
      resource: '<Vendor>',
      says: /does not let user john give its sessions a source identity/,
      fixes: [
        {
          kind: 'new-statement',
          target: '<Vendor>',
          document: { Effect: 'Allow', Principal: { AWS: '<john>' }, Action: 'sts:SetSourceIdentity' },
        },
      ],
    },
  },
  {
    name: 'session-name-that-the-trust-policy-asks-for',
    source:
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_rolesessionname',
    story: 'A trust policy wants the session to be called as its user is.',
    world: [
      { user: 'john', allow: ['sts:AssumeRole'] },
      vendorTrust({ StringEquals: { 'sts:RoleSessionName': 'john' } }),
    ],
    call: assume('john'),
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<john>',
      nearMiss: 'Vendor',
      says: /sts:RoleSessionName/,
      fixes: [{ kind: 'request', says: /john/ }],
    },
    again: assume('john', { RoleSessionName: 'john' }),
  },
  {
    name: 'role-that-does-not-trust-the-caller',
    source: 'https://repost.aws/knowledge-center/iam-assume-role-error',
    story: 'A user may assume roles by his policy, and the role trusts a service only.',
    world: [
      { user: 'john', allow: ['sts:AssumeRole'] },
      {
        role: 'Vendor',
        trust: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
    ],
    call: assume('john'),
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<john>',
      policyType: 'role trust policy',
      fixes: [
        {
          kind: 'new-statement',
          target: '<Vendor>',
          document: { Effect: 'Allow', Principal: { AWS: '<john>' }, Action: 'sts:AssumeRole' },
        },
      ],
    },
  },
  {
    name: 'mfa-asked-for-by-an-allow',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html',
    story: 'A policy allows with MFA only, and the call is signed with long-term keys.',
    world: [{ key: 'data' }, { user: 'john', policy: [may('kms:*', { Sid: 'Mfa', Condition: MFA })] }],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      nearMiss: 'Mfa',
      says: [/MultiFactorAuthPresent/, /get-session-token/],
      fixes: [{ kind: 'request', says: /MFA/ }],
    },
    again: encrypt('john', {}, { withMfa: true }),
    stillRefused: [encrypt('john')],
  },
  {
    name: 'mfa-asked-for-by-a-deny',
    source: 'https://repost.aws/knowledge-center/mfa-iam-user-aws-cli',
    story: 'A Deny by BoolIfExists meets whoever has not signed in with MFA.',
    world: [
      { key: 'data' },
      {
        user: 'john',
        allow: ['kms:*'],
        policy: [
          mayNot('*', {
            Sid: 'NoMfa',
            Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
          }),
        ],
      },
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      denies: 'NoMfa',
      says: /MFA/,
      fixes: [{ kind: 'request', says: /MFA/ }],
    },
    again: encrypt('john', {}, { withMfa: true }),
    stillRefused: [encrypt('john')],
  },
  {
    name: 'encryption-context-asked-for',
    source:
      'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-encryption-context',
    story: 'A statement allows with an encryption context, and the call has none.',
    world: [
      { key: 'data' },
      {
        user: 'john',
        policy: [
          may('kms:Encrypt', {
            Sid: 'Finance',
            Condition: { StringEquals: { 'kms:EncryptionContext:Department': 'finance' } },
          }),
        ],
      },
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      nearMiss: 'Finance',
      fixes: [{ kind: 'request', says: /Department="finance"/ }],
    },
    again: encrypt('john', { EncryptionContext: { Department: 'finance' } }),
    stillRefused: [encrypt('john')],
  },
  {
    name: 'key-may-be-used-by-its-alias-only',
    source:
      'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-request-alias',
    story:
      'kms:RequestAlias lets the key be used where it is called by its alias, and the call gives its ARN.',
    world: [
      { key: 'data', alias: 'alias/app' },
      {
        user: 'john',
        policy: [
          may('kms:Encrypt', {
            Sid: 'ByAlias',
            Condition: { StringEquals: { 'kms:RequestAlias': 'alias/app' } },
          }),
        ],
      },
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      nearMiss: 'ByAlias',
      says: /kms:RequestAlias/,
      fixes: [{ kind: 'request', says: /alias\/app/ }],
    },
    again: encrypt('john', { KeyId: 'alias/app' }),
    stillRefused: [encrypt('john')],
  },
  {
    name: 'deletion-sooner-than-the-policy-lets',
    source:
      'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-schedule-key-deletion-pending-window-in-days',
    story: 'A key may be scheduled for deletion with a waiting period of 30 days, and the call says seven.',
    world: [
      { key: 'data' },
      {
        user: 'john',
        policy: [
          may('kms:ScheduleKeyDeletion', {
            Sid: 'Slowly',
            Condition: { NumericGreaterThanEquals: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '30' } },
          }),
        ],
      },
    ],
    call: { as: 'john', call: 'kms:ScheduleKeyDeletion', with: { KeyId: '<data>', PendingWindowInDays: 7 } },
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<john>',
      nearMiss: 'Slowly',
      fixes: [{ kind: 'request', says: /PendingWindowInDays/ }],
    },
    again: {
      as: 'john',
      call: 'kms:ScheduleKeyDeletion',
      with: { KeyId: '<data>', PendingWindowInDays: 30 },
    },
  },
  {
    name: 'unencrypted-volumes-are-denied',
    source:
      'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_ec2.html',
    story: 'A Deny meets volumes that are not encrypted, and the call does not say Encrypted.',
    world: [
      {
        user: 'john',
        allow: ['ec2:*', 'kms:*'],
        policy: [
          mayNot('ec2:CreateVolume', { Sid: 'Encrypted', Condition: { Bool: { 'ec2:Encrypted': 'false' } } }),
        ],
      },
    ],
    call: { as: 'john', call: 'ec2:CreateVolume', with: { AvailabilityZone: 'us-east-1a', Size: 1 } },
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'ec2:CreateVolume',
      denies: 'Encrypted',
      fixes: [{ kind: 'request', says: /Encrypted/ }],
    },
    again: {
      as: 'john',
      call: 'ec2:CreateVolume',
      with: { AvailabilityZone: 'us-east-1a', Size: 1, Encrypted: true },
    },
  },
  {
    name: 'unencrypted-launch-is-denied',
    source: 'https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html',
    story: 'A Deny meets volumes that are not encrypted, and the root volume of a launch is not.',
    world: [
      {
        user: 'john',
        allow: ['ec2:*'],
        policy: [
          mayNot('ec2:RunInstances', {
            Sid: 'Encrypted',
            Resource: 'arn:aws:ec2:*:*:volume/*',
            Condition: { Bool: { 'ec2:Encrypted': 'false' } },
          }),
        ],
      },
    ],
    call: {
      as: 'john',
      call: 'ec2:RunInstances',
      with: { ImageId: '<public-image>', InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 },
    },
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'ec2:RunInstances',
      denies: 'Encrypted',
      fixes: [{ kind: 'fact', calls: ['ec2:EnableEbsEncryptionByDefault'] }],
    },
  },
  {
    name: 'instance-type-that-a-guard-denies',
    source:
      'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_ec2.html',
    story: 'A Deny meets all but small instance types, and the launch names a big one.',
    world: [
      {
        user: 'john',
        allow: ['ec2:*'],
        policy: [
          mayNot('ec2:RunInstances', {
            Sid: 'Small',
            Resource: 'arn:aws:ec2:*:*:instance/*',
            Condition: { StringNotLike: { 'ec2:InstanceType': ['t3.*', 't2.*'] } },
          }),
        ],
      },
    ],
    call: {
      as: 'john',
      call: 'ec2:RunInstances',
      with: { ImageId: '<public-image>', InstanceType: 'm5.large', MinCount: 1, MaxCount: 1 },
    },
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'ec2:RunInstances',
      denies: 'Small',
      says: /m5\.large/,
      fixes: [{ kind: 'request', says: /t3\.\*/ }],
    },
    again: {
      as: 'john',
      call: 'ec2:RunInstances',
      with: { ImageId: '<public-image>', InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 },
    },
  },
  {
    name: 'pass-role-missing',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html',
    story: 'An instance is launched with a profile whose role the user may not pass.',
    world: [
      {
        role: 'Web',
        profile: true,
        trust: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      { user: 'john', allow: ['ec2:*'] },
    ],
    call: launchWithRole,
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'iam:PassRole',
      resource: '<Web>',
      fixes: [{ kind: 'new-statement', target: '<john>', document: passing('ec2.amazonaws.com') }],
      gains: [],
    },
  },
  {
    name: 'pass-role-to-a-service-that-is-none',
    source:
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_PassedToService',
    story: 'iam:PassedToService says ec2, and means ec2.amazonaws.com.',
    world: [
      {
        role: 'Web',
        profile: true,
        trust: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      { user: 'john', allow: ['ec2:*'], policy: [{ ...passing('ec2'), Sid: 'Pass' }] },
    ],
    call: launchWithRole,
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'iam:PassRole',
      nearMiss: 'Pass',
      says: /ec2\.amazonaws\.com/,
      fixes: [
        {
          kind: 'statement',
          target: '<john>',
          document: may('iam:PassRole', {
            Resource: '<Web>',
            Condition: { StringEquals: { 'iam:PassedToService': ['ec2', 'ec2.amazonaws.com'] } },
          }),
        },
      ],
    },
  },
  {
    name: 'source-network-of-an-allow',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-ip.html',
    story: "A statement allows from the office's network, and the call comes from elsewhere.",
    world: [
      { key: 'data' },
      {
        user: 'john',
        policy: [
          may('kms:Encrypt', {
            Sid: 'Office',
            Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
          }),
        ],
      },
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      nearMiss: 'Office',
      says: /203\.0\.113\.0\/24/,
      // From where a client calls, this house cannot choose.
      fixes: [{ kind: 'request', says: /203\.0\.113\.0\/24/ }],
    },
    again: { as: 'root', call: 'kms:DescribeKey', with: { KeyId: '<data>' } },
  },
  {
    name: 'session-tag-that-the-key-asks-for',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html',
    story: 'Access goes by a tag of the session, which whoever started it left out.',
    world: [
      { key: 'data' },
      {
        role: 'App',
        policy: [
          may('kms:Encrypt', {
            Sid: 'Project',
            Condition: { StringEquals: { 'aws:PrincipalTag/project': 'apollo' } },
          }),
        ],
      },
    ],
    call: encrypt('App'),
    expect: {
      verdict: 'denied',
      who: '<App>',
      nearMiss: 'Project',
      fixes: [{ kind: 'fact', target: '<App>', calls: ['iam:TagRole'] }],
    },
  },
  {
    name: 'attestation-that-the-key-asks-for',
    source: 'https://github.com/aws/aws-nitro-enclaves-sdk-c/issues/157',
    story:
      'A key may be used by an enclave of one image, and its instance calls without an attestation document.',
    world: [
      { role: 'Enclave', allow: ['kms:Decrypt'] },
      {
        key: 'data',
        policy: [
          DELEGATION,
          forPrincipal('<Enclave>', 'kms:Decrypt', {
            Sid: 'Unattested',
            Effect: 'Deny',
            Condition: { StringNotEqualsIgnoreCase: { 'kms:RecipientAttestation:ImageSha384': 'abcdef' } },
          }),
        ],
      },
      { ciphertext: 'secret', key: 'data' },
    ],
    call: { as: 'Enclave', call: 'kms:Decrypt', with: { CiphertextBlob: '<secret>', KeyId: '<data>' } },
    expect: {
      verdict: 'denied',
      who: '<Enclave>',
      denies: 'Unattested',
      says: /Not tried/,
      fixes: [
        { kind: 'request', says: /attestation document \(Recipient\) in which ImageSha384 is "abcdef"/ },
      ],
    },
    byHand: [{ as: 'root', call: 'kms:PutKeyPolicy', with: { KeyId: '<data>', Policy: [DELEGATION] } }],
  },
  {
    name: 'encryption-context-of-any-value',
    source:
      'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-encryption-context-keys',
    story:
      'A statement allows with an encryption context of one name, whatever its value, and the call has none.',
    world: [
      { key: 'data' },
      {
        user: 'john',
        policy: [
          may('kms:Encrypt', {
            Sid: 'Context',
            Condition: {
              'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': 'AppName' },
              Null: { 'kms:EncryptionContextKeys': 'false' },
            },
          }),
        ],
      },
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      nearMiss: 'Context',
      fixes: [{ kind: 'request', says: /with an encryption context that has "AppName"/ }],
    },
    again: encrypt('john', { EncryptionContext: { AppName: 'any' } }),
    stillRefused: [encrypt('john'), encrypt('john', { EncryptionContext: { Stage: 'any' } })],
  },
  {
    name: 'grant-without-the-constraints-that-are-asked-for',
    source:
      'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-constraint-type',
    story: 'Grants may be made with constraints on the encryption context only, and the call has none.',
    world: [
      { key: 'data' },
      { role: 'App', allow: ['s3:*'] },
      {
        user: 'john',
        policy: [
          may('kms:CreateGrant', {
            Sid: 'Constrained',
            Condition: { StringEquals: { 'kms:GrantConstraintType': 'EncryptionContextEquals' } },
          }),
        ],
      },
    ],
    call: grantTo('<App>'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      nearMiss: 'Constrained',
      fixes: [{ kind: 'request', says: /made with Constraints\.EncryptionContextEquals\./ }],
    },
    again: grantTo('<App>', { Constraints: { EncryptionContextEquals: { App: 'a' } } }),
    stillRefused: [grantTo('<App>')],
  },
  {
    name: 'role-whose-boundary-is-asked-for',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html',
    story: 'Roles may be given policies only where they have a boundary, and this one has none.',
    world: [
      { role: 'Seed', boundary: [may('s3:*')] },
      { role: 'App' },
      {
        user: 'john',
        policy: [
          may('iam:PutRolePolicy', {
            Sid: 'Bounded',
            Condition: { StringEquals: { 'iam:PermissionsBoundary': '<boundary-of-Seed>' } },
          }),
        ],
      },
    ],
    call: {
      as: 'john',
      call: 'iam:PutRolePolicy',
      with: { RoleName: 'App', PolicyName: 'more', PolicyDocument: [may('s3:*')] },
    },
    expect: {
      verdict: 'denied',
      who: '<john>',
      nearMiss: 'Bounded',
      fixes: [
        {
          kind: 'fact',
          target: '<App>',
          calls: ['iam:PutRolePermissionsBoundary'],
          says: /which limits it from then on/,
        },
      ],
    },
  },
];
