/** What becomes of a peering connection by itself: a request expires, and what has ended is shown for a time. */
import type { Scope } from '../../../../aws/scope.ts';
import type { EffectContext } from '../../../../invoke/context.ts';
import { workflow } from '../../../../invoke/workflow.ts';
import { workflowRef } from '../../../../invoke/workflow-ref.ts';
import { DAY_MS, HOUR_MS } from '../../../../platform/durations.ts';
import { ec2 } from '../../ec2.ts';
import { changePeering, isSideOf, type VpcPeeringRecord, vpcPeerings } from './vpc-peering.ts';

interface PeeringName {
  readonly peeringId: string;
}

const expirePeeringStep = workflowRef<PeeringName>('ec2.vpc-peering.expire');
const forgetPeeringStep = workflowRef<PeeringName>('ec2.vpc-peering.forget');

export const EXPIRES_AFTER_MS = 7 * DAY_MS;

export function scheduleExpiry(context: EffectContext, peering: VpcPeeringRecord): void {
  context.schedule(expirePeeringStep, { peeringId: peering.id }, { delayMs: EXPIRES_AFTER_MS });
}

/** How long each side sees a connection that has ended: two hours whoever ended it, two days the other. */
export function scheduleForgetting(
  context: EffectContext,
  { id: peeringId, requester, accepter }: VpcPeeringRecord,
  visibleMs: (side: Scope) => number,
): void {
  for (const side of isSideOf(requester, accepter) ? [requester] : [requester, accepter]) {
    const { account, region } = side;
    const scope = { account, region };
    context.schedule(forgetPeeringStep, { peeringId }, { delayMs: visibleMs(side), scope });
  }
}

export const shorterFor =
  (ending: Scope) =>
  ({ account }: Scope): number =>
    account === ending.account ? 2 * HOUR_MS : 2 * DAY_MS;

export const expirePeeringWorkflow = workflow(expirePeeringStep, ec2, async (_ctx, { peeringId }) => {
  return async (context) => {
    const peering = await context.tx.get(vpcPeerings, [context.account, context.region, peeringId]);
    if (peering?.status.code !== 'pending-acceptance') return;
    await changePeering(context.tx, peering, {
      status: { code: 'expired', message: 'Expired' },
      expiresAtMs: undefined,
    });
    scheduleForgetting(context, peering, () => 2 * DAY_MS);
  };
});

export const forgetPeeringWorkflow = workflow(forgetPeeringStep, ec2, async (_ctx, { peeringId }) => {
  return async ({ tx, account, region }) => tx.delete(vpcPeerings, [account, region, peeringId]);
});
