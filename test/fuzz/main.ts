/** `npm run fuzz [-- target] [--seconds N] [--seed N]`: one target, or all in turn, for as long as you like. */
import fc from 'fast-check';
import { readArguments } from '../../tools/arguments.ts';
import { judge } from './judge.ts';
import { TARGETS } from './targets.ts';

const { values, positionals, numberOf, refuse } = readArguments(import.meta.url, {
  seconds: { type: 'string', default: '20' },
  seed: { type: 'string' },
});
const unknown = positionals.filter((name) => !Object.hasOwn(TARGETS, name));
if (unknown.length > 0)
  refuse(`no such target: ${unknown.join(', ')}. There are: ${Object.keys(TARGETS).join(', ')}`);
for (const [name, target] of Object.entries(TARGETS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  let inputs = 0;
  const report = await fc.check(
    fc.asyncProperty(target.input, async (input) => {
      inputs++;
      await judge(target, input);
    }),
    {
      numRuns: Number.MAX_SAFE_INTEGER,
      interruptAfterTimeLimit: numberOf('seconds') * 1000,
      ...(values.seed === undefined ? {} : { seed: numberOf('seed') }),
    },
  );
  await target.end?.();
  if (!report.failed) {
    console.log(`${name}: ${inputs} inputs, nothing found (seed ${report.seed})`);
    continue;
  }
  process.exitCode = 1;
  const entry = JSON.stringify({ target: name, input: report.counterexample?.[0] });
  console.log(`${name} fails (seed ${report.seed}): ${report.errorInstance}`);
  console.log(`  for test/fuzz/corpus.json, once it is mended: ${entry.slice(0, 2000)}`);
}
