/**
 * EC2 takes a Spot Instance back: a rebalance recommendation and the interruption notice, which come together, and after the
 * notice the end that the instance's request asks for (aws-facts I23). Capacity is never short here, so this happens when it
 * is asked for.
 */
import type { Scope } from '../../../aws/scope.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { ec2 } from '../ec2.ts';
import { changeState, type InstanceRecord, instances, noteFollowers } from '../instance/instance.ts';
import { SPOT_STOPPED, SPOT_TERMINATED } from '../instance/instance-state.ts';
import { scheduleTermination, stopInstanceStep } from '../instance/power-off-workflows.ts';
import { ec2Arn } from '../resource/arn.ts';
import { requestOf } from './spot-instance.ts';
import { type SpotRequestRecord, spotRequests } from './spot-request.ts';
import { spotStatus } from './spot-status.ts';
import { endInterruptedStep, interruptStep } from './spot-steps.ts';
import type { SpotTerms } from './spot-terms.ts';

export type Interruption = SpotTerms['interruption'];

/** How EC2 would take the instance back, or a sentence why it cannot. */
export async function interruptionOf(
  tx: ReadTransaction,
  { account, region }: Scope,
  instanceId: string,
): Promise<{ readonly action: Interruption } | { readonly refusal: string }> {
  const instance = await tx.get(instances, [account, region, instanceId]);
  if (!instance) return { refusal: `there is no instance ${instanceId} in account ${account}, ${region}` };
  if (instance.spotRequestId === undefined) {
    return { refusal: `${instanceId} is an On-Demand Instance: EC2 takes back Spot Instances only` };
  }
  if (instance.state !== 'running') {
    return { refusal: `${instanceId} is ${instance.state}: EC2 takes back instances that are running` };
  }
  if (instance.interruptedAtMs !== undefined) return { refusal: `${instanceId} has had its notice already` };
  return { action: (await requestOf(tx, { account, region }, instance))?.terms.interruption ?? 'terminate' };
}

export const interruptWorkflow = workflow(interruptStep, ec2, async (_ctx, { instanceId, noticeMs }) => {
  return async (context) => {
    const { tx, account, region, nowMs } = context;
    const instance = await tx.get(instances, [account, region, instanceId]);
    const found = await interruptionOf(tx, context, instanceId);
    if (!instance || 'refusal' in found) return;
    const { action } = found;
    tx.put(instances, { ...instance, interruptedAtMs: nowMs });
    emitNotices(context, instance, action);
    const request = await requestOf(tx, context, instance);
    if (request) tx.put(spotRequests, marked(request, action, nowMs));
    noteFollowers(context, instance);
    // Hibernation begins at once.
    const delayMs = action === 'hibernate' ? 0 : noticeMs;
    context.schedule(endInterruptedStep, { instanceId, action }, { delayMs });
  };
});

function emitNotices(context: EffectContext, instance: InstanceRecord, action: Interruption): void {
  const { id, zone } = instance;
  context.emit({
    source: 'aws.ec2',
    detailType: 'EC2 Instance Rebalance Recommendation',
    resources: [ec2Arn(instance, 'instance', id)],
    detail: { 'instance-id': id },
  });
  context.emit({
    source: 'aws.ec2',
    detailType: 'EC2 Spot Instance Interruption Warning',
    // AWS's own form, with the zone and without the account.
    resources: [`arn:aws:ec2:${zone}:instance/${id}`],
    detail: { 'instance-id': id, 'instance-action': action },
  });
}

/** A request whose instance is to be terminated says so at once (aws-facts I23). */
function marked(request: SpotRequestRecord, action: Interruption, nowMs: number): SpotRequestRecord {
  if (request.state === 'cancelled') return request;
  if (action !== 'terminate') return { ...request, status: spotStatus('marked-for-stop', nowMs) };
  const state = request.terms.type === 'persistent' ? 'open' : 'closed';
  return { ...request, state, status: spotStatus('instance-terminated-no-capacity', nowMs) };
}

export const endInterruptedWorkflow = workflow(
  endInterruptedStep,
  ec2,
  async (_ctx, { instanceId, action }) => {
    return async (context) => {
      const { tx, account, region } = context;
      const instance = await tx.get(instances, [account, region, instanceId]);
      // Its user may have ended it meanwhile.
      if (instance?.state !== 'running') return;
      const delayMs = context.ports.delays.scaled(3000);
      const cleared = { ...instance, interruptedAtMs: undefined };
      if (action === 'terminate') {
        const going = changeState(context, cleared, { state: 'shutting-down', ...SPOT_TERMINATED });
        scheduleTermination(context, going, delayMs);
        return;
      }
      changeState(context, cleared, { state: 'stopping', ...SPOT_STOPPED });
      context.schedule(stopInstanceStep, { instanceId }, { delayMs });
    };
  },
);
