/** The date has passed until which a Spot Instance request was valid: what it waits for will not come any more. */
import { workflow } from '../../../invoke/workflow.ts';
import { ec2 } from '../ec2.ts';
import { findResource } from '../resource/kind.ts';
import { spotRequestKind, spotRequests } from './spot-request.ts';
import { spotStatus } from './spot-status.ts';
import { expireRequestStep } from './spot-steps.ts';

export const expireRequestWorkflow = workflow(expireRequestStep, ec2, async (_ctx, { spotRequestId }) => {
  return async (context) => {
    const request = await findResource(context.tx, spotRequestKind, context, spotRequestId);
    // One that is fulfilled once has nothing left to wait for.
    const waits = request?.state === 'open' || request?.terms.type === 'persistent';
    if (!request || !waits || !['open', 'active', 'disabled'].includes(request.state)) return;
    context.tx.put(spotRequests, {
      ...request,
      state: 'cancelled',
      // A stopped instance keeps its status (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instances-request-status-lifecycle.html).
      status: request.state === 'disabled' ? request.status : spotStatus('schedule-expired', context.nowMs),
    });
  };
});
