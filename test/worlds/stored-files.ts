/** What a server has written, as whoever gets hold of its directory would read it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export function storedFiles(directory: string): { path: string; bytes: Buffer }[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { path, bytes: readFileSync(path) };
    });
}
