/** `latchkey stop`: ends a server that runs on this machine, as Ctrl-C would. */
import { runningServers } from '../platform/node/running-server.ts';
import { type Command, UsageError } from './command.ts';
import { findServer } from './server-connection.ts';

const WAIT_STEP_MS = 50;
const MAX_WAIT_MS = 15_000;

export const stop: Command = {
  summary: 'stop a server that runs on this machine',
  usage: `
Usage: latchkey stop

Ends the server as Ctrl-C does: requests under way are answered, and its data is intact. Waits until it is gone.
`,
  asksServer: true,
  maxWords: 0,
  options: {},
  async run({ values }) {
    const url = findServer(values)?.url;
    if (url === undefined) throw new UsageError('no server is running: there is nothing to stop');
    const server = runningServers().find((each) => each.url === url);
    if (!server) throw new Error(`the server at ${url} does not run on this machine: stop it where it runs`);
    process.kill(server.pid, 'SIGTERM');
    for (let waitedMs = 0; waitedMs < MAX_WAIT_MS; waitedMs += WAIT_STEP_MS) {
      if (!runningServers().some(({ pid }) => pid === server.pid)) return 0;
      await new Promise((resume) => setTimeout(resume, WAIT_STEP_MS));
    }
    throw new Error(`the server at ${url} (process ${server.pid}) has not ended yet`);
  },
};
