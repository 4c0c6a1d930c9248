/** LookupEvents' whole answers: each attribute, spans of time, pages, and what it refuses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditLog } from '../../src/invoke/audit/audit.ts';
import { allowing, DAY_MS, HOUR_MS, newUser } from '../worlds/account.ts';
import { transcripts } from '../worlds/transcript.ts';

const { server, transcript } = await transcripts(import.meta.url);

test('events by each attribute, span and page', async () => {
  const account = '100000000001';
  const t = transcript(account, 'lookup');
  const mia = await newUser(server, 'mia', { account, allow: [allowing('kms:*')] });
  const key = await t.call('kms:CreateKey', {}, { as: mia.credentials });
  const KeyId = key.at('KeyMetadata', 'Arn');
  await t.call('kms:DescribeKey', { KeyId }, { as: mia.credentials });
  await t.call('kms:ListAliases', { KeyId: 'x' }, { as: mia.credentials });
  const now = Date.now();
  const look = async (title: string, input: object) => {
    const { output } = await t.silent('cloudtrail:LookupEvents', input);
    const Events = (output.Events as Record<string, unknown>[] | undefined)?.map(
      ({ CloudTrailEvent, ...event }) => ({ ...event, CloudTrailEvent: typeof CloudTrailEvent }),
    );
    t.step(`LookupEvents ${title}`, Events ? { ...output, Events } : output);
    return output;
  };
  const eventId = (
    await t.silent('cloudtrail:LookupEvents', {
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateKey' }],
    })
  ).at('Events', 0, 'EventId');
  for (const [AttributeKey, AttributeValue] of [
    ['EventId', eventId],
    ['EventName', 'CreateKey'],
    ['EventName', 'createkey'],
    ['ReadOnly', 'true'],
    ['ReadOnly', 'false'],
    ['Username', 'mia'],
    ['Username', 'none'],
    ['ResourceType', 'AWS::KMS::Key'],
    ['ResourceName', KeyId],
    ['EventSource', 'kms.amazonaws.com'],
    ['AccessKeyId', mia.credentials.accessKeyId],
    ['None', 'x'],
  ])
    await look(`${AttributeKey} ${/-|^AKIA/.test(AttributeValue as string) ? '' : AttributeValue}`, {
      LookupAttributes: [{ AttributeKey, AttributeValue }],
    });
  const mine = { LookupAttributes: [{ AttributeKey: 'Username', AttributeValue: 'mia' }] };
  const first = await look('the first of a page of one', { ...mine, MaxResults: 1 });
  await look('the next', { ...mine, MaxResults: 1, NextToken: first.NextToken });
  await look('the next of another question', { MaxResults: 1, NextToken: first.NextToken });
  await look('with no token', { NextToken: 'x' });
  for (const MaxResults of [0, 51]) await look(`${MaxResults} results`, { MaxResults });
  await look('of two attributes', { LookupAttributes: [...mine.LookupAttributes, ...mine.LookupAttributes] });
  await look('of the hour before', {
    ...mine,
    StartTime: new Date(now - 2 * HOUR_MS),
    EndTime: new Date(now - HOUR_MS),
  });
  await look('of a span turned round', {
    ...mine,
    StartTime: new Date(now),
    EndTime: new Date(now - HOUR_MS),
  });
  await look('of insights', { EventCategory: 'insight' });
  for (let i = 0; i < 52; i++) await t.silent('kms:DescribeKey', { KeyId }, { as: mia.credentials });
  t.step('a whole page', (await t.silent('cloudtrail:LookupEvents', mine)).all('Events', 'EventName'));
  t.compare();
});

test('names of trails at their edges, spans to the second, the last 90 days, and who may not look', async () => {
  const account = '100000000002';
  const t = transcript(account, 'edges');
  const call = (name: string, input: object = {}) => t.call(`cloudtrail:${name}`, input);
  const names = [
    'ab',
    'abc',
    'a'.repeat(128),
    'a'.repeat(129),
    '-ab',
    'ab-',
    '_ab',
    'a.b',
    'a b',
    'a_b-c',
    'aüb',
    'a._b',
    'a--b',
    '192.168.5.4',
  ];
  for (const Name of names) await call('GetTrail', { Name });
  for (const name of ['ab', 'arn:aws:cloudtrail:us-east-1:100000000002:trail/x'])
    await call('DescribeTrails', { trailNameList: ['good', name] });
  await call('GetTrailStatus', { Name: 'ab' });
  await call('GetEventSelectors', { TrailName: 'ab' });
  for (const operation of ['GetTrail', 'GetTrailStatus', 'GetEventSelectors']) await call(operation);
  await call('GetInsightSelectors', { TrailName: 'ab' });
  await call('ListTrails', { NextToken: 'x' });
  await call('GetEventDataStore', { EventDataStore: 'x' });
  await call('GetEventDataStore');
  await call('ListImports', { ImportStatus: 'none', MaxResults: 0 });
  await call('ListQueries', { EventDataStore: 'x', QueryStatus: 'none' });

  const made = await t.silent('kms:CreateKey');
  const KeyId = made.at('KeyMetadata', 'KeyId');
  const attribute = { AttributeKey: 'EventName', AttributeValue: 'CreateKey' };
  const count = async (span: object) => {
    const { output } = await t.silent('cloudtrail:LookupEvents', { LookupAttributes: [attribute], ...span });
    return (output.Events as { EventTime: Date }[] | undefined) ?? output;
  };
  const [event] = (await count({})) as { EventTime: Date }[];
  const atMs = event?.EventTime.getTime() ?? 0;
  const at = (afterMs: number) => new Date(atMs + afterMs);
  for (const [what, span] of [
    ['to its second', { EndTime: at(0) }],
    ['to the second before', { EndTime: at(-1000) }],
    ['from its second', { StartTime: at(0) }],
    ['from the second after', { StartTime: at(1000) }],
    ['of its second alone', { StartTime: at(0), EndTime: at(0) }],
    ['turned round by a second', { StartTime: at(1000), EndTime: at(0) }],
  ] as const) {
    const found = await count(span);
    t.step(`an event, looked for ${what}`, Array.isArray(found) ? found.length : found);
  }
  for (let i = 0; i < 2; i++) await t.silent('kms:DescribeKey', { KeyId });
  const two = { LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'DescribeKey' }] };
  for (const MaxResults of [1, 2, 3]) {
    const { output } = await t.silent('cloudtrail:LookupEvents', { ...two, MaxResults });
    t.step(`two events, ${MaxResults} at a time`, [
      (output.Events as object[]).length,
      typeof output.NextToken,
    ]);
  }
  const mia = await newUser(server, 'mia', { account, allow: [allowing('kms:*')] });
  await t.call('cloudtrail:LookupEvents', {}, { as: mia.credentials });
  const denied = { LookupAttributes: [{ AttributeKey: 'Username', AttributeValue: 'mia' }] };
  const { output } = await t.silent('cloudtrail:LookupEvents', denied);
  for (const { CloudTrailEvent } of output.Events as { CloudTrailEvent: string }[]) {
    const { eventName, errorCode, errorMessage } = JSON.parse(CloudTrailEvent);
    t.step('denied, and recorded', { eventName, errorCode, errorMessage });
  }
  await server.advance(90 * DAY_MS - 60_000);
  t.step('an event of almost 90 days ago', ((await count({})) as object[]).length);
  t.step('asked from before', ((await count({ StartTime: new Date(0) })) as object[]).length);
  await server.advance(120_000);
  t.step('an event of more than 90 days ago', ((await count({})) as object[]).length);
  t.step('asked from before', ((await count({ StartTime: new Date(0) })) as object[]).length);

  // Of the millisecond of a call nobody is master.
  const { store, clock } = server.latchkey.runtime;
  const secondMs = Math.ceil(clock.nowMs() / 1000) * 1000;
  await store.transact(async (tx) => {
    const [last] = await tx.scan(auditLog, { stream: `${account}/us-east-1`, limit: 1 });
    assert.ok(last);
    const { stream, body, labels } = last;
    for (const afterMs of [0, 999, 1000])
      tx.append(auditLog, {
        stream,
        body,
        labels: { ...labels, EventName: 'Edge' },
        atMs: secondMs + afterMs,
      });
  });
  const { output: atEdge } = await t.silent('cloudtrail:LookupEvents', {
    LookupAttributes: [{ ...attribute, AttributeValue: 'Edge' }],
    EndTime: new Date(secondMs),
  });
  t.step('events of the last second of a span', (atEdge.Events as object[]).length);
  t.compare();
});
