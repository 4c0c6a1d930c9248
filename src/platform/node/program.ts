/** Programs that commands run: where they are, and what keeps them from running. */
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isFolder } from './is-folder.ts';
import { textIfAny } from './user-files.ts';

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
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

const placesOf = (command: string, path: string): string[] =>
  /[\\/]/.test(command) ? [command] : path.split(delimiter).map((folder) => join(folder, command));

/** The file of a program: as named, or as a shell finds it. */
export const programFile = (command: string, path = ''): string | undefined =>
  placesOf(command, path).find(isExecutable);

/** With the exit code that a shell gives it: 127 for what is not there, 126 for what cannot be run. */
interface Obstacle {
  readonly why: string;
  readonly code: 126 | 127;
}

/** Undefined where nothing is seen to be in the way. Windows finds its programs by rules of its own. */
export function obstacleToRunning(command: string, path = ''): Obstacle | undefined {
  if (process.platform === 'win32') return undefined;
  const file = programFile(command, path);
  if (file !== undefined) return obstacleInFirstLine(file);
  const there = placesOf(command, path).find((place) => existsSync(place));
  if (there === undefined) return { why: 'no such command', code: 127 };
  return { why: isFolder(there) ? 'it is a directory' : `${there} is not executable (chmod +x)`, code: 126 };
}

/** A script whose interpreter is missing is said by the system to be missing itself. */
function obstacleInFirstLine(file: string): Obstacle | undefined {
  const line = /^#![^\n]*/.exec(textIfAny(file, 256) ?? '')?.[0] ?? '';
  if (line.endsWith('\r')) {
    return { why: `the lines of ${file} end as Windows writes them (sed -i 's/\\r$//' mends it)`, code: 126 };
  }
  const interpreter = /^#!\s*(\S+)/.exec(line)?.[1];
  if (interpreter === undefined || existsSync(interpreter)) return undefined;
  return { why: `${interpreter}, which its first line names, is not there`, code: 126 };
}
