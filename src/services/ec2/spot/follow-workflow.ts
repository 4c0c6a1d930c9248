/**
 * What a Spot Instance request becomes when its instance changes
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instances-request-status-lifecycle.html).
 */
import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { MINUTE_MS } from '../../../platform/durations.ts';
import { uuid } from '../../../platform/identifiers.ts';
import { ec2 } from '../ec2.ts';
import { type InstanceRecord, instances } from '../instance/instance.ts';
import { type InstanceState, isInterruption } from '../instance/instance-state.ts';
import { launchFailure } from '../instance/launch-failure.ts';
import { findResource } from '../resource/kind.ts';
import {
  type SpotRequestRecord,
  type SpotRequestState,
  spotRequestKind,
  spotRequests,
} from './spot-request.ts';
import { type SpotStatusCode, spotStatus } from './spot-status.ts';
import { followInstanceStep, fulfilRequestStep, restartInstanceStep } from './spot-steps.ts';

/** How long spare capacity stays away that an interruption has taken, and how soon a persistent request asks again. */
const CAPACITY_RETURNS_MS = MINUTE_MS;
/**
 * A launch that its key has failed is tried again by a persistent request, but not at once, however short the simulated
 * delays are: it would fail without end.
 */
const RETRY_FAILED_MS = 300_000;

export const followInstanceWorkflow = workflow(followInstanceStep, ec2, async (_ctx, { instanceId }) => {
  return async (context) => {
    const { tx, account, region } = context;
    const instance = await tx.get(instances, [account, region, instanceId]);
    const request =
      instance?.spotRequestId && (await findResource(tx, spotRequestKind, context, instance.spotRequestId));
    if (!instance || !request || request.instanceId !== instanceId) return;
    follow(context, request, instance);
  };
});

function follow(context: EffectContext, request: SpotRequestRecord, instance: InstanceRecord): void {
  scheduleRestart(context, request, instance);
  const outcome = OUTCOMES[instance.state]?.(request, instance);
  if (!outcome) return;
  if (outcome === 'reopened') {
    reopen(context, request, instance);
    return;
  }
  const [state, code] = outcome;
  if (request.status.code === code && request.state === state) return;
  const status = spotStatus(code, context.nowMs);
  context.tx.put(spotRequests, { ...request, state, status, failure: launchFailure(instance) });
}

/** What EC2 has stopped it starts again, once there is capacity; where the key has failed that, once more later. */
function scheduleRestart(
  context: EffectContext,
  { state }: SpotRequestRecord,
  instance: InstanceRecord,
): void {
  if (instance.state !== 'stopped' || !(isInterruption(instance) || instance.failure)) return;
  if (state !== 'active' && state !== 'disabled') return;
  const delayMs = instance.failure ? RETRY_FAILED_MS : context.ports.delays.scaled(CAPACITY_RETURNS_MS);
  context.schedule(restartInstanceStep, { instanceId: instance.id }, { delayMs });
}

type Outcome = readonly [SpotRequestState, SpotStatusCode] | 'reopened' | undefined;

const end = (request: SpotRequestRecord, instance: InstanceRecord): Outcome => {
  // It went with its request, which says so.
  if (request.status.code === 'instance-terminated-by-service') return undefined;
  // Also of a launch that its key has failed (aws-facts I19).
  const code = isInterruption(instance) ? 'instance-terminated-no-capacity' : 'instance-terminated-by-user';
  if (request.state === 'cancelled') return ['cancelled', code];
  if (request.terms.type === 'one-time') return ['closed', code];
  // Once the instance is gone, a persistent request asks for another.
  return instance.state === 'terminated' ? 'reopened' : undefined;
};

const OUTCOMES: Partial<
  Readonly<Record<InstanceState, (request: SpotRequestRecord, instance: InstanceRecord) => Outcome>>
> = {
  running: ({ state }) => (state === 'disabled' ? ['active', 'fulfilled'] : undefined),
  stopping: ({ state }) => (state === 'active' ? ['active', 'marked-for-stop'] : undefined),
  stopped: ({ state }, instance) => {
    if (state !== 'active') return undefined;
    return [
      'disabled',
      isInterruption(instance) ? 'instance-stopped-no-capacity' : 'instance-stopped-by-user',
    ];
  },
  'shutting-down': end,
  terminated: end,
};

function reopen(context: EffectContext, request: SpotRequestRecord, instance: InstanceRecord): void {
  const { id: spotRequestId } = request;
  context.tx.put(spotRequests, {
    ...request,
    state: 'open',
    status: spotStatus('pending-evaluation', context.nowMs),
    launchToken: uuid(context.entropy),
    instanceId: undefined,
    failure: launchFailure(instance),
    launchedZone: undefined,
    launchedZoneId: undefined,
  });
  const delayMs = instance.failure ? RETRY_FAILED_MS : context.ports.delays.scaled(CAPACITY_RETURNS_MS);
  context.schedule(fulfilRequestStep, { spotRequestId }, { delayMs });
}
