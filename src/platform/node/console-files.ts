/** The files of the console's page, as `npm run build` leaves them: in the package beside the bundle, in a checkout under dist. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BUILT = import.meta.url.endsWith('.ts') ? '../../../dist/console/' : './console/';

/** Reads a file of the folder by its name; undefined where there is none. No path leads out of the folder. */
export type ConsoleFiles = (name: string) => Promise<Buffer | undefined>;

/** Nothing is read before it is asked for. */
export const consoleFiles =
  (folder = fileURLToPath(new URL(BUILT, import.meta.url))): ConsoleFiles =>
  async (name) => {
    if (!/^[\w-]+(?:\.[\w-]+)+$/.test(name)) return undefined;
    return readFile(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
  };
