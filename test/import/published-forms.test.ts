/**
 * The forms in which AWS delivers, exports and prints what it records, each read or named for what it is: an organization's trail
 * as Control Tower lays it out, events of other categories than management, results of queries, reports.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { CSV_COLUMNS } from '../../src/import/cloudtrail/athena-sql.ts';
import { History } from '../../src/import/cloudtrail/history.ts';
import { importFiles } from '../../src/import/files/import-files.ts';
import { Reads } from '../../src/import/snapshot/snapshot.ts';
import { keyArn, logFile, record } from './records.ts';

const root = mkdtempSync(join(tmpdir(), 'latchkey-forms-'));
after(() => rmSync(root, { recursive: true }));
let folders = 0;

async function imported(files: Readonly<Record<string, Buffer | string | object>>) {
  const folder = join(root, `in-${folders++}`);
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    const isText = typeof content === 'string' || Buffer.isBuffer(content);
    writeFileSync(path, isText ? content : JSON.stringify(content));
  }
  const into = { reads: new Reads(), history: new History() };
  const so = await importFiles([folder], into);
  return { so, uses: [...into.history.uses()], history: into.history };
}

const refusedAs = (files: Parameters<typeof imported>[0], sentence: RegExp) =>
  assert.rejects(imported(files), ({ message }: Error) => {
    assert.match(message, sentence);
    assert.ok(message.length < 400, message);
    return true;
  });

const ORG = 'o-exampleorgid';
const place = (account: string, service: string) =>
  `${ORG}/AWSLogs/${ORG}/${account}/${service}/us-east-1/2026/11/28`;
const named = (account: string, kind: string) =>
  `${place(account, kind)}/${account}_${kind}_us-east-1_20261128T0000Z_Nqkm1ChKHzOoYIYq.json.gz`;

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
const ofCategory = (number: number, eventCategory: string, eventType: string, more: object = {}) => ({
  ...record(number),
  eventCategory,
  eventType,
  ...more,
});

describe('an organization’s trail, as Control Tower lays it out', () => {
  test('is read whole; digests, insights, sums and what other services deliver beside it are passed over', async () => {
    const insight = {
      eventType: 'AwsCloudTrailInsight',
      eventCategory: 'Insight',
      eventTime: '2026-11-28T00:00:00Z',
      eventID: 'insight',
      insightDetails: { state: 'Start', eventSource: 'kms.amazonaws.com', eventName: 'Decrypt' },
    };
    const aggregated = {
      eventVersion: '1.0',
      accountId: '111122223333',
      eventId: 'aggregated',
      eventCategory: 'Aggregated',
      eventType: 'AwsAggregatedEvent',
      eventSource: 'kms.amazonaws.com',
      timeWindow: {
        windowStart: '2026-11-28 00:00:00',
        windowEnd: '2026-11-28 00:05:00',
        windowSize: 'PT5M',
      },
      summary: { primaryDimension: { dimension: 'eventName', statistics: [{ name: 'Decrypt', value: 30 }] } },
    };
    const digest = { awsAccountId: '111122223333', digestSignatureAlgorithm: 'SHA256withRSA', logFiles: [] };
    const config = `${place('111122223333', 'Config')}/ConfigHistory/111122223333_Config_us-east-1.json.gz`;
    const { so, uses } = await imported({
      [named('111122223333', 'CloudTrail')]: logFile([record(0), record(1)]),
      [named('444455556666', 'CloudTrail')]: logFile([record(2)]),
      [named('111122223333', 'CloudTrail-Insight')]: logFile([insight]),
      [named('111122223333', 'CloudTrail-Aggregated')]: logFile([aggregated]),
      [named('111122223333', 'CloudTrail-Digest')]: gzipSync(JSON.stringify(digest)),
      [config]: gzipSync(JSON.stringify({ fileVersion: '1.0', configurationItems: [] })),
      [`${place('111122223333', 'vpcflowlogs')}/flow.log.gz`]: gzipSync(
        'version account-id\n2 111122223333\n',
      ),
    });
    assert.equal(so.passedOver.length, 3, so.passedOver.join());
    assert.equal(
      uses.reduce((sum, { count }) => sum + count, 0),
      3,
    );
  });

  test('has network activity and data events: uses like others, denied ones too', async () => {
    const denied = {
      errorCode: 'VpceAccessDenied',
      errorMessage: 'The request was denied due to a VPC endpoint policy',
      vpcEndpointId: 'vpce-0123456789abcdef0',
    };
    const data = { managementEvent: false, eventSource: 's3.amazonaws.com', eventName: 'GetObject' };
    const { so, uses } = await imported({
      [named('111122223333', 'CloudTrail-NetworkActivity')]: logFile([
        ofCategory(0, 'NetworkActivity', 'AwsVpceEvent', denied),
        // There is the record of the call itself for this.
        ofCategory(2, 'NetworkActivity', 'AwsVpceEvent'),
        // As AWS's list of types has it.
        ofCategory(3, 'NetworkActivity', 'AwsVpceEvents', { ...denied, eventName: 'Encrypt' }),
      ]),
      [named('111122223333', 'CloudTrail')]: logFile([ofCategory(1, 'Data', 'AwsApiCall', data)]),
    });
    assert.equal(so.records, 4);
    assert.deepEqual(uses.map(({ error, source }) => [source, error]).sort(), [
      ['kms', 'VpceAccessDenied'],
      ['kms', 'VpceAccessDenied'],
      ['s3', ''],
    ]);
  });
});

describe('results of a query, as the CLI prints them', () => {
  const use: Record<string, string> = {
    identity: 'IAMUser',
    arn: 'arn:aws:iam::111122223333:user/john',
    id: 'AIDAEXAMPLE',
    account: '111122223333',
    recipient: '111122223333',
    region: 'us-east-1',
    source: 'kms',
    name: 'Decrypt',
    resource: keyArn(1),
    count: '7',
    first: '2026-11-01T00:00:00Z',
    last: '2026-11-02T00:00:00Z',
    lastEvent: 'e-1',
  };
  const columns = CSV_COLUMNS.map((name) => ({ [name]: use[name] ?? '' }));

  test('of CloudTrail Lake and of Athena alike', async () => {
    const values = (texts: readonly string[]) => ({ Data: texts.map((VarCharValue) => ({ VarCharValue })) });
    for (const results of [
      { QueryStatus: 'FINISHED', QueryStatistics: { ResultsCount: 1 }, QueryResultRows: [columns] },
      { ResultSet: { Rows: [values(CSV_COLUMNS), values(CSV_COLUMNS.map((name) => use[name] ?? ''))] } },
    ]) {
      const { uses } = await imported({ 'results.json': results });
      assert.deepEqual(
        uses.map(({ arn, name, count }) => [arn, name, count]),
        [[use.arn, 'Decrypt', 7]],
      );
    }
  });

  test('whole events of an event data store, by the column that has them', async () => {
    const rows = [0, 1, 2].map((number) => [{ eventJson: JSON.stringify(record(number)) }]);
    const { so, history } = await imported({
      'lake.json': { QueryStatus: 'FINISHED', QueryResultRows: rows },
    });
    assert.deepEqual([so.records, history.records], [3, 3]);
  });

  test('that are not whole, or of another query, are refused by what they are', async () => {
    const results = { QueryResultRows: [columns] };
    await refusedAs({ 'a.json': { ...results, QueryStatus: 'RUNNING' } }, /of a query that is RUNNING/);
    await refusedAs({ 'a.json': { ...results, NextToken: 'more' } }, /one page of a query's results/);
    await refusedAs(
      { 'a.json': { QueryStatus: 'FINISHED', QueryResultRows: [[{ eventName: 'Decrypt' }, { n: '1' }]] } },
      /another query than "latchkey import athena-sql" prints.* eventName, n$/,
    );
  });
});

test('reports that say nothing of permissions are named, with what to save instead', async () => {
  const report = 'user,arn,user_creation_time,password_enabled,password_last_used\nroot,arn,2020,true,x\n';
  await refusedAs({ 'credentials.csv': report }, /credential report.*get-account-authorization-details/);
  const printed = { Content: 'dXNlcg==', ReportFormat: 'text/csv', GeneratedTime: '2026-11-28T00:00:00Z' };
  await refusedAs({ 'report.json': printed }, /credential report/);
  const history =
    'Event name,Event time,User name,Event source,Resource type,Resource name\nDecrypt,x,y,z,,\n';
  await refusedAs({ 'event_history.csv': history }, /event history as CSV.*download it as JSON/);
  await refusedAs(
    { 'config.json': { fileVersion: '1.0', configurationItems: [] } },
    /AWS Config records, which is not read/,
  );
});
