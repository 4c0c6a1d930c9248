/** Worker threads, each with a block store, called by method name. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { BlockStore, BlockStoreOptions } from './block-store.ts';
import { BlockFailure, type BlockFailureCode } from './failure.ts';

/** What a block store can be asked for. */
export type StoreMethod = keyof BlockStore;
type StoreInput<Method extends StoreMethod> = Parameters<BlockStore[Method]>[0];
type StoreOutput<Method extends StoreMethod> = Awaited<ReturnType<BlockStore[Method]>>;

export interface WorkerCall {
  id: number;
  method: StoreMethod;
  input: unknown;
}

export type WorkerReply =
  | { id: number; output: unknown }
  | { id: number; percent: number }
  | { id: number; failure: { code: string; message: string } };

interface Waiting {
  resolve(output: unknown): void;
  reject(error: unknown): void;
  progress: ((percent: number) => void) | undefined;
}

/** The build puts the worker beside the bundle. */
const workerFile = import.meta.url.endsWith('.ts') ? './block-worker.ts' : './block-worker.js';
const workerUrl = new URL(workerFile, import.meta.url);

/** A block store in a thread of its own. */
export class StoreWorker {
  /** Lineages placed here; for the choice of where the next one goes. */
  lineages = 0;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #failure: BlockFailure | undefined;

  constructor(options: BlockStoreOptions) {
    // Flags of the process (--input-type, --eval) are not meant for a file.
    this.#worker = new Worker(workerUrl, { workerData: options, execArgv: [] });
    this.#worker.on('message', (reply: WorkerReply) => this.#receive(reply));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail());
  }

  /** Buffers in `transfer` move to the thread: they are empty here afterwards. Throws BlockFailure or node's errors. */
  call<Method extends StoreMethod>(
    method: Method,
    input: StoreInput<Method>,
    transfer: ArrayBuffer[] = [],
    progress?: (percent: number) => void,
  ): Promise<StoreOutput<Method>> {
    if (this.#failure !== undefined) {
      for (const buffer of transfer) new Uint8Array(buffer).fill(0);
      return Promise.reject(this.#failure);
    }
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject, progress });
      this.#worker.postMessage({ id, method, input } satisfies WorkerCall, transfer);
    });
  }

  async close(): Promise<void> {
    try {
      if (this.#failure === undefined) await this.call('close', undefined as never);
    } finally {
      await this.#worker.terminate();
    }
  }

  #receive(reply: WorkerReply): void {
    const waiting = this.#waiting.get(reply.id) as Waiting;
    if ('percent' in reply) {
      waiting.progress?.(reply.percent);
      return;
    }
    this.#waiting.delete(reply.id);
    if ('output' in reply) waiting.resolve(reply.output);
    else waiting.reject(new BlockFailure(reply.failure.code as BlockFailureCode, reply.failure.message));
  }

  #fail(cause?: unknown): void {
    this.#failure ??= new BlockFailure('Broken', 'The block host has stopped.', { cause });
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}

/** Threads as they are needed, at most one for each core. */
export class WorkerPool {
  readonly #options: BlockStoreOptions;
  readonly #workers: StoreWorker[] = [];

  constructor(options: BlockStoreOptions) {
    this.#options = options;
  }

  /** The worker for a new lineage: an idle core if there is one. */
  choose(): StoreWorker {
    const least = this.#workers.reduce<StoreWorker | undefined>(
      (best, worker) => (best === undefined || worker.lineages < best.lineages ? worker : best),
      undefined,
    );
    if (least !== undefined && (least.lineages === 0 || this.#workers.length >= availableParallelism()))
      return least;
    const worker = new StoreWorker(this.#options);
    this.#workers.push(worker);
    return worker;
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }
}
