/** The questions that the commands ask of a running server, by name. */
import { asNumber } from '../aws/as-text.ts';
import type { Reseal } from '../invoke/identity/account.ts';
import { putTokenIssuer, readTokenIssuer, type TokenIssuer } from '../invoke/identity/token-issuer.ts';
import type { Runtime } from '../invoke/runtime.ts';
import { DAY_MS } from '../platform/durations.ts';
import type { AdjustableClock } from '../platform/node/index.ts';
import type { RekeyableSealer } from '../platform/node/sealer.ts';
import { volumes } from '../services/ec2/volume/volume.ts';
import type { Store, Transaction } from '../store/store.ts';
import { activity } from './activity.ts';
import { acts } from './acts.ts';
import { storeClockOffset } from './clock-offset.ts';
import type { ConsoleDoor } from './console/door.ts';
import { type Body, ControlError, type Questions, requiredString, scopeOfBody } from './control-api.ts';
import { credentials } from './credentials.ts';
import { deliveries } from './deliveries.ts';
import { describe } from './describe.ts';
import { explanations } from './explanations.ts';
import { history } from './history.ts';
import { keyUsers } from './key-users.ts';
import { situations } from './situations.ts';
import { spot } from './spot.ts';
import { world } from './world.ts';

/** Ten years in milliseconds: as far as one step of the clock may go. */
const MAX_ADVANCE_MS = 10 * 366 * DAY_MS;

/** Puts the secrets of one service under the current root key; returns how many they were. */
export type Resealer = (tx: Transaction, reseal: Reseal) => Promise<number>;

interface Resettable {
  /** Where everything is kept, unless it is in memory. */
  readonly data?: string;
  /** Absent where there is nothing to go back to. */
  readonly reset?: () => Promise<void>;
}

export interface Questioned extends Resettable {
  readonly runtime: Runtime;
  readonly clock: AdjustableClock;
  readonly sealer: RekeyableSealer;
  readonly resealers: readonly Resealer[];
  readonly account: string;
  readonly region: string;
  readonly version: string;
  readonly consoleDoor: ConsoleDoor;
}

export function questions(server: Questioned): Questions {
  const { runtime } = server;
  const { store, workflows } = runtime;
  const placeOf = scopeOfBody(server);
  return {
    ...explanations(runtime, placeOf),
    ...history(store),
    ...keyUsers(runtime, placeOf),
    ...credentials(runtime, server),
    ...situations(runtime, placeOf),
    ...deliveries(runtime, placeOf),
    ...describe(runtime, placeOf),
    ...activity(runtime, placeOf),
    ...acts(runtime, placeOf),
    ...spot(runtime, placeOf),
    ...world(runtime, server.version, server),

    clock: (body) => advanceClock(server, body),

    volumes: () => volumesServed(runtime),

    /** Gives the keys by which web identity tokens of an issuer are verified. */
    async issuer(body) {
      const url = requiredString(body, 'url', 'whose keys are these?');
      let issuer: TokenIssuer;
      try {
        issuer = readTokenIssuer(url, body.keySet);
      } catch (error) {
        throw new ControlError((error as Error).message);
      }
      await store.transact(async (tx) => putTokenIssuer(tx, issuer));
      return { keys: issuer.keys.length };
    },

    reset: (body) => resetOf(server, body),

    /** A path under the server's address that opens the console, once. */
    'console-ticket': async () => ({ path: server.consoleDoor.ticketPath() }),

    rekey: () => rekey(store, server.sealer, server.resealers),

    /** Waits until no simulated work is due or under way. */
    async settle() {
      await workflows.settled();
      return {};
    },
  };
}

/** Every attached volume, and where its bytes are. */
async function volumesServed({ ports, store }: Runtime) {
  const served = await ports.blocks.attachments();
  const records = await store.read((tx) => tx.list(volumes));
  const attachments = served.map(({ volumeId, nbdUri }) => {
    const record = records.find(({ id }) => id === volumeId);
    const { account, region, sizeGiB, kmsKeyId, attachments: all = [] } = record ?? {};
    const instances = all.map(({ instanceId, device }) => ({ instanceId, device }));
    return { volumeId, nbdUri, account, region, sizeGiB, kmsKeyId, instances };
  });
  return { attachments };
}

/** Forgets everything but the accounts and their root credentials. */
async function resetOf({ reset, data }: Resettable, { force }: Body) {
  if (!reset) throw new ControlError('this server cannot be reset: stop it, and start another');
  if (data !== undefined && force !== true) {
    throw new ControlError(`this server keeps what it has in ${data}; to erase that: latchkey reset --force`);
  }
  await reset();
  return {};
}

async function advanceClock(
  { runtime: { store, workflows }, clock }: { readonly runtime: Runtime; readonly clock: AdjustableClock },
  body: Body,
): Promise<{ nowMs: number }> {
  const advanceMs = asNumber(body.advanceMs ?? 0);
  if (!(advanceMs >= 0)) throw new ControlError('the clock moves on, never back');
  if (advanceMs > MAX_ADVANCE_MS) throw new ControlError('the clock moves on by ten years at most');
  if (advanceMs > 0) {
    // What is due by now happens now, not as late as the clock is about to show.
    await workflows.settled();
    clock.advance(advanceMs);
    await storeClockOffset(store, clock.offsetMs);
    workflows.rearm();
    await workflows.settled();
  }
  return { nowMs: clock.nowMs() };
}

/** The old root key is dropped only once everything is durably under the new one. */
async function rekey(
  store: Store,
  sealer: RekeyableSealer,
  resealers: readonly Resealer[],
): Promise<{ resealed: number }> {
  sealer.rotate();
  const resealed = await store.transact(async (tx) => {
    let count = 0;
    for (const resealSecrets of resealers) {
      count += await resealSecrets(tx, (sealed, context) => sealer.reseal(sealed, context));
    }
    return count;
  });
  sealer.dropSuperseded();
  return { resealed };
}
