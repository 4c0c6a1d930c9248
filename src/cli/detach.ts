/** `start --detach`: the server as a process of its own, which this one waits for and leaves behind. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { MINUTE_MS } from '../platform/durations.ts';
import { type RunningServer, runningServers, serversDirectory } from '../platform/node/running-server.ts';
import { openOutputFile } from '../platform/node/user-files.ts';

const WAIT_STEP_MS = 50;
const MAX_WAIT_MS = MINUTE_MS;

/** @returns the server, once it is ready. @throws what it said, where it ended instead */
export async function startDetached(args: readonly string[]): Promise<RunningServer> {
  const output = openOutputFile(join(serversDirectory(), `start-${process.pid}.log`));
  const [entry = ''] = process.argv.slice(1);
  const child = spawn(process.execPath, [...process.execArgv, entry, 'start', ...args], {
    detached: true,
    stdio: ['ignore', output.descriptor, output.descriptor],
  });
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  for (let waitedMs = 0; waitedMs < MAX_WAIT_MS && !ended; waitedMs += WAIT_STEP_MS) {
    const server = runningServers().find(({ pid }) => pid === child.pid);
    // The first line is written once clients may come, init scripts included.
    if (server && output.text().includes('\n')) {
      child.unref();
      output.close();
      return server;
    }
    await new Promise((resume) => setTimeout(resume, WAIT_STEP_MS));
  }
  const said = output
    .text()
    .trim()
    .replace(/^latchkey: /, '');
  output.close();
  if (!ended) child.kill();
  throw new Error(said || 'the server did not start');
}
