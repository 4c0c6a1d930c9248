/** CloudTrail records fold into the same uses whatever form they come in, and where the logs are, by SQL. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { athenaSql } from '../../src/import/cloudtrail/athena-sql.ts';
import { History } from '../../src/import/cloudtrail/history.ts';
import type { Use } from '../../src/import/cloudtrail/use.ts';
import { importFiles } from '../../src/import/files/import-files.ts';
import { Reads } from '../../src/import/snapshot/snapshot.ts';
import { keyArn, logFile, record, records } from './records.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-fold-'));
after(() => rmSync(folder, { recursive: true }));

async function usesOf(name: string, content: string | Buffer): Promise<Use[]> {
  const path = join(folder, name);
  writeFileSync(path, content);
  const history = new History();
  await importFiles([path], { reads: new Reads(), history });
  return [...history.uses()];
}

/** As AWS publishes them: two contexts in one call, an endpoint that is none of the customer's, a refusal of an endpoint. */
const ODD = [
  {
    eventName: 'ReEncrypt',
    requestParameters: {
      sourceEncryptionContext: { Project: 'Alpha', Department: 'Engineering' },
      destinationKeyId: keyArn(2),
      destinationEncryptionContext: { Level: '3A' },
    },
  },
  { eventName: 'ReEncrypt', requestParameters: { destinationKeyId: keyArn(2) } },
  { vpcEndpointId: 'AWS Internal' },
  { vpcEndpointId: 'vpce-0123456789abcdef0' },
  { eventType: 'AwsVpceEvents', errorCode: 'VpceAccessDenied', vpcEndpointId: 'vpce-0123456789abcdef0' },
].map((more, n): Record<string, unknown> => ({ ...record(3001 + n), ...more }));

const ALL = [...records(3000), ...ODD];
let folded: Promise<Use[]> | undefined;
const usesOfAll = () => (folded ??= usesOf('all.json', JSON.stringify({ Records: ALL })));

describe('records fold into uses', () => {
  test('who, what, with which key, through what, in which context, with what outcome', async () => {
    const uses = await usesOfAll();
    assert.ok(uses.length < 400, `${uses.length} uses`);
    assert.equal(
      uses.reduce((sum, { count }) => sum + count, 0),
      ALL.length,
    );
    const through = uses.find(
      ({ name, invokedBy, error }) => name === 'Decrypt' && invokedBy && !error,
    ) as Use;
    assert.equal(through.context, '{"aws:ebs:id":"*"}');
    assert.match(through.arn, /:role\/service\/app-\d$/);
    const denied = uses.find(({ error }) => error) as Use;
    assert.equal(denied.context, '?');
    assert.equal(denied.reason, 'no identity-based policy');
    // The order in which a client sent the pairs makes no difference.
    assert.deepEqual(
      new Set(uses.filter(({ name }) => name === 'GenerateDataKey').map(({ context }) => context)),
      new Set(['?', '{"Department":"Fin\\"ance","a":"b"}']),
    );
  });

  test('both contexts of a ReEncrypt, and no endpoint but those of a VPC', async () => {
    const uses = await usesOfAll();
    const contexts = uses.filter(({ name }) => name === 'ReEncrypt').map(({ context }) => context);
    assert.deepEqual(contexts.sort(), [
      '{"destinationEncryptionContext":{"Level":"*"},"sourceEncryptionContext":{"Department":"Engineering","Project":"Alpha"}}',
      '{"destinationEncryptionContext":{},"sourceEncryptionContext":{}}',
    ]);
    const endpoints = new Set(uses.flatMap(({ vpcEndpoints }) => vpcEndpoints));
    assert.deepEqual([...endpoints], ['vpce-0123456789abcdef0']);
  });

  test('the same from gzip, LookupEvents output, a list, lines, and any order', async () => {
    const expected = await usesOfAll();
    const lookedUp = ALL.map((event) => ({
      EventId: event.eventID,
      Username: 'x',
      CloudTrailEvent: JSON.stringify(event),
    }));
    const forms: Record<string, string | Buffer> = {
      'zipped.json.gz': logFile(ALL),
      'unmarked.log': logFile(ALL),
      'lookup.json': JSON.stringify({ Events: lookedUp }, undefined, 4),
      'page.json': JSON.stringify(
        { NextToken: 'kbOt5LlZe++mErCebpy2TgaMg=', Events: lookedUp },
        undefined,
        4,
      ),
      'log-group.json': JSON.stringify({
        events: ALL.map((event, timestamp) => ({ timestamp, message: JSON.stringify(event) })),
        searchedLogStreams: [],
      }),
      'event-bus.jsonl': ALL.map((detail) =>
        JSON.stringify({ version: '0', 'detail-type': 'AWS API Call via CloudTrail', detail }),
      ).join('\n'),
      'list.json': JSON.stringify(ALL),
      'lines.jsonl': ALL.map((event) => JSON.stringify(event)).join('\n'),
      'reversed.json': JSON.stringify({ Records: [...ALL].reverse() }, undefined, 2),
      'twice.json': JSON.stringify({ Records: [...ALL, ...ALL.slice(0, 500)] }),
      'updated.json': JSON.stringify({
        Records: [
          ...ALL,
          {
            ...record(0),
            eventID: 'f0000000-12ab-34cd-56ef-1234567890ab',
            addendum: { reason: 'UPDATED_DATA', originalEventID: record(0).eventID },
          },
        ],
      }),
      'marked.json': `\uFEFF${JSON.stringify({ Records: ALL })}`,
    };
    for (const [name, content] of Object.entries(forms))
      assert.deepEqual(await usesOf(name, content), expected, name);
  });

  test('text with every kind of bracket and escape stays text', async () => {
    const tricky = ['}{', '\\"}', '"', '\\', ']}[{', '\u0000é☃', 'x'.repeat(70_000)];
    const all = tricky.map((userAgent, n) => ({ ...record(n), userAgent, eventID: `e${n}` }));
    const uses = await usesOf('tricky.json', JSON.stringify({ Records: all }));
    assert.equal(
      uses.reduce((sum, { count }) => sum + count, 0),
      tricky.length,
    );
  });
});

/** Functions of Trino that DuckDB calls otherwise. */
const TRINO = `
  CREATE MACRO array_join(parts, glue) AS array_to_string(parts, glue);
  CREATE MACRO json_extract_scalar(document, path) AS json_extract_string(document, path);
  CREATE MACRO json_format(document) AS CAST(document AS VARCHAR);
  CREATE MACRO date_format(moment, pattern) AS strftime(moment, replace(replace(pattern, '%i', '%M'), '%s', '%S'));
`;

/** Athena's table of CloudTrail logs, as AWS's guide defines it. */
const TABLE = `CREATE TABLE cloudtrail_logs (
  useridentity STRUCT(type VARCHAR, principalid VARCHAR, arn VARCHAR, accountid VARCHAR, invokedby VARCHAR,
    sessioncontext STRUCT(attributes STRUCT(mfaauthenticated VARCHAR), sessionissuer STRUCT(principalid VARCHAR, arn VARCHAR))),
  eventtime VARCHAR, eventsource VARCHAR, eventname VARCHAR, awsregion VARCHAR, sourceipaddress VARCHAR,
  errorcode VARCHAR, errormessage VARCHAR, requestparameters VARCHAR, eventid VARCHAR, eventtype VARCHAR,
  resources STRUCT(arn VARCHAR, accountid VARCHAR, type VARCHAR)[], recipientaccountid VARCHAR, vpcendpointid VARCHAR)`;

/** What a CloudTrail Lake event data store has of the same: times are times, and parameters a map of texts. */
const STORE = 'a1b2c3d4-5678-90ab-cdef-0123456789ab';
const LAKE = `
  CREATE OR REPLACE MACRO element_at(pairs, name) AS pairs[name];
  CREATE TABLE "${STORE}" AS SELECT * REPLACE (
    CAST(eventtime AS TIMESTAMPTZ) AS eventtime,
    CASE WHEN requestparameters IS NOT NULL THEN
      MAP(json_keys(requestparameters), list_transform(json_keys(requestparameters),
        name -> CASE json_type(requestparameters, '$."' || name || '"')
          WHEN 'VARCHAR' THEN json_extract_string(requestparameters, '$."' || name || '"')
          ELSE CAST(json_extract(requestparameters, '$."' || name || '"') AS VARCHAR) END)) END AS requestparameters
  ) FROM cloudtrail_logs`;

async function athena(): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(TRINO);
  await connection.run(TABLE);
  const lines = join(folder, 'table.jsonl');
  const lower = (value: unknown): unknown =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name.toLowerCase(), lower(inner)]))
      : value;
  // A record that was delivered twice is in there twice.
  const rows = [...ALL, ...ALL.slice(0, 100)].map(({ requestParameters, resources, ...event }) => ({
    ...(lower(event) as object),
    requestparameters: requestParameters ? JSON.stringify(requestParameters) : null,
    resources: (resources as object[] | undefined)?.map(lower) ?? null,
  }));
  writeFileSync(lines, rows.map((row) => JSON.stringify(row)).join('\n'));
  await connection.run(`INSERT INTO cloudtrail_logs BY NAME SELECT * FROM read_json('${lines}',
    columns = {useridentity: 'STRUCT(type VARCHAR, principalid VARCHAR, arn VARCHAR, accountid VARCHAR, invokedby VARCHAR, sessioncontext STRUCT(attributes STRUCT(mfaauthenticated VARCHAR), sessionissuer STRUCT(principalid VARCHAR, arn VARCHAR)))',
    eventtime: 'VARCHAR', eventsource: 'VARCHAR', eventname: 'VARCHAR', awsregion: 'VARCHAR', sourceipaddress: 'VARCHAR',
    errorcode: 'VARCHAR', errormessage: 'VARCHAR', requestparameters: 'VARCHAR', eventid: 'VARCHAR', eventtype: 'VARCHAR',
    resources: 'STRUCT(arn VARCHAR, accountid VARCHAR, type VARCHAR)[]', recipientaccountid: 'VARCHAR', vpcendpointid: 'VARCHAR'})`);
  return connection;
}

for (const [where, table] of [
  ['a table of Athena', 'cloudtrail_logs'],
  ['an event data store of CloudTrail Lake', STORE],
] as const) {
  test(`the query folds into the same uses where the logs are: ${where}`, async () => {
    const connection = await athena();
    await connection.run("SET TimeZone = 'UTC'");
    if (table === STORE) await connection.run(LAKE);
    const query = athenaSql({ days: 3650, table })
      .replaceAll('transform(', 'list_transform(')
      // Trino replaces all that match, and has no argument that says so.
      .replaceAll(`':"*"')`, `':"*"', 'g')`);
    const csv = join(folder, 'uses.csv');
    await connection.run(`COPY (${query}) TO '${csv}' (HEADER, FORCE_QUOTE *)`);
    const history = new History();
    await importFiles([csv], { reads: new Reads(), history });
    assert.deepEqual([...history.uses()], await usesOfAll());
    connection.closeSync();
  });
}
