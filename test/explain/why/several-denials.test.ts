/** A log, or the output of a tool, has several denials in it: each is explained once, with what was printed for it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DecryptCommand, DescribeKeyCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { ACCOUNT, allowing, REGION } from '../../worlds/account.ts';
import { type KmsWorld, kmsWorld } from '../../worlds/kms.ts';
import type { Explained } from '../../worlds/remedies.ts';
import { refusal } from '../../worlds/server.ts';

let world: KmsWorld;
let key: string;
before(async () => {
  world = await kmsWorld(undefined);
  key = await world.key();
  const Condition = { StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` } };
  await world.role('storer', { allow: [{ ...allowing('kms:Decrypt'), Condition }] });
  await world.role('bare', {});
});
after(() => world.server.close());

const explain = (subject: string) =>
  world.server.ask<Explained>('explain', { subject, accountId: ACCOUNT, region: REGION });
const session = (role: string) => `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/now`;
const refused = (role: string, action: string) =>
  `User: ${session(role)} is not authorized to perform: ${action} on resource: ${key} because no identity-based policy allows the ${action} action`;
const all = ({ headline, further = [] }: Explained) => [headline, ...further.map((each) => each.headline)];

test('each is told with its own call, and once', async () => {
  const log = [
    `10:00:01 An error occurred (AccessDenied) when calling the GetObject operation: ${refused('storer', 'kms:Decrypt')}`,
    `10:00:02 operation error KMS: Encrypt, https response error StatusCode: 400, RequestID: 4c3a6a4e-41ea-4a26-9d4a-6ea1a5d3f2b1, api error AccessDeniedException: ${refused('storer', 'kms:Encrypt')}`,
    `10:00:03 ${refused('bare', 'kms:Decrypt')} (Service: Kms, Status Code: 400, Request ID: 5c3a6a4e-41ea-4a26-9d4a-6ea1a5d3f2b1)`,
    `10:00:04 An error occurred (AccessDenied) when calling the GetObject operation: ${refused('storer', 'kms:Decrypt')}`,
  ].join('\n');
  const answer = await explain(log);
  const [first, second, third, ...others] = all(answer);
  assert.match(
    String(first),
    /may kms:Decrypt on key \S+: role storer, inline policy inline, statement 1 allows it/,
  );
  assert.match(String(second), /^session now of role storer may not kms:Encrypt/);
  assert.match(String(third), /^session now of role bare may not kms:Decrypt/);
  assert.deepEqual(others, []);
  assert.equal(answer.subject, log);
  assert.equal(answer.more, undefined);
  assert.match(answer.text, /^Denial 1 of 3: [^$]*\n\nDenial 2 of 3: [^$]*\n\nDenial 3 of 3: /);
  for (const { remedies } of answer.further ?? []) assert.equal(remedies.length, 1);
});

test('the same one, said twice, is one', async () => {
  const { further, text } = await explain(
    `${refused('bare', 'kms:Decrypt')}\n${refused('bare', 'kms:Decrypt')}`,
  );
  assert.equal(further, undefined);
  assert.doesNotMatch(text, /Denial 1/);
});

test('of more than five the rest is counted', async () => {
  const actions = [
    'Decrypt',
    'Encrypt',
    'DescribeKey',
    'GetKeyPolicy',
    'ListGrants',
    'CreateGrant',
    'DisableKey',
  ];
  const answer = await explain(actions.map((action) => refused('bare', `kms:${action}`)).join('; '));
  assert.deepEqual(
    all(answer).map((headline) => /kms:\w+/.exec(headline)?.[0]),
    actions.slice(0, 5).map((action) => `kms:${action}`),
  );
  assert.equal(answer.more, 2);
  assert.match(answer.text, /^Denial 1 of 7: /);
  assert.match(answer.text, /\n2 more denials stand in the text\n/);
});

test('each is found among the recorded calls', async () => {
  const { credentials } = await world.user('caller');
  const kms = new KMSClient({ endpoint: world.server.url, region: REGION, credentials });
  const messages = [
    (await refusal(kms.send(new EncryptCommand({ KeyId: key, Plaintext: Buffer.from('x') })))).message,
    (await refusal(kms.send(new DescribeKeyCommand({ KeyId: key })))).message,
    (await refusal(kms.send(new DecryptCommand({ KeyId: key, CiphertextBlob: Buffer.from('x') })))).message,
  ];
  const answer = await explain(
    messages
      .slice(0, 2)
      .map((message) => `Error: ${message}`)
      .join('\n\n'),
  );
  const calls = [answer, ...(answer.further ?? [])].map(({ call }) => call);
  assert.deepEqual(
    calls.map((call) => call?.action),
    ['kms:Encrypt', 'kms:DescribeKey'],
  );
  assert.equal(new Set(calls.map((call) => call?.eventId)).size, 2);
});
