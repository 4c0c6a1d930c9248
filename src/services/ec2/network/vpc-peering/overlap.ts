/** VPCs whose blocks of IPv4 overlap cannot be peers (aws-facts F33). */
import type { EffectContext } from '../../../../invoke/context.ts';
import { overlaps } from '../address.ts';
import { ipv4BlocksOf, type VpcRecord } from '../network-records.ts';
import { vpcs } from '../networked.ts';
import { changePeering, peeringsOf } from './vpc-peering.ts';
import { scheduleForgetting, shorterFor } from './vpc-peering-steps.ts';

export const FAILED = {
  code: 'failed',
  message: 'Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range',
} as const;

export const areApart = (one: VpcRecord, other: VpcRecord): boolean =>
  ipv4BlocksOf(one).every((mine) =>
    ipv4BlocksOf(other).every((theirs) => !overlaps(mine.cidrBlock, theirs.cidrBlock)),
  );

/** A request that nobody has answered fails once its accepter has a block of the requester's addresses. */
export async function failOverlapping(context: EffectContext, accepter: VpcRecord): Promise<void> {
  for (const peering of await peeringsOf(context.tx, accepter)) {
    if (peering.status.code !== 'pending-acceptance' || peering.accepter.vpcId !== accepter.id) continue;
    const requester = await vpcs.find(context.tx, peering.requester, peering.requester.vpcId);
    if (!requester || areApart(requester, accepter)) continue;
    await changePeering(context.tx, peering, { status: FAILED, expiresAtMs: undefined });
    scheduleForgetting(context, peering, shorterFor(peering.requester));
  }
}
