/** An import that is killed, slowed down, or loses its credentials goes on where it was, and asks for nothing twice. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, mock, test } from 'node:test';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateGrantCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { importFromAws } from '../../src/cli/import-aws.ts';
import { importAws } from '../../src/import/aws/import-aws.ts';
import { sdkCalls } from '../../src/import/aws/sdk.ts';
import { loadSnapshot } from '../../src/import/snapshot/store.ts';
import { filesUnder, readText } from '../../src/platform/node/folder.ts';
import { ACCOUNT, allowing, REGION, userWith } from '../worlds/account.ts';
import { type AwsProxy, awsProxy, type ProxiedCall } from '../worlds/aws-proxy.ts';
import { type Place, placeFor } from '../worlds/cli-process.ts';
import { type Credentials, startServerFor, type TestServer } from '../worlds/server.ts';
import { records } from './records.ts';

const directory = mkdtempSync(join(tmpdir(), 'latchkey-stopped-'));
const cleanUp: (() => unknown)[] = [() => rmSync(directory, { recursive: true })];
const context = { after: (work: () => unknown) => void cleanUp.push(work) } as Parameters<typeof placeFor>[0];
after(async () => {
  for (const work of cleanUp.reverse()) await work();
});

/** The clock stands still, the server's too, so that two snapshots are the same to the byte, however long it takes. */
let nowMs = 0;
const PAGES = [records(60), records(130).slice(60), records(150).slice(130)];
const OTHERS = ['222233334444', '333344445555'] as const;

let server: TestServer;
let proxy: AwsProxy;
let place: Place;

before(async () => {
  nowMs = Date.now();
  const clock = mock.method(Date, 'now', () => nowMs);
  cleanUp.push(() => clock.mock.restore());
  proxy = await awsProxy(context);
  server = await startServerFor(context, { hostnames: [new URL(proxy.url).host] });
  proxy.serverUrl = server.url;
  place = placeFor(context);
  const kms = server.client(KMSClient);
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const grant = { KeyId: KeyMetadata?.KeyId, GranteePrincipal: `arn:aws:iam::${ACCOUNT}:root` };
  for (let n = 0; n < 110; n++)
    await kms.send(new CreateGrantCommand({ ...grant, Operations: ['Decrypt'], Name: `g${n}` }));
});

beforeEach(() => {
  proxy.calls.length = 0;
  proxy.answer = history;
});

/** Each run asks who it is, besides. */
const asked = () => proxy.calls.filter(({ service }) => service !== 'sts');

/** Three pages of KMS on one day, whatever the server's own trail has by now. */
function history({ operation, body }: ProxiedCall) {
  if (operation !== 'LookupEvents') return undefined;
  const { LookupAttributes, StartTime, NextToken } = JSON.parse(body);
  const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const isDay = dayOf(StartTime * 1000) === dayOf(nowMs);
  if (LookupAttributes[0].AttributeValue !== 'kms.amazonaws.com' || !isDay) return { json: { Events: [] } };
  const page = Number(NextToken ?? 0);
  const Events = PAGES[page]?.map((event) => ({
    EventId: event.eventID,
    CloudTrailEvent: JSON.stringify(event),
  }));
  return { json: { Events, ...(page < 2 && { NextToken: String(page + 1) }) } };
}

const variables = (credentials: Credentials) => ({
  AWS_ENDPOINT_URL: proxy.url,
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
});

/** As `latchkey import aws` does it, in this process. */
async function imported(out: string, regions = [REGION]): Promise<void> {
  Object.assign(process.env, variables(await server.root()));
  await importFromAws(out, { regions, sinceDays: 1 });
}

/** In a process of its own, which is killed while the call that `at` names is under way. */
async function killed(out: string, at: (call: ProxiedCall) => boolean): Promise<void> {
  const child = place.spawn(['import', 'aws', '--out', out, '--regions', REGION, '--since', '1d'], {
    ...variables(await server.root()),
    NODE_OPTIONS: `--import=data:text/javascript,Date.now=()=>${nowMs}`,
  });
  const gone = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('exit', (_code, signal) => resolve(signal)),
  );
  proxy.answer = (call) => {
    if (!at(call)) return history(call);
    child.kill('SIGKILL');
    return gone.then(() => undefined);
  };
  assert.equal(await gone, 'SIGKILL');
  proxy.answer = history;
}

/** Its credentials expire at the call that `at` names. */
async function cutOff(out: string, at: (call: ProxiedCall) => boolean): Promise<void> {
  let isExpired = false;
  proxy.answer = (call) => {
    isExpired ||= at(call);
    const code = call.service === 'ec2' ? 'RequestExpired' : 'ExpiredTokenException';
    return isExpired ? { status: 400, code, message: 'The security token is expired' } : history(call);
  };
  await assert.rejects(
    imported(out),
    /:\w+ could not be asked in us-east-1: \w*Expired\w*: .*\. What was read is kept: the same command goes on/,
  );
  proxy.answer = history;
}

const filesOf = (folder: string) =>
  [...filesUnder(folder)].map(({ path, name }): [string, string] => [name, readText(path)]);

describe('an import that is killed', () => {
  test('goes on where it was, asks for nothing twice but the page that was under way, and ends alike', async () => {
    const whole = join(directory, 'whole');
    await imported(whole);
    const once = asked().length;
    proxy.calls.length = 0;

    const out = join(directory, 'killed');
    await killed(out, ({ operation, body }) => operation === 'ListGrants' && 'Marker' in JSON.parse(body));
    await cutOff(
      out,
      ({ operation, body }) => operation === 'LookupEvents' && body.includes('"NextToken":"2"'),
    );
    assert.ok(!existsSync(out) && existsSync(`${out}.partial`));
    await imported(out);
    const twice = asked().filter(({ times }) => times > 1);
    assert.deepEqual(
      twice.map(({ operation }) => operation),
      ['ListGrants', 'LookupEvents'],
    );
    assert.equal(asked().length - twice.length, once);
    assert.deepEqual(filesOf(out), filesOf(whole));
    assert.ok(!existsSync(`${out}.partial`));
  });

  test('reads anew what it has a token for that AWS no longer takes', async () => {
    const out = join(directory, 'stale');
    const isSecondPage = ({ operation, body }: ProxiedCall) =>
      operation === 'ListGrants' && body.includes('Marker');
    await cutOff(out, isSecondPage);
    proxy.answer = (call) =>
      isSecondPage(call) && call.times === 2
        ? { status: 400, code: 'InvalidMarkerException' }
        : history(call);
    await imported(out);
    assert.deepEqual(filesOf(out), filesOf(join(directory, 'whole')));
  });
});

/** Of the world as it is; nobody waits but a clock. */
async function importedWithAClock() {
  Object.assign(process.env, variables(await server.root()));
  const calls = sdkCalls({});
  const slept: number[] = [];
  let atMs = nowMs;
  const imported = await importAws({
    calls,
    waiting: {
      nowMs: () => atMs,
      async sleep(ms) {
        slept.push(ms);
        atMs += ms;
      },
    },
    isPaced: false,
    journal: { reads: [], pages: [], add: () => undefined, addPage: () => undefined },
    pages: { kept: () => ({ pages: 0 }), keep: () => undefined },
    begunAtMs: nowMs,
    regions: [REGION],
    sinceDays: 0,
  });
  calls.close();
  return { slept, ...imported };
}

describe('an import that AWS slows down', () => {
  test('waits longer each time, counts it, and takes nothing for a refusal', async () => {
    const busy: Record<string, [status: number, code: string, times: number]> = {
      ListKeys: [400, 'ThrottlingException', 3],
      DescribeVolumes: [503, 'RequestLimitExceeded', 2],
      GetAccountAuthorizationDetails: [400, 'Throttling', 1],
      DescribeOrganization: [400, 'TooManyRequestsException', 1],
      DescribeAutoScalingGroups: [503, 'ServiceUnavailable', 1],
      DescribeTrails: [429, 'TooManyRequests', 1],
    };
    proxy.answer = (call) => {
      const [status, code, times] = busy[call.operation] ?? [];
      return status && code && call.times <= (times ?? 0) ? { status, code } : history(call);
    };
    const { slept, reading, slowedDown } = await importedWithAClock();
    assert.deepEqual(slept, [500, 500, 500, 1000, 2000, 500, 1000, 500, 500]);
    assert.deepEqual(slowedDown, { times: 9, waitedMs: 7000 });
    assert.deepEqual(
      [...reading.reads.all()].filter(({ refused }) => refused),
      [],
    );
  });

  test('takes what has not the form of an answer for unknown, and text that was read as an object for text', async () => {
    const out = join(directory, 'malformed');
    const Policy = { Version: '2012-10-17', Statement: [] };
    proxy.answer = (call) => {
      if (call.operation === 'GetKeyPolicy') return { json: { Policy, PolicyName: 'default' } };
      return call.operation === 'ListAliases' ? { json: { Aliases: [{ AliasName: 7 }] } } : history(call);
    };
    await imported(out);
    const { reads } = loadSnapshot(out);
    const place = { account: ACCOUNT, region: REGION };
    const [policy] = reads.of('kms:GetKeyPolicy', place) ?? [];
    assert.deepEqual(JSON.parse(String(policy?.output?.Policy)), Policy);
    const [aliases] = reads.of('kms:ListAliases', place) ?? [];
    assert.equal(aliases?.refused?.code, 'MalformedAnswer');
    assert.match(aliases?.refused?.message ?? '', /Aliases\[0\]\.AliasName is a number, and not text/);
  });

  test('takes what a service never answers for unknown, and reads the rest', async () => {
    proxy.answer = (call) =>
      call.operation === 'DescribeVolumes' ? { status: 500, code: 'InternalError' } : history(call);
    const { slept, reading } = await importedWithAClock();
    assert.deepEqual(slept, [500, 1000, 2000, 4000, 8000]);
    assert.deepEqual(
      [...reading.reads.all()]
        .filter(({ refused }) => refused)
        .map(({ operation, refused }) => [operation, refused?.code]),
      [['ec2:DescribeVolumes', 'InternalError']],
    );
  });
});

describe('an import whose credentials', () => {
  test('expire in the middle says so, and goes on with new ones', async () => {
    const out = join(directory, 'expired');
    await cutOff(out, ({ operation }) => operation === 'DescribeVolumes');
    await imported(out);
    assert.deepEqual(filesOf(out), filesOf(join(directory, 'whole')));
  });

  test('are refused in one Region, or not known where it is not enabled, reads the others', async () => {
    const out = join(directory, 'regions');
    const codes: Record<string, string> = { ec2: 'AuthFailure', kms: 'UnrecognizedClientException' };
    proxy.answer = (call) => {
      if (call.region === 'eu-west-1')
        return { status: 403, code: 'AccessDeniedException', message: 'an SCP' };
      if (call.region === 'me-south-1')
        return { status: 401, code: codes[call.service] ?? 'InvalidClientTokenId', message: 'not valid' };
      return history(call);
    };
    await imported(out, ['eu-west-1', 'me-south-1', REGION]);
    const { reads } = loadSnapshot(out);
    const refused = (region: string) =>
      [...reads.all()].filter((read) => read.region === region).map((read) => !!read.refused);
    assert.ok(refused('eu-west-1').every(Boolean) && refused('eu-west-1').length > 10);
    assert.ok(refused('me-south-1').every(Boolean) && refused('me-south-1').length > 10);
    assert.ok(!refused(REGION).some(Boolean));
  });
});

describe('an import of several accounts', () => {
  async function readOthers(credentials: Credentials) {
    Object.assign(process.env, variables(credentials));
    const calls = sdkCalls({});
    try {
      return await importAws({
        calls,
        waiting: { nowMs: () => Date.now(), sleep: async () => undefined },
        isPaced: false,
        journal: { reads: [], pages: [], add: () => undefined, addPage: () => undefined },
        pages: { kept: () => ({ pages: 0 }), keep: () => undefined },
        begunAtMs: nowMs,
        regions: [REGION],
        accounts: [ACCOUNT, ...OTHERS],
        role: 'reader',
        sinceDays: 0,
      });
    } finally {
      calls.close();
    }
  }

  test('says at once that the root user can assume no role', async () => {
    await assert.rejects(
      readOthers(await server.root()),
      /those of the root user of \d{12}, who can assume no role: read 222233334444, 333344445555 as a user or role/,
    );
    assert.deepEqual(
      proxy.calls.map(({ operation }) => operation),
      ['GetCallerIdentity'],
    );
  });

  test('knows nothing of one without the role, and all of the others', async () => {
    const credentials = await userWith(server, 'reader', allowing('*'));
    const [second] = OTHERS;
    await server.client(IAMClient, await server.root(second)).send(
      new CreateRoleCommand({
        RoleName: 'reader',
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' },
        }),
      }),
    );
    await server.root(OTHERS[1]);
    const { reading, unread } = await readOthers(credentials);
    assert.deepEqual(unread, [OTHERS[1]]);
    const own = reading.reads.get('kms:ListKeys', { account: ACCOUNT, region: REGION }, {});
    assert.ok(own?.output);
    // A role without policies sees nothing, which is not known to be nothing.
    assert.match(
      reading.reads.get('kms:ListKeys', { account: second, region: REGION }, {})?.refused?.message ?? '',
      /assumed-role\/reader\/latchkey-import is not authorized to perform: kms:ListKeys/,
    );
    const missing = reading.reads.of('sts:GetCallerIdentity', { account: OTHERS[1], region: 'global' });
    assert.match(missing?.[0]?.refused?.message ?? '', /is not authorized to perform: sts:AssumeRole/);
  });
});
