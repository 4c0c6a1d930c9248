/** `latchkey console`: opens the console of a running server, or of a snapshot of real accounts, in the browser. */
import { spawn } from 'node:child_process';
import type { Latchkey } from '../latchkey.ts';
import type { Command } from './command.ts';
import { ask, requireServer } from './server-connection.ts';
import { snapshotOptions, startOrSayWhy } from './server-options.ts';

export const consoleCommand: Command = {
  summary: 'look at a running server, or at an imported account, in the browser',
  usage: `
Usage: latchkey console [--no-open]
       latchkey console --from DIR [--no-open]

Prints an address that opens the console once, within ten minutes, and opens it in the browser where there is one: why things
stopped, each decision, who may use which key and what a change would break, every call as it happens.

  --from DIR       a snapshot of real accounts (latchkey import); it is served, read-only, until Ctrl-C
  --no-open        print the address only
`,
  asksServer: true,
  maxWords: 0,
  options: { from: { type: 'string' }, 'no-open': { type: 'boolean' } },
  async run({ values }) {
    const show = async (server: Pick<Latchkey, 'url' | 'token'>) => {
      const { path } = await ask<{ path: string }>(server, 'console-ticket');
      const address = `${server.url}${path}`;
      process.stdout.write(`${address}\n`);
      if (!values['no-open']) openInBrowser(address);
    };
    if (values.from === undefined) {
      await show(requireServer(values));
      return 0;
    }
    const ended = Promise.withResolvers<number>();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.resolve(0));
    const server = await startOrSayWhy({ ...(await snapshotOptions(String(values.from), false)), port: 0 });
    await show(server);
    process.stdout.write('Serving the snapshot, read-only, until Ctrl-C.\n');
    const code = await ended.promise;
    await server.close();
    return code;
  },
};

/** By the system's own opener. Where there is none, the address that was printed has to do. */
function openInBrowser(address: string): void {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return;
  const openers: Partial<Record<NodeJS.Platform, [string, string[]]>> = {
    darwin: ['open', [address]],
    win32: ['rundll32', ['url.dll,FileProtocolHandler', address]],
  };
  const [command, args] = openers[process.platform] ?? ['xdg-open', [address]];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
