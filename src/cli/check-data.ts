/** `latchkey check-data`: what of a data directory is damaged or missing. */
import { type Command, UsageError } from './command.ts';
import { DEFAULT_DATA_DIRECTORY } from './server-options.ts';

export const dataCheck: Command = {
  summary: 'say what is damaged or missing in a data directory',
  usage: `
Usage: latchkey check-data [--data DIR]

Reads the database and every volume and snapshot, says what is damaged or missing, and changes none of it. No server may
run on the directory meanwhile. Ends with 1 where something is damaged.

  --data DIR  (default: ${DEFAULT_DATA_DIRECTORY})
`,
  maxWords: 0,
  options: { data: { type: 'string' } },
  async run({ values }) {
    const data = String(values.data ?? DEFAULT_DATA_DIRECTORY);
    if (data === '') throw new UsageError('--data takes a directory');
    const { inspectData } = await import('../inspect-data.ts');
    const { problems, volumes, snapshots } = await inspectData(data);
    for (const problem of problems) process.stdout.write(`${problem}\n`);
    const what = problems.length === 0 ? 'all is whole' : `${problems.length} problems`;
    process.stdout.write(`${data}: ${volumes} volumes, ${snapshots} snapshots, ${what}\n`);
    return problems.length === 0 ? 0 : 1;
  },
};
