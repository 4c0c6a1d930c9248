/** Files of the user that commands read and write beside a server's own. */
import {
  accessSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes a file that only the user can read, with its directory where that is missing. */
export function writePrivateFile(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, text, { mode: 0o600 });
}

/** What is executable in a directory, and every `.sh`, in the order of the names. @throws Node's error, where it cannot be read */
export function scriptsIn(directory: string): { readonly path: string; readonly executable: boolean }[] {
  return readdirSync(directory)
    .sort()
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => ({ path, executable: isExecutable(path) }))
    .filter(({ path, executable }) => executable || path.endsWith('.sh'));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A new file for what a process prints, private to the user, and its text so far. */
export function openOutputFile(file: string): { readonly descriptor: number; text(): string; close(): void } {
  const descriptor = openSync(file, 'w', 0o600);
  return {
    descriptor,
    text: () => readFileSync(file, 'utf8'),
    close: () => closeSync(descriptor),
  };
}
