/** A peering connection ends: by its deletion, or with a VPC of it. Routes to it lead nowhere then. */
import type { EffectContext } from '../../../../invoke/context.ts';
import { closeRoutesTo } from '../route-table/route-target.ts';
import { changePeering, type VpcPeeringRecord } from './vpc-peering.ts';
import { scheduleForgetting, shorterFor } from './vpc-peering-steps.ts';

export async function endPeering(context: EffectContext, peering: VpcPeeringRecord): Promise<void> {
  const status = { code: 'deleted', message: `Deleted by ${context.account}` } as const;
  await changePeering(context.tx, peering, { status, expiresAtMs: undefined });
  for (const side of [peering.requester, peering.accepter]) await closeRoutesTo(context.tx, side, peering.id);
  scheduleForgetting(context, peering, shorterFor(context));
}
