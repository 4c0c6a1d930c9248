/** The package as it is packed and installed; the image, the compose file and the action, by their own commands without an engine. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { buildPackage } from '../../tools/build.ts';
import { identity } from '../worlds/cli-process.ts';

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(CHECKOUT, path), 'utf8');

/** The instructions of the Dockerfile by name, those of several lines in one. */
const instructions = read('Dockerfile')
  .split('\n')
  .filter((line) => /^[A-Z]+ /.test(line))
  .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const);
const instruction = (name: string) => instructions.filter(([each]) => each === name).map(([, text]) => text);
const words = (name: string): string[] => JSON.parse(instruction(name)[0]!.replace(/^.*?(?=\[)/, ''));

describe('the package, installed', () => {
  /** What stands for `/` of the image. */
  let root: string;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    root = mkdtempSync(join(tmpdir(), 'latchkey-image-'));
    const { files } = JSON.parse(read('package.json')) as { files: string[] };
    const source = join(root, 'source');
    for (const name of ['package.json', ...files.filter((file) => file !== 'dist' && !file.startsWith('!'))])
      cpSync(join(CHECKOUT, name), join(source, name), { recursive: true });
    await buildPackage(join(source, 'dist'));
    for (const name of ['tmp', 'data', 'runtime']) mkdirSync(join(root, name));
    environment = {
      PATH: [join(root, 'prefix/bin'), dirname(process.execPath), process.env.PATH].join(delimiter),
      HOME: root,
      XDG_RUNTIME_DIR: join(root, 'runtime'),
      npm_config_prefix: join(root, 'prefix'),
    };
    execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', join(root, 'tmp')], {
      cwd: source,
      env: environment,
    });
    const [install = ''] = instruction('RUN');
    execFileSync('sh', ['-ec', inRoot(install).replace(/ && rm .*/, '')], {
      env: environment,
      stdio: 'pipe',
    });
  });

  after(() => rmSync(root, { recursive: true, force: true }));

  const inRoot = (text: string) => text.replace(/(?<=^|[ "])\/(tmp|data)\b/g, `${root}/$1`);

  /** A server by these words, once its health is good. */
  async function served(t: TestContext, command: string[], more: NodeJS.ProcessEnv = {}) {
    const port = await freePort();
    const [program, ...args] = [...command, '--port', String(port)].map(inRoot);
    const child = spawn(program!, args, { cwd: root, env: { ...environment, ...more }, stdio: 'ignore' });
    t.after(() => child.kill('SIGKILL'));
    const check = words('HEALTHCHECK').map((word) => word.replace('4566', String(port)));
    const isHealthy = () => spawnSync(check[0]!, check.slice(1), { env: environment }).status === 0;
    for (let tries = 0; !isHealthy(); tries++) assert.ok(tries < 60, 'the server is not healthy');
    return { child, port };
  }

  const command = () => [...words('ENTRYPOINT'), ...words('CMD')];

  test('what is installed has no dependencies, and begins and ends by the image’s own commands', async (t) => {
    assert.deepEqual(
      readdirSync(join(root, 'prefix/lib/node_modules')).filter((name) => name !== 'npm'),
      ['latchkey'],
    );
    const { child, port } = await served(t, command());
    assert.equal(await statusFor(port, `localhost:${port}`), 200);
    assert.equal(await statusFor(port, 'localhost:32768'), 200, 'a mapped port');
    assert.equal(await statusFor(port, 'latchkey:4566'), 403, 'a name it was not given');
    assert.deepEqual(await ended(child, 'SIGTERM'), { code: 0, signal: null });
    assert.ok(readdirSync(join(root, 'data')).includes('latchkey.db'));
  });

  const unshare = ['unshare', '--pid', '--fork', '--kill-child'];
  const canUnshare = spawnSync(unshare[0]!, [...unshare.slice(1), 'true']).status === 0;
  const noNamespace = canUnshare ? false : 'this user may make no PID namespace';
  test('as process 1 it ends on SIGTERM and on SIGINT', { skip: noNamespace }, async (t) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const { child } = await served(t, [...unshare, ...words('ENTRYPOINT'), 'start', '--ephemeral']);
      const [pid] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').split(' ');
      const gone = once(child, 'exit');
      process.kill(Number(pid), signal);
      assert.deepEqual(await gone, [0, null]);
    }
  });

  test('the compose file’s server answers to the name that the other services use', async (t) => {
    const { services } = parse(read('examples/containers/compose.yaml'));
    const { latchkey, app } = services;
    assert.equal(app.environment.AWS_ENDPOINT_URL, 'http://latchkey:4566');
    const { port } = await served(t, [...words('ENTRYPOINT'), ...latchkey.command], latchkey.environment);
    assert.equal(await statusFor(port, `latchkey:${port}`), 200);
    const { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = app.environment;
    const AWS_ENDPOINT_URL = `http://127.0.0.1:${port}`;
    const { Arn } = await identity({
      AWS_ENDPOINT_URL,
      AWS_REGION,
      AWS_ACCESS_KEY_ID,
      AWS_SECRET_ACCESS_KEY,
    });
    assert.equal(Arn, 'arn:aws:iam::123456789012:root');
  });

  test('the action hands a server to the steps that follow, and masks what is secret', async (t) => {
    const [temporary, GITHUB_ENV, GITHUB_OUTPUT] = ['action', 'action/env', 'action/output'].map((name) =>
      join(root, name),
    );
    mkdirSync(temporary!);
    const { runs, inputs } = parse(read('action.yml'));
    const step = runs.steps.at(-1);
    assert.deepEqual(Object.keys(step.env).slice(0, 3), ['PACKAGE', 'ARGUMENTS', 'IDENTITY']);
    const script = step.run.replace(/^\$\{\{ github\.action_path \}\}/, CHECKOUT);
    const env = {
      ...environment,
      PACKAGE: join(root, 'tmp', readdirSync(join(root, 'tmp'))[0]!),
      ARGUMENTS: '--account 111122223333',
      IDENTITY: inputs.as.default,
      RUNNER_TEMP: temporary,
      GITHUB_ENV,
      GITHUB_OUTPUT,
    };
    t.after(() => spawnSync(join(root, 'prefix/bin/latchkey'), ['stop'], { env }));
    const output = execFileSync('bash', [script], { env, encoding: 'utf8', stdio: 'pipe' });
    const variables = parseEnv(readFileSync(GITHUB_ENV!, 'utf8')) as Record<string, string>;
    assert.equal((await identity(variables)).Arn, 'arn:aws:iam::111122223333:user/admin');
    assert.equal(output, `::add-mask::${variables.AWS_SECRET_ACCESS_KEY}\n`);
    assert.equal(readFileSync(GITHUB_OUTPUT!, 'utf8'), `endpoint=${variables.AWS_ENDPOINT_URL}\n`);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

/** The status that the health route gives to a request for this host. */
const statusFor = (port: number, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', path: '/_latchkey/health', headers: { host } };
    request(options, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });

async function ended(child: ChildProcess, signal: NodeJS.Signals) {
  const gone = once(child, 'exit');
  child.kill(signal);
  const [code, by] = await gone;
  return { code, signal: by };
}
