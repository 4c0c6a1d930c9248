/** The questions that the commands ask of a running server, by name. */
import type { Reseal } from '../invoke/identity/account.ts';
import { putTokenIssuer, readTokenIssuer, type TokenIssuer } from '../invoke/identity/token-issuer.ts';
import type { Runtime } from '../invoke/runtime.ts';
import type { AdjustableClock } from '../platform/node/index.ts';
import type { RekeyableSealer } from '../platform/node/sealer.ts';
import type { Store, Transaction } from '../store/store.ts';
import { storeClockOffset } from './clock-offset.ts';
import { ControlError, type Question, scopeOfBody, stringOf } from './control-api.ts';
import { credentials } from './credentials.ts';
import { explanations } from './explanations.ts';
import { history } from './history.ts';

/** Ten years in milliseconds: as far as one step of the clock may go. */
const MAX_ADVANCE_MS = 10 * 366 * 86_400_000;

/** Puts the secrets of one service under the current root key; returns how many they were. */
export type Resealer = (tx: Transaction, reseal: Reseal) => Promise<number>;

export function questions(server: {
  runtime: Runtime;
  clock: AdjustableClock;
  sealer: RekeyableSealer;
  resealers: readonly Resealer[];
  account: string;
  region: string;
}): Record<string, Question> {
  const { runtime, clock } = server;
  const { store, ports, workflows } = runtime;
  return {
    ...explanations(runtime, scopeOfBody(server)),
    ...history(store),
    ...credentials(runtime, server),

    async clock(body) {
      const advanceMs = Number(body.advanceMs ?? 0);
      if (!(advanceMs >= 0)) throw new ControlError('the clock moves on, never back');
      if (advanceMs > MAX_ADVANCE_MS) throw new ControlError('the clock moves on by ten years at most');
      if (advanceMs > 0) {
        clock.advance(advanceMs);
        await storeClockOffset(store, clock.offsetMs);
        workflows.rearm();
        await workflows.settled();
      }
      return { nowMs: clock.nowMs() };
    },

    async volumes() {
      return { attachments: await ports.blocks.attachments() };
    },

    /** Gives the keys by which web identity tokens of an issuer are verified. */
    async issuer(body) {
      const url = stringOf(body, 'url');
      if (!url) throw new ControlError('whose keys are these?');
      let issuer: TokenIssuer;
      try {
        issuer = readTokenIssuer(url, body.keySet);
      } catch (error) {
        throw new ControlError((error as Error).message);
      }
      await store.transact(async (tx) => putTokenIssuer(tx, issuer));
      return { keys: issuer.keys.length };
    },

    rekey: () => rekey(store, server.sealer, server.resealers),

    /** Waits until no simulated work is due or under way. */
    async settle() {
      await workflows.settled();
      return {};
    },
  };
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
