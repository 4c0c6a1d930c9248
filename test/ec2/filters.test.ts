/** Every filter that AWS documents for a listing is known, whether or not anything here can match it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import * as sdk from '@aws-sdk/client-ec2';
import { emptyListingNames } from '../../src/service-kit/empty-listings.ts';
import { startServerFor, type TestServer } from '../worlds/server.ts';

let server: TestServer;
before(async () => {
  server = await startServerFor(undefined);
});
after(() => server.close());

/** By operation, as the documentation of the SDK's types lists them. */
function documentedFilters(): Map<string, string[]> {
  const entry = createRequire(import.meta.url).resolve('@aws-sdk/client-ec2/package.json');
  const folder = join(dirname(entry), 'dist-types/models');
  const found = new Map<string, string[]>();
  for (const file of readdirSync(folder).filter((name) => name.startsWith('models_'))) {
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, operation, body] of text.matchAll(/export interface (\w+)Request \{(.*?)\n\}/gs)) {
      const [, documentation] = /\/\*\*((?:(?!\*\/).)*?)\*\/\s*Filters\?: Filter\[\]/s.exec(body!) ?? [];
      // Values of a filter are listed in brackets and are single words.
      const names = [
        ...(documentation ?? '').matchAll(/<li>[\s*]*<p>[\s*]*<code>[\s*]*([a-z0-9.-]+)[\s*]*<\/code>/gi),
      ];
      if (names.length > 0)
        found.set(
          operation!,
          names.map(([, name]) => name!),
        );
    }
  }
  return found;
}

const REFUSED = new Set([
  // AWS documents them, and refuses them.
  'originalMultiAttachEnabled',
  'targetMultiAttachEnabled',
  // Values of a filter, listed beneath it.
  'active',
  'cancelled',
  'critical',
  'dedicated',
  'default',
  'expired',
  'failed',
  'high',
  'informational',
  'limited',
  'low',
  'medium',
  'open',
  'pending',
  'targeted',
  'unlimited',
]);

test('documented filters are known', async () => {
  const ec2 = server.client(sdk.EC2Client);
  const commands = sdk as unknown as Record<string, new (input: object) => Parameters<typeof ec2.send>[0]>;
  const unknown: string[] = [];
  let asked = 0;
  for (const [operation, names] of documentedFilters()) {
    if (!server.latchkey.runtime.registry.operation('ec2', operation)) continue;
    if (emptyListingNames('ec2').includes(operation)) continue;
    const Command = commands[`${operation}Command`]!;
    const rest = operation === 'DescribeLaunchTemplateVersions' ? { Versions: ['$Latest'] } : {};
    for (const name of names) {
      if (REFUSED.has(name) || name === 'tag') continue;
      asked++;
      try {
        await ec2.send(new Command({ Filters: [{ Name: name, Values: ['x'] }], ...rest }));
      } catch (error) {
        if (/^The filter '/.test((error as Error).message)) unknown.push(`${operation} ${name}`);
      }
    }
  }
  assert.ok(asked > 300, `${asked} filters were found in the documentation`);
  assert.deepEqual(unknown, []);
});
