/**
 * Buses and archives under a customer managed key: the key's policy and state decide, for whoever makes them, for whoever
 * puts events and reads rules, and for EventBridge itself.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html
 */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  DescribeReplayCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListArchivesCommand,
  PutEventsCommand,
  PutPermissionCommand,
  StartReplayCommand,
  UpdateArchiveCommand,
  UpdateEventBusCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  KMSClient,
  PutKeyPolicyCommand,
} from '@aws-sdk/client-kms';
import type { Deliveries } from '../../src/control/deliveries.ts';
import {
  ACCOUNT,
  allowing,
  auditRecords,
  DAY_MS,
  OTHER_ACCOUNT,
  policy,
  REGION,
  rootOf,
  userWith,
} from '../worlds/account.ts';
import { eventsWorld } from '../worlds/events.ts';
import { applyRemedies, type Explained } from '../worlds/remedies.ts';
import { refusal } from '../worlds/server.ts';
import { watchSecrets } from '../worlds/wiped.ts';

const BUS = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/orders`;
const OWNER = { Effect: 'Allow', Principal: { AWS: rootOf(ACCOUNT) }, Action: 'kms:*', Resource: '*' };
const EVENTBRIDGE = { Principal: { Service: 'events.amazonaws.com' }, Resource: '*' };

const usable = (...actions: string[]) =>
  policy(
    OWNER,
    { Effect: 'Allow', ...EVENTBRIDGE, Action: 'kms:DescribeKey' },
    {
      Effect: 'Allow',
      ...EVENTBRIDGE,
      Action: actions,
      Condition: {
        StringEquals: { 'kms:EncryptionContext:aws:events:event-bus:arn': BUS, 'aws:SourceArn': BUS },
      },
    },
  );
/** AWS's own example for a bus, and what an archive needs besides. */
const USABLE = usable('kms:GenerateDataKey', 'kms:Decrypt', 'kms:ReEncrypt*');
const without = (...actions: string[]) =>
  policy(...JSON.parse(USABLE).Statement, { Effect: 'Deny', ...EVENTBRIDGE, Action: actions });

async function world(t: TestContext) {
  const made = await eventsWorld(t);
  const { server, events } = made;
  const kms = server.client(KMSClient);
  const secrets = watchSecrets(server);
  // Whatever was done with a key, and however it ended.
  t.after(() => assert.deepEqual(secrets.unwiped(), []));
  const newKey = async (Policy = USABLE) =>
    (await kms.send(new CreateKeyCommand({ Policy }))).KeyMetadata?.Arn as string;
  const put = (n: number) =>
    events.send(
      new PutEventsCommand({
        Entries: [
          { EventBusName: 'orders', Source: 'my.app', DetailType: 'order', Detail: JSON.stringify({ n }) },
        ],
      }),
    );
  return {
    ...made,
    kms,
    newKey,
    put,
    setPolicy: (KeyId: string, Policy: string) => kms.send(new PutKeyPolicyCommand({ KeyId, Policy })),
    makeBus: (KmsKeyIdentifier: string) =>
      events.send(new CreateEventBusCommand({ Name: 'orders', KmsKeyIdentifier })),
    describeBus: async () =>
      (await events.send(new DescribeEventBusCommand({ Name: 'orders' }))).KmsKeyIdentifier,
    explain: (subject: string) => server.ask<Explained>('explain', { subject }),
    numbers: async (watch: { caught(): Promise<readonly { readonly [member: string]: unknown }[]> }) => {
      await server.settled();
      return (await watch.caught()).map(({ detail }) => (detail as { n: number }).n);
    },
  };
}

describe('an event bus under a customer managed key', () => {
  test('is made where EventBridge and its maker may use the key, and shows it by its ARN', async (t) => {
    const { server, events, kms, newKey, makeBus, describeBus } = await world(t);
    const key = await newKey();
    const made = await makeBus(key);
    assert.equal(made.KmsKeyIdentifier, key);
    const calls = (await auditRecords(server))
      .filter(({ event }) => event.eventSource === 'kms.amazonaws.com')
      .reverse();
    const asked = calls
      .filter(({ event }) => event.eventName !== 'CreateKey')
      .map(({ event: { eventName, userIdentity, requestParameters } }) => [
        eventName,
        (userIdentity as { type: string }).type,
        (userIdentity as { invokedBy?: string }).invokedBy,
        (requestParameters as { encryptionContext?: object }).encryptionContext,
      ]);
    const context = { 'aws:events:event-bus:arn': BUS };
    assert.deepEqual(asked, [
      ['DescribeKey', 'Root', 'events.amazonaws.com', undefined],
      ['GenerateDataKeyWithoutPlaintext', 'Root', 'events.amazonaws.com', context],
      ['GenerateDataKey', 'AWSService', 'events.amazonaws.com', context],
      ['Decrypt', 'AWSService', 'events.amazonaws.com', context],
    ]);

    await kms.send(new CreateAliasCommand({ AliasName: 'alias/orders', TargetKeyId: key }));
    const update = (input: object) => events.send(new UpdateEventBusCommand({ Name: 'orders', ...input }));
    await update({ KmsKeyIdentifier: 'alias/orders' });
    assert.equal(await describeBus(), `arn:aws:kms:${REGION}:${ACCOUNT}:alias/orders`);
    await update({ KmsKeyIdentifier: key.split('/')[1] });
    assert.equal(await describeBus(), key);
    await update({ Description: 'no word of the key' });
    assert.equal(await describeBus(), key);
    await update({ KmsKeyIdentifier: '' });
    assert.equal(await describeBus(), undefined);
  });

  test('is refused for what is no key of one’s own, and for each who may not use it', async (t) => {
    const { server, events, newKey, makeBus, setPolicy, explain } = await world(t);
    const attempt = (key: string) => refusal(makeBus(key));
    const valid = 'ValidationException';
    assert.match(
      (await attempt('not-a-key')).message,
      /^Parameter .*not-a-key.* \(Service: Kms, Status Code: 400/,
    );
    assert.deepEqual(
      (await attempt('alias/aws/events')).message,
      `Parameter arn:aws:kms:${REGION}:${ACCOUNT}:alias/aws/events is not valid. Reason: Provided Arn is not in correct format.`,
    );

    const key = await newKey();
    for (const action of ['kms:GenerateDataKey', 'kms:Decrypt']) {
      await setPolicy(key, without(action));
      const { code, message } = await attempt(key);
      assert.equal(code, 'AccessDeniedException');
      assert.ok(message.startsWith(`Access to call ${action} is denied. Reason: `), message);
      assert.ok(message.includes('events.amazonaws.com is not authorized to perform'), message);
    }
    // Why is found from the refused call, and the least change lets it be made.
    const [refused] = (await auditRecords(server)).filter(
      ({ event }) => event.eventName === 'CreateEventBus',
    );
    const explained = await explain(refused?.event.eventID as string);
    assert.match(explained.text, /events\.amazonaws\.com/);
    assert.match(explained.text, /kms:Decrypt/);
    await setPolicy(key, USABLE);

    const maker = await userWith(server, 'maker', allowing('events:*', 'kms:DescribeKey'));
    const theirs = server.client(EventBridgeClient, maker);
    const create = () =>
      refusal(theirs.send(new CreateEventBusCommand({ Name: 'orders', KmsKeyIdentifier: key })));
    const lacking = await create();
    assert.equal(lacking.code, valid);
    assert.match(
      lacking.message,
      /^Parameter arn:aws:kms:\S+ is not valid\. Reason: User: \S+ is not authorized to perform: kms:GenerateDataKeyWithoutPlaintext/,
    );
    const blind = await userWith(server, 'blind', allowing('events:*'));
    const hidden = await refusal(
      server
        .client(EventBridgeClient, blind)
        .send(new CreateEventBusCommand({ Name: 'orders', KmsKeyIdentifier: key })),
    );
    assert.equal(hidden.code, 'AccessDeniedException');
    assert.match(hidden.message, /^Access to call kms:DescribeKey is denied\. Reason: User: /);
    await makeBus(key);
    await events.send(new UpdateEventBusCommand({ Name: 'orders' }));
  });

  test('takes, matches and delivers events as long as EventBridge may use the key', async (t) => {
    const { server, kms, newKey, makeBus, put, watch, numbers, setPolicy, explain } = await world(t);
    const key = await newKey();
    await makeBus(key);
    const caught = await watch('orders', { EventBusName: 'orders', pattern: { source: ['my.app'] } });
    await put(1);
    assert.deepEqual(await numbers(caught), [1]);
    // What is sealed on its way is written down nowhere beside.
    const { deliveries } = await server.ask<Deliveries>('deliveries', {
      rule: `arn:aws:events:${REGION}:${ACCOUNT}:rule/orders/orders`,
    });
    assert.deepEqual(
      deliveries.map(({ outcome, input }) => [outcome, input]),
      [['delivered', undefined]],
    );

    await kms.send(new DisableKeyCommand({ KeyId: key }));
    const { FailedEntryCount, Entries } = await put(2);
    assert.equal(FailedEntryCount, 1);
    assert.deepEqual(Entries, [{ ErrorCode: 'KMSEncryptionException', ErrorMessage: `${key} is disabled.` }]);
    await kms.send(new EnableKeyCommand({ KeyId: key }));

    // It may make data keys, and not open them: what comes is taken and lost, and nobody but the trail says so.
    await setPolicy(key, usable('kms:GenerateDataKey'));
    assert.equal((await put(3)).FailedEntryCount, 0);
    assert.deepEqual(await numbers(caught), [1]);
    const explained = await explain('orders');
    assert.match(explained.text, /EventBridge could not use the key of event bus orders/);
    assert.match(explained.text, /kms:Decrypt/);
    await applyRemedies(server, explained);
    await put(4);
    assert.deepEqual(await numbers(caught), [1, 4]);
  });

  test('shows rules to those who may decrypt with the key', async (t) => {
    const { server, events, newKey, makeBus, watch } = await world(t);
    await makeBus(await newKey());
    await watch('orders', { EventBusName: 'orders', pattern: { source: ['my.app'] } });
    const read = new DescribeRuleCommand({ Name: 'orders', EventBusName: 'orders' });
    assert.equal((await events.send(read)).EventPattern, '{"source":["my.app"]}');
    const stranger = server.client(
      EventBridgeClient,
      await userWith(server, 'stranger', allowing('events:*')),
    );
    assert.deepEqual(await refusal(stranger.send(read)), {
      code: 'NotAuthorizedException',
      message: 'Cannot perform Kms:Decrypt on KMS key configured on event bus.',
      status: 400,
    });
    const reader = await userWith(server, 'reader', allowing('events:*', 'kms:Decrypt'));
    assert.equal((await server.client(EventBridgeClient, reader).send(read)).State, 'ENABLED');
  });

  test('passes events on under the key of the bus that they go to', async (t) => {
    const { server, events, kms, newKey, makeBus, watch, numbers } = await world(t);
    const key = await newKey();
    await makeBus(key);
    const caught = await watch('orders', { EventBusName: 'orders', pattern: { source: ['my.app'] } });
    await watch('all', { pattern: { source: ['my.app'] } }, { Arn: BUS });
    const putHere = (n: number) =>
      events.send(
        new PutEventsCommand({
          Entries: [{ Source: 'my.app', DetailType: 'order', Detail: JSON.stringify({ n }) }],
        }),
      );
    await putHere(1);
    assert.deepEqual(await numbers(caught), [1]);
    await kms.send(new DisableKeyCommand({ KeyId: key }));
    assert.equal((await putHere(2)).FailedEntryCount, 0);
    await server.settled();
    const rule = 'all';
    const { deliveries } = await server.ask<{
      deliveries: { outcome: string; error?: { code: string; message: string } }[];
    }>('deliveries', { rule });
    assert.deepEqual(
      deliveries.map(({ outcome, error }) => [outcome, error?.code, error?.message]),
      [
        ['refused', 'KMSEncryptionException', `${key} is disabled.`],
        ['delivered', undefined, undefined],
      ],
    );
  });
});

test('the key of a bus that another account puts events on is asked for in the name of its own account', async (t) => {
  const { server, events, newKey, makeBus, watch, numbers } = await world(t);
  const ownAccount = { StringEquals: { 'aws:SourceAccount': ACCOUNT } };
  const usableHere = { Effect: 'Allow', ...EVENTBRIDGE, Action: 'kms:*', Condition: ownAccount };
  await makeBus(await newKey(policy(OWNER, usableHere)));
  await events.send(
    new PutPermissionCommand({
      EventBusName: 'orders',
      StatementId: 'partner',
      Action: 'events:PutEvents',
      Principal: OTHER_ACCOUNT,
    }),
  );
  const caught = await watch('orders', { EventBusName: 'orders', pattern: { source: ['my.app'] } });
  const partner = server.client(EventBridgeClient, await server.root(OTHER_ACCOUNT));
  const entry = { EventBusName: BUS, Source: 'my.app', DetailType: 'order', Detail: '{"n":1}' };
  const { Entries } = await partner.send(new PutEventsCommand({ Entries: [entry] }));
  assert.equal(Entries?.[0]?.ErrorMessage, undefined);
  assert.deepEqual(await numbers(caught), [1]);
});

describe('an archive under a customer managed key', () => {
  async function archived(t: TestContext) {
    const made = await world(t);
    const { events, newKey, server } = made;
    const key = await newKey();
    await events.send(new CreateEventBusCommand({ Name: 'orders' }));
    const input = { ArchiveName: 'kept', EventSourceArn: BUS, EventPattern: '{"source":["my.app"]}' };
    await events.send(new CreateArchiveCommand({ ...input, KmsKeyIdentifier: key }));
    const nowMs = () => server.latchkey.runtime.clock.nowMs();
    return {
      ...made,
      key,
      input,
      describe: () => events.send(new DescribeArchiveCommand({ ArchiveName: 'kept' })),
      update: (changes: object) => events.send(new UpdateArchiveCommand({ ArchiveName: 'kept', ...changes })),
      async replay(ReplayName: string) {
        await events.send(
          new StartReplayCommand({
            ReplayName,
            EventSourceArn: `arn:aws:events:${REGION}:${ACCOUNT}:archive/kept`,
            EventStartTime: new Date(nowMs() - DAY_MS),
            EventEndTime: new Date(nowMs() + DAY_MS),
            Destination: { Arn: BUS },
          }),
        );
        await server.settled();
        const { State, StateReason } = await events.send(new DescribeReplayCommand({ ReplayName }));
        return [State, StateReason];
      },
    };
  }

  test('keeps events that only the key opens again', async (t) => {
    const { kms, events, key, put, server, describe, replay, watch, numbers } = await archived(t);
    await put(1);
    await server.settled();
    const { EventCount, KmsKeyIdentifier, State } = await describe();
    assert.deepEqual([EventCount, KmsKeyIdentifier, State], [1, key, 'ENABLED']);
    const [listed] = (await events.send(new ListArchivesCommand({}))).Archives ?? [];
    assert.ok(listed && !('KmsKeyIdentifier' in listed));
    const again = await watch('again', {
      EventBusName: 'orders',
      pattern: { 'replay-name': [{ exists: true }] },
    });
    await kms.send(new DisableKeyCommand({ KeyId: key }));
    const hidden = await describe();
    assert.deepEqual([hidden.EventPattern, hidden.State, hidden.EventCount], [undefined, 'ENABLED', 1]);
    await put(2);
    assert.deepEqual(await replay('first'), ['FAILED', 'Internal Failure.']);
    await kms.send(new EnableKeyCommand({ KeyId: key }));
    assert.deepEqual(await replay('second'), ['COMPLETED', undefined]);
    // The second event found no key when it came.
    assert.deepEqual(await numbers(again), [1]);
  });

  test('is refused where EventBridge or its maker may not use the key', async (t) => {
    const { server, events, key, input, setPolicy } = await archived(t);
    const create = (client: EventBridgeClient) =>
      refusal(
        client.send(new CreateArchiveCommand({ ...input, ArchiveName: 'other', KmsKeyIdentifier: key })),
      );
    for (const action of ['kms:DescribeKey', 'kms:GenerateDataKey', 'kms:Decrypt']) {
      await setPolicy(key, without(action));
      const { code, message } = await create(events);
      assert.equal(code, 'ValidationException');
      assert.ok(message.includes(`events.amazonaws.com is not authorized to perform: ${action}`), message);
    }
    await setPolicy(key, USABLE);
    const maker = await userWith(server, 'maker', allowing('events:*', 'kms:DescribeKey', 'kms:Decrypt'));
    const { message } = await create(server.client(EventBridgeClient, maker));
    assert.match(message, /is not authorized to perform: kms:GenerateDataKey on/);
  });

  test('goes over to another key with all it holds, or stays under the one that it has', async (t) => {
    const { server, kms, key, newKey, put, update, describe, replay, setPolicy, watch, numbers } =
      await archived(t);
    await put(1);
    await server.settled();
    const other = await newKey();
    await setPolicy(key, without('kms:ReEncryptFrom'));
    assert.equal((await update({ KmsKeyIdentifier: other })).State, 'UPDATING');
    await server.settled();
    const failed = await describe();
    assert.deepEqual([failed.State, failed.KmsKeyIdentifier], ['UPDATE_FAILED', key]);

    await setPolicy(key, USABLE);
    await update({ KmsKeyIdentifier: other });
    await server.settled();
    const moved = await describe();
    assert.deepEqual([moved.State, moved.KmsKeyIdentifier, moved.EventCount], ['ENABLED', other, 1]);
    const again = await watch('again', {
      EventBusName: 'orders',
      pattern: { 'replay-name': [{ exists: true }] },
    });
    await kms.send(new DisableKeyCommand({ KeyId: key }));
    assert.deepEqual(await replay('moved'), ['COMPLETED', undefined]);
    assert.deepEqual(await numbers(again), [1]);

    await update({ KmsKeyIdentifier: '' });
    await server.settled();
    await kms.send(new DisableKeyCommand({ KeyId: other }));
    const plain = await describe();
    assert.deepEqual([plain.State, plain.KmsKeyIdentifier], ['ENABLED', undefined]);
    assert.deepEqual(await replay('plain'), ['COMPLETED', undefined]);
    assert.deepEqual(await numbers(again), [1, 1]);

    const third = await newKey();
    await update({ KmsKeyIdentifier: third });
    await server.settled();
    await kms.send(new DisableKeyCommand({ KeyId: third }));
    assert.deepEqual(await replay('hidden'), ['FAILED', 'Internal Failure.']);
    await kms.send(new EnableKeyCommand({ KeyId: third }));
    assert.deepEqual(await replay('open'), ['COMPLETED', undefined]);
    assert.deepEqual(await numbers(again), [1, 1, 1]);
  });

  test('goes over with more than is done at once', async (t) => {
    const { server, events, kms, key, newKey, update, describe } = await archived(t);
    for (let page = 0; page < 11; page++) {
      const entry = { EventBusName: 'orders', Source: 'my.app', DetailType: 'order', Detail: '{}' };
      await events.send(new PutEventsCommand({ Entries: Array(10).fill(entry) }));
    }
    await server.settled();
    await update({ KmsKeyIdentifier: await newKey() });
    await server.settled();
    assert.equal((await describe()).State, 'ENABLED');
    await kms.send(new DisableKeyCommand({ KeyId: key }));
    await update({ KmsKeyIdentifier: '' });
    await server.settled();
    const { State, EventCount } = await describe();
    assert.deepEqual([State, EventCount], ['ENABLED', 110]);
  });
});
