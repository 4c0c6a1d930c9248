/** `npm run console:pictures`: each screen of the console, light and dark, wide and narrow, under docs/console. */
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { startLatchkey } from '../src/assemble.ts';
import { ask as askServer } from '../src/cli/server-connection.ts';
import type { ExplanationAnswer } from '../src/control/explanations.ts';
import type { Latchkey } from '../src/latchkey.ts';
import { builtConsole, chromiumPath } from '../test/worlds/console.ts';

const OUT = fileURLToPath(new URL('../docs/console/', import.meta.url));
const SIZES = [
  { width: 1280, height: 1000 },
  { width: 390, height: 844 },
] as const;
const SCHEMES = ['light', 'dark'] as const;
const QUALITY = 60;
const SETTLE_MS = 1200;

type Asker = <T>(question: string, body?: object) => Promise<T>;

/** John's story, with a group that cannot launch beside it; what was denied is left so. */
async function furnish(ask: Asker): Promise<Readonly<Record<string, string>>> {
  const perform = (service: string, operation: string, input: object) =>
    ask('perform', { service, operation, input });
  const { instanceId, key } = await ask<{ instanceId: string; key: string }>('johns-story');
  await perform('kms', 'CreateAlias', { AliasName: 'alias/data-of-the-production-team', TargetKeyId: key });
  for (let times = 0; times < 8; times++) await perform('kms', 'Encrypt', { KeyId: key, Plaintext: 'eA==' });
  const { outerEvent, event } = await ask<ExplanationAnswer>('explain', { subject: instanceId });
  return {
    'why-it-stopped': `#/problems/123456789012/us-east-1/${instanceId}`,
    decision: `#/decision/${event?.eventID ?? outerEvent?.eventID}`,
    keys: '#/keys',
    key: `#/keys/${encodeURIComponent(key)}`,
    activity: '#/activity',
    paths: '#/paths',
    things: '#/things/instances',
    clock: '#/clock',
  };
}

async function takeAll(
  browser: Browser,
  latchkey: Latchkey,
  screens: Readonly<Record<string, string>>,
): Promise<void> {
  for (const viewport of SIZES) {
    for (const colorScheme of SCHEMES) {
      const { path } = await askServer<{ path: string }>(latchkey, 'console-ticket');
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
      const page = await context.newPage();
      await page.goto(`${latchkey.url}${path}`);
      for (const [name, hash] of Object.entries(screens)) {
        await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
        await page.getByRole('heading', { level: 1 }).first().waitFor();
        await page.waitForTimeout(SETTLE_MS);
        const file = `${OUT}${name}-${viewport.width}-${colorScheme}.jpg`;
        await page.screenshot({ path: file, type: 'jpeg', quality: QUALITY });
      }
      await context.close();
    }
  }
}

const latchkey = await startLatchkey({ delays: 0, consoleFolder: await builtConsole() });
const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
try {
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  await takeAll(browser, latchkey, { empty: '#/problems' });
  await takeAll(browser, latchkey, await furnish((question, body) => askServer(latchkey, question, body)));
} finally {
  await browser.close();
  await latchkey.close();
}
