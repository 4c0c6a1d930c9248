/** The `latchkey` command as a process of its own, in a directory and with a registry of servers that end with the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));

/** The command: of the package that `npm test` lays out first, which starts in a quarter of the time, or from the sources. */
export const BIN = join(process.env.TESTED_PACKAGE ?? CHECKOUT, 'bin/latchkey.js');

/** What npx does where the package is installed: a PATH with an `npx`, which is written into the folder, for `npx latchkey …`. */
export function npxIn(folder: string): string {
  const npx = join(folder, 'npx');
  writeFileSync(npx, `#!/bin/sh\nshift\nexec "${process.execPath}" "${BIN}" "$@"\n`);
  chmodSync(npx, 0o755);
  return [folder, dirname(process.execPath), process.env.PATH].join(delimiter);
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  readonly port: number;
  /** Ends it and tells how it ended, with all that it wrote. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
}

export interface Place {
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  /** `input` is what it reads from standard input; nothing by default. */
  run(args: string[], environment?: NodeJS.ProcessEnv, input?: string): Promise<Ended>;
  /** `latchkey start`, once it listens. */
  start(args: string[], environment?: NodeJS.ProcessEnv): Promise<Started>;
  spawn(args: string[], environment?: NodeJS.ProcessEnv): ChildProcess;
}

/** Servers that are started elsewhere on this machine are not seen from here, nor ours from there. */
export function placeFor(context: Pick<TestContext, 'after'>): Place {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-cli-'));
  const children = new Set<ChildProcess>();
  context.after(async () => {
    for (const child of children) await end(child, 'SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });
  const ours = { XDG_RUNTIME_DIR: directory };
  const cleared = Object.fromEntries(
    Object.keys(process.env).flatMap((name) => (/^(AWS|LATCHKEY)_/.test(name) ? [[name, undefined]] : [])),
  );
  const environment = { ...process.env, ...cleared, ...ours };
  const spawnIn = (args: string[], extra: NodeJS.ProcessEnv = {}, input?: string) => {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: directory,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      env: { ...environment, ...extra },
    });
    child.stdin?.end(input);
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };
  return {
    directory,
    environment,
    spawn: spawnIn,
    run: (args, extra, input) => outcome(spawnIn(args, extra, input)),
    async start(args, extra) {
      const child = spawnIn(['start', ...args], extra);
      const ended = outcome(child);
      let written = '';
      const url = await new Promise<string>((resolve, reject) => {
        child.stdout?.on('data', (bytes) => {
          written += bytes;
          const match = /^Latchkey is listening on (\S+?),? /.exec(written);
          if (match) resolve(match[1] as string);
        });
        ended.then(({ stderr }) => reject(new Error(`latchkey start ended: ${stderr}`)), reject);
      });
      return {
        child,
        url,
        port: Number(new URL(url).port),
        async stop(signal = 'SIGTERM') {
          child.kill(signal);
          return ended;
        },
      };
    },
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

function outcome(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (bytes) => {
    stdout += bytes;
  });
  child.stderr?.on('data', (bytes) => {
    stderr += bytes;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** The variables that `latchkey env` exports. */
export function exported(script: string): Record<string, string> {
  return Object.fromEntries(
    [...script.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name, value]) => [name, value]),
  );
}

/** A client with what `latchkey env` exported. */
export function clientOf<C>(
  Client: new (config: {
    endpoint: string;
    region: string;
    maxAttempts: number;
    credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  }) => C,
  variables: Record<string, string>,
): C {
  return new Client({
    endpoint: variables.AWS_ENDPOINT_URL as string,
    region: variables.AWS_REGION as string,
    maxAttempts: 1,
    credentials: {
      accessKeyId: variables.AWS_ACCESS_KEY_ID as string,
      secretAccessKey: variables.AWS_SECRET_ACCESS_KEY as string,
      sessionToken: variables.AWS_SESSION_TOKEN,
    },
  });
}

export const identity = (variables: Record<string, string>) =>
  clientOf(STSClient, variables).send(new GetCallerIdentityCommand({}));
