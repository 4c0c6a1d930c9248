/** Numbers of processes, kept in files that others read: containers may share a folder, and not their processes. */
import { readlinkSync } from 'node:fs';

/** The space in which this process's number means something; empty where the system has but one. */
export const PROCESS_SPACE: string = spaceOfThis();

/** Linux (pid_namespaces(7)): `pid:[4026531836]`. */
function spaceOfThis(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '';
  } catch {
    return '';
  }
}

/** Undefined of another space's process, of which nothing can be known here. */
export function isAlive(pid: number, space: string): boolean | undefined {
  if (space !== PROCESS_SPACE) return undefined;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It lives, and is somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
