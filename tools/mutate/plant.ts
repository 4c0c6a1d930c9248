/**
 * Preloaded into processes that run tests (`--import`; their worker threads and children inherit it): files with faults are
 * read from their copies, of which nothing is in the checkout.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import '../load-sources.ts';
import { SWITCH } from './schemata.ts';

export const FAULT_VARIABLE = 'LATCHKEY_FAULT';
export const COPIES_VARIABLE = 'LATCHKEY_FAULTY_COPIES';
const MAX_FAULTS = 1 << 20;

const { [COPIES_VARIABLE]: copies } = process.env;
if (copies) {
  const paths = JSON.parse(readFileSync(copies, 'utf8')) as Record<string, string>;
  // One memory for all threads: volumes are served by workers, which began before the fault was switched on.
  const ofThis = getEnvironmentData(SWITCH) as SharedArrayBuffer | undefined;
  const shared = ofThis ?? new SharedArrayBuffer(4 + MAX_FAULTS);
  const active = new Int32Array(shared, 0, 1);
  if (!ofThis) {
    active[0] = Number(process.env[FAULT_VARIABLE]);
    setEnvironmentData(SWITCH, shared);
  }
  /** A cell a fault: asked on every evaluation, so it must cost nothing. */
  const reached = new Uint8Array(shared, 4);
  const isActive = (id: number) => {
    reached[id] = 1;
    return id === active[0];
  };
  const activate = (id: number) => {
    active[0] = id;
    // For processes that are started from now on.
    process.env[FAULT_VARIABLE] = String(id);
  };
  Object.assign(globalThis, { [Symbol.for(SWITCH)]: Object.assign(isActive, { activate, reached }) });
  registerHooks({
    load: (url, context, next) =>
      Object.hasOwn(paths, url)
        ? {
            format: 'module-typescript',
            source: readFileSync(paths[url] as string, 'utf8'),
            shortCircuit: true,
          }
        : next(url, context),
  });
}
