/** The security groups of a network interface: those of its VPC, or associated with it, that a request names, or the VPC's default group. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { Found } from '../../../../invoke/verdict.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { requireAtMost } from '../../resource/quota.ts';
import { type SecurityGroupRecord, type SubnetRecord, vpcsOfGroup } from '../network-records.ts';
import { securityGroups } from '../networked.ts';

type Named = readonly Pick<Found<SecurityGroupRecord>, 'record'>[];

/** `place` is what the groups are for, as the refusal names it: `subnet subnet-…`. */
export function requireGroupsIn(vpcId: string, place: string, groups: Named): void {
  requireFewGroups(groups.map(({ record }) => record.id));
  const foreign = groups.find(({ record }) => !vpcsOfGroup(record).includes(vpcId));
  if (!foreign) return;
  throw new AwsError(
    'InvalidParameter',
    `Security group ${foreign.record.id} and ${place} belong to different networks.`,
  );
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups */
const MAX_GROUPS = 5;

/** Throws for more groups than an interface may have. */
export const requireFewGroups = (ids: readonly string[]): void =>
  requireAtMost(
    MAX_GROUPS,
    new Set(ids).size,
    'SecurityGroupsPerInterfaceLimitExceeded',
    'security groups per interface',
  );

export async function groupIdsIn(
  tx: ReadTransaction,
  subnet: SubnetRecord,
  groups: Named,
): Promise<readonly string[]> {
  if (groups.length > 0) return groups.map(({ record }) => record.id);
  const all = await securityGroups.list(tx, subnet);
  return all.filter(({ vpcId, name }) => vpcId === subnet.vpcId && name === 'default').map(({ id }) => id);
}
