/** Calls that nobody made, calls that were allowed, and denials that are over. */
import { encrypt } from '../calls.ts';
import type { Situation } from '../situation.ts';
import { DELEGATION, forAnybody, forPrincipal, may, mayNot } from '../statements.ts';

export const QUESTION_SITUATIONS: readonly Situation[] = [
  {
    name: 'can-by-delegation',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html',
    story: 'Whether a user may encrypt, whom his own policy lets, under a key that leaves it to the account.',
    world: [{ key: 'data' }, { user: 'john', allow: ['kms:Encrypt'] }],
    can: { principal: 'john', action: 'kms:Encrypt', resource: '<data>' },
    expect: { verdict: 'allowed', fixes: [] },
  },
  {
    name: 'can-not-without-a-policy',
    source: 'own: the question before the call',
    story: 'Whether a user may start an instance with an encrypted volume, asked before he tries.',
    world: [{ key: 'data' }, { user: 'john', allow: ['ec2:*'] }],
    can: { principal: 'john', action: 'kms:CreateGrant', resource: '<data>', through: 'ec2:StartInstances' },
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:CreateGrant',
      resource: '<data>',
      fixes: [
        {
          kind: 'new-statement',
          target: '<john>',
          document: may('kms:CreateGrant', {
            Resource: '<data>',
            Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
          }),
        },
      ],
    },
  },
  {
    name: 'can-not-by-a-near-miss',
    source: 'own: the question before the call',
    story: 'Whether a user may encrypt, whose statement names an alias.',
    world: [
      { key: 'data', alias: 'alias/app' },
      {
        user: 'john',
        policy: [may('kms:Encrypt', { Sid: 'App', Resource: 'arn:aws:kms:us-east-1:<home>:alias/app' })],
      },
    ],
    can: { principal: 'john', action: 'kms:Encrypt', resource: '<data>' },
    expect: {
      verdict: 'denied',
      who: '<john>',
      nearMiss: 'App',
      fixes: [{ kind: 'fact', target: '<john>', document: may('kms:Encrypt', { Resource: '<data>' }) }],
    },
  },
  {
    name: 'can-not-for-a-deny',
    source: 'own: the question before the call',
    story: 'Whether a role may use a key that a Deny of the key policy keeps it from.',
    world: [
      { role: 'App', allow: ['kms:*'] },
      { key: 'data', policy: [DELEGATION, { ...forAnybody('kms:Decrypt'), Effect: 'Deny', Sid: 'Sealed' }] },
    ],
    can: { principal: 'App', action: 'kms:Decrypt', resource: '<data>' },
    expect: {
      verdict: 'denied',
      who: '<App>',
      denies: 'Sealed',
      policyType: 'resource-based policy',
      fixes: [{ kind: 'narrowed-deny', target: '<data>' }],
    },
  },
  {
    name: 'can-start-and-not-use-the-key',
    source: 'own: the question as it is asked',
    story: 'Whether a user may start an instance; he may, and may not use the key of its volume.',
    world: [
      { key: 'data' },
      { instance: 'web', keys: ['data'], isStopped: true },
      { user: 'john', allow: ['ec2:*'] },
    ],
    can: { principal: '<john>', action: 'ec2:StartInstances', resource: '<web>' },
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:CreateGrant',
      resource: '<data>',
      says: /may ec2:StartInstances on instance \S+, but in its course kms:CreateGrant/,
      fixes: [
        {
          kind: 'new-statement',
          target: '<john>',
          document: [
            may('kms:CreateGrant', {
              Resource: '<data>',
              Condition: { Bool: { 'kms:GrantIsForAWSResource': true } },
            }),
          ],
        },
      ],
    },
  },
  {
    name: 'can-start-and-use-the-key',
    source: 'own: the question as it is asked',
    story: 'Whether a user may start an instance, whose key he may use as well.',
    world: [
      { key: 'data' },
      { instance: 'web', keys: ['data'], isStopped: true },
      { user: 'john', allow: ['ec2:*', 'kms:CreateGrant'] },
    ],
    can: { principal: '<john>', action: 'ec2:StartInstances', resource: '<web>' },
    expect: { verdict: 'allowed', neverSays: /in its course/, fixes: [] },
  },
  {
    name: 'can-write-to-a-queue-half',
    source:
      'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html',
    story: 'Whether a role may use the key of a queue to send; it may do one of the two things that takes.',
    world: [{ key: 'data' }, { role: 'App', policy: [may('kms:GenerateDataKey')] }],
    can: {
      principal: '<App>',
      action: 'kms:GenerateDataKey',
      resource: '<data>',
      through: 'sqs:SendMessage',
    },
    expect: {
      verdict: 'allowed',
      says: /For sqs:SendMessage the service calls kms:Decrypt on it as well, and that is refused/,
      fixes: [{ kind: 'new-statement', target: '<App>' }],
      gains: [],
    },
  },
  {
    name: 'can-launch-half',
    source: 'https://github.com/aws/karpenter-provider-aws/issues/3767',
    story: 'Whether a user may use a key to launch; he may make its data key, and not its grant.',
    world: [
      { key: 'data' },
      { user: 'john', policy: [may('ec2:*'), may('kms:GenerateDataKeyWithoutPlaintext')] },
    ],
    can: {
      principal: '<john>',
      action: 'kms:GenerateDataKeyWithoutPlaintext',
      resource: '<data>',
      through: 'ec2:RunInstances',
    },
    expect: {
      verdict: 'allowed',
      says: [/calls kms:CreateGrant on it as well, and that is refused/, /"Action": \["kms:CreateGrant"\]/],
      gains: [],
    },
  },
  {
    name: 'can-by-the-id-of-an-account',
    source: 'own: who-can names accounts',
    story: 'Whether an account may decrypt that a key policy names, asked by its id.',
    world: [
      { account: 'friend' },
      { key: 'data', policy: [DELEGATION, forPrincipal('arn:aws:iam::<friend>:root', 'kms:Decrypt')] },
    ],
    can: { principal: '<friend>', action: 'kms:Decrypt', resource: '<data>' },
    expect: { verdict: 'allowed', says: /the root user's own rights allow it\./, fixes: [] },
  },
  {
    name: 'can-read-a-key-policy-of-others',
    source:
      'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html',
    story: 'Whether a user of another account may read a key policy that lets his account do everything.',
    world: [
      { account: 'friend' },
      { user: 'pat', in: 'friend', allow: ['kms:*'] },
      { key: 'data', policy: [DELEGATION, forPrincipal('arn:aws:iam::<friend>:root', 'kms:*')] },
    ],
    can: { principal: '<pat>', action: 'kms:GetKeyPolicy', resource: '<data>' },
    expect: { verdict: 'denied', who: '<pat>', says: /only from the account that has the key/ },
  },
  {
    name: 'can-with-mfa-only',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html',
    story: 'Whether a user may encrypt, whose policy asks for MFA: it depends.',
    world: [
      { key: 'data' },
      {
        user: 'john',
        policy: [may('kms:Encrypt', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })],
      },
    ],
    can: { principal: 'john', action: 'kms:Encrypt', resource: '<data>' },
    expect: { verdict: 'depends', says: /aws:MultiFactorAuthPresent/, fixes: [] },
  },
  {
    name: 'can-with-mfa-given-as-absent',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html',
    story: 'Whether a user may encrypt without MFA, whose policy asks for it.',
    world: [
      { key: 'data' },
      {
        user: 'john',
        policy: [
          may('kms:Encrypt', { Sid: 'Mfa', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }),
        ],
      },
    ],
    can: {
      principal: 'john',
      action: 'kms:Encrypt',
      resource: '<data>',
      context: { 'aws:MultiFactorAuthPresent': ['false'] },
    },
    expect: { verdict: 'denied', who: '<john>', nearMiss: 'Mfa', says: /MultiFactorAuthPresent/ },
  },
  {
    name: 'allowed-and-nothing-wrong',
    source: 'own: a false alarm',
    story: 'A call that succeeded is asked about.',
    world: [{ key: 'data' }, { user: 'john', allow: ['kms:*'] }],
    call: encrypt('john'),
    ask: { subject: '<data>' },
    expect: {
      verdict: 'allowed',
      who: '<john>',
      action: 'kms:Encrypt',
      says: /allowed by/,
      neverSays: /How to fix/,
      fixes: [],
    },
  },
  {
    name: 'user-who-was-denied-nothing',
    source: 'own: a false alarm',
    story: 'A user is asked about who got whatever he asked for.',
    world: [{ key: 'data' }, { user: 'john', allow: ['kms:*'] }],
    call: encrypt('john'),
    ask: { subject: '<john>' },
    expect: { verdict: 'allowed', says: /was not denied anything/, fixes: [] },
  },
  {
    name: 'denied-then-and-allowed-now',
    source: 'own: an administrator was quicker',
    story: 'A call was denied; a policy has been attached since, and nobody has called again.',
    world: [{ key: 'data' }, { user: 'john' }],
    call: encrypt('john'),
    afterwards: [
      {
        as: 'root',
        call: 'iam:PutUserPolicy',
        with: {
          UserName: 'john',
          PolicyName: 'kms',
          PolicyDocument: { Version: '2012-10-17', Statement: [may('kms:Encrypt')] },
        },
      },
    ],
    expect: {
      verdict: 'denied',
      who: '<john>',
      says: [/It would be allowed now/, /PutUserPolicy/],
      neverSays: /Attach this policy/,
      fixes: [],
    },
    again: encrypt('john'),
  },
  {
    name: 'enabled-again-since',
    source: 'own: an administrator was quicker',
    story: 'An instance did not start while its key was disabled; it has been enabled since.',
    world: [
      { key: 'data' },
      { user: 'john', allow: ['ec2:*', 'kms:*'] },
      { instance: 'web', keys: ['data'], isStopped: true },
      { as: 'root', call: 'kms:DisableKey', with: { KeyId: '<data>' } },
    ],
    call: { as: 'john', call: 'ec2:StartInstances', with: { InstanceIds: ['<web>'] } },
    afterwards: [{ as: 'root', call: 'kms:EnableKey', with: { KeyId: '<data>' } }],
    ask: { subject: '<web>' },
    expect: { verdict: 'failed', says: [/It would be allowed now/, /EnableKey/], fixes: [] },
    again: { as: 'john', call: 'ec2:StartInstances', with: { InstanceIds: ['<web>'] } },
  },
  {
    name: 'message-pasted-as-it-is',
    source: 'https://github.com/act-security-labs/iam-lens/pull/200',
    story: 'All that is left of a denial is the sentence that the AWS CLI printed.',
    world: [{ key: 'data' }, { user: 'john', policy: [mayNot('kms:Encrypt', { Sid: 'Never' })] }],
    call: encrypt('john'),
    ask: 'the message',
    expect: { verdict: 'denied', who: '<john>', action: 'kms:Encrypt', resource: '<data>', denies: 'Never' },
  },
  {
    name: 'nothing-is-known-of-it',
    source: 'own: a typing error',
    story: 'An instance is asked about that there never was.',
    world: [],
    call: { as: 'root', call: 'kms:ListKeys' },
    ask: { subject: 'i-0123456789abcdef0' },
    expect: { verdict: 'unknown', says: /Nothing is recorded/, fixes: [] },
  },
  {
    name: 'user-asked-about-by-name',
    source: 'own: a support ticket',
    story: 'A user says that it does not work; only the name is known.',
    world: [
      { user: 'john', allow: ['kms:*'] },
      {
        key: 'data',
        policy: [
          forPrincipal('arn:aws:iam::<home>:root', [
            'kms:PutKeyPolicy',
            'kms:GetKeyPolicy',
            'kms:DescribeKey',
          ]),
        ],
      },
    ],
    call: encrypt('john'),
    ask: { subject: '<john>' },
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:Encrypt',
      policyType: 'resource-based policy',
      fixes: [{ kind: 'new-statement', target: '<data>', document: forPrincipal('<john>', 'kms:Encrypt') }],
    },
  },
  {
    name: 'dry-run-that-says-nothing-of-the-key',
    source: 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html',
    story: 'A launch with a volume under a key is tried as a dry run, which never asks KMS.',
    world: [{ key: 'data' }, { user: 'john', allow: ['ec2:*'] }],
    call: {
      as: 'john',
      call: 'ec2:RunInstances',
      with: {
        ImageId: '<public-image>',
        InstanceType: 't3.micro',
        MinCount: 1,
        MaxCount: 1,
        DryRun: true,
        BlockDeviceMappings: [
          { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, Encrypted: true, KmsKeyId: '<data>' } },
        ],
      },
    },
    ask: 'the request',
    expect: { verdict: 'allowed', says: /as a dry run, and it was allowed\. A dry run asks KMS for nothing/ },
  },
];
