/**
 * A Spot Instance request that waits is evaluated: EC2 launches its instance as the Spot service-linked role, whose rights
 * decide over images, keys and profiles (aws-facts I3, I16). RunInstances itself makes the request `fulfilled`.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { ec2 } from '../ec2.ts';
import { findResource } from '../resource/kind.ts';
import { asServiceRole, SPOT_ROLE } from '../service-role.ts';
import { type SpotRequestRecord, spotRequestKind, spotRequests } from './spot-request.ts';
import { type SpotStatusCode, spotStatus } from './spot-status.ts';
import { fulfilRequestStep } from './spot-steps.ts';
import { marketOn } from './spot-terms.ts';

export const fulfilRequestWorkflow = workflow(fulfilRequestStep, ec2, async (ctx, { spotRequestId }) => {
  const request = await ctx.read((tx) => findResource(tx, spotRequestKind, ctx, spotRequestId));
  if (request?.state !== 'open') return undefined;
  try {
    const call = await asServiceRole(ctx, SPOT_ROLE);
    await call('ec2', 'RunInstances', {
      ...request.launch,
      MinCount: 1,
      MaxCount: 1,
      ClientToken: request.launchToken,
      InstanceMarketOptions: marketOn(request.terms),
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return async (context) => {
      const current = await findResource(context.tx, spotRequestKind, context, spotRequestId);
      if (current?.state === 'open') refuse(context, current, error);
    };
  }
});

/** What may be met later holds the request open; anything else ends it. */
const HOLDING: Readonly<Record<string, SpotStatusCode>> = {
  InsufficientInstanceCapacity: 'capacity-not-available',
  SpotMaxPriceTooLow: 'price-too-low',
};

function refuse(context: EffectContext, request: SpotRequestRecord, error: AwsError): void {
  const { code, message, eventId, fault } = error;
  const holding = HOLDING[code];
  const status = holding ?? (fault === 'server' ? 'system-error' : 'bad-parameters');
  context.tx.put(spotRequests, {
    ...request,
    state: holding ? 'open' : status === 'system-error' ? 'closed' : 'failed',
    status: spotStatus(status, context.nowMs, message),
    fault: holding ? undefined : { code, message },
    failure: { message, eventId },
  });
}
