/** Terraform's AWS provider, unmodified, applies, reads back and destroys what `examples/terraform` describes. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { KMSClient, ListAliasesCommand } from '@aws-sdk/client-kms';
import { startServerFor } from '../worlds/server.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/terraform/', import.meta.url));
const PROVIDER = 'registry.terraform.io/hashicorp/aws';
const TIMEOUT_MS = 240_000;

/** Where a provider may lie that was installed before: nothing is ever fetched. */
const MIRRORS = [
  process.env.TF_PLUGIN_MIRROR,
  join(homedir(), '.terraform.d/plugins'),
  '/usr/local/share/terraform/plugins',
  '/usr/share/terraform/plugins',
];

const terraform = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, process.platform === 'win32' ? 'terraform.exe' : 'terraform'))
  .find((file) => existsSync(file));
const mirror = MIRRORS.find((folder) => folder && existsSync(join(folder, PROVIDER)));
const missing = !terraform
  ? 'terraform is not on the PATH'
  : !mirror
    ? `${PROVIDER} is in no plugin mirror (TF_PLUGIN_MIRROR names one)`
    : false;

interface Run {
  readonly code: number | null;
  readonly output: string;
}

/** A folder of its own for the state and the plugins, which ends with the test. */
function workspace(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-terraform-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(EXAMPLES, folder, { recursive: true, filter: (source) => !/\.terraform|tfstate/.test(source) });
  writeFileSync(
    join(folder, 'mirror.tfrc'),
    `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
  );
  return folder;
}

test('terraform applies the examples, sees no difference after, and destroys them', {
  skip: missing,
  timeout: TIMEOUT_MS,
}, async (t) => {
  const server = await startServerFor(t);
  const root = await server.root();
  const folder = workspace(t);
  const run = (...command: string[]): Promise<Run> =>
    new Promise((resolve, reject) => {
      const child = spawn(terraform!, command, {
        cwd: folder,
        signal: t.signal,
        env: {
          PATH: process.env.PATH,
          HOME: folder,
          TF_CLI_CONFIG_FILE: join(folder, 'mirror.tfrc'),
          TF_IN_AUTOMATION: '1',
          CHECKPOINT_DISABLE: '1',
          AWS_ENDPOINT_URL: server.url,
          AWS_REGION: 'us-east-1',
          AWS_ACCESS_KEY_ID: root.accessKeyId,
          AWS_SECRET_ACCESS_KEY: root.secretAccessKey,
        },
      });
      let output = '';
      const hear = (chunk: Buffer) => {
        output += chunk.toString();
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, output }));
    });
  const flags = ['-no-color', '-input=false'];
  const succeed = async (...command: string[]) => {
    const { code, output } = await run(...command, ...flags);
    assert.equal(code, 0, `terraform ${command.join(' ')} failed:\n${output.slice(-6000)}`);
  };

  await succeed('init');
  await succeed('apply', '-auto-approve', '-parallelism=30');

  const ec2 = server.client(EC2Client);
  const { Images: [copy] = [] } = await ec2.send(
    new DescribeImagesCommand({
      Owners: ['self'],
      Filters: [{ Name: 'name', Values: ['example-golden-encrypted'] }],
    }),
  );
  assert.equal(copy?.State, 'available');
  assert.ok(copy.BlockDeviceMappings?.[0]?.Ebs?.Encrypted);
  const { Reservations: launched = [] } = await ec2.send(
    new DescribeInstancesCommand({ Filters: [{ Name: 'instance-state-name', Values: ['running'] }] }),
  );
  assert.equal(launched.flatMap(({ Instances }) => Instances ?? []).length, 8);

  const plan = await run('plan', '-detailed-exitcode', ...flags);
  assert.equal(plan.code, 0, `a second plan finds differences:\n${plan.output.slice(-6000)}`);

  await succeed('destroy', '-auto-approve', '-parallelism=30');
  const { Volumes: volumes } = await ec2.send(new DescribeVolumesCommand({}));
  assert.deepEqual(volumes, []);
  const { Users: users } = await server.client(IAMClient).send(new ListUsersCommand({}));
  assert.deepEqual(users, []);
  const { Aliases: aliases = [] } = await server.client(KMSClient).send(new ListAliasesCommand({}));
  assert.ok(!aliases.some(({ AliasName }) => AliasName === 'alias/example-volumes'));
});
