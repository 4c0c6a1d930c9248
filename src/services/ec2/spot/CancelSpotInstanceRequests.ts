/**
 * Ends requests, not their instances that run; an instance that was stopped goes with its request
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CancelSpotInstanceRequests.html).
 */
import type { ExecuteContext } from '../../../invoke/context.ts';
import { ec2 } from '../ec2.ts';
import { changeState, instanceKind } from '../instance/instance.ts';
import { SPOT_TERMINATED } from '../instance/instance-state.ts';
import { scheduleTermination } from '../instance/power-off-workflows.ts';
import { findResource, resourceChecks } from '../resource/kind.ts';
import { type SpotRequestRecord, spotRequestKind, spotRequests } from './spot-request.ts';
import { type SpotStatusCode, spotStatus } from './spot-status.ts';

export default ec2.operation('CancelSpotInstanceRequests', {
  async checks(context, input) {
    const action = 'ec2:CancelSpotInstanceRequests';
    return { requests: await resourceChecks(context, spotRequestKind, action, input.SpotInstanceRequestIds) };
  },
  async execute(context, _input, { requests }) {
    const CancelledSpotInstanceRequests = [];
    for (const { record } of requests) {
      const State = await cancel(context, record);
      CancelledSpotInstanceRequests.push({ SpotInstanceRequestId: record.id, State });
    }
    return { CancelledSpotInstanceRequests };
  },
});

const CANCELLED_AS: Partial<Readonly<Record<SpotRequestRecord['state'], SpotStatusCode>>> = {
  active: 'request-canceled-and-instance-running',
  disabled: 'instance-terminated-by-service',
  open: 'canceled-before-fulfillment',
};

/** One that has ended stays what it is. */
async function cancel(
  context: ExecuteContext,
  request: SpotRequestRecord,
): Promise<SpotRequestRecord['state']> {
  const code = CANCELLED_AS[request.state];
  if (!code) return request.state;
  if (request.state === 'disabled') await terminateStopped(context, request);
  context.tx.put(spotRequests, {
    ...request,
    state: 'cancelled',
    status: spotStatus(code, context.nowMs),
  });
  return 'cancelled';
}

async function terminateStopped(
  context: ExecuteContext,
  { instanceId = '' }: SpotRequestRecord,
): Promise<void> {
  const instance = await findResource(context.tx, instanceKind, context, instanceId);
  if (instance?.state !== 'stopped') return;
  scheduleTermination(
    context,
    changeState(context, instance, { state: 'terminated', ...SPOT_TERMINATED }),
    0,
  );
}
