/**
 * What CloudWatch Logs keeps beside events: classes of groups, data protection of groups and accounts, indexes of groups,
 * queries by name.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  CloudWatchLogsClient,
  CreateLogAnomalyDetectorCommand,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteAccountPolicyCommand,
  DeleteDataProtectionPolicyCommand,
  DeleteIndexPolicyCommand,
  DeleteLogAnomalyDetectorCommand,
  DeleteQueryDefinitionCommand,
  DeleteRetentionPolicyCommand,
  DescribeAccountPoliciesCommand,
  DescribeIndexPoliciesCommand,
  DescribeLogGroupsCommand,
  DescribeQueryDefinitionsCommand,
  FilterLogEventsCommand,
  GetDataProtectionPolicyCommand,
  GetLogAnomalyDetectorCommand,
  GetLogEventsCommand,
  ListLogAnomalyDetectorsCommand,
  ListTagsForResourceCommand,
  PutAccountPolicyCommand,
  PutDataProtectionPolicyCommand,
  PutIndexPolicyCommand,
  PutLogEventsCommand,
  PutMetricFilterCommand,
  PutQueryDefinitionCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateLogAnomalyDetectorCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { allowing, statement, userWith } from '../worlds/account.ts';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';

let server: TestServer;
let logs: CloudWatchLogsClient;

before(async () => {
  server = await startServerFor(undefined);
  logs = server.client(CloudWatchLogsClient);
});

after(() => server.close());

const groupNamed = async (logGroupNamePrefix: string) =>
  (await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix }))).logGroups![0]!;

describe('a log group of another class', () => {
  const onlyStandard = {
    code: 'ValidationException',
    message: 'This operation is only supported on the Standard log class.',
    status: 400,
  };

  test('takes events, is found by its class, and is read by no search', async () => {
    const logGroupName = 'archive';
    await logs.send(new CreateLogGroupCommand({ logGroupName, logGroupClass: 'INFREQUENT_ACCESS' }));
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 'one' }));
    const logEvents = [{ timestamp: Date.now(), message: 'x' }];
    await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: 'one', logEvents }));
    await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 7 }));
    const found = async (logGroupClass: 'STANDARD' | 'INFREQUENT_ACCESS') =>
      (await logs.send(new DescribeLogGroupsCommand({ logGroupClass }))).logGroups!.map(
        (group) => group.logGroupName,
      );
    assert.deepEqual(await found('INFREQUENT_ACCESS'), [logGroupName]);
    assert.ok(!(await found('STANDARD')).includes(logGroupName));
    for (const call of [
      logs.send(new GetLogEventsCommand({ logGroupName, logStreamName: 'one' })),
      logs.send(new FilterLogEventsCommand({ logGroupName })),
      logs.send(
        new PutMetricFilterCommand({
          logGroupName,
          filterName: 'errors',
          filterPattern: 'ERROR',
          metricTransformations: [{ metricName: 'm', metricNamespace: 'n', metricValue: '1' }],
        }),
      ),
    ]) {
      assert.deepEqual(await refusal(call), onlyStandard);
    }
  });

  test('for deliveries keeps its events for two days, whatever is asked for', async () => {
    const logGroupName = 'delivered';
    await logs.send(new CreateLogGroupCommand({ logGroupName, logGroupClass: 'DELIVERY' }));
    const { retentionInDays, logGroupClass } = await groupNamed(logGroupName);
    assert.deepEqual([retentionInDays, logGroupClass], [2, 'DELIVERY']);
    for (const call of [
      logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 7 })),
      logs.send(new DeleteRetentionPolicyCommand({ logGroupName })),
    ]) {
      assert.equal((await refusal(call)).code, 'InvalidParameterException');
    }
  });
});

const identifiers = ['arn:aws:dataprotection::aws:data-identifier/EmailAddress'];
const audit = (FindingsDestination: object, DataIdentifier = identifiers) => ({
  Sid: 'audit',
  DataIdentifier,
  Operation: { Audit: { FindingsDestination } },
});
const mask = { Sid: 'mask', DataIdentifier: identifiers, Operation: { Deidentify: { MaskConfig: {} } } };
const documentOf = (...Statement: object[]) =>
  JSON.stringify({ Name: 'protect', Version: '2021-06-01', Statement });
const WHOLE = documentOf(audit({}), mask);
const DEEP = `${'['.repeat(14_000)}${']'.repeat(14_000)}`;

describe('data protection', () => {
  test('of a group is put, shown, deleted, and remembered', async () => {
    const logGroupIdentifier = 'protected';
    await logs.send(new CreateLogGroupCommand({ logGroupName: logGroupIdentifier }));
    const shown = async () => {
      const { policyDocument } = await logs.send(new GetDataProtectionPolicyCommand({ logGroupIdentifier }));
      return [policyDocument, (await groupNamed(logGroupIdentifier)).dataProtectionStatus];
    };
    assert.deepEqual(await shown(), [undefined, undefined]);
    const findings = documentOf(audit({ CloudWatchLogs: { LogGroup: logGroupIdentifier } }), mask);
    await logs.send(new PutDataProtectionPolicyCommand({ logGroupIdentifier, policyDocument: findings }));
    assert.deepEqual(await shown(), [findings, 'ACTIVATED']);
    await logs.send(new DeleteDataProtectionPolicyCommand({ logGroupIdentifier }));
    assert.deepEqual(await shown(), [undefined, 'DELETED']);
    const again = logs.send(new DeleteDataProtectionPolicyCommand({ logGroupIdentifier }));
    assert.equal((await refusal(again)).code, 'ResourceNotFoundException');
  });

  test('is refused where its document is none', async () => {
    const logGroupIdentifier = 'badly-protected';
    await logs.send(new CreateLogGroupCommand({ logGroupName: logGroupIdentifier }));
    const refused: [string, string][] = [
      ['{', 'InvalidParameterException'],
      ['[]', 'InvalidParameterException'],
      [documentOf(), 'InvalidParameterException'],
      [documentOf(audit({})), 'InvalidParameterException'],
      [documentOf(audit({}), mask, mask), 'InvalidParameterException'],
      [documentOf(audit({}, ['other']), mask), 'InvalidParameterException'],
      [documentOf({ ...audit({}), Operation: { Audit: {} } }, mask), 'InvalidParameterException'],
      [documentOf(audit({ CloudWatchLogs: { LogGroup: 'none' } }), mask), 'InvalidParameterException'],
      [documentOf(audit({}), { ...mask, Operation: { Deidentify: {} } }), 'InvalidParameterException'],
      [documentOf(audit({ S3: { Bucket: 'b' } }), mask), 'UnsupportedOperationException'],
      [`${WHOLE}${' '.repeat(30_720)}`, 'InvalidParameterException'],
      [WHOLE.replace('"MaskConfig":{}', `"MaskConfig":${DEEP}`), 'InvalidParameterException'],
    ];
    for (const [policyDocument, code] of refused) {
      const call = logs.send(new PutDataProtectionPolicyCommand({ logGroupIdentifier, policyDocument }));
      assert.equal((await refusal(call)).code, code, policyDocument.slice(0, 200));
    }
  });

  test('of an account is one policy, for which both rights are needed', async () => {
    const input = {
      policyName: 'all',
      policyType: 'DATA_PROTECTION_POLICY',
      policyDocument: WHOLE,
    } as const;
    const half = await userWith(server, 'half', allowing('logs:PutAccountPolicy'));
    const denied = server.client(CloudWatchLogsClient, half).send(new PutAccountPolicyCommand(input));
    assert.match((await refusal(denied)).message, /logs:PutDataProtectionPolicy/);
    const { accountPolicy } = await logs.send(new PutAccountPolicyCommand(input));
    assert.deepEqual([accountPolicy!.scope, accountPolicy!.accountId], ['ALL', '123456789012']);
    const second = logs.send(new PutAccountPolicyCommand({ ...input, policyName: 'two' }));
    assert.equal((await refusal(second)).code, 'LimitExceededException');
    const other = logs.send(new PutAccountPolicyCommand({ ...input, policyType: 'TRANSFORMER_POLICY' }));
    assert.equal((await refusal(other)).code, 'UnsupportedOperationException');
    const { policyType } = input;
    const { accountPolicies } = await logs.send(new DescribeAccountPoliciesCommand({ policyType }));
    assert.deepEqual(accountPolicies, [accountPolicy]);
    await logs.send(new DeleteAccountPolicyCommand(input));
    const gone = logs.send(new DeleteAccountPolicyCommand(input));
    assert.equal((await refusal(gone)).code, 'ResourceNotFoundException');
  });
});

describe('an index policy', () => {
  const put = (logGroupIdentifier: string, policy: object) =>
    new PutIndexPolicyCommand({ logGroupIdentifier, policyDocument: JSON.stringify(policy) });

  test('is put for a log group, replaced, shown and deleted', async () => {
    const logGroupName = 'indexed';
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    const logGroupArn = (await groupNamed(logGroupName)).logGroupArn!;
    const shown = async (identifier: string) =>
      (await logs.send(new DescribeIndexPoliciesCommand({ logGroupIdentifiers: [identifier] })))
        .indexPolicies!;
    assert.deepEqual(await shown(logGroupName), []);
    await logs.send(put(logGroupName, { Fields: ['RequestId'] }));
    const policy = { Fields: ['@@userId'], FieldsV2: { APIName: { type: 'FACET' } } };
    const { indexPolicy } = await logs.send(put(logGroupArn, policy));
    assert.deepEqual(indexPolicy, {
      logGroupIdentifier: logGroupArn,
      lastUpdateTime: indexPolicy!.lastUpdateTime,
      policyDocument: JSON.stringify(policy),
      source: 'LOG_GROUP',
    });
    assert.deepEqual([await shown(logGroupName), await shown(logGroupArn)], [[indexPolicy], [indexPolicy]]);
    const deleted = new DeleteIndexPolicyCommand({ logGroupIdentifier: logGroupName });
    await logs.send(deleted);
    assert.deepEqual(await shown(logGroupName), []);
    assert.equal((await refusal(logs.send(deleted))).code, 'ResourceNotFoundException');
  });

  test('is refused where its document is none, and for groups of another class', async () => {
    const logGroupName = 'badly-indexed';
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    const names = Array.from({ length: 20 }, (_, n) => `f${n}`);
    const refused: unknown[] = [
      [],
      null,
      {},
      { Fields: [] },
      { Fields: 'a' },
      { Fields: [1] },
      { Fields: [''] },
      { Fields: ['a', 'a'] },
      { Fields: ['a'.repeat(101)] },
      { Fields: names, FieldsV2: { one: { type: 'FACET' } } },
      { Fields: ['a'], FieldsV2: { a: { type: 'FACET' } } },
      { FieldsV2: ['a'] },
      { FieldsV2: { a: { type: 'OTHER' } } },
      { fields: ['a'] },
    ];
    for (const policy of refused) {
      const call = logs.send(put(logGroupName, policy as object));
      assert.equal((await refusal(call)).code, 'InvalidParameterException', JSON.stringify(policy));
    }
    const text = new PutIndexPolicyCommand({ logGroupIdentifier: logGroupName, policyDocument: '{' });
    assert.equal((await refusal(logs.send(text))).code, 'InvalidParameterException');
    await logs.send(put(logGroupName, { Fields: names }));
    await logs.send(put(logGroupName, { Fields: ['a'.repeat(100)] }));
    await logs.send(
      new CreateLogGroupCommand({ logGroupName: 'unindexed', logGroupClass: 'INFREQUENT_ACCESS' }),
    );
    const other = logs.send(put('unindexed', { Fields: ['a'] }));
    assert.equal((await refusal(other)).code, 'ValidationException');
    const missing = logs.send(put('no-such-group', { Fields: ['a'] }));
    assert.equal((await refusal(missing)).code, 'ResourceNotFoundException');
  });

  test('is a permission on every resource, and on no single group', async () => {
    await logs.send(new CreateLogGroupCommand({ logGroupName: 'whose' }));
    const { logGroupArn } = await groupNamed('whose');
    const indexer = await userWith(server, 'indexer', statement('logs:*IndexPolic*'));
    await server.client(CloudWatchLogsClient, indexer).send(put('whose', { Fields: ['a'] }));
    const one = await userWith(
      server,
      'of-one',
      statement('logs:PutIndexPolicy', { Resource: `${logGroupArn}:*` }),
    );
    const denied = await refusal(
      server.client(CloudWatchLogsClient, one).send(put('whose', { Fields: ['a'] })),
    );
    assert.match(denied.message, /logs:PutIndexPolicy on resource: \*/);
  });
});

test('queries are kept by name, changed whole, found by the beginning of their names, and deleted', async () => {
  const put = async (input: object) =>
    (
      await logs.send(
        new PutQueryDefinitionCommand({ name: 'a/errors', queryString: 'fields @message', ...input }),
      )
    ).queryDefinitionId!;
  const clientToken = '0'.repeat(36);
  const id = await put({ clientToken, logGroupNames: ['g'] });
  assert.equal(await put({ clientToken, logGroupNames: ['g'] }), id);
  await put({ name: 'b' });
  const find = async (queryDefinitionNamePrefix: string) =>
    (await logs.send(new DescribeQueryDefinitionsCommand({ queryDefinitionNamePrefix }))).queryDefinitions!;
  assert.deepEqual((await find('a/'))[0]!.logGroupNames, ['g']);
  assert.equal(await put({ queryDefinitionId: id, name: 'a/warnings' }), id);
  const [{ lastModified: _, ...changed } = {}] = await find('a/');
  assert.deepEqual(changed, {
    queryDefinitionId: id,
    name: 'a/warnings',
    queryString: 'fields @message',
    queryLanguage: 'CWLI',
    logGroupNames: [],
  });
  const sql = put({ queryLanguage: 'SQL', logGroupNames: ['g'] });
  assert.equal((await refusal(sql)).code, 'InvalidParameterException');
  const none = put({ queryDefinitionId: 'none' });
  assert.equal((await refusal(none)).code, 'ResourceNotFoundException');
  const deleted = new DeleteQueryDefinitionCommand({ queryDefinitionId: id });
  assert.equal((await logs.send(deleted)).success, true);
  assert.equal((await refusal(logs.send(deleted))).code, 'ResourceNotFoundException');
});

test('anomaly detectors are kept for a log group, changed, paused and deleted', async () => {
  await logs.send(new CreateLogGroupCommand({ logGroupName: 'watched' }));
  const { logGroupArn } = await groupNamed('watched');
  const create = (arn: string) =>
    logs.send(
      new CreateLogAnomalyDetectorCommand({
        logGroupArnList: [arn],
        detectorName: 'odd',
        evaluationFrequency: 'ONE_HOUR',
        tags: { team: 'storage' },
      }),
    );
  assert.equal((await refusal(create(`${logGroupArn}-none`))).code, 'ResourceNotFoundException');
  const { anomalyDetectorArn } = await create(logGroupArn!);
  assert.match(anomalyDetectorArn!, /^arn:aws:logs:us-east-1:\d{12}:anomaly-detector:[0-9a-f-]{36}$/);
  await logs.send(
    new UpdateLogAnomalyDetectorCommand({ anomalyDetectorArn, enabled: false, filterPattern: 'ERROR' }),
  );
  const shown = await logs.send(new GetLogAnomalyDetectorCommand({ anomalyDetectorArn }));
  assert.deepEqual(
    [shown.detectorName, shown.evaluationFrequency, shown.filterPattern, shown.anomalyDetectorStatus],
    ['odd', 'ONE_HOUR', 'ERROR', 'PAUSED'],
  );
  const listed = async (filterLogGroupArn?: string) =>
    (await logs.send(new ListLogAnomalyDetectorsCommand({ filterLogGroupArn }))).anomalyDetectors?.length;
  assert.deepEqual([await listed(), await listed(`${logGroupArn}-none`)], [1, 0]);
  const resourceArn = anomalyDetectorArn!;
  await logs.send(new TagResourceCommand({ resourceArn, tags: { stage: 'test' } }));
  const tagsOf = async () => (await logs.send(new ListTagsForResourceCommand({ resourceArn }))).tags;
  assert.deepEqual(await tagsOf(), { team: 'storage', stage: 'test' });
  await logs.send(new UntagResourceCommand({ resourceArn, tagKeys: ['stage'] }));
  assert.deepEqual(await tagsOf(), { team: 'storage' });
  // Of somebody whose rights end at what bears a tag.
  const credentials = await userWith(
    server,
    'watcher',
    statement('logs:GetLogAnomalyDetector', {
      Condition: { StringEquals: { 'aws:ResourceTag/team': 'other' } },
    }),
  );
  const theirs = server.client(CloudWatchLogsClient, credentials);
  const denied = await refusal(theirs.send(new GetLogAnomalyDetectorCommand({ anomalyDetectorArn })));
  assert.equal(denied.code, 'AccessDeniedException');
  await logs.send(new DeleteLogAnomalyDetectorCommand({ anomalyDetectorArn }));
  assert.equal(await listed(), 0);
});
