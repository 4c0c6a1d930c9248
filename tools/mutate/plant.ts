/**
 * Preloaded into processes that run tests (`--import`; their worker threads and children inherit it): files with faults are
 * read from their copies, of which nothing is in the checkout.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { SWITCH } from './schemata.ts';

export const FAULT_VARIABLE = 'LATCHKEY_FAULT';
export const COPIES_VARIABLE = 'LATCHKEY_FAULTY_COPIES';

const { [COPIES_VARIABLE]: copies } = process.env;
if (copies) {
  const paths = JSON.parse(readFileSync(copies, 'utf8')) as Record<string, string>;
  let active = Number(process.env[FAULT_VARIABLE]);
  /** A cell a fault: asked on every evaluation, so it must cost nothing. */
  const reached = new Uint8Array(1 << 20);
  const isActive = (id: number) => {
    reached[id] = 1;
    return id === active;
  };
  const activate = (id: number) => {
    active = id;
    // For those that are started from now on.
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
