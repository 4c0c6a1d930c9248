/** `latchkey env`: the variables that point the AWS clients of a shell at the server, as whoever is wanted. */
import { resolve } from 'node:path';
import {
  type AccountAnswer,
  clientEnvironment,
  credentialsFor,
  formatEnvironment,
  IDENTITY_OPTIONS,
  IDENTITY_USAGE,
  misleadingVariables,
  writeProfiles,
} from './client-environment.ts';
import { type Command, UsageError, type Values } from './command.ts';
import { ask, type Connection, findServer, requireServer } from './server-connection.ts';

const WAIT_STEP_MS = 100;
const DEFAULT_WAIT_SECONDS = 30;

export const env: Command = {
  summary: 'print the exports that point AWS clients of this shell at the server',
  usage: `
Usage: eval "$(latchkey env [--account ID] [--as user/NAME | --as role/NAME | --admin])"
       latchkey env --profiles FILE ID [ID ...]

Prints shell commands that set AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION.
${IDENTITY_USAGE.trimEnd()}
  --format FORM    sh (also for bash and zsh), fish, powershell, json or dotenv (default: sh)
  --profiles FILE  write a config file instead, with a profile for each account ID named after it, and point AWS_CONFIG_FILE
                   at it; the first is the default profile
  --wait           wait for the server to start, for at most ${DEFAULT_WAIT_SECONDS} seconds
`,
  asksServer: true,
  maxWords: 100,
  options: {
    ...IDENTITY_OPTIONS,
    format: { type: 'string' },
    profiles: { type: 'string' },
    wait: { type: 'boolean' },
  },
  async run({ values, words }) {
    if (words.length > 0 && values.profiles === undefined) {
      throw new UsageError(`"${words[0]}" is not expected there. Try: latchkey env --help`);
    }
    const format = (values.format as string | undefined) ?? 'sh';
    const server = values.wait ? await waitForServer(values) : requireServer(values);
    if (values.profiles !== undefined) {
      const environment = await profileEnvironment(server, values, words);
      // Credentials in variables would go before those of any profile.
      const misleading = [...misleadingVariables(), 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
      process.stdout.write(formatEnvironment(format, environment, misleading));
      return 0;
    }
    const environment = clientEnvironment(server, await credentialsFor(server, values));
    process.stdout.write(formatEnvironment(format, environment));
    return 0;
  },
};

async function profileEnvironment(
  server: Connection,
  values: Values,
  accountIds: readonly string[],
): Promise<Record<string, string>> {
  if (accountIds.length === 0)
    throw new UsageError('which accounts? latchkey env --profiles FILE 111122223333 …');
  const accounts: AccountAnswer[] = [];
  for (const account of accountIds) accounts.push(await credentialsFor(server, { ...values, account }));
  const [first] = accounts as [AccountAnswer];
  const file = resolve(values.profiles as string);
  writeProfiles(file, server, [
    { name: 'default', account: first },
    ...accounts.map((account) => ({ name: account.accountId, account })),
  ]);
  return {
    AWS_CONFIG_FILE: file,
    AWS_ENDPOINT_URL: server.secure?.url ?? server.url,
    AWS_REGION: first.region,
    AWS_DEFAULT_REGION: first.region,
  };
}

async function waitForServer(values: Values): Promise<Connection> {
  for (let left = (DEFAULT_WAIT_SECONDS * 1000) / WAIT_STEP_MS; ; left -= 1) {
    try {
      const server = findServer(values);
      if (server) {
        await ask(server, 'clock');
        return server;
      }
    } catch (error) {
      if (left <= 0) throw error;
    }
    if (left <= 0) return requireServer(values);
    await new Promise((resume) => setTimeout(resume, WAIT_STEP_MS));
  }
}
