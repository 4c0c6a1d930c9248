/** Statements that were meant for the call, and whose condition, resource or principal does not say what was meant. */
import { createVolume, encrypt } from '../calls.ts';
import type { Situation } from '../situation.ts';
import {
  ADMINISTRATION,
  FOR_AWS_RESOURCES,
  forAnybody,
  forPrincipal,
  grantFor,
  may,
  mayNot,
} from '../statements.ts';

const directly = (as: string) => ({
  as,
  call: 'kms:GenerateDataKeyWithoutPlaintext',
  with: { KeyId: '<data>', KeySpec: 'AES_256' },
});
const USE = ['kms:CreateGrant', 'kms:DescribeKey', 'kms:GenerateDataKey*'];

export const CONDITION_SITUATIONS: readonly Situation[] = [
  {
    name: 'via-service-of-another-region',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html',
    story: 'A key policy admits a user through EC2, and names the EC2 of the Region it was copied from.',
    world: [
      { user: 'john', allow: ['ec2:*'] },
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forPrincipal('<john>', USE, {
            Sid: 'ThroughEC2',
            Condition: { StringEquals: { 'kms:ViaService': 'ec2.eu-west-1.amazonaws.com' } },
          }),
        ],
      },
    ],
    call: createVolume('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:GenerateDataKeyWithoutPlaintext',
      resource: '<data>',
      nearMiss: 'ThroughEC2',
      says: [/ec2\.eu-west-1\.amazonaws\.com/, /ec2\.us-east-1\.amazonaws\.com/],
      neverSays: /does not name the caller/,
      fixes: [
        {
          kind: 'statement',
          target: '<data>',
          document: forPrincipal('<john>', USE, {
            Condition: {
              StringEquals: {
                'kms:ViaService': ['ec2.eu-west-1.amazonaws.com', 'ec2.us-east-1.amazonaws.com'],
              },
            },
          }),
        },
      ],
    },
    stillRefused: [directly('john')],
  },
  {
    name: 'wildcard-in-string-equals',
    source: 'https://github.com/openshift/managed-cluster-config/pull/1649',
    story: 'A condition was meant for EC2 of every Region, and StringEquals takes its asterisk literally.',
    world: [
      { user: 'john', allow: ['ec2:*'] },
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forPrincipal('<john>', USE, {
            Sid: 'ThroughEC2',
            Condition: { StringEquals: { 'kms:ViaService': 'ec2.*.amazonaws.com' } },
          }),
        ],
      },
    ],
    call: createVolume('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      nearMiss: 'ThroughEC2',
      says: /StringLike/,
      fixes: [
        {
          kind: 'statement',
          target: '<data>',
          document: forPrincipal('<john>', USE, {
            Condition: { StringLike: { 'kms:ViaService': 'ec2.*.amazonaws.com' } },
          }),
        },
      ],
    },
    stillRefused: [directly('john')],
  },
  {
    name: 'alias-as-resource',
    source: 'https://shearn89.com/2024/05/23/aws-kms-alias-based-policies',
    story: "An identity policy names an alias's ARN as its resource, which never stands for the key.",
    world: [
      { key: 'data', alias: 'alias/app' },
      {
        user: 'john',
        policy: [may('kms:Encrypt', { Sid: 'App', Resource: 'arn:aws:kms:us-east-1:<home>:alias/app' })],
      },
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:Encrypt',
      resource: '<data>',
      policyType: 'identity-based policy',
      nearMiss: 'App',
      says: /alias's ARN stands for the alias/,
      fixes: [{ kind: 'fact', target: '<john>', document: may('kms:Encrypt', { Resource: '<data>' }) }],
    },
  },
  {
    name: 'alias-as-resource-among-others',
    source: 'https://github.com/govuk-one-login/authentication-api/pull/7008',
    story: "A role's policy lists another key and an alias; the alias is the one that is meant.",
    world: [
      { key: 'data', alias: 'alias/app' },
      { key: 'other' },
      {
        role: 'App',
        policy: [
          may(['kms:Encrypt', 'kms:Decrypt'], {
            Sid: 'Keys',
            Resource: ['<other>', 'arn:aws:kms:us-east-1:<home>:alias/app'],
          }),
        ],
      },
    ],
    call: encrypt('App'),
    expect: {
      verdict: 'denied',
      who: '<App>',
      nearMiss: 'Keys',
      says: /alias/,
      fixes: [
        {
          kind: 'fact',
          target: '<App>',
          document: may(['kms:Encrypt', 'kms:Decrypt'], { Resource: ['<other>', '<data>'] }),
        },
      ],
    },
  },
  {
    name: 'resource-aliases-without-a-set-operator',
    source: 'https://repost.aws/questions/QUOJkKGvn2QM-hYycoZKKP9g',
    story: 'A condition compares kms:ResourceAliases, a list, with plain StringEquals.',
    world: [
      { key: 'data', alias: 'alias/app' },
      {
        user: 'john',
        policy: [
          may('kms:Encrypt', {
            Sid: 'ByAlias',
            Condition: { StringEquals: { 'kms:ResourceAliases': 'alias/app' } },
          }),
        ],
      },
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      nearMiss: 'ByAlias',
      says: /ForAnyValue/,
      fixes: [
        {
          kind: 'statement',
          target: '<john>',
          document: may('kms:Encrypt', {
            Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/app' } },
          }),
        },
      ],
    },
  },
  {
    name: 'alias-condition-on-a-key-without-it',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/abac.html',
    story: 'Access goes by alias, and the key has lost (or never had) it.',
    world: [
      { key: 'data' },
      {
        user: 'john',
        policy: [
          may('kms:Encrypt', {
            Sid: 'ByAlias',
            Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/app' } },
          }),
        ],
      },
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      nearMiss: 'ByAlias',
      fixes: [{ kind: 'fact', target: '<data>', calls: ['kms:CreateAlias'] }],
    },
  },
  {
    name: 'tag-in-another-case',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html',
    story: "A key's tag says Red, the policy red: values compare with case.",
    world: [
      { key: 'data', tags: { team: 'Red' } },
      {
        user: 'john',
        policy: [
          may('kms:Encrypt', {
            Sid: 'ByTeam',
            Condition: { StringEquals: { 'aws:ResourceTag/team': 'red' } },
          }),
        ],
      },
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      nearMiss: 'ByTeam',
      says: /case/,
      fixes: [{ kind: 'fact', target: '<data>', calls: ['kms:TagResource'] }],
    },
  },
  {
    name: 'principal-tag-does-not-equal-the-key-tag',
    source: 'https://github.com/aws-solutions/instance-scheduler-on-aws/pull/41',
    story: "Access goes by the team in the caller's and in the key's tag; the role was made without its tag.",
    world: [
      { key: 'data', tags: { team: 'red' } },
      {
        role: 'App',
        policy: [
          may('kms:Encrypt', {
            Sid: 'SameTeam',
            // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
            Condition: { StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } },
          }),
        ],
      },
    ],
    call: encrypt('App'),
    expect: {
      verdict: 'denied',
      who: '<App>',
      nearMiss: 'SameTeam',
      says: /variable/,
      fixes: [{ kind: 'fact', target: '<App>', calls: ['iam:TagRole'] }],
    },
  },
  {
    name: 'role-without-its-path',
    source: 'https://github.com/serverless/serverless/issues/13652',
    story: "aws:PrincipalArn is compared with the role's ARN without its path.",
    world: [
      { role: 'App', path: '/team/' },
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forAnybody('kms:Encrypt', {
            Sid: 'OnlyApp',
            Condition: { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::<home>:role/App' } },
          }),
        ],
      },
    ],
    call: encrypt('App'),
    expect: {
      verdict: 'denied',
      who: '<App>',
      nearMiss: 'OnlyApp',
      says: /path/,
      neverSays: /neither names the caller/,
      fixes: [
        {
          kind: 'statement',
          target: '<data>',
          document: forAnybody('kms:Encrypt', {
            Condition: { ArnEquals: { 'aws:PrincipalArn': ['arn:aws:iam::<home>:role/App', '<App>'] } },
          }),
        },
      ],
    },
  },
  {
    name: 'principal-arn-of-the-session',
    source: 'https://github.com/terraform-aws-modules/terraform-aws-kms/pull/44',
    story: 'aws:PrincipalArn is compared with the STS ARN of a session; it is always that of the role.',
    world: [
      { role: 'App' },
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forAnybody('kms:Encrypt', {
            Sid: 'OnlyApp',
            Condition: {
              StringLike: { 'aws:PrincipalArn': 'arn:aws:sts::<home>:assumed-role/App/*' },
            },
          }),
        ],
      },
    ],
    call: encrypt('App'),
    expect: {
      verdict: 'denied',
      who: '<App>',
      nearMiss: 'OnlyApp',
      says: /role/,
      fixes: [{ kind: 'statement', target: '<data>' }],
    },
  },
  {
    name: 'via-service-without-its-region',
    source:
      'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service',
    story: 'kms:ViaService is compared with ec2.amazonaws.com, which is no value of it.',
    world: [
      { user: 'john', allow: ['ec2:*'] },
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forPrincipal('<john>', ['kms:CreateGrant', 'kms:DescribeKey', 'kms:GenerateDataKey*'], {
            Sid: 'Ec2',
            Condition: { StringEquals: { 'kms:ViaService': 'ec2.amazonaws.com' } },
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
      nearMiss: 'Ec2',
      says: /kms:ViaService is a service with its Region/,
      neverSays: /another Region/,
      fixes: [
        {
          kind: 'statement',
          target: '<data>',
          document: forPrincipal('<john>', ['kms:CreateGrant', 'kms:DescribeKey', 'kms:GenerateDataKey*'], {
            Condition: { StringEquals: { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' } },
          }),
        },
      ],
    },
  },
  {
    name: 'account-named-as-its-root-user',
    source:
      'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account',
    story: 'kms:CallerAccount is compared with the ARN of a root user; it is an id.',
    world: [
      { account: 'partner' },
      { user: 'pat', in: 'partner', allow: ['kms:*'] },
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forAnybody('kms:Encrypt', {
            Sid: 'Partner',
            Condition: { StringEquals: { 'kms:CallerAccount': 'arn:aws:iam::<partner>:root' } },
          }),
        ],
      },
    ],
    call: { ...encrypt('pat'), in: 'partner' },
    expect: {
      verdict: 'denied',
      who: '<pat>',
      nearMiss: 'Partner',
      says: /12 digits/,
      fixes: [
        {
          kind: 'statement',
          target: '<data>',
          account: '<home>',
          document: forAnybody('kms:Encrypt', {
            Condition: { StringEquals: { 'kms:CallerAccount': '<partner>' } },
          }),
        },
      ],
      gains: ['arn:aws:iam::<partner>:root'],
    },
  },
  {
    name: 'user-id-of-another-role',
    source:
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable',
    story: 'aws:userid is compared with the id of another role, and its asterisk is taken literally.',
    world: [
      { role: 'App' },
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forAnybody('kms:Encrypt', {
            Sid: 'Ids',
            Condition: { StringEquals: { 'aws:userid': 'AROAEXAMPLEEXAMPLE123:*' } },
          }),
        ],
      },
    ],
    call: encrypt('App'),
    expect: {
      verdict: 'denied',
      who: '<App>',
      nearMiss: 'Ids',
      says: /takes \* and \? literally/,
      // What names the session would not let in the next.
      fixes: [{ kind: 'new-statement', target: '<data>', document: forPrincipal('<App>', 'kms:Encrypt') }],
    },
  },
  {
    name: 'grant-for-aws-resource-asked-of-a-user',
    source:
      'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-is-for-aws-resource',
    story: 'A user may make grants for AWS resources only, and makes one himself.',
    world: [
      { key: 'data' },
      { role: 'App' },
      { user: 'john', policy: [may('kms:CreateGrant', { Sid: 'Grants', Condition: FOR_AWS_RESOURCES })] },
    ],
    call: {
      as: 'john',
      call: 'kms:CreateGrant',
      with: { KeyId: '<data>', GranteePrincipal: '<App>', Operations: ['Decrypt'] },
    },
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:CreateGrant',
      nearMiss: 'Grants',
      says: /GrantIsForAWSResource/,
      fixes: [
        {
          kind: 'new-statement',
          target: '<john>',
          document: may('kms:CreateGrant', { Resource: '<data>' }),
        },
      ],
    },
  },
  {
    name: 'network-deny-meets-the-service',
    source: 'https://dev.classmethod.jp/articles/ebs-kms-sourceip',
    story:
      "A Deny of other networks than the office's meets EC2, which calls KMS from an address of its own.",
    world: [
      { key: 'data' },
      {
        user: 'john',
        allow: ['ec2:*', 'kms:*'],
        policy: [
          mayNot('*', { Sid: 'OfficeOnly', Condition: { NotIpAddress: { 'aws:SourceIp': '127.0.0.0/8' } } }),
        ],
      },
    ],
    call: createVolume('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      denies: 'OfficeOnly',
      policyType: 'identity-based policy',
      says: [/aws:SourceIp/, /127\.0\.0\.0\/8/, /aws:ViaAWSService/],
      fixes: [
        {
          kind: 'narrowed-deny',
          target: '<john>',
          document: mayNot('*', {
            Condition: {
              NotIpAddress: { 'aws:SourceIp': '127.0.0.0/8' },
              BoolIfExists: { 'aws:ViaAWSService': 'false' },
            },
          }),
        },
      ],
    },
  },
  {
    name: 'endpoint-deny-in-the-key-policy',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-aws.html',
    story:
      'A key policy denies all that does not come through a VPC endpoint, and so what EC2 asks for its callers.',
    world: [
      { user: 'john', allow: ['ec2:*', 'kms:*'] },
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forPrincipal('<john>', USE),
          forAnybody(['kms:GenerateDataKey*', 'kms:CreateGrant'], {
            Effect: 'Deny',
            Sid: 'EndpointOnly',
            Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-0123456789abcdef0' } },
          }),
        ],
      },
    ],
    call: createVolume('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      denies: 'EndpointOnly',
      policyType: 'resource-based policy',
      says: [/aws:SourceVpce/, /absent/],
      fixes: [{ kind: 'narrowed-deny', target: '<data>' }],
    },
  },
  {
    name: 'deny-where-the-context-is-missing',
    source:
      'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-encryption-context',
    story: 'A Deny asks by Null for an encryption context that the call does not bring.',
    world: [
      { key: 'data' },
      {
        user: 'john',
        allow: ['kms:*'],
        policy: [
          mayNot('kms:Encrypt', {
            Sid: 'NeedsApp',
            Condition: { Null: { 'kms:EncryptionContext:app': 'true' } },
          }),
        ],
      },
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      denies: 'NeedsApp',
      says: /kms:EncryptionContext:app is absent/,
      fixes: [{ kind: 'request', says: /encryption context/ }],
    },
    again: encrypt('john', { EncryptionContext: { app: 'shop' } }),
  },
  {
    name: 'identity-policy-for-another-region',
    source: 'own: a policy copied between Regions',
    story: 'An identity policy names every key of another Region of the account.',
    world: [
      { key: 'data' },
      {
        user: 'john',
        policy: [may('kms:Encrypt', { Sid: 'Keys', Resource: 'arn:aws:kms:eu-west-1:<home>:key/*' })],
      },
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      nearMiss: 'Keys',
      says: /eu-west-1/,
      fixes: [
        { kind: 'new-statement', target: '<john>', document: may('kms:Encrypt', { Resource: '<data>' }) },
      ],
    },
  },
  {
    name: 'admin-only-root-statement',
    source: 'https://github.com/aws/aws-cdk/issues/32286',
    story:
      'The key policy gives the account administration only, so that no identity policy can give its use.',
    world: [
      { user: 'john', allow: ['ec2:*', 'kms:*'] },
      { key: 'data', policy: [ADMINISTRATION] },
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:Encrypt',
      policyType: 'resource-based policy',
      fixes: [{ kind: 'new-statement', target: '<data>', document: forPrincipal('<john>', 'kms:Encrypt') }],
    },
  },
  {
    name: 'freeze-that-denies-what-nothing-allows',
    source: 'own: a freeze of changes',
    story: 'A Deny freezes the key, and no policy would allow the call either.',
    world: [
      { key: 'data' },
      { user: 'john', allow: ['ec2:*'], policy: [mayNot('kms:*', { Sid: 'Freeze' })] },
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      denies: 'Freeze',
      neverSays: /Nothing was missing/,
      fixes: [
        { kind: 'narrowed-deny', target: '<john>' },
        { kind: 'new-statement', target: '<john>' },
      ],
    },
  },
  {
    name: 'request-tag-missing-at-launch',
    source: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html',
    story: 'Instances may be launched with a cost centre only, and the launch has no tags.',
    world: [
      {
        user: 'john',
        policy: [
          may('ec2:*', { NotResource: 'arn:aws:ec2:*:*:instance/*', Resource: undefined }),
          may('ec2:*', {
            Sid: 'Tagged',
            Resource: 'arn:aws:ec2:*:*:instance/*',
            Condition: { StringEquals: { 'aws:RequestTag/cost-centre': '42' } },
          }),
        ],
      },
    ],
    call: {
      as: 'john',
      call: 'ec2:RunInstances',
      with: { ImageId: '<public-image>', InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 },
    },
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'ec2:RunInstances',
      nearMiss: 'Tagged',
      fixes: [{ kind: 'request', says: /cost-centre="42"/ }],
    },
    again: {
      as: 'john',
      call: 'ec2:RunInstances',
      with: {
        ImageId: '<public-image>',
        InstanceType: 't3.micro',
        MinCount: 1,
        MaxCount: 1,
        TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'cost-centre', Value: '42' }] }],
      },
    },
  },
  {
    name: 'request-tag-missing-at-key-creation',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/abac.html',
    story: 'Keys may be made with a team only, and the call has no tags.',
    world: [
      {
        user: 'john',
        allow: ['kms:TagResource'],
        policy: [
          may('kms:CreateKey', {
            Sid: 'Tagged',
            Condition: { StringEquals: { 'aws:RequestTag/team': 'red' } },
          }),
        ],
      },
    ],
    call: { as: 'john', call: 'kms:CreateKey', with: {} },
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:CreateKey',
      nearMiss: 'Tagged',
      fixes: [{ kind: 'request', says: /team="red"/ }],
    },
    again: { as: 'john', call: 'kms:CreateKey', with: { Tags: [{ TagKey: 'team', TagValue: 'red' }] } },
  },
  {
    name: 'volume-grant-kept-for-other-keys',
    source: 'own: a policy that lists keys, and not the newest',
    story: "A role's policy lists the keys of its volumes; the newest was forgotten.",
    world: [
      { key: 'data' },
      { key: 'old' },
      { role: 'Ops', allow: ['ec2:*'], policy: [{ ...grantFor('old'), Sid: 'Volumes' }] },
      { instance: 'web', keys: ['data', 'old'], isStopped: true },
    ],
    call: { as: 'Ops', call: 'ec2:StartInstances', with: { InstanceIds: ['<web>'] } },
    ask: { subject: '<web>' },
    expect: {
      verdict: 'denied',
      who: '<Ops>',
      action: 'kms:CreateGrant',
      resource: '<data>',
      fixes: [{ kind: 'new-statement', target: '<Ops>', document: grantFor('data') }],
    },
  },
];
