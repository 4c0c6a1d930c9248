/** The check for the listings of what no group here has: load balancers and the like. Those of one group ask for it. */
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, missingFor } from '../../../invoke/verdict.ts';
import { accountCheck } from '../../../service-kit/account-check.ts';
import type { ListingInput } from '../../../service-kit/empty-listings.ts';
import { findGroup, groupNotFound } from './group.ts';

export async function listingCheck(
  context: ResolveContext,
  operation: string,
  { AutoScalingGroupName: group }: ListingInput,
): Promise<Check<undefined>> {
  const isMissing = typeof group === 'string' && !(await findGroup(context.tx, context, group));
  return missingFor(
    accountCheck(context, `autoscaling:${operation}`),
    isMissing ? groupNotFound(group) : undefined,
  );
}
