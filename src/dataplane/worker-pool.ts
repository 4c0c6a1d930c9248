/** Workers, each with a block store, called by method name. */
import { Worker } from 'node:worker_threads';
import { cores } from '../platform/node/index.ts';
import type { BlockStore, BlockStoreOptions, StoreMethod } from './block-store.ts';
import { BlockFailure, type BlockFailureCode } from './failure.ts';

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

/** A block store as its host calls it: in a thread of its own, or in this one. */
export interface StoreWorker {
  /** Images placed here; for the choice of where the next lineage goes. */
  images: number;
  /** Buffers in `transfer` move to the worker: they are empty here afterwards. Throws BlockFailure or node's errors. */
  call<Method extends StoreMethod>(
    method: Method,
    input: StoreInput<Method>,
    transfer?: ArrayBuffer[],
    progress?: (percent: number) => void,
  ): Promise<StoreOutput<Method>>;
}

export interface WorkerPool {
  /** The worker for a new lineage. */
  choose(): StoreWorker;
  close(): Promise<void>;
}

/** One worker, in the thread of its caller: one thread can run a whole server then. */
export function inProcessPool(store: BlockStore): WorkerPool {
  const worker: StoreWorker = {
    images: 0,
    async call(method, input, _transfer, progress = () => {}) {
      return (await store.call(method, input, progress)) as never;
    },
  };
  return { choose: () => worker, close: () => store.close() };
}

class ThreadWorker implements StoreWorker {
  images = 0;
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

  call<Method extends StoreMethod>(
    method: Method,
    input: StoreInput<Method>,
    transfer: ArrayBuffer[] = [],
    progress?: (percent: number) => void,
  ): Promise<StoreOutput<Method>> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
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
  }
}

/** Threads as they are needed, at most one for each core. */
export class ThreadPool implements WorkerPool {
  readonly #options: BlockStoreOptions;
  readonly #cores = cores();
  readonly #workers: ThreadWorker[] = [];

  constructor(options: BlockStoreOptions) {
    this.#options = options;
  }

  /** An idle core if there is one. */
  choose(): StoreWorker {
    const least = this.#workers.reduce<ThreadWorker | undefined>(
      (best, worker) => (best === undefined || worker.images < best.images ? worker : best),
      undefined,
    );
    if (least !== undefined && (least.images === 0 || this.#workers.length >= this.#cores)) return least;
    const worker = new ThreadWorker(this.#options);
    this.#workers.push(worker);
    return worker;
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }
}
