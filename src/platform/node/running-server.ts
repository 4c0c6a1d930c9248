/**
 * How a command finds the server that runs on this machine: a file for each port in a directory that only the user
 * can read, with the token that the control API asks for.
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

export interface RunningServer {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
}

function directory(): string {
  const { uid } = userInfo();
  const path = join(process.env.XDG_RUNTIME_DIR ?? tmpdir(), `latchkey-${uid}`);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const { uid: owner } = statSync(path);
  // In a shared temporary directory somebody else may have made it first, to read what is put there.
  if (uid >= 0 && owner !== uid) throw new Error(`${path} belongs to another user`);
  chmodSync(path, 0o700);
  return path;
}

const fileOf = (url: string) => join(directory(), `${new URL(url).port}.json`);

/** Makes the server known; the returned function takes it back. */
export function announceServer(server: RunningServer): () => void {
  const file = fileOf(server.url);
  writeFileSync(file, JSON.stringify(server), { mode: 0o600 });
  return () => {
    const known = read(file);
    if (known?.pid === server.pid) rmSync(file, { force: true });
  };
}

/** The servers that run now: those whose process is alive. */
export function runningServers(): RunningServer[] {
  const path = directory();
  return readdirSync(path)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => read(join(path, name)) ?? [])
    .filter(({ pid }) => isAlive(pid));
}

function read(file: string): RunningServer | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
