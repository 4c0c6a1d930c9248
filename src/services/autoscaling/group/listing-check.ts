/** The check for the listings of what no group here has: load balancers and the like. Those of one group ask for it. */
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, missingFor } from '../../../invoke/verdict.ts';
import type { ListingInput } from '../../../service-kit/empty-listings.ts';
import { findGroup, groupNotFound } from './group.ts';

export async function listingCheck(
  context: ResolveContext,
  operation: string,
  { AutoScalingGroupName: group }: ListingInput,
): Promise<Check<null>> {
  const { tx, account } = context;
  const isMissing = typeof group === 'string' && !(await findGroup(tx, context, group));
  return missingFor(
    { action: `autoscaling:${operation}`, resource: '*', account, record: null },
    isMissing ? groupNotFound(group) : undefined,
  );
}
