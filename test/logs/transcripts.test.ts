/** CloudWatch Logs' whole answers: groups, streams, events with their limits, filters, policies and tags. */
import { test } from 'node:test';
import { resourcePolicies } from '../../src/services/logs/resource-policy/resource-policy.ts';
import { DAY_MS, HOUR_MS, lookupEvents, newUser, policy, rootOf, statement } from '../worlds/account.ts';
import { transcripts } from '../worlds/transcript.ts';

const { server, transcript } = await transcripts(import.meta.url);

test('groups, streams, their tags, policies and retention', async () => {
  const t = transcript('100000000001', 'groups');
  const logGroupName = '/app/web';
  const arn = 'arn:aws:logs:us-east-1:100000000001:log-group:/app/web';
  const kmsKeyId = (await t.call('kms:CreateKey')).at('KeyMetadata', 'Arn');
  await t.call('logs:CreateLogGroup', { logGroupName, tags: { team: 'core' } });
  await t.call('logs:CreateLogGroup', { logGroupName });
  await t.call('logs:CreateLogGroup', { logGroupName: 'sealed', kmsKeyId });
  await t.call('logs:CreateLogGroup', { logGroupName: 'rare', logGroupClass: 'INFREQUENT_ACCESS' });
  for (const name of ['a b', 'aws/x', 'x'.repeat(513)])
    await t.call('logs:CreateLogGroup', { logGroupName: name });
  for (const logStreamName of ['one', 'two', 'one', 'a:b', 'x'.repeat(513)])
    await t.call('logs:CreateLogStream', { logGroupName, logStreamName });
  await t.call('logs:CreateLogStream', { logGroupName: 'none', logStreamName: 'one' });
  for (const input of [
    {},
    { logGroupNamePrefix: '/app' },
    { logGroupNamePrefix: 'web' },
    { logGroupNamePattern: 'WEB' },
    { logGroupNamePattern: 'eb' },
    { limit: 1 },
    { logGroupClass: 'INFREQUENT_ACCESS' },
    { logGroupNamePrefix: 'a', logGroupNamePattern: 'a' },
  ])
    await t.call('logs:DescribeLogGroups', input);
  for (const input of [
    {},
    { logStreamNamePrefix: 'o' },
    { orderBy: 'LastEventTime', descending: true },
    { limit: 1 },
    { descending: true },
    { orderBy: 'LastEventTime', logStreamNamePrefix: 'o' },
  ])
    await t.call('logs:DescribeLogStreams', { logGroupName, ...input });
  await t.call('logs:DescribeLogStreams', { logGroupIdentifier: arn });
  for (const retentionInDays of [1, 2, 7, 3653, 3654])
    await t.call('logs:PutRetentionPolicy', { logGroupName, retentionInDays });
  await t.call('logs:DeleteRetentionPolicy', { logGroupName });
  await t.call('logs:DeleteRetentionPolicy', { logGroupName: 'none' });
  await t.call('logs:TagResource', { resourceArn: arn, tags: { a: 'b' } });
  await t.call('logs:TagLogGroup', { logGroupName, tags: { c: 'd' } });
  await t.call('logs:ListTagsForResource', { resourceArn: arn });
  await t.call('logs:UntagResource', { resourceArn: arn, tagKeys: ['team'] });
  await t.call('logs:UntagLogGroup', { logGroupName, tags: ['a'] });
  await t.call('logs:ListTagsLogGroup', { logGroupName });
  await t.call('logs:ListTagsForResource', { resourceArn: `${arn}x` });
  const policyDocument =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"logs:PutLogEvents","Resource":"*"}]}';
  await t.call('logs:PutResourcePolicy', { policyName: 'p', policyDocument });
  await t.call('logs:PutResourcePolicy', { policyName: 'bad', policyDocument: '{' });
  await t.call('logs:DescribeResourcePolicies');
  await t.call('logs:DeleteResourcePolicy', { policyName: 'p' });
  await t.call('logs:DeleteResourcePolicy', { policyName: 'p' });
  await t.call('logs:AssociateKmsKey', { logGroupName, kmsKeyId });
  await t.call('logs:AssociateKmsKey', {
    logGroupName,
    kmsKeyId: kmsKeyId.replace(/[0-9a-f]{12}$/, '000000000000'),
  });
  await t.call('logs:DisassociateKmsKey', { logGroupName });
  const transformation = {
    metricName: 'errors',
    metricNamespace: 'app',
    metricValue: '1',
    defaultValue: 0,
    unit: 'Count',
    dimensions: undefined,
  };
  await t.call('logs:PutMetricFilter', {
    logGroupName,
    filterName: 'f',
    filterPattern: 'ERROR',
    metricTransformations: [transformation],
  });
  await t.call('logs:PutMetricFilter', {
    logGroupName,
    filterName: 'bad',
    filterPattern: '{',
    metricTransformations: [transformation],
  });
  for (const input of [
    {},
    { logGroupName },
    { logGroupName, filterNamePrefix: 'x' },
    { metricName: 'errors', metricNamespace: 'app' },
    { metricName: 'errors' },
    { logGroupName: 'none' },
  ])
    await t.call('logs:DescribeMetricFilters', input);
  await t.call('logs:DeleteMetricFilter', { logGroupName, filterName: 'f' });
  await t.call('logs:DeleteMetricFilter', { logGroupName, filterName: 'f' });
  await t.call('logs:DeleteLogStream', { logGroupName, logStreamName: 'two' });
  await t.call('logs:DeleteLogStream', { logGroupName, logStreamName: 'two' });
  await t.call('logs:DeleteLogGroup', { logGroupName });
  await t.call('logs:DeleteLogGroup', { logGroupName });
  for (let i = 0; i < 51; i++) await t.silent('logs:CreateLogGroup', { logGroupName: `many-${i}` });
  t.step('the first page', (await t.silent('logs:DescribeLogGroups')).all('logGroups', 'logGroupName'));
  await t.recorded();
  t.compare();
});

test('events: what is taken, at and beside each limit, and what is read', async () => {
  const t = transcript('100000000002', 'events');
  const group = { logGroupName: 'g' };
  const stream = { ...group, logStreamName: 's' };
  await t.call('logs:CreateLogGroup', group);
  await t.call('logs:CreateLogStream', stream);
  await t.call('logs:PutRetentionPolicy', { ...group, retentionInDays: 7 });
  const now = Date.now();
  const put = async (what: string, logEvents: { timestamp: number; message: string }[], rest: object = {}) =>
    t.step(
      `PutLogEvents ${what}`,
      (await t.silent('logs:PutLogEvents', { ...stream, ...rest, logEvents })).output,
    );
  const at = (timestamp: number, message = 'm') => ({ timestamp: now + timestamp, message });
  const SLACK = 60_000;
  await put('just now', [at(0, 'first'), at(1, 'second')]);
  await put('in the past, within two weeks and beyond', [
    at(-14 * DAY_MS - SLACK),
    at(-8 * DAY_MS),
    at(-6 * DAY_MS),
  ]);
  await put('ahead, within two hours and beyond', [
    at(0),
    at(2 * HOUR_MS - SLACK, 'ahead'),
    at(2 * HOUR_MS + SLACK),
  ]);
  await put('of a day', [at(-DAY_MS), at(0)]);
  await put('of more than a day', [at(-DAY_MS), at(1)]);
  await put('out of order', [at(1), at(0)]);
  await put('none', []);
  await put('empty', [at(0, '')]);
  await put(
    'many',
    Array.from({ length: 10_000 }, (_, i) => at(i - 10_000, 'x')),
  );
  const tooMany = Array.from({ length: 10_001 }, () => ({ timestamp: 0, message: 'x' }));
  await put('too many', tooMany);
  await put('1 MiB', [at(2, 'x'.repeat(1_048_550))]);
  await put('more than 1 MiB', [at(2, 'x'.repeat(1_048_551))]);
  await put('1 MiB, counted in bytes', [at(2, 'é'.repeat(524_276))]);
  await put('to no stream', [at(0)], { logStreamName: 'none' });
  await put('to no group', [at(0)], { logGroupName: 'none' });
  const read = async (what: string, input: object) => {
    const { output } = await t.silent('logs:GetLogEvents', { ...stream, ...input });
    const events = (output.events ?? []) as { timestamp: number; message: string }[];
    t.step(
      `GetLogEvents ${what}`,
      output.refused
        ? output
        : {
            ...output,
            events: events.length,
            first: events[0]?.message.slice(0, 10),
            last: events.at(-1)?.message.slice(0, 10),
          },
    );
    return output;
  };
  await read('from the head', { startFromHead: true, limit: 3 });
  const last = await read('from the tail', { limit: 3 });
  await read('further back', { nextToken: last.nextBackwardToken, limit: 2 });
  await read('forward from the end', { nextToken: last.nextForwardToken });
  await read('with another token', { nextToken: 'f/1' });
  await read('of a span', { startTime: now, endTime: now + 2, startFromHead: true });
  await read('of an empty span', { startTime: now, endTime: now });
  await read('of a span turned round', { startTime: now + 1, endTime: now });
  await read('of no stream', { logStreamName: 'none' });
  for (const limit of [0, 1, 10_000, 10_001]) await read(`limit ${limit}`, { limit });
  await t.call('logs:CreateLogStream', { ...group, logStreamName: 'other' });
  await put(
    'to another stream',
    [at(3, 'ERROR one'), at(4, '{"level":"error","n":3,"text":"3","yes":true,"no":false,"nil":null}')],
    {
      logStreamName: 'other',
    },
  );
  const find = async (input: object) => {
    const { output } = await t.silent('logs:FilterLogEvents', { ...group, startTime: now, ...input });
    const events = (output.events ?? []) as { message: string }[];
    t.step(
      `FilterLogEvents ${JSON.stringify({ ...input, startTime: undefined, endTime: undefined, nextToken: undefined })}`,
      output.refused
        ? output
        : {
            ...output,
            events: events
              .slice(0, 3)
              .map((each) => ({ ...each, message: each.message.slice(0, 30), eventId: typeof each })),
            count: events.length,
          },
    );
    return output;
  };
  await find({});
  const page = await find({ limit: 1 });
  await find({ limit: 1, nextToken: page.nextToken });
  await find({ limit: 1, nextToken: page.nextToken, filterPattern: 'ERROR' });
  await find({ nextToken: 'x' });
  for (const filterPattern of [
    'ERROR',
    '-m',
    '"ERROR one"',
    '?ERROR ?m',
    '{ $.level = "error" }',
    '{ $.n > 2 }',
    '{ $.n > 3 }',
    '%E..OR%',
    '{',
    '[a, b]',
    '{ $.n = 3 }',
    '{ $.n = "3" }',
    '{ $.text = 3 }',
    '{ $.text = "3" }',
    '{ $.level = error }',
    '{ $.level != "error" }',
    '{ $.level = "er*" }',
    '{ $.yes IS TRUE }',
    '{ $.no IS TRUE }',
    '{ $.yes IS FALSE }',
    '{ $.no IS FALSE }',
    '{ $.nil IS NULL }',
    '{ $.no IS NULL }',
    '{ $.none NOT EXISTS }',
    '{ $.nil NOT EXISTS }',
    '{ $.yes IS OTHER }',
    '{ ($.n = 3 || $.n = 4) && $.level = "error" }',
    '{ $.n = 3 || $.n = 4 && $.level = "none" }',
  ])
    await find({ filterPattern });
  await find({ logStreamNames: ['other'] });
  await find({ logStreamNamePrefix: 'o' });
  await find({ logStreamNames: ['other'], logStreamNamePrefix: 'o' });
  await find({ logStreamNames: ['none'] });
  await find({ logStreamNames: ['other', 'none'] });
  await find({ startTime: now + 3, endTime: now + 3 });
  await find({ startTime: now + 4, endTime: now + 3 });
  await t.call('logs:DescribeLogStreams', group);
  await t.call('logs:DescribeLogGroups', {});
  t.compare();
});

test('groups under a key: what CloudWatch Logs asks of KMS for its callers, and in its own name', async () => {
  const account = '100000000005';
  const t = transcript(account, 'keys');
  const through = { Condition: { StringEquals: { 'kms:ViaService': 'logs.us-east-1.amazonaws.com' } } };
  const may = async (name: string, ...actions: string[]) => {
    const allow = [statement('logs:*'), ...actions.map((each) => statement(each, through))];
    return { as: (await newUser(server, name, { account, allow })).credentials };
  };
  const ann = await may('ann');
  const ben = await may('ben', 'kms:DescribeKey');
  const cid = await may('cid', 'kms:GenerateDataKey');
  const dan = await may('dan', 'kms:Decrypt');
  const eve = await may('eve', 'kms:GenerateDataKey', 'kms:Decrypt');
  const contexts = { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:us-east-1:${account}:*` };
  const Policy = policy(
    { ...statement('kms:*'), Principal: { AWS: rootOf(account) } },
    {
      ...statement(['kms:Decrypt', 'kms:GenerateDataKey*']),
      Principal: { Service: 'logs.us-east-1.amazonaws.com' },
      Condition: { ArnLike: contexts },
    },
  );
  const key = await t.silent('kms:CreateKey', { Policy });
  const [KeyId, kmsKeyId] = [key.at('KeyMetadata', 'KeyId'), key.at('KeyMetadata', 'Arn')];
  const logGroupName = 'sealed';
  const stream = { logGroupName, logStreamName: 'one' };
  const logEvents = [{ timestamp: Date.now(), message: 'hush' }];

  await t.call('logs:CreateLogGroup', { logGroupName, kmsKeyId }, ann);
  for (const other of [KeyId, kmsKeyId.replace(/[0-9a-f]{12}$/, '000000000000')])
    await t.call('logs:CreateLogGroup', { logGroupName, kmsKeyId: other }, ben);
  await t.call('logs:CreateLogGroup', { logGroupName, kmsKeyId }, ben);
  await t.silent('logs:CreateLogStream', stream);
  for (const caller of [ann, cid, dan, eve]) {
    t.step('PutLogEvents', (await t.silent('logs:PutLogEvents', { ...stream, logEvents }, caller)).output);
    t.step('GetLogEvents', (await t.silent('logs:GetLogEvents', stream, caller)).output);
  }
  await t.silent('kms:DisableKey', { KeyId });
  await t.call('logs:CreateLogGroup', { logGroupName: 'late', kmsKeyId }, ben);
  t.step('PutLogEvents', (await t.silent('logs:PutLogEvents', { ...stream, logEvents }, eve)).output);
  await t.call('logs:FilterLogEvents', { logGroupName }, eve);
  await t.call('logs:DisassociateKmsKey', { logGroupName }, ann);
  t.step('PutLogEvents', (await t.silent('logs:PutLogEvents', { ...stream, logEvents }, ann)).output);
  const source = { AttributeKey: 'EventSource', AttributeValue: 'kms.amazonaws.com' } as const;
  for (const event of (await lookupEvents(server, source, account)).reverse()) {
    const { userIdentity, eventName, errorCode, requestParameters, sourceIPAddress, userAgent } = event;
    if (!userIdentity.invokedBy) continue;
    const { type, userName, invokedBy } = userIdentity;
    t.step(`KMS was asked ${eventName}`, {
      ...{ type, userName, invokedBy, sourceIPAddress, userAgent, errorCode },
      ...{ requestID: typeof event.requestID, requestParameters },
    });
  }
  t.compare();
});

test('definitions that are kept for a group or the account', async () => {
  const account = '100000000003';
  const t = transcript(account, 'kept');
  const call = (name: string, input: object = {}) => t.call(`logs:${name}`, input);
  const logGroupName = '/app/web';
  const arn = `arn:aws:logs:us-east-1:${account}:log-group:${logGroupName}`;
  await call('CreateLogGroup', { logGroupName });
  await t.silent('logs:CreateLogGroup', { logGroupName: 'rare', logGroupClass: 'INFREQUENT_ACCESS' });

  const queryString = 'fields @message';
  const made = await call('PutQueryDefinition', {
    name: 'a/one',
    queryString,
    logGroupNames: [logGroupName],
  });
  for (const input of [
    { name: 'a/two', queryString, clientToken: '0'.repeat(36) },
    { name: 'b', queryString: 'SELECT 1', queryLanguage: 'SQL' },
    { name: 'a/one', queryString: 'fields @other', queryDefinitionId: made.at('queryDefinitionId') },
    { name: 'none', queryString, queryDefinitionId: 'none' },
    { name: 'c', queryString, queryLanguage: 'SQL', logGroupNames: [logGroupName] },
  ])
    await call('PutQueryDefinition', input);
  for (const input of [
    {},
    { queryDefinitionNamePrefix: 'a/' },
    { queryDefinitionNamePrefix: 'one' },
    { queryLanguage: 'SQL' },
    { maxResults: 1 },
    { nextToken: 'x' },
  ])
    await call('DescribeQueryDefinitions', input);

  const detector = await call('CreateLogAnomalyDetector', {
    logGroupArnList: [arn],
    detectorName: 'odd',
    evaluationFrequency: 'FIVE_MIN',
    filterPattern: 'ERROR',
    anomalyVisibilityTime: 30,
    tags: { team: 'core' },
  });
  const anomalyDetectorArn = detector.at('anomalyDetectorArn');
  await call('CreateLogAnomalyDetector', { logGroupArnList: [arn] });
  await call('CreateLogAnomalyDetector', { logGroupArnList: [`${arn}x`] });
  await call('GetLogAnomalyDetector', { anomalyDetectorArn });
  for (const change of [
    { evaluationFrequency: 'ONE_HOUR' },
    { filterPattern: 'WARN' },
    { anomalyVisibilityTime: 7 },
    { enabled: false },
  ])
    await call('UpdateLogAnomalyDetector', { enabled: true, ...change, anomalyDetectorArn });
  await call('GetLogAnomalyDetector', { anomalyDetectorArn });
  for (const input of [{}, { filterLogGroupArn: arn }, { filterLogGroupArn: `${arn}x` }, { nextToken: 'x' }])
    await call('ListLogAnomalyDetectors', input);
  // Which of the two comes first is drawn with its id.
  const { output: page } = await t.silent('logs:ListLogAnomalyDetectors', { limit: 1 });
  t.step('a page of detectors', [(page.anomalyDetectors as object[]).length, typeof page.nextToken]);
  for (let i = 0; i < 2; i++) await call('DeleteLogAnomalyDetector', { anomalyDetectorArn });

  const names = (count: number, length = 2) =>
    Array.from({ length: count }, (_, i) => `${i}`.padStart(length, 'n'));
  for (const policyDocument of [
    { Fields: names(20) },
    { Fields: names(21) },
    { Fields: names(2, 100) },
    { Fields: ['good', ...names(1, 101)] },
    { Fields: ['good', ''] },
    { Fields: ['a', 'a'] },
    { Fields: [] },
    { Other: ['a'] },
    { Fields: ['a'], FieldsV2: { b: { type: 'FACET' } } },
  ])
    await call('PutIndexPolicy', {
      logGroupIdentifier: logGroupName,
      policyDocument: JSON.stringify(policyDocument),
    });
  await call('PutIndexPolicy', { logGroupIdentifier: 'rare', policyDocument: '{"Fields":["a"]}' });
  await call('DescribeIndexPolicies', { logGroupIdentifiers: [logGroupName] });
  for (let i = 0; i < 2; i++) await call('DeleteIndexPolicy', { logGroupIdentifier: logGroupName });

  const DataIdentifier = ['arn:aws:dataprotection::aws:data-identifier/EmailAddress'];
  const audit = { Sid: 'a', DataIdentifier, Operation: { Audit: { FindingsDestination: {} } } };
  const mask = { Sid: 'm', DataIdentifier, Operation: { Deidentify: { MaskConfig: {} } } };
  const document = (...Statement: object[]) =>
    JSON.stringify({ Name: 'p', Version: '2021-06-01', Statement });
  const whole = document(audit, mask);
  const findings = (FindingsDestination: unknown) => ({
    ...audit,
    Operation: { Audit: { FindingsDestination } },
  });
  for (const policyDocument of [
    document(audit),
    document(audit, mask, mask),
    document(audit, { ...mask, DataIdentifier: [...DataIdentifier, ...DataIdentifier] }),
    document({ ...audit, DataIdentifier: [] }, { ...mask, DataIdentifier: [] }),
    document(audit, { ...mask, Operation: { Deidentify: { MaskConfig: { Strategy: 'x' } } } }),
    document(findings(undefined), mask),
    document(findings({ S3: { Bucket: 'b' } }), mask),
    document(findings({ CloudWatchLogs: {} }), mask),
    document(findings({ CloudWatchLogs: { LogGroup: 'none' } }), mask),
    document(findings({ CloudWatchLogs: { LogGroup: logGroupName } }), mask),
    '{',
    whole,
  ])
    await call('PutDataProtectionPolicy', { logGroupIdentifier: logGroupName, policyDocument });
  await call('GetDataProtectionPolicy', { logGroupIdentifier: logGroupName });
  for (let i = 0; i < 2; i++) await call('DeleteDataProtectionPolicy', { logGroupIdentifier: logGroupName });
  const ofAccount = { policyName: 'p', policyType: 'DATA_PROTECTION_POLICY', policyDocument: whole };
  for (const rest of [
    { selectionCriteria: 'LogGroupName NOT IN ["x"]' },
    { policyDocument: document(audit) },
    { policyType: 'SUBSCRIPTION_FILTER_POLICY' },
    {},
    {},
    { policyName: 'other' },
  ])
    await call('PutAccountPolicy', { ...ofAccount, ...rest });
  await call('DescribeAccountPolicies', { policyType: 'DATA_PROTECTION_POLICY' });
  await call('DescribeAccountPolicies', { policyType: 'DATA_PROTECTION_POLICY', policyName: 'none' });
  for (let i = 0; i < 2; i++) await call('DeleteAccountPolicy', ofAccount);

  const nobody = (await newUser(server, 'nobody', { account })).credentials;
  for (const name of [
    'DescribeLogGroups',
    'DescribeQueryDefinitions',
    'ListLogAnomalyDetectors',
    'DescribeResourcePolicies',
    'DescribeMetricFilters',
  ])
    await t.call(`logs:${name}`, {}, { as: nobody });
  await t.call('logs:DescribeAccountPolicies', { policyType: 'DATA_PROTECTION_POLICY' }, { as: nobody });
  t.compare();
});

test('as many filters and policies as there may be, and pages of them', async () => {
  const account = '100000000004';
  const t = transcript(account, 'limits');
  const place = { account, region: 'us-east-1' };
  const metricTransformations = [{ metricName: 'm', metricNamespace: 'n', metricValue: '1' }];
  await t.silent('logs:CreateLogGroup', { logGroupName: 'g' });
  await t.silent('logs:CreateLogGroup', { logGroupName: 'other' });
  const filter = async (filterName: string, logGroupName = 'g') =>
    (
      await t.silent('logs:PutMetricFilter', {
        logGroupName,
        filterName,
        filterPattern: '',
        metricTransformations,
      })
    ).output;
  for (let i = 0; i < 100; i++) await filter(`f${i}`);
  t.step('a filter too many, one that is there, and one of another group', [
    (await filter('too-many')).refused,
    (await filter('f0')).refused,
    (await filter('f0', 'other')).refused,
  ]);
  const policyDocument = policy({
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'logs:PutLogEvents',
    Resource: '*',
  });
  const put = async (policyName: string) =>
    (await t.silent('logs:PutResourcePolicy', { policyName, policyDocument })).output;
  for (let i = 0; i < 10; i++) await put(`p${i}`);
  t.step('a policy too many, and one that is there', [
    (await put('too-many')).refused,
    (await put('p0')).refused,
  ]);
  // Each group has one of its own beside them.
  const resourceArn = `arn:aws:logs:us-east-1:${account}:log-group:g`;
  await t.silent('logs:PutResourcePolicy', { resourceArn, policyDocument });
  await server.latchkey.runtime.store.transact(async (tx) => {
    const all = await tx.list(resourcePolicies, { prefix: [account, place.region] });
    const own = all.find(({ groupName }) => groupName === 'g')!;
    for (let i = 0; i < 60; i++) tx.put(resourcePolicies, { ...own, groupName: `g${i}` });
  });
  for (const input of [
    {},
    { policyScope: 'RESOURCE' },
    { policyScope: 'RESOURCE', limit: 3 },
    { resourceArn },
  ]) {
    const { output } = await t.silent('logs:DescribeResourcePolicies', input);
    t.step(`policies of ${JSON.stringify(input)}`, [
      (output.resourcePolicies as object[]).length,
      typeof output.nextToken,
    ]);
  }
  t.compare();
});
