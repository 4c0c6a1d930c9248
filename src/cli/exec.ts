/** `latchkey exec`: runs one command against a server, its own or a running one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { type Command, UsageError } from './command.ts';
import {
  type AccountAnswer,
  ask,
  clientEnvironment,
  findServer,
  MISLEADING_VARIABLES,
} from './server-connection.ts';
import { DEFAULT_DATA_DIRECTORY, serverOptions, startOrSayWhy } from './start.ts';

export const exec: Command = {
  summary: 'run a command with AWS clients pointed at the server, or at one of its own',
  usage: `
Usage: latchkey exec [--ephemeral] [--account ID] [--region REGION] -- COMMAND [ARG ...]

Runs COMMAND with AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION set, and ends with its
exit code. When no server is running, one is started on a free port for as long as COMMAND runs.

  --ephemeral      a server of its own that keeps everything in memory, even when another is running
  --account ID     twelve digits (default: 123456789012)
  --region REGION  (default: us-east-1)
  --delays FACTOR  scales the time that simulated work takes, for a server of its own; 0 for none (default: 1)
  --auth MODE      strict, or open for clients with dummy credentials, for a server of its own (default: strict)
`,
  maxWords: Number.POSITIVE_INFINITY,
  options: {
    ephemeral: { type: 'boolean' },
    account: { type: 'string' },
    region: { type: 'string' },
    delays: { type: 'string' },
    auth: { type: 'string' },
  },
  async run({ values, words }) {
    const [command, ...args] = words;
    if (!command) throw new UsageError('run what? latchkey exec -- COMMAND');
    const options = serverOptions(values);
    const running = values.ephemeral ? undefined : findServer();
    const data = values.ephemeral ? undefined : DEFAULT_DATA_DIRECTORY;
    const own = running ? undefined : await startOrSayWhy({ ...options, port: 0, data });
    const server = running ?? (own as NonNullable<typeof own>);
    try {
      const account = await ask<AccountAnswer>(server, 'account', {
        accountId: values.account,
        region: values.region,
      });
      const environment: NodeJS.ProcessEnv = {
        ...process.env,
        ...clientEnvironment(server, account),
        // `latchkey env` inside the command speaks of this same server.
        LATCHKEY_TOKEN: server.token,
      };
      for (const name of MISLEADING_VARIABLES) delete environment[name];
      return await runCommand(command, args, environment);
    } finally {
      await own?.close();
    }
  },
};

const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function runCommand(command: string, args: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve) => {
    let child: ChildProcess | undefined;
    const pass = (signal: NodeJS.Signals) => {
      // Ctrl-C in a terminal reaches the command by itself: a second one would make many programs stop at once.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child?.kill(signal);
    };
    // Before there is a command: a signal in between would end this process alone.
    for (const signal of PASSED_ON) process.on(signal, pass);
    child = spawn(command, args, { stdio: 'inherit', env: environment });
    // Codes as a shell gives them: 127 for what is not there, 128 and the number for a signal.
    child.on('error', (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === 'ENOENT';
      process.stderr.write(
        `latchkey: cannot run ${command}: ${isMissing ? 'no such command' : error.message}\n`,
      );
      resolve(isMissing ? 127 : 126);
    });
    child.on('exit', (code, signal) => {
      for (const each of PASSED_ON) process.off(each, pass);
      resolve(code ?? 128 + constants.signals[signal as NodeJS.Signals]);
    });
  });
}
