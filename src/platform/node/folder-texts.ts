/** The text files of a folder that a user names, and of those below it. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface FolderText {
  /** Within the folder. */
  readonly path: string;
  readonly text: string;
}

/** Those with such names, in the order of their paths; undefined where there is no such folder. */
export function folderTexts(folder: string, names: RegExp): FolderText[] | undefined {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && names.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path: relative(folder, path), text: readFileSync(path, 'utf8') }));
}
