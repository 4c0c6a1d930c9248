/** EventBridge's whole answers: buses, rules, targets, archives, replays and patterns, with what is recorded and sent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scope } from '../../src/aws/scope.ts';
import { apiDestinations } from '../../src/services/events/api-destination/api-destination.ts';
import { archives } from '../../src/services/events/archive/archive.ts';
import { buses } from '../../src/services/events/bus/bus.ts';
import { connections } from '../../src/services/events/connection/connection.ts';
import { compilePattern } from '../../src/services/events/pattern/event-pattern.ts';
import { rules } from '../../src/services/events/rule/rule.ts';
import type { Table } from '../../src/store/store.ts';
import { DAY_MS } from '../worlds/account.ts';
import { lettingEventsIn } from '../worlds/events.ts';
import { multiply } from '../worlds/limits.ts';
import { transcripts } from '../worlds/transcript.ts';

const { server, transcript } = await transcripts(import.meta.url);
const entry = (rest: object = {}) => ({
  Source: 'app.orders',
  DetailType: 'placed',
  Detail: '{"total":7}',
  ...rest,
});

test('a bus, its policy and its tags', async () => {
  const t = transcript('100000000001', 'buses');
  const Name = 'orders';
  const arn = 'arn:aws:events:us-east-1:100000000001:event-bus/orders';
  const Tags = [{ Key: 'team', Value: 'core' }];
  await t.call('events:CreateEventBus', { Name, Description: 'of shops', Tags });
  for (const name of ['orders', 'default', 'aws.partner/x', 'a b', 'shop-orders'])
    await t.call('events:CreateEventBus', { Name: name });
  const queue = 'arn:aws:sqs:us-east-1:100000000001:q';
  for (const rest of [
    { LogConfig: { Level: 'INFO' } },
    { LogConfig: { Level: 'OFF' } },
    { DeadLetterConfig: { Arn: queue } },
    { DeadLetterConfig: {} },
  ]) {
    await t.call('events:CreateEventBus', { Name: 'set', ...rest });
    await t.call('events:UpdateEventBus', { Name, ...rest });
    await t.silent('events:DeleteEventBus', { Name: 'set' });
  }
  await t.call('events:DescribeEventBus');
  await t.call('events:DescribeEventBus', { Name: arn });
  await t.call('events:DescribeEventBus', { Name: 'none' });
  await t.call('events:UpdateEventBus', { Name, Description: 'of one shop' });
  await t.call('events:UpdateEventBus', { Name });
  await t.call('events:UpdateEventBus', { Name, Description: '' });
  await t.call('events:DescribeEventBus', { Name });
  await t.call('events:UpdateEventBus', { Name, Description: 'of one shop' });
  const permission = { EventBusName: Name, Action: 'events:PutEvents', Principal: '210987654321' };
  await t.call('events:PutPermission', { ...permission, StatementId: 'partner' });
  await t.call('events:PutPermission', { ...permission, StatementId: 'partner', Principal: '310987654321' });
  const Condition = { Type: 'StringEquals', Key: 'aws:PrincipalOrgID', Value: 'o-aaaabbbbcc' };
  await t.call('events:PutPermission', { ...permission, StatementId: 'all', Principal: '*', Condition });
  await t.call('events:PutPermission', { ...permission, StatementId: 'one', Condition });
  await t.call('events:PutPermission', { ...permission, StatementId: 'bad', Principal: 'somebody' });
  await t.call('events:DescribeEventBus', { Name });
  await t.call('events:RemovePermission', { EventBusName: Name, StatementId: 'none' });
  await t.call('events:RemovePermission', { EventBusName: Name, StatementId: 'partner' });
  await t.call('events:DescribeEventBus', { Name });
  await t.call('events:RemovePermission', { EventBusName: Name, RemoveAllPermissions: true });
  await t.call('events:PutPermission', { EventBusName: Name, Policy: lettingEventsIn() });
  for (const NamePrefix of [undefined, 'ord', 'orders', 'shop', 'none'])
    await t.call('events:ListEventBuses', { NamePrefix });
  await t.call('events:ListEventBuses', { Limit: 1 });
  await t.call('events:TagResource', { ResourceARN: arn, Tags: [{ Key: 'x', Value: 'y' }] });
  await t.call('events:ListTagsForResource', { ResourceARN: arn });
  await t.call('events:UntagResource', { ResourceARN: arn, TagKeys: ['team'] });
  await t.call('events:ListTagsForResource', { ResourceARN: arn });
  await t.call('events:ListTagsForResource', { ResourceARN: `${arn}x` });
  await t.call('events:PutRule', { Name: 'r', EventBusName: Name, EventPattern: '{"source":["a"]}' });
  for (const name of [Name, 'default', 'none']) await t.call('events:DeleteEventBus', { Name: name });
  await t.call('events:DeleteRule', { Name: 'r', EventBusName: Name });
  await t.call('events:DeleteEventBus', { Name });
  await t.recorded();
  t.compare();
});

test('connections and API destinations: what of them is kept, changed and shown', async () => {
  const t = transcript('100000000006', 'connections');
  const call = (name: string, input: object = {}) => t.call(`events:${name}`, input);
  const part = [
    { Key: 'plain', Value: 'p', IsValueSecret: false },
    { Key: 'hidden', Value: 'h', IsValueSecret: true },
  ];
  const parts = { HeaderParameters: part, QueryStringParameters: part, BodyParameters: part };
  const BasicAuthParameters = { Username: 'u', Password: 'p' };
  const ApiKeyAuthParameters = { ApiKeyName: 'k', ApiKeyValue: 'v' };
  const OAuthParameters = {
    ClientParameters: { ClientID: 'c', ClientSecret: 's' },
    AuthorizationEndpoint: 'https://auth.example.com/token',
    HttpMethod: 'POST',
    OAuthHttpParameters: parts,
  };
  const made = [];
  for (const [Name, AuthorizationType, AuthParameters] of [
    ['basic', 'BASIC', { BasicAuthParameters, InvocationHttpParameters: parts }],
    ['key', 'API_KEY', { ApiKeyAuthParameters }],
    ['oauth', 'OAUTH_CLIENT_CREDENTIALS', { OAuthParameters }],
    ['wrong', 'BASIC', { ApiKeyAuthParameters }],
    ['wrong', 'API_KEY', { OAuthParameters }],
    ['wrong', 'OAUTH_CLIENT_CREDENTIALS', { BasicAuthParameters }],
    ['basic', 'BASIC', { BasicAuthParameters }],
  ] as const)
    made.push(await call('CreateConnection', { Name, AuthorizationType, AuthParameters, Description: 'd' }));
  const [basic, key] = made.map((each) => each.at('ConnectionArn'));
  const served = { Name: 'wrong', AuthorizationType: 'BASIC', AuthParameters: { BasicAuthParameters } };
  const ResourceConfigurationArn =
    'arn:aws:vpc-lattice:us-east-1:100000000006:resourceconfiguration/rcfg-00000000000000001';
  const ConnectivityParameters = { ResourceParameters: { ResourceConfigurationArn } };
  for (const rest of [
    { KmsKeyIdentifier: 'alias/x' },
    { InvocationConnectivityParameters: { ResourceParameters: { ResourceConfigurationArn } } },
    { AuthParameters: { BasicAuthParameters, ConnectivityParameters } },
  ])
    await call('CreateConnection', { ...served, ...rest });
  for (const Name of ['basic', 'key', 'oauth', 'none']) await call('DescribeConnection', { Name });

  const InvocationEndpoint = 'https://shop.example.com/orders';
  const destination = { Name: 'orders', ConnectionArn: basic, InvocationEndpoint, HttpMethod: 'POST' };
  await call('CreateApiDestination', { ...destination, Description: 'd', InvocationRateLimitPerSecond: 7 });
  await call('CreateApiDestination', { ...destination, Name: 'others', ConnectionArn: key });
  for (const rest of [
    {},
    { Name: 'wrong', InvocationEndpoint: 'http://shop.example.com' },
    { Name: 'wrong', InvocationEndpoint: 'https://shop.example.com/a b' },
    { Name: 'wrong', ConnectionArn: basic?.replace('/basic/', '/key/') },
    {
      Name: 'wrong',
      ConnectionArn:
        'arn:aws:events:us-east-1:100000000006:connection/none/00000000-0000-0000-0000-000000000000',
    },
  ])
    await call('CreateApiDestination', { ...destination, ...rest });
  for (const Name of ['orders', 'others', 'none']) await call('DescribeApiDestination', { Name });
  for (const change of [
    { Description: 'e' },
    { ConnectionArn: key },
    { InvocationEndpoint: `${InvocationEndpoint}/2` },
    { HttpMethod: 'PUT' },
    { InvocationRateLimitPerSecond: 8 },
    { InvocationEndpoint: 'http://shop.example.com' },
    { ConnectionArn: basic?.replace('/basic/', '/key/') },
    { Name: 'none' },
  ])
    await call('UpdateApiDestination', { Name: 'orders', ...change });
  await call('DescribeApiDestination', { Name: 'orders' });

  for (const change of [
    { Description: 'e' },
    { AuthParameters: { BasicAuthParameters: { Username: 'v', Password: 'q' } } },
    { AuthParameters: { ApiKeyAuthParameters } },
    { KmsKeyIdentifier: 'alias/x' },
    { Name: 'none' },
  ])
    await call('UpdateConnection', { Name: 'basic', ...change });
  await call('DescribeConnection', { Name: 'basic' });
  await call('UpdateConnection', {
    Name: 'basic',
    AuthorizationType: 'API_KEY',
    AuthParameters: { ApiKeyAuthParameters },
  });
  await call('DescribeConnection', { Name: 'basic' });
  await call('DeauthorizeConnection', { Name: 'key' });
  await call('DeauthorizeConnection', { Name: 'none' });
  await call('DescribeConnection', { Name: 'key' });
  for (const input of [
    {},
    { NamePrefix: 'ba' },
    { NamePrefix: 'sic' },
    { ConnectionState: 'AUTHORIZED' },
    { ConnectionState: 'DEAUTHORIZED' },
    { NamePrefix: 'o', ConnectionState: 'DEAUTHORIZED' },
    { Limit: 1 },
    { NextToken: 'x' },
  ])
    await call('ListConnections', input);
  for (const input of [
    {},
    { NamePrefix: 'oth' },
    { NamePrefix: 'her' },
    { ConnectionArn: key },
    { ConnectionArn: basic },
    { NamePrefix: 'ord', ConnectionArn: basic },
    { Limit: 1 },
    { NextToken: 'x' },
  ])
    await call('ListApiDestinations', input);
  await call('UpdateConnection', { Name: 'key', AuthParameters: { ApiKeyAuthParameters } });
  await call('DeleteConnection', { Name: 'key' });
  await call('DeleteConnection', { Name: 'key' });
  await call('DescribeApiDestination', { Name: 'orders' });
  await call('DeleteApiDestination', { Name: 'orders' });
  await call('DeleteApiDestination', { Name: 'orders' });
  await t.recorded();
  t.compare();
});

test('as many as there may be, and one too many', async () => {
  const account = '100000000007';
  const t = transcript(account, 'limits');
  const place = { account, region: 'us-east-1' };
  const AuthParameters = { BasicAuthParameters: { Username: 'u', Password: 'p' } };
  const connect = (Name: string) =>
    t.silent('events:CreateConnection', { Name, AuthorizationType: 'BASIC', AuthParameters });
  const ConnectionArn = (await connect('first')).at('ConnectionArn');
  const InvocationEndpoint = 'https://x.example.com';
  const destination = { ConnectionArn, InvocationEndpoint, HttpMethod: 'GET' };
  const EventSourceArn = `arn:aws:events:us-east-1:${account}:event-bus/default`;
  const schedule = { ScheduleExpression: 'rate(1 day)', State: 'DISABLED' };
  const filled = async <R extends Scope & { readonly name: string }>(
    operation: string,
    table: Table<R>,
    max: number,
    input: (name: string) => object,
  ) => {
    const put = async (name: string) => (await t.silent(`events:${operation}`, input(name))).output;
    await put('first');
    await multiply(server, table, place, max - 1);
    const last = await put('last');
    t.step(`${operation}: ${max}`, [
      last.refused,
      (await put('one-too-many')).refused,
      (await put('last')).refused,
    ]);
  };
  await filled('CreateConnection', connections, 3000, (Name) => ({
    Name,
    AuthorizationType: 'BASIC',
    AuthParameters,
  }));
  await filled('CreateApiDestination', apiDestinations, 3000, (Name) => ({ Name, ...destination }));
  await filled('CreateEventBus', buses, 100, (Name) => ({ Name }));
  await filled('PutRule', rules, 300, (Name) => ({ Name, ...schedule }));
  await filled('CreateArchive', archives, 100, (ArchiveName) => ({ ArchiveName, EventSourceArn }));
  t.compare();
});

test('a rule and its targets', async () => {
  const t = transcript('100000000002', 'rules');
  const group = (name: string) => `arn:aws:logs:us-east-1:100000000002:log-group:/aws/events/${name}`;
  const EventPattern = '{"source":["app.orders"]}';
  await t.call('events:CreateEventBus', { Name: 'other' });
  await t.call('events:PutRule', {
    Name: 'orders',
    EventPattern,
    Description: 'all',
    Tags: [{ Key: 'a', Value: 'b' }],
  });
  await t.call('events:PutRule', { Name: 'tick', ScheduleExpression: 'rate(5 minutes)', State: 'DISABLED' });
  await t.call('events:PutRule', { Name: 'tick', ScheduleExpression: 'rate(1 hour)', EventBusName: 'other' });
  await t.call('events:PutRule', { Name: 'neither' });
  await t.call('events:PutRule', { Name: 'orders-2', EventPattern, EventBusName: 'other' });
  for (const ScheduleExpression of ['rate(1 minutes)', 'rate(0 minutes)', 'cron(x)', 'at(x)'])
    await t.call('events:PutRule', { Name: 'bad', ScheduleExpression });
  await t.call('events:DescribeRule', { Name: 'orders' });
  await t.call('events:DescribeRule', { Name: 'orders-2', EventBusName: 'other' });
  await t.call('events:DescribeRule', { Name: 'orders-2' });
  await t.call('events:DisableRule', { Name: 'orders' });
  await t.call('events:DescribeRule', { Name: 'orders' });
  await t.call('events:EnableRule', { Name: 'orders' });
  const Targets = [
    { Id: 'log', Arn: group('one') },
    { Id: 'path', Arn: group('two'), InputPath: '$.detail' },
    { Id: 'fixed', Arn: group('three'), Input: '{"a":1}' },
    {
      Id: 'template',
      Arn: group('one'),
      InputTransformer: {
        InputPathsMap: { total: '$.detail.total' },
        InputTemplate: '{"timestamp":1,"message":"<total>"}',
      },
    },
    { Id: 'bus', Arn: 'arn:aws:events:us-east-1:100000000002:event-bus/other' },
  ];
  await t.call('events:PutTargets', { Rule: 'orders', Targets });
  await t.call('events:PutTargets', { Rule: 'orders', Targets: Targets.slice(0, 1) });
  await t.call('events:PutTargets', { Rule: 'orders', Targets: [{ Id: 'sixth', Arn: group('six') }] });
  await t.call('events:PutTargets', { Rule: 'none', Targets });
  for (const Arn of [
    'x',
    'arn:aws:sqs:us-east-1:100000000002:q',
    'arn:aws:logs:us-east-1:100000000002:other:x',
  ])
    await t.call('events:PutTargets', {
      Rule: 'orders-2',
      EventBusName: 'other',
      Targets: [{ Id: 'a', Arn }],
    });
  await t.call('events:ListTargetsByRule', { Rule: 'orders' });
  await t.call('events:ListTargetsByRule', { Rule: 'orders', Limit: 2 });
  await t.call('events:ListRuleNamesByTarget', { TargetArn: group('one') });
  await t.call('events:ListRuleNamesByTarget', { TargetArn: group('none') });
  for (const input of [
    {},
    { NamePrefix: 'ord' },
    { NamePrefix: 'ers' },
    { Limit: 1 },
    { EventBusName: 'other' },
  ])
    await t.call('events:ListRules', input);
  await t.call('events:DeleteRule', { Name: 'orders' });
  await t.call('events:RemoveTargets', { Rule: 'orders', Ids: ['log', 'none'] });
  await t.call('events:RemoveTargets', { Rule: 'orders', Ids: ['path', 'fixed', 'template', 'bus'] });
  await t.call('events:DeleteRule', { Name: 'orders' });
  await t.call('events:DeleteRule', { Name: 'orders' });
  await t.recorded();
  t.compare();
});

test('entries: what is delivered, and what is refused', async () => {
  const t = transcript('100000000003', 'entries');
  const logGroupName = '/aws/events/all';
  await t.call('logs:CreateLogGroup', { logGroupName });
  const policyDocument = lettingEventsIn('100000000003');
  await t.call('logs:PutResourcePolicy', { policyName: 'events', policyDocument });
  await t.call('events:PutRule', { Name: 'all', EventPattern: '{"source":[{"prefix":"app"}]}' });
  const Arn = `arn:aws:logs:us-east-1:100000000003:log-group:${logGroupName}`;
  await t.call('events:PutTargets', { Rule: 'all', Targets: [{ Id: 'log', Arn }] });
  for (const Entries of [
    [entry({ Resources: ['arn:aws:s3:::x'], Time: new Date(Date.UTC(2025, 8, 22)), TraceHeader: 'Root=1' })],
    [
      entry({ Source: 'aws.ec2' }),
      entry({ Detail: '{' }),
      entry({ Detail: '[]' }),
      entry({ Source: undefined }),
    ],
    [entry({ DetailType: undefined }), entry({ Detail: undefined }), entry({ EventBusName: 'none' })],
    [
      entry({ Resources: ['x'.repeat(2049)] }),
      entry({ Source: 'x'.repeat(257) }),
      entry({ DetailType: 'x'.repeat(129) }),
    ],
    [entry({ EventBusName: 'arn:aws:events:us-east-1:100000000003:event-bus/default' })],
    Array.from({ length: 10 }, () => entry()),
    Array.from({ length: 11 }, () => entry()),
    [],
  ])
    await t.call('events:PutEvents', { Entries });
  await server.settled();
  const found = await t.silent('logs:FilterLogEvents', { logGroupName, limit: 2 });
  const messages = found.all('events', 'message') as string[];
  t.step(
    'what the log has',
    messages.map((each) => ({ ...JSON.parse(each), id: 'any' })),
  );
  await t.recorded();
  t.compare();
});

test('an archive and its replay', async () => {
  const t = transcript('100000000004', 'archives');
  const EventSourceArn = 'arn:aws:events:us-east-1:100000000004:event-bus/default';
  const ArchiveName = 'orders';
  const EventPattern = '{"source":["app.orders"]}';
  await t.call('events:CreateArchive', {
    ArchiveName,
    EventSourceArn,
    EventPattern,
    Description: 'd',
    RetentionDays: 2,
  });
  await t.call('events:CreateArchive', { ArchiveName, EventSourceArn });
  await t.call('events:CreateArchive', { ArchiveName: 'whole', EventSourceArn });
  await t.call('events:CreateArchive', { ArchiveName: 'lost', EventSourceArn: `${EventSourceArn}x` });
  await t.call('events:CreateArchive', { ArchiveName: 'bad', EventSourceArn, EventPattern: '{' });
  await t.call('events:UpdateArchive', { ArchiveName: 'whole', Description: 'all', RetentionDays: 0 });
  await t.call('events:UpdateArchive', { ArchiveName: 'none' });
  await t.call('events:PutEvents', { Entries: [entry(), entry({ Source: 'app.other' }), entry()] });
  await server.settled();
  for (const name of [ArchiveName, 'whole', 'none'])
    await t.call('events:DescribeArchive', { ArchiveName: name });
  for (const input of [
    {},
    { NamePrefix: 'ord' },
    { NamePrefix: 'ers' },
    { State: 'ENABLED' },
    { State: 'DISABLED' },
    { EventSourceArn },
    { EventSourceArn: `${EventSourceArn}x` },
    { Limit: 1 },
    { NamePrefix: 'o', State: 'ENABLED' },
  ])
    await t.call('events:ListArchives', input);
  const span = { EventStartTime: new Date(Date.now() - DAY_MS), EventEndTime: new Date(Date.now() + DAY_MS) };
  const archive = 'arn:aws:events:us-east-1:100000000004:archive/orders';
  const replay = {
    ReplayName: 'again',
    Description: 'r',
    EventSourceArn: archive,
    Destination: { Arn: EventSourceArn },
    ...span,
  };
  await t.call('events:StartReplay', replay);
  await t.call('events:StartReplay', replay);
  await t.call('events:StartReplay', { ...replay, ReplayName: 'lost', EventSourceArn: `${archive}x` });
  await t.call('events:StartReplay', {
    ...replay,
    ReplayName: 'back',
    EventStartTime: span.EventEndTime,
    EventEndTime: span.EventStartTime,
  });
  await t.call('events:StartReplay', {
    ...replay,
    ReplayName: 'else',
    Destination: { Arn: `${EventSourceArn}x` },
  });
  await server.settled();
  for (const ReplayName of ['again', 'none']) await t.call('events:DescribeReplay', { ReplayName });
  for (const input of [
    {},
    { NamePrefix: 'ag' },
    { NamePrefix: 'in' },
    { State: 'COMPLETED' },
    { State: 'RUNNING' },
    { EventSourceArn: archive },
    { EventSourceArn },
    { Limit: 1 },
  ])
    await t.call('events:ListReplays', input);
  await t.call('events:CancelReplay', { ReplayName: 'again' });
  await t.call('events:CancelReplay', { ReplayName: 'none' });
  await server.advance(DAY_MS);
  await t.call('events:DescribeArchive', { ArchiveName });
  await server.advance(DAY_MS);
  await t.call('events:DescribeArchive', { ArchiveName });
  const whole = await t.call('events:DescribeArchive', { ArchiveName: 'whole' });
  assert.ok(Number(whole.output.SizeBytes) > 12_000);
  await t.call('events:DeleteArchive', { ArchiveName });
  await t.call('events:DeleteArchive', { ArchiveName });
  await t.call('events:DescribeReplay', { ReplayName: 'again' });
  await t.recorded();
  t.compare();
});

test('patterns: each test beside its edge, and each that is refused', async () => {
  const t = transcript('100000000005', 'patterns');
  const values = [
    '"a"',
    '"A"',
    '"ab"',
    '"ba"',
    '""',
    '0',
    '5',
    '5.5',
    '-1',
    '5000000000',
    '5000000001',
    'true',
    'null',
    '"10.0.0.9"',
    '"10.1.0.0"',
    '"::1"',
    '{"b":1}',
    '["a","c"]',
    '[]',
    'absent',
  ];
  const tests = [
    '"a"',
    '5',
    'null',
    'true',
    '{"prefix":"a"}',
    '{"prefix":{"equals-ignore-case":"A"}}',
    '{"suffix":"a"}',
    '{"suffix":{"equals-ignore-case":"A"}}',
    '{"equals-ignore-case":"A"}',
    '{"wildcard":"a*"}',
    '{"wildcard":"*a"}',
    '{"exists":true}',
    '{"exists":false}',
    '{"anything-but":"a"}',
    '{"anything-but":["a","ab"]}',
    '{"anything-but":5}',
    '{"anything-but":[5,0]}',
    '{"anything-but":{"prefix":"a"}}',
    '{"anything-but":{"suffix":["a","b"]}}',
    '{"anything-but":{"equals-ignore-case":["A"]}}',
    '{"anything-but":{"wildcard":"a*"}}',
    '{"numeric":["=",5]}',
    '{"numeric":["<",5]}',
    '{"numeric":["<=",5]}',
    '{"numeric":[">",5]}',
    '{"numeric":[">=",5]}',
    '{"numeric":[">",0,"<",5.5]}',
    '{"numeric":[">=",0,"<=",5.5]}',
    '{"cidr":"10.0.0.0/24"}',
    '{"cidr":"10.0.0.0/8"}',
    '{"cidr":"::/127"}',
    '{"numeric":5}',
    '{"numeric":[]}',
    '{"numeric":[5]}',
    '{"numeric":["~",5]}',
    '{"numeric":["=","a"]}',
    '{"numeric":["<","a"]}',
    '{"numeric":["="]}',
    '{"numeric":["<",5,">",0]}',
    '{"numeric":[">",5,"<",5]}',
    '{"numeric":[">",5,5]}',
    '{"numeric":[">",5,">",6]}',
    '{"numeric":[">",0,"<",5,1]}',
    '{"numeric":[">",0,"<"]}',
    '{"numeric":["=",5000000000]}',
    '{"numeric":["=",5000000001]}',
    '{"numeric":["=",-5000000000]}',
    '{"numeric":["=",-5000000001]}',
    '{"cidr":"10.0.0.0"}',
    '{"cidr":"10.0.0.0/33"}',
    '{"cidr":"10.0.0.0/32"}',
    '{"cidr":"::/129"}',
    '{"cidr":"::/-1"}',
    '{"cidr":"::/x"}',
    '{"cidr":"x/1"}',
    '{"cidr":"::/1/1"}',
    '{"cidr":5}',
    '{"prefix":5}',
    '{"prefix":""}',
    '{"suffix":5}',
    '{"wildcard":"a**"}',
    '{"wildcard":5}',
    '{"exists":"x"}',
    '{"anything-but":{}}',
    '{"anything-but":[]}',
    '{"anything-but":{"prefix":""}}',
    '{"anything-but":[{}]}',
    '{"other":"x"}',
    '{}',
    '[]',
    '{"prefix":"a","suffix":"b"}',
  ];
  const event = (value: string) =>
    `{"id":"1","account":"100000000005","source":"s","time":"2026-01-01T00:00:00Z","region":"us-east-1","resources":[],"detail-type":"t","detail":{${value === 'absent' ? '' : `"v":${value}`}}}`;
  for (const each of tests) {
    const pattern = `{"detail":{"v":[${each}]}}`;
    try {
      const { matches } = compilePattern(pattern);
      t.step(each, values.filter((value) => matches(JSON.parse(event(value)))).join(' '));
    } catch {
      await t.call('events:TestEventPattern', { EventPattern: pattern, Event: event('1') });
    }
  }
  for (const EventPattern of [
    '',
    '{',
    '[]',
    '5',
    '{}',
    '{"a":"b"}',
    '{"a":[]}',
    '{"a":{}}',
    '{"a":["b"],"a":["c"]}',
    '{"$or":[{"source":["x"]},{"source":["s"]}]}',
    '{"$or":[{"source":["s"]}]}',
    '{"$or":[]}',
    '{"source":["s"],"$or":[{"region":["x"]},{"account":["y"]}]}',
  ])
    await t.call('events:TestEventPattern', { EventPattern, Event: event('1') });
  for (const Event of ['{', '[]', '{"id":"1"}', '{"source":"s"}'])
    await t.call('events:TestEventPattern', { EventPattern: '{"source":["s"]}', Event });
  t.compare();
});
