/** What is bundled into the package is named in THIRD-PARTY-NOTICES.md, with its licence, and both notices are packed. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { CONSOLE_BUNDLE } from '../../tools/build-console.ts';

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const notices = readFileSync(root('THIRD-PARTY-NOTICES.md'), 'utf8');
const words = (text: string) => text.replace(/\s+/g, ' ').trim();

async function bundledPackages(): Promise<string[]> {
  const server = await build({
    entryPoints: [
      'src/cli/main.ts',
      'src/dataplane/block-worker.ts',
      'src/services/cloudformation/template/yaml-worker.ts',
      'src/import/aws/sdk.ts',
    ].map(root),
    outdir: root('dist'),
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  const page = await build({ ...CONSOLE_BUNDLE, outdir: root('dist'), write: false });
  const inputs = [server, page].flatMap(({ metafile }) => Object.keys(metafile?.inputs ?? {}));
  const packages = inputs.map(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(path)?.[1],
  );
  return [...new Set(packages)].filter((name) => name !== undefined);
}

function licenceFile(name: string): string | undefined {
  const file = readdirSync(root(`node_modules/${name}`)).find((each) => /^licen[cs]e/i.test(each));
  return file && root(`node_modules/${name}/${file}`);
}

test('every bundled package is named, with the text of its licence', async () => {
  const packages = await bundledPackages();
  for (const name of ['yaml', 'react', '@cloudscape-design/components'])
    assert.ok(packages.includes(name), name);
  for (const name of packages) {
    assert.ok(
      notices.includes(`\n## ${name} (`),
      `THIRD-PARTY-NOTICES.md has no section on ${name}, which is bundled`,
    );
    const isOfSdk = name.startsWith('@aws-sdk/');
    const licence = licenceFile(name) ?? (isOfSdk ? licenceFile('@aws-sdk/client-kms') : undefined);
    assert.ok(licence, `${name} has no licence file: look its terms up before it is bundled`);
    const text = words(readFileSync(licence, 'utf8'));
    assert.ok(words(notices).includes(text), `THIRD-PARTY-NOTICES.md lacks the licence text of ${name}`);
  }
});

test('the notices are in the package', () => {
  const { files } = JSON.parse(readFileSync(root('package.json'), 'utf8')) as { files: string[] };
  for (const name of ['LICENSE', 'NOTICE', 'THIRD-PARTY-NOTICES.md']) assert.ok(files.includes(name), name);
});
