/** `latchkey check --from DIR`: what a snapshot of real accounts has, and how far answers about it can be trusted. */
import type { Calibration } from '../explain/recorded/calibrate.ts';
import type { CoverageOfAll } from '../explain/recorded/coverage.ts';
import { renderCheck } from '../explain/recorded/render-recorded.ts';
import { type Command, printAnswer, UsageError } from './command.ts';
import { ask, requireWorld } from './server-connection.ts';

export const check: Command = {
  summary: 'show what a snapshot has, what is missing, and how far to trust it',
  usage: `
Usage: latchkey check --from DIR [--json]

DIR is a snapshot made by latchkey import. Shows what was read of each account and Region, what the reader was refused and what
nobody has read (both are unknown, not empty), and how many recorded calls come out as AWS decided them.

  --json           the answer as JSON

Exit code: 0 when agreement suffices for what-if to give a verdict, 3 when it does not.
`,
  answersByCode: true,
  maxWords: 0,
  options: { json: { type: 'boolean' }, from: { type: 'string' } },
  async run({ values }) {
    if (!values.from) throw new UsageError('check which snapshot? latchkey check --from DIR');
    const world = await requireWorld(values);
    const answer = await ask<{ coverage: CoverageOfAll; calibration: Calibration; sufficient: boolean }>(
      world,
      'check',
    );
    const { coverage, calibration } = answer;
    printAnswer(values, answer, () => renderCheck(String(values.from), coverage, calibration));
    return answer.sufficient ? 0 : 3;
  },
};
