/**
 * Lifecycle hooks: instances wait, when launched or terminated, until somebody has done with them
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html).
 */
import type { Scope } from '../../../aws/scope.ts';
import type { LifecycleHook } from '../../../shapes/generated/autoscaling.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { MAX_LIFECYCLE_HOOKS } from '../account/limits.ts';
import { limitExceeded, validationError } from '../errors.ts';
import type { GroupRecord } from '../group/group.ts';
import { type HookTarget, requestedTarget, showTarget, type TargetRequest } from './hook-target.ts';

export const TRANSITIONS = {
  launch: 'autoscaling:EC2_INSTANCE_LAUNCHING',
  terminate: 'autoscaling:EC2_INSTANCE_TERMINATING',
} as const;

export type Transition = keyof typeof TRANSITIONS;

export interface HookRecord extends Scope {
  readonly groupName: string;
  readonly name: string;
  readonly transition: (typeof TRANSITIONS)[Transition];
  readonly heartbeatSeconds: number;
  readonly defaultResult: 'ABANDON' | 'CONTINUE';
  readonly metadata?: string;
  readonly target?: HookTarget;
}

export const hooks = table<HookRecord>()({
  name: 'autoscaling.lifecycle-hooks',
  key: ({ account, region, groupName, name }) => [account, region, groupName, name],
});

export const hooksOf = (tx: ReadTransaction, { account, region, name }: GroupRecord) =>
  tx.list(hooks, { prefix: [account, region, name] });

export const findHook = (tx: ReadTransaction, { account, region, name }: GroupRecord, hookName: string) =>
  tx.get(hooks, [account, region, name, hookName]);

const DEFAULT_HEARTBEAT_SECONDS = 3600;
const HEARTBEAT_SECONDS = { least: 30, most: 7200 };
/** However often the heartbeat is recorded, an action ends after 48 hours or a hundred heartbeats, whichever is sooner. */
const GLOBAL_SECONDS = 48 * 3600;
const GLOBAL_HEARTBEATS = 100;

export const globalSeconds = ({ heartbeatSeconds }: HookRecord) =>
  Math.min(GLOBAL_SECONDS, heartbeatSeconds * GLOBAL_HEARTBEATS);

interface HookRequest extends TargetRequest {
  readonly LifecycleHookName: string;
  readonly LifecycleTransition?: string;
  readonly NotificationMetadata?: string;
  readonly HeartbeatTimeout?: number;
  readonly DefaultResult?: string;
}

/** A new hook, or `before` with what the request names. */
export function requestedHook(
  group: Pick<GroupRecord, 'account' | 'region' | 'name'>,
  request: HookRequest,
  before: HookRecord | undefined,
): HookRecord {
  if (!/^[A-Za-z0-9\-_/]+$/.test(request.LifecycleHookName)) {
    throw validationError('Lifecycle hook names may contain letters, digits, and the characters - _ / only.');
  }
  const transition = request.LifecycleTransition ?? before?.transition;
  const isKnown = Object.values(TRANSITIONS).some((known) => known === transition);
  if (!isKnown) {
    throw validationError(
      `Invalid Lifecycle Transition. Valid Lifecycle Transitions are: [${Object.values(TRANSITIONS).join(', ')}].`,
    );
  }
  const heartbeatSeconds = request.HeartbeatTimeout ?? before?.heartbeatSeconds ?? DEFAULT_HEARTBEAT_SECONDS;
  if (heartbeatSeconds < HEARTBEAT_SECONDS.least || heartbeatSeconds > HEARTBEAT_SECONDS.most) {
    throw validationError(
      `HeartbeatTimeout must be between ${HEARTBEAT_SECONDS.least} and ${HEARTBEAT_SECONDS.most} seconds.`,
    );
  }
  const defaultResult = request.DefaultResult ?? before?.defaultResult ?? 'ABANDON';
  if (defaultResult !== 'ABANDON' && defaultResult !== 'CONTINUE') {
    throw validationError('Invalid Default Result. Valid Default Results are: [CONTINUE, ABANDON].');
  }
  return {
    account: group.account,
    region: group.region,
    groupName: group.name,
    name: request.LifecycleHookName,
    transition: transition as HookRecord['transition'],
    heartbeatSeconds,
    defaultResult,
    metadata: request.NotificationMetadata ?? before?.metadata,
    target: requestedTarget(group, request, before?.target),
  };
}

export function requireHookLimit(count: number): void {
  if (count <= MAX_LIFECYCLE_HOOKS) return;
  throw limitExceeded(
    `You have reached the limit of ${MAX_LIFECYCLE_HOOKS} lifecycle hooks for an Auto Scaling group.`,
  );
}

export const showHook = (hook: HookRecord): LifecycleHook => ({
  LifecycleHookName: hook.name,
  AutoScalingGroupName: hook.groupName,
  LifecycleTransition: hook.transition,
  ...showTarget(hook.target),
  NotificationMetadata: hook.metadata,
  HeartbeatTimeout: hook.heartbeatSeconds,
  GlobalTimeout: globalSeconds(hook),
  DefaultResult: hook.defaultResult,
});
