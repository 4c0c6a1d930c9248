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
    await page
      .getByText('user john, inline policy ec2-all (identity-based policy)', { exact: true })
      .waitFor();
    await page.getByText('Leaves it to identity-based policies').first().waitFor();
    await page.getByRole('button', { name: /user john called StartInstances/ }).click();
    await page.getByRole('region', { name: /^Selected step: user john called StartInstances/ }).waitFor();
  });

  test('the decision opens on the policy that lacks an allow, and is made again as that is edited', async () => {
    await page.getByRole('link', { name: 'See the decision: every policy that was asked' }).click();
    await page.getByText('lacks an allow').waitFor();
    await page
      .getByRole('button', { name: 'Edit user john, inline policy ec2-all: what if it were different?' })
      .click();
    await page.getByRole('textbox', { name: 'Document of user john, inline policy ec2-all' }).click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:*","kms:CreateGrant"],"Resource":"*"}]}',
    );
    await page.getByText('It would be allowed').waitFor();
    await page.keyboard.press('End');
    await page.keyboard.insertText('}');
    await page.getByText('The document cannot be read').waitFor();
    await page.getByRole('button', { name: 'Undo the edits' }).click();
    await page.getByText('It would be allowed').waitFor({ state: 'detached' });
    await page.goBack();
  });

  test('the fix is tried, applied, and the instance runs', async () => {
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByText('It goes through').waitFor();
    await page.getByRole('button', { name: 'Apply as user admin' }).click();
    await page.getByRole('button', { name: 'Make the call again as user john' }).click();
    await page.getByRole('button', { name: /is running/ }).waitFor();
    assert.deepEqual((await server.ask<{ problems: object[] }>('problems')).problems, []);
  });

  test('who reaches what is shown whole on a tablet, and again when the window is wide', {
    timeout: 60_000,
  }, async () => {
    /** How wide a node is drawn, once the whole graph is in sight. */
    const nodeWidth = async (width: number): Promise<number> => {
      await page.setViewportSize({ width, height: 900 });
      const drawn = `(() => {
        const graph = document.querySelector('section.graph');
        const node = graph?.querySelector('.node rect');
        return innerWidth === ${width} && node && graph.scrollWidth <= graph.clientWidth ? node.width.baseVal.value : 0;
      })()`;
      let found = await page.evaluate<number>(drawn);
      while (found === 0) {
        await page.waitForTimeout(50);
        found = await page.evaluate<number>(drawn);
      }
      return found;
    };
    await page.evaluate(`location.hash = '#/paths'`);
    // A window of a tablet's width begins without it.
    await page.getByRole('button', { name: 'Close the navigation' }).click();
    const wide = await nodeWidth(1280);
    assert.ok((await nodeWidth(768)) < wide);
    while ((await nodeWidth(1280)) < wide) await page.waitForTimeout(50);
  });

  test('nothing that the page did was against its own policy, and no secret is left in it', async () => {
    // The server's answer to a document that nobody can read is such a line in the browser's log.
    assert.deepEqual(
      opened.complaints.filter((each) => !each.includes('status of 400')),
      [],
    );
    assert.doesNotMatch(page.url(), /ticket/);
    assert.equal(await page.evaluate('document.cookie'), '');
  });
});
