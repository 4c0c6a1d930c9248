/** Other services that use keys for their callers, or for themselves. */
import type { Situation, Thing } from '../situation.ts';
import { ADMINISTRATION, DELEGATION, forService, may } from '../statements.ts';

const LOGS = 'logs.us-east-1.amazonaws.com';
const USE = ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'];
const putSecret = (as: string) => ({
  as,
  call: 'ssm:PutParameter',
  with: { Name: '/app/password', Value: 'x', Type: 'SecureString', KeyId: '<data>' },
});
const secret: Thing = { ...putSecret('root') };
const getSecret = (as: string) => ({
  as,
  call: 'ssm:GetParameter',
  with: { Name: '/app/password', WithDecryption: true },
});

const keyForLogs: Thing = {
  key: 'data',
  policy: [ADMINISTRATION, DELEGATION, forService(LOGS, USE)],
};
const sealedGroup = { call: 'logs:CreateLogGroup', with: { logGroupName: '/app', kmsKeyId: '<data>' } };
const oneStream = { logGroupName: '/app', logStreamName: 'one' };
const throughLogs = { Condition: { StringEquals: { 'kms:ViaService': LOGS } } };

export const SERVICE_SITUATIONS: readonly Situation[] = [
  {
    name: 'secure-string-without-decrypt',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html',
    story: 'A role may read the parameter, and not decrypt under its key.',
    world: [{ key: 'data' }, secret, { role: 'App', policy: [may('ssm:GetParameter')] }],
    call: getSecret('App'),
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<App>',
      action: 'kms:Decrypt',
      resource: '<data>',
      policyType: 'identity-based policy',
      fixes: [
        {
          kind: 'new-statement',
          target: '<App>',
          document: may('kms:Decrypt', {
            Resource: '<data>',
            Condition: { StringEquals: { 'kms:ViaService': 'ssm.us-east-1.amazonaws.com' } },
          }),
        },
      ],
    },
    stillRefused: [{ as: 'App', call: 'kms:Decrypt', with: { CiphertextBlob: 'x', KeyId: '<data>' } }],
  },
  {
    name: 'secure-string-without-encrypt',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html',
    story: 'A deployment writes a parameter under a key that it may not use.',
    world: [{ key: 'data' }, { role: 'Deploy', policy: [may('ssm:PutParameter')] }],
    call: putSecret('Deploy'),
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<Deploy>',
      action: 'kms:Encrypt',
      resource: '<data>',
      fixes: [{ kind: 'new-statement', target: '<Deploy>' }],
    },
  },
  {
    name: 'snapshot-begun-without-its-data-key',
    source: 'https://docs.aws.amazon.com/ebs/latest/userguide/ebsapi-permissions.html',
    story: 'A backup tool writes snapshots block by block, under a key that it may not use.',
    world: [{ key: 'data' }, { role: 'Backup', policy: [may('ebs:*')] }],
    call: {
      as: 'Backup',
      call: 'ebs:StartSnapshot',
      with: { VolumeSize: 1, Encrypted: true, KmsKeyArn: '<data>' },
    },
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<Backup>',
      action: 'kms:GenerateDataKey',
      resource: '<data>',
      fixes: [{ kind: 'new-statement', target: '<Backup>' }],
    },
  },
  {
    name: 'secure-string-whose-parameter-is-refused',
    source: 'https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html',
    story: 'A role may use the key, and not read the parameter.',
    world: [{ key: 'data' }, secret, { role: 'App', policy: [may('kms:Decrypt')] }],
    call: getSecret('App'),
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<App>',
      action: 'ssm:GetParameter',
      fixes: [
        {
          kind: 'new-statement',
          target: '<App>',
          document: may('ssm:GetParameter', {
            Resource: 'arn:aws:ssm:us-east-1:<home>:parameter/app/password',
          }),
        },
      ],
      gains: [],
    },
  },
  {
    name: 'log-group-under-a-key-that-does-not-admit-logs',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html',
    story: 'A log group is to be encrypted, and the key policy does not name CloudWatch Logs.',
    world: [{ key: 'data' }, { user: 'john', allow: ['logs:*', 'kms:*'] }],
    call: { as: 'john', call: 'logs:CreateLogGroup', with: { logGroupName: '/app', kmsKeyId: '<data>' } },
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: LOGS,
      resource: '<data>',
      policyType: 'resource-based policy',
      says: /logs\.us-east-1\.amazonaws\.com/,
      fixes: [{ kind: 'new-statement', target: '<data>' }],
    },
  },
  {
    name: 'log-group-whose-key-admits-another-group',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html',
    story:
      'The key policy admits CloudWatch Logs for one log group, by the encryption context, and another is made.',
    world: [
      {
        key: 'data',
        policy: [
          ADMINISTRATION,
          forService(LOGS, USE, {
            Sid: 'Logs',
            Condition: {
              ArnEquals: {
                'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:us-east-1:<home>:log-group:/other',
              },
            },
          }),
        ],
      },
      { user: 'john', allow: ['logs:*', 'kms:*'] },
    ],
    call: { as: 'john', call: 'logs:CreateLogGroup', with: { logGroupName: '/app', kmsKeyId: '<data>' } },
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: LOGS,
      resource: '<data>',
      nearMiss: 'Logs',
      says: /log-group:\/other/,
      fixes: [{ kind: 'statement', target: '<data>' }],
    },
  },
  {
    name: 'log-group-by-one-who-may-not-describe-its-key',
    source:
      'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html#cmk-permissions-association',
    story: 'The key policy admits CloudWatch Logs; whoever makes the group has no right on the key at all.',
    world: [keyForLogs, { role: 'Deploy', policy: [may('logs:CreateLogGroup')] }],
    call: { as: 'Deploy', ...sealedGroup },
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<Deploy>',
      action: 'kms:DescribeKey',
      resource: '<data>',
      fixes: [
        {
          kind: 'new-statement',
          target: '<Deploy>',
          document: may('kms:DescribeKey', { Resource: '<data>', ...throughLogs }),
        },
      ],
    },
    stillRefused: [{ as: 'Deploy', call: 'kms:DescribeKey', with: { KeyId: '<data>' } }],
  },
  {
    name: 'events-of-a-log-group-under-a-key',
    source:
      'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html#cmk-permissions-readwrite',
    story: 'A log group is under a key; the role that reads it has the rights on the group alone.',
    world: [
      keyForLogs,
      { as: 'root', ...sealedGroup },
      { as: 'root', call: 'logs:CreateLogStream', with: oneStream },
      { role: 'Ops', policy: [may('logs:GetLogEvents')] },
    ],
    call: { as: 'Ops', call: 'logs:GetLogEvents', with: oneStream },
    ask: 'the request',
    expect: {
      verdict: 'denied',
      who: '<Ops>',
      action: 'kms:Decrypt',
      resource: '<data>',
      fixes: [
        {
          kind: 'new-statement',
          target: '<Ops>',
          document: may('kms:Decrypt', { Resource: '<data>', ...throughLogs }),
        },
      ],
    },
    stillRefused: [{ as: 'Ops', call: 'kms:Decrypt', with: { CiphertextBlob: 'x', KeyId: '<data>' } }],
  },
  {
    name: 'rule-whose-log-group-does-not-admit-it',
    source:
      'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-cloudwatchlogs-permissions',
    story: 'A rule writes to a log group that has no resource policy for EventBridge; nothing arrives.',
    world: [
      { as: 'root', call: 'logs:CreateLogGroup', with: { logGroupName: '/aws/events/keys' } },
      {
        as: 'root',
        call: 'events:PutRule',
        with: { Name: 'keys', EventPattern: { source: ['own.app'] } },
      },
      {
        as: 'root',
        call: 'events:PutTargets',
        with: {
          Rule: 'keys',
          Targets: [{ Id: 'logs', Arn: 'arn:aws:logs:us-east-1:<home>:log-group:/aws/events/keys' }],
        },
      },
    ],
    call: {
      as: 'root',
      call: 'events:PutEvents',
      with: { Entries: [{ Source: 'own.app', DetailType: 'test', Detail: '{}' }] },
      seenBy: {
        call: 'logs:DescribeLogStreams',
        with: { logGroupName: '/aws/events/keys' },
        shows: /logStreamName/,
      },
    },
    ask: { subject: 'keys' },
    expect: {
      verdict: 'denied',
      who: 'events.amazonaws.com',
      action: 'logs:CreateLogStream',
      says: /put-resource-policy/,
      fixes: [{ kind: 'new-statement' }],
    },
  },
  {
    name: 'bucket-under-a-key',
    source: 'https://repost.aws/knowledge-center/s3-large-file-encryption-kms-key',
    story:
      'Whether a user may read an object of a bucket under a key: S3 is not served, and its policies are not known.',
    world: [{ key: 'data' }, { user: 'john', allow: ['s3:GetObject', 'kms:Decrypt'] }],
    can: { principal: 'john', action: 's3:GetObject', resource: 'arn:aws:s3:::bucket/object' },
    expect: { verdict: 'unknown', says: /not known/, fixes: [] },
  },
  {
    name: 'function-under-a-key',
    source: 'own: a service that is not served',
    story: 'Whether a role may invoke a function: Lambda is not served, and its policies are not known.',
    world: [{ role: 'App', allow: ['lambda:InvokeFunction'] }],
    can: {
      principal: 'App',
      action: 'lambda:InvokeFunction',
      resource: 'arn:aws:lambda:us-east-1:<home>:function:f',
    },
    expect: { verdict: 'unknown', says: /not known/, fixes: [] },
  },
];
