/**
 * A member account of an organization, read by who is in it: what the organization's policies are, nobody there may see. What mends
 * a denial is found all the same, provided that they allow it, and it does mend it.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  DescribeImagesCommand,
  EC2Client,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { History } from '../../src/import/cloudtrail/history.ts';
import { Reads } from '../../src/import/snapshot/snapshot.ts';
import type { ImportedWorld } from '../../src/imported-world.ts';
import { allowing, memberAccount, newUser } from '../worlds/account.ts';
import { readAccount } from '../worlds/imported.ts';
import { accountReader } from '../worlds/read-account.ts';
import type { Explained } from '../worlds/remedies.ts';
import { type Credentials, refusal, startServerFor, type TestServer } from '../worlds/server.ts';

const readAccountOf = accountReader();
let server: TestServer;
let imported: ImportedWorld;
let account: string;
let root: Credentials;
let key: string;
let idle: string;
let encrypt: () => Promise<unknown>;
let machine: string;
before(async () => {
  server = await startServerFor(undefined);
  account = await memberAccount(server);
  root = await server.root(account);
  const { KeyMetadata } = await server.client(KMSClient, root).send(new CreateKeyCommand({}));
  key = KeyMetadata?.Arn ?? '';
  const ann = await newUser(server, 'ann', { account });
  encrypt = () =>
    server
      .client(KMSClient, ann.credentials)
      .send(new EncryptCommand({ KeyId: key, Plaintext: Buffer.from('x') }));
  await refusal(encrypt());
  const bob = await newUser(server, 'bob', { account, allow: [allowing('kms:*')] });
  await server
    .client(KMSClient, bob.credentials)
    .send(new EncryptCommand({ KeyId: key, Plaintext: Buffer.from('x') }));
  const { KeyMetadata: second } = await server.client(KMSClient, root).send(new CreateKeyCommand({}));
  idle = second?.Arn ?? '';
  machine = await stoppedMachine();
  const into = { reads: new Reads(), history: new History() };
  await readAccount(server, into, { credentials: root });
  imported = await readAccountOf(into.reads, into.history);
});
after(() => server.close());

/** It has a volume under the key, which john, who starts it, may not grant on. */
async function stoppedMachine(): Promise<string> {
  const ec2 = server.client(EC2Client, root);
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
  const Ebs = { VolumeSize: 1, Encrypted: true, KmsKeyId: key };
  const launched = await ec2.send(
    new RunInstancesCommand({
      ...{ ImageId: Images[0]?.ImageId, MinCount: 1, MaxCount: 1 },
      BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs }],
    }),
  );
  const InstanceIds = [launched.Instances?.[0]?.InstanceId ?? ''];
  await server.settled();
  await ec2.send(new StopInstancesCommand({ InstanceIds }));
  await server.advance(100_000);
  const john = await newUser(server, 'john', { account, allow: [allowing('ec2:*')] });
  await server.client(EC2Client, john.credentials).send(new StartInstancesCommand({ InstanceIds }));
  await server.settled();
  return InstanceIds[0] as string;
}

const guardrails = () => `service and resource control policies over account ${account}`;

function isMended(
  { remedies, remediesVerified, provided, following, text }: Explained,
  action: string,
  user = 'ann',
): void {
  const [remedy, ...others] = remedies;
  assert.deepEqual([remedy?.sentence, others], [`Attach this policy to user ${user}:`, []], text);
  assert.deepEqual(following, []);
  assert.ok(JSON.stringify(remedy?.document).includes(`"${action}"`));
  assert.deepEqual([remediesVerified, provided], [false, [guardrails()]]);
}

test('what would have allowed a recorded call, and a call that nobody made', async () => {
  const explained = (await imported.questions.explain?.({ subject: 'user/ann' })) as Explained;
  isMended(explained, 'kms:Encrypt');
  assert.ok(
    explained.text.includes(`(Verified, provided that what was not read allows it: ${guardrails()}.)`),
  );
  const question = { principal: 'user/ann', action: 'kms:Decrypt', resource: key };
  isMended((await imported.questions.can?.(question)) as Explained, 'kms:Decrypt');
});

test('what would have let an instance start, and would let it start now', async () => {
  for (const as of [undefined, 'user/john']) {
    const explained = (await imported.questions.explain?.({ subject: machine, as })) as Explained;
    assert.deepEqual([explained.verdict, explained.checks[0]?.action], ['denied', 'kms:CreateGrant']);
    isMended(explained, 'kms:CreateGrant', 'john');
  }
});

test('whether what all else allows would be allowed cannot be said', async () => {
  const explained = (await imported.questions.explain?.({ subject: machine, as: 'root' })) as Explained;
  assert.equal(explained.verdict, 'unknown');
  assert.ok(explained.headline.includes(`it depends on ${guardrails()}`), explained.headline);
});

const may = async (more: object) => {
  const question = { principal: 'user/bob', action: 'kms:Encrypt', resource: key, ...more };
  const { verdict, headline } = (await imported.questions.can?.(question)) as Explained;
  return { verdict, headline };
};

test('what a recorded call got past is proved by it, of that call', async () => {
  const { verdict, headline } = await may({});
  assert.equal(verdict, 'allowed', headline);
  assert.match(
    headline,
    /^user bob may kms:Encrypt on key \S+: .* allows it\. Service and resource control policies over account \d+ were not read, but let this very call through, last at \S+ \(CloudTrail event \S+\)\.$/,
  );
});

test('of another it says how it went', async () => {
  for (const more of [
    { resource: idle },
    { principal: 'root' },
    { context: { 'aws:SourceIp': '192.0.2.1' } },
  ]) {
    const { verdict, headline } = await may(more);
    assert.equal(verdict, 'depends', headline);
    assert.match(
      headline,
      /only if service and resource control policies over account \d+, which were not read, allow it\. They let bob do so on key \S+, last at \S+ \(CloudTrail event \S+\), which proves it for that call only\.$/,
    );
  }
  for (const more of [{ action: 'kms:Decrypt' }, { region: 'eu-west-1' }]) {
    const { verdict, headline } = await may(more);
    assert.equal(verdict, 'depends', headline);
    assert.match(headline, /which were not read, allow it\.$/);
  }
});

test('what they denied, of which a pasted message is all that is known', async () => {
  const arn = `arn:aws:iam::${account}:root`;
  const subject = `User: ${arn} is not authorized to perform: kms:Decrypt on resource: ${key} with an explicit deny in a service control policy`;
  const { verdict, headline, remedies, text } = (await imported.questions.explain?.({
    subject,
  })) as Explained;
  assert.deepEqual([verdict, remedies], ['denied', []]);
  assert.match(headline, /^the root user of account \d+ may not kms:Decrypt on key /);
  assert.ok(
    text.includes(`AWS says that a service control policy denies kms:Decrypt. Not read: ${guardrails()}.`),
  );
  assert.match(
    text,
    /No allow helps against a deny: .*\n {2}It cannot be told what would let it through without the /,
  );
});

test('it does so where they allow it', async () => {
  const explained = (await imported.questions.explain?.({ subject: 'user/ann' })) as Explained;
  const PolicyDocument = JSON.stringify(explained.remedies[0]?.document);
  const input = { UserName: 'ann', PolicyName: 'proposed', PolicyDocument };
  await server.client(IAMClient, root).send(new PutUserPolicyCommand(input));
  await encrypt();
});
