/** Terraform with the AWS provider that lies on this machine, against a server: nothing is ever fetched. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';
import type { TestServer } from './server.ts';

const PROVIDER = 'registry.terraform.io/hashicorp/aws';

/** Where a provider may lie that was installed before. */
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

/** Why tests of Terraform are skipped; false where they run. */
export const missingTerraform = !terraform
  ? 'terraform is not on the PATH'
  : !mirror
    ? `${PROVIDER} is in no plugin mirror (TF_PLUGIN_MIRROR names one)`
    : false;

/** A command that waits for what never comes ends before its test does, and shows what it was waiting for. */
const MAX_COMMAND_MS = 240_000;

export interface Terraform {
  /** All of it, or what these addresses name. */
  apply(...addresses: string[]): Promise<void>;
  /** Fails where what is applied is not what is written. */
  planNothing(): Promise<void>;
  /** Addresses of what an apply would change. */
  planned(): Promise<string[]>;
  /** One more file of the configuration, or another text for it. */
  write(name: string, text: string): void;
  destroy(): Promise<void>;
  /** The same configuration and state against another server. */
  against(server: TestServer): Promise<Terraform>;
}

/** A copy of a configuration, with its state and plugins, which ends with the test. */
export async function terraformOf(
  context: TestContext,
  server: TestServer,
  configuration: string,
): Promise<Terraform> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-terraform-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(configuration, folder, { recursive: true, filter: (source) => !/\.terraform|tfstate/.test(source) });
  writeFileSync(
    join(folder, 'mirror.tfrc'),
    `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
  );
  return commandsIn(context, server, folder);
}

async function commandsIn(context: TestContext, server: TestServer, folder: string): Promise<Terraform> {
  const root = await server.root();
  const run = (...command: string[]): Promise<{ readonly code: number | null; readonly output: string }> =>
    new Promise((resolve, reject) => {
      const child = spawn(terraform!, [...command, '-no-color', '-input=false'], {
        cwd: folder,
        signal: context.signal,
        timeout: MAX_COMMAND_MS,
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
  const succeed = async (...command: string[]) => {
    const { code, output } = await run(...command);
    assert.equal(code, 0, `terraform ${command.join(' ')} failed:\n${output.slice(-6000)}`);
  };
  if (!existsSync(join(folder, '.terraform'))) await succeed('init');
  return {
    apply: (...addresses) =>
      succeed('apply', '-auto-approve', '-parallelism=30', ...addresses.map((each) => `-target=${each}`)),
    planNothing: () => succeed('plan', '-detailed-exitcode'),
    async planned() {
      const { code, output } = await run('plan', '-json', '-parallelism=30');
      assert.equal(code, 0, output.slice(-6000));
      const lines = output.split('\n').filter((line) => line.includes('"type":"planned_change"'));
      return lines.map((line) => JSON.parse(line).change.resource.addr as string).sort();
    },
    write: (name, text) => writeFileSync(join(folder, name), text),
    destroy: () => succeed('destroy', '-auto-approve', '-parallelism=30'),
    against: (other) => commandsIn(context, other, folder),
  };
}
