/** `latchkey status`: the servers that run on this machine. */
import { runningServers } from '../platform/node/running-server.ts';
import type { Command } from './command.ts';
import { ask } from './server-connection.ts';

interface Health {
  readonly version: string;
  readonly status: string;
}

export const status: Command = {
  summary: 'list the servers that run on this machine',
  usage: `
Usage: latchkey status [--json]

Prints a line for each server of yours that runs: its URL, process, version, and where it keeps everything. The exit
code is 1 when none runs.
`,
  maxWords: 0,
  options: { json: { type: 'boolean' } },
  async run({ values }) {
    const servers = await Promise.all(
      runningServers().map(async (server) => {
        const health = await ask<Health>(server, 'health').catch(() => undefined);
        const { status: state = 'not answering', version = '' } = health ?? {};
        const { url, pid, data = null } = server;
        return { url, pid, status: state, version, data };
      }),
    );
    if (values.json) process.stdout.write(`${JSON.stringify(servers, null, 2)}\n`);
    else if (servers.length === 0)
      process.stderr.write('No server is running. Start one: npx latchkey start\n');
    else {
      for (const { url, pid, status: state, version, data } of servers) {
        process.stdout.write(`${url}  pid ${pid}  ${state}  ${version}  ${data ?? 'in memory'}\n`);
      }
    }
    return servers.length > 0 ? 0 : 1;
  },
};
