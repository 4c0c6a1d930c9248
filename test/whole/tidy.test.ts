/** Reads the source and holds it to the house rules of ARCHITECTURE.md: direction of imports, the ports of nondeterminism, names, who mints. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { consoleSources, folderOf, type Source, sources, violations } from './tidy/sources.ts';
import './tidy/structure.ts';
import './tidy/vocabulary.ts';

const ownImports = ({ imports }: Source) => imports.filter(({ isOwn }) => isOwn).map(({ name }) => name);
const externals = ({ imports }: Source) => imports.filter(({ isOwn }) => !isOwn).map(({ name }) => name);

/** What each folder may import, besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  aws: [],
  platform: ['aws'],
  policy: ['aws', 'platform'],
  store: ['aws', 'platform'],
  shapes: ['aws', 'platform'],
  dataplane: ['aws', 'platform'],
  compute: ['aws', 'platform'],
  invoke: ['policy', 'store', 'shapes', 'aws', 'platform'],
  'service-kit': ['invoke', 'policy', 'store', 'shapes', 'aws', 'platform'],
  services: ['service-kit', 'invoke', 'policy', 'store', 'shapes', 'aws', 'platform'],
  wire: ['services', 'service-kit', 'invoke', 'policy', 'store', 'shapes', 'aws', 'platform', 'authn'],
  authn: ['services', 'service-kit', 'invoke', 'policy', 'store', 'shapes', 'aws', 'platform'],
  rehearsal: ['services', 'service-kit', 'invoke', 'policy', 'store', 'shapes', 'aws', 'platform'],
  explain: [
    'rehearsal',
    'import',
    'services',
    'service-kit',
    'invoke',
    'policy',
    'store',
    'shapes',
    'aws',
    'platform',
  ],
  import: ['aws', 'platform', 'policy', 'shapes'],
  control: [
    'explain',
    'rehearsal',
    'import',
    'wire',
    'services',
    'service-kit',
    'invoke',
    'policy',
    'store',
    'shapes',
    'aws',
    'platform',
  ],
};

/** Code without comments and string contents, so that prose may say what code may not. */
const codeOf = (text: string) =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|[^:'"`])\/\/.*$/gm, '$1')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''");

describe('the house', () => {
  test('there is a source to read', () => {
    assert.ok(sources.length > 50);
    assert.ok(sources.some(({ path }) => path === 'invoke/invoke.ts'));
  });

  test('imports run downward only', () => {
    const wrong = violations((source) => {
      const { path } = source;
      const allowed = MAY_IMPORT[folderOf(path)];
      if (!allowed || path === 'assemble.ts' || folderOf(path) === 'cli') return [];
      return ownImports(source)
        .filter((name) => folderOf(name) !== folderOf(path) && !allowed.includes(folderOf(name)))
        .map((name) => `imports ${name}; ${folderOf(path)} may import ${allowed.join(', ')}`);
    });
    assert.deepEqual(wrong, []);
  });

  test('the page has no rule of AWS: of the server it imports types alone, and how JSON is laid out', () => {
    const found = consoleSources.flatMap(({ path, imports }) =>
      imports
        .filter(({ name, isOwn, isTypeOnly }) => isOwn && name.startsWith('..') && !isTypeOnly)
        .filter(({ name }) => name !== '../../src/explain/words/compact-json.ts')
        .map(({ name }) => `${path}: imports ${name}; ask the control door (docs/control-api.md)`),
    );
    assert.ok(consoleSources.length > 10);
    assert.deepEqual(found, []);
  });

  test('services never import each other', () => {
    const wrong = violations((source) => {
      if (folderOf(source.path) !== 'services') return [];
      const service = source.path.split('/')[1];
      return ownImports(source)
        .filter((name) => folderOf(name) === 'services' && name.split('/')[1] !== service)
        .map((name) => `imports ${name}; call it through the front door (ctx.call), or by a port`);
    });
    assert.deepEqual(wrong, []);
  });

  test('answers know nothing of how they are printed', () => {
    const isRenderer = (path: string) => /(?:^|\/)(?:render(?:-[a-z-]+)?|page|sarif)\.ts$/.test(path);
    const wrong = violations((source) => {
      if (folderOf(source.path) !== 'explain' || isRenderer(source.path)) return [];
      return ownImports(source)
        .filter((name) => folderOf(name) === 'explain' && isRenderer(name))
        .map((name) => `imports ${name}; move what both need to a file of its own`);
    });
    assert.deepEqual(wrong, []);
  });

  test('time and randomness come through the ports', () => {
    const banned: readonly [RegExp, string][] = [
      [/\bDate\.now\(/, 'Date.now(); clock.nowMs()'],
      [/\bnew Date\(\)/, 'new Date(); new Date(clock.nowMs())'],
      [/\bMath\.random\(/, 'Math.random(); the entropy port'],
      [
        /\b(?:randomBytes|randomUUID|randomFillSync|randomInt)\(/,
        'random bytes of its own; the entropy port',
      ],
      [/\b(?:setTimeout|setInterval)\(/, 'a timer of its own; the timers port'],
      [/\bperformance\.now\(/, 'performance.now(); the clock port'],
    ];
    const wrong = violations(({ path, text }) => {
      if (path.startsWith('platform/node/') || folderOf(path) === 'cli') return [];
      const code = codeOf(text);
      return banned.filter(([pattern]) => pattern.test(code)).map(([, name]) => name);
    });
    assert.deepEqual(wrong, []);
  });

  test('disk and sockets are opened only where that is the job', () => {
    const PORTS: Readonly<Record<string, string>> = {
      'node:fs': ', platform/disk.ts, or a function of platform/node/',
      'node:net': ', platform/sockets.ts',
      'node:tls': ', platform/sockets.ts',
    };
    const openers: Readonly<Record<string, readonly string[]>> = {
      'node:fs': ['platform/'],
      'node:fs/promises': ['platform/'],
      'node:net': ['platform/'],
      'node:tls': ['platform/'],
      'node:os': ['platform/'],
      'node:http': ['wire/'],
      'node:sqlite': ['store/sqlite/'],
      'node:worker_threads': ['dataplane/', 'platform/', 'services/cloudformation/template/yaml-worker.ts'],
      'node:child_process': ['cli/'],
    };
    const wrong = violations((source) =>
      externals(source)
        .filter((name) => {
          const allowed = openers[name];
          return allowed !== undefined && !allowed.some((prefix) => source.path.startsWith(prefix));
        })
        .map((name) => `${name}: take it through a port${PORTS[name] ?? ''}`),
    );
    assert.deepEqual(wrong, []);
  });

  test('the running product imports Node, and libraries in named places', () => {
    // Bundled into the package: parsers of YAML and CBOR, makers of certificates and QR codes, and curves are no business of this project.
    /** Bundled apart, and loaded by `latchkey import aws` only. */
    const SDK = /^import\/aws\/(?:sdk|commands\/\w+)\.ts$/;
    /** Loaded by who signs what Node does not. */
    const NOBLE = /^services\/kms\/crypto\/(?:given-digest|ml-dsa)\.ts$/;
    const libraries: Readonly<Record<string, string>> = {
      // Templates as they are written, of which some texts are replaced where they stand.
      'import/snapshot/template-secrets.ts': 'yaml',
      'services/cloudformation/template/template-text.ts': 'yaml',
      'platform/node/selfsigned.ts': 'selfsigned',
      'services/iam/mfa-device/qr-code-image.ts': 'qr',
      'wire/protocols/rpc-v2-cbor.ts': 'cborg',
    };
    assert.deepEqual(
      violations((source) =>
        externals(source).filter(
          (name) =>
            !name.startsWith('node:') &&
            name !== libraries[source.path] &&
            !(name.startsWith('@noble/') && NOBLE.test(source.path)) &&
            !(SDK.test(source.path) && name.startsWith('@aws-sdk/client-')),
        ),
      ),
      [],
    );
  });

  test('each kind of caller is minted in one place, and verdicts in one', () => {
    const minters: Readonly<Record<string, readonly string[]>> = {
      // control/credentials.ts: for whoever holds the server's token, and so could have the root's secret.
      mintExternalCaller: ['wire/endpoint.ts', 'control/credentials.ts', 'rehearsal/maker.ts'],
      mintForwardedCaller: ['invoke/effects.ts', 'rehearsal/maker.ts'],
      mintServiceRoleCaller: ['invoke/effects.ts', 'rehearsal/maker.ts'],
      mintServiceCaller: ['invoke/effects.ts'],
      mintInfrastructureCaller: ['invoke/effects.ts'],
      issueVerdict: ['invoke/authorize.ts'],
    };
    const homes = new Set(['invoke/caller.ts', 'invoke/verdict.ts']);
    const wrong = violations(({ path, text }) =>
      Object.entries(minters)
        .filter(
          ([name, allowed]) => codeOf(text).includes(name) && !allowed.includes(path) && !homes.has(path),
        )
        .map(([name]) => name),
    );
    assert.deepEqual(wrong, []);
  });

  test('names say what things are', () => {
    const vague = /(^|\/)(?:utils?|helpers?|common|managers?|misc|shared)(?:\/|\.ts$|$)/;
    const kebab = /^(?:[a-z0-9]+(?:-[a-z0-9]+)*)(?:\.[a-z]+)*\.ts$/;
    const operationFile = /^services\/[a-z0-9]+\/(?:[a-z0-9-]+\/)+[A-Z][A-Za-z0-9]+\.ts$/;
    const wrong = violations(({ path }) => {
      const file = path.slice(path.lastIndexOf('/') + 1);
      const isNamed = kebab.test(file) || operationFile.test(path);
      return [
        ...(vague.test(path) ? ['a vague name'] : []),
        ...(isNamed ? [] : ['neither kebab-case nor an operation']),
      ];
    });
    assert.deepEqual(wrong, []);
  });

  test('no address of a package registry and no path of a machine is committed', () => {
    const lock = readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8');
    assert.doesNotMatch(lock, /"resolved": *"http/);
  });
});
