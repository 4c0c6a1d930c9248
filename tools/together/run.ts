/**
 * Runs test files one after the other in one process: to load the sources, and to have it compiled while it runs, is half of the
 * processor time of most of them.
 */
import { registerHooks } from 'node:module';
import { describe } from 'node:test';
import { declarationsOf } from './node-test.ts';

const STAND_IN = new URL('node-test.ts', import.meta.url).href;
const root = new URL('../../', import.meta.url);
/** One that takes longer hangs: it fails by its name, and the others have their turn. The slowest takes about a minute. */
const TIMEOUT_MS = 10 * 60_000;

/** Paths from the checkout. */
export async function runTogether(files: readonly string[]): Promise<void> {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'node:test' ? { url: STAND_IN, shortCircuit: true } : next(specifier, context),
  });
  const declarations = new Map<string, () => void>();
  for (const file of files)
    declarations.set(file, await declarationsOf(() => import(new URL(file, root).href)));
  // All at once: the tests of the first begin as soon as they are declared.
  for (const [file, declare] of declarations) describe(file, { timeout: TIMEOUT_MS }, declare);
}
