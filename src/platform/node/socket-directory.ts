/** Where socket files lie, for their owner alone. */
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePrivateDirectory } from './private-file.ts';
import { isAlive, PROCESS_SPACE } from './process-number.ts';

/** The longest path of a socket on the systems that we know of (macOS), with room for a volume's id. */
const MAX_BYTES = 103 - '/vol-0123456789abcdef0.sock'.length;

const PREFIX = 'latchkey-nbd-';
/** `latchkey-nbd-4026531836.1234-Xk3abc`, the space and the number of the process. */
const NAME = new RegExp(`^${PREFIX}(?:(\\d+)\\.)?([1-9]\\d*)-`);

export interface SocketDirectory {
  readonly path: string;
  remove(): void;
}

/**
 * `preferred` if its path is not too long for sockets, emptied of what a killed server left; otherwise one of its own in
 * the system's directory for temporary files.
 */
export function openSocketDirectory(preferred: string | undefined): SocketDirectory {
  const isShort = preferred !== undefined && Buffer.byteLength(preferred) <= MAX_BYTES;
  const path = isShort ? preferred : temporaryDirectory();
  if (isShort) {
    rmSync(path, { recursive: true, force: true });
    makePrivateDirectory(path);
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Named after this process, so that the next one can tell whether it is still in use. */
function temporaryDirectory(): string {
  const parent = tmpdir();
  for (const name of readdirSync(parent)) {
    const [, space = '', pid] = NAME.exec(name) ?? [];
    if (pid !== undefined && isAlive(Number(pid), space) === false && isOurs(join(parent, name))) {
      rmSync(join(parent, name), { recursive: true, force: true });
    }
  }
  return mkdtempSync(join(parent, `${PREFIX}${PROCESS_SPACE && `${PROCESS_SPACE}.`}${process.pid}-`));
}

function isOurs(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}
