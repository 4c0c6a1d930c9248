/**
 * Loaded before tests to find those that depend on how fast simulated work is done: with UNSTEADY=work it begins later than
 * the next call comes, with UNSTEADY=calls the next call comes later than it ends. A test has to pass either way: what it
 * wants done it waits for (`server.settled()`), and what is not to be done yet it holds up by delays and the server's clock.
 */
import { Server } from 'node:http';
import { systemTimers } from '../src/platform/node/index.ts';

const LATE_MS = 12;

if (process.env.UNSTEADY === 'work') {
  const { after } = systemTimers;
  Object.assign(systemTimers, {
    after: (delayMs: number, callback: () => void) => after(delayMs + LATE_MS, callback),
  });
}
if (process.env.UNSTEADY === 'calls') {
  const { emit } = Server.prototype;
  const late = function (this: Server, event: string, ...rest: unknown[]): boolean {
    if (event !== 'request') return Reflect.apply(emit, this, [event, ...rest]);
    setTimeout(() => Reflect.apply(emit, this, [event, ...rest]), LATE_MS);
    return true;
  };
  Object.assign(Server.prototype, { emit: late });
}
