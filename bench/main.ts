/** `npm run bench [part …]`: figures measured side by side in one run. Trust the ratios; the machine may be busy. */
import { availableParallelism, cpus } from 'node:os';
import { dataplaneBench } from './dataplane.ts';
import { importBench } from './import.ts';
import { kmsBench } from './kms.ts';
import { policyBench } from './policy.ts';
import { startupBench } from './startup.ts';
import { storeBench } from './store.ts';
import { wireBench } from './wire.ts';

const PARTS: Readonly<Record<string, () => void | Promise<void>>> = {
  startup: startupBench,
  wire: wireBench,
  policy: policyBench,
  kms: kmsBench,
  store: storeBench,
  dataplane: dataplaneBench,
  import: importBench,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(', ')}. There are: ${Object.keys(PARTS).join(', ')}`);
  process.exit(2);
}
console.log(`${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.version}`);
for (const [name, run] of Object.entries(PARTS)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`\n== ${name}`);
  await run();
}
