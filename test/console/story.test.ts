/** John's story in a real browser, from an empty world to red to running, by clicking; no policy of the page's is violated. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { builtConsole, type OpenedConsole, openConsole, withoutChromium } from '../worlds/console.ts';
import { startServerFor, type TestServer } from '../worlds/server.ts';

describe("John's story", { skip: withoutChromium }, () => {
  let server: TestServer;
  let opened: OpenedConsole;
  let page: Page;

  before(async () => {
    server = await startServerFor(undefined, { consoleFolder: await builtConsole() });
    opened = await openConsole(server);
    page = opened.page;
  });
  after(async () => {
    await opened?.close();
    await server?.close();
  });

  test('an empty world offers the story, and one click plays it', async () => {
    await page.getByRole('heading', { name: 'Nothing is wrong' }).waitFor();
    await page.getByRole('button', { name: "Play John's story" }).click();
    await page.getByRole('heading', { name: /^user john may not kms:CreateGrant on key/ }).waitFor();
  });

  test('the step that was denied is chosen, with what each policy said', async () => {
    const step = page.getByRole('button', { pressed: true });
    assert.match((await step.textContent()) ?? '', /CreateGrant on key/);
    await page.getByText('user john, inline policy ec2-all', { exact: true }).waitFor();
    await page.getByRole('button', { name: /user john called StartInstances/ }).click();
    await page.getByRole('region', { name: /^The chosen step: user john called StartInstances/ }).waitFor();
  });

  test('the fix is tried, applied, and the instance runs', async () => {
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByText('It goes through').waitFor();
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('button', { name: 'Make the call again' }).click();
    await page.getByRole('button', { name: /is running/ }).waitFor();
    assert.deepEqual((await server.ask<{ problems: object[] }>('problems')).problems, []);
  });

  test('nothing that the page did was against its own policy, and no secret is left in it', async () => {
    assert.deepEqual(opened.complaints, []);
    assert.doesNotMatch(page.url(), /ticket/);
    assert.equal(await page.evaluate('document.cookie'), '');
  });
});
