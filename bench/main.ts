/**
 * `npm run bench [part …]`: figures measured side by side in one run. Trust the ratios; the machine may be busy.
 * `--check` warns of what costs more processor time than committed, `--record` commits what this run has found.
 */
import { availableParallelism, cpus } from 'node:os';
import { readArguments } from '../tools/arguments.ts';
import { dataplaneBench } from './dataplane.ts';
import { type Figure, record, warnings } from './figures.ts';
import { growthBench } from './growth.ts';
import { importBench } from './import.ts';
import { kmsBench } from './kms.ts';
import { policyBench } from './policy.ts';
import { startupBench } from './startup.ts';
import { storeBench } from './store.ts';
import { wireBench } from './wire.ts';

const PARTS: Readonly<Record<string, () => unknown>> = {
  startup: startupBench,
  wire: wireBench,
  policy: policyBench,
  kms: kmsBench,
  store: storeBench,
  growth: growthBench,
  dataplane: dataplaneBench,
  import: importBench,
};

const {
  values: flags,
  positionals: asked,
  refuse,
} = readArguments(import.meta.url, {
  check: { type: 'boolean' },
  record: { type: 'boolean' },
});
const unknown = asked.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0)
  refuse(`no such part: ${unknown.join(', ')}. There are: ${Object.keys(PARTS).join(', ')}`);
console.log(`${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.version}`);
for (const [name, run] of Object.entries(PARTS)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`\n== ${name}`);
  const figures = (await run()) as Figure[] | undefined;
  if (!figures) continue;
  if (flags.record) record(figures);
  else if (flags.check) for (const warning of warnings(figures)) console.warn(`warning: ${warning}`);
}
