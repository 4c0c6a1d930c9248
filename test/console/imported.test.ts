/** An imported account in a real browser: what it rests on stands on every screen, what is unknown says so, nothing is applied. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { StartInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { EncryptCommand } from '@aws-sdk/client-kms';
import type { Page } from 'playwright-core';
import type { StandingProblem } from '../../src/explain/why/standing.ts';
import { servingOptions } from '../../src/imported-world.ts';
import { ACCOUNT, allowing, REGION } from '../worlds/account.ts';
import { builtConsole, type OpenedConsole, openConsole, withoutChromium } from '../worlds/console.ts';
import { ec2World } from '../worlds/ec2.ts';
import { importedFrom } from '../worlds/imported.ts';
import { type Credentials, startServerFor, type TestServer } from '../worlds/server.ts';

describe('an imported account', { skip: withoutChromium }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-imported-'));
  const cleanUp: (() => unknown)[] = [() => rmSync(folder, { recursive: true })];
  const context = { after: (work: () => unknown) => void cleanUp.push(work) } as Parameters<
    typeof ec2World
  >[0];
  let server: TestServer;
  let opened: OpenedConsole;
  let page: Page;
  let instanceId: string;
  let unreadKey: string;

  before(async () => {
    const world = await ec2World(context);
    const KmsKeyId = await world.newKey();
    const Ebs = { VolumeSize: 1, Encrypted: true, KmsKeyId };
    instanceId = await world.run({ BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs }] });
    await world.server.settled();
    await world.ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
    await world.server.settled();
    const john = await world.user('john', allowing('ec2:*'));
    await john.ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
    await world.server.settled();
    unreadKey = await world.newKey();
    await john.kms.send(new EncryptCommand({ KeyId: unreadKey, Plaintext: Buffer.from('x') })).catch(() => 0);
    const unread = { Effect: 'Deny', Action: 'kms:GetKeyPolicy', Resource: unreadKey };
    await world.user('reader', allowing('*'), unread);
    const credentials = await world.server.ask<Credentials>('account', { as: 'user/reader' });
    const snapshot = join(folder, 'snapshot');
    // The trail begins after the keys were made: their policies are in no event.
    const isRecorded = ({ EventName }: { EventName?: string }) => EventName !== 'CreateKey';
    await importedFrom(world.server, snapshot, { credentials, isRecorded });
    const consoleFolder = await builtConsole();
    server = await startServerFor(context, { ...servingOptions(snapshot, false), consoleFolder });
    opened = await openConsole(server);
    page = opened.page;
  });
  after(async () => {
    await opened?.close();
    for (const work of cleanUp.reverse()) await work();
  });

  test('every screen says when it was read, and how complete that is', async () => {
    await page.getByRole('link', { name: 'Imported account, read-only' }).waitFor();
    for (const hash of ['#/problems', '#/keys', '#/activity', '#/things/instances']) {
      await page.evaluate(`location.hash = '${hash}'`);
      await page.getByText(/^An imported account as it was read at/).waitFor();
    }
    await page.getByRole('link', { name: 'What the answers are based on' }).click();
    for (const heading of ['Calibration', 'What was read', 'What was recorded'])
      await page.getByRole('heading', { name: heading }).waitFor();
    await page
      .getByRole('progressbar', { name: 'Recorded calls that come out as AWS decided them' })
      .waitFor();
  });

  test('a failure is explained with what it rests on, and is tried and never applied', async () => {
    await page.evaluate(`location.hash = '#/problems/${ACCOUNT}/${REGION}/${instanceId}'`);
    await page.getByRole('heading', { name: /^user john may not kms:CreateGrant/ }).waitFor();
    await page.getByRole('heading', { name: 'What this is based on' }).waitFor();
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByText('It goes through').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Apply' }).count(), 0);
    const perform = { service: 'iam', operation: 'CreateUser', input: { UserName: 'ann' } };
    await assert.rejects(server.ask('perform', perform), /a snapshot of real accounts, which is only shown/);
  });

  test('what was not read is not taken for known', async () => {
    await page.evaluate(`location.hash = '#/keys'`);
    await page
      .getByRole('row', { name: new RegExp(unreadKey.slice(-12)) })
      .getByText(/^cannot tell for \d+$/)
      .waitFor();
    await page.evaluate(`location.hash = '#/keys/${encodeURIComponent(unreadKey)}'`);
    await page.getByText(/^Cannot tell: the key policy was not read/).waitFor();
    const { problems } = await server.ask<{ problems: StandingProblem[] }>('problems');
    const subject = problems.find(({ action }) => action === 'kms:Encrypt')?.subject;
    const { text } = await server.ask<{ text: string }>('explain', { subject });
    assert.match(
      text,
      /AWS says that no identity-based policy allows kms:Encrypt\. Not known: key policy of arn:aws:kms:/,
    );
    assert.match(text, /could not be read/);
    assert.doesNotMatch(text, /neither names|No change of policy was found/);
  });

  test('time stands still in it', async () => {
    await page.evaluate(`location.hash = '#/clock'`);
    await page.getByText(/time stands still in it/).waitFor();
    assert.deepEqual(opened.complaints, []);
  });
});
