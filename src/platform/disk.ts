/**
 * The disk as a port. Reads and writes are synchronous: they run in a worker, mostly against the page cache, where a hop
 * through a thread pool would cost ten times the copy. Errors are node's, with their codes (ENOSPC, EIO, EMFILE).
 */
export interface Disk {
  /** Names in a directory; undefined where there is none. */
  list(directory: string): string[] | undefined;
  /** With those above it, for the owner alone. */
  makeDirectory(directory: string): void;
  /** Of a file or directory; files that are open go by the new name. */
  rename(from: string, to: string): void;
  /** A file, or a directory with all that is in it; nothing where there is none. */
  remove(path: string): void;
  /** Makes the entries of a directory (a new or renamed file) survive a power failure. */
  syncDirectory(directory: string): void;
  /**
   * `create`: a file that must not be there yet; `edit`: one that must; `replace`: an empty one in any case. It is for the
   * owner alone.
   */
  open(path: string, mode: 'create' | 'edit' | 'replace'): DiskFile;
  /** A file that nobody else sees, and that goes when it is closed or the process ends. */
  openNameless(): DiskFile;
}

/** What makes a file durable. It is all that the port has of a file that is written past it: SQLite's. */
export interface FileSync {
  /** Resolves when everything written before the call is on stable storage. */
  sync(): Promise<void>;
  /** The same, before it returns; for the beginning and the end of a file's life. */
  syncNow(): void;
  close(): void;
}

export interface DiskFile extends FileSync {
  size(): number;
  /** Throws EIO where the file is too short. */
  read(position: number, target: Uint8Array): void;
  write(position: number, source: Uint8Array): void;
  truncate(bytes: number): void;
}

/** There is no room now, or no descriptor: nothing is lost, and it may be tried again. */
const PASSING_CODES: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE']);
/** The disk has failed under what is asked for; a new start may find it well again. */
const FAILED_CODES: ReadonlySet<unknown> = new Set(['EIO', 'EROFS', 'Broken']);

const codeOf = (error: unknown) => (error as { code?: unknown } | undefined)?.code;

export const isPassing = (error: unknown): boolean => PASSING_CODES.has(codeOf(error));

/** What stands in the way of volumes, in a sentence for the user; undefined for an error that is not the disk's. */
export function diskProblem(error: unknown): string | undefined {
  const { message } = error as Error;
  if (isPassing(error))
    return `there is no room for volumes (${message}); what needs it waits until there is`;
  if (!FAILED_CODES.has(codeOf(error))) return undefined;
  return `the disk under a volume has failed (${message}); what was flushed is kept, and served again after a new start once the disk works`;
}
