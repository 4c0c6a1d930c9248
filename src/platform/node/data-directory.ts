/** The directory in which a server keeps everything: its store, its volumes, and the root key that seals what is secret. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateDirectory } from './private-file.ts';

/** Made where it is not there. A root key has no place in a repository, so the directory keeps itself out of one. */
export function makeDataDirectory(directory: string): void {
  makePrivateDirectory(directory);
  const ignore = join(directory, '.gitignore');
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n', { mode: 0o600 });
}

/** Removes what is kept, but for the root key. Nothing may have it open. */
export function eraseData(directory: string): void {
  // The database first: blocks that no record names are nobody's, and records whose blocks are gone would be damage.
  for (const name of ['latchkey.db', 'latchkey.db-wal', 'latchkey.db-shm', 'volumes'])
    rmSync(join(directory, name), { recursive: true, force: true });
}
