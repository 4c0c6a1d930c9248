/** Syncs a file of the machine's disk that something else writes. */
import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { FileSync } from '../disk.ts';
import { nodeDisk } from './node-disk.ts';

const dataSync = promisify(fdatasync);

/**
 * Opens a file that is there, and makes its name durable. The descriptor stays open from here on: the kernel reports a
 * failure to write back to those that were open when it happened.
 */
export function nodeFileSync(path: string): FileSync {
  const fd = openSync(path, 'r+');
  nodeDisk().syncDirectory(dirname(path));
  return {
    sync: () => dataSync(fd),
    syncNow: () => fdatasyncSync(fd),
    close: () => closeSync(fd),
  };
}
