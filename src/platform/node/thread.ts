/** Work in a thread of its own, so that the event loop is free meanwhile. */
import { Worker } from 'node:worker_threads';
import type { RunApart } from '../ports.ts';

export const runInThread: RunApart = (file, input) => {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  // Flags of the process (--input-type, --eval) are not meant for a file.
  const worker = new Worker(file, { workerData: input, execArgv: [] });
  worker.on('message', resolve);
  worker.on('error', reject);
  worker.on('exit', () => reject(new Error('a thread has ended without an answer')));
  return promise;
};
