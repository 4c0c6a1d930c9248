/**
 * A member account of an organization, read by who is in it: what the organization's policies are, nobody there may see. What mends
 * a denial is found all the same, provided that they allow it, and it does mend it.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  DescribeCreateAccountStatusCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { History } from '../../src/import/cloudtrail/history.ts';
import { Reads } from '../../src/import/snapshot/snapshot.ts';
import type { ImportedWorld } from '../../src/imported-world.ts';
import { newUser } from '../worlds/account.ts';
import { readAccount } from '../worlds/imported.ts';
import { readAccountOf } from '../worlds/read-account.ts';
import type { Explained } from '../worlds/remedies.ts';
import { type Credentials, refusal, startServerFor, type TestServer } from '../worlds/server.ts';

let server: TestServer;
let imported: ImportedWorld;
let account: string;
let root: Credentials;
let key: string;
let encrypt: () => Promise<unknown>;
before(async () => {
  server = await startServerFor(undefined);
  const organizations = server.client(OrganizationsClient);
  await organizations.send(new CreateOrganizationCommand({}));
  const asked = await organizations.send(
    new CreateAccountCommand({ AccountName: 'member', Email: 'member@example.com' }),
  );
  await server.settled();
  const CreateAccountRequestId = asked.CreateAccountStatus?.Id;
  const made = await organizations.send(new DescribeCreateAccountStatusCommand({ CreateAccountRequestId }));
  account = made.CreateAccountStatus?.AccountId ?? '';
  root = await server.root(account);
  const { KeyMetadata } = await server.client(KMSClient, root).send(new CreateKeyCommand({}));
  key = KeyMetadata?.Arn ?? '';
  const ann = await newUser(server, 'ann', { account });
  encrypt = () =>
    server
      .client(KMSClient, ann.credentials)
      .send(new EncryptCommand({ KeyId: key, Plaintext: Buffer.from('x') }));
  await refusal(encrypt());
  const into = { reads: new Reads(), history: new History() };
  await readAccount(server, into, { credentials: root });
  imported = await readAccountOf(into.reads, into.history);
});
after(() => server.close());

const guardrails = () => `service and resource control policies over account ${account}`;

function isMended({ remedies, remediesVerified, provided, text }: Explained, action: string) {
  const [remedy, ...others] = remedies;
  assert.deepEqual([remedy?.sentence, others], ['Attach this policy to user ann:', []], text);
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

test('it does so where they allow it', async () => {
  const explained = (await imported.questions.explain?.({ subject: 'user/ann' })) as Explained;
  const PolicyDocument = JSON.stringify(explained.remedies[0]?.document);
  const input = { UserName: 'ann', PolicyName: 'proposed', PolicyDocument };
  await server.client(IAMClient, root).send(new PutUserPolicyCommand(input));
  await encrypt();
});
