/** Condition keys and elements that are seldom, each the cause of a denial. */
import { encrypt } from '../calls.ts';
import type { Call, Situation, Statement } from '../situation.ts';
import { DELEGATION, may, mayNot } from '../statements.ts';

const grant = (more: object): Call => ({
  as: 'john',
  call: 'kms:CreateGrant',
  with: { KeyId: '<data>', GranteePrincipal: '<App>', Operations: ['Decrypt'], ...more },
});
const createKey = (more: object = {}): Call => ({ as: 'john', call: 'kms:CreateKey', with: more });
const rotate = (RotationPeriodInDays: number): Call => ({
  as: 'john',
  call: 'kms:EnableKeyRotation',
  with: { KeyId: '<data>', RotationPeriodInDays },
});
const putPolicy: Call = {
  as: 'john',
  call: 'iam:PutRolePolicy',
  with: { RoleName: 'App', PolicyName: 'more', PolicyDocument: [may('s3:*')] },
};
const assume: Call = {
  as: 'john',
  call: 'sts:AssumeRole',
  with: { RoleArn: '<App>', RoleSessionName: 'one' },
};
const KMS = 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html';
const IAM = 'https://docs.aws.amazon.com/IAM/latest/UserGuide';
const john = { verdict: 'denied', who: '<john>' } as const;
const toApp = (names: readonly string[]): Statement =>
  may('kms:CreateGrant', { Sid: 'ToApp', Condition: { StringEquals: { 'kms:GranteePrincipal': names } } });
const decryptAlone = (names: readonly string[]): Statement =>
  may('kms:CreateGrant', {
    Sid: 'DecryptAlone',
    Condition: { 'ForAllValues:StringEquals': { 'kms:GrantOperations': names } },
  });

export const FURTHER_CONDITION_SITUATIONS: readonly Situation[] = [
  {
    name: 'grant-to-somebody-else',
    source: `${KMS}#conditions-kms-grantee-principal`,
    story: 'A user may make grants for one role, and makes one for another.',
    world: [{ key: 'data' }, { role: 'App' }, { role: 'Web' }, { user: 'john', policy: [toApp(['<App>'])] }],
    call: grant({ GranteePrincipal: '<Web>' }),
    expect: {
      ...john,
      nearMiss: 'ToApp',
      fixes: [{ kind: 'statement', target: '<john>', document: toApp(['<App>', '<Web>']) }],
    },
  },
  {
    name: 'grant-of-more-operations',
    source: `${KMS}#conditions-kms-grant-operations`,
    story: 'A user may make grants to decrypt, and makes one to encrypt as well.',
    world: [{ key: 'data' }, { role: 'App' }, { user: 'john', policy: [decryptAlone(['Decrypt'])] }],
    call: grant({ Operations: ['Decrypt', 'Encrypt'] }),
    expect: {
      ...john,
      nearMiss: 'DecryptAlone',
      fixes: [{ kind: 'statement', target: '<john>', document: decryptAlone(['Decrypt', 'Encrypt']) }],
    },
  },
  {
    name: 'region-that-a-statement-leaves-out',
    source: `${IAM}/reference_policies_condition-keys.html#condition-keys-requestedregion`,
    story: 'Keys may be used in Ireland, by aws:RequestedRegion, and the call is made in Virginia.',
    world: [
      { key: 'data' },
      {
        user: 'john',
        policy: [
          may('kms:*', {
            Sid: 'Ireland',
            Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
          }),
        ],
      },
    ],
    call: encrypt('john'),
    expect: {
      ...john,
      nearMiss: 'Ireland',
      fixes: [
        {
          kind: 'statement',
          target: '<john>',
          document: may('kms:*', {
            Condition: { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1'] } },
          }),
        },
      ],
    },
  },
  {
    name: 'role-session-without-mfa',
    source: `${IAM}/id_credentials_mfa_configure-api-require.html`,
    story: 'A Deny by Bool meets sessions without MFA; one of a role has the key, and says false.',
    world: [
      { key: 'data' },
      {
        role: 'Ops',
        policy: [
          may('kms:*'),
          mayNot('kms:*', { Sid: 'Mfa', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } }),
        ],
      },
    ],
    call: encrypt('Ops'),
    expect: {
      verdict: 'denied',
      who: '<Ops>',
      denies: 'Mfa',
      neverSays: /get-session-token/,
      fixes: [{ kind: 'request', says: /begun with MFA \(aws sts assume-role with --serial-number/ }],
    },
    again: encrypt('Ops', {}, { withMfa: true }),
    stillRefused: [encrypt('Ops')],
  },
  {
    name: 'mfa-deny-meets-the-service',
    source: `${IAM}/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent`,
    story: 'A Deny by Bool spares calls with long-term keys, and meets what EC2 asks of KMS for one.',
    world: [
      { key: 'data' },
      {
        user: 'john',
        allow: ['ec2:*', 'kms:*'],
        policy: [
          mayNot('kms:*', { Sid: 'Mfa', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } }),
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
      denies: 'Mfa',
      says: /a service that calls for a user/,
      fixes: [{ kind: 'request', says: /with MFA \(aws sts get-session-token/ }],
    },
    again: {
      as: 'john',
      call: 'ec2:CreateVolume',
      with: { AvailabilityZone: 'us-east-1a', Size: 1, Encrypted: true, KmsKeyId: '<data>' },
      withMfa: true,
    },
    stillRefused: [
      {
        as: 'john',
        call: 'ec2:CreateVolume',
        with: { AvailabilityZone: 'us-east-1a', Size: 1, Encrypted: true, KmsKeyId: '<data>' },
      },
    ],
  },
  {
    name: 'tag-of-any-value-that-is-missing',
    source: `${IAM}/reference_policies_elements_condition_operators.html#Conditions_Null`,
    story: 'Keys may be made where they have a team, whichever, by Null; the call has no tags.',
    world: [
      {
        user: 'john',
        policy: [
          may(['kms:CreateKey', 'kms:PutKeyPolicy', 'kms:TagResource'], {
            Sid: 'Tagged',
            Condition: { Null: { 'aws:RequestTag/team': 'false' } },
          }),
        ],
      },
    ],
    call: createKey(),
    expect: {
      ...john,
      nearMiss: 'Tagged',
      fixes: [{ kind: 'request', says: /with the tag team of any value/ }],
    },
    again: createKey({ Tags: [{ TagKey: 'team', TagValue: 'blue' }] }),
    stillRefused: [createKey()],
  },
  {
    name: 'set-operator-on-an-absent-context',
    source: `${IAM}/reference_policies_condition-single-vs-multi-valued-context-keys.html`,
    story: 'A Deny by ForAllValues meets a call that has no encryption context at all.',
    world: [
      { key: 'data' },
      {
        user: 'john',
        policy: [
          may('kms:*'),
          mayNot('kms:Encrypt', {
            Sid: 'NeedsApp',
            Condition: { 'ForAllValues:StringNotEquals': { 'kms:EncryptionContextKeys': 'app' } },
          }),
        ],
      },
    ],
    call: encrypt('john'),
    expect: {
      ...john,
      denies: 'NeedsApp',
      says: /ForAllValues/,
      fixes: [{ kind: 'request', says: /with an encryption context that has "app"/ }],
    },
    again: encrypt('john', { EncryptionContext: { app: 'shop' } }),
    stillRefused: [encrypt('john')],
  },
  {
    name: 'tag-that-nobody-may-set',
    source: `${IAM}/access_tags.html#access_tags_control-tag-keys`,
    story: 'A Deny keeps a user from setting the tag of an owner, by aws:TagKeys.',
    world: [
      { volume: 'disk' },
      {
        user: 'john',
        policy: [
          may('ec2:*'),
          mayNot('ec2:CreateTags', {
            Sid: 'NoOwner',
            Condition: { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'owner' } },
          }),
        ],
      },
    ],
    call: {
      as: 'john',
      call: 'ec2:CreateTags',
      with: { Resources: ['<disk>'], Tags: [{ Key: 'owner', Value: 'john' }] },
    },
    expect: {
      ...john,
      denies: 'NoOwner',
      fixes: [
        {
          kind: 'narrowed-deny',
          target: '<john>',
          document: mayNot('ec2:CreateTags', {
            Resource: undefined,
            NotResource: 'arn:aws:ec2:us-east-1:<home>:volume/<disk>',
            Condition: { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'owner' } },
          }),
        },
      ],
    },
  },
  {
    name: 'everything-but-keys',
    source: `${IAM}/reference_policies_elements_notaction.html`,
    story: 'A user may do everything but what concerns keys, by NotAction.',
    world: [
      { key: 'data' },
      { user: 'john', policy: [may([], { Action: undefined, NotAction: ['kms:*', 'iam:*'] })] },
    ],
    call: encrypt('john'),
    expect: {
      ...john,
      fixes: [
        { kind: 'new-statement', target: '<john>', document: [may('kms:Encrypt', { Resource: '<data>' })] },
      ],
    },
  },
  {
    name: 'deny-of-all-but-one-key',
    source: `${IAM}/reference_policies_elements_notresource.html`,
    story: 'A user may use one key alone, by a Deny with NotResource; another was made since.',
    world: [
      { key: 'other' },
      { key: 'data' },
      { key: 'third' },
      {
        user: 'john',
        policy: [
          may('kms:*'),
          mayNot('kms:*', { Sid: 'OneKey', Resource: undefined, NotResource: ['<other>'] }),
        ],
      },
    ],
    call: encrypt('john'),
    expect: {
      ...john,
      denies: 'OneKey',
      fixes: [
        {
          kind: 'narrowed-deny',
          target: '<john>',
          document: mayNot('kms:*', { Resource: undefined, NotResource: ['<other>', '<data>'] }),
        },
      ],
    },
    stillRefused: [encrypt('john', { KeyId: '<third>' })],
  },
  {
    name: "deny-in-the-caller's-own-policy",
    source: 'own: a user whom his own policy keeps from keys, and who is to use one',
    story: 'A user is kept from all keys by a policy of his own, and is to use one of them.',
    world: [
      { key: 'data' },
      { key: 'third' },
      { user: 'john', policy: [may('*'), mayNot('kms:*', { Sid: 'NoKeys' })] },
    ],
    call: encrypt('john'),
    expect: {
      ...john,
      denies: 'NoKeys',
      fixes: [
        {
          kind: 'narrowed-deny',
          target: '<john>',
          document: mayNot('kms:*', { Resource: undefined, NotResource: '<data>' }),
        },
      ],
    },
    stillRefused: [encrypt('john', { KeyId: '<third>' })],
  },
  {
    name: 'role-without-the-tag-of-its-owner',
    source: `${IAM}/access_iam-tags.html`,
    story: 'A user may write policies of the roles that are his, by their tag; one was made without it.',
    world: [
      { role: 'App' },
      {
        user: 'john',
        policy: [
          may('iam:PutRolePolicy', {
            Sid: 'Own',
            Condition: { StringEquals: { 'iam:ResourceTag/owner': 'john' } },
          }),
        ],
      },
    ],
    call: putPolicy,
    expect: {
      ...john,
      nearMiss: 'Own',
      fixes: [
        { kind: 'fact', target: '<App>', calls: ['iam:TagRole'], says: /Tag role App with owner="john"/ },
      ],
    },
  },
  {
    name: 'instance-without-its-owner',
    source: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html',
    story: 'A user may start the instances that have his name for a tag; one was launched without.',
    world: [
      { instance: 'machine', keys: [], isStopped: true },
      {
        user: 'john',
        policy: [
          may('ec2:StartInstances', {
            Sid: 'Own',
            // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
            Condition: { StringEquals: { 'aws:ResourceTag/Owner': '${aws:username}' } },
          }),
        ],
      },
    ],
    call: { as: 'john', call: 'ec2:StartInstances', with: { InstanceIds: ['<machine>'] } },
    ask: 'the request',
    expect: {
      ...john,
      nearMiss: 'Own',
      fixes: [{ kind: 'fact', calls: ['ec2:CreateTags'], says: /with Owner="john"/ }],
    },
  },
  {
    name: 'user-without-the-tag-that-a-deny-asks-for',
    source: `${IAM}/access_tags.html`,
    story: 'A Deny meets all who have not the tag of production; a role was made without.',
    world: [
      { key: 'data' },
      {
        role: 'App',
        policy: [
          may('kms:*'),
          mayNot('kms:*', {
            Sid: 'Stage',
            Condition: { StringNotEquals: { 'aws:PrincipalTag/stage': 'prod' } },
          }),
        ],
      },
    ],
    call: encrypt('App'),
    expect: {
      verdict: 'denied',
      who: '<App>',
      denies: 'Stage',
      fixes: [{ kind: 'fact', target: '<App>', calls: ['iam:TagRole'] }],
    },
  },
  {
    name: 'trust-policy-that-asks-for-a-tag',
    source: `${IAM}/tutorial_attribute-based-access-control.html`,
    story: 'A role may be assumed by whoever is of a team, by his tag; a user has none.',
    world: [
      {
        role: 'App',
        trust: [
          {
            Sid: 'Team',
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::<home>:root' },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } },
          },
        ],
      },
      { user: 'john', allow: ['sts:AssumeRole'] },
    ],
    call: assume,
    expect: {
      ...john,
      nearMiss: 'Team',
      fixes: [{ kind: 'fact', target: '<john>', calls: ['iam:TagUser'] }],
    },
  },
  {
    name: 'boundary-without-sts',
    source: `${IAM}/access_policies_boundaries.html`,
    story: 'A user may assume a role by his policy, and his boundary has nothing of STS.',
    world: [{ role: 'App' }, { user: 'john', allow: ['sts:*'], boundary: [may('kms:*')] }],
    call: assume,
    expect: {
      ...john,
      policyType: 'permissions boundary',
      fixes: [
        {
          kind: 'new-statement',
          target: '<boundary-of-john>',
          document: may('sts:AssumeRole', { Resource: '<App>' }),
        },
      ],
    },
  },
  {
    name: 'session-policy-that-denies',
    source: `${IAM}/access_policies.html#policies_session`,
    story: 'A session was begun with a policy that denies what its role may do.',
    world: [{ key: 'data' }, { role: 'Ops', allow: ['kms:*'] }],
    call: encrypt('Ops', {}, { sessionPolicy: [may('*'), mayNot('kms:Encrypt', { Sid: 'NoEncryption' })] }),
    expect: {
      verdict: 'denied',
      who: '<Ops>',
      policyType: 'session policy',
      denies: 'NoEncryption',
      fixes: [{ kind: 'request', says: /without statement "NoEncryption"/ }],
    },
    again: encrypt('Ops', {}, { sessionPolicy: [may('*')] }),
  },
  {
    name: 'key-of-many-regions',
    source: `${KMS}#conditions-kms-multiregion`,
    story: 'A Deny keeps people from multi-Region keys, and the call asks for one.',
    world: [
      {
        user: 'john',
        policy: [
          may('kms:*'),
          mayNot('kms:CreateKey', { Sid: 'OneRegion', Condition: { Bool: { 'kms:MultiRegion': 'true' } } }),
        ],
      },
    ],
    call: createKey({ MultiRegion: true }),
    expect: {
      ...john,
      denies: 'OneRegion',
      fixes: [{ kind: 'request', says: /made without MultiRegion/ }],
    },
    again: createKey(),
    stillRefused: [createKey({ MultiRegion: true })],
  },
  {
    name: 'rotation-too-seldom',
    source: `${KMS}#conditions-kms-rotation-period-in-days`,
    story: 'A key is to be rotated every two years, and a Deny asks for once a year at least.',
    world: [
      { key: 'data', policy: [DELEGATION] },
      {
        user: 'john',
        policy: [
          may('kms:*'),
          mayNot('kms:EnableKeyRotation', {
            Sid: 'Yearly',
            Condition: { NumericGreaterThan: { 'kms:RotationPeriodInDays': '365' } },
          }),
        ],
      },
    ],
    call: rotate(730),
    expect: {
      ...john,
      denies: 'Yearly',
      fixes: [{ kind: 'request', says: /with RotationPeriodInDays "365"/ }],
    },
    again: rotate(365),
    stillRefused: [rotate(730)],
  },
  {
    name: 'grant-for-another-volume',
    source: `${KMS}#conditions-kms-encryption-context`,
    story: 'A user may attach one volume, by the encryption context of its grant, and attaches another.',
    world: [
      { key: 'data' },
      { volume: 'first', key: 'data' },
      { volume: 'second', key: 'data' },
      { instance: 'machine', keys: [] },
      {
        user: 'john',
        policy: [
          may('ec2:*'),
          may('kms:CreateGrant', {
            Sid: 'First',
            Condition: { StringEquals: { 'kms:EncryptionContext:aws:ebs:id': '<first>' } },
          }),
        ],
      },
    ],
    call: {
      as: 'john',
      call: 'ec2:AttachVolume',
      with: { VolumeId: '<second>', InstanceId: '<machine>', Device: '/dev/sdf' },
    },
    ask: { subject: '<second>' },
    expect: {
      ...john,
      action: 'kms:CreateGrant',
      nearMiss: 'First',
      fixes: [
        {
          kind: 'statement',
          target: '<john>',
          document: may('kms:CreateGrant', {
            Condition: { StringEquals: { 'kms:EncryptionContext:aws:ebs:id': ['<first>', '<second>'] } },
          }),
        },
      ],
    },
  },
];
