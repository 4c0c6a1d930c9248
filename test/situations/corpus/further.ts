/** Keys that are elsewhere, policies copied from other keys, roles that other services launch by, and what follows from a call. */
import { encrypt } from '../calls.ts';
import type { Situation, Thing } from '../situation.ts';
import { ADMINISTRATION, DELEGATION, forAnybody, forPrincipal, forService, may } from '../statements.ts';

const multiRegion: Thing = {
  as: 'root',
  call: 'kms:CreateKey',
  with: { MultiRegion: true },
  name: 'data',
};
const inIreland = (KmsKeyId: string) => ({
  as: 'john',
  region: 'eu-west-1',
  call: 'ec2:CreateVolume',
  with: { AvailabilityZone: 'eu-west-1a', Size: 1, Encrypted: true, KmsKeyId },
});
const replica = 'arn:aws:kms:eu-west-1:<home>:key/<data.id>';
const grant = (grantee: string, more: object) => ({
  as: 'root',
  call: 'kms:CreateGrant',
  with: { KeyId: '<data>', GranteePrincipal: `<${grantee}>`, ...more },
});

export const FURTHER_SITUATIONS: readonly Situation[] = [
  {
    name: 'multi-region-key-that-was-not-replicated',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html',
    story: 'A volume is to be made in a Region to which its multi-Region key was not replicated yet.',
    world: [multiRegion, { user: 'john', allow: ['ec2:*', 'kms:*'] }],
    call: inIreland('<data>'),
    expect: {
      verdict: 'failed',
      says: /replica-region eu-west-1/,
      fixes: [{ kind: 'state', target: '<data>', calls: ['kms:ReplicateKey'], says: /Replicate the key/ }],
    },
    again: inIreland(replica),
  },
  {
    name: 'key-policy-copied-from-another-key',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html',
    story: 'A key policy was copied from another key, with that key as its resource.',
    world: [
      { role: 'App' },
      { key: 'other' },
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forPrincipal('<App>', ['kms:Decrypt', 'kms:Encrypt'], { Sid: 'Use', Resource: '<other>' }),
        ],
      },
    ],
    call: encrypt('App'),
    expect: {
      verdict: 'denied',
      who: '<App>',
      nearMiss: 'Use',
      fixes: [
        {
          kind: 'statement',
          target: '<data>',
          document: forPrincipal('<App>', ['kms:Decrypt', 'kms:Encrypt'], { Resource: '*' }),
        },
      ],
    },
  },
  {
    name: 'key-policy-of-another-account-read',
    source:
      'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html',
    story: 'An auditor of another account reads a key policy that allows all of KMS to his account.',
    world: [
      { account: 'friend' },
      { user: 'pat', in: 'friend', allow: ['kms:*'] },
      { key: 'data', policy: [DELEGATION, forPrincipal('arn:aws:iam::<friend>:root', 'kms:*')] },
    ],
    call: {
      as: 'pat',
      in: 'friend',
      call: 'kms:GetKeyPolicy',
      with: { KeyId: '<data>', PolicyName: 'default' },
    },
    expect: {
      verdict: 'denied',
      says: /only from the account that has the key, whatever policies and grants say/,
      neverSays: /neither names/,
    },
  },
  {
    name: 'private-network-as-source-address',
    source: 'https://github.com/aws/copilot-cli/issues/5500',
    story: "A statement asks for an address of the office's private network, which AWS never sees.",
    world: [
      { key: 'data' },
      {
        user: 'john',
        policy: [
          may('kms:Encrypt', {
            Sid: 'Office',
            Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
          }),
        ],
      },
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      nearMiss: 'Office',
      says: /10\.0\.0\.0\/8 is private: .* aws:VpcSourceIp/,
      neverSays: /from an address in 10/,
      fixes: [{ kind: 'new-statement', target: '<john>' }],
    },
  },
  {
    name: 'request-alias-of-another-stage',
    source:
      'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-request-alias',
    story: 'A statement is for aliases of development, and the call names one of production.',
    world: [
      { key: 'data', alias: 'alias/prod-app' },
      {
        user: 'john',
        policy: [
          may('kms:Encrypt', {
            Sid: 'Dev',
            Condition: { StringLike: { 'kms:RequestAlias': 'alias/dev-*' } },
          }),
        ],
      },
    ],
    call: encrypt('john', { KeyId: 'alias/prod-app' }),
    expect: {
      verdict: 'denied',
      who: '<john>',
      nearMiss: 'Dev',
      fixes: [
        {
          kind: 'statement',
          target: '<john>',
          document: [
            may('kms:Encrypt', {
              Condition: { StringLike: { 'kms:RequestAlias': ['alias/dev-*', 'alias/prod-app'] } },
            }),
          ],
        },
      ],
    },
  },
  {
    name: 'organization-path-without-a-set-operator',
    source:
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths',
    story: 'A key policy admits a unit by aws:PrincipalOrgPaths, a list, with plain StringEquals.',
    world: [
      { unit: 'Prod', accounts: ['home', 'friend'] },
      { user: 'pat', in: 'friend', allow: ['kms:*'] },
      {
        key: 'data',
        policy: [
          DELEGATION,
          forAnybody('kms:Encrypt', {
            Sid: 'Unit',
            Condition: {
              StringLike: { 'aws:PrincipalOrgPaths': '*/<Prod>/*' },
              StringEquals: { 'aws:PrincipalArn': '<pat>' },
            },
          }),
        ],
      },
    ],
    call: encrypt('pat', {}, { in: 'friend' }),
    expect: {
      verdict: 'denied',
      who: '<pat>',
      nearMiss: 'Unit',
      fixes: [{ kind: 'statement', target: '<data>', says: /ForAnyValue:StringLike/ }],
      gains: [],
    },
  },
  {
    name: 'grant-context-with-more-in-it',
    source:
      'https://docs.aws.amazon.com/kms/latest/developerguide/create-grant-overview.html#grant-constraints',
    story: 'A grant asks for exactly one pair in the encryption context, and the call gives two.',
    world: [
      { key: 'data' },
      { role: 'App' },
      grant('App', {
        Operations: ['Encrypt'],
        Constraints: { EncryptionContextEquals: { Department: 'IT' } },
      }),
    ],
    call: encrypt('App', { EncryptionContext: { Department: 'IT', Purpose: 'test' } }),
    expect: {
      verdict: 'denied',
      who: '<App>',
      says: /leaves it to them; grant \w+… does not help: its constraint requires .* exactly Department=IT/,
      fixes: [{ kind: 'request', says: /Department="IT", and nothing else in it/ }],
    },
    again: encrypt('App', { EncryptionContext: { Department: 'IT' } }),
  },
  {
    name: 'grant-handed-on-with-more-in-it',
    source:
      'https://docs.aws.amazon.com/kms/latest/developerguide/create-grant-overview.html#grant-creategrant',
    story: 'Whoever may hand on a grant to decrypt hands on one to encrypt as well.',
    world: [
      { key: 'data' },
      { role: 'App' },
      { role: 'Worker' },
      grant('App', { Operations: ['CreateGrant', 'Decrypt'] }),
    ],
    call: { ...grant('Worker', { Operations: ['Decrypt', 'Encrypt'] }), as: 'App' },
    expect: {
      verdict: 'denied',
      who: '<App>',
      action: 'kms:CreateGrant',
      says: /wider than this one: it has Encrypt, which this one does not have/,
      fixes: [{ kind: 'new-statement', target: '<App>' }],
    },
  },
  {
    name: 'snapshot-under-the-key-of-ebs-shared',
    source: 'https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html',
    story: 'A snapshot under aws/ebs is to be shared with another account.',
    world: [
      { account: 'friend' },
      {
        as: 'root',
        call: 'ec2:CreateVolume',
        with: { AvailabilityZone: 'us-east-1a', Size: 1, Encrypted: true },
        name: 'volume',
      },
      { as: 'root', call: 'ec2:CreateSnapshot', with: { VolumeId: '<volume>' }, name: 'snapshot' },
    ],
    call: {
      as: 'root',
      call: 'ec2:ModifySnapshotAttribute',
      with: {
        SnapshotId: '<snapshot>',
        Attribute: 'createVolumePermission',
        OperationType: 'add',
        UserIds: ['<friend>'],
      },
    },
    expect: { verdict: 'failed', says: /copy the snapshot or the image to a customer managed key/ },
  },
  {
    name: 'resource-control-policy-of-another-organization',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html',
    story: 'A policy against confused deputies was copied with the id of another organization in it.',
    world: [
      { unit: 'Prod', accounts: ['home'] },
      { key: 'data', policy: [ADMINISTRATION, forService('logs.us-east-1.amazonaws.com', ['kms:*'])] },
      { user: 'john', allow: ['logs:*', 'kms:*'] },
      {
        guardrail: 'Deputies',
        on: 'Prod',
        type: 'resource control policy',
        policy: [
          {
            Sid: 'Deputies',
            Effect: 'Deny',
            Principal: '*',
            Action: 'kms:*',
            Resource: '*',
            Condition: {
              StringNotEqualsIfExists: { 'aws:SourceOrgID': 'o-other12345' },
              Bool: { 'aws:PrincipalIsAWSService': 'true' },
            },
          },
        ],
      },
    ],
    call: { as: 'john', call: 'logs:CreateLogGroup', with: { logGroupName: '/app', kmsKeyId: '<data>' } },
    ask: 'the request',
    expect: {
      verdict: 'denied',
      denies: 'Deputies',
      fixes: [{ kind: 'narrowed-deny', target: '<Deputies>', says: /calls whose aws:SourceOrgID is "o-/ }],
    },
  },
];
