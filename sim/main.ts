/**
 * `npm run sim -- [--seeds N] [--from SEED] [--actions N] [--planted FAULT] [--trace]`: runs all of src on simulated
 * disks and clocks, once for each seed; a seed that fails prints its shortest replay.
 */
import { readArguments } from '../tools/arguments.ts';
import { PLANTED } from './planted.ts';
import { run, shortest } from './run.ts';

const { values, numberOf, refuse } = readArguments(import.meta.url, {
  seeds: { type: 'string', default: '20' },
  from: { type: 'string', default: '1' },
  actions: { type: 'string', default: '60' },
  planted: { type: 'string' },
  trace: { type: 'boolean' },
});
const first = numberOf('from');
const actions = numberOf('actions');
const seeds = numberOf('seeds');
const planted = values.planted === undefined ? undefined : PLANTED[values.planted];
if (values.planted !== undefined && !planted)
  refuse(`no such fault. There are: ${Object.keys(PLANTED).join(', ')}`);
let failed = 0;
let crashes = 0;
for (let seed = first; seed < first + seeds; seed++) {
  const outcome = await run({ seed, actions, planted });
  crashes += outcome.crashes;
  if (values.trace) console.log(outcome.trace.join('\n'));
  if (outcome.wrong.length === 0) continue;
  failed++;
  console.log(
    `seed ${seed} fails:\n${outcome.wrong
      .slice(0, 8)
      .map((what) => `  ${what}`)
      .join('\n')}`,
  );
  const least = await shortest({ seed, actions, planted });
  console.log(
    `  shortest replay: npm run sim -- --seeds 1 --from ${seed} --actions ${least}${values.planted ? ` --planted ${values.planted}` : ''} --trace`,
  );
}
console.log(`${values.seeds} seeds, ${crashes} crashes: ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
