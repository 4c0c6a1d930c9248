/** The recipes of docs/test-suites.md and docs/agents.md, run by the runners and shells that they are for. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { buildPackage } from '../../tools/build.ts';
import { clientOf, exported, npxIn, placeFor } from '../worlds/cli-process.ts';
import { LACKS_BOTO3, pythonWithBoto3 } from '../worlds/python.ts';

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(CHECKOUT, path), 'utf8');
/** Where .ci/run installs the runners that are no dependencies of this project. */
const RUNNERS = join(CHECKOUT, '.cache/runners/node_modules');

interface Run {
  readonly code: number | null;
  readonly output: string;
  readonly stdout: string;
}

function run(
  command: string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Run> {
  const child = spawn(command[0]!, command.slice(1), { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const said: Buffer[] = [];
  const out: Buffer[] = [];
  child.stdout.on('data', (bytes) => {
    said.push(bytes);
    out.push(bytes);
  });
  child.stderr.on('data', (bytes) => said.push(bytes));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({ code, output: Buffer.concat(said).toString(), stdout: Buffer.concat(out).toString() }),
    );
  });
}

describe('the recipes for test suites', () => {
  let folder: string;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-suites-'));
    const modules = join(folder, 'node_modules');
    const installed = join(modules, 'latchkey');
    mkdirSync(installed, { recursive: true });
    symlinkSync(join(CHECKOUT, 'package.json'), join(installed, 'package.json'));
    await buildPackage(join(installed, 'dist'));
    for (const from of [join(CHECKOUT, 'node_modules'), RUNNERS]) {
      for (const name of existsSync(from) ? readdirSync(from) : []) {
        if (!existsSync(join(modules, name))) symlinkSync(join(from, name), join(modules, name));
      }
    }
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    for (const [, text = ''] of read('docs/test-suites.md').matchAll(/^```\w+\n([\s\S]*?)^```$/gm)) {
      const [, name] = /^(?:\/\/|#) (\S+)\n/.exec(text) ?? [];
      writeFileSync(join(folder, name!), text);
    }
    const { NODE_TEST_CONTEXT, NODE_OPTIONS, ...ours } = process.env;
    environment = { ...ours, PATH: npxIn(folder), XDG_RUNTIME_DIR: folder };
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  const passes = async (command: string[], passed: RegExp, more: NodeJS.ProcessEnv = {}) => {
    const { code, output } = await run(command, { cwd: folder, env: { ...environment, ...more } });
    assert.equal(code, 0, output.slice(-4000));
    assert.match(output, passed);
  };
  const unless = (name: string) =>
    existsSync(join(RUNNERS, name))
      ? false
      : `${name} is not installed in .cache/runners (.ci/run installs it)`;

  test('node:test', () => passes([process.execPath, '--test', 'keys.test.mjs'], /pass 1/));

  test('Vitest', { skip: unless('vitest') }, () =>
    passes([join(RUNNERS, '.bin/vitest'), 'run', 'keys.vitest.test.mjs'], /1 passed/),
  );

  test('Jest', { skip: unless('jest') }, () =>
    passes([join(RUNNERS, '.bin/jest'), '--testMatch', '**/*.jest.mjs', '--rootDir', '.'], /1 passed/, {
      NODE_OPTIONS: '--experimental-vm-modules',
    }),
  );

  const noPytest = pythonWithBoto3('pytest') ? false : `${LACKS_BOTO3} that has pytest, too`;
  test('pytest', { skip: noPytest }, () =>
    passes(['python3', '-m', 'pytest', '-q', '-p', 'no:cacheprovider', 'test_keys.py'], /1 passed/),
  );
});

test('a coding agent’s commands answer as docs/agents.md says', async (t) => {
  const hasCli = spawnSync('aws', ['--version']).status === 0;
  if (!hasCli) return t.skip('the AWS CLI ("aws") is not installed');
  const place = placeFor(t);
  const blocks = [...read('docs/agents.md').matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].map(([, block]) =>
    block!.trim(),
  );
  const [deny = '', explain = '', can = '', whatIf = ''] = blocks;
  const env = { ...place.environment, PATH: npxIn(place.directory) };
  const shell = (script: string) => run(['bash', '-c', script], { cwd: CHECKOUT, env });

  const denied = await shell(deny);
  assert.notEqual(denied.code, 0);
  assert.match(denied.output, /user john may not kms:CreateKey[\s\S]*How to fix it/);

  await place.start(['--port', '0', '--ephemeral']);
  const john = exported((await place.run(['env', '--as', 'user/john'])).stdout);
  await assert.rejects(clientOf(KMSClient, john).send(new CreateKeyCommand({})));
  const admin = clientOf(KMSClient, exported((await place.run(['env', '--admin'])).stdout));
  const { KeyMetadata } = await admin.send(new CreateKeyCommand({}));
  await admin.send(new CreateAliasCommand({ AliasName: 'alias/app', TargetKeyId: KeyMetadata!.KeyId }));

  const why = await shell(explain);
  assert.equal(why.code, 1);
  const { verdict, headline, checks, remedies, remediesVerified } = JSON.parse(why.stdout);
  assert.deepEqual([verdict, checks[0].action, remediesVerified], ['denied', 'kms:CreateKey', true]);
  assert.match(headline, /user john may not kms:CreateKey/);
  assert.ok(remedies[0].document ?? remedies[0].command);
  assert.equal((await shell(can)).code, 1);
  const broken = await shell(whatIf);
  assert.ok([0, 1].includes(broken.code!), broken.output);
  const answer = JSON.parse(broken.stdout);
  for (const member of ['denied', 'gained', 'lost', 'changed']) assert.ok(member in answer, member);
});
