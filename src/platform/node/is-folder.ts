/** Whether a folder is there, or a link to one: for whoever reads in it, and whoever makes it. */
import { statSync } from 'node:fs';

export const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
