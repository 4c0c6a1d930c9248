import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { ec2 } from '../ec2.ts';
import { retireGrants, type VolumeGrant } from './data-key.ts';

/** Retires grants some time after they have served. */
export const retireGrantsLater = workflow(
  ec2,
  'ec2.grants.retire',
  async (ctx, payload: { grants: VolumeGrant[] }) => {
    await retireGrants(ctx, payload.grants);
    return undefined;
  },
);

/** EBS keeps the grant of a copy for about a minute and a half (aws-facts B2). */
const KEPT_MS = 90_000;

export function scheduleRetirement(
  context: EffectContext,
  grants: readonly (VolumeGrant | undefined)[],
  afterMs = KEPT_MS,
): void {
  const made = grants.filter((grant) => grant !== undefined);
  if (made.length === 0) return;
  context.schedule(retireGrantsLater.name, context.ports.delays.of('ec2.grants.retire', afterMs), {
    grants: made,
  });
}
