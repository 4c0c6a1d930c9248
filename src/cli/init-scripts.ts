/** `start --init DIR`: scripts that fill a world before clients are told that it is there. */

import { scriptsIn } from '../platform/node/program.ts';
import { systemSentence } from '../platform/node/system-error.ts';
import { clientEnvironment, credentialsFor, misleadingVariables } from './client-environment.ts';
import { UsageError } from './command.ts';
import { runCommand } from './run-command.ts';
import type { Connection } from './server-connection.ts';

/** Runs the scripts, one after the other, as the account's root. */
export async function runInitScripts(scripts: InitScripts, server: Connection): Promise<void> {
  const environment: NodeJS.ProcessEnv = { ...process.env };
  for (const name of misleadingVariables()) delete environment[name];
  Object.assign(environment, clientEnvironment(server, await credentialsFor(server, {})));
  environment.LATCHKEY_TOKEN = server.token;
  for (const { path: script, executable } of scripts) {
    const [command, ...args] = executable ? [script] : ['sh', script];
    const code = await runCommand(command as string, args, environment);
    if (code !== 0) throw new Error(`${script} ended with exit code ${code}; the server was not started`);
  }
}

type InitScripts = ReturnType<typeof scriptsIn>;

/** What is executable in the directory, and every `.sh`, in the order of the names. */
export function initScripts(directory: string): InitScripts {
  try {
    return scriptsIn(directory);
  } catch (error) {
    throw new UsageError(`--init: ${systemSentence(error) ?? (error as Error).message}`);
  }
}
