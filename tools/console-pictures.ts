/** `npm run console:pictures`: each screen of the console, light and dark, wide and narrow, under docs/console. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { startLatchkey } from '../src/assemble.ts';
import { ask as askServer } from '../src/cli/server-connection.ts';
import type { ExplanationAnswer } from '../src/control/explanations.ts';
import { servingOptions } from '../src/imported-world.ts';
import type { Latchkey } from '../src/latchkey.ts';
import { ACCOUNT } from '../test/worlds/account.ts';
import { builtConsole, chromiumPath } from '../test/worlds/console.ts';
import { importedFrom } from '../test/worlds/imported.ts';
import type { Credentials, TestServer } from '../test/worlds/server.ts';

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
  const Targets = [{ Id: 'log', Arn: `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:/aws/events/starts` }];
  await perform('events', 'PutRule', { Name: 'starts', EventPattern: '{"source":["aws.ec2"]}' });
  await perform('events', 'PutTargets', { Rule: 'starts', Targets });
  const { instanceId, key } = await ask<{ instanceId: string; key: string }>('johns-story');
  await perform('kms', 'CreateAlias', { AliasName: 'alias/data-of-the-production-team', TargetKeyId: key });
  for (let times = 0; times < 8; times++) await perform('kms', 'Encrypt', { KeyId: key, Plaintext: 'eA==' });
  const { outerEvent, event } = await ask<ExplanationAnswer>('explain', { subject: instanceId });
  return {
    'why-it-stopped': `#/problems/${ACCOUNT}/us-east-1/${instanceId}`,
    decision: `#/decision/${event?.eventID ?? outerEvent?.eventID}`,
    keys: '#/keys',
    key: `#/keys/${encodeURIComponent(key)}`,
    activity: '#/activity',
    paths: '#/paths',
    deliveries: '#/things/rules/starts',
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

/** The same account as a reader sees it who is not let see the key's policy: what rests on that cannot be told. */
async function imported(of: Latchkey, key: string, snapshot: string): Promise<Latchkey> {
  const ask: Asker = (question, body) => askServer(of, question, body);
  const credentials = await ask<Credentials>('account', { as: 'user/reader' });
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: ['kms:GetKeyPolicy', 'kms:ListGrants'], Resource: key },
    ],
  });
  const input = { UserName: 'reader', PolicyName: 'read', PolicyDocument };
  await ask('perform', { service: 'iam', operation: 'PutUserPolicy', input });
  await importedFrom({ url: of.url, ask } as TestServer, snapshot, { credentials });
  return startLatchkey({ ...servingOptions(snapshot, false), consoleFolder: await builtConsole() });
}

const latchkey = await startLatchkey({ delays: 0, consoleFolder: await builtConsole() });
const folder = mkdtempSync(join(tmpdir(), 'latchkey-pictures-'));
const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
try {
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  await takeAll(browser, latchkey, { empty: '#/problems' });
  const screens = await furnish((question, body) => askServer(latchkey, question, body));
  await takeAll(browser, latchkey, screens);
  const key = decodeURIComponent(screens.key?.split('/').at(-1) ?? '');
  const account = await imported(latchkey, key, join(folder, 'snapshot'));
  await takeAll(browser, account, {
    'imported-account': '#/account',
    'imported-key': screens.key as string,
    'imported-paths': '#/paths',
    'imported-why': screens['why-it-stopped'] as string,
  });
  await account.close();
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
  await latchkey.close();
}
