/** `latchkey env`: the environment variables that point AWS clients at the server. */
import type { Command } from './command.ts';
import {
  type AccountAnswer,
  ask,
  clientEnvironment,
  MISLEADING_VARIABLES,
  requireServer,
} from './server-connection.ts';

export const env: Command = {
  summary: 'print the exports that point AWS clients of this shell at the server',
  usage: `
Usage: eval "$(latchkey env [--account ID] [--region REGION])"

Prints shell commands that set AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION for the
root user of an account of the running server.

  --account ID     twelve digits; the account is created when it is new (default: the server's default account)
  --region REGION  (default: us-east-1)
`,
  maxWords: 0,
  options: { account: { type: 'string' }, region: { type: 'string' } },
  async run({ values }) {
    const server = requireServer();
    const account = await ask<AccountAnswer>(server, 'account', {
      accountId: values.account,
      region: values.region,
    });
    const lines = Object.entries(clientEnvironment(server, account)).map(
      ([name, value]) => `export ${name}=${shellQuoted(value)}`,
    );
    process.stdout.write(`${lines.join('\n')}\nunset ${MISLEADING_VARIABLES.join(' ')}\n`);
    return 0;
  },
};

/** One word of a POSIX shell, whatever is in it: `eval` runs what this command prints. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
