/** `node tools/lay-out-package.ts DIRECTORY`: the package as it is installed, for the tests that run its command. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackage } from './build.ts';

const here = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

export async function layOutPackage(directory: string): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  for (const part of ['package.json', 'bin']) cpSync(here(part), join(directory, part), { recursive: true });
  await buildPackage(join(directory, 'dist'));
}

if (import.meta.main) await layOutPackage(process.argv[2] as string);
