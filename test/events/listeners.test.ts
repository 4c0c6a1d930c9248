/** Whoever only listens to calls (rules, archives) can never fail one. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  CreateArchiveCommand,
  DescribeArchiveCommand,
  DescribeRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  UpdateArchiveCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { archives } from '../../src/services/events/archive/archive.ts';
import { rules } from '../../src/services/events/rule/rule.ts';

import { ACCOUNT } from '../worlds/account.ts';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';

const BUS = `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/default`;

describe('an empty event pattern', () => {
  let server: TestServer;
  let events: EventBridgeClient;
  before(async () => {
    server = await startServerFor(undefined);
    events = server.client(EventBridgeClient);
  });
  after(() => server.close());

  test('of a rule with a schedule is none', async () => {
    await events.send(
      new PutRuleCommand({ Name: 'p', ScheduleExpression: 'rate(5 minutes)', EventPattern: '' }),
    );
    const rule = await events.send(new DescribeRuleCommand({ Name: 'p' }));
    assert.equal(rule.EventPattern, undefined);
    await server.client(KMSClient).send(new CreateKeyCommand({}));
  });

  test('and an empty schedule are no trigger', async () => {
    const refused = await refusal(
      events.send(new PutRuleCommand({ Name: 'q', ScheduleExpression: '', EventPattern: '' })),
    );
    assert.equal(refused.code, 'ValidationException');
    assert.match(refused.message, /EventPattern or ScheduleExpression must be specified/);
  });

  test('of an archive keeps every event', async () => {
    await events.send(new CreateArchiveCommand({ ArchiveName: 'a', EventSourceArn: BUS, EventPattern: '' }));
    await events.send(new UpdateArchiveCommand({ ArchiveName: 'a', EventPattern: '' }));
    await server.client(KMSClient).send(new CreateKeyCommand({}));
    await server.settled();
    const archive = await events.send(new DescribeArchiveCommand({ ArchiveName: 'a' }));
    assert.equal(archive.EventPattern, undefined);
    assert.ok((archive.EventCount ?? 0) >= 1);
  });
});

test('a stored pattern that is damaged matches nothing, is reported, and fails no call', async (t) => {
  const server = await startServerFor(t);
  const events = server.client(EventBridgeClient);
  await events.send(new PutRuleCommand({ Name: 'bad', EventPattern: '{"source":["x"]}', State: 'DISABLED' }));
  await events.send(new CreateArchiveCommand({ ArchiveName: 'bad', EventSourceArn: BUS }));
  await events.send(
    new CreateArchiveCommand({ ArchiveName: 'good', EventSourceArn: BUS, EventPattern: '{"source":["x"]}' }),
  );
  const { store } = server.latchkey.runtime;
  await store.transact(async (tx) => {
    for (const rule of await tx.list(rules)) {
      if (rule.name === 'bad') tx.put(rules, { ...rule, pattern: '{"source":' });
    }
    for (const archive of await tx.list(archives)) {
      if (archive.name === 'bad') tx.put(archives, { ...archive, pattern: '' });
    }
  });

  await events.send(new EnableRuleCommand({ Name: 'bad' }));
  await events.send(new PutRuleCommand({ Name: 'other', EventPattern: '{"source":["y"]}' }));
  await server.client(KMSClient).send(new CreateKeyCommand({}));
  await server.client(KMSClient).send(new CreateKeyCommand({}));
  await events.send(new PutEventsCommand({ Entries: [{ Source: 'x', DetailType: 'x', Detail: '{}' }] }));
  await server.settled();

  const kept = await events.send(new DescribeArchiveCommand({ ArchiveName: 'good' }));
  assert.equal(kept.EventCount, 1, 'a listener beside the damaged ones goes on');
  const faults = server.defects.map((defect) => (defect as Error).message);
  assert.deepEqual(faults.toSorted(), [
    'the stored event pattern of arn:aws:events:us-east-1:123456789012:archive/bad is damaged: it matches nothing',
    'the stored event pattern of arn:aws:events:us-east-1:123456789012:rule/bad is damaged: it matches nothing',
  ]);
  server.defects.splice(0);
  // Whoever asks about the rule is told.
  for (const subject of ['bad', `arn:aws:events:us-east-1:${ACCOUNT}:rule/bad`]) {
    const { text } = await server.ask<{ text: string }>('explain', { subject });
    assert.match(text, /rule\/bad matches nothing: its stored event pattern is damaged/);
    // Where to look for who wrote it, whatever was called of the rule since.
    assert.match(text, /events:PutRule on arn:aws:events:us-east-1:\d+:rule\/bad: allowed/);
  }
});

test('an audience that fails altogether fails no call', async (t) => {
  const server = await startServerFor(t);
  const { runtime } = server.latchkey;
  const ports = runtime.ports as { audience?: object };
  const broken = async () => {
    throw new Error('the audience is broken');
  };
  ports.audience = { listens: broken, hears: broken };
  await server.client(KMSClient).send(new CreateKeyCommand({}));
  assert.match(String(server.defects[0]), /the audience is broken/);
  server.defects.splice(0);
});
