/** EC2 takes a Spot Instance back, when somebody asks for it. */
import { asNumber } from '../aws/as-text.ts';
import type { Runtime } from '../invoke/runtime.ts';
import { DAY_MS } from '../platform/durations.ts';
import { uuid } from '../platform/identifiers.ts';
import { interruptionOf } from '../services/ec2/spot/interruption.ts';
import { interruptStep } from '../services/ec2/spot/spot-steps.ts';
import { requireWritable } from './acts.ts';
import { ControlError, type Questions, requiredString, type ScopeOf } from './control-api.ts';

/** As much as AWS gives. */
const NOTICE_MS = 120_000;
const MAX_NOTICE_MS = DAY_MS;

export function spot(runtime: Runtime, placeOf: ScopeOf): Questions {
  const { store, workflows, clock, entropy } = runtime;
  return {
    async 'spot-interrupt'(body) {
      requireWritable(runtime);
      const instanceId = requiredString(body, 'instanceId', 'which instance is to be interrupted?');
      const noticeMs = asNumber(body.noticeMs ?? NOTICE_MS);
      if (!(noticeMs >= 0 && noticeMs <= MAX_NOTICE_MS)) {
        throw new ControlError('a notice is between nothing and a day long');
      }
      const { account, region } = placeOf(body);
      const nowMs = clock.nowMs();
      return store.transact(async (tx) => {
        const found = await interruptionOf(tx, { account, region }, instanceId);
        if ('refusal' in found) throw new ControlError(found.refusal);
        const due = { dueAtMs: nowMs, account, region, requestId: uuid(entropy) };
        workflows.schedule(tx, interruptStep, { instanceId, noticeMs }, due);
        const { action } = found;
        return { action, atMs: action === 'hibernate' ? nowMs : nowMs + noticeMs };
      });
    },
  };
}
