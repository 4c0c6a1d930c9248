/** Opens what outlives the process: the store, the root keys, the volumes, and where the clock stood. */
import { join, resolve } from 'node:path';
import { startingClockOffset } from './control/clock-offset.ts';
import type { WorkerBlockHost } from './dataplane/block-host.ts';
import { createBlockHost } from './dataplane/create-block-host.ts';
import { anyAccountId, ensureAccount, rootCredentials } from './invoke/identity/account.ts';
import type { Health } from './platform/health.ts';
import { makeDataDirectory } from './platform/node/data-directory.ts';
import { describeHolder } from './platform/node/data-holder.ts';
import { machineClock, steadyClock, systemEntropy } from './platform/node/index.ts';
import {
  openEphemeralSealer,
  openSealer,
  type RekeyableSealer,
  RootKeyError,
  SealError,
} from './platform/node/sealer.ts';
import type { Entropy, Sealer } from './platform/ports.ts';
import { openMemoryStore } from './store/memory/memory-store.ts';
import { StoreInUse } from './store/sqlite/database.ts';
import { openSqliteStore, type StoreFailureListener } from './store/sqlite/sqlite-store.ts';
import type { Store } from './store/store.ts';
import type { StoreFailure } from './store/store-failure.ts';

export interface StateOptions {
  /** In memory when absent. */
  readonly data?: string;
  readonly passphrase?: string;
  /** The default account, made where it is new. */
  readonly account: string;
  readonly health: Health;
  /** That of the state before, where this one takes its place: the root key stays. */
  readonly sealer?: RekeyableSealer;
  /** The disk has failed: nothing more is accepted, and only a new start can tell what it holds. */
  readonly onFatal?: (failure: StoreFailure) => void;
}

/** What has been opened is closed again where something further cannot be. */
export async function openState(options: StateOptions) {
  const { data, passphrase, health } = options;
  if (data) makeDataDirectory(data);
  const entropy = systemEntropy();
  const store = data ? openStore(data, failureListener(options)) : openMemoryStore();
  store.onFull(() => noteFullHistory(health));
  try {
    const machineMs = machineClock.nowMs();
    const clock = steadyClock(await startingClockOffset(store, machineMs));
    const isInUse = (await store.read(anyAccountId)) !== undefined;
    const sealer =
      options.sealer ??
      (data
        ? openSealer({ directory: data, entropy, passphrase, isInUse })
        : openEphemeralSealer({ entropy }));
    await openAccount(store, { entropy, sealer, nowMs: clock.nowMs() }, options);
    const blocks = await createBlockHost({
      // Clients find sockets by their path, from wherever they run.
      directory: data && resolve(data, 'volumes'),
      entropy,
    });
    noteDamage(blocks, health);
    return { store, clock, sealer, entropy, blocks, health };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function noteDamage({ damaged }: WorkerBlockHost, health: Health): void {
  if (damaged.length === 0) return;
  const reasons = damaged.map(({ lineageId, reason }) => `volumes/${lineageId}: ${reason}`).join('; ');
  const sentence = `some volumes and snapshots cannot be served, and are left as they are (${reasons}); "latchkey check-data" says which`;
  health.begins('volumes', { sentence, refusesCalls: false });
}

function noteFullHistory(health: Health): void {
  const sentence =
    'the history of calls and events that is kept in memory is full: the oldest go to make room for new ones';
  health.begins('history', { sentence, refusesCalls: false });
}

function openStore(data: string, onFailure: StoreFailureListener): Store {
  const file = join(data, 'latchkey.db');
  try {
    return openSqliteStore({ file, onFailure });
  } catch (error) {
    if (!(error instanceof StoreInUse)) throw error;
    throw new Error(`${error.message}: ${describeHolder(data)}`);
  }
}

function failureListener({ health, onFatal }: StateOptions): StoreFailureListener {
  return (failure) => {
    if (failure === undefined) return health.ends('store', 'the disk takes writes again: calls are served');
    health.begins('store', { sentence: failure.message, refusesCalls: failure.kind !== 'damaged' });
    if (failure.kind === 'failed') onFatal?.(failure);
  };
}

/** Makes the default account where it is new. A root key that was replaced shows here, not at the first call. */
async function openAccount(
  store: Store,
  world: { entropy: Entropy; sealer: Sealer; nowMs: number },
  { account, data }: StateOptions,
): Promise<void> {
  const known = await store.read(anyAccountId);
  try {
    for (const accountId of [known, account]) {
      if (accountId !== undefined) await store.read((tx) => rootCredentials(tx, world.sealer, { accountId }));
    }
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    const why = `what is kept in ${data} cannot be opened with its root.key: ${error.message}`;
    throw new RootKeyError(`${why}. Put back the root.key that belongs to it`);
  }
  await store.transact((tx) => ensureAccount(tx, world, account));
}
