/** Reads the source and holds it to the house rules of ARCHITECTURE.md: direction of imports, the ports of nondeterminism, names, who mints. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

interface Source {
  /** Relative to src/, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** Modules of the project that it imports, relative to src/. */
  readonly imports: readonly string[];
  /** Modules of Node and packages that it imports. */
  readonly externals: readonly string[];
}

function filesUnder(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });
}

const sources: readonly Source[] = filesUnder(SRC)
  .filter((path) => path.endsWith('.ts'))
  .map((file) => {
    const text = readFileSync(file, 'utf8');
    // What only reads text (isIP) opens no socket.
    const opening = text.replace(/import \{ (?:isIPv?[46]?(?:, )?)+ \} from 'node:net';/g, '');
    const specifiers = [...opening.matchAll(/\b(?:from\s+|import\s+|import\(\s*)'([^']+)'/g)].map(
      ([, name]) => name as string,
    );
    return {
      path: relative(SRC, file).replaceAll('\\', '/'),
      text,
      imports: specifiers
        .filter((name) => name.startsWith('.'))
        .map((name) => normalize(relative(SRC, join(dirname(file), name))).replaceAll('\\', '/')),
      externals: specifiers.filter((name) => !name.startsWith('.')),
    };
  });

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
  explain: ['services', 'service-kit', 'invoke', 'policy', 'store', 'shapes', 'aws', 'platform'],
  control: [
    'explain',
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

const folderOf = (path: string) => path.split('/')[0] as string;

function violations(rule: (source: Source) => readonly string[]): string[] {
  return sources.flatMap((source) => rule(source).map((what) => `${source.path}: ${what}`));
}

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
    const wrong = violations(({ path, imports }) => {
      const allowed = MAY_IMPORT[folderOf(path)];
      if (!allowed || path === 'assemble.ts' || folderOf(path) === 'cli') return [];
      return imports.filter((name) => folderOf(name) !== folderOf(path) && !allowed.includes(folderOf(name)));
    });
    assert.deepEqual(wrong, []);
  });

  test('services never import each other', () => {
    const wrong = violations(({ path, imports }) => {
      if (folderOf(path) !== 'services') return [];
      const service = path.split('/')[1];
      return imports.filter((name) => folderOf(name) === 'services' && name.split('/')[1] !== service);
    });
    assert.deepEqual(wrong, []);
  });

  test('time and randomness come through the ports', () => {
    const banned: readonly [RegExp, string][] = [
      [/\bDate\.now\(/, 'Date.now()'],
      [/\bnew Date\(\)/, 'new Date()'],
      [/\bMath\.random\(/, 'Math.random()'],
      [/\b(?:randomBytes|randomUUID|randomFillSync|randomInt)\(/, 'random bytes of its own'],
      [/\b(?:setTimeout|setInterval)\(/, 'a timer of its own'],
      [/\bperformance\.now\(/, 'performance.now()'],
    ];
    const wrong = violations(({ path, text }) => {
      if (path.startsWith('platform/node/') || folderOf(path) === 'cli') return [];
      const code = codeOf(text);
      return banned.filter(([pattern]) => pattern.test(code)).map(([, name]) => name);
    });
    assert.deepEqual(wrong, []);
  });

  test('disk and sockets are opened only where that is the job', () => {
    const openers: Readonly<Record<string, readonly string[]>> = {
      'node:fs': ['platform/node/', 'dataplane/', 'store/sqlite/', 'assemble.ts'],
      'node:fs/promises': ['platform/node/', 'dataplane/'],
      'node:net': ['platform/node/', 'dataplane/', 'wire/server.ts'],
      'node:tls': ['platform/node/', 'dataplane/'],
      'node:http': ['wire/'],
      'node:sqlite': ['store/sqlite/'],
      'node:worker_threads': ['dataplane/'],
      'node:child_process': ['cli/'],
    };
    const wrong = violations(({ path, externals }) =>
      externals.filter((name) => {
        const allowed = openers[name];
        return allowed !== undefined && !allowed.some((prefix) => path.startsWith(prefix));
      }),
    );
    assert.deepEqual(wrong, []);
  });

  test('the running product imports Node, and one library in one place', () => {
    // Bundled into the package: a YAML parser is no business of this project.
    const libraries: Readonly<Record<string, string>> = {
      'services/cloudformation/template/template-text.ts': 'yaml',
    };
    assert.deepEqual(
      violations(({ path, externals }) =>
        externals.filter((name) => !name.startsWith('node:') && name !== libraries[path]),
      ),
      [],
    );
  });

  test('each kind of caller is minted in one place, and verdicts in one', () => {
    const minters: Readonly<Record<string, readonly string[]>> = {
      mintExternalCaller: ['wire/endpoint.ts'],
      mintForwardedCaller: ['invoke/effects.ts'],
      mintServiceRoleCaller: ['invoke/effects.ts'],
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

  test('an operation file tells its story within 250 lines, begins with AWS, and is registered', () => {
    const operationFiles = sources.filter(({ path }) => /^services\/.*\/[A-Z][A-Za-z0-9]+\.ts$/.test(path));
    assert.ok(operationFiles.length > 50);
    const indexes = sources.filter(({ path }) => /^services\/[a-z0-9]+\/index\.ts$/.test(path));
    const reachable = new Set(
      sources.filter(({ path }) => folderOf(path) === 'services').flatMap(({ imports }) => imports),
    );
    assert.ok(indexes.length >= 5);
    const wrong = operationFiles.flatMap(({ path, text }) => [
      ...(text.split('\n').length > 250 ? [`${path}: too long`] : []),
      ...(/^\/\*\*?[\s\S]*?https:\/\/docs\.aws\.amazon\.com/.test(text)
        ? []
        : [`${path}: no API page in its head`]),
      ...(reachable.has(path) ? [] : [`${path}: not registered`]),
    ]);
    assert.deepEqual(wrong, []);
  });

  test('no address of a package registry and no path of a machine is committed', () => {
    const lock = readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8');
    assert.doesNotMatch(lock, /"resolved": *"http/);
  });
});
