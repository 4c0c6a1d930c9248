/** The text files of a folder that a user names, and of those below it. */
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { isFolder } from './is-folder.ts';

export interface FolderText {
  /** Within the folder. */
  readonly path: string;
  readonly text: string;
}

/** Those with such names, in the order of their paths, but for installed packages; undefined where there is no such folder. */
export function folderTexts(folder: string, names: RegExp): FolderText[] | undefined {
  if (!isFolder(folder)) return undefined;
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && names.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/(^|[\\/])(node_modules|\.git)[\\/]/.test(relative(folder, path)))
    .sort()
    .map((path) => ({ path: relative(folder, path), text: readFileSync(path, 'utf8') }));
}

/** Reads single files of a folder, and nothing that lies outside it, whatever the path says or a link leads to. */
export const folderReader = (folder: string) => ({
  async read(path: string, maxBytes: number): Promise<string | undefined> {
    const root = realpathSync(folder);
    const file = await realpath(join(root, path)).catch(() => undefined);
    if (file === undefined || !file.startsWith(join(root, sep))) return undefined;
    const status = await stat(file);
    return status.isFile() && status.size <= maxBytes ? readFile(file, 'utf8') : undefined;
  },
});
