/** `latchkey start`: runs the server until it is stopped; and the options and errors of any command that starts one. */
import type { Latchkey, LatchkeyOptions } from '../assemble.ts';
import { type Command, UsageError } from './command.ts';
import { DEFAULT_PORT } from './server-connection.ts';

export const DEFAULT_DATA_DIRECTORY = '.latchkey';

/** The exit code after a failure of the disk: EX_IOERR of sysexits.h. */
const DISK_FAILED = 74;

export const start: Command = {
  summary: 'run the server for your own AWS clients',
  usage: `
Usage: latchkey start [--port PORT] [--data DIR | --ephemeral] [options]

Runs until it is stopped (Ctrl-C). In another shell: eval "$(latchkey env)", and every AWS client talks to it.

  --port PORT        (default: ${DEFAULT_PORT}; 0 takes a free one)
  --host ADDRESS     where to listen (default: 127.0.0.1, which only this machine reaches)
  --data DIR         where everything is kept (default: ${DEFAULT_DATA_DIRECTORY})
  --ephemeral        keep everything in memory
  --account ID       the default account, twelve digits (default: 123456789012)
  --region REGION    the default region (default: us-east-1)
  --auth MODE        strict: every signature is verified; open: unknown access keys are the default account's root,
                     and a key id of twelve digits names the account (default: strict)
  --delays FACTOR    scales the time that simulated work takes; 0 for none (default: 1)
  --passphrase-env NAME
                     seal keys under a passphrase taken from this environment variable, instead of a key file in DIR
`,
  maxWords: 0,
  options: {
    port: { type: 'string' },
    host: { type: 'string' },
    data: { type: 'string' },
    ephemeral: { type: 'boolean' },
    account: { type: 'string' },
    region: { type: 'string' },
    auth: { type: 'string' },
    delays: { type: 'string' },
    'passphrase-env': { type: 'string' },
  },
  async run({ values }) {
    if (values.ephemeral && values.data !== undefined) {
      throw new UsageError('--ephemeral keeps nothing, --data keeps everything: which is it to be?');
    }
    if (values.data === '')
      throw new UsageError('--data takes a directory; to keep nothing, use --ephemeral');
    const data = values.ephemeral ? undefined : String(values.data ?? DEFAULT_DATA_DIRECTORY);
    const port = wholeNumber('--port', values.port ?? String(DEFAULT_PORT), 65_535);
    const ended = Promise.withResolvers<number>();
    const onFatal = () => {
      // What is under way can come to no good end; what was acknowledged is on the disk.
      process.exit(DISK_FAILED);
    };
    const server = await startOrSayWhy({ ...serverOptions(values), port, data, onFatal });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.resolve(0));
    process.stdout.write(
      `Latchkey is listening on ${server.url}, keeping everything in ${data ?? 'memory'}.\n` +
        `In another shell: eval "$(npx latchkey env)"\n`,
    );
    const code = await ended.promise;
    await server.close();
    return code;
  },
};

export async function startOrSayWhy(options: LatchkeyOptions): Promise<Latchkey> {
  // The whole server is loaded by the commands that start one; the others answer in a third of the time.
  const { startLatchkey } = await import('../assemble.ts');
  return startLatchkey(options).catch((error) => {
    throw new Error(whyNotStarted(error, options), { cause: error });
  });
}

function whyNotStarted(error: NodeJS.ErrnoException, at: LatchkeyOptions): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `port ${at.port} is taken by another program, or another Latchkey. Take a free one: --port 0`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `this machine has no address ${at.host} to listen on`;
    case 'EACCES':
      return error.syscall === 'listen'
        ? `cannot listen on port ${at.port}: permission denied`
        : error.message;
    case 'EEXIST':
    case 'ENOTDIR':
      return `${at.data} is not a directory`;
    default:
      return error.message;
  }
}

/** The options that `start` shares with servers that other commands start. */
export function serverOptions(values: Record<string, string | boolean | undefined>): LatchkeyOptions {
  const text = (name: string) => values[name] as string | undefined;
  const auth = text('auth') ?? 'strict';
  if (auth !== 'strict' && auth !== 'open') throw new UsageError('--auth is strict or open');
  const account = text('account');
  if (account !== undefined && !/^\d{12}$/.test(account))
    throw new UsageError('--account takes twelve digits');
  const delays = Number(text('delays') ?? '1');
  if (!(delays >= 0 && delays <= 1000)) throw new UsageError('--delays takes a factor from 0 to 1000');
  const variable = text('passphrase-env');
  const passphrase = variable === undefined ? undefined : process.env[variable];
  if (variable !== undefined && !passphrase) throw new UsageError(`${variable} is not set`);
  return {
    auth,
    delays,
    host: text('host'),
    account,
    region: text('region'),
    passphrase,
  };
}

function wholeNumber(option: string, value: string | boolean, most: number): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number > most) {
    throw new UsageError(`${option} takes a whole number from 0 to ${most}`);
  }
  return number;
}
