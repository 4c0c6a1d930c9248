/** What is asked in the console: of a text in which several denials stand each is explained; who can tells whom a statement leaves out. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { EncryptCommand } from '@aws-sdk/client-kms';
import type { Page } from 'playwright-core';
import { accessibilityFaults } from '../worlds/accessibility.ts';
import { ACCOUNT, allowing } from '../worlds/account.ts';
import { builtConsole, type OpenedConsole, openConsole, withoutChromium } from '../worlds/console.ts';
import { type KmsWorld, keyPolicy, kmsWorld, type User } from '../worlds/kms.ts';
import { refusal } from '../worlds/server.ts';

/** In a browser: whether anything reaches beyond what is seen. */
const IS_TOO_WIDE = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';

describe('the console', { skip: withoutChromium }, () => {
  const cleanUp: (() => unknown)[] = [];
  let world: KmsWorld;
  let opened: OpenedConsole;
  let page: Page;

  before(async () => {
    const context = { after: (work: () => unknown) => void cleanUp.push(work) } as Parameters<
      typeof kmsWorld
    >[0];
    world = await kmsWorld(context, { consoleFolder: await builtConsole() });
    opened = await openConsole(world.server);
    page = opened.page;
  });
  after(async () => {
    await opened?.close();
    for (const work of cleanUp.reverse()) await work();
  });

  const show = (hash: string) => page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  const deniedTo = async (user: User, KeyId: string) =>
    (await refusal(user.kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') })))).message;

  test('a pasted text of two denials is explained twice, each with its own fix', async () => {
    const [ann, bob] = [await world.user('ann'), await world.user('bob')];
    const key = await world.key();
    const text = `one: ${await deniedTo(ann, key)}\ntwo: ${await deniedTo(bob, key)}`;
    await show('#/problems');
    await page.getByRole('button', { name: /Ask about something else/ }).click();
    const explain = page.getByRole('button', { name: 'Explain' });
    assert.equal(await explain.isDisabled(), true);
    await page.getByRole('textbox', { name: 'What is to be explained' }).fill(text);
    await explain.click();
    for (const [at, who] of ['ann', 'bob'].entries()) {
      const denial = page.getByRole('region', { name: `Denial ${at + 1} of 2` });
      await denial.getByRole('heading', { name: new RegExp(`^user ${who} may not kms:Encrypt`) }).waitFor();
      await denial.getByRole('heading', { name: 'How to fix it' }).waitFor();
      await denial.getByText(`Attach this policy to user ${who}:`).waitFor();
      await denial.getByRole('heading', { name: 'What happened' }).waitFor();
      await denial.getByText(`user ${who} called Encrypt`).first().waitFor();
    }
    assert.deepEqual(await accessibilityFaults(page), []);
    const second = page.getByRole('region', { name: 'Denial 2 of 2' });
    await second.getByRole('button', { name: 'Apply as user admin' }).click();
    await second.getByText('It has been fixed since.').waitFor();
    await bob.kms.send(new EncryptCommand({ KeyId: key, Plaintext: Buffer.from('x') }));
    await page.setViewportSize({ width: 390, height: 844 });
    // Parts of the page are laid out anew some frames later.
    await page.waitForFunction(`!(${IS_TOO_WIDE})`);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  test('of a text with more denials than are explained it says how many are left', async () => {
    const key = await world.key();
    const lines: string[] = [];
    for (let at = 0; at < 6; at++) lines.push(await deniedTo(await world.user(`many${at}`), key));
    await show(`#/problems/${ACCOUNT}/us-east-1/${encodeURIComponent(lines.join('\n'))}`);
    await page.getByRole('region', { name: 'Denial 5 of 6' }).waitFor();
    await page.getByText('1 more denial in the text').waitFor();
    assert.equal(await page.getByRole('region', { name: /^Denial \d of 6$/ }).count(), 5);
  });

  test('who can names the statements that let nobody in, and what they were to be', async () => {
    const Condition = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } };
    const key = await world.key({
      Policy: keyPolicy(ACCOUNT, { ...allowing('kms:Decrypt'), Principal: '*', Condition }),
    });
    await show(`#/keys/${encodeURIComponent(key)}`);
    await page.getByRole('tab', { name: 'Who can' }).click();
    const table = page.getByRole('tabpanel', { name: 'Who can' });
    await table.getByText('Without effect').waitFor();
    await table
      .getByText(/^Statement 2 allows nothing: 10\.0\.0\.0\/8 is private, .* Write aws:VpcSourceIp/)
      .waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    assert.deepEqual(opened.complaints, []);
  });
});
