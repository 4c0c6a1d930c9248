/** The console as it is built, once for a test file, and the browser to open it in. */
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { buildConsole } from '../../tools/build-console.ts';
import type { TestServer } from './server.ts';

let built: Promise<string> | undefined;

/** The folder with its files, in a temporary place. */
export function builtConsole(): Promise<string> {
  built ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-console-'));
    await buildConsole(folder);
    return folder;
  })();
  return built;
}

const CHROMIUMS = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** A Chromium of this machine's: none is downloaded. */
export const chromiumPath = CHROMIUMS.find((path) => path !== undefined && existsSync(path));

export const withoutChromium =
  chromiumPath === undefined
    ? 'there is no Chromium on this machine (apt-get install chromium, or set CHROMIUM)'
    : false;

export interface OpenedConsole {
  readonly page: Page;
  /** What the browser complained about: violations of the page's policy, errors, answers that are refusals. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** As `latchkey console` opens it. */
export async function openConsole(
  server: TestServer,
  options: BrowserContextOptions = {},
): Promise<OpenedConsole> {
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !request.url().startsWith('data:'))
      complaints.push(`asked ${request.url()}`);
  });
  const { path } = await server.ask<{ path: string }>('console-ticket');
  await page.goto(`${server.url}${path}`);
  return { page, complaints, close: () => browser.close() };
}

/** Every screen that stands in the navigation, or is reached from it, by name. */
export const SCREENS: readonly (readonly [name: string, hash: string])[] = [
  ['problems', '#/problems'],
  ['keys', '#/keys'],
  ['activity', '#/activity'],
  ['paths', '#/paths'],
  ['things', '#/things/instances'],
  ['groups', '#/things/groups'],
  ['accounts', '#/things/organization'],
  ['clock', '#/clock'],
  ['account', '#/account'],
];
