/**
 * Log groups under a KMS key: the key's policy and state decide, for whoever writes and whoever reads.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  AssociateKmsKeyCommand,
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DisassociateKmsKeyCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  KMSClient,
  PutKeyPolicyCommand,
} from '@aws-sdk/client-kms';
import { systemEntropy } from '../../src/platform/node/index.ts';
import { openMessage, sealMessage } from '../../src/service-kit/sealed-message.ts';
import { ACCOUNT } from '../worlds/account.ts';
import { refusal, startServerFor } from '../worlds/server.ts';
import { watchSecrets } from '../worlds/wiped.ts';

const logGroupName = '/secret';
const ARN = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${logGroupName}`;
const REFUSED = {
  code: 'AccessDeniedException',
  message: `The specified KMS key does not exist or is not allowed to be used with Arn '${ARN}'`,
  status: 400,
};

/** AWS's own example: the account keeps the key, and CloudWatch Logs may use it for this group. */
const KEY_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' },
    {
      Effect: 'Allow',
      Principal: { Service: 'logs.us-east-1.amazonaws.com' },
      Action: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      Resource: '*',
      Condition: { ArnEquals: { 'kms:EncryptionContext:aws:logs:arn': ARN } },
    },
  ],
});

async function world(context: TestContext) {
  const data = mkdtempSync(join(tmpdir(), 'latchkey-logs-'));
  context.after(() => rmSync(data, { recursive: true, force: true }));
  const server = await startServerFor(context, { data });
  const logs = server.client(CloudWatchLogsClient);
  const kms = server.client(KMSClient);
  const secrets = watchSecrets(server);
  // Whatever was written or read, and however it ended.
  context.after(() => assert.deepEqual(secrets.unwiped(), []));
  const newKey = async (Policy?: string) =>
    (await kms.send(new CreateKeyCommand({ Policy }))).KeyMetadata!.Arn!;
  const stream = { logGroupName, logStreamName: 'one' };
  return {
    data,
    server,
    logs,
    kms,
    newKey,
    async make(kmsKeyId?: string) {
      await logs.send(new CreateLogGroupCommand({ logGroupName, kmsKeyId }));
      await logs.send(new CreateLogStreamCommand(stream));
    },
    put: (message: string) =>
      logs.send(
        new PutLogEventsCommand({
          ...stream,
          logEvents: [{ timestamp: server.latchkey.runtime.clock.nowMs(), message }],
        }),
      ),
    async read() {
      const { events } = await logs.send(new GetLogEventsCommand({ ...stream, startFromHead: true }));
      return events!.map(({ message }) => message);
    },
  };
}

test('what is written is read again, found, and on disk nowhere', async (t) => {
  const { data, logs, newKey, make, put, read } = await world(t);
  const key = await newKey(KEY_POLICY);
  await make(key);
  await put('an errand of the utmost secrecy');
  await put('another');
  assert.deepEqual(await read(), ['an errand of the utmost secrecy', 'another']);
  const found = await logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern: 'errand' }));
  assert.equal(found.events!.length, 1);
  const { logGroups } = await logs.send(new DescribeLogGroupsCommand({}));
  assert.equal(logGroups![0]!.kmsKeyId, key);
  assert.equal(logGroups![0]!.storedBytes, 'an errand of the utmost secrecy'.length + 'another'.length + 52);
  for (const name of readdirSync(data)) {
    if (name.startsWith('latchkey.db')) assert.ok(!readFileSync(join(data, name)).includes('utmost'), name);
  }
});

test('a key that does not let CloudWatch Logs use it makes no group', async (t) => {
  const { logs, newKey } = await world(t);
  const making = new CreateLogGroupCommand({ logGroupName, kmsKeyId: await newKey() });
  assert.deepEqual(await refusal(logs.send(making)), REFUSED);
  assert.deepEqual((await logs.send(new DescribeLogGroupsCommand({}))).logGroups, []);
});

test('while the key is disabled nothing is written and nothing read', async (t) => {
  const { kms, newKey, make, put, read } = await world(t);
  const KeyId = await newKey(KEY_POLICY);
  await make(KeyId);
  await put('before');
  await kms.send(new DisableKeyCommand({ KeyId }));
  assert.deepEqual(await refusal(put('meanwhile')), REFUSED);
  assert.deepEqual(await refusal(read()), REFUSED);
  await kms.send(new EnableKeyCommand({ KeyId }));
  assert.deepEqual(await read(), ['before']);
});

test('a group changes its key, and what there was stays under the old one', async (t) => {
  const { logs, kms, newKey, make, put, read } = await world(t);
  await make();
  await put('plain');
  const [first, second] = [await newKey(KEY_POLICY), await newKey(KEY_POLICY)];
  await logs.send(new AssociateKmsKeyCommand({ logGroupName, kmsKeyId: first }));
  await put('first');
  await logs.send(new AssociateKmsKeyCommand({ resourceIdentifier: ARN, kmsKeyId: second }));
  await put('second');
  await logs.send(new DisassociateKmsKeyCommand({ logGroupName }));
  await put('plain again');
  assert.deepEqual(await read(), ['plain', 'first', 'second', 'plain again']);
  // The first key is open when the second is refused.
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: JSON.parse(KEY_POLICY).Statement.slice(0, 1),
  });
  await kms.send(new PutKeyPolicyCommand({ KeyId: second, Policy }));
  assert.equal((await refusal(read())).code, 'AccessDeniedException');
  await kms.send(new PutKeyPolicyCommand({ KeyId: second, Policy: KEY_POLICY }));
  await kms.send(new DisableKeyCommand({ KeyId: first }));
  await put('still');
  assert.equal((await refusal(read())).code, 'AccessDeniedException');
});

test('a message under its key is bound to its event: elsewhere it does not open', () => {
  const entropy = systemEntropy();
  const key = entropy.bytes(32);
  const sealed = sealMessage(key, 'event-1', 'hush', entropy);
  assert.equal(openMessage(key, 'event-1', sealed), 'hush');
  assert.throws(() => openMessage(key, 'event-2', sealed));
  assert.throws(() => openMessage(entropy.bytes(32), 'event-1', sealed));
  const bytes = Buffer.from(sealed, 'base64');
  for (const at of [0, 12, bytes.length - 1]) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] as number) ^ 1;
    assert.throws(() => openMessage(key, 'event-1', changed.toString('base64')));
  }
  assert.notEqual(sealMessage(key, 'event-1', 'hush', entropy), sealed);
});
