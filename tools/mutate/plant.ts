/**
 * Preloaded into the tests of a fault (`--import`): the file of the fault is read with the fault in it. Nothing is
 * written into the checkout, so several faults are tried at once. Worker threads and child processes inherit it.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const { LATCHKEY_MUTANT } = process.env;
if (LATCHKEY_MUTANT) {
  const { path, source } = JSON.parse(readFileSync(LATCHKEY_MUTANT, 'utf8')) as {
    path: string;
    source: string;
  };
  const url = pathToFileURL(path).href;
  registerHooks({
    load: (at, context, next) =>
      at === url ? { format: 'module-typescript', source, shortCircuit: true } : next(at, context),
  });
}
