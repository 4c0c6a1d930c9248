/** The quick starts of docs/clients.md, as they stand there, each where its program is. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeImagesCommand, DescribeVolumesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { npxIn, placeFor } from '../worlds/cli-process.ts';
import { LACKS_BOTO3, pythonWithBoto3 } from '../worlds/python.ts';
import { type Credentials, startServerFor, type TestServer } from '../worlds/server.ts';
import { GO } from '../worlds/terraform.ts';

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = readFileSync(join(CHECKOUT, 'docs/clients.md'), 'utf8');
const MIRRORS = [
  process.env.TF_PLUGIN_MIRROR,
  '/usr/local/share/terraform/plugins',
  '/usr/share/terraform/plugins',
];
const mirror = MIRRORS.find(
  (folder) => folder && existsSync(join(folder, 'registry.terraform.io/hashicorp/aws')),
);

const program = (name: string) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));

/** The blocks of a section, by their language. */
function section(heading: string): Readonly<Record<string, string>> {
  const [, text = ''] = PAGE.split(`\n## ${heading}\n`);
  const [own = ''] = text.split('\n## ');
  return Object.fromEntries(
    [...own.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, block]) => [language, block]),
  );
}

const python = pythonWithBoto3();
const unless = (there: unknown, reason: string) => (there ? false : reason);
const awsSkip = unless(program('aws'), 'the AWS CLI ("aws") is not installed');

// Together: most of their time is spent waiting.
describe('the quick starts', { concurrency: 4 }, () => {
  let server: TestServer;
  let folder: string;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    server = await startServerFor(undefined);
    folder = mkdtempSync(join(tmpdir(), 'latchkey-quick-'));
    for (const name of ['examples', 'node_modules']) symlinkSync(join(CHECKOUT, name), join(folder, name));
    const admin = await server.ask<Credentials>('account', { as: 'admin' });
    const region = 'us-east-1';
    environment = {
      PATH: process.env.PATH,
      HOME: folder,
      AWS_ENDPOINT_URL: server.url,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: admin.accessKeyId,
      AWS_SECRET_ACCESS_KEY: admin.secretAccessKey,
    };
  });

  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(script: string | undefined, more: NodeJS.ProcessEnv = {}): Promise<string> {
    assert.ok(script, 'the page has such a block');
    const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...environment, ...more },
    });
    const said: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => said.push(bytes));
    const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
    const output = Buffer.concat(said).toString();
    assert.equal(code, 0, `${script}\n${output.slice(-4000)}`);
    return output;
  }

  const volumes = async () =>
    (await server.client(EC2Client).send(new DescribeVolumesCommand({}))).Volumes ?? [];
  test('AWS CLI', { skip: awsSkip }, async () => {
    assert.match(await run(section('AWS CLI').sh), /"KeyState": "Enabled"[\s\S]*"VolumeId": "vol-/);
  });

  test('boto3', { skip: unless(python, LACKS_BOTO3) }, async () => {
    assert.match(await run(section('boto3').sh), /^vol-\w+ arn:aws:kms:us-east-1:123456789012:key\//);
  });

  test('JavaScript', async () => {
    assert.match(await run(section('JavaScript').sh), /^arn:aws:kms:us-east-1:123456789012:key\//);
  });

  const terraformSkip = !program('terraform')
    ? 'terraform is not on the PATH'
    : unless(mirror, 'its provider is in no plugin mirror (TF_PLUGIN_MIRROR names one)');
  test('Terraform', { skip: terraformSkip }, async () => {
    const { hcl, sh } = section('Terraform');
    writeFileSync(join(folder, 'main.tf'), hcl!);
    const config = join(folder, 'mirror.tfrc');
    writeFileSync(
      config,
      `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
    );
    const variables = { ...GO, TF_CLI_CONFIG_FILE: config, CHECKPOINT_DISABLE: '1' };
    assert.match(await run(sh, variables), /2 destroyed/);
  });

  test('CloudFormation', { skip: awsSkip }, async () => {
    await run(section('CloudFormation').sh);
    const { Stacks } = await server.client(CloudFormationClient).send(new DescribeStacksCommand({}));
    assert.equal(Stacks?.[0]?.StackStatus, 'CREATE_COMPLETE');
  });

  const ansibleSkip = !program('ansible-playbook')
    ? 'ansible-playbook is not installed'
    : unless(python, LACKS_BOTO3);
  test('Ansible', { skip: ansibleSkip }, async () => {
    const output = await run(section('Ansible').sh, { ANSIBLE_PYTHON_INTERPRETER: python });
    assert.match(output, /ok=3 +changed=2 /);
    assert.ok((await volumes()).some(({ Tags }) => Tags?.some(({ Value }) => Value === 'ansible')));
  });

  test('Packer', { skip: unless(program('packer'), 'packer is not installed') }, async () => {
    const { hcl = '', sh = '' } = section('Packer');
    const packer = join(folder, 'packer');
    mkdirSync(packer);
    // Debian's is 1.6, which has the plugin in it: the page says what to leave out.
    const [, minor] = /v1\.(\d+)/.exec(await run('packer version')) ?? [];
    const isOld = Number(minor) < 7;
    writeFileSync(join(packer, 'image.pkr.hcl'), isOld ? hcl.replace(/^packer \{[\s\S]*?^\}\n/m, '') : hcl);
    const output = await run(`cd packer\n${isOld ? sh.replace('packer init .', '') : sh}`, {
      AWS_POLL_DELAY_SECONDS: '1',
      CHECKPOINT_DISABLE: '1',
    });
    const [, ImageId = ''] = /^us-east-1: (ami-\w+)/m.exec(output) ?? [];
    const { Images } = await server
      .client(EC2Client)
      .send(new DescribeImagesCommand({ ImageIds: [ImageId] }));
    assert.equal(Images?.[0]?.BlockDeviceMappings?.[0]?.Ebs?.Encrypted, true);
  });

  test('the shell that starts a server and points itself at it', { skip: awsSkip }, async (t) => {
    const { directory, environment: ours } = placeFor(t);
    const [start = '', point = ''] = [...PAGE.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(
      ([, block]) => block!,
    );
    const port = 20_000 + (process.pid % 20_000);
    const script = `trap 'npx latchkey stop' EXIT\n${start.trim()} --port ${port}\n${point}aws sts get-caller-identity --query Arn --output text`;
    const output = await run(script, {
      ...ours,
      PATH: npxIn(directory),
      AWS_ENDPOINT_URL: undefined,
    });
    assert.match(output, /arn:aws:iam::123456789012:user\/admin$/m);
  });
});
