/** The package as it would be installed: one bundle, and the worker that it starts by its file name. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { layOutPackage } from '../../tools/lay-out-package.ts';

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
/** Where .ci/run installs it. */
const OLDEST = root('.cache/oldest-node/node_modules/node/bin/node');
const LACKS_OLDEST = existsSync(OLDEST) ? false : 'no .cache/oldest-node (.ci/run installs it)';
let directory: string;

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'latchkey-package-'));
  await layOutPackage(directory);
});

after(() => rmSync(directory, { recursive: true, force: true }));

/** The story of an encrypted volume, in a program that needs nothing but the environment that `exec` gives it. */
const PROGRAM = `
import { EC2Client, CreateVolumeCommand, DescribeVolumesCommand } from '${import.meta.resolve('@aws-sdk/client-ec2')}';
const ec2 = new EC2Client({});
const { VolumeId } = await ec2.send(
  new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1, Encrypted: true }),
);
for (let polls = 0; polls < 200; polls++) {
  const { Volumes } = await ec2.send(new DescribeVolumesCommand({ VolumeIds: [VolumeId] }));
  if (Volumes[0].State === 'available') process.exit(7);
  await new Promise((resolve) => setTimeout(resolve, 20));
}
`;

/** In a working directory, where `exec` keeps its data, or nowhere. */
async function serves(node: string, place?: string): Promise<void> {
  const command = [process.execPath, '--input-type=module', '--eval', PROGRAM];
  const script = join(directory, 'bin/latchkey.js');
  const child = spawn(
    node,
    [script, 'exec', ...(place ? [] : ['--ephemeral']), '--delays', '0', '--', ...command],
    {
      cwd: place,
      // So that it starts one of its own.
      env: { ...process.env, XDG_RUNTIME_DIR: place ?? directory },
      stdio: ['ignore', 'inherit', 'pipe'],
    },
  );
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  assert.equal(code, 7, complaints);
  assert.doesNotMatch(complaints, /latchkey:/);
}

test('the bundle serves a client, its block worker included, and passes on the exit code', () =>
  serves(process.execPath));

describe('the oldest Node that is promised', { skip: LACKS_OLDEST }, () => {
  test('runs the bundle, and keeps what there was for the next', async () => {
    const place = mkdtempSync(join(directory, 'place-'));
    await serves(OLDEST, place);
    assert.ok(existsSync(join(place, '.latchkey')));
    await serves(OLDEST, place);
  });

  for (const [what, path] of [
    ['has an SQLite that loses nothing to a power failure', 'test/store/power-failure.test.ts'],
    ['signs with keys of ML-DSA, which it has not itself', 'test/kms/ml-dsa.test.ts'],
  ] as const) {
    test(what, () => {
      const { NODE_TEST_CONTEXT, NODE_OPTIONS, ...env } = process.env;
      const { stdout, status } = spawnSync(OLDEST, ['--test', '--test-reporter=tap', root(path)], {
        encoding: 'utf8',
        env,
      });
      assert.equal(status, 0, stdout);
      assert.match(stdout, /# pass 4/);
    });
  }
});

test('a Node with an older SQLite is turned away, by the command and by the library', () => {
  const older =
    "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,sqlite:'3.50.4'}})";
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['--import', older, ...args], {
      cwd: installed(),
      encoding: 'utf8',
      timeout: 60_000,
    });
  const command = run(join(directory, 'bin/latchkey.js'), 'start', '--port', '0');
  assert.deepEqual([command.status, command.stdout], [1, '']);
  assert.match(
    command.stderr,
    /^latchkey needs Node\.js 22\.22\.2, 24\.14 or newer; this is v\S+\. Install one\.\n$/,
  );
  const program = "import { start } from 'latchkey'; await start({ data: './data' });";
  const library = run('--input-type=module', '--eval', program);
  assert.match(library.stderr, /data is kept by SQLite 3\.51 or newer, .*; this is v\S+, with 3\.50\.4/);
});

/** As `npm install` would lay it out, beside a program that imports it. */
function installed(): string {
  const place = join(directory, 'consumer');
  const target = join(place, 'node_modules/latchkey');
  for (const part of ['package.json', 'bin', 'dist']) {
    cpSync(join(directory, part), join(target, part), { recursive: true });
  }
  return place;
}

test('the library starts a server where it is installed, block workers, its certificate and the console included', () => {
  const place = installed();
  const program = `
    import { start } from 'latchkey';
    const server = await start({ tls: true });
    const { accountId } = await server.credentials({ admin: true });
    const door = server.url.replace('https', 'http') + '/_latchkey/';
    console.log(accountId, (await fetch(door + 'health')).status);
    const page = await (await fetch(door + 'console/')).text();
    console.log((await fetch(door + 'console/' + /src="([^"]+)"/.exec(page)[1])).status);
    await server.close();
  `;
  writeFileSync(join(place, 'program.mjs'), program);
  const { stdout, stderr } = spawnSync(process.execPath, ['program.mjs'], { cwd: place, encoding: 'utf8' });
  assert.equal(stdout, '123456789012 200\n200\n', stderr);
});

test('its types are there for who imports it, and hold', () => {
  const place = installed();
  const lines = [
    "import { type Server, start } from 'latchkey';",
    "const server: Server = await start({ account: '111122223333' });",
    "const { env } = await server.credentials({ user: 'john' });",
    "env.AWS_REGION satisfies string | undefined; await server.advance('7d');",
    '// @ts-expect-error no such option',
    'await start({ acount: 1 });',
  ];
  writeFileSync(join(place, 'program.mts'), lines.join('\n'));
  const tsc = root('node_modules/typescript/bin/tsc');
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', ''];
  const { stdout, status } = spawnSync(process.execPath, [tsc, ...options, '--ignoreConfig', 'program.mts'], {
    cwd: place,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout);
});

test('what the README links is in the package', () => {
  const { files } = JSON.parse(readFileSync(root('package.json'), 'utf8')) as { files: string[] };
  const readme = readFileSync(root('README.md'), 'utf8');
  for (const [, link = ''] of readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
    assert.ok(
      files.some((file) => link === file || link.startsWith(`${file}/`)),
      link,
    );
  }
});
