/** `latchkey clock`: reads and advances the time of the server. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../platform/durations.ts';
import { type Command, UsageError } from './command.ts';
import { ask, requireServer } from './server-connection.ts';

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
};

export const clock: Command = {
  summary: "print the server's time, or advance it",
  usage: `
Usage: latchkey clock
       latchkey clock advance 7d

Advances the server's clock (30s, 15m, 12h, 7d), so that whatever is due by then happens: scheduled key deletions,
expirations, rotations. The clock never goes back, and a server with a data directory remembers.
`,
  options: {},
  asksServer: true,
  maxWords: 2,
  async run({ values, words: [verb, amount] }) {
    if (verb !== undefined && verb !== 'advance') {
      throw new UsageError(`the clock cannot "${verb}". Try: latchkey clock advance 7d`);
    }
    if (amount?.startsWith('-'))
      throw new UsageError(`the clock never goes back. Forward: latchkey clock advance ${amount.slice(1)}`);
    const advanceMs = verb === undefined ? 0 : durationMs(amount ?? '');
    if (advanceMs === undefined) {
      throw new UsageError('advance how far? latchkey clock advance 30s, 15m, 12h, 7d');
    }
    const { nowMs } = await ask<{ nowMs: number }>(requireServer(values), 'clock', { advanceMs });
    process.stdout.write(`${new Date(nowMs).toISOString()}\n`);
    return 0;
  },
};

/** Milliseconds of `30s`, `15m`, `12h`, `7d`; undefined for anything else. */
export function durationMs(text: string): number | undefined {
  const [, amount, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * (UNITS_MS[unit] as number);
}
