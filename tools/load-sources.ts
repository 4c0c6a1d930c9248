/**
 * Loaded before the sources, by the command in a checkout and by the tests. They name each other by paths that are whole, so
 * where one lies needs no look at the disk; Node would ask of each of 1,800 whether it is there, whether it is a link, and which
 * package.json says what it is. That is two fifths of a start.
 * https://nodejs.org/api/module.html#moduleregisterhooksoptions
 */
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, nextResolve) {
    const isSource = specifier.startsWith('.') && specifier.endsWith('.ts');
    if (!isSource || !context.parentURL) return nextResolve(specifier, context);
    const url = new URL(specifier, context.parentURL).href;
    return { url, format: 'module-typescript', shortCircuit: true };
  },
});
