/** The thread in which long YAML is read. */
import { parentPort, workerData } from 'node:worker_threads';
import { textRead } from './template-text.ts';

parentPort?.postMessage(textRead(workerData));
