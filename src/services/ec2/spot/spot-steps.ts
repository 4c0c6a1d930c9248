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

/** EC2 takes the instance back: its notice now, its end after `noticeMs`. */
export const interruptStep = workflowRef<{ readonly instanceId: string; readonly noticeMs: number }>(
  'ec2.spot-instance.interrupt',
);
/** The notice is over. */
export const endInterruptedStep = workflowRef<{
  readonly instanceId: string;
  readonly action: 'hibernate' | 'stop' | 'terminate';
}>('ec2.spot-instance.end-interrupted');
/** Spare capacity is back for an instance that EC2 has stopped. */
export const restartInstanceStep = workflowRef<{ readonly instanceId: string }>('ec2.spot-instance.restart');

export function scheduleExpiry(
  context: EffectContext,
  request: { readonly id: string; readonly terms: { readonly validUntilMs?: number } },
): void {
  const { validUntilMs } = request.terms;
  if (validUntilMs === undefined) return;
  const delayMs = validUntilMs - context.nowMs;
  context.schedule(expireRequestStep, { spotRequestId: request.id }, { delayMs });
}
