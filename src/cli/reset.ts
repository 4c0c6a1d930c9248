/** `latchkey reset`: brings a running server back to where it began, for the next test. */
import type { Command } from './command.ts';
import { ask, requireServer } from './server-connection.ts';

export const reset: Command = {
  summary: 'forget everything that a running server has except its accounts',
  usage: `
Usage: latchkey reset [--force]

Everything made since the server first started is gone, the clock is back at this machine's time, and the server goes on at the
same address. Its accounts stay, and so do the credentials of their root users: what "latchkey env" printed for root stays
valid, what it printed for users and roles does not.

  --force          where the server keeps what it has in a directory: erase that
`,
  asksServer: true,
  maxWords: 0,
  options: { force: { type: 'boolean' } },
  async run({ values }) {
    await ask(requireServer(values), 'reset', { force: values.force === true });
    return 0;
  },
};
