/** Grants that are retired some time after they have served. */
import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { ec2 } from '../ec2.ts';
import { retireGrants, type VolumeGrant } from './data-key.ts';

/** Retires grants some time after they have served. */
export const retireGrantsStep = workflowRef<{ grants: readonly VolumeGrant[] }>('ec2.grant.retire');

export const retireGrantsWorkflow = workflow(retireGrantsStep, ec2, async (ctx, payload) => {
  await retireGrants(ctx, payload.grants);
  return undefined;
});

/** EBS keeps the grant of a copy for about a minute and a half (aws-facts B2). */
const KEPT_MS = 90_000;

export function scheduleRetirement(
  context: EffectContext,
  grants: readonly (VolumeGrant | undefined)[],
  afterMs = KEPT_MS,
): void {
  const made = grants.filter((grant) => grant !== undefined);
  if (made.length === 0) return;
  context.schedule(
    retireGrantsStep,
    {
      grants: made,
    },
    { delayMs: context.ports.delays.scaled(afterMs) },
  );
}
