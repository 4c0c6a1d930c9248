/** `latchkey start`: the server, until it is stopped. */
import pkg from '../../package.json' with { type: 'json' };
import { shrinkHeapSoon, tuneForLoad } from '../platform/node/heap.ts';
import type { RunningServer } from '../platform/node/running-server.ts';
import { CallLines } from './call-lines.ts';
import { type Command, UsageError, type Values } from './command.ts';
import { startDetached } from './detach.ts';
import { initScripts, runInitScripts } from './init-scripts.ts';
import { DISK_FAILED } from './output.ts';
import { DEFAULT_PORT } from './server-connection.ts';
import {
  DEFAULT_DATA_DIRECTORY,
  serverOptions,
  snapshotOptions,
  startOrSayWhy,
  wholeNumber,
} from './server-options.ts';

const LOG_FORMS = ['text', 'json', 'off'];

export const start: Command = {
  summary: 'run the server for your own AWS clients',
  usage: `
Usage: latchkey start [--port PORT] [--data DIR | --ephemeral] [options]
       latchkey start --from SNAPSHOT [--fork [--data DIR]] [options]

Runs until it is stopped (Ctrl-C, or latchkey stop), and prints a line for each call: who, what, allowed or denied and by
what. In another shell: eval "$(latchkey env)", and every AWS client talks to it.

  --port PORT        (default: ${DEFAULT_PORT}; 0 takes a free one)
  --host ADDRESS     where to listen (default: 127.0.0.1, which only this machine reaches; in a container: 0.0.0.0)
  --hostname NAME[:PORT]
                     answer to this name too (may be repeated); *.NAME for all below it. LATCHKEY_HOSTNAMES
                     does the same, with commas. On 0.0.0.0 it answers to localhost at any mapped port.
  --tls              speak HTTPS too, on the same port, under a certificate of its own making, which "latchkey env" has
                     clients trust: aws:SecureTransport is true for those that use it
  --tls-cert FILE, --tls-key FILE
                     the same under a certificate of yours, in PEM, for the names by which clients call
  --data DIR         where everything is kept (default: ${DEFAULT_DATA_DIRECTORY})
  --ephemeral        keep everything in memory
  --account ID       the default account, twelve digits (default: 123456789012)
  --region REGION    the default region (default: us-east-1)
  --from SNAPSHOT    serve a snapshot of real accounts (latchkey import): everything can be read, nothing changed
  --fork             with --from: a playground. The same ARNs, policies, keys and grants, with key material and blank volumes of
                     its own, to try a fix on before it goes to production (kept in memory, or in --data DIR)
  --auth MODE        strict: every signature is verified; open: unknown access keys are the default account's root,
                     and a key id of twelve digits names the account (default: strict)
  --delays FACTOR    scales the time that simulated work takes; 0 for none (default: 1)
  --any-image        an AMI id, or an image parameter of AWS's, that is unknown stands for an Amazon Linux image of the
                     architecture that its use implies (templates carry ids of AWS's own images); said in the log
  --templates DIR    the folder that stands for the buckets of TemplateURL (there is no S3): https://s3.amazonaws.com/BUCKET/KEY is
                     DIR/BUCKET/KEY, and a template may name others by their paths
  --init DIR         before clients are told that it is ready, run the scripts in DIR (*.sh, and what is executable), in the
                     order of their names, with an AWS client's environment
  --log FORM         a line for each call: text, json, or off (default: text)
  --json             say where it listens as a JSON object
  --detach           leave it running in the background, once it is ready
  --passphrase-env NAME
                     seal keys under a passphrase taken from this environment variable, instead of a key file in DIR

LATCHKEY_TOKEN chooses the token that latchkey's commands need to ask a server on another machine or in a container.
`,
  maxWords: 0,
  options: {
    port: { type: 'string' },
    host: { type: 'string' },
    hostname: { type: 'string', multiple: true },
    tls: { type: 'boolean' },
    'tls-cert': { type: 'string' },
    'tls-key': { type: 'string' },
    data: { type: 'string' },
    ephemeral: { type: 'boolean' },
    account: { type: 'string' },
    region: { type: 'string' },
    auth: { type: 'string' },
    delays: { type: 'string' },
    'any-image': { type: 'boolean' },
    templates: { type: 'string' },
    init: { type: 'string' },
    log: { type: 'string' },
    json: { type: 'boolean' },
    detach: { type: 'boolean' },
    'passphrase-env': { type: 'string' },
    from: { type: 'string' },
    fork: { type: 'boolean' },
  },
  async run({ values }) {
    if (values.ephemeral && values.data !== undefined) {
      throw new UsageError('--ephemeral keeps nothing, --data keeps everything: which is it to be?');
    }
    const log = (values.log as string | undefined) ?? 'text';
    if (!LOG_FORMS.includes(log)) throw new UsageError('--log is text, json or off');
    if (values.fork && values.from === undefined)
      throw new UsageError('--fork of what? --from SNAPSHOT --fork');
    if (values.from !== undefined && !values.fork && values.data !== undefined) {
      throw new UsageError('a snapshot that is only shown keeps nothing: --data goes with --fork');
    }
    const inMemory = values.ephemeral || (values.from !== undefined && values.data === undefined);
    const data = inMemory ? undefined : String(values.data ?? DEFAULT_DATA_DIRECTORY);
    const imported =
      values.from === undefined ? {} : await snapshotOptions(String(values.from), values.fork === true);
    const port = wholeNumber('--port', String(values.port ?? DEFAULT_PORT), 65_535);
    const options = { ...serverOptions(values), ...imported, port, data };
    const scripts = values.init === undefined ? [] : initScripts(String(values.init));
    if (values.detach) {
      const running = await startDetached(detachedArguments(process.argv.slice(3)));
      announce({ ...running, data }, values);
      return 0;
    }
    // As the first process of a container there is nobody else to stop: signals count from the first moment.
    const ended = Promise.withResolvers<number>();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.resolve(0));
    const onFatal = () => {
      // What is under way can come to no good end; what was acknowledged is on the disk.
      process.exit(DISK_FAILED);
    };
    const server = await startOrSayWhy({ ...options, onFatal });
    await runInitScripts(scripts, server).catch(async (error) => {
      await server.close();
      throw error;
    });
    announce({ ...server, pid: process.pid, data }, values);
    shrinkHeapSoon();
    // Without a disk the record is most of what is alive.
    tuneForLoad({ mayGrow: data !== undefined });
    const endLog = log === 'off' ? undefined : await server.followCalls(callWriter(log));
    const code = await ended.promise;
    await endLog?.();
    await server.close();
    return code;
  },
};

function callWriter(form: string): Parameters<Awaited<ReturnType<typeof startOrSayWhy>>['followCalls']>[0] {
  const write = (line: string) => process.stdout.write(`${line}\n`);
  if (form === 'json') return (calls) => calls.forEach((call) => void write(JSON.stringify(call)));
  const lines = new CallLines(write);
  return (calls) => lines.add(calls);
}

function announce(
  { url, secure, pid, data }: Pick<RunningServer, 'url' | 'secure' | 'pid' | 'data'>,
  values: Values,
): void {
  if (values.json) {
    process.stdout.write(
      `${JSON.stringify({ url, secureUrl: secure?.url, pid, data: data ?? null, version: pkg.version })}\n`,
    );
    return;
  }
  process.stdout.write(
    `Latchkey is listening on ${url}${secure ? `, and on ${secure.url}` : ''}, keeping everything in ${data ?? 'memory'}.\n` +
      `In another shell: eval "$(npx latchkey env)"; to look at it in the browser: npx latchkey console\n`,
  );
}

/** The arguments of the process that is left behind; nobody watches what it prints. */
function detachedArguments(args: readonly string[]): string[] {
  const own = args.filter((word) => word !== '--detach');
  return own.some((word) => word.startsWith('--log')) ? own : [...own, '--log', 'off'];
}
