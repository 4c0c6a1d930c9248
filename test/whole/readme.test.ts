/** Every command of the README is run as it stands there; one that is not known here fails the test. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { before, describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseEnv, promisify } from 'node:util';
import { CreateVolumeCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateAliasCommand, CreateKeyCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { lacksAwsCli } from '../worlds/aws-cli.ts';
import { npxIn, placeFor } from '../worlds/cli-process.ts';

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const README = read('README.md');

/** The commands of each ```sh block, without their comments. */
const blocks = [...README.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) =>
  (block as string)
    .split('\n')
    .map((line) => line.replace(/ +# .*/, '').trim())
    .filter((line) => line !== ''),
);

const KNOWN = {
  demo: 'npm ci && npm run demo',
  test: 'npm ci && npm test',
  start: 'npx latchkey start --ephemeral',
  env: 'eval "$(npx latchkey env)"',
  createKey: "aws kms create-key --description 'my first key'",
  createVolume: 'aws ec2 create-volume --availability-zone us-east-1a --size 1 --encrypted',
  lookupEvents:
    'aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=GenerateDataKeyWithoutPlaintext',
  exec: 'npx latchkey exec --ephemeral -- aws sts get-caller-identity',
  explain: 'npx latchkey explain i-0123456789abcdef0',
  console: 'npx latchkey console',
  whoCan: 'npx latchkey who-can alias/app',
  whatIf: 'npx latchkey what-if alias/app < examples/key-policies/only-through-ec2.json',
  audit: 'npx latchkey audit',
  importPlan: 'npx latchkey import plan --script > read-account.sh',
};

/** Runs a line in a shell in the checkout, as a reader would. */
async function shell(line: string, environment: NodeJS.ProcessEnv = process.env) {
  try {
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', line], {
      cwd: CHECKOUT,
      env: environment,
      maxBuffer: 16 * 1024 * 1024,
    });
    return { stdout, stderr, code: 0 };
  } catch (error) {
    return error as { stdout: string; stderr: string; code: number };
  }
}

function readersEnvironment(t: TestContext): NodeJS.ProcessEnv {
  const { environment, directory } = placeFor(t);
  return { ...environment, PATH: npxIn(directory) };
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.listen(port, '127.0.0.1');
  const free = await listening;
  if (free) await new Promise((resolve) => server.close(resolve));
  return free;
}

/** The README's own line on the port that it means, or on a free one where that is taken. */
async function startServer(t: TestContext, environment: NodeJS.ProcessEnv): Promise<string> {
  const line = (await isFree(4566)) ? KNOWN.start : `${KNOWN.start} --port 0`;
  const child = spawn('bash', ['-c', line], { cwd: CHECKOUT, env: environment, detached: true });
  t.after(async () => {
    const gone = once(child, 'close');
    // A shell may stand between: the whole group is told.
    process.kill(-(child.pid as number), 'SIGTERM');
    await gone;
  });
  let said = '';
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (bytes) => {
        said += bytes;
        if (said.includes('In another shell')) resolve(said);
      });
    }
    child.on('close', () => reject(new Error(`${line} ended: ${said}`)));
  });
}

let demo: Awaited<ReturnType<typeof shell>>;
before(async () => {
  demo = await shell('npm run --silent demo');
});

describe('README', () => {
  test('has no command that is not tested here', () => {
    assert.deepEqual(blocks.flat(), Object.values(KNOWN));
  });

  test('its first command plays the story', () => {
    assert.equal(demo.code, 0, demo.stderr);
    assert.match(demo.stdout, /^John's story\./);
    assert.match(demo.stdout, /\(Verified: with this policy in place/);
  });

  test('the script that reads an account is one, and only reads', async (t) => {
    const file = join(CHECKOUT, 'read-account.sh');
    t.after(() => rmSync(file, { force: true }));
    assert.equal((await shell(KNOWN.importPlan, readersEnvironment(t))).code, 0);
    assert.equal((await shell('sh -n read-account.sh')).code, 0);
    const calls = [...readFileSync(file, 'utf8').matchAll(/\bcall "[a-z0-9]+:([A-Za-z]+)"/g)].map(
      ([, name]) => name as string,
    );
    assert.ok(calls.length > 20);
    assert.deepEqual(
      calls.filter((name) => !/^(?:Get|List|Describe|Lookup)/.test(name)),
      [],
    );
  });

  test('its second command is what continuous integration runs', () => {
    const { scripts } = JSON.parse(read('package.json'));
    assert.ok(scripts.demo);
    assert.ok(scripts.test);
    assert.ok(scripts.bench, 'the README speaks of npm run bench');
    assert.equal(read('.ci/run').trim().split('\n').at(-1), KNOWN.test);
    assert.ok(existsSync(new URL('../../package-lock.json', import.meta.url)), 'npm ci needs it');
  });

  test('the server starts, and a shell can be pointed at it', async (t) => {
    const environment = readersEnvironment(t);
    const said = await startServer(t, environment);
    const [, url] = /^Latchkey is listening on (\S+), keeping everything in memory\./m.exec(said) ?? [];
    const pointed = await shell(`${KNOWN.env}\nprintenv AWS_ENDPOINT_URL`, environment);
    assert.equal(pointed.stdout, `${url}\n`, pointed.stderr);

    const advanced = await shell('npx latchkey clock advance 7d', environment);
    assert.match(README, /`npx latchkey clock advance 7d`/);
    assert.equal(advanced.code, 0, advanced.stderr);

    const opened = await shell(KNOWN.console, { ...environment, DISPLAY: '', WAYLAND_DISPLAY: '' });
    assert.ok(opened.stdout.startsWith(`${url}/_latchkey/console/#ticket=`), opened.stderr);

    const explained = await shell(KNOWN.explain, environment);
    assert.equal(explained.code, 3);
    assert.match(explained.stdout, /^Nothing is recorded about i-0123456789abcdef0/);
  });

  test('its AWS CLI commands work', { skip: lacksAwsCli }, async (t) => {
    const environment = readersEnvironment(t);
    await startServer(t, environment);
    const lines = [KNOWN.env, 'set -e', KNOWN.createKey, KNOWN.createVolume, KNOWN.lookupEvents];
    const { code, stdout, stderr } = await shell(lines.join('\n'), environment);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /"Description": "my first key"/);
    assert.match(stdout, /"Encrypted": true/);
    assert.match(stdout, /"EventName": "GenerateDataKeyWithoutPlaintext"/);

    const own = await shell(KNOWN.exec, environment);
    assert.equal(own.code, 0, own.stderr);
    assert.equal(JSON.parse(own.stdout).Arn, 'arn:aws:iam::123456789012:root');
  });

  test('what it shows of an explanation is what Latchkey says', () => {
    const [, sample] = /^```\n(user john may not[\s\S]*?)^```$/m.exec(README) ?? [];
    assert.ok(sample, 'there is a sample');
    const said = plain(demo.stdout);
    for (const part of sample.split('\n…\n')) {
      assert.ok(
        said.includes(plain(part)),
        `the README says, and Latchkey does not:\n${part}\n\n${demo.stdout}`,
      );
    }
  });

  test('what it shows of a change of key policy is what Latchkey says', async (t) => {
    const environment = readersEnvironment(t);
    await startServer(t, environment);
    const pointed = await shell(`${KNOWN.env}\nenv`, environment);
    const { AWS_ENDPOINT_URL: endpoint, ...root } = parseEnv(pointed.stdout);
    const region = root.AWS_REGION as string;
    const client = <C>(
      Client: new (config: object) => C,
      accessKeyId = root.AWS_ACCESS_KEY_ID,
      secretAccessKey = root.AWS_SECRET_ACCESS_KEY,
    ) => new Client({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
    const [kms, iam] = [client(KMSClient), client(IAMClient)];
    const { KeyMetadata: key } = await kms.send(new CreateKeyCommand({}));
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/app', TargetKeyId: key?.KeyId }));
    const UserName = 'ann';
    const statement = { Effect: 'Allow', Action: ['ec2:CreateVolume', 'kms:*'], Resource: '*' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'app', PolicyDocument }));
    const { AccessKey: ann } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const encrypt = new EncryptCommand({ KeyId: 'alias/app', Plaintext: Buffer.from('x') });
    const own = client(KMSClient, ann?.AccessKeyId, ann?.SecretAccessKey);
    await own.send(encrypt);
    await own.send(encrypt);
    const volume = { AvailabilityZone: `${region}a`, Size: 1, Encrypted: true, KmsKeyId: 'alias/app' };
    await client(EC2Client, ann?.AccessKeyId, ann?.SecretAccessKey).send(new CreateVolumeCommand(volume));

    const who = await shell(KNOWN.whoCan, environment);
    assert.equal(who.code, 0, who.stderr);
    assert.match(who.stdout, /^ {2}the root user of account \d{12}, user ann$/m);
    const { code, stdout } = await shell(KNOWN.whatIf, environment);
    assert.equal(code, 1, 'something would be denied');
    const [, sample] = /^```\n(If this[\s\S]*?)^```$/m.exec(README) ?? [];
    assert.equal(plain(stdout), plain(sample ?? ''), stdout);
    const audited = await shell(KNOWN.audit, environment);
    assert.equal(audited.code, 0, audited.stderr);
    assert.match(audited.stdout, /unrestricted-create-grant/);
  });

  test('every file that it points to is there', () => {
    const links = [...README.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path]) => path as string);
    assert.ok(links.length >= 3);
    for (const path of links) assert.ok(existsSync(new URL(`../../${path}`, import.meta.url)), path);
  });
});

/** Without what differs from run to run, and however it is wrapped. */
function plain(text: string): string {
  return text
    .replace(/i-[0-9a-f]{17}/g, 'INSTANCE')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}|9c1f…|7a1e…/g, 'ID')
    .replace(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'TIME')
    .replace(/\s+/g, '');
}
