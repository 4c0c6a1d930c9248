/** LookupEvents' whole answers: each attribute, spans of time, pages, and what it refuses. */
import { test } from 'node:test';
import { allowing, HOUR_MS, newUser } from '../worlds/account.ts';
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
