/** Services, Regions and accounts between whoever asks and the key, or another resource that has a policy of its own. */
import type { Call, Situation, Thing } from '../situation.ts';
import { ADMINISTRATION, DELEGATION, forPrincipal, may } from '../statements.ts';

const stack = (as: string, name: string, resources: object): Call => ({
  as,
  call: 'cloudformation:CreateStack',
  with: { StackName: name, TemplateBody: { Resources: resources } },
  name,
});
const logs = (operation: string, input: object): Thing => ({
  as: 'root',
  call: `logs:${operation}`,
  with: input,
});
const stream = { logGroupName: '/app', logStreamName: 'one' };
const stored = (name: string): Thing => ({
  as: 'root',
  call: 'ssm:PutParameter',
  with: { Name: name, Value: 'x', Type: 'SecureString', KeyId: '<data>' },
});
const PARAMETER = 'arn:aws:ssm:us-east-1:<home>:parameter';
const copy = (as: string, more: object): Call => ({ as, call: 'ec2:CopySnapshot', with: more });
const reEncrypt: Call = {
  as: 'john',
  call: 'kms:ReEncrypt',
  with: { CiphertextBlob: '<text>', DestinationKeyId: '<other>' },
};
const putEvents: Call = {
  as: 'john',
  call: 'events:PutEvents',
  with: {
    Entries: [
      {
        Source: 'app',
        DetailType: 'order',
        Detail: '{}',
        EventBusName: 'arn:aws:events:us-east-1:<partner>:event-bus/default',
      },
    ],
  },
};

export const FURTHER_SERVICE_SITUATIONS: readonly Situation[] = [
  {
    name: 'log-group-without-its-streams',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html',
    story: 'A role may write to a log group by its ARN, and events go into a stream of it.',
    world: [
      logs('CreateLogGroup', { logGroupName: '/app' }),
      logs('CreateLogStream', stream),
      {
        role: 'App',
        policy: [may('logs:PutLogEvents', { Resource: 'arn:aws:logs:us-east-1:<home>:log-group:/app' })],
      },
    ],
    call: {
      as: 'App',
      call: 'logs:PutLogEvents',
      with: { ...stream, logEvents: [{ timestamp: 1_790_000_000_000, message: 'x' }] },
    },
    expect: {
      verdict: 'denied',
      who: '<App>',
      action: 'logs:PutLogEvents',
      says: /log-group:\/app", and not what is below it, which is ".*:log-group:\/app:\*"/,
      fixes: [
        {
          kind: 'new-statement',
          target: '<App>',
          document: [
            may('logs:PutLogEvents', {
              Resource: 'arn:aws:logs:us-east-1:<home>:log-group:/app:log-stream:one',
            }),
          ],
        },
      ],
    },
  },
  {
    name: 'path-of-parameters-without-itself',
    source: 'https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html',
    story: 'A role may read all below a path, and asks for the path.',
    world: [
      { key: 'data' },
      stored('/app/password'),
      {
        role: 'App',
        policy: [
          may('ssm:GetParametersByPath', { Resource: `${PARAMETER}/app/*` }),
          may('kms:Decrypt', { Resource: '<data>' }),
        ],
      },
    ],
    call: {
      as: 'App',
      call: 'ssm:GetParametersByPath',
      with: { Path: '/app', Recursive: true, WithDecryption: true },
    },
    expect: {
      verdict: 'denied',
      who: '<App>',
      action: 'ssm:GetParametersByPath',
      says: /which is what is below this one, and not it itself/,
      fixes: [
        {
          kind: 'new-statement',
          target: '<App>',
          document: [may('ssm:GetParametersByPath', { Resource: `${PARAMETER}/app` })],
        },
      ],
    },
  },
  {
    name: 'secure-string-of-another-name',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html',
    story: 'A role may decrypt one parameter, by its encryption context, and reads another.',
    world: [
      { key: 'data' },
      stored('/app/one'),
      stored('/app/two'),
      {
        role: 'App',
        policy: [
          may('ssm:GetParameter'),
          may('kms:Decrypt', {
            Sid: 'One',
            Condition: { StringEquals: { 'kms:EncryptionContext:PARAMETER_ARN': `${PARAMETER}/app/one` } },
          }),
        ],
      },
    ],
    call: { as: 'App', call: 'ssm:GetParameter', with: { Name: '/app/two', WithDecryption: true } },
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<App>',
      action: 'kms:Decrypt',
      nearMiss: 'One',
      fixes: [
        {
          kind: 'statement',
          target: '<App>',
          document: may('kms:Decrypt', {
            Condition: {
              StringEquals: {
                'kms:EncryptionContext:PARAMETER_ARN': [`${PARAMETER}/app/one`, `${PARAMETER}/app/two`],
              },
            },
          }),
        },
      ],
    },
  },
  {
    name: 'event-bus-of-another-account',
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html',
    story: "A user sends events to a partner's bus, which has no policy for his account.",
    world: [{ account: 'partner' }, { user: 'john', allow: ['events:*'] }],
    call: putEvents,
    expect: {
      verdict: 'denied',
      who: '<john>',
      policyType: 'resource-based policy',
      fixes: [
        {
          kind: 'new-statement',
          account: '<partner>',
          target: 'arn:aws:events:us-east-1:<partner>:event-bus/default',
          document: [
            forPrincipal('<john>', 'events:PutEvents', {
              Resource: 'arn:aws:events:us-east-1:<partner>:event-bus/default',
            }),
          ],
        },
      ],
    },
  },
  {
    name: 'snapshot-copied-to-another-region',
    source: 'https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html',
    story: 'A snapshot is copied from Virginia to Ireland, to be encrypted under a key there.',
    world: [
      { key: 'data' },
      { key: 'irish', region: 'eu-west-1' },
      { snapshot: 'copied', key: 'data' },
      { role: 'Backup', allow: ['ec2:*'] },
    ],
    call: {
      ...copy('Backup', {
        SourceRegion: 'us-east-1',
        SourceSnapshotId: '<copied>',
        Encrypted: true,
        KmsKeyId: '<irish>',
      }),
      region: 'eu-west-1',
    },
    expect: { verdict: 'denied', who: '<Backup>', fixes: [{ kind: 'new-statement', target: '<Backup>' }] },
  },
  {
    name: 'snapshot-copied-out-of-another-account',
    source: 'https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html',
    story: 'A shared snapshot is copied by a role that its key lets decrypt, and nothing else.',
    world: [
      { account: 'owner' },
      { role: 'Backup', allow: ['ec2:*', 'kms:*'] },
      {
        key: 'foreign',
        in: 'owner',
        policy: [
          forPrincipal('arn:aws:iam::<owner>:root', 'kms:*'),
          forPrincipal('<Backup>', ['kms:Decrypt', 'kms:DescribeKey']),
        ],
      },
      { snapshot: 'shared', key: 'foreign', in: 'owner', sharedWith: 'home' },
      { key: 'data' },
    ],
    call: copy('Backup', {
      SourceRegion: 'us-east-1',
      SourceSnapshotId: '<shared>',
      Encrypted: true,
      KmsKeyId: '<data>',
    }),
    expect: {
      verdict: 'denied',
      who: '<Backup>',
      resource: '<foreign>',
      fixes: [{ kind: 'new-statement', target: '<foreign>', account: '<owner>' }],
    },
  },
  {
    name: 're-encryption-by-its-short-name',
    source: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html',
    story: 'A policy names kms:ReEncrypt, which is no action: there are one for each side.',
    world: [
      { key: 'data' },
      { key: 'other' },
      { ciphertext: 'text', key: 'data' },
      { user: 'john', policy: [may('kms:ReEncrypt')] },
    ],
    call: reEncrypt,
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:ReEncryptFrom',
      says: /kms:ReEncrypt/,
      fixes: [{ kind: 'new-statement', target: '<john>' }],
    },
  },
  {
    name: 'stack-of-a-key-with-tags',
    source:
      'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html',
    story: 'A stack makes a key with a tag, and its maker may make keys, and not tag them.',
    world: [
      {
        user: 'john',
        allow: [
          'cloudformation:*',
          'kms:CreateKey',
          'kms:PutKeyPolicy',
          'kms:DescribeKey',
          'kms:ScheduleKeyDeletion',
        ],
      },
    ],
    call: stack('john', 'keys', {
      Key: {
        Type: 'AWS::KMS::Key',
        Properties: {
          KeyPolicy: { Version: '2012-10-17', Statement: [DELEGATION] },
          Tags: [{ Key: 'team', Value: 'blue' }],
        },
      },
    }),
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:TagResource',
      fixes: [{ kind: 'new-statement', target: '<john>' }],
    },
  },
  {
    name: 'stack-of-a-log-group-under-a-key',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html',
    story: 'A stack makes a log group under a key whose policy does not name CloudWatch Logs.',
    world: [
      { key: 'data', policy: [ADMINISTRATION, DELEGATION] },
      { user: 'john', allow: ['cloudformation:*', 'logs:*', 'kms:*'] },
    ],
    call: stack('john', 'group', {
      Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/app', KmsKeyId: '<data>' } },
    }),
    expect: {
      verdict: 'denied',
      who: 'logs.us-east-1.amazonaws.com',
      fixes: [{ kind: 'new-statement', target: '<data>' }],
    },
  },
  {
    name: 'fleet-under-a-key-of-the-platform-team',
    source: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-fleet-prerequisites.html',
    story: 'A fleet launches from a template whose volumes are under a key that its maker may not use.',
    world: [
      { key: 'data', policy: [ADMINISTRATION] },
      { template: 'web', keys: ['data'] },
      { user: 'john', allow: ['ec2:*', 'iam:CreateServiceLinkedRole'] },
    ],
    call: {
      as: 'john',
      call: 'ec2:CreateFleet',
      with: {
        Type: 'instant',
        LaunchTemplateConfigs: [
          { LaunchTemplateSpecification: { LaunchTemplateId: '<web>', Version: '$Latest' } },
        ],
        TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'on-demand' },
      },
      seenBy: {
        call: 'ec2:DescribeInstances',
        with: { Filters: [{ Name: 'instance-state-name', Values: ['running'] }] },
        shows: /InstanceId/,
      },
    },
    ask: { subject: '<john>' },
    expect: {
      verdict: 'denied',
      who: '<john>',
      action: 'kms:GenerateDataKeyWithoutPlaintext',
      resource: '<data>',
      fixes: [
        {
          kind: 'new-statement',
          target: '<data>',
          document: {
            ...{ Effect: 'Allow', Principal: { AWS: '<john>' } },
            ...{ Action: ['kms:GenerateDataKeyWithoutPlaintext'], Resource: ['*'] },
            Condition: { StringEquals: { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' } },
          },
        },
        {
          kind: 'new-statement',
          target: '<data>',
          document: {
            ...{
              Effect: 'Allow',
              Principal: { AWS: '<john>' },
              Action: ['kms:CreateGrant'],
              Resource: ['*'],
            },
            Condition: { Bool: { 'kms:GrantIsForAWSResource': true } },
          },
        },
      ],
    },
  },
];
