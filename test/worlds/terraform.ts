/** Terraform with the AWS provider that lies on this machine, against a server: nothing is ever fetched. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
const platform = `${process.platform === 'win32' ? 'windows' : process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
const provider = MIRRORS.flatMap((folder) =>
  folder ? globSync(join(folder, PROVIDER, '*', platform, 'terraform-provider-aws_*')) : [],
)[0];

/** Why tests of Terraform are skipped; false where they run. */
export const missingTerraform = !terraform
  ? 'terraform is not on the PATH'
  : !provider
    ? `${PROVIDER} is unpacked in no plugin mirror (TF_PLUGIN_MIRROR names one)`
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

/** A copy of a configuration, with its state, which ends with the test. */
export async function terraformOf(
  context: TestContext,
  server: TestServer,
  configuration: string,
): Promise<Terraform> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-terraform-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(configuration, folder, { recursive: true, filter: (source) => !/\.terraform|tfstate/.test(source) });
  return commandsIn(context, server, folder);
}

/**
 * Go collects its garbage less often: to read what the provider has to say of its 1,500 resources, a third of the processor's
 * time would go to that.
 */
export const GO = { GOGC: '400' };

/**
 * One process for all commands, which each would start one of their own. What tells them where it is.
 * https://developer.hashicorp.com/terraform/plugin/debugging#starting-a-provider-in-debug-mode
 */
async function providerFor(context: TestContext, env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(provider!, ['-debug'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  context.after(async () => {
    child.kill('SIGINT');
    await ended;
  });
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      const [, where] = /TF_REATTACH_PROVIDERS='(.*)'/.exec(output) ?? [];
      if (where) resolve(where);
    });
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`the provider ended with ${code}: ${output}`)));
  });
}

async function commandsIn(context: TestContext, server: TestServer, folder: string): Promise<Terraform> {
  const root = await server.root();
  const own = { ...GO, PATH: process.env.PATH, HOME: folder, TMPDIR: folder };
  const TF_REATTACH_PROVIDERS = await providerFor(context, {
    ...own,
    AWS_ENDPOINT_URL: server.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: root.accessKeyId,
    AWS_SECRET_ACCESS_KEY: root.secretAccessKey,
  });
  const run = (...command: string[]): Promise<{ readonly code: number | null; readonly output: string }> =>
    new Promise((resolve, reject) => {
      const child = spawn(terraform!, [...command, '-no-color', '-input=false'], {
        cwd: folder,
        signal: context.signal,
        timeout: MAX_COMMAND_MS,
        env: { ...own, TF_REATTACH_PROVIDERS, TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1' },
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
