/** The thread in which block stores live: the only place where data keys are in plaintext. */
import { parentPort, workerData } from 'node:worker_threads';
import { systemTurns } from '../platform/node/index.ts';
import { nodeDisk } from '../platform/node/node-disk.ts';
import { nodeSockets } from '../platform/node/node-sockets.ts';
import { BlockStore } from './block-store.ts';
import { BusyPolling } from './nbd/busy-polling.ts';
import type { WorkerCall, WorkerReply } from './worker-pool.ts';

const store = new BlockStore(workerData, {
  disk: nodeDisk(workerData.maxOpenFiles),
  sockets: nodeSockets,
  turns: systemTurns,
  polling: new BusyPolling(),
});
const port = parentPort as NonNullable<typeof parentPort>;

/** Node's codes (ENOSPC, EADDRINUSE) pass as they are; anything without one is a fault of this program. */
function failureOf(error: unknown): { code: string; message: string } {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return { code: typeof code === 'string' ? code : 'Broken', message: String(message) };
}

port.on('message', async ({ id, method, input }: WorkerCall) => {
  const reply = (message: WorkerReply, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
  try {
    const output = await store.call(method, input, (percent) => reply({ id, percent }));
    const transfer = output instanceof Uint8Array ? [output.buffer as ArrayBuffer] : [];
    reply({ id, output }, transfer);
  } catch (error) {
    reply({ id, failure: failureOf(error) });
  }
});
