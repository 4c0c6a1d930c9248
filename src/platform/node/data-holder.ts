/** Who serves a data directory, noted in it for whoever finds it taken. Only the store's lock says whether it is. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Holder {
  readonly pid: number;
  readonly url: string;
}

const fileIn = (data: string) => join(data, 'server.json');

/** The returned function takes the note back. */
export function noteHolder(data: string, holder: Holder): () => void {
  writeFileSync(fileIn(data), JSON.stringify(holder), { mode: 0o600 });
  return () => rmSync(fileIn(data), { force: true });
}

/** For the user, of a directory that is taken. */
export function describeHolder(data: string): string {
  try {
    const { pid, url } = JSON.parse(readFileSync(fileIn(data), 'utf8')) as Holder;
    if (Number.isInteger(pid) && typeof url === 'string') {
      return `process ${pid} serves it at ${url}. Use that server, stop it first, or give this one another --data`;
    }
  } catch {
    // None is noted yet, or no longer: another process is starting or ending.
  }
  return 'another process is opening or closing it. Try again, or give this server another --data';
}
