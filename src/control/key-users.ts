/** How many may use each of several keys. */
import { keyUserCounts } from '../explain/rights/key-user-counts.ts';
import type { Runtime } from '../invoke/runtime.ts';
import { ControlError, isTextList, type Questions, refusal, type ScopeOf, timeLimit } from './control-api.ts';

const MAX_KEYS = 100;
/** No answer holds up the others for much longer. */
const MAX_COUNTING_MS = 80;

export function keyUsers(runtime: Runtime, placeOf: ScopeOf): Questions {
  const { store, ports } = runtime;
  return {
    /** Of so many `keys`: as many as there is time for. */
    async 'key-users'(body) {
      const { keys } = body;
      if (!isTextList(keys) || keys.length > MAX_KEYS)
        throw new ControlError(`keys is a list of ${MAX_KEYS} names at most`);
      const question = { keys, ...placeOf(body) };
      const isTimeUp = timeLimit(runtime, MAX_COUNTING_MS);
      const counts = await store
        .read((tx) => keyUserCounts({ tx, ports }, question, isTimeUp))
        .catch(refusal);
      return { counts };
    },
  };
}
