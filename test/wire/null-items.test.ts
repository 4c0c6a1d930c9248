/** A null where an item of a list stands: clients do not send it, and it is refused like any value that may not be. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { auditRecords } from '../worlds/account.ts';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';

let server: TestServer;
before(async () => {
  server = await startServerFor(undefined);
});
after(() => server.close());

interface Sending {
  readonly middlewareStack: { add(middleware: unknown, options: object): void };
  send(command: unknown): Promise<object>;
}

/** Sends another body than the client has written, signed as its own. */
async function sent(client: Sending, command: unknown, body: object) {
  const replaced =
    (next: (given: object) => object) => (given: { request: { body: unknown; headers: object } }) => {
      const text = JSON.stringify(body);
      const headers = { ...given.request.headers, 'content-length': String(Buffer.byteLength(text)) };
      return next({ ...given, request: Object.assign(given.request, { body: text, headers }) });
    };
  client.middlewareStack.add(replaced, { step: 'build', priority: 'low' });
  return refusal(client.send(command));
}

const CASES: readonly (readonly [name: string, send: () => ReturnType<typeof sent>])[] = [
  ['CreateKey', () => sent(server.client(KMSClient) as never, new CreateKeyCommand({}), { Tags: [null] })],
  [
    'PutEvents',
    () =>
      sent(server.client(EventBridgeClient) as never, new PutEventsCommand({ Entries: [{}] }), {
        Entries: [null, { Source: 'a', DetailType: 'b', Detail: '{}' }],
      }),
  ],
];

for (const [name, send] of CASES) {
  test(`${name} is refused, and its record says so`, async () => {
    const { code, status } = await send();
    assert.deepEqual([code, status], ['ValidationException', 400]);
    assert.deepEqual(server.defects, []);
    const records = await auditRecords(server, {});
    const record = records.find(({ event }) => event.eventName === name);
    assert.equal(record?.event.errorCode, 'ValidationException');
  });
}
