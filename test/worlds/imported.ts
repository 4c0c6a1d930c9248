/** A server read as a real account is: as `latchkey import aws` does it, by the real SDK, into a snapshot. */
import type { AwsCall } from '../../src/import/aws/aws-calls.ts';
import { importAws } from '../../src/import/aws/import-aws.ts';
import type { AccountReading } from '../../src/import/aws/read-accounts.ts';
import { sdkCalls } from '../../src/import/aws/sdk.ts';
import { addRecords, History } from '../../src/import/cloudtrail/history.ts';
import { saveSnapshot } from '../../src/import/snapshot/store.ts';
import { REGION } from './account.ts';
import type { Credentials, TestServer } from './server.ts';

export interface Importing {
  /** Whose credentials read; the default account's root where absent. */
  readonly credentials?: Credentials;
  readonly accounts?: readonly string[];
  readonly role?: string;
  /** By how much the server's clock was moved on. */
  readonly aheadMs?: number;
  readonly onCall?: (call: AwsCall) => unknown;
  /** Which of the recorded events are found; all where absent. */
  readonly isRecorded?: (event: { EventName?: string; Username?: string }) => boolean;
}

export async function importedFrom(
  server: TestServer,
  out: string,
  { credentials, accounts, role, onCall, isRecorded = () => true, aheadMs = 0 }: Importing = {},
): Promise<AccountReading> {
  const { accessKeyId, secretAccessKey } = credentials ?? (await server.root());
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: server.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  });
  const calls = sdkCalls({});
  const history = new History();
  const days: object[] = [];
  const reading = await importAws({
    calls: {
      ...calls,
      call(call) {
        onCall?.(call);
        return calls.call(call);
      },
    },
    waiting: { nowMs: () => Date.now() + aheadMs, sleep: async () => undefined },
    isPaced: false,
    journal: { reads: [], add: () => undefined },
    days: {
      has: () => false,
      add: (_account, _region, _day, events) => void days.push(...events.filter(isRecorded)),
    },
    regions: [REGION],
    accounts,
    role,
    sinceDays: 2,
  });
  calls.close();
  const text = JSON.stringify({ Events: days });
  await addRecords(history, bytesOf(text), 'lookup', text.slice(0, 100));
  saveSnapshot(out, { reads: reading.reads, history });
  return reading;
}

async function* bytesOf(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}
