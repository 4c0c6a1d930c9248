#!/usr/bin/env node
// Runs the built command where the package is installed, and the sources as they are in a checkout.
import { existsSync } from 'node:fs';
import module from 'node:module';

// Older versions do not have the function by name: it must be asked for after they are turned away.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`latchkey needs Node.js 22.18 or newer; this is ${process.version}.`);
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
const source = new URL('../src/cli/main.ts', import.meta.url);
if (existsSync(source)) await import('../tools/load-sources.ts');
await import(existsSync(source) ? source.href : built.href);
