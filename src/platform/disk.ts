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

export interface DiskFile {
  size(): number;
  /** Throws EIO where the file is too short. */
  read(position: number, target: Uint8Array): void;
  write(position: number, source: Uint8Array): void;
  /** Resolves when everything written before the call is on stable storage. */
  sync(): Promise<void>;
  /** The same, before it returns; for the beginning and the end of a file's life. */
  syncNow(): void;
  truncate(bytes: number): void;
  close(): void;
}
