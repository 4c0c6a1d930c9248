/** `latchkey exec`: runs one command against a server, its own or a running one. */
import { obstacleToRunning } from '../platform/node/program.ts';
import {
  clientEnvironment,
  credentialsFor,
  IDENTITY_OPTIONS,
  IDENTITY_USAGE,
  misleadingVariables,
} from './client-environment.ts';
import { type Command, UsageError } from './command.ts';
import { endOfLog, explainDenials } from './denials.ts';
import { warningOf } from './old-clients.ts';
import { runCommand } from './run-command.ts';
import { findServer } from './server-connection.ts';
import { DEFAULT_DATA_DIRECTORY, serverOptions, startOrSayWhy } from './server-options.ts';

export const exec: Command = {
  summary: 'run a command with AWS clients pointed at the server, or at one of its own',
  usage: `
Usage: latchkey exec [--ephemeral] [--explain] [--account ID] [--as user/NAME | --as role/NAME | --admin] -- COMMAND [ARG ...]

Runs COMMAND with AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION set, and ends with its
exit code. When no server is running, one is started on a free port for as long as COMMAND runs. What stands after COMMAND is
meant for it, with or without --.

  --ephemeral      a server of its own that keeps everything in memory, even when another is running
  --explain        afterwards, explain each call that was denied meanwhile, and how to fix it (on standard error)
  ${IDENTITY_USAGE.trim()}
  --delays FACTOR  scales the time that simulated work takes, for a server of its own; 0 for none (default: 1)
  --auth MODE      strict, or open for clients with dummy credentials, for a server of its own (default: strict)
`,
  asksServer: true,
  runsCommand: true,
  maxWords: Number.POSITIVE_INFINITY,
  options: {
    ephemeral: { type: 'boolean' },
    explain: { type: 'boolean' },
    ...IDENTITY_OPTIONS,
    delays: { type: 'string' },
    auth: { type: 'string' },
  },
  async run({ values, words }) {
    const [command, ...args] = words;
    if (!command) throw new UsageError('run what? latchkey exec -- COMMAND');
    const options = serverOptions(values);
    const obstacle = obstacleToRunning(command, process.env.PATH);
    if (obstacle) {
      say(`cannot run ${command}: ${obstacle.why}`);
      return obstacle.code;
    }
    const running = values.ephemeral ? undefined : findServer(values);
    const data = values.ephemeral ? undefined : DEFAULT_DATA_DIRECTORY;
    const own = running ? undefined : await startOrSayWhy({ ...options, port: 0, data });
    const server = running ?? (own as NonNullable<typeof own>);
    try {
      const account = await credentialsFor(server, values);
      const environment: NodeJS.ProcessEnv = { ...process.env };
      for (const name of misleadingVariables()) delete environment[name];
      Object.assign(environment, clientEnvironment(server, account));
      // `latchkey env` inside the command asks this same server.
      environment.LATCHKEY_TOKEN = server.token;
      const since = values.explain ? await endOfLog(server) : 0;
      // Meanwhile: whoever has a client that is new enough does not wait for it.
      const warned = warningOf(command, args, environment).then((warning) => warning && say(warning));
      const code = await runCommand(command, args, environment);
      await warned;
      if (values.explain) process.stderr.write(await explainDenials(server, since));
      return code;
    } finally {
      await own?.close();
    }
  },
};

const say = (sentence: string) => process.stderr.write(`latchkey: ${sentence}\n`);
