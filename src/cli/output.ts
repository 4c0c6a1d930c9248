/**
 * What becomes of what a command prints. Whoever reads it may go away (`| head`): what is printed then is lost, and the command
 * goes on, a server above all. Where it cannot be written (a full disk), the exit code says so.
 */
import { systemSentence } from '../platform/node/system-error.ts';

/** The exit code after a failure of the disk: EX_IOERR of sysexits.h. */
export const DISK_FAILED = 74;

let isUnread = false;
let isLost = false;

/** Without it Node ends the process, with a stack. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (stream === process.stdout) isUnread = true;
      if (error.code === 'EPIPE' || isLost) return;
      isLost = true;
      process.exitCode = DISK_FAILED;
      process.stderr.write(`latchkey: what it printed is lost: ${systemSentence(error) ?? error.message}\n`);
    });
  }
}

/** Whether nobody reads any more what is printed. */
export const outputIsUnread = (): boolean => isUnread;

/** The exit code of a command that ended with this one. */
export const exitCodeAfter = (code: number): number => (isLost ? DISK_FAILED : code);
