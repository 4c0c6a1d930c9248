/** Files and directories for their owner alone. */
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';

export function makePrivateDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
}

/** Leaves one that is there as it is, but for its mode. */
export function makePrivateFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    // One that is there must not be opened: closing it again would free the lock that this process may have on it.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    chmodSync(file, 0o600);
  }
}
