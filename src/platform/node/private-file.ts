/** Files and directories for their owner alone. */
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isFolder } from './is-folder.ts';

/**
 * With those that lead to it, one after the other: asked for all of them at once, Node asks without end where the system lets
 * nobody make any (`/proc/x`).
 */
export function makePrivateDirectory(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    const parent = dirname(resolve(directory));
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && isFolder(directory)) return;
    if (code !== 'ENOENT' || isFolder(parent)) throw error;
    makePrivateDirectory(parent);
    mkdirSync(directory, { mode: 0o700 });
  }
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

/** What stands in the way of whoever writes. https://man7.org/linux/man-pages/man3/errno.3.html */
const OBSTACLES: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EBUSY: 'it is a disk itself; give a folder within it',
  EDQUOT: 'your share of the disk is used up',
  EEXIST: 'there is a file of that name',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'nothing can be made there',
  ENOSPC: 'no room is left on the disk',
  ENOTDIR: 'what leads to it is a file, not a folder',
  EPERM: 'that is not permitted there',
  EROFS: 'the disk is read-only',
};

/** The sentence for an error of Node's; undefined where it is not one of writing. */
export function whyNotWritten(path: string, error: unknown): string | undefined {
  const obstacle = OBSTACLES[(error as NodeJS.ErrnoException).code ?? ''];
  return obstacle && `${path} cannot be written: ${obstacle}`;
}
