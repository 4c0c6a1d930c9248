import { explain } from '../explain/explain.ts';
import { NoAnswer } from '../explain/key-question.ts';
import { whatIf } from '../explain/what-if.ts';
import { whoCan } from '../explain/who-can.ts';
import { ensureAccount, type Reseal, rootCredentials } from '../invoke/identity/account.ts';
import { putTokenIssuer, readTokenIssuer, type TokenIssuer } from '../invoke/identity/token-issuer.ts';
import type { Runtime } from '../invoke/runtime.ts';
import type { AdjustableClock } from '../platform/node/index.ts';
import type { RekeyableSealer } from '../platform/node/sealer.ts';
import type { Transaction } from '../store/store.ts';
import { storeClockOffset } from './clock-offset.ts';
import { ControlError, type Question, textOf } from './control-door.ts';

/** Ten years in milliseconds: as far as one step of the clock may go. */
const LONGEST_ADVANCE_MS = 10 * 366 * 86_400_000;

export function questions(server: {
  runtime: Runtime;
  clock: AdjustableClock;
  sealer: RekeyableSealer;
  /** Puts what each part of the runtime keeps sealed under the current root key; returns how many secrets that were. */
  resealers: readonly ((tx: Transaction, reseal: Reseal) => Promise<number>)[];
  account: string;
  region: string;
}): Record<string, Question> {
  const { runtime, clock } = server;
  const { store, entropy, ports, workflows } = runtime;
  const refusal = (error: unknown): never => {
    throw error instanceof NoAnswer ? new ControlError(error.message) : error;
  };
  const placeOf = (body: Parameters<Question>[0]) => ({
    account: textOf(body, 'accountId') ?? server.account,
    region: textOf(body, 'region') ?? server.region,
  });
  return {
    /** Root credentials of an account, which is created when it is new. */
    async account(body) {
      const accountId = textOf(body, 'accountId') ?? server.account;
      const region = textOf(body, 'region') ?? server.region;
      if (!/^\d{12}$/.test(accountId)) throw new ControlError('an account id is twelve digits');
      if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) throw new ControlError(`${region} is not a region`);
      const { sealer } = ports;
      await store.transact((tx) => ensureAccount(tx, { entropy, sealer, nowMs: clock.nowMs() }, accountId));
      const credentials = await store.read((tx) => rootCredentials(tx, sealer, { accountId }));
      return { ...credentials, region };
    },

    async clock(body) {
      const advanceMs = Number(body.advanceMs ?? 0);
      if (!(advanceMs >= 0)) throw new ControlError('the clock moves on, never back');
      if (advanceMs > LONGEST_ADVANCE_MS) throw new ControlError('the clock moves on by ten years at most');
      if (advanceMs > 0) {
        clock.advance(advanceMs);
        await storeClockOffset(store, clock.offsetMs);
        workflows.rearm();
        await workflows.settled();
      }
      return { nowMs: clock.nowMs() };
    },

    async explain(body) {
      const subject = textOf(body, 'subject');
      if (!subject) throw new ControlError('explain what?');
      return explain(runtime, subject, placeOf(body));
    },

    async 'what-if'(body) {
      const key = textOf(body, 'key');
      const policy = textOf(body, 'policy');
      if (!key || policy === undefined) throw new ControlError('what if which key had which policy?');
      return whatIf(runtime, { key, policy, ...placeOf(body) }).catch(refusal);
    },

    async 'who-can'(body) {
      const key = textOf(body, 'key');
      if (!key) throw new ControlError('who may use which key?');
      return whoCan(runtime, { key, action: textOf(body, 'action'), ...placeOf(body) }).catch(refusal);
    },

    async volumes() {
      return { attachments: await ports.blocks.attachments() };
    },

    /** Gives the keys by which web identity tokens of an issuer are verified. */
    async issuer(body) {
      const url = textOf(body, 'url');
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

    /** The old root key is dropped only once everything is durably under the new one. */
    async rekey() {
      const { sealer, resealers } = server;
      sealer.rotate();
      const resealed = await store.transact(async (tx) => {
        let count = 0;
        for (const reseal of resealers) {
          count += await reseal(tx, (sealed, context) => sealer.reseal(sealed, context));
        }
        return count;
      });
      sealer.dropSuperseded();
      return { resealed };
    },

    /** Waits until no simulated work is due or under way. */
    async settle() {
      await workflows.settled();
      return {};
    },
  };
}
