/** A server read as a real account is: as `latchkey import aws` does it, by the real SDK, into a snapshot. */
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import type { AwsCall } from '../../src/import/aws/aws-calls.ts';
import { importAws } from '../../src/import/aws/import-aws.ts';
import { sdkCalls } from '../../src/import/aws/sdk.ts';
import { addRecords, History } from '../../src/import/cloudtrail/history.ts';
import { Reads } from '../../src/import/snapshot/snapshot.ts';
import { saveSnapshot } from '../../src/import/snapshot/store.ts';
import { REGION } from './account.ts';
import type { Credentials, TestServer } from './server.ts';

export interface Importing {
  /** Whose credentials read; the default account's root where absent. */
  readonly credentials?: Credentials;
  readonly regions?: readonly string[];
  readonly accounts?: readonly string[];
  readonly role?: string;
  readonly sinceDays?: number;
  readonly onCall?: (call: AwsCall) => unknown;
  /** Which of the recorded events are found; all where absent. */
  readonly isRecorded?: (event: { EventName?: string; Username?: string }) => boolean;
}

/** One account into a snapshot of its own. */
export async function importedFrom(server: TestServer, out: string, options: Importing = {}): Promise<void> {
  const into = { reads: new Reads(), history: new History() };
  await readAccount(server, into, options);
  saveSnapshot(out, into);
}

export async function readAccount(
  server: TestServer,
  into: { readonly reads: Reads; readonly history: History },
  {
    credentials,
    regions = [REGION],
    accounts,
    role,
    onCall,
    isRecorded = () => true,
    sinceDays = 1,
  }: Importing = {},
): Promise<void> {
  const { accessKeyId, secretAccessKey } = credentials ?? (await server.root());
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: server.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  });
  const { nowMs } = await server.ask<{ nowMs: number }>('clock');
  const calls = sdkCalls({});
  const events: object[] = [];
  const { reading } = await importAws({
    calls: {
      ...calls,
      call(call) {
        onCall?.(call);
        return calls.call(call);
      },
    },
    waiting: { nowMs: () => nowMs, sleep: async () => undefined },
    isPaced: false,
    journal: { reads: [], pages: [], add: () => undefined, addPage: () => undefined },
    pages: {
      kept: () => ({ pages: 0 }),
      keep: (_part, _number, { Events }) => void events.push(...Events.filter(isRecorded)),
    },
    begunAtMs: nowMs,
    regions,
    accounts,
    role,
    sinceDays,
  });
  calls.close();
  for (const read of reading.reads.all()) into.reads.add(read);
  await addEvents(into.history, events);
}

/** LookupEvents output, as it is saved. */
export async function addEvents(history: History, events: readonly object[]): Promise<void> {
  const text = JSON.stringify({ Events: events });
  await addRecords(history, bytesOf(text), 'lookup', text.slice(0, 100));
}

/** All that the account's trail has in the Region, however long ago. */
export async function eventsOf(
  server: TestServer,
  credentials: Credentials,
  region: string,
): Promise<object[]> {
  const client = server.client(CloudTrailClient, credentials, { region });
  const all: object[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new LookupEventsCommand({ MaxResults: 50, NextToken }));
    all.push(...(page.Events ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return all;
}

async function* bytesOf(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}
