/** The SDK's own clients, over a real connection: what they sign is what arrives. */
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { EBSClient, ListSnapshotBlocksCommand, PutSnapshotBlockCommand } from '@aws-sdk/client-ebs';
import { DescribeVolumesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { SigV4Verifier, type Verified } from '../../src/authn/sigv4.ts';
import type { ProtocolName } from '../../src/shapes/shape.ts';
import { type RunningServer, startServer } from '../../src/wire/server.ts';
import { type Credentials, refusal, startServerFor } from '../worlds/server.ts';

let server: RunningServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** A server that says who signed, or the error; the clients get no reply they would take for a success. */
async function listen(protocol: ProtocolName, service: string) {
  const verifier = new SigV4Verifier();
  const heard: (Verified<string> | string)[] = [];
  server = await startServer({
    port: 0,
    refuse: (error) => ({ status: error.status, headers: {}, body: error.message }),
    async handle(request) {
      const result = await verifier.verify(request, {
        protocol,
        service,
        nowMs: Date.now(),
        sessionNowMs: Date.now(),
        credential: async (id) =>
          id === 'AKIAALICE'
            ? { secret: 'alice-secret', identity: 'alice', sessionToken: 'a+b/c==' }
            : undefined,
      });
      heard.push(result.verified ? result : `${result.error.code}: ${result.error.message}`);
      return { status: 418, headers: {}, body: '' };
    },
  });
  const config = {
    endpoint: server.url,
    region: 'eu-west-3',
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIAALICE', secretAccessKey: 'alice-secret', sessionToken: 'a+b/c==' },
  };
  return { config, heard };
}

describe('the JavaScript SDK is recognized', () => {
  const block = Buffer.alloc(524_288, 7);
  const calls: [ProtocolName, string, (config: object) => Promise<unknown>][] = [
    ['awsJson1_1', 'kms', (config) => new KMSClient(config).send(new ListKeysCommand({}))],
    [
      'awsQuery',
      'iam',
      (config) => new IAMClient(config).send(new ListUsersCommand({ PathPrefix: '/é ü+/' })),
    ],
    ['awsQuery', 'sts', (config) => new STSClient(config).send(new GetCallerIdentityCommand({}))],
    [
      'ec2Query',
      'ec2',
      (config) =>
        new EC2Client(config).send(
          new DescribeVolumesCommand({ Filters: [{ Name: 'tag:a b', Values: ['*'] }] }),
        ),
    ],
    [
      'restJson1',
      'ebs',
      (config) =>
        new EBSClient(config).send(
          new ListSnapshotBlocksCommand({ SnapshotId: 'snap-0 ü/%', NextToken: 'a+b/c= d', MaxResults: 100 }),
        ),
    ],
    [
      'restJson1',
      'ebs',
      (config) =>
        new EBSClient(config).send(
          new PutSnapshotBlockCommand({
            SnapshotId: 'snap-1',
            BlockIndex: 1,
            BlockData: block,
            DataLength: block.length,
            Checksum: 'x',
            ChecksumAlgorithm: 'SHA256',
          }),
        ),
    ],
  ];
  for (const [protocol, service, call] of calls) {
    test(`${service} over ${protocol}: ${call.toString().match(/new (\w+)Command/)?.[1]}`, async () => {
      const { config, heard } = await listen(protocol, service);
      await assert.rejects(call(config));
      assert.equal(heard.length, 1);
      const [who] = heard;
      assert.ok(typeof who === 'object', String(who));
      assert.equal(who.identity, 'alice');
      assert.equal(who.region, 'eu-west-3');
    });
  }

  test('and told when its secret is wrong', async () => {
    const { config, heard } = await listen('awsJson1_1', 'kms');
    const credentials = { ...config.credentials, secretAccessKey: 'mallory' };
    await assert.rejects(new KMSClient({ ...config, credentials }).send(new ListKeysCommand({})));
    assert.match(String(heard[0]), /^InvalidSignatureException: The request signature we calculated/);
  });
});

test('whoever runs the server is told once each why calls are refused that its own credentials would not bring', async (t) => {
  const hints: string[] = [];
  const latchkey = await startServerFor(t, { onHint: (sentence) => hints.push(sentence) });
  const own = await latchkey.root();
  const unknown = { accessKeyId: 'AKIAUNKNOWN000000000', secretAccessKey: 'x' };
  const faults: [Credentials, code: string, hint: RegExp][] = [
    [unknown, 'UnrecognizedClientException', /its access key is none of this server.*npx latchkey env/],
    [{ ...own, secretAccessKey: 'x' }, 'InvalidSignatureException', /its signature does not fit/],
  ];
  for (const [index, [credentials, code, hint]] of faults.entries()) {
    for (let call = 0; call < 2; call++) {
      const refused = latchkey.client(KMSClient, credentials).send(new ListKeysCommand({}));
      assert.equal((await refusal(refused)).code, code);
    }
    assert.equal(hints.length, index + 1);
    assert.match(hints[index] as string, hint);
  }
  assert.equal((await fetch(latchkey.url, { method: 'POST' })).ok, false);
  assert.equal(hints.length, 2, 'of a call without a signature there is nothing to say');
});

describe('a request that is signed with Signature Version 2', () => {
  const parameters = new URLSearchParams({
    Action: 'DescribeRegions',
    Version: '2016-11-15',
    AWSAccessKeyId: 'AKIAALICE',
    SignatureVersion: '2',
    SignatureMethod: 'HmacSHA256',
    Timestamp: '2026-11-30T00:00:00Z',
    Signature: 'x',
  });

  for (const [where, send] of Object.entries({
    'in its query': (url: string) => fetch(`${url}/?${parameters}`),
    'in its form': (url: string) => fetch(url, { method: 'POST', body: parameters }),
  })) {
    test(`${where} is refused by name`, async (t) => {
      const answer = await send((await startServerFor(t)).url);
      assert.equal(answer.status, 501);
      assert.match(await answer.text(), /<Code>NotImplemented<.*Latchkey verifies Signature Version 4 only/);
    });
  }
});
