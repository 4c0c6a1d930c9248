/** Errors of the system in words: Node's own are codes and calls of C. */

/** What was tried, by the call that failed; `open` may be to read or to write. */
const TRIED: Readonly<Record<string, string>> = {
  lstat: 'find',
  mkdir: 'make',
  read: 'read',
  rename: 'replace',
  scandir: 'list',
  stat: 'find',
  unlink: 'remove',
};

/** `cannot list init: no such file or directory`; undefined where it is not an error of the system's. */
export function systemSentence(error: unknown): string | undefined {
  const { code, syscall, path, message } = error as NodeJS.ErrnoException;
  // Node's message: `ENOENT: no such file or directory, scandir 'init'`
  const reason = /^[A-Z0-9]+: ([^,]+), /.exec(message ?? '')?.[1];
  if (code === undefined || syscall === undefined || reason === undefined) return undefined;
  return `cannot ${[TRIED[syscall] ?? syscall, path].filter(Boolean).join(' ')}: ${reason}`;
}
