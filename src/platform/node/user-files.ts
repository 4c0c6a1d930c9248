/** Files of the user that commands read and write beside a server's own. */
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makePrivateDirectory } from './private-file.ts';

/** Writes a file that only the user can read, with its directory where that is missing. */
export function writePrivateFile(file: string, text: string): void {
  makePrivateDirectory(dirname(file));
  writeFileSync(file, text, { mode: 0o600 });
}

/** The beginning of a file as text, or undefined where it cannot be read. */
export function textIfAny(file: string, maxBytes = 1_000_000): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    const bytes = Buffer.alloc(maxBytes);
    return bytes.toString('utf8', 0, readSync(descriptor, bytes));
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
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

/** The text of a file, or of those in a directory whose names are of that kind; none where it cannot be read. */
export function textsAt(path: string, kind: RegExp): string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  const files = stats?.isDirectory()
    ? readdirSync(path)
        .filter((name) => kind.test(name))
        .map((name) => join(path, name))
    : [path];
  return files.flatMap((file) => textIfAny(file) ?? []);
}
