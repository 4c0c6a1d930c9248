/** `latchkey rekey`: puts everything that is sealed under a new root key. */
import type { Command } from './command.ts';
import { ask, requireServer } from './server-connection.ts';

export const rekey: Command = {
  summary: 'seal everything that is kept under a new root key',
  usage: `
Usage: latchkey rekey

Makes a new root key, seals every key and secret of the running server's data directory under it, and forgets the old
one. Session tokens given out before are no longer valid afterwards.
`,
  options: {},
  asksServer: true,
  maxWords: 0,
  async run({ values }) {
    const { resealed } = await ask<{ resealed: number }>(requireServer(values), 'rekey');
    process.stdout.write(`${resealed} secrets are sealed under a new root key; the old one is gone.\n`);
    return 0;
  },
};
