#!/usr/bin/env node
// Runs the built command where the package is installed, and the sources as they are in a checkout.
import { existsSync } from 'node:fs';
import module from 'node:module';

// Before 3.51, SQLite copies what is not synced yet into the database where it is only asked how long its log is.
const [major, minor] = (process.versions.sqlite ?? '0.0').split('.').map(Number);
const source = new URL('../src/cli/main.ts', import.meta.url);
if (major < 3 || (major === 3 && minor < 51)) {
  const remedy = existsSync(source) ? 'npx latchkey runs with the one that npm ci brings.' : 'Install one.';
  console.error(`latchkey needs Node.js 22.22.2, 24.14 or newer; this is ${process.version}. ${remedy}`);
  process.exit(1);
}
// Node would open its inspector on this signal, through which any user of the machine could run code in this process.
process.on('SIGUSR1', () => {});
// Node 22 calls its SQLite experimental on standard error, each time; what is tested here needs no warning.
const { emitWarning } = process;
process.emitWarning = (warning, ...rest) => {
  if (rest[0] !== 'ExperimentalWarning' || !/^SQLite /.test(String(warning)))
    emitWarning.call(process, warning, ...rest);
};
// Sources that need not be stripped and compiled anew start in a third of the time.
module.enableCompileCache();
const built = new URL('../dist/latchkey.js', import.meta.url);
if (existsSync(source)) await import('../tools/load-sources.ts');
await import(existsSync(source) ? source.href : built.href);
