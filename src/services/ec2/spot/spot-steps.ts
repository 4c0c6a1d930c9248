/** The steps of Spot workflows, for whoever schedules them. */
import type { EffectContext } from '../../../invoke/context.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';

interface SpotRequestName {
  readonly spotRequestId: string;
}

/** Asks for the instance of an open request. */
export const fulfilRequestStep = workflowRef<SpotRequestName>('ec2.spot-request.fulfil');
/** The end of a request's validity. */
export const expireRequestStep = workflowRef<SpotRequestName>('ec2.spot-request.expire');
/** Makes a request what its instance's new state makes of it. */
export const followInstanceStep = workflowRef<{ readonly instanceId: string }>('ec2.spot-request.follow');

export function scheduleExpiry(
  context: EffectContext,
  request: { readonly id: string; readonly terms: { readonly validUntilMs?: number } },
): void {
  const { validUntilMs } = request.terms;
  if (validUntilMs === undefined) return;
  const delayMs = validUntilMs - context.nowMs;
  context.schedule(expireRequestStep, { spotRequestId: request.id }, { delayMs });
}
