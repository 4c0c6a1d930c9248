/**
 * How a command finds the server that runs on this machine: a file for each port in a directory that only the user
 * can read, with the token that the control API asks for.
 */
import {
  closeSync,
  constants,
  fchmodSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { whyNotWritten } from './private-file.ts';
import { isAlive, PROCESS_SPACE } from './process-number.ts';

export interface SecureAddress {
  readonly url: string;
  /** A certificate to trust, of the server's own making; absent where it was given one. */
  readonly certificateFile?: string;
}

export interface RunningServer {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  /** Where the number is that process's; absent where it is this one's. */
  readonly space?: string;
  /** How clients reach it over TLS, where it speaks that. */
  readonly secure?: SecureAddress;
  /** Where it keeps everything; absent of one that keeps it in memory. */
  readonly data?: string;
}

/** Where `XDG_RUNTIME_DIR` is not to be used: a user that `su` made has that of another, a container that of its host. */
const UNUSABLE: ReadonlySet<unknown> = new Set(['EACCES', 'ENOENT', 'ENOTDIR', 'EPERM', 'EROFS']);

/** Where the files are: private to the user. */
export function serversDirectory(): string {
  const { XDG_RUNTIME_DIR: runtime = '' } = process.env;
  const uid = process.getuid?.() ?? -1;
  const name = `latchkey-${uid}`;
  // One that is not absolute counts as not set: https://specifications.freedesktop.org/basedir-spec/latest/
  if (isAbsolute(runtime)) {
    try {
      return requirePrivateDirectory(join(runtime, name), uid);
    } catch (error) {
      if (!UNUSABLE.has((error as NodeJS.ErrnoException).code)) throw error;
    }
  }
  const path = join(tmpdir(), name);
  try {
    return requirePrivateDirectory(path, uid);
  } catch (error) {
    const why = whyNotWritten(path, error);
    if (why === undefined) throw error;
    throw new Error(`${why}. Have TMPDIR or XDG_RUNTIME_DIR name a directory of yours`, { cause: error });
  }
}

/**
 * In a shared temporary directory somebody else may have put something there first: their own directory, to read what is
 * put in it, or a link, to have this process change the mode of what it leads to.
 */
function requirePrivateDirectory(path: string, uid: number): string {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const found = lstatSync(path);
  if (!found.isDirectory()) throw new Error(`${path} is not a directory, and must be one of your own`);
  if (uid >= 0 && found.uid !== uid) throw new Error(`${path} belongs to another user`);
  // Of the directory that was opened, not of what may have taken its place since.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    fchmodSync(descriptor, 0o700);
  } finally {
    closeSync(descriptor);
  }
  return path;
}

const fileOf = (url: string) => join(serversDirectory(), `${new URL(url).port}.json`);

/** Where clients find the certificate that a server made for itself. */
export const certificateFileOf = (url: string) => join(serversDirectory(), `${new URL(url).port}.pem`);

interface Announcement extends RunningServer {
  /** PEM, for its `certificateFile`. */
  readonly certificate?: string;
}

/** Makes the server known; the returned function takes it back. */
export function announceServer({ certificate, ...server }: Announcement): () => void {
  const file = fileOf(server.url);
  const { certificateFile } = server.secure ?? {};
  if (certificateFile && certificate) writeFileSync(certificateFile, certificate, { mode: 0o600 });
  // Whoever looks while it is written must not take it for what was left behind, and remove it.
  const unfinished = `${file}.${server.pid}`;
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, JSON.stringify({ space: PROCESS_SPACE, ...server }), { mode: 0o600, flag: 'wx' });
  renameSync(unfinished, file);
  return () => {
    const known = read(file);
    if (known?.pid !== server.pid) return;
    rmSync(file, { force: true });
    if (certificateFile) rmSync(certificateFile, { force: true });
  };
}

/** The servers that run now: those whose process is alive. A container that shares the folder has servers of its own. */
export function runningServers(): RunningServer[] {
  const path = serversDirectory();
  const files = readdirSync(path).filter((name) => name.endsWith('.json'));
  return files.flatMap((name) => {
    const server = read(join(path, name));
    // Taken back since it was listed. What stands there now is a new server's, and must stay.
    if (server === undefined) return [];
    const runs = isAlive(server.pid, server.space ?? PROCESS_SPACE);
    // Left by a server that was killed.
    if (runs === false) rmSync(join(path, name), { force: true });
    return runs ? [server] : [];
  });
}

/** Undefined for what is not one of our notes. */
function read(file: string): RunningServer | undefined {
  try {
    const { url, token, pid, space, secure, data } = JSON.parse(readFileSync(file, 'utf8'));
    const isWhole = URL.canParse(url) && typeof token === 'string' && Number.isInteger(pid);
    return isWhole ? { url, token, pid, space, secure, data } : undefined;
  } catch {
    return undefined;
  }
}
