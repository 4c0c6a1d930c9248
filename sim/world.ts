/** All of src in one process, on a disk, a clock and sockets of a simulation, with crashes and restarts. */
import { composeRuntime, resumeServices } from '../src/assemble.ts';
import { startingClockOffset } from '../src/control/clock-offset.ts';
import { BlockStore } from '../src/dataplane/block-store.ts';
import { openBlockHost } from '../src/dataplane/create-block-host.ts';
import { BusyPolling } from '../src/dataplane/nbd/busy-polling.ts';
import { inProcessPool } from '../src/dataplane/worker-pool.ts';
import { mintExternalCaller } from '../src/invoke/caller.ts';
import { ensureAccount } from '../src/invoke/identity/account.ts';
import type { Ports } from '../src/invoke/port.ts';
import type { Runtime } from '../src/invoke/runtime.ts';
import { Health } from '../src/platform/health.ts';
import { hex, uuid } from '../src/platform/identifiers.ts';
import { steadyClock } from '../src/platform/node/index.ts';
import { openEphemeralSealer, type RekeyableSealer } from '../src/platform/node/sealer.ts';
import type { Entropy } from '../src/platform/ports.ts';
import { SimulatedDisk } from '../src/platform/simulated/disk.ts';
import { Random, simulatedEntropy } from '../src/platform/simulated/random.ts';
import { SimulatedSockets } from '../src/platform/simulated/sockets.ts';
import { SimulatedTime } from '../src/platform/simulated/time.ts';
import type { ServiceOperations } from '../src/shapes/generated/index.ts';
import type { Store } from '../src/store/store.ts';
import { TransactionalStore } from '../src/store/transactions.ts';
import { SimulatedNbdClient } from './nbd.ts';
import { ACCOUNTS, HOME, type Place } from './places.ts';
import type { Planted } from './planted.ts';
import { JournaledEngine } from './store.ts';

const START_MS = Date.UTC(2026, 0, 1);
const UNIT_BYTES = 4096;
/** Random bytes that may be key material, a secret or a data key: those of any other use are shorter, or kept as hex. */
const MIN_SECRET_BYTES = 30;
const MINUTE_MS = 60_000;

/** The process that was asked has ended: nothing is known of what it was asked for. */
export class Crashed extends Error {}

type Service = keyof ServiceOperations;
type Operation<S extends Service> = keyof ServiceOperations[S] & string;
type InputOf<S extends Service, N extends Operation<S>> = ServiceOperations[S][N] extends { input: infer I }
  ? I
  : never;
type OutputOf<S extends Service, N extends Operation<S>> = ServiceOperations[S][N] extends {
  output: infer O;
}
  ? O
  : never;

export class World {
  readonly random: Random;
  readonly time: SimulatedTime;
  readonly disk: SimulatedDisk;
  readonly sockets: SimulatedSockets;
  readonly entropy: Entropy;
  /** Bytes that must not be found on the disk. */
  readonly secrets: Buffer[] = [];
  readonly defects: string[] = [];
  /** Changes that were acknowledged: operation and request id. */
  readonly acknowledged: string[] = [];
  readonly #planted: Planted | undefined;
  readonly #sealer: RekeyableSealer;
  #generation = 0;
  #crashed = Promise.withResolvers<never>();
  #blocks: (Ports['blocks'] & { close(): Promise<void> }) | undefined;
  #store: Store | undefined;
  runtime: Runtime | undefined;
  /** The disk has failed under the store: the process is to end. */
  isFatal = false;

  constructor(seed: number, planted?: Planted) {
    this.random = new Random(seed);
    this.time = new SimulatedTime(this.random, START_MS);
    this.disk = new SimulatedDisk(this.random, this.time.turns);
    this.sockets = new SimulatedSockets(this.time.turns);
    this.entropy = simulatedEntropy(this.random, (bytes) => {
      if (bytes.length >= MIN_SECRET_BYTES) this.secrets.push(bytes);
    });
    this.#planted = planted;
    // The root key is on no disk here: what it seals is, and must stay sealed.
    this.#sealer = openEphemeralSealer({ entropy: this.entropy });
    this.#crashed.promise.catch(() => {});
    for (const directory of ['/store', '/volumes']) {
      this.disk.makeDirectory(directory);
      this.disk.syncDirectory('');
    }
  }

  async start(): Promise<void> {
    const { entropy, time, disk, sockets } = this;
    const generation = this.#generation;
    const engine = new JournaledEngine(disk, time.turns, () => {
      this.isFatal = true;
    });
    const plain = new TransactionalStore(engine, time.turns);
    const store = this.#planted?.store?.(plain) ?? plain;
    this.#store = store;
    const clock = steadyClock(await startingClockOffset(store, time.clock.nowMs()), time.clock);
    await store.transact(async (tx) => {
      for (const account of ACCOUNTS) {
        await ensureAccount(tx, { entropy, sealer: this.#sealer, nowMs: clock.nowMs() }, account);
      }
    });
    const polling = new BusyPolling({ cores: 1, nowMs: () => 0, nextTurn: () => {} });
    const pool = inProcessPool(
      new BlockStore(
        { directory: '/volumes', socketDirectory: '/sockets', unitBytes: UNIT_BYTES },
        { disk, sockets, turns: time.turns, polling },
      ),
    );
    const blocks = await openBlockHost({ entropy, pool, disk, directory: '/volumes', release: () => {} });
    this.#blocks = blocks;
    const onDefect = (error: unknown) => {
      if (generation === this.#generation) this.defects.push(String((error as Error)?.stack ?? error));
    };
    const { runtime } = composeRuntime(
      {
        store,
        clock,
        timers: time.timers,
        turns: time.turns,
        entropy,
        sealer: this.#sealer,
        blocks,
        health: new Health(() => {}),
      },
      { delays: 0.1, onDefect },
    );
    this.#planted?.runtime?.(runtime);
    this.runtime = runtime;
    await resumeServices(runtime);
  }

  /** The process ends, and the power with it: nothing that was under way goes on. */
  crash(): void {
    this.#generation++;
    this.time.forgetAll();
    this.sockets.forgetAll();
    this.disk.crash();
    this.disk.faults.isFull = false;
    this.disk.faults.failsSyncs = false;
    this.isFatal = false;
    this.runtime = undefined;
    this.#crashed.reject(new Crashed('the process has ended'));
    this.#crashed = Promise.withResolvers();
    this.#crashed.promise.catch(() => {});
  }

  /** Through the front door. Rejects with Crashed where the process ends before the answer. */
  async call<S extends Service, N extends Operation<S>>(
    service: S,
    name: N,
    input: InputOf<S, N>,
    { identity, region }: Place = HOME,
  ): Promise<OutputOf<S, N>> {
    const { runtime } = this;
    const operation = runtime?.registry.operation(service, name);
    if (!runtime || !operation) throw new Crashed('no process is there');
    const requestId = uuid(this.entropy);
    const caller = mintExternalCaller(identity, region, {
      sourceIp: '127.0.0.1',
      userAgent: 'simulation',
      secureTransport: true,
    });
    const answer = runtime.invoke({
      caller,
      operation,
      input: input as object,
      requestId,
      atMs: runtime.clock.nowMs(),
    });
    const output = (await this.#orCrash(answer)) as OutputOf<S, N>;
    if (operation.definition.readOnly !== true) this.acknowledged.push(`${name} ${requestId}`);
    return output;
  }

  /** The names of the volumes and snapshots that have blocks. */
  images(): string[] {
    return [...(this.#blocks?.images() ?? [])];
  }

  async nbd(volumeId: string): Promise<SimulatedNbdClient | undefined> {
    const attached = await this.#orCrash(this.#blocks?.attachments() ?? Promise.resolve([]));
    if (attached.every((each) => each.volumeId !== volumeId)) return undefined;
    return this.#orCrash(SimulatedNbdClient.open(this.sockets.connect(`/sockets/${volumeId}.sock`)));
  }

  /** What is awaited beside a call: it ends with the process too. */
  #orCrash<T>(promise: Promise<T>): Promise<T> {
    promise.catch(() => {});
    return Promise.race([promise, this.#crashed.promise]);
  }

  orCrash<T>(promise: Promise<T>): Promise<T> {
    return this.#orCrash(promise);
  }

  get store(): Store {
    return this.#store as Store;
  }

  name(kind: string): string {
    return `${kind}-${hex(this.entropy, 8)}`;
  }

  /** Runs until `work` has ended. */
  async until<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    work.then(
      () => (isOver = true),
      () => (isOver = true),
    );
    for (let idle = 0; !isOver && idle < 200; ) idle = (await this.time.runOne(MINUTE_MS)) ? 0 : idle + 1;
    if (!isOver) throw new Error('what was asked for is never answered');
    return work;
  }

  /** Runs until nothing is due any more within the hour, or the process is to end. */
  async quiet(): Promise<void> {
    for (let steps = 0; steps < 200_000; steps++) {
      if (this.isFatal || !(await this.time.runOne(10 * MINUTE_MS))) return;
    }
    throw new Error('the world never comes to rest');
  }
}
